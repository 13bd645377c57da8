"""The engine, rule by rule: what a command does to a sale, without a store."""

from collections import deque
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from salescli.domain.process.choices import choices, recommended
from salescli.domain.process.spec import END
from salescli.errors import ChangedMeanwhileError, DecisionNeededError, NotFoundError, RuleError
from tests.rehearsal import ENDINGS, MONDAY, SHIPPED, WORKING, Rehearsal, shipped, small

TUESDAY = MONDAY + timedelta(days=1)
IMPLIED = {"canceled", "postponed"}
HEADED = {"division": "West", "division.head": "bo", "divisions": 2}
"""The facts of a sale whose division has a head."""


def call(name: str, **on: str) -> dict[str, Any]:
    """Return a step that makes a call."""
    return {"id": name, "do": "activity", "type": "call", "on": on}


def form(name: str, to: str) -> dict[str, Any]:
    """Return a step that asks for the need."""
    return {"id": name, "do": "form", "fields": ["need*"], "on": {"saved": to}}


def wait(to: str, canceled: str = END) -> dict[str, Any]:
    """Return a step that waits for the meeting."""
    return {
        "id": "wait",
        "do": "wait",
        "for": "meet",
        "on": {"completed": to, "canceled": canceled},
    }


def book(to: str) -> dict[str, Any]:
    """Return a step that makes the meeting."""
    return {"id": "book", "do": "spawn", "activity": "meet", "then": to}


MEET = {"meet": {"type": "meeting", "start": "meeting_at"}}


# Stages in any order


def in_stage(stage: str) -> Rehearsal:
    """Return a sale of the shipped process that has just entered a stage."""
    sale = Rehearsal(shipped(), **HEADED)
    sale.start(stage)
    return sale


def first_step(stage: str) -> str:
    """Return the step that a person finds first in a stage, as the file has it.

    At qualification the automatic steps lead to the decision of the division's head.
    """
    steps: dict[str, str] = {s["id"]: s["step"][0]["id"] for s in SHIPPED["stage"] if "step" in s}
    return (steps | {"qualification": "decide"})[stage]


@pytest.mark.parametrize(("origin", "target"), product(WORKING, WORKING))
def test_any_stage_can_follow_any_other(origin: str, target: str) -> None:
    """P4, P5: for every ordered pair of stages the jump is accepted, the target's first step is
    open and its visit counter is one more; the stay before is marked as left by the jump.
    """
    sale = in_stage(origin)
    sale.enter(target)
    sale.check()
    assert (target, first_step(target)) == (sale.run.stage, sale.at)
    assert {origin: 1, target: 1 + (origin == target)} == dict(sale.run.visits)
    assert ["jump"] == [effect.values["by"] for effect in sale.did("leave_stage")]


@pytest.mark.parametrize(("stage", "ending"), product(WORKING, ENDINGS))
def test_every_ending_can_follow_any_stage(stage: str, ending: str) -> None:
    """P4: each terminal stage is reachable from each working stage, and ends the run."""
    sale = in_stage(stage)
    sale.enter(ending, reason="so it is", amount=1)
    sale.check()
    assert ("ended", ending) == (sale.run.state, sale.run.stage)


def test_every_stage_can_be_chosen_at_a_stages_end() -> None:
    """P4, P5: at a stage's end all 12 stages are offered once, the recommended one first."""
    sale = in_stage("decision-makers")
    sale.answer("saved")
    offered = choices(sale.spec, sale.spec, sale.run, sale.facts)
    assert {*WORKING, *ENDINGS} == {choice.stage.id for choice in offered}
    assert len(WORKING) + len(ENDINGS) == len(offered)
    assert ("proposal", True) == (offered[0].stage.id, offered[0].is_recommended)
    assert "proposal" == recommended(sale.spec, sale.run, sale.facts).stage


@pytest.mark.parametrize("stage", [name for name in WORKING if name != "decision-makers"])
def test_a_stage_that_ended_early_is_recommended_again(stage: str) -> None:
    """P19: a canceled presentation, say, calls for another one and not for a proposal."""
    sale = in_stage(stage)
    sale.cancel()
    offered = choices(sale.spec, sale.spec, sale.run, sale.facts)
    assert [stage] == [choice.stage.id for choice in offered if choice.is_recommended]
    assert [(stage, "It ended early")] == [
        (effect.values["recommended"], effect.values["because"]) for effect in sale.did("end_stage")
    ]


