"""The guided process as a seller drives it: start, resume, answer, complete, cancel."""

from collections.abc import Sequence

from salescli.domain.fields import SALE_FIELDS
from salescli.domain.process.spec import CANCELED
from salescli.domain.text import clean, nearest, slug
from salescli.errors import NotFoundError, RuleError
from salescli.services import activities, references
from salescli.services.answers import Answers, apply_answers, finish
from salescli.services.standing import Outcome, describe
from salescli.services.starting import Subject, start_or_resume
from salescli.services.targets import reference_of, require_running, sale_of
from salescli.services.values import read_assignments
from salescli.store import definitions
from salescli.store.unit_of_work import UnitOfWork


def process_id(unit: UnitOfWork, text: str) -> str:
    """Return the id of the published process that any spelling of its name means.

    Raises:
        NotFoundError: there is none; the hint offers the nearest names.
    """
    known = definitions.names(unit.connection)
    wanted = slug(text)
    for process, name in known.items():
        if wanted in {process, slug(name)}:
            return process
    near = nearest(wanted, known) or list(known)
    raise NotFoundError(
        f"There is no process `{clean(text)}`",
        hint="did you mean " + ", ".join(f"`{name}`" for name in near) + "?",
    )


def run_process(
    unit: UnitOfWork, name: str, subject: Subject, answers: Answers, *, anew: bool = False
) -> Outcome:
    """Start a process, or resume the running sale, and apply the answers given in advance."""
    with unit:
        process = process_id(unit, name)
        sale, warnings = start_or_resume(unit, process, subject, anew=anew)
        outcome = apply_answers(sale, answers)
        return outcome._replace(warnings=(*warnings, *outcome.warnings))


def look(unit: UnitOfWork, reference: str) -> Outcome:
    """Return where a sale stands, without touching it."""
    with unit.reading():
        return Outcome((), describe(sale_of(unit, references.target(unit, reference))))


def answer(unit: UnitOfWork, reference: str, answers: Answers) -> Outcome:
    """Go on with a sale: reopen a step that was put off, then apply the answers."""
    with unit:
        sale = sale_of(unit, references.target(unit, reference))
        require_running(sale)
        run = sale.stored.run
        step = run.open_step
        before = run
        if step and step.snoozed_until and not run.activity_of(step):
            walk = sale.walk()
            walk.move_down()
            sale.save(walk)
        outcome = apply_answers(sale, answers)
        if not outcome.changes and sale.stored.run != before:
            return outcome._replace(changes=("Took up the step that was put off",))
        return outcome


def complete(
    unit: UnitOfWork, reference: str, answers: Answers, text: str = ""
) -> Outcome | tuple[str, ...]:
    """Complete the open step of a sale, or one activity, with a result.

    A hand-made activity is completed with a text; then only the sentences come back.
    """
    with unit:
        target = references.target(unit, reference)
        activity = activities.of_target(unit, target, reference)
        if activity is not None and not activity.is_step:
            return _complete_apart(unit, activity, answers, text)
        sale = sale_of(unit, target)
        require_running(sale)
        if activity is not None and activity.state != "open":
            raise activities.already_closed(activity)
        return apply_answers(sale, answers, needs_result=True)


def cancel(unit: UnitOfWork, reference: str, text: str) -> Outcome | tuple[str, ...]:
    """Cancel an activity, or the open step of a sale; the stage then ends early."""
    with unit:
        target = references.target(unit, reference)
        activity = activities.of_target(unit, target, reference)
        if activity is not None and not activity.is_step:
            return _complete_apart(unit, activity, Answers(result=CANCELED), text)
        sale = sale_of(unit, target)
        require_running(sale)
        if activity is not None and activity.state != "open":
            raise activities.already_closed(activity)
        step = sale.stored.run.open_step
        if step is None:
            raise RuleError(
                "No step is open in this sale", hint=f"choose the next stage: `sales stage {reference_of(sale)} STAGE`"
            )
        before = sale.stored.run
        walk = sale.walk()
        walk.cancel(step, clean(text) or "canceled")
        outcome = finish(sale, before, walk)
        ended = "The stage ended early" if sale.stored.run.is_choosing else ""
        return outcome._replace(changes=(*outcome.changes, *([ended] if ended else [])))


def keep_typed(unit: UnitOfWork, reference: str, assignments: Sequence[str]) -> None:
    """Keep what was typed into a form that is not finished yet."""
    with unit:
        sale = sale_of(unit, references.target(unit, reference))
        walk = sale.walk()
        walk.save(read_assignments(unit, SALE_FIELDS, assignments))
        sale.save(walk)
