"""The rules that a definition has to keep, so that no sale is ever led into a corner."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from salescli.domain.fields import NOUNS
from salescli.domain.process.compile import read_process
from salescli.domain.process.known import FACTS, Known
from salescli.domain.process.roads import check_roads
from salescli.domain.process.spec import ProcessSpec, StageSpec, TriggerSpec
from salescli.domain.process.step_rules import check_due, check_step
from salescli.domain.process.table import KeyPath, Problem, Problems, quoted
from salescli.domain.text import slug

__all__ = ["FACTS", "Problem", "compile_definition", "vanished"]


def compile_definition(
    document: Mapping[str, Any], *, fields: Collection[str]
) -> tuple[ProcessSpec | None, list[Problem]]:
    """Return the definition that a document holds, or None and all its problems.

    `fields` are the names that forms may ask for; with `FACTS` they are what conditions know.
    """
    problems = Problems()
    spec = read_process(document, problems)
    known = Known(spec, fields, problems)
    _check_process(spec, known)
    for place, stage in enumerate(spec.stages):
        _check_stage(("stage", place), stage, known)
    _check_waits(spec, problems)
    return (None if problems else spec), list(problems)


def vanished(
    old: ProcessSpec, new: ProcessSpec, in_use: Collection[tuple[str, str]]
) -> list[Problem]:
    """Return a problem for each (stage, step) where sales stand and that a new version lacks.

    An empty step means a sale that stands between two stages. A stage that was renamed is found
    through its `was`.
    """
    labels = {name: stage.name for stage in old.stages for name in _names(stage)}
    places = {name: place for place, stage in enumerate(new.stages) for name in _names(stage)}
    problems = Problems()
    for stage_id, step_id in sorted(set(in_use)):
        place = places.get(stage_id)
        if place is None:
            label = quoted(labels.get(stage_id, stage_id))
            hint = f'write `was = ["{stage_id}"]` in the stage that takes its place'
            problems.note(("stage",), f"sales stand in stage {label}, which is gone", hint)
        elif step_id and step_id not in {step.id for step in new.stages[place].steps}:
            stage = quoted(new.stages[place].name)
            message = f"sales stand on step {quoted(step_id)} of stage {stage}, which is gone"
            problems.note(("stage", place), message, "keep the step until they have passed it")
    return list(dict.fromkeys(problems))


def _names(stage: StageSpec) -> tuple[str, ...]:
    return tuple(name for name in stage.ids if name)


def _check_process(spec: ProcessSpec, known: Known) -> None:
    known.check_stage(("start",), spec.start)
    if spec.start in {stage.id for stage in spec.endings if stage.id}:
        message = f"the process cannot start at its ending {quoted(spec.start)}"
        known.problems.note(("start",), message)
    if spec.stages and not spec.endings:
        hint = 'add a stage with `ending = "won"`'
        known.problems.note(("stage",), "the process has no ending", hint)
    _check_stage_names(spec, known.problems)
    for place, trigger in enumerate(spec.triggers):
        _check_trigger(("trigger", place), trigger, known)
    for activity in spec.activities:
        path = ("activity", activity.id)
        known.check_field((*path, "start"), activity.start)
        known.check_value((*path, "assignee"), activity.assignee)
        for place, field in enumerate(activity.shows):
            known.check_shown((*path, "shows", place), field)
        known.check_links(path, activity.links)


def _check_stage_names(spec: ProcessSpec, problems: Problems) -> None:
    owners: dict[str, int] = {}
    for place, stage in enumerate(spec.stages):
        for where, name in _ways_to_say(stage):
            if owners.setdefault(slug(name), place) != place:
                message = f"another stage is called {quoted(name)} already"
                hint = "ids, names, aliases and earlier ids have to tell stages apart"
                problems.note(("stage", place, *where), message, hint)
                break


def _ways_to_say(stage: StageSpec) -> Iterator[tuple[KeyPath, str]]:
    """Yield everything that means a stage, and where the stage says so."""
    several = (("was", stage.was), ("aliases", stage.aliases))
    said: list[tuple[KeyPath, str]] = [(("id",), stage.id), (("name",), stage.name)]
    said += [((key, place), name) for key, names in several for place, name in enumerate(names)]
    yield from ((where, name) for where, name in said if slug(name))


def _check_trigger(path: KeyPath, trigger: TriggerSpec, known: Known) -> None:
    on, to, problems = trigger.on, trigger.to, known.problems
    fields = {f"{noun}.{field.name}": field for noun in NOUNS for field in NOUNS[noun]}
    field = fields.get(on)
    if on and field is None:
        message = f"there is no field {quoted(on)} to watch"
        problems.note_unknown((*path, "on"), message, on, fields)
    elif to and field and field.options and to not in field.options:
        message = f"{quoted(on)} is never {quoted(to)}"
        problems.note_unknown((*path, "to"), message, to, field.options)
    for place, (test, name, _because) in enumerate(trigger.start):
        at = (*path, "start", place)
        known.check_condition((*at, "if"), test, StageSpec("", ""))
        known.check_stage((*at, "stage"), name)


def _check_stage(path: KeyPath, stage: StageSpec, known: Known) -> None:
    for place, name in enumerate(stage.next):
        known.check_stage((*path, "next", place), name)
    for place, (test, name, _because) in enumerate(stage.recommend):
        at = (*path, "recommend", place)
        known.check_condition((*at, "if"), test, stage)
        known.check_stage((*at, "stage"), name)
    _check_fields(path, stage, known)
    taken: set[str] = set()
    for place, step in enumerate(stage.steps):
        at = (*path, "step", place)
        if step.id and step.id in taken:
            message = f"stage {quoted(stage.id)} has two steps with the id {quoted(step.id)}"
            known.problems.note((*at, "id"), message)
        taken.add(step.id)
        check_step(at, step, stage, known)
    check_roads(path, stage, known.problems)


def _check_fields(path: KeyPath, stage: StageSpec, known: Known) -> None:
    """Check the fields that a stage names, and what an ending leaves behind."""
    for key in ("fields", "evidence", "carry", "fresh"):
        for place, field in enumerate(getattr(stage, key)):
            known.check_field((*path, key, place), field)
    for place, field in enumerate(stage.shows):
        known.check_shown((*path, "shows", place), field)
    for place, after in enumerate(stage.after):
        check_due((*path, "after", place, "due"), after.due, known)
        known.check_assignee((*path, "after", place, "assignee"), after.assignee)


def _check_waits(spec: ProcessSpec, problems: Problems) -> None:
    topics = {activity.id for activity in spec.activities}
    spawned = {step.topic for stage in spec.stages for step in stage.steps if step.do == "spawn"}
    for place, stage in enumerate(spec.stages):
        for number, step in enumerate(stage.steps):
            if step.do == "wait" and step.topic in topics - spawned:
                message = f"no step spawns {quoted(step.topic)}, so nobody can wait for it"
                hint = f'add a step with `do = "spawn"` and `activity = "{step.topic}"`'
                problems.note(("stage", place, "step", number, "for"), message, hint)
