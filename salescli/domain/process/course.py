"""The way through the steps of a stage: what opens, closes and follows by itself."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from salescli.domain.fields import MOMENT, SALE_FIELDS
from salescli.domain.moments import END_OF_DAY, START_OF_DAY, add_workdays, offset
from salescli.domain.moments import at as begin
from salescli.domain.process import condition
from salescli.domain.process.choices import recommended, situation, why
from salescli.domain.process.run import Effect, Run, RunActivity, StepVisit, apply
from salescli.domain.process.spec import (
    CANCELED,
    COMPLETED,
    END,
    POSTPONED,
    ActivitySpec,
    ProcessSpec,
    StageSpec,
    StepSpec,
)
from salescli.errors import ChangedMeanwhileError, DecisionNeededError, RuleError

AUTOMATIC_STEPS = 100
"""More automatic steps in a row than this mean a definition that goes in circles."""


class Course:
    """A way through a process: it collects effects and the run they lead to.

    `facts` are what conditions ask about, by name, and `facts_of` turns fields' values into them;
    `new_key` makes the keys of new rows; a stage is entered by the `newest` definition, while the
    current stay keeps the one it began with.
    """

    def __init__(
        self,
        spec: ProcessSpec,
        run: Run,
        facts: Mapping[str, Any],
        *,
        now: datetime,
        new_key: Callable[[], bytes],
        newest: ProcessSpec | None = None,
        facts_of: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict,
    ) -> None:
        self.spec = spec
        self.newest = newest or spec
        self.run = run
        self.facts = dict(facts)
        self.now = now
        self.new_key = new_key
        self.facts_of = facts_of
        self.effects: list[Effect] = []
        self.agreed: datetime | None = None
        self.answered: dict[str, datetime] = {}

    def agree(self, at: datetime) -> None:
        """Note the time that was agreed on, for what asks for a time first.

        That is the open form, or what follows: a form, an activity to be booked, or the next
        activity of the stage. `agreed` is empty again once it was used, and `answered` tells which
        field it has filled.
        """
        self.agreed = at
        step = self.run.open_step
        if step and self._spec_of(step).do == "form":
            self._answer(self._spec_of(step))

    def _take_agreed(self) -> datetime | None:
        at, self.agreed = self.agreed, None
        return at

    def save(self, values: Mapping[str, Any]) -> None:
        """Set fields, and move the open activities whose start follows one of them."""
        if not values:
            return
        self.facts |= self.facts_of(values)
        self._emit("set_fields", b"", fields=dict(values))
        for spec in self.spec.activities:
            activity = self.run.on_topic(spec.id, "open")
            if activity and values.get(spec.start):
                self.schedule(activity, values[spec.start])

    def heed(self, values: Mapping[str, Any]) -> None:
        """Move the activity of the open step to the day of the field that it is due by."""
        step = self.run.open_step
        activity = self.run.activity_of(step) if step else None
        rule = self._spec_of(step).due if step else ""
        if activity and activity.state == "open" and values.get(rule):
            self._emit("move_activity", activity.key, due_at=self._due(rule), starts_at=None)

    def schedule(self, activity: RunActivity, at: datetime) -> None:
        """Give an open activity its time."""
        self._emit("move_activity", activity.key, due_at=at, starts_at=at)

    def _enter(self, stage: StageSpec, by: str) -> None:
        self.spec = self.newest
        visit = self.new_key()
        n = max(self.run.visits.get(name, 0) for name in stage.ids) + 1
        self._emit("enter_stage", visit, stage=stage.id, n=n, by=by)
        if stage.ending:
            self._emit("end_stage", visit, by=COMPLETED, missing=())
            self._emit("leave_stage", visit, by="closed")
            reason = self.facts.get("reason")
            self._emit("change_run", self.run.key, state="ended", reason=reason)
            self._leave_follow_ups(stage)
        else:
            self._follow(stage.steps[0].id if stage.steps else END)

    def _leave_follow_ups(self, stage: StageSpec) -> None:
        """Plan what an ending leaves to do; it belongs to the opportunity, not to the ended run."""
        for after in stage.after:
            self._emit(
                "follow_up",
                self.new_key(),
                type=after.type,
                name=after.name,
                owner=self._value(after.assignee),
                due_at=self._due(after.due),
            )

    def _follow(self, target: str, *, ended_by: str = COMPLETED) -> None:
        for _ in range(AUTOMATIC_STEPS):
            if target == END:
                self._end(ended_by)
                return
            following = self._open(self.spec.stage(self.run.stage).step(target))
            if following is None:
                return
            target = following
        raise RuleError(
            f"The automatic steps of stage `{self.run.stage}` go in circles",
            hint=f"see its steps: `sales process show {self.spec.id}`",
        )

    def _end(self, by: str) -> None:
        """End the current stage, with what it lacks, what is recommended next, and why."""
        way = recommended(self.spec, self.run._replace(ended_by=by), self.facts)
        ways = self.spec.stage(self.run.stage).recommend
        because = why(ways, way, situation(self.spec, self.run, self.facts))
        self._emit(
            "end_stage",
            self.run.visit,
            by=by,
            missing=self._missing_evidence(),
            recommended=way.stage,
            because=because,
        )

    def _missing_evidence(self) -> tuple[str, ...]:
        return self._missing(self.spec.stage(self.run.stage).evidence)

    def _open(self, step: StepSpec) -> str | None:
        """Open a step; return the target when it is done at once, None when it has to wait."""
        key = self.new_key()
        waits = step.do == "wait"
        self._emit("open_step", key, step=step.id, state="waiting" if waits else "open")
        result = self._automatic_result(step, key)
        if result is None:
            return None
        reason = self._decided(step) if step.condition else None
        self._emit("close_step", key, state="done", result=result, reason=reason)
        return step.on[result]

    def _decided(self, step: StepSpec) -> str:
        """Return the facts that decided a step by itself."""
        assert step.condition is not None, "only a step with a condition decides"
        return condition.explain(step.condition, situation(self.spec, self.run, self.facts))

    def _automatic_result(self, step: StepSpec, key: bytes) -> str | None:
        if step.do == "activity":
            self._create_activity(step, key)
        elif step.do == "form":
            self._answer(step)
        elif step.do == "if":
            assert step.condition is not None, "the checker refuses an `if` without a condition"
            known = situation(self.spec, self.run, self.facts)
            return "yes" if condition.evaluate(step.condition, known) else "no"
        elif step.do == "set":
            self.save({field: self._value(text) for field, text in step.sets.items()})
            return "done"
        elif step.do == "spawn":
            self._spawn(step.topic)
            return "done"
        elif step.do == "wait":
            self._book_agreed(self.spec.activity(step.topic))
            return self._remembered(step, key)
        return None

    def _remembered(self, step: StepSpec, key: bytes) -> str | None:
        early = self.run.on_topic(step.topic, "done")
        if early is None:
            return None
        self._emit("consume", early.key, by=key)
        return COMPLETED

    def _answer(self, form: StepSpec) -> None:
        """Fill the field of a form that asks for the time that was agreed on."""
        at, moments = self.agreed, [f for f in form.fields if SALE_FIELDS[f].kind == MOMENT]
        if at and moments:
            self.answered = {moments[0]: at}
            self.agreed = None
            self.save(self.answered)

    def _create_activity(self, step: StepSpec, key: bytes) -> None:
        self._emit(
            "create_activity",
            self.new_key(),
            step_visit=key,
            topic="",
            type=step.type,
            name=step.name,
            minutes=step.minutes,
            onstage=step.onstage,
            owner=self._value(step.assignee),
            due_at=self._take_agreed() or self._due_in_time(step),
            starts_at=None,
        )

    def _due_in_time(self, step: StepSpec) -> datetime:
        """Return when a step is due: when it was put off to, or by its rule.

        What leads to a step that was put off is due on the working day before; what leads to an
        activity that a later step waits for, before that begins.
        """
        closed = (visit for visit in self.run.steps if not visit.is_open)
        until = {v.step: v.snoozed_until if v.result == POSTPONED else None for v in closed}
        steps = self.spec.stage(self.run.stage).steps
        put_off, *later = (until.get(other.id) for other in steps[steps.index(step) :])
        if put_off and put_off > self.now:
            return put_off
        ahead = [at for at in later if at and at > self.now]
        if ahead:
            return self._day_before(min(ahead))
        awaited = (self.run.on_topic(other.topic, "open") for other in steps if other.do == "wait")
        starts = (activity.starts_at for activity in awaited if activity)
        return min([self._due(step.due), *(at for at in starts if at and at > self.now)])

    def _day_before(self, at: datetime) -> datetime:
        day = add_workdays(at.astimezone(self.now.tzinfo).date(), -1)
        due = begin(day, END_OF_DAY, self.now.tzinfo)
        return due if due > self.now else at

    def _book_agreed(self, spec: ActivitySpec) -> None:
        if self.agreed and spec.start:
            self.save({spec.start: self._take_agreed()})

    def _spawn(self, topic: str) -> None:
        spec = self.spec.activity(topic)
        self._book_agreed(spec)
        at = self.facts.get(spec.start) if spec.start else None
        existing = self.run.on_topic(topic, "open")
        if existing:
            if at and existing.starts_at != at:
                self.schedule(existing, at)
            return
        self._emit(
            "create_activity",
            self.new_key(),
            step_visit=None,
            topic=topic,
            type=spec.type,
            name=spec.name,
            minutes=spec.minutes,
            onstage=True,
            owner=self._value(spec.assignee),
            due_at=at or self.now,
            starts_at=at or self.now,
        )

    def _due(self, rule: str) -> datetime:
        """Return when a rule of the definition says; a day that it counts to is due at its end."""
        if not rule:
            return self.now
        if rule.startswith("+"):
            return offset(rule, self.now, END_OF_DAY)
        at = self.facts.get(rule)
        if isinstance(at, datetime):
            return at
        return begin(at, START_OF_DAY, self.now.tzinfo) if isinstance(at, date) else self.now

    def _value(self, text: str) -> Any:
        """Return what a definition means by a value: a fact by its name, or the text itself."""
        name = text.removeprefix("opportunity.")
        return self.facts.get(name, text if name == text and "." not in text else None)

    def _close(self, step: StepVisit, state: str, result: str, reason: str | None = None) -> None:
        activity = self.run.activity_of(step)
        if activity and activity.state == "open":
            self._emit(
                "close_activity", activity.key, state=state, result=result, reason=reason or ""
            )
        self._emit("close_step", step.key, state=state, result=result, reason=reason)

    def _cancel_open(self, reason: str, *, with_spawned: bool) -> None:
        for step in self.run.steps:
            if step.is_open:
                self._close(step, "canceled", CANCELED, reason)
        for activity in self.run.activities:
            if with_spawned and activity.is_spawned and activity.state == "open":
                self._emit(
                    "close_activity",
                    activity.key,
                    state="canceled",
                    result=CANCELED,
                    reason=reason,
                )

    def _require(self, required: tuple[str, ...], name: str) -> None:
        missing = self._missing(required)
        if missing:
            raise DecisionNeededError(
                f"`{name}` needs " + ", ".join(f"`{field}`" for field in missing),
                hint="give them with " + " ".join(f"--set {field}=..." for field in missing),
                choices=missing,
            )

    def _missing(self, fields: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(field for field in fields if self.facts.get(field) in (None, "", ()))

    def _spec_of(self, step: StepVisit) -> StepSpec:
        return self.spec.stage(self.run.stage).step(step.step)

    def _open_spec(self, step: StepVisit) -> StepSpec:
        current = next((s for s in self.run.steps if s.key == step.key), None)
        if current is None or not current.is_open:
            raise ChangedMeanwhileError(
                "That step is not open any more", hint="see what is open now: `sales next`"
            )
        return self._spec_of(step)

    def _emit(self, kind: str, key: bytes, **values: Any) -> None:
        effect = Effect(kind, key, values)
        self.effects.append(effect)
        self.run = apply(self.run, effect)
