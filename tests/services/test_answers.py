"""Answers given in advance: how far they reach, and what the time among them is for."""

import pytest

from tests.shop import Shop


def dues(shop: Shop) -> dict[str, str]:
    """Return when the open activities are due, by their names."""
    found = shop.rows("SELECT name, due_at FROM activity WHERE closed_at IS NULL ORDER BY number")
    return {name: due[:16] for name, due in found}


@pytest.fixture
def asked(shop: Shop) -> Shop:
    """A shop where RUN-1 stands on the form that asks for the time of the presentation."""
    shop.do("run-process", "corporate-sale", "--result", "meet")
    return shop


def test_a_stage_is_left_through_every_form_that_is_open(asked: Shop) -> None:
    """P5: what one command makes and does away with again is not told, and stops nothing."""
    answer = asked.do(
        *("done", "RUN-1", "--set", "account=Acme", "--set", "meeting_at=tue 10"),
        *("--next", "needs-analysis"),
    )
    assert "Moved `OPP-1` to `Needs analysis`" in answer.out


def test_an_activity_made_and_closed_by_one_command_is_told_by_its_handle(shop: Shop) -> None:
    """P17: the command goes on through the stage, over an activity with one result."""
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "proposal")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shop.do("done", "OPP-1")
    words = ("--set", "tactics=Value first", "--next", "negotiations")
    refused = shop.run("done", "OPP-1", *words)
    assert 8 == refused.code
    answer = shop.do("done", "OPP-1", "ready-to-sign", *words)
    ((number, state),) = shop.rows(
        "SELECT number, state FROM activity WHERE name = 'Submit the proposal'"
    )
    assert "done" == state
    assert f"Completed `ACT-{number}` Submit the proposal: ready-to-sign" in answer.out


def test_the_open_form_takes_the_time(asked: Shop) -> None:
    """P58: `--at` is the meeting's time where the meeting is asked for."""
    asked.do("done", "RUN-1", "--at", "tue 10")
    assert {"Conduct presentation": "2026-11-24 10:00"} == dues(asked)


def test_the_time_of_another_call_is_no_meeting(shop: Shop) -> None:
    """P60: "not now" and "redial later" agree on a call, and book no presentation."""
    shop.do("run-process", "corporate-sale", "--result", "not-now", "--at", "thu 10")
    assert {"Call again to verify the interest": "2026-11-26 10:00"} == dues(shop)
    assert "" == shop.json("continue", "RUN-1")["sale"]["step"]["waits_for"]
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "needs-analysis")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shop.do("done", "OPP-1", "collected")
    shop.do("done", "OPP-1", "redial-later", "--at", "fri 11")
    call = "Confirm the interest and agree on the presentation"
    assert "2026-11-27 11:00" == dues(shop)[call]
    assert "Conduct presentation" not in dues(shop)


def test_a_time_that_nothing_asks_for_is_refused(shop: Shop) -> None:
    """P17: it would be lost otherwise."""
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "decision-makers")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    before = shop.dump()
    refused = shop.run("done", "OPP-1", "--set", "stakeholders=Mia Ray", "--at", "tue 10")
    assert (4, before) == (refused.code, shop.dump())
    assert "`tue 10` has no place" in refused.err


@pytest.mark.parametrize("words", [("--set", "need=x"), ("--at", "tue 10"), ("--next", "proposal")])
def test_an_activity_by_hand_takes_no_answers_for_a_process(
    shop: Shop, words: tuple[str, str]
) -> None:
    """P17: nothing would come of them."""
    shop.do("activity", "add", "Call Mia")
    before = shop.dump()
    refused = shop.run("done", "ACT-1", *words)
    assert (2, before) == (refused.code, shop.dump())


def test_a_meeting_without_a_time_says_how_to_give_it_one(shop: Shop) -> None:
    """P71: it starts now until somebody says when."""
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "presentation")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    answer = shop.do("done", "OPP-1")
    assert 'once its time is agreed: `sales schedule ACT-2 "tue 10"`' in answer.out
    assert {"Conduct presentation": "2026-11-23 09:00"} == dues(shop)


def test_an_unknown_stage_is_told_before_anything_else_is_asked_for(shop: Shop) -> None:
    """P5: what the form lacks would not help with a stage that nobody has."""
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "decision-makers")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    refused = shop.run("done", "OPP-1", "--next", "propsal")
    assert 3 == refused.code
    assert "`proposal`" in refused.err


def test_a_sale_that_a_step_gives_away_says_so(shop: Shop) -> None:
    """P49: the owner whom the head names is told, and whoever decided stands in the history."""
    shop.do("user", "add", "bo")
    shop.do("user", "add", "cy")
    shop.do("division", "add", "West", "--head", "bo")
    words = ("--account", "Acme", "--division", "West", "--stage", "qualification")
    shop.do("opportunity", "add", "Pumps", *words)
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shop.do("done", "OPP-1", "accepted", me="bo")
    answer = shop.do("done", "OPP-1", "--set", "owner=cy", me="bo")
    assert "`OPP-1` belongs to `cy` now" in answer.out
    decided = [e for e in shop.json("opportunity", "history", "OPP-1") if e["kind"] == "task"]
    assert ["bo"] == [event["login"] for event in decided]


def test_why_a_sale_ended_stands_in_its_history(shop: Shop) -> None:
    """P110: the reason is told with the ending, and what follows is no step of a closed sale."""
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "negotiations")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shop.do("done", "OPP-1", "--set", "tactics=Value first")
    shop.do("done", "OPP-1", "no")
    answer = shop.do("done", "OPP-1", "no-agreement")
    assert "recommended: The two sides do not agree" in answer.out
    assert 'Next: sales close OPP-1 lost --reason "..."' in answer.out
    shop.do("close", "OPP-1", "lost", "--reason", "Too late", "--no-decision")
    assert "closed-lost: Too late" in shop.do("opportunity", "history", "OPP-1").out
    edited = shop.do("opportunity", "edit", "OPP-1", "--amount", "5")
    assert "Next: sales opportunity show OPP-1" in edited.out


def test_a_sale_that_ended_without_an_opportunity_is_found_by_its_name(shop: Shop) -> None:
    """P48: its log is read and it is reopened like any other."""
    shop.do("run-process", "corporate-sale", "--account", "Globex")
    shop.do("close", "RUN-1", "rejected", "--reason", "No money")
    assert "call" in shop.do("process", "log", "globex").out
    shop.do("reopen", "globex", "--reason", "They called")
    assert "running" == shop.json("continue", "RUN-1")["sale"]["state"]
