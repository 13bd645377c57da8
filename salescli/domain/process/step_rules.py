"""The rules for a single step: where it leads, which results it needs, which names it uses."""

from datetime import UTC, datetime

from salescli.domain import moments
from salescli.domain.fields import DAY, MOMENT, SALE_FIELDS
from salescli.domain.process.compile import THEN_KINDS
from salescli.domain.process.known import Known
from salescli.domain.process.spec import (
    CANCELED,
    COMPLETED,
    END,
    SAVED,
    StageSpec,
    StepSpec,
)
from salescli.domain.process.table import KeyPath, listed, quoted
from salescli.errors import UsageError

_NEEDED = {"form": (SAVED,), "if": ("yes", "no"), "wait": (COMPLETED,)}
_POSSIBLE = {"if": ("yes", "no"), "wait": (COMPLETED, CANCELED)}
_LEAST = {"ask": 2, "activity": 1}
_SOME_DAY = datetime(2000, 1, 3, tzinfo=UTC)


def check_step(path: KeyPath, step: StepSpec, stage: StageSpec, known: Known) -> None:
    """Note every problem of one step."""
    _check_targets(path, step, stage, known)
    if step.on:
        _check_results((*path, "on"), step, known)
    for place, field in enumerate(step.fields):
        known.check_field((*path, "fields", place), field)
    for place, field in enumerate(step.shows):
        known.check_shown((*path, "shows", place), field)
    for field, value in step.sets.items():
        known.check_field((*path, "set", field), field)
        known.check_value((*path, "set", field), value)
        if field in SALE_FIELDS and ("." not in value or value in known.facts):
            known.check_kind((*path, "set", field), value, SALE_FIELDS[field].kind)
    known.check_condition((*path, "if"), step.condition, stage)
    known.check_assignee((*path, "assignee"), step.assignee)
    known.check_links(path, step.links)
    known.check_topic((*path, "for" if step.do == "wait" else "activity"), step.topic)
    check_due((*path, "due"), step.due, known)


def _check_targets(path: KeyPath, step: StepSpec, stage: StageSpec, known: Known) -> None:
    steps = [other.id for other in stage.steps if other.id]
    for result, target in step.on.items():
        if target in (*steps, END, ""):
            continue
        where = (*path, "then") if step.do in THEN_KINDS else (*path, "on", result)
        message = f"stage {quoted(stage.id)} has no step {quoted(target)}"
        if target in known.stages:
            hint = f"lead to `{END}`, and name the stage in `next` or `recommend`"
            known.problems.note(where, message, hint)
        else:
            known.problems.note_unknown(where, message, target, [*steps, END])


def _check_results(path: KeyPath, step: StepSpec, known: Known) -> None:
    named = quoted(step.id)
    for result in _NEEDED.get(step.do, ()):
        if result not in step.on:
            known.problems.note(path, f"step {named} needs the result `{result}`")
    possible = _POSSIBLE.get(step.do)
    for result in step.on:
        if possible and result not in possible:
            message = f"step {named} never has the result {quoted(result)}"
            hint = f"a step that does `{step.do}` has {listed(possible)}"
            known.problems.note((*path, result), message, hint)
    least = _LEAST.get(step.do, 0)
    if len(step.results) < least:
        count = "two results" if least > 1 else "a result"
        hint = f"`{CANCELED}` and `postponed` are implied and do not count"
        known.problems.note(path, f"step {named} needs at least {count} to choose from", hint)


def check_due(path: KeyPath, due: str, known: Known) -> None:
    """Note a time that is neither an offset such as `+2 workdays` nor a field with a time."""
    if not due.startswith("+"):
        known.check_field(path, due)
        if due in SALE_FIELDS and SALE_FIELDS[due].kind not in {DAY, MOMENT}:
            known.problems.note(path, f"{quoted(due)} is no day and no moment")
        return
    try:
        moments.offset(due, _SOME_DAY)
    except UsageError as error:
        known.problems.note(path, error.message, error.hint)