def test_a_stage_is_chosen_at_the_end_of_the_one_before() -> None:
    """P3: the stay before is left as completed when its steps were done, whoever chose."""
    sale = in_stage("decision-makers")
    sale.answer("saved")
    assert sale.run.is_choosing
    sale.enter("proposal", by="chosen")
    assert ["completed"] == [effect.values["by"] for effect in sale.did("leave_stage")]


# Results, cancellations, postponements


def roads(stage: str) -> dict[str, list[tuple[str, str]]]:
    """Return step -> the (step, result) pairs that lead to it, shortest first, by the file alone.

    Steps that nobody answers have no result here: the program goes through them by itself.
    """
    steps = {s["id"]: s for s in next(s for s in SHIPPED["stage"] if s["id"] == stage)["step"]}
    first = next(iter(steps))
    found: dict[str, list[tuple[str, str]]] = {first: []}
    queue = deque([first])
    while queue:
        step = queue.popleft()
        ways = steps[step].get("on") or {"": steps[step]["then"]}
        answered = steps[step]["do"] in {"activity", "form", "ask"}
        for result, target in ways.items():
            if target != END and target not in found and result not in IMPLIED:
                found[target] = [*found[step], *([(step, result)] if answered else [])]
                queue.append(target)
    return found


PERSON_STEPS = [
    (stage["id"], step["id"])
    for stage in SHIPPED["stage"]
    for step in stage.get("step", ())
    if step["do"] in {"activity", "ask", "form"}
]
ACTIVITY_STEPS = [
    (stage["id"], step)
    for stage in SHIPPED["stage"]
    for step in stage.get("step", ())
    if step["do"] == "activity"
]


def at_step(stage: str, step: str) -> Rehearsal:
    """Return a sale that stands on a step of the shipped process."""
    sale = in_stage(stage)
    for passed, result in roads(stage)[step]:
        assert passed == sale.at
        sale.answer(result)
    if sale.step.state == "waiting":
        sale.close_spawned("conduct-presentation")
    while sale.at != step:
        sale.answer(sale.step_spec.results[0])
    return sale


def step_of(stage: str, step: str) -> dict[str, Any]:
    """Return what the file says about a step."""
    steps = next(s for s in SHIPPED["stage"] if s["id"] == stage)["step"]
    return next(s for s in steps if s["id"] == step)


@pytest.mark.parametrize(("stage", "step"), PERSON_STEPS)
def test_a_step_accepts_each_of_its_results_and_leads_where_the_file_says(
    stage: str, step: str
) -> None:
    """P17, P20: every result that the definition lists for a step is accepted and leads to the
    step that it names, or to the end of the stage.
    """
    for result, target in step_of(stage, step)["on"].items():
        if result in IMPLIED:
            continue
        sale = at_step(stage, step)
        sale.answer(result)
        expected = {"book": "opportunity", "booked": "standby"}.get(target, target)
        assert expected == sale.at


@pytest.mark.parametrize(("stage", "step"), PERSON_STEPS)
def test_a_step_refuses_every_result_that_it_does_not_list(stage: str, step: str) -> None:
    """P17, P20: results of other steps, `canceled`, `postponed` and unknown words are refused;
    the refusal lists those that the step has.
    """
    listed = [r for r in step_of(stage, step)["on"] if r not in IMPLIED]
    every = {r for s, name in PERSON_STEPS for r in step_of(s, name)["on"]}
    sale = at_step(stage, step)
    for result in sorted({*every, *IMPLIED, "done", "", "issue invoice"} - set(listed)):
        with pytest.raises(NotFoundError) as refusal:
            sale.answer(result)
        assert "its results are " + ", ".join(f"`{r}`" for r in listed) == refusal.value.hint
    assert step == sale.at


