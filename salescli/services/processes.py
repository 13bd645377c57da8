"""The guided process as a seller drives it: start, resume, answer, complete, cancel."""

from salescli.domain.activity import Activity
from salescli.domain.fields import SALE_FIELDS
from salescli.domain.process.spec import CANCELED, COMPLETED
from salescli.domain.text import clean, guesses, shell_word, slug
from salescli.errors import (
    ChangedMeanwhileError,
    NotFoundError,
    RuleError,
    SalesError,
    UsageError,
)
from salescli.services import activities, references
from salescli.services.activities import Done
from salescli.services.answers import (
    Answers,
    apply_answers,
    finish,
    require_unchanged,
    target_of,
)
from salescli.services.references import Target
from salescli.services.sale import Sale, require_enabled
from salescli.services.sessions import setting
from salescli.services.standing import Outcome, describe
from salescli.services.starting import Subject, start_or_resume
from salescli.services.targets import reference_of, require_running, sale_of
from salescli.services.values import read_assignments
from salescli.store import activities as activity_rows
from salescli.store import definitions
from salescli.store.unit_of_work import UnitOfWork


def process_id(unit: UnitOfWork, text: str) -> str:
    """Return the id of the published process that any spelling of its name means.

    An id goes before a name.

    Raises:
        NotFoundError: there is none; the hint offers the nearest names.
        UsageError: several have that name.
    """
    known = definitions.names(unit.connection)
    wanted = slug(text)
    if wanted in known:
        return wanted
    called = [process for process, name in known.items() if slug(name) == wanted]
    if len(called) > 1:
        raise UsageError(
            f"Several processes are called `{clean(text)}`",
            hint="give its id: " + ", ".join(f"`{process}`" for process in called),
        )
    if called:
        return called[0]
    near = guesses(wanted, known)
    raise NotFoundError(
        f"There is no process `{clean(text)}`",
        hint="did you mean " + ", ".join(f"`{name}`" for name in near) + "?",
    )


def to_start(unit: UnitOfWork, text: str) -> tuple[str, str]:
    """Return id and name of the process that a text means, which sales may start by.

    Raises:
        NotFoundError: there is none.
        RuleError: it is disabled.
    """
    with unit.reading():
        process = process_id(unit, text)
        require_enabled(unit, process)
        return process, definitions.names(unit.connection)[process]


def run_process(
    unit: UnitOfWork, name: str, subject: Subject, answers: Answers, *, anew: bool = False
) -> Outcome:
    """Start a process, or resume the running sale, and apply the answers given in advance."""
    with unit:
        process = process_id(unit, name)
        sale, remarks = start_or_resume(unit, process, subject, anew=anew)
        taken_up = _take_up(sale)
        outcome = apply_answers(sale, answers)
        return outcome._replace(
            changes=(*taken_up, *outcome.changes), warnings=(*remarks, *outcome.warnings)
        )


def look(unit: UnitOfWork, reference: str) -> Outcome:
    """Return where a sale stands, without touching it."""
    with unit.reading():
        return Outcome((), describe(sale_of(unit, references.target(unit, reference))))


def move_down(unit: UnitOfWork, reference: str, answers: Answers) -> Outcome:
    """Go on with a sale: take up the step that was put off, then apply the answers."""
    with unit:
        sale = sale_of(unit, target_of(unit, reference, answers))
        require_running(sale)
        taken_up = _take_up(sale)
        outcome = apply_answers(sale, answers)
        return outcome._replace(changes=(*taken_up, *outcome.changes))


def complete(unit: UnitOfWork, reference: str, answers: Answers, text: str = "") -> Outcome | Done:
    """Complete the open step of a sale, or one activity, with a result.

    Raises:
        ChangedMeanwhileError: somebody else has closed it; what was typed is kept in the refusal.
    """
    with unit:
        target = target_of(unit, reference, answers, clean(text))
        activity = _open_activity(unit, target, reference, answers, text)
        apart = activity if activity and activity.step_visit is None else None
        if apart is None or (answers.seen and apart.run_key is not None):
            sale = sale_of(unit, target)
            require_unchanged(sale, answers, text)
            require_running(sale)
            apart = apart or _awaited(unit, sale)
            if apart is None:
                return apply_answers(sale, answers, text=clean(text), needs_result=True)
        elif answers.seen:
            raise UsageError(f"`{apart.reference}` stands on no step", hint="leave out --if-step")
        result = answers.result or COMPLETED
        outcome = activities.close_apart(unit, apart, _as_result(apart, result), text)
        answers = answers._replace(result="", seen="")
        if not answers.any:
            return outcome
        if apart.run_key is None:
            raise UsageError(
                f"No process awaits `{apart.reference}`, so nothing follows its result",
                hint="leave out --set, --next and --at",
            )
        rest = apply_answers(Sale(unit, apart.run_key), answers)
        return rest._replace(changes=(*outcome.changes, *rest.changes))


