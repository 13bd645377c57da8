"""What a process is: stages, steps, the activities they create and the ways between them.

A published definition is stored in compiled form: JSON of the same shape as these values.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from salescli.domain.process.condition import Condition

END = "@end"
"""The target that ends a stage: the next action is chosen there."""

CANCELED = "canceled"
POSTPONED = "postponed"
SAVED = "saved"
COMPLETED = "completed"
ENDED_EARLY = "ended-early"


class ActivitySpec(NamedTuple):
    """An activity that one stage creates and another may wait for; `id` is its topic.

    `start` names the field that its beginning follows.
    """

    id: str
    type: str
    name: str
    minutes: int | None = None
    start: str = ""
    assignee: str = "opportunity.owner"
    hint: str = ""


class StepSpec(NamedTuple):
    """One step of a stage; `do` is its kind, `on` maps each result to a target."""

    id: str
    do: str
    name: str
    on: Mapping[str, str]
    hint: str = ""
    type: str = ""
    due: str = ""
    minutes: int | None = None
    assignee: str = "opportunity.owner"
    onstage: bool = True
    fields: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    condition: Condition | None = None
    sets: Mapping[str, str] = {}
    topic: str = ""
    creates: str = ""

    @property
    def results(self) -> tuple[str, ...]:
        """The results a person can choose, in the order of the definition."""
        return tuple(result for result in self.on if result not in {CANCELED, POSTPONED})


class StageSpec(NamedTuple):
    """A stage of the sale; a terminal one has an `ending` and no steps.

    `evidence` are the fields on its exit list: it may end without them, but that is noted.
    """

    id: str
    name: str
    goal: str = ""
    was: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    probability: int = 0
    expect_days: int | None = None
    next: tuple[str, ...] = ()
    recommend: tuple[tuple[Condition | None, str], ...] = ()
    steps: tuple[StepSpec, ...] = ()
    ending: str = ""
    fields: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    hint: str = ""
    evidence: tuple[str, ...] = ()

    def step(self, step_id: str) -> StepSpec:
        """Return the step with that id; KeyError when the stage has none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)


class TriggerSpec(NamedTuple):
    """A field of a record that starts the process when it gets a value.

    `start` lists the stages to begin at, each with its condition, as `recommend` of a stage does;
    without one it is the first stage.
    """

    on: str
    to: str
    start: tuple[tuple[Condition | None, str], ...] = ()


class ProcessSpec(NamedTuple):
    """A whole process."""

    id: str
    name: str
    subject: str
    drives: str
    start: str
    stages: tuple[StageSpec, ...]
    activities: tuple[ActivitySpec, ...] = ()
    triggers: tuple[TriggerSpec, ...] = ()

    def stage(self, stage_id: str) -> StageSpec:
        """Return the stage with that id, also by an id that it had before.

        Raises:
            KeyError: no stage has or had that id.
        """
        for stage in self.stages:
            if stage.id == stage_id or stage_id in stage.was:
                return stage
        raise KeyError(stage_id)

    def activity(self, topic: str) -> ActivitySpec:
        """Return the activity with that topic; KeyError when there is none."""
        for activity in self.activities:
            if activity.id == topic:
                return activity
        raise KeyError(topic)

    def trigger(self, on: str, to: str) -> TriggerSpec | None:
        """Return what starts the process when a field gets a value, if anything does."""
        return next((t for t in self.triggers if (t.on, t.to) == (on, to)), None)

    def hint_of(self, topic: str) -> str:
        """Return the hint of an activity by its topic; empty when no version knows it any more."""
        return next((a.hint.strip() for a in self.activities if a.id == topic), "")

    @property
    def working_stages(self) -> tuple[StageSpec, ...]:
        """The stages that are not an ending."""
        return tuple(stage for stage in self.stages if not stage.ending)

    @property
    def endings(self) -> tuple[StageSpec, ...]:
        """The terminal stages."""
        return tuple(stage for stage in self.stages if stage.ending)


def to_compiled(spec: ProcessSpec) -> dict[str, Any]:
    """Return a definition as plain lists and objects, ready for JSON."""
    document = spec._asdict()
    document["stages"] = [
        stage._asdict() | {"steps": [step._asdict() for step in stage.steps]}
        for stage in spec.stages
    ]
    document["activities"] = [activity._asdict() for activity in spec.activities]
    document["triggers"] = [trigger._asdict() for trigger in spec.triggers]
    return document


def from_compiled(document: Mapping[str, Any]) -> ProcessSpec:
    """Return the definition that `to_compiled` wrote."""
    stages = tuple(
        StageSpec(
            **_tuples(
                stage, "was", "aliases", "next", "recommend", "fields", "required", "evidence"
            )
            | {"steps": tuple(_step(step) for step in stage["steps"])}
        )
        for stage in document["stages"]
    )
    return ProcessSpec(
        **dict(document)
        | {
            "stages": stages,
            "activities": tuple(ActivitySpec(**activity) for activity in document["activities"]),
            "triggers": tuple(TriggerSpec(**_tuples(t, "start")) for t in document["triggers"]),
        }
    )


def _step(document: Mapping[str, Any]) -> StepSpec:
    return StepSpec(**_tuples(document, "fields", "required"))


def _tuples(document: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return dict(document) | {
        name: tuple(tuple(item) if isinstance(item, list) else item for item in document[name])
        for name in names
        if name in document
    }
