"""What one version of a process says otherwise than another: stages, steps, ways, fields, texts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from salescli.domain.process.condition import unparse
from salescli.domain.process.spec import (
    ActivitySpec,
    FollowUp,
    Link,
    ProcessSpec,
    StageSpec,
    StepSpec,
    TriggerSpec,
    Way,
)

ADDED, REMOVED, RENAMED, CHANGED = "added", "removed", "renamed", "changed"

Part = StageSpec | StepSpec | ActivitySpec


class Difference(NamedTuple):
    """One thing that differs: where, what of it, how, and what it was and is.

    `stage` and `step` are ids of the new version; both are empty for the process as a whole.
    `kind` is `added`, `removed`, `renamed` or `changed`, `what` a key of the file.
    """

    stage: str
    step: str
    what: str
    kind: str
    old: str = ""
    new: str = ""


def differences(old: ProcessSpec, new: ProcessSpec) -> list[Difference]:
    """Return all that differs, in the order of the new version; empty when nothing does."""
    return [
        *_values("", "", _plain(old, "stages", "activities", "triggers"), _plain(new)),
        *_triggers(old.triggers, new.triggers),
        *_activities(old.activities, new.activities),
        *_stages(old, new),
    ]


def _triggers(old: Sequence[TriggerSpec], new: Sequence[TriggerSpec]) -> Iterator[Difference]:
    before, after = (
        {f"{t.on} = {t.to}": _said(_plainly(t.start)) for t in all_} for all_ in (old, new)
    )
    yield from _mapping("", "", "trigger", before, after)


def _activities(old: Sequence[ActivitySpec], new: Sequence[ActivitySpec]) -> Iterator[Difference]:
    before, after = {a.id: a for a in old}, {a.id: a for a in new}
    for topic, activity in after.items():
        if topic not in before:
            yield Difference("", "", "activity", ADDED, "", f"{topic}: {activity.name}")
        else:
            changed = _values("", "", _plain(before[topic]), _plain(activity))
            yield from (one._replace(what=f"activity.{topic}.{one.what}") for one in changed)
    for topic in before.keys() - after.keys():
        yield Difference("", "", "activity", REMOVED, f"{topic}: {before[topic].name}")


def _stages(old: ProcessSpec, new: ProcessSpec) -> Iterator[Difference]:
    before = {stage.id: stage for stage in old.stages}
    taken: set[str] = set()
    for stage in new.stages:
        earlier = next((name for name in stage.ids if name in before), None)
        if earlier is None:
            yield Difference(stage.id, "", "stage", ADDED, "", stage.name)
            continue
        taken.add(earlier)
        if earlier != stage.id:
            yield Difference(stage.id, "", "stage", RENAMED, earlier, stage.id)
        yield from _stage(before[earlier], stage)
    for name, stage in before.items():
        if name not in taken:
            yield Difference(name, "", "stage", REMOVED, stage.name)
    yield from _order("", "stage", [s.id for s in old.stages], [s.id for s in new.stages])


def _stage(old: StageSpec, new: StageSpec) -> Iterator[Difference]:
    yield from _values(new.id, "", _plain(old, "steps"), _plain(new))
    before, after = {s.id: s for s in old.steps}, {s.id: s for s in new.steps}
    for name, step in after.items():
        if name in before:
            yield from _step(new.id, before[name], step)
        else:
            yield Difference(new.id, name, "step", ADDED, "", step.name)
    for name in [name for name in before if name not in after]:
        yield Difference(new.id, name, "step", REMOVED, before[name].name)
    yield from _order(new.id, "step", list(before), list(after))


def _step(stage: str, old: StepSpec, new: StepSpec) -> Iterator[Difference]:
    yield from _values(stage, new.id, _plain(old, "on", "sets"), _plain(new))
    yield from _mapping(stage, new.id, "on", old.on, new.on)
    yield from _mapping(stage, new.id, "set", old.sets, new.sets)


def _values(
    stage: str, step: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Difference]:
    """Yield the keys of a part that differ; lists of fields by what was added and removed."""
    for name, before in old.items():
        after = new[name]
        if before == after:
            continue
        if isinstance(before, tuple) and set(before) != set(after):
            gone = ", ".join(word for word in before if word not in after)
            came = ", ".join(word for word in after if word not in before)
            kind = CHANGED if gone and came else ADDED if came else REMOVED
            yield Difference(stage, step, name, kind, gone, came)
        else:
            yield Difference(stage, step, name, CHANGED, _said(before), _said(after))


def _mapping(
    stage: str, step: str, what: str, old: Mapping[str, str], new: Mapping[str, str]
) -> Iterator[Difference]:
    for key, value in new.items():
        if key not in old:
            yield Difference(stage, step, what, ADDED, "", _pair(key, value))
        elif old[key] != value:
            yield Difference(stage, step, what, CHANGED, _pair(key, old[key]), _pair(key, value))
    for key, value in old.items():
        if key not in new:
            yield Difference(stage, step, what, REMOVED, _pair(key, value))


def _order(stage: str, what: str, old: list[str], new: list[str]) -> Iterator[Difference]:
    """Yield that what both versions have stands in another order."""
    before = [name for name in old if name in new]
    after = [name for name in new if name in old]
    if before != after:
        yield Difference(
            stage, "", f"order of {what}s", CHANGED, ", ".join(before), ", ".join(after)
        )


def _plain(part: ProcessSpec | Part, *but: str) -> dict[str, Any]:
    """Return the values of a part by the names that the file has for them."""
    names = {"condition": "if", "topic": "for" if getattr(part, "do", "") == "wait" else "activity"}
    left_out = {"id", *but}
    return {
        names.get(name, name): unparse(value) if name == "condition" and value else _plainly(value)
        for name, value in part._asdict().items()
        if name not in left_out
    }


def _plainly(value: Any) -> Any:
    """Return a value with texts in the place of ways, links and activities."""
    return tuple(_line(item) for item in value) if isinstance(value, tuple) else value


def _line(item: Any) -> str:
    if isinstance(item, Way):
        test = f"if {unparse(item.test)}" if item.test else "else"
        return f"{test}: {item.stage}" + (f" ({item.because})" if item.because else "")
    if isinstance(item, Link):
        return f"{item.name}: {item.to}"
    if isinstance(item, FollowUp):
        return f"{item.type} {item.name}, {item.due}, {item.assignee}"
    return str(item)


def _said(value: Any) -> str:
    """Return a value of a definition as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    return "" if value is None else str(value).strip()


def _pair(key: str, value: str) -> str:
    return f"{key} -> {value}" if value else key
