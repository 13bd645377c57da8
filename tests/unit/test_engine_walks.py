"""Random walks through processes: what holds after every command, whatever a seller does."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.domain.process.spec import END, ProcessSpec
from tests.rehearsal import MONDAY, Ledger, Rehearsal, answer_to, compiled, shipped

Command: TypeAlias = Callable[[], None]
Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]

PICKS = st.lists(st.integers(0, 10_000), min_size=8, max_size=30)
"""Each number picks one of the commands that are possible then."""

LATER = MONDAY + timedelta(days=7)


def possible(sale: Rehearsal) -> list[Command]:
    """Return every command that a seller can give now."""
    stages = [stage.id for stage in sale.spec.working_stages]
    if sale.run.state != "running":
        return [partial(sale.reopen, stage) for stage in stages]
    by = "chosen" if sale.run.is_choosing else "jump"
    topics = [a.id for a in sale.spec.activities if sale.run.on_topic(a.id, "open")]
    return [
        *(on_step(sale) if sale.run.open_step else ()),
        *(partial(sale.close_spawned, t, r) for t in topics for r in ("completed", "canceled")),
        *(partial(sale.enter, stage, by) for stage in stages),
        *endings(sale),
    ]


def on_step(sale: Rehearsal) -> list[Command]:
    """Return what can be done with the open step; its results more often, to get far."""
    step = sale.step_spec
    results = () if step.do == "wait" else step.results * 5
    return [
        sale.cancel,
        partial(sale.postpone, LATER),
        *(() if sale.run.activity_of(sale.step) else (sale.move_down,)),
        *(partial(sale.answer, result) for result in results),
    ]


def endings(sale: Rehearsal) -> list[Command]:
    """Return the ways to end a sale now."""
    if not sale.run.has_opportunity:
        return [sale.disqualify]
    return [
        partial(sale.enter, stage.id, "jump", **{f: answer_to(f) for f in stage.required})
        for stage in sale.spec.endings
    ]


def wander(sale: Rehearsal, picks: list[int]) -> None:
    """Start a sale, do what the numbers pick, and check the log after every command."""
    sale.start()
    sale.check()
    for pick in picks:
        commands = possible(sale)
        commands[pick % len(commands)]()
        sale.check()


@given(
    picks=PICKS,
    divisions=st.integers(0, 2),
    head=st.sampled_from(["", "bo"]),
    has_opportunity=st.booleans(),
)
def test_shipped_process_keeps_its_log_whole(
    picks: list[int], divisions: int, head: str, has_opportunity: bool
) -> None:
    """P4, P5, P18, P19, P24: after every command of any walk there is one open visit while the
    sale runs and none after it; no step is open in a closed visit; no activity is open whose step
    is closed; the process stands on exactly one step or asks for the next stage; the visits are
    counted; each signal is used once; and applying the effects again gives the same sale.
    """
    more = {"division": "West", "division.head": head} if head else {}
    sale = Rehearsal(shipped(), divisions=divisions, **more)
    if not has_opportunity:
        sale.begin_without_opportunity()
    wander(sale, picks)


@given(picks=PICKS)
def test_every_ending_is_reachable_from_wherever_a_walk_leads(picks: list[int]) -> None:
    """P4, P24: each terminal stage can be entered from any place, with its required fields; then
    the sale has ended and nothing of it is open.
    """
    for place, ending in enumerate(("closed-won", "closed-lost", "closed-rejected")):
        sale = Rehearsal(shipped())
        wander(sale, picks[place::3])
        if sale.run.state != "running":
            continue
        sale.enter(ending, "jump", reason="so it is", amount=1)
        sale.check()
        ledger = Ledger(sale.effects)
        assert ("ended", ending) == (sale.run.state, sale.run.stage)
        assert set() == {k for k, a in ledger.activities.items() if a["state"] == "open"}


@given(picks=PICKS, stage=st.integers(0, 7))
def test_spawned_activities_survive_jumps_but_not_endings(picks: list[int], stage: int) -> None:
    """2.20, P19: wherever a sale stands, a jump keeps the open meetings of the run, and every
    activity that a step made is canceled; an ending cancels both.
    """
    sale = Rehearsal(shipped())
    wander(sale, picks)
    if sale.run.state != "running":
        sale.reopen("presentation")
    before = Ledger(sale.effects).open_spawned()
    opened = {key for key, a in Ledger(sale.effects).activities.items() if a["state"] == "open"}
    sale.enter(shipped().working_stages[stage].id)
    after = Ledger(sale.effects)
    assert before <= after.open_spawned()
    assert {"canceled"} >= {after.activities[key]["state"] for key in opened - before}
    sale.enter("closed-lost", reason="price")
    assert set() == Ledger(sale.effects).open_spawned()


# Small processes of any shape


@st.composite
def steps(draw: Draw, place: int, count: int) -> dict[str, Any]:
    """Draw a step that leads to the one after it, and with another result perhaps elsewhere."""
    names = [*(f"s{number}" for number in range(count)), END]
    following = names[place + 1]
    onwards = draw(st.sampled_from(names[place + 1 :]))
    anywhere = draw(st.sampled_from(names))
    implied = draw(st.sampled_from([(), ("canceled",), ("postponed",), ("canceled", "postponed")]))
    two_ways = {"yes": following, "no": anywhere}
    test = draw(st.sampled_from(["need is set", "activity.meet is set", "account = Acme"]))
    kinds: dict[str, dict[str, Any]] = {
        "activity": {"type": "call", "on": two_ways | dict.fromkeys(implied, anywhere)},
        "form": {"fields": ["need*"], "on": {"saved": following}},
        "ask": {"on": two_ways},
        "if": {"if": test, "on": {"yes": following, "no": onwards}},
        "set": {"set": {"owner": "me"}, "then": following},
        "spawn": {"activity": "meet", "then": following},
        "wait": {"for": "meet", "on": {"completed": following, "canceled": anywhere}},
    }
    kind = draw(st.sampled_from([*kinds, "activity", "wait"]))
    return {"id": names[place], "do": kind} | kinds[kind]


@st.composite
def processes(draw: Draw) -> ProcessSpec:
    """Draw a valid process: a first stage that books a meeting, and one or two of any shape."""
    stages: list[dict[str, Any]] = [
        {"id": "first", "step": [{"id": "book", "do": "spawn", "activity": "meet", "then": END}]}
    ]
    for number in range(draw(st.integers(1, 2))):
        count = draw(st.integers(1, 4))
        stages.append(
            {"id": f"stage-{number}", "step": [draw(steps(place, count)) for place in range(count)]}
        )
    stages += [
        {"id": "won", "ending": "won"},
        {"id": "lost", "ending": "lost", "fields": ["reason*"]},
    ]
    return compiled(
        {
            "format": 1,
            "id": "any",
            "subject": "opportunity",
            "drives": "stage",
            "start": "first",
            "activity": {"meet": {"type": "meeting", "start": "meeting_at"}},
            "stage": stages,
        }
    )


@settings(max_examples=150)
@given(spec=processes(), picks=PICKS)
def test_any_valid_process_keeps_its_log_whole(spec: ProcessSpec, picks: list[int]) -> None:
    """P18, P19, P21, P24: the same rules hold in every process that the checker accepts."""
    wander(Rehearsal(spec), picks)