def test_cancel_is_no_result_even_where_the_definition_says_where_it_leads() -> None:
    """P17, P19: a step is canceled, not completed as `canceled`: its log line would lie."""
    sale = Rehearsal(small({"id": "a", "step": [call("one", good=END, canceled="one")]}))
    sale.start()
    with pytest.raises(NotFoundError):
        sale.complete("canceled")


@pytest.mark.parametrize(("stage", "step"), ACTIVITY_STEPS)
def test_an_activity_step_makes_one_activity_of_its_type(stage: str, step: dict[str, Any]) -> None:
    """P13: entering an activity step makes exactly one activity, with the type, name and minutes
    of the definition, owned by its assignee (the sale's owner unless it says otherwise).
    """
    sale = at_step(stage, step["id"])
    owner = {"division.head": "bo"}.get(step.get("assignee", ""), sale.facts["owner"])
    assert [(step["type"], step["name"], owner, sale.step.key, "")] == [
        (e.values["type"], e.values["name"], e.values["owner"], *_whose(e.values))
        for e in sale.did("create_activity")
    ]


def _whose(values: Any) -> tuple[bytes, str]:
    return values["step_visit"], values["topic"]


@pytest.mark.parametrize(
    ("rule", "days"), [("+1 workdays", 1), ("+2 workdays", 2), ("+5 workdays", 7), ("", 0)]
)
def test_an_activity_is_due_by_the_rule_of_its_step(rule: str, days: int) -> None:
    """P13: `due` counts working days, to the end of work; without it the activity is due now."""
    step = call("one", good=END) | ({"due": rule} if rule else {})
    hours = 8 if "workdays" in rule else 0
    sale = Rehearsal(small({"id": "a", "step": [step]}))
    sale.start()
    assert [MONDAY + timedelta(days=days, hours=hours)] == [
        effect.values["due_at"] for effect in sale.did("create_activity")
    ]


@pytest.mark.parametrize(("stage", "step"), ACTIVITY_STEPS)
def test_canceling_an_activity_ends_the_stage_early(stage: str, step: dict[str, Any]) -> None:
    """P19, 2.4: the step and its activity are canceled, the stay is marked as ended early, no
    further step is opened and the next stage is to be chosen.
    """
    sale = at_step(stage, step["id"])
    sale.cancel()
    sale.check()
    assert sale.run.is_choosing
    assert ["ended-early"] == [effect.values["by"] for effect in sale.did("end_stage")]
    assert [] == sale.did("open_step")
    assert ["canceled"] == [effect.values["state"] for effect in sale.did("close_activity")]


def test_a_definition_can_say_where_canceling_leads() -> None:
    """P19, 2.4: `on.canceled` overrides the rule that the stage ends."""
    steps = [call("one", good=END, canceled="two"), form("two", END)]
    sale = Rehearsal(small({"id": "a", "step": steps}))
    sale.start()
    sale.cancel()
    assert "two" == sale.at


def test_postponing_a_call_moves_it_and_keeps_its_step_open() -> None:
    """P16: a postponed activity has a new due date and is open; the process stands where it did."""
    sale = in_stage("interest-verification")
    step, activity = sale.step, sale.run.activities[0]
    sale.postpone(TUESDAY)
    assert step == sale.step
    assert (activity.key, "open", TUESDAY) == (
        sale.run.activities[0].key,
        sale.run.activities[0].state,
        sale.run.activities[0].due_at,
    )


def test_a_definition_can_say_where_postponing_leads() -> None:
    """P16, P93, 2.3: postponing the proposal leads back to preparing the materials, due on the
    working day before; the submission that follows is due when it was put off to.
    """
    sale = at_step("proposal", "submit")
    friday = MONDAY + timedelta(days=11)
    sale.postpone(friday)
    sale.check()
    assert "prepare" == sale.at
    assert [("canceled", "postponed")] == [
        (e.values["state"], e.values["result"]) for e in sale.did("close_activity")
    ]
    assert [MONDAY + timedelta(days=10, hours=8)] == dues(sale)
    sale.answer("prepared")
    sale.answer("saved")
    assert [friday] == dues(sale)
    sale.answer("ready-to-sign")
    sale.check()


