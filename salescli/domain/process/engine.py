"""The engine: a run and a command in, effects out; it reads no clock and no store."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from salescli.domain.process.course import Course
from salescli.domain.process.run import RunActivity, StepVisit
from salescli.domain.process.spec import (
    CANCELED,
    COMPLETED,
    END,
    ENDED_EARLY,
    MIGRATED,
    POSTPONED,
    StageSpec,
)
from salescli.errors import NotFoundError, RuleError


class Walk(Course):
    """One command's walk: the moves that a seller makes, each followed to where it leads."""

    def start(self, stage: str, by: str) -> None:
        """Enter the first stage of a new run."""
        self._enter(self.spec.stage(stage), by)

    def complete(
        self, step: StepVisit, result: str, values: Mapping[str, Any], text: str = ""
    ) -> None:
        """Close a step with a result and go where it leads.

        Raises:
            NotFoundError: the step does not offer that result.
            DecisionNeededError: a form lacks required fields; they are its `choices`.
            ChangedMeanwhileError: the step is not open any more.
        """
        spec = self._open_spec(step)
        if result not in spec.results:
            raise NotFoundError(
                f"`{spec.name}` has no result `{result}`",
                hint="its results are " + ", ".join(f"`{name}`" for name in spec.results),
            )
        self.save(values)
        self._require(spec.required, spec.name)
        if spec.creates and not self.run.has_opportunity:
            self._emit("create_opportunity", b"")
        self._close(step, "done", result, text or None)
        self._follow(spec.on[result])

    def cancel(self, step: StepVisit, reason: str) -> None:
        """Cancel a step: unless the definition says otherwise the stage ends early."""
        spec = self._open_spec(step)
        self._close(step, "canceled", CANCELED, reason)
        self._follow(spec.on.get(CANCELED, END), ended_by=ENDED_EARLY)

    def postpone(self, step: StepVisit, until: datetime) -> None:
        """Put a step off, or follow its `postponed` result where the definition has one."""
        spec = self._open_spec(step)
        activity = self.run.activity_of(step)
        if POSTPONED in spec.on:
            self._emit("snooze_step", step.key, until=until)
            self._close(step, "canceled", POSTPONED)
            self._follow(spec.on[POSTPONED])
        elif activity:
            self.move(activity, until)
        else:
            self._emit("snooze_step", step.key, until=until)

    def move(self, activity: RunActivity, at: datetime) -> None:
        """Move an open activity to another time."""
        starts_at = at if activity.starts_at else None
        self._emit("move_activity", activity.key, due_at=at, starts_at=starts_at)

    def move_down(self) -> StepVisit:
        """Reopen the oldest open step without an activity that was put off.

        Raises:
            RuleError: no step without an activity is open.
        """
        step = next((s for s in self.run.steps if s.is_open and not self.run.activity_of(s)), None)
        if step is None:
            raise RuleError(
                "No step without an activity is open in this sale",
                hint="see what is open: `sales activity list`",
            )
        if step.snoozed_until is not None:
            self._emit("snooze_step", step.key, until=None)
        return step

    def close_spawned(self, activity: RunActivity, result: str, text: str = "") -> None:
        """Complete or cancel a spawned activity, and wake the step that waits for it."""
        state = "canceled" if result == CANCELED else "done"
        self._emit("close_activity", activity.key, state=state, result=result, reason=text)
        waiting = next((s for s in self.run.steps if s.state == "waiting"), None)
        if waiting is None or self._spec_of(waiting).topic != activity.topic:
            return
        outcome = CANCELED if state == "canceled" else COMPLETED
        if outcome == COMPLETED:
            self._emit("consume", activity.key, by=waiting.key)
        self._close(waiting, state, outcome)
        target = self._spec_of(waiting).on.get(outcome, END)
        self._follow(target, ended_by=ENDED_EARLY if state == "canceled" else COMPLETED)

    def enter(self, stage: StageSpec, by: str, values: Mapping[str, Any]) -> None:
        """Go to any stage, the current one too; an ending ends the run.

        Open steps are canceled with their activities. Spawned activities are kept, except at an
        ending. Every stage but the first needs the opportunity, so it is made there at the latest.

        Raises:
            DecisionNeededError: the ending lacks required fields; they are its `choices`.
        """
        self.save(values)
        self._require(stage.required, stage.name)
        self._need_opportunity(stage)
        if not stage.ending and self.facts.get("reason"):
            self.save({"reason": None})
        left_by = self.run.ended_by or ("closed" if stage.ending else by)
        self._cancel_open(f"moved to {stage.name}", with_spawned=bool(stage.ending))
        if self.run.visit:
            missing = () if self.run.ended_by else self._missing_evidence()
            self._emit("leave_stage", self.run.visit, by=left_by, missing=missing)
        self._enter(stage, by)

    def restart(self, reason: str) -> None:
        """Begin the current stage again, as the newest definition has it."""
        stage = self.newest.stage(self.run.stage)
        self._cancel_open(reason, with_spawned=False)
        self._emit("leave_stage", self.run.visit, by=MIGRATED)
        self._enter(stage, MIGRATED)

    def disqualify(self, reason: str) -> None:
        """End a run that has no opportunity yet; it counts in no opportunity figure."""
        self._cancel_open(reason, with_spawned=True)
        if self.run.visit:
            self._emit("leave_stage", self.run.visit, by="closed")
        self._emit("change_run", self.run.key, state="disqualified", reason=reason)

    def reopen(self, stage: StageSpec) -> None:
        """Take up an ended run again at a stage.

        Raises:
            DecisionNeededError: the stage needs an opportunity, and no account is known.
        """
        self._need_opportunity(stage)
        self.save({"reason": None})
        self._emit("change_run", self.run.key, state="running", reason=None)
        self._enter(stage, "reopen")

    def _need_opportunity(self, stage: StageSpec) -> None:
        """Make the opportunity, unless it is there or the stage can do without."""
        if not (self.run.has_opportunity or stage.ending or stage.id == self.newest.start):
            self._require(("account",), stage.name)
            self._emit("create_opportunity", b"")
