"""The engine without a store: a sale that is driven by hand, and a ledger of what its log says."""

import itertools
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import reduce
from pathlib import Path
from typing import Any

import salescli
from salescli.domain.fields import MOMENT, SALE_FIELDS, YES_NO
from salescli.domain.process.check import compile_definition
from salescli.domain.process.engine import Walk
from salescli.domain.process.run import Effect, Run, StepVisit, apply
from salescli.domain.process.spec import ProcessSpec

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday at nine."""

WORKING = (
    "interest-verification",
    "qualification",
    "needs-analysis",
    "presentation",
    "decision-makers",
    "proposal",
    "negotiations",
    "contracting",
)
"""The working stages as decision 2.2 names them, in the order of the source."""

ENDINGS = ("closed-won", "closed-lost", "closed-rerouted", "closed-rejected")
"""The terminal stages as decision 2.2 names them."""

SHIPPED = tomllib.loads(
    (Path(salescli.__file__).parent / "processes" / "corporate-sale.toml").read_text("utf-8")
)
"""The shipped definition as the file says it, not as the program reads it."""


def compiled(document: Mapping[str, Any]) -> ProcessSpec:
    """Return a definition that the checker has no problem with."""
    spec, problems = compile_definition(document, fields=SALE_FIELDS)
    assert [] == problems
    assert spec is not None
    return spec


def shipped() -> ProcessSpec:
    """Return the shipped definition."""
    return _SHIPPED


_SHIPPED = compiled(SHIPPED)


def small(*stages: Mapping[str, Any], **more: Any) -> ProcessSpec:
    """Return a process of these stages with a won and a lost ending; the first one starts."""
    endings = [
        {"id": "won", "ending": "won"},
        {"id": "lost", "ending": "lost", "fields": ["reason*"]},
    ]
    return compiled(
        {
            "format": 1,
            "id": "small",
            "subject": "opportunity",
            "drives": "stage",
            "start": stages[0]["id"],
            "stage": [*stages, *endings],
        }
        | more
    )


def answer_to(field: str) -> Any:
    """Return a value that a form accepts for a field."""
    kind = SALE_FIELDS[field].kind
    if kind == MOMENT:
        return MONDAY + timedelta(days=3)
    return True if kind == YES_NO else f"some {field}"


class Rehearsal:
    """One sale in the engine alone; it keeps every effect that its commands had."""

    def __init__(self, spec: ProcessSpec, **facts: Any) -> None:
        self.spec = spec
        self.run = Run(b"run", has_opportunity=True)
        self.beginning = self.run
        self.facts: dict[str, Any] = {"account": "Acme", "me": "ana", "owner": "ana"} | facts
        self.effects: list[Effect] = []
        self.last: list[Effect] = []
        self.now = MONDAY
        self._keys = itertools.count(1)

    def begin_without_opportunity(self) -> None:
        """Let the process make the opportunity itself."""
        self.run = self.beginning = self.run._replace(has_opportunity=False)

    def walk(self) -> Walk:
        """Begin a command."""
        return Walk(
            self.spec,
            self.run,
            self.facts,
            now=self.now,
            new_key=lambda: next(self._keys).to_bytes(16, "big"),
        )

    def take(self, walk: Walk) -> None:
        """Keep what a command did."""
        self.run, self.facts, self.last = walk.run, walk.facts, walk.effects
        self.effects += walk.effects

    def start(self, stage: str = "") -> None:
        walk = self.walk()
        walk.start(stage or self.spec.start, "start")
        self.take(walk)

    def complete(self, result: str, **values: Any) -> None:
        """Close the open step with a result."""
        walk = self.walk()
        walk.complete(self.step, result, values)
        self.take(walk)

    def answer(self, result: str) -> None:
        """Close the open step with a result; a form is filled first."""
        self.complete(result, **{field: answer_to(field) for field in self.step_spec.required})

    def cancel(self) -> None:
        walk = self.walk()
        walk.cancel(self.step, "the customer is away")
        self.take(walk)

    def postpone(self, until: datetime) -> None:
        walk = self.walk()
        walk.postpone(self.step, until)
        self.take(walk)

    def move_down(self) -> None:
        walk = self.walk()
        walk.move_down()
        self.take(walk)

    def enter(self, stage: str, by: str = "jump", **values: Any) -> None:
        walk = self.walk()
        walk.enter(self.spec.stage(stage), by, values)
        self.take(walk)

    def close_spawned(self, topic: str, result: str = "completed") -> None:
        """Complete or cancel the open activity of a topic."""
        activity = self.run.on_topic(topic, "open")
        assert activity is not None
        walk = self.walk()
        walk.close_spawned(activity, result)
        self.take(walk)

    def disqualify(self) -> None:
        walk = self.walk()
        walk.disqualify("no interest")
        self.take(walk)

    def reopen(self, stage: str) -> None:
        walk = self.walk()
        walk.reopen(self.spec.stage(stage))
        self.take(walk)

    @property
    def step(self) -> StepVisit:
        """The step that the process stands on."""
        assert self.run.open_step is not None
        return self.run.open_step

    @property
    def step_spec(self) -> Any:
        """What the definition says about it."""
        return self.spec.stage(self.run.stage).step(self.step.step)

    @property
    def at(self) -> str:
        """The id of the step that the process stands on, `@end` while the next stage is open."""
        return "@end" if self.run.is_choosing else self.step.step

    def did(self, kind: str) -> list[Effect]:
        """The effects of one kind of the last command."""
        return [effect for effect in self.last if effect.kind == kind]

    def check(self) -> None:
        """Assert every rule that holds whatever was done to a sale."""
        assert self.run == reduce(apply, self.effects, self.beginning)
        Ledger(self.effects).check(self.run, self.spec)


class Ledger:
    """Reads effects as the rows of a log, without the engine, and checks what the log says."""

    def __init__(self, effects: list[Effect]) -> None:
        self.visits: dict[bytes, dict[str, Any]] = {}
        self.steps: dict[bytes, dict[str, Any]] = {}
        self.activities: dict[bytes, dict[str, Any]] = {}
        self.visit = b""
        for effect in effects:
            record = getattr(self, f"_{effect.kind}", None)
            if record:
                record(effect.key, dict(effect.values))

    def _enter_stage(self, key: bytes, values: dict[str, Any]) -> None:
        self.visit = key
        self.visits[key] = values

    def _end_stage(self, key: bytes, values: dict[str, Any]) -> None:
        assert "ended_by" not in self.visits[key]
        self.visits[key]["ended_by"] = values["by"]

    def _leave_stage(self, key: bytes, values: dict[str, Any]) -> None:
        assert "left_by" not in self.visits[key]
        self.visits[key]["left_by"] = values["by"]

    def _open_step(self, key: bytes, values: dict[str, Any]) -> None:
        self.steps[key] = values | {"visit": self.visit}

    def _close_step(self, key: bytes, values: dict[str, Any]) -> None:
        assert self.steps[key]["state"] in {"open", "waiting"}
        self.steps[key] |= values

    def _create_activity(self, key: bytes, values: dict[str, Any]) -> None:
        self.activities[key] = values | {"state": "open", "consumed_by": None}

    def _close_activity(self, key: bytes, values: dict[str, Any]) -> None:
        assert self.activities[key]["state"] == "open"
        self.activities[key] |= values

    def _consume(self, key: bytes, values: dict[str, Any]) -> None:
        assert self.activities[key]["consumed_by"] is None
        self.activities[key]["consumed_by"] = values["by"]

    def open_spawned(self) -> set[bytes]:
        """The open activities that belong to the run as a whole."""
        return {k for k, a in self.activities.items() if a["topic"] and a["state"] == "open"}

    def check(self, run: Run, spec: ProcessSpec) -> None:
        """Assert what holds in every log."""
        self._check_visits(run)
        self._check_steps(run)
        self._check_activities()
        self._check_signals(spec)

    def _check_visits(self, run: Run) -> None:
        unleft = [key for key, visit in self.visits.items() if "left_by" not in visit]
        assert ([run.visit] if run.state == "running" else []) == unleft
        counts: dict[str, int] = {}
        for visit in self.visits.values():
            counts[visit["stage"]] = counts.get(visit["stage"], 0) + 1
            assert counts[visit["stage"]] == visit["n"]
        assert counts == dict(run.visits)

    def _check_steps(self, run: Run) -> None:
        standing = [step for step in self.steps.values() if step["state"] in {"open", "waiting"}]
        assert all(step["visit"] == run.visit for step in standing)
        is_choosing = "ended_by" in self.visits[self.visit]
        if run.state == "running":
            assert len(standing) + is_choosing == 1
        else:
            assert [] == standing

    def _check_activities(self) -> None:
        for activity in self.activities.values():
            if activity["step_visit"] is not None:
                step = self.steps[activity["step_visit"]]
                assert (activity["state"] == "open") == (step["state"] == "open")
        topics = [self.activities[key]["topic"] for key in self.open_spawned()]
        assert len(topics) == len(set(topics))

    def _check_signals(self, spec: ProcessSpec) -> None:
        """Each wait that was satisfied used one completed activity of its topic, and none twice."""
        kinds = {(stage.id, step.id): step for stage in spec.stages for step in stage.steps}
        waits = {
            key: (step, kinds[self.visits[step["visit"]]["stage"], step["step"]].topic)
            for key, step in self.steps.items()
            if kinds[self.visits[step["visit"]]["stage"], step["step"]].do == "wait"
        }
        used = {
            activity["consumed_by"]: activity
            for activity in self.activities.values()
            if activity["consumed_by"] is not None
        }
        satisfied = {key for key, (step, _topic) in waits.items() if step["state"] == "done"}
        assert satisfied == set(used)
        for key, activity in used.items():
            assert ("done", waits[key][1]) == (activity["state"], activity["topic"])
        remembered = {
            activity["topic"]
            for activity in self.activities.values()
            if activity["state"] == "done" and activity["consumed_by"] is None
        }
        for step, topic in waits.values():
            assert step["state"] != "waiting" or topic not in remembered