@pytest.mark.parametrize(("rule", "hours"), [("+24 hours", 24), ("+4 hours", 4)])
def test_hours_are_time_that_passes(rule: str, hours: int) -> None:
    """P13: also where as many hours as a day has lead to the same time of the next one."""
    sale = Rehearsal(small({"id": "a", "step": [call("one", good=END) | {"due": rule}]}))
    sale.start()
    assert [MONDAY + timedelta(hours=hours)] == dues(sale)


def dues(sale: Rehearsal) -> list[datetime]:
    """Return when the activities of the last command are due."""
    return [effect.values["due_at"] for effect in sale.did("create_activity")]


def test_what_leads_to_a_booked_meeting_is_due_before_it() -> None:
    """P13: a presentation on Tuesday is prepared by then, not two working days from now."""
    sale = in_stage("interest-verification")
    sale.complete("meet")
    sale.complete("saved", meeting_at=TUESDAY)
    sale.enter("presentation")
    assert [TUESDAY] == dues(sale)


AGREED = [
    ("interest-verification", ("not-now",), "call-again"),
    ("interest-verification", ("meet",), ""),
    ("needs-analysis", ("collected", "redial-later"), "call"),
    ("presentation", ("prepared",), ""),
    ("contracting", ("prepared",), "send"),
]


@pytest.mark.parametrize(("stage", "results", "step"), AGREED)
def test_the_time_that_a_result_agreed_on_goes_to_what_asks_for_it(
    stage: str, results: tuple[str, ...], step: str
) -> None:
    """P58, P72: a form that asks for a time, a meeting to be booked, or the next activity."""
    sale = in_stage(stage)
    *before, last = results
    for result in before:
        sale.answer(result)
    walk = sale.walk()
    walk.agree(TUESDAY)
    walk.complete(sale.step, last, {})
    sale.take(walk)
    while sale.step_spec.do == "form" and not sale.did("create_activity"):
        assert TUESDAY in sale.facts.values()
        sale.complete("saved")
    assert walk.agreed is None
    assert [TUESDAY] == dues(sale)
    assert step in {"", sale.at}


def test_a_form_lacks_an_activity_and_its_required_fields_are_asked_for() -> None:
    """P21: a step without an activity opens none; saving it without a field that has a star is
    refused with that field as the choice, and changes nothing.
    """
    sale = Rehearsal(small({"id": "a", "step": [form("one", END)]}))
    sale.start()
    assert [] == sale.did("create_activity")
    with pytest.raises(DecisionNeededError) as refusal:
        sale.complete("saved")
    assert ("need",) == refusal.value.choices
    assert "one" == sale.at
    sale.complete("saved", need="Backup power")
    assert END == sale.at


def test_a_form_that_was_put_off_is_reopened_by_moving_down() -> None:
    """P22: postponing a step without an activity puts it off; moving down the process reopens it,
    and it is the same step.
    """
    sale = Rehearsal(small({"id": "a", "step": [form("one", END)]}))
    sale.start()
    step = sale.step
    sale.postpone(TUESDAY)
    assert TUESDAY == sale.step.snoozed_until
    assert "one" == sale.at
    sale.move_down()
    assert step == sale.step


def test_moving_down_needs_a_step_without_an_activity() -> None:
    """P22: while the process stands on an activity there is nothing to move down to."""
    sale = in_stage("interest-verification")
    with pytest.raises(RuleError):
        sale.move_down()


def test_a_closed_step_is_not_closed_again() -> None:
    """P18, P24: a command on a step that is closed meanwhile is refused."""
    sale = in_stage("needs-analysis")
    before = sale.step
    sale.answer("collected")
    with pytest.raises(ChangedMeanwhileError):
        sale.walk().complete(before, "collected", {})
    with pytest.raises(ChangedMeanwhileError):
        sale.walk().cancel(before, "")
    with pytest.raises(ChangedMeanwhileError):
        sale.walk().postpone(before, TUESDAY)


# Standby


def waiting_process() -> Rehearsal:
    """Return a sale in: prepare (call) -> wait for the meeting -> outcome (form); booked first."""
    first = {"id": "first", "step": [book(END)]}
    second = {
        "id": "second",
        "step": [call("prepare", ready="wait"), wait("after"), form("after", END)],
    }
    sale = Rehearsal(small(first, second, activity=MEET))
    sale.start()
    return sale