def cancel(unit: UnitOfWork, reference: str, text: str) -> Outcome | Done:
    """Cancel an activity, or the open step of a sale; the stage then ends early."""
    with unit:
        target = references.target(unit, reference)
        activity = activities.of_target(unit, target, reference)
        if activity and activity.step_visit is None:
            return activities.close_apart(unit, activity, CANCELED, text)
        sale = sale_of(unit, target)
        require_running(sale)
        before = sale.stored.run
        if before.open_step is None:
            raise RuleError(
                "No step is open in this sale",
                hint=f"choose the next stage: `sales stage {reference_of(sale)} STAGE`",
            )
        walk = sale.walk()
        walk.cancel(before.open_step, clean(text) or "canceled")
        outcome = finish(sale, before, walk)
        ended = ("The stage ended early",) if sale.stored.run.is_choosing else ()
        return outcome._replace(changes=(*outcome.changes, *ended))


def keep_typed(unit: UnitOfWork, reference: str, answers: Answers) -> None:
    """Keep what was typed into a form that is not finished yet.

    Raises:
        ChangedMeanwhileError: one of its fields has changed since it was shown.
    """
    with unit:
        sale = sale_of(unit, target_of(unit, reference, answers))
        require_unchanged(sale, answers._replace(seen=""))
        walk = sale.walk()
        values = read_assignments(unit, SALE_FIELDS, answers.assignments, currency=sale.currency)
        walk.save(values)
        sale.save(walk)


def _open_activity(
    unit: UnitOfWork, target: Target, reference: str, answers: Answers, text: str
) -> Activity | None:
    """Return the activity that is meant; a refusal because it is closed keeps what was typed."""
    try:
        return activities.of_target(unit, target, reference)
    except ChangedMeanwhileError as refusal:
        if target.run is not None:
            from salescli.services.meanwhile import kept

            sale = reference_of(sale_of(unit, target))
            refusal.kept = kept(sale, answers.assignments, clean(text))
        raise


def _take_up(sale: Sale) -> tuple[str, ...]:
    """Reopen the step without an activity that was put off, if the sale stands on one."""
    step = sale.stored.run.open_step
    if step is None or step.snoozed_until is None:
        return ()
    walk = sale.walk()
    walk.move_down()
    sale.save(walk)
    return ("Took up the step that was put off",)


def _awaited(unit: UnitOfWork, sale: Sale) -> Activity | None:
    """Return the activity that a sale on standby waits for."""
    run = sale.stored.run
    step = run.open_step
    if step is None or step.state != "waiting":
        return None
    topic = sale.spec.stage(run.stage).step(step.step).topic
    awaited = run.on_topic(topic, "open")
    return activity_rows.load(unit.connection, awaited.key) if awaited else None


def _as_result(activity: Activity, text: str) -> str:
    """A hand-made activity is completed with any text; one of a process with a result."""
    return text if activity.run_key is None else slug(text)


def problem_with(unit: UnitOfWork, reference: str, field: str, text: str) -> str:
    """Return what is wrong with a text for a field of a sale, or an empty text."""
    with unit.reading():
        money = _currency_of(unit, reference)
        try:
            read_assignments(unit, SALE_FIELDS, [f"{field}={text}"], currency=money)
        except SalesError as refusal:
            return f"{refusal.message}; {refusal.hint}" if refusal.hint else refusal.message
    return ""


def _currency_of(unit: UnitOfWork, reference: str) -> str:
    """Return the currency of a sale's amounts; the usual one for a sale that was undone."""
    try:
        return sale_of(unit, references.target(unit, reference)).currency
    except NotFoundError:
        return setting(unit, "currency")


def before_canceling(unit: UnitOfWork, reference: str) -> str:
    """Return the question to ask before a step is canceled; empty where it ends no stage."""
    with unit.reading():
        target = references.target(unit, reference)
        activity = activities.of_target(unit, target, reference)
        if (activity and activity.step_visit is None) or target.run is None:
            return ""
        sale = sale_of(unit, target)
        step = sale.stored.run.open_step
        if step is None:
            return ""
        stage = sale.spec.stage(sale.stored.run.stage)
        name = stage.step(step.step).name
        return (
            f"Canceling `{name}` ends the stage `{stage.name}` early. To move it instead:"
            f' `sales schedule {shell_word(reference)} "tue 10"`. Cancel it?'
        )
