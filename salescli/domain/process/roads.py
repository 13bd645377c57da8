"""The ways through one stage: every step is reached, and from every step the stage's end is."""

from collections.abc import Iterable, Mapping

from salescli.domain.process.spec import END, StageSpec
from salescli.domain.process.table import KeyPath, Problems, quoted

AUTOMATIC = frozenset({"if", "set", "spawn"})
"""Kinds of steps that nobody has to do; `wait` is not one of them, as a sale may stand on it."""


def check_roads(path: KeyPath, stage: StageSpec, problems: Problems) -> None:
    """Note steps that are never reached or never reach the end, and circles nobody can leave.

    Silent about a stage without steps, and while a way on or an id is missing, unknown or used
    twice: one mistake is one problem.
    """
    if not stage.steps or not _is_whole(stage):
        return
    onward = {step.id: set(step.on.values()) for step in stage.steps}
    backward: dict[str, set[str]] = {}
    for id_, ways in onward.items():
        for target in ways:
            backward.setdefault(target, set()).add(id_)
    reached = _reachable({stage.steps[0].id}, onward)
    ending = _reachable({END}, backward)
    for place, step in enumerate(stage.steps):
        at = (*path, "step", place)
        if step.id not in reached:
            problems.note(at, f"no step leads to {quoted(step.id)}")
        if step.id not in ending:
            message = f"no way leads from step {quoted(step.id)} to `{END}`"
            problems.note(at, message, f"let one of its results lead towards `{END}`")
    _check_circles(path, stage, problems)


def _is_whole(stage: StageSpec) -> bool:
    ids = {step.id for step in stage.steps}
    targets = {target for step in stage.steps for target in step.on.values()}
    is_told_apart = len(ids) == len(stage.steps) and "" not in ids
    return is_told_apart and targets <= {END, *ids} and all(step.on for step in stage.steps)


def _reachable(start: Iterable[str], ways: Mapping[str, set[str]]) -> set[str]:
    found = set(start)
    waiting = list(found)
    while waiting:
        fresh = ways.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found


def _check_circles(path: KeyPath, stage: StageSpec, problems: Problems) -> None:
    automatic = {step.id for step in stage.steps if step.do in AUTOMATIC}
    onward = {
        step.id: automatic.intersection(step.on.values())
        for step in stage.steps
        if step.id in automatic
    }
    after = {id_: _reachable(ways, onward) for id_, ways in onward.items()}
    told: set[str] = set()
    for place, step in enumerate(stage.steps):
        if step.id in told or step.id not in after.get(step.id, ()):
            continue
        circle = [id_ for id_ in onward if id_ in after[step.id] and step.id in after[id_]]
        told.update(circle)
        names = ", ".join(map(quoted, circle))
        problems.note(
            (*path, "step", place),
            f"the automatic steps {names} go in a circle",
            "put a step between them where somebody decides",
        )