def test_a_meeting_held_after_the_wait_opened_wakes_it() -> None:
    """P74, P75, 2.6: the process waits on no open step until the meeting is completed."""
    sale = waiting_process()
    sale.enter("second", by="chosen")
    sale.answer("ready")
    assert "waiting" == sale.step.state
    sale.close_spawned("meet")
    sale.check()
    assert "after" == sale.at


def test_a_meeting_held_before_the_wait_opened_is_remembered_once() -> None:
    """2.6: an early signal is remembered; the second time the wait needs a meeting of its own."""
    sale = waiting_process()
    sale.close_spawned("meet")
    sale.enter("second", by="chosen")
    sale.answer("ready")
    assert "after" == sale.at
    sale.enter("second")
    sale.answer("ready")
    sale.check()
    assert "waiting" == sale.step.state


def test_a_canceled_meeting_satisfies_no_wait() -> None:
    """2.6, P19: canceled early it is no signal; canceled while awaited the stage ends early."""
    sale = waiting_process()
    sale.close_spawned("meet", "canceled")
    sale.enter("second", by="chosen")
    sale.answer("ready")
    assert "waiting" == sale.step.state
    other = waiting_process()
    other.enter("second", by="chosen")
    other.answer("ready")
    other.close_spawned("meet", "canceled")
    other.check()
    assert ["ended-early"] == [effect.values["by"] for effect in other.did("end_stage")]


def test_a_meeting_is_kept_by_a_jump_and_canceled_by_an_ending() -> None:
    """2.20: what a `spawn` step made belongs to the run; it is booked once and moved after that."""
    sale = waiting_process()
    sale.enter("second")
    sale.enter("first")
    assert [("open", "meet")] == [(a.state, a.topic) for a in sale.run.activities if a.topic]
    sale.enter("won")
    assert [("canceled", "meet")] == [(a.state, a.topic) for a in sale.run.activities if a.topic]


def test_the_agreed_time_moves_the_booked_meeting() -> None:
    """P58, P69: `start` names a field; setting it moves the open meeting, and makes none."""
    sale = waiting_process()
    walk = sale.walk()
    walk.save({"meeting_at": TUESDAY})
    sale.take(walk)
    assert [(TUESDAY, TUESDAY)] == [(a.due_at, a.starts_at) for a in sale.run.activities]


# The opportunity


def test_the_opportunity_is_made_by_the_form_that_creates_it() -> None:
    """P11: the process has no opportunity until the form after the first call is saved."""
    sale = Rehearsal(shipped())
    sale.begin_without_opportunity()
    sale.start()
    sale.answer("meet")
    sale.answer("saved")
    assert "opportunity" == sale.at
    assert [] == [e for e in sale.effects if e.kind == "create_opportunity"]
    sale.answer("saved")
    assert sale.run.has_opportunity
    assert 1 == len([e for e in sale.effects if e.kind == "create_opportunity"])


@pytest.mark.parametrize("stage", WORKING[1:])
def test_every_later_stage_needs_the_opportunity(stage: str) -> None:
    """P11, P30: a jump past that form makes the opportunity, once its account is known."""
    sale = Rehearsal(shipped(), account=None)
    sale.begin_without_opportunity()
    sale.start()
    with pytest.raises(DecisionNeededError) as refusal:
        sale.enter(stage)
    assert ("account",) == refusal.value.choices
    sale.enter(stage, account="Acme")
    assert sale.run.has_opportunity
    assert (stage, 1) == (sale.run.stage, sale.run.visits[stage])


def test_a_run_without_an_opportunity_ends_disqualified() -> None:
    """2.21: it ends with a reason, and nothing of it stays open."""
    sale = Rehearsal(shipped())
    sale.begin_without_opportunity()
    sale.start()
    sale.answer("meet")
    sale.answer("saved")
    sale.disqualify()
    sale.check()
    assert "disqualified" == sale.run.state
    assert {"done", "canceled"} == {activity.state for activity in sale.run.activities}
