"""Answers given in advance: a result, fields, the next stage, a time; applied as far as they go."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from salescli.domain.fields import SALE_FIELDS
from salescli.domain.process.engine import Walk
from salescli.domain.process.run import Run
from salescli.domain.process.spec import SAVED
from salescli.domain.text import slug
from salescli.errors import DecisionNeededError, RuleError
from salescli.services.narration import tell
from salescli.services.sale import Sale
from salescli.services.standing import Outcome, describe
from salescli.services.targets import find_stage
from salescli.services.values import read_assignments
from salescli.store.unit_of_work import UnitOfWork


class Answers(NamedTuple):
    """What was said in advance: a result, fields as `name=value`, the next stage, a time."""

    result: str = ""
    assignments: tuple[str, ...] = ()
    next_stage: str = ""
    at: str = ""

    @property
    def any(self) -> bool:
        """Whether anything was said."""
        return bool(self.result or self.assignments or self.next_stage or self.at)


def apply_answers(sale: Sale, answers: Answers, *, needs_result: bool = False) -> Outcome:
    """Apply answers given in advance as far as they reach.

    Raises:
        DecisionNeededError: they were given, and a later required answer is missing.
    """
    unit = sale.unit
    values = read_assignments(unit, SALE_FIELDS, answers.assignments)
    before = sale.stored.run
    walk = sale.walk()
    if answers.at:
        _schedule_open(unit, walk, answers.at)
    result = slug(answers.result)
    is_first = True
    while walk.run.state == "running" and not walk.run.ended_by:
        chosen = _result_for(walk, result, values, answers, is_required=needs_result and is_first)
        if not chosen:
            break
        step = walk.run.open_step
        assert step is not None
        walk.complete(step, chosen, values if is_first else {})
        result, is_first = ("", False) if chosen != SAVED or chosen == result else (result, False)
    if values and is_first:
        walk.save(values)
    if result and not is_first:
        raise _missing(walk, f"`{result}` could not be given yet")
    if answers.next_stage:
        _go_to(sale, walk, answers.next_stage)
    return finish(sale, before, walk)


def _result_for(
    walk: Walk, result: str, values: Mapping[str, Any], answers: Answers, *, is_required: bool
) -> str:
    """Return the result to close the open step with, or an empty text to stop there."""
    step = walk.run.open_step
    if step is None:
        return ""
    spec = walk.spec.stage(walk.run.stage).step(step.step)
    if spec.do == "wait":
        if is_required or answers.next_stage:
            raise _missing(walk, f"`{spec.name}`: the sale waits")
        return ""
    if spec.do == "form":
        known = {**walk.facts, **values}
        lacks = any(known.get(name) in (None, "", ()) for name in spec.required)
        concerns = any(name in values for name in spec.fields)
        wanted = is_required or bool(result) or bool(answers.next_stage)
        return SAVED if concerns or wanted and not (lacks and not wanted) else ""
    if result:
        return result
    if is_required and len(spec.results) == 1:
        return spec.results[0]
    if is_required or answers.next_stage:
        raise _missing(walk, f"`{spec.name}` needs a result")
    return ""


def _missing(walk: Walk, message: str) -> DecisionNeededError:
    step = walk.run.open_step
    assert step is not None
    spec = walk.spec.stage(walk.run.stage).step(step.step)
    options = spec.results or spec.required
    return DecisionNeededError(
        message,
        hint="choose one of " + ", ".join(f"`{name}`" for name in options),
        choices=options,
    )


def finish(sale: Sale, before: Run, walk: Walk) -> Outcome:
    """Save a walk and tell what it did."""
    sale.save(walk)
    changes = tell(sale, before, walk.effects)
    return Outcome(tuple(changes), describe(sale))


def _go_to(sale: Sale, walk: Walk, text: str) -> None:
    stage = find_stage(sale.newest.spec, text)
    if not walk.run.ended_by and walk.run.open_step:
        raise _missing(walk, f"The stage has not ended, so `{stage.id}` cannot follow yet")
    if stage.ending and not walk.run.has_opportunity:
        walk.disqualify(str(walk.facts.get("reason") or stage.name))
    else:
        walk.enter(stage, "chosen", {})


def _schedule_open(unit: UnitOfWork, walk: Walk, at: str) -> None:
    from salescli.services.when import moment

    step = walk.run.open_step
    activity = walk.run.activity_of(step) if step else None
    if activity is None:
        raise RuleError("No activity is open that could be scheduled", hint="leave out --at")
    walk.schedule(activity, moment(at, unit.now))
