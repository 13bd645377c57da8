"""What a process is: stages, steps, the activities they create and the ways between them.

A published definition is stored in compiled form: JSON of the same shape as these values.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from salescli.domain.process.condition import Condition

COMPILED = 2
"""The format of the compiled form; the first one did not say its number."""

END = "@end"
"""The target that ends a stage: the next action is chosen there."""

ENDINGS = ("won", "lost", "rerouted", "rejected")
"""The ways in which a sale can end."""

CANCELED = "canceled"
POSTPONED = "postponed"
SAVED = "saved"
COMPLETED = "completed"
ENDED_EARLY = "ended-early"
MIGRATED = "migrated"


class Way(NamedTuple):
    """A stage of a list of choices, with the condition under which it is meant, and the reason.

    The first whose condition holds is meant; one without a condition always holds.
    """

    test: Condition | None
    stage: str
    because: str = ""


class Link(NamedTuple):
    """A tool or a document that helps with a step: `to` is a web address or `kb:NAME`."""

    name: str
    to: str


class FollowUp(NamedTuple):
    """An activity that an ending leaves behind; `due` counts from the closing."""

    type: str
    name: str
    due: str
    assignee: str = "opportunity.owner"


class ActivitySpec(NamedTuple):
    """An activity that one stage creates and another may wait for; `id` is its topic.

    `start` names the field that its beginning follows; `shows` the fields to have in sight.
    """

    id: str
    type: str
    name: str
    minutes: int | None = None
    start: str = ""
    assignee: str = "opportunity.owner"
    hint: str = ""
    shows: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


class StepSpec(NamedTuple):
    """One step of a stage; `do` is its kind, `on` maps each result to a target.

    `fields` are asked for: by a form, or together with the result of an activity. `shows` are the
    fields to have in sight, `suggests` is the kind of documents to choose from.
    """

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
    shows: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    suggests: str = ""

    @property
    def results(self) -> tuple[str, ...]:
        """The results a person can choose, in the order of the definition."""
        return tuple(result for result in self.on if result not in {CANCELED, POSTPONED})


class StageSpec(NamedTuple):
    """A stage of the sale; a terminal one has an `ending` and no steps.

    `evidence` are the fields on its exit list: it may end without them, but that is noted. `shows`
    are the fields to have in sight at each of its steps. A sale is stale when nothing has happened
    for `stale_days` working days. An ending carries the fields of `carry` over to the opportunity
    that takes its place, leaves the activities of `after`, and warns of fields in `fresh` that are
    unset or older than `fresh_days`.
    """

    id: str
    name: str
    goal: str = ""
    was: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    probability: int = 0
    expect_days: int | None = None
    next: tuple[str, ...] = ()
    recommend: tuple[Way, ...] = ()
    steps: tuple[StepSpec, ...] = ()
    ending: str = ""
    fields: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    hint: str = ""
    evidence: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    stale_days: int | None = None
    carry: tuple[str, ...] = ()
    after: tuple[FollowUp, ...] = ()
    fresh: tuple[str, ...] = ()
    fresh_days: int | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """Its id, and those that it had before."""
        return self.id, *self.was

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that it may be called."""
        return tuple(filter(None, (*self.ids, self.name, *self.aliases, self.ending)))

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
    start: tuple[Way, ...] = ()


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
            if stage_id in stage.ids:
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

    def links_of(self, topic: str) -> tuple[Link, ...]:
        """Return the links of an activity by its topic."""
        return next((a.links for a in self.activities if a.id == topic), ())

    @property
    def working_stages(self) -> tuple[StageSpec, ...]:
        """The stages that are not an ending."""
        return tuple(stage for stage in self.stages if not stage.ending)

    @property
    def endings(self) -> tuple[StageSpec, ...]:
        """The terminal stages."""
        return tuple(stage for stage in self.stages if stage.ending)

    @property
    def in_order(self) -> tuple[StageSpec, ...]:
        """All stages, the terminal ones last; the place of one is its number."""
        return (*self.working_stages, *self.endings)


def to_compiled(spec: ProcessSpec) -> dict[str, Any]:
    """Return a definition as plain lists and objects, ready for JSON."""
    document: dict[str, Any] = {"compiled": COMPILED} | spec._asdict()
    document["stages"] = [
        stage._asdict() | {"steps": [step._asdict() for step in stage.steps]}
        for stage in spec.stages
    ]
    document["activities"] = [activity._asdict() for activity in spec.activities]
    document["triggers"] = [trigger._asdict() for trigger in spec.triggers]
    return document


def from_compiled(document: Mapping[str, Any]) -> ProcessSpec:
    """Return the definition that `to_compiled` wrote, in this format or an earlier one."""
    return ProcessSpec(
        **{key: value for key, value in document.items() if key != "compiled"}
        | {
            "stages": tuple(_stage(stage) for stage in document["stages"]),
            "activities": tuple(ActivitySpec(**_values(a)) for a in document["activities"]),
            "triggers": tuple(TriggerSpec(**_values(t)) for t in document["triggers"]),
        }
    )


_PARTS = {"recommend": Way, "start": Way, "links": Link, "after": FollowUp}
"""Lists of tuples with names."""


def _stage(document: Mapping[str, Any]) -> StageSpec:
    steps = tuple(StepSpec(**_values(step)) for step in document["steps"])
    return StageSpec(**_values(document) | {"steps": steps})


def _values(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what JSON made lists of as the tuples that they were; a condition stays a list."""
    values = dict(document)
    for name, value in document.items():
        if isinstance(value, list) and name in _PARTS:
            values[name] = tuple(_PARTS[name](*item) for item in value)
        elif isinstance(value, list) and name not in {"condition", "steps"}:
            values[name] = tuple(value)
    return values
