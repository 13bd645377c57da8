"""Answers given in advance: a result, fields, the next stage, a time; applied as far as they go."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from salescli.domain.fields import SALE_FIELDS
from salescli.domain.moments import say_moment
from salescli.domain.process.choices import choices
from salescli.domain.process.engine import Walk
from salescli.domain.process.run import Run
from salescli.domain.process.spec import SAVED, StageSpec, StepSpec
from salescli.domain.reference import handle
from salescli.domain.text import clean, shell_word, slug
from salescli.errors import DecisionNeededError, NotFoundError, RuleError
from salescli.services import references
from salescli.services.narration import tell
from salescli.services.references import Target
from salescli.services.sale import Sale
from salescli.services.standing import Outcome, describe
from salescli.services.targets import find_stage, reference_of
from salescli.services.values import read_assignments
from salescli.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from salescli.services.endings import Closing


class Answers(NamedTuple):
    """What was said in advance: a result, fields as `name=value`, the next stage, a time.

    With a result the time is what it has agreed on, without one it is that of the open activity.
    `seen` is the place where the sale stood for whoever answers, and `shown` the fields' values as
    they saw them; what has changed since then is not overwritten. With `is_whole` what was
    shown in a list and is no longer in it is removed.
    """

    result: str = ""
    assignments: tuple[str, ...] = ()
    next_stage: str = ""
    at: str = ""
    seen: str = ""
    shown: Mapping[str, str] = {}
    is_whole: bool = False

    @property
    def any(self) -> bool:
        """Whether anything was said."""
        return bool(self.result or self.assignments or self.next_stage or self.at)


def apply_answers(
    sale: Sale, answers: Answers, *, text: str = "", needs_result: bool = False
) -> Outcome:
    """Apply answers given in advance as far as they reach.

    Fields are saved first. Then the open step is closed with the result, and each form after it
    that the fields concern and fill is saved; with a next stage, all steps up to the end of the
    stage.

    Raises:
        DecisionNeededError: they were given, and a required answer is missing.
        ChangedMeanwhileError: the sale has moved, or a field has changed, since it was seen.
    """
    before = sale.stored.run
    require_unchanged(sale, answers, text)
    walk = sale.walk()
    values = read_assignments(sale.unit, SALE_FIELDS, answers.assignments, currency=sale.currency)
    sale.fields.shown = answers.shown if answers.is_whole else {}
    if answers.next_stage and "owner" not in values:
        find_stage(sale.newest.spec, answers.next_stage)
    walk.save(values)
    is_told = needs_result or bool(slug(answers.result))
    if answers.at:
        _take_time(sale.unit, walk, answers.at, is_agreed=is_told)
    rest = _close_steps(sale, walk, answers, values, text, needs_result=needs_result)
    if rest and before.open_step:
        raise NotFoundError(
            f"No step that is open has the result `{rest}`",
            hint="leave it out, or see the results"
            f" of the step: `sales continue {reference_of(sale)}`",
        )
    if rest or (needs_result and before.open_step is None):
        raise _undecided(sale, walk)
    if walk.run.open_step == before.open_step:
        walk.heed(values)
    if walk.agreed:
        raise RuleError(
            f"Nothing that follows has a time, so `{clean(answers.at)}` has no place",
            hint="leave out --at, or give the field: --set FIELD=WHEN",
        )
    if answers.next_stage:
        sale.heed(walk.facts)
        walk.newest = sale.newest.spec
        stage = find_stage(walk.newest, answers.next_stage)
        go_to(walk, stage, {}, "chosen")
    return finish(sale, before, walk)


def _close_steps(
    sale: Sale,
    walk: Walk,
    answers: Answers,
    values: Mapping[str, Any],
    text: str,
    *,
    needs_result: bool,
) -> str:
    """Close the open step and those after it, as far as the answers reach.

    Return the result that no step has taken.
    """
    first, result = walk.run.open_step, slug(answers.result)
    is_told = needs_result or bool(result)
    while step := walk.run.open_step:
        spec = walk.spec.stage(walk.run.stage).step(step.step)
        goes_on = is_told or bool(answers.next_stage)
        if spec.do == "form":
            is_meant = _is_meant(spec, walk, {**values, **walk.answered}, is_first=step == first)
            if result not in {"", SAVED} and not (is_meant or answers.next_stage):
                raise _form_first(reference_of(sale), spec, result)
            goes_on = goes_on or is_meant
        if not goes_on:
            break
        try:
            chosen = _result(spec, result)
        except DecisionNeededError as refusal:
            if step == first:
                raise
            raise _one_by_one(reference_of(sale), spec, answers, refusal) from None
        walk.complete(step, chosen, {}, text)
        result = result if spec.do == "form" and result != SAVED else ""
        text, is_told = "", bool(result)
    return result


def target_of(unit: UnitOfWork, reference: str, answers: Answers, text: str = "") -> Target:
    """Return what a reference means.

    Raises:
        ChangedMeanwhileError: it is gone since it was seen; what was typed is kept in the refusal.
        NotFoundError: there is no such thing.
        SeveralMatchesError: there is more than one.
    """
    try:
        return references.target(unit, reference)
    except NotFoundError as unknown:
        if not (answers.seen or answers.shown):
            raise
        from salescli.services.taken_back import taken_back

        raise (taken_back(unit, reference, answers, text) or unknown) from None


def require_unchanged(sale: Sale, answers: Answers, text: str = "") -> None:
    """Refuse answers to something else than what stands there now.

    Raises:
        ChangedMeanwhileError: the sale has moved, or a field has changed, since it was seen.
    """
    if answers.seen and not sale.stored.run.stands_at(answers.seen):
        from salescli.services.meanwhile import moved_on

        raise moved_on(sale, answers, text)
    if answers.shown:
        from salescli.services.meanwhile import refuse_changed_fields

        refuse_changed_fields(sale, answers)


def _is_meant(spec: StepSpec, walk: Walk, values: Mapping[str, Any], *, is_first: bool) -> bool:
    """Whether the fields that were given are meant to save a form, or only to note what is known.

    A form that comes later in the walk is saved when nothing is missing; else it asks for the rest.
    """
    is_whole = all(walk.facts.get(name) not in {None, "", ()} for name in spec.required)
    return any(name in values for name in spec.fields) and (is_first or is_whole)


def _one_by_one(
    reference: str, spec: StepSpec, answers: Answers, refusal: DecisionNeededError
) -> DecisionNeededError:
    """Return the refusal of answers that reach over a step which needs one of its own."""
    if spec.do == "wait":
        return refusal
    return DecisionNeededError(
        f"`{spec.name}` comes before the end of the stage, and needs a result of its own",
        hint=f"leave out --next now; then `sales done {reference} {'|'.join(spec.results)}"
        f" --next {shell_word(clean(answers.next_stage))}`",
        choices=spec.results,
    )


def _form_first(reference: str, spec: StepSpec, result: str) -> DecisionNeededError:
    return DecisionNeededError(
        f"The form `{spec.name}` is open, so `{result}` cannot be the result yet",
        hint=f"save the form first: sales done {reference} --set FIELD=VALUE",
        choices=spec.required,
    )


def _result(spec: StepSpec, result: str) -> str:
    """Return the result to close a step with.

    Raises:
        DecisionNeededError: it has to be chosen, or the step waits for an activity.
    """
    if spec.do == "form":
        return SAVED
    if spec.do == "wait":
        raise DecisionNeededError(
            f"The sale waits: {spec.name}", hint="complete that activity, or move to another stage"
        )
    if not result and len(spec.results) == 1:
        return spec.results[0]
    if not result:
        raise DecisionNeededError(
            f"`{spec.name}` needs a result",
            hint="choose one of " + ", ".join(f"`{name}`" for name in spec.results),
            choices=spec.results,
        )
    return result


def _undecided(sale: Sale, walk: Walk) -> DecisionNeededError:
    stages = choices(walk.spec, sale.newest.spec, walk.run, walk.facts)
    names = tuple(choice.stage.id for choice in stages)
    return DecisionNeededError(
        "No step is open: the next stage is to be chosen",
        hint="choose one of " + ", ".join(f"`{name}`" for name in names),
        choices=names,
    )


def finish(sale: Sale, before: Run, walk: Walk, closing: "Closing | None" = None) -> Outcome:
    """Save a walk and tell what it did; an ending is concluded with what is said beside it.

    Raises:
        RuleError: an account is to be flagged, and the sale ends without an opportunity.
    """
    if closing and closing.flags_account and walk.run.state == "disqualified":
        raise RuleError(
            "A sale without an opportunity flags no account", hint="leave out --flag-account"
        )
    sale.save(walk)
    changes = tell(sale, before, walk.effects)
    warnings = (*sale.fields.warnings, *_past(sale, walk))
    if sale.stored.run.state != "ended" or before.state == "ended":
        return Outcome(tuple(changes), describe(sale), warnings)
    from salescli.services.endings import Closing, conclude

    ended = conclude(sale, closing or Closing())
    standing = describe(sale)._replace(successor=ended.successor)
    return Outcome((*changes, *ended.changes), standing, (*warnings, *ended.warnings))


def _past(sale: Sale, walk: Walk) -> list[str]:
    """Warn of activities that were made or moved to a time that is over: it may be a slip."""
    now, told = sale.unit.now, []
    moved = {e.key for e in walk.effects if e.kind in {"create_activity", "move_activity"}}
    for activity in sale.stored.run.activities:
        due = activity.due_at
        if activity.key in moved and activity.state == "open" and due and due < now:
            said = say_moment(due.astimezone(now.tzinfo), now)
            told.append(f"`{handle('activity', activity.number)}` is due in the past: {said}")
    return told


def go_to(walk: Walk, stage: StageSpec, values: Mapping[str, Any], by: str) -> None:
    """Enter a stage; an ending disqualifies a sale that has no opportunity, and needs a reason."""
    if not stage.ending or walk.run.has_opportunity:
        walk.enter(stage, by, values)
        return
    if stage.ending == "won":
        raise RuleError(
            "A sale without an opportunity cannot be won",
            hint="make it first: `sales continue REF --set account=NAME`, or go to a later stage",
        )
    walk.save(values)
    reason = walk.facts.get("reason")
    if not reason:
        raise DecisionNeededError(
            f"`{stage.name}` needs `reason`",
            hint="give it with --set reason=...",
            choices=("reason",),
        )
    walk.disqualify(str(reason))


def _take_time(unit: UnitOfWork, walk: Walk, text: str, *, is_agreed: bool) -> None:
    """Give the open activity its time, or keep for what follows the one that was agreed on."""
    from salescli.services.when import moment

    at = moment(text, unit.now)
    step = walk.run.open_step
    activity = walk.run.activity_of(step) if step else None
    if is_agreed or (step and activity is None):
        walk.agree(at)
    elif activity:
        walk.schedule(activity, at)
    else:
        raise RuleError("No activity is open that could be scheduled", hint="leave out --at")
