"""Where one sale stands in its process, and the effects that move it.

`apply` is the meaning of an effect: the engine uses it while it walks, the tests use it to replay
the log, and the store writes the same effects as rows.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple


def visit_mark(key: bytes) -> str:
    """Return the digits that tell a visit from all others of its sale."""
    return key.hex()[-8:]


class StepVisit(NamedTuple):
    """One step of the stay in the current stage; `state` is open, waiting, done or canceled."""

    key: bytes
    step: str
    state: str
    result: str = ""
    snoozed_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the process stands on this step."""
        return self.state in {"open", "waiting"}


class RunActivity(NamedTuple):
    """An activity of this run; a spawned one has a `topic` and no step."""

    key: bytes
    name: str
    state: str = "open"
    topic: str = ""
    step_visit: bytes | None = None
    consumed: bool = False
    number: int = 0
    due_at: datetime | None = None
    starts_at: datetime | None = None

    @property
    def is_spawned(self) -> bool:
        """Whether it belongs to the run as a whole and survives a jump."""
        return self.step_visit is None


class Run(NamedTuple):
    """One sale's passage through a process; `state` is running, ended or disqualified.

    `visits` counts the stays in each stage so far; `ended_by` is filled while the current stage
    has ended and its next one is not chosen yet.
    """

    key: bytes
    state: str = "running"
    stage: str = ""
    visit: bytes = b""
    visits: Mapping[str, int] = {}
    ended_by: str = ""
    steps: tuple[StepVisit, ...] = ()
    activities: tuple[RunActivity, ...] = ()
    has_opportunity: bool = False

    @property
    def open_step(self) -> StepVisit | None:
        """The oldest step that the process stands on."""
        return next((step for step in self.steps if step.is_open), None)

    @property
    def is_choosing(self) -> bool:
        """Whether the current stage has ended and the next one is still to be chosen."""
        return self.state == "running" and bool(self.ended_by)

    @property
    def place(self) -> str:
        """Where the process stands: the open step, or else the stage, and which visit of it.

        No other visit has the same place, such as `call:3f9a2c1b`.
        """
        step = self.open_step
        name, key = (step.step, step.key) if step else (self.stage, self.visit)
        return f"{name}:{visit_mark(key)}" if key else ""

    def stands_at(self, place: str) -> bool:
        """Whether the process stands at a place; one without a visit means any visit."""
        return bool(self.place) and place in {self.place, self.place.partition(":")[0]}

    def activity_of(self, step: StepVisit) -> RunActivity | None:
        """Return the activity that a step created."""
        return next((a for a in self.activities if a.step_visit == step.key), None)

    def on_topic(self, topic: str, state: str) -> RunActivity | None:
        """Return the first spawned activity of a topic in a state that no wait has consumed."""
        return next(
            (
                a
                for a in self.activities
                if a.topic == topic and a.state == state and not a.consumed
            ),
            None,
        )


class Effect(NamedTuple):
    """One thing that happens: its kind, the key of the row it makes or changes, and its values."""

    kind: str
    key: bytes
    values: Mapping[str, Any]


def apply(run: Run, effect: Effect) -> Run:
    """Return the run after an effect."""
    change = _CHANGES.get(effect.kind)
    return change(run, effect) if change else run


def _enter_stage(run: Run, effect: Effect) -> Run:
    stage = effect.values["stage"]
    return run._replace(
        stage=stage,
        visit=effect.key,
        visits={**run.visits, stage: effect.values["n"]},
        ended_by="",
        steps=(),
    )


def _end_stage(run: Run, effect: Effect) -> Run:
    return run._replace(ended_by=effect.values["by"])


def _leave_stage(run: Run, _effect: Effect) -> Run:
    return run._replace(visit=b"", ended_by="", steps=())


def _open_step(run: Run, effect: Effect) -> Run:
    step = StepVisit(effect.key, effect.values["step"], effect.values["state"])
    return run._replace(steps=(*run.steps, step))


def _change_step(run: Run, key: bytes, **values: Any) -> Run:
    return run._replace(steps=tuple(s._replace(**values) if s.key == key else s for s in run.steps))


def _close_step(run: Run, effect: Effect) -> Run:
    values = effect.values
    return _change_step(run, effect.key, state=values["state"], result=values["result"])


def _snooze_step(run: Run, effect: Effect) -> Run:
    return _change_step(run, effect.key, snoozed_until=effect.values["until"])


def _create_activity(run: Run, effect: Effect) -> Run:
    values = effect.values
    activity = RunActivity(
        effect.key,
        values["name"],
        topic=values["topic"],
        step_visit=values["step_visit"],
        due_at=values["due_at"],
        starts_at=values["starts_at"],
    )
    return run._replace(activities=(*run.activities, activity))


def _change_activity(run: Run, key: bytes, **values: Any) -> Run:
    return run._replace(
        activities=tuple(a._replace(**values) if a.key == key else a for a in run.activities)
    )


def _close_activity(run: Run, effect: Effect) -> Run:
    return _change_activity(run, effect.key, state=effect.values["state"])


def _move_activity(run: Run, effect: Effect) -> Run:
    return _change_activity(run, effect.key, **effect.values)


def _consume(run: Run, effect: Effect) -> Run:
    return _change_activity(run, effect.key, consumed=True)


def _create_opportunity(run: Run, _effect: Effect) -> Run:
    return run._replace(has_opportunity=True)


def _change_run(run: Run, effect: Effect) -> Run:
    return run._replace(state=effect.values["state"])


_CHANGES = {
    "enter_stage": _enter_stage,
    "end_stage": _end_stage,
    "leave_stage": _leave_stage,
    "open_step": _open_step,
    "close_step": _close_step,
    "snooze_step": _snooze_step,
    "create_activity": _create_activity,
    "close_activity": _close_activity,
    "move_activity": _move_activity,
    "consume": _consume,
    "create_opportunity": _create_opportunity,
    "change_run": _change_run,
}
