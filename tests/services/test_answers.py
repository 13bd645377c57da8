"""Answers given in advance: how far they reach, and what the time among them is for."""

import pytest

from tests.shop import Shop, made_once


def dues(shop: Shop) -> dict[str, str]:
    """Return when the open activities are due, by their names."""
    found = shop.rows("SELECT name, due_at FROM activity WHERE closed_at IS NULL ORDER BY number")
    return {name: due[:16] for name, due in found}


@made_once
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


def test_a_day_by_which_to_call_again_can_be_corrected(shop: Shop) -> None:
    """P58: a day that is over is taken and warned of; another one moves the call."""
    shop.do("run-process", "corporate-sale", "--account", "Acme", "--result", "not-now")
    slip = shop.do("continue", "RUN-1", "--set", "callback_at=yesterday")
    assert "`ACT-2` is due in the past: yesterday 09:00" in slip.err
    shop.do("continue", "RUN-1", "--set", "callback_at=thu 10")
    call = "Call again to verify the interest"
    assert {call: "2026-11-26 10:00"} == dues(shop)
    shop.do("done", "RUN-1", "not-now", "--set", "callback_at=fri 10")
    rows = shop.rows("SELECT state, due_at FROM activity WHERE name = ? ORDER BY number", call)
    expected = [("done", "2026-11-26 10:00"), ("open", "2026-11-27 10:00")]
    assert expected == [(state, due[:16]) for state, due in rows]


def test_putting_off_by_days_means_the_end_of_that_day(shop: Shop) -> None:
    """P16: it never comes out before the hour at which the activity was due."""
    shop.do("run-process", "corporate-sale", "--account", "Acme")
    shop.do("postpone", "RUN-1", "+2 days")
    assert {"Call to verify the interest": "2026-11-25 17:00"} == dues(shop)
    shop.do("postpone", "RUN-1", "thu 10")
    assert {"Call to verify the interest": "2026-11-26 10:00"} == dues(shop)


def test_whoever_is_not_interested_is_shown_no_presentation(shop: Shop) -> None:
    """P59: what is recommended follows from what the customer said."""
    for number, result in ((1, "not-interested"), (2, "presentation-agreed")):
        shop.do(
            "opportunity", "add", f"No {number}", "--account", "Acme", "--stage", "needs-analysis"
        )
        shop.do("run-process", "corporate-sale", "--opportunity", f"OPP-{number}")
        shop.do("done", f"OPP-{number}", "collected")
        at = ("--at", "thu 10") if number == 2 else ()
        shop.do("done", f"OPP-{number}", result, *at)
    found = [shop.json("continue", ref)["sale"]["choices"][0]["id"] for ref in ("OPP-1", "OPP-2")]
    assert ["closed-rejected", "presentation"] == found


def test_a_reason_does_not_outlive_what_it_was_for(shop: Shop) -> None:
    """P48, P109: a head's reason closes the sale without another question, or goes with it."""
    shop.do("user", "add", "bo")
    shop.do("division", "add", "West", "--head", "bo")
    for number in (1, 2):
        words = ("--account", "Acme", "--division", "West", "--stage", "qualification")
        shop.do("opportunity", "add", f"Pumps {number}", *words)
        shop.do("run-process", "corporate-sale", "--opportunity", f"OPP-{number}")
        answer = shop.do("done", f"OPP-{number}", "rejected", "--set", "reason=small", me="bo")
        assert f"Next: sales close OPP-{number} rejected\n" in answer.out
    shop.do("close", "OPP-1", "rejected")
    shop.do("stage", "OPP-2", "needs-analysis")
    assert shop.json("opportunity", "show", "OPP-2")["reason"] is None
    assert 8 == shop.run("close", "OPP-2", "lost").code


def test_a_step_in_between_says_what_to_do_first(shop: Shop) -> None:
    """P5: a result is never taken for another step, and the way out is a command that works."""
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "contracting")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shop.do("done", "OPP-1", "prepared")
    refused = shop.run("done", "OPP-1", "sent", "--next", "negotiations")
    assert 8 == refused.code
    assert "sales done OPP-1 signed|issue-invoice|changes-asked --next negotiations" in refused.err
    shop.do("done", "OPP-1", "sent")
    shop.do("done", "OPP-1", "signed", "--next", "negotiations")
    assert "negotiations" == shop.json("continue", "OPP-1")["sale"]["stage"]


def test_a_sale_without_an_opportunity_is_called_by_its_customer(shop: Shop) -> None:
    """P25: lists and the day name who it is about."""
    shop.do("run-process", "corporate-sale", "--account", "Globex")
    assert "Globex" in shop.do("next").out
    assert "Globex" in shop.do("activity", "list").out


def test_the_exact_name_of_a_sale_means_that_sale(shop: Shop) -> None:
    """P17: others whose names begin with it do not make it ambiguous."""
    for name in ("D1", "D10", "D11"):
        shop.do("opportunity", "add", name, "--account", "Acme")
    shop.do("stage", "D1", "proposal")
    stages = [one["stage"] for one in shop.json("opportunity", "list", "--all")]
    assert 1 == stages.count("proposal")


def test_a_sale_that_was_given_away_is_shown_by_its_handle(shop: Shop) -> None:
    """P49: what is printed next works whatever words named the sale."""
    shop.do("user", "add", "bo")
    shop.do("opportunity", "add", "Standby power", "--account", "Larkspur Mills")
    answer = shop.do("assign", "larkspur", "bo")
    assert "Next: sales opportunity show OPP-1" in answer.out
