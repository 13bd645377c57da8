"""The guided sale on a terminal: it asks, goes on with the answer, and loses nothing."""

import json
from typing import Any

import pytest

from tests.shop import Shop, made_once
from tests.terminal import END_OF_FILE, INTERRUPT, on_terminal

LEAVE = ("Result [", "later")


def _draft(shop: Shop, number: int = 1) -> dict[str, Any]:
    ((text,),) = shop.rows("SELECT draft FROM process_run WHERE number = ?", number)
    found: dict[str, Any] = json.loads(text)
    return found


def _steps(shop: Shop) -> list[tuple[Any, ...]]:
    return shop.rows("SELECT step, state FROM step_visit ORDER BY id")


@made_once
def opportunity_form(shop: Shop) -> Shop:
    """A shop where RUN-1 stands on the form that asks for company and opportunity."""
    shop.do("run-process", "corporate-sale", "--result", "meet")
    shop.do("continue", "RUN-1", "--set", "meeting_at=thu 10")
    return shop


def test_a_sale_from_the_first_call_to_the_next_stage(shop: Shop) -> None:
    """P29: activity, numbered results, form fields and the next stage follow one another."""
    shown = on_terminal(
        shop,
        *("run-process", "corporate-sale"),
        typed=[
            ("Result [", "1"),
            ("Meeting (required)", "thu 10"),
            ("Requested", "A demo"),
            ("Account (required)", "Acme Ltd"),
            ("Name", "Backup power"),
            ("Amount", "12000"),
            ("Need", "No outages"),
            ("Budget", "15000"),
            ("Decision date", "2027-02-01"),
            ("Close date", "2027-03-01"),
            ("Source", "Fair"),
            ("Type", "New"),
            ("Main contact", "Mia Ray"),
            ("Owner", ""),
            ("Division", ""),
            ("Next stage [1]", "1"),
            ("Collect customer information", ""),
        ],
    )
    assert 0 == shown.code
    assert "Call to verify the interest" in shown.text
    for number, result in enumerate(("meet", "send-information", "not-now", "no-interest"), 1):
        assert f"{number}. {result}" in shown.text
    assert "1. Needs analysis (recommended)" in shown.text
    record = shop.json("opportunity", "show", "OPP-1")
    expected = {
        "name": "Backup power",
        "account": "Acme Ltd",
        "contact": "Mia Ray",
        "stage": "needs-analysis",
        "amount": "12000.00",
        "budget": "15000.00",
        "need": "No outages",
        "decision_date": "2027-02-01",
        "close_date": "2027-03-01",
        "source": "Fair",
        "type": "New",
        "owner": "ana",
    }
    assert expected == {name: record[name] for name in expected}
    ((meeting,),) = shop.rows("SELECT starts_at FROM activity WHERE name = 'Conduct presentation'")
    assert meeting.startswith("2026-11-26")


def test_a_typing_error_is_mended_before_the_form_is_saved(opportunity_form: Shop) -> None:
    """P29: `<` goes back, shows what was typed, and what is typed then takes its place."""
    shown = on_terminal(
        opportunity_form,
        *("continue", "RUN-1"),
        typed=[
            ("Account (required)", "<"),
            ("This is the first one", "Acme Ldt"),
            ("Name", "<"),
            ("Account [Acme Ldt]", "Acme Ltd"),
            ("Name", "Backup power"),
            ("Amount", "<"),
            ("Name [Backup power]", ""),
            ("Amount", INTERRUPT),
        ],
    )
    assert 130 == shown.code
    kept = _draft(opportunity_form)
    assert (["", "Acme Ltd"], "Backup power") == (kept["account"], kept["name"])


def test_a_call_that_failed_asks_when_to_try_again(shop: Shop) -> None:
    """P60: "redial later" asks for the time, and return keeps the one of the process."""
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "needs-analysis")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shop.do("done", "OPP-1", "collected")
    on_terminal(
        shop,
        *("continue", "OPP-1"),
        typed=[
            ("Result [", "redial-later"),
            ("When? Enter keeps tomorrow 17:00", "thu 10"),
            ("Result [", "redial-later"),
            ("When? Enter keeps tomorrow 17:00", ""),
            LEAVE,
        ],
    )
    dues = shop.rows("SELECT due_at FROM activity WHERE kind = 'call' ORDER BY number")
    assert ["2026-11-24 17", "2026-11-26 10", "2026-11-24 17"] == [due[:13] for (due,) in dues]


def test_without_a_name_a_menu_is_shown(shop: Shop) -> None:
    """`run-process` without a name lists the processes by number and starts the chosen one."""
    shown = on_terminal(shop, "run-process", typed=[("Run process", "1"), LEAVE])
    assert 0 == shown.code
    assert "1. Corporate sale" in shown.text
    assert [("corporate-sale", "running")] == shop.rows(
        "SELECT definition_key, state FROM process_run"
    )


def test_a_process_can_be_typed_in_the_menu(shop: Shop) -> None:
    """In a menu the word is understood like its number; anything else is asked for again."""
    shown = on_terminal(
        shop,
        "run-process",
        typed=[("Run process", "7"), ("Type a number from 1 to 1", "corporate sale"), LEAVE],
    )
    assert 0 == shown.code
    assert [(1,)] == shop.rows("SELECT count(*) FROM process_run")


def test_leaving_the_menu_starts_nothing(shop: Shop) -> None:
    """Ctrl-C in the menu ends with 130, and no sale was begun."""
    before = shop.dump()
    left = on_terminal(shop, "run-process", typed=[("Run process", INTERRUPT)])
    assert (130, before) == (left.code, shop.dump())
    assert "You left" in left.text


@pytest.mark.parametrize("key", [INTERRUPT, END_OF_FILE], ids=["interrupt", "end of file"])
def test_leaving_a_form_keeps_what_was_typed(opportunity_form: Shop, key: str) -> None:
    """Ctrl-C or Ctrl-D in a form ends with 130; the values typed before are in the draft."""
    shown = on_terminal(
        opportunity_form,
        *("continue", "RUN-1"),
        typed=[
            ("Account (required)", "Acme Ltd"),
            ("Name", "Backup power"),
            ("Amount", "12000"),
            ("Need", key),
        ],
    )
    assert 130 == shown.code
    assert "Kept what you typed" in shown.text
    kept = _draft(opportunity_form)
    assert (["", "Acme Ltd"], "Backup power", 1_200_000) == (
        kept["account"],
        kept["name"],
        kept["amount"],
    )
    assert [] == opportunity_form.rows("SELECT * FROM opportunity")
    assert [("opportunity", "open")] == _steps(opportunity_form)[-1:]


def test_the_form_goes_on_where_it_was_left(opportunity_form: Shop) -> None:
    """What was kept is offered when the form is opened again, and return accepts it."""
    on_terminal(
        opportunity_form,
        *("continue", "RUN-1"),
        typed=[("Account (required)", "Acme Ltd"), ("Name", INTERRUPT)],
    )
    rest = ["Name", "Amount", "Need", "Budget", "Decision date", "Close date", "Source", "Type"]
    rest += ["Main contact", "Owner", "Division"]
    shown = on_terminal(
        opportunity_form,
        *("continue", "RUN-1"),
        typed=[
            *((label, "") for label in rest),
            ("Enter goes on", ""),
            ("Next stage", "later"),
        ],
    )
    assert 0 == shown.code
    assert "Acme Ltd" == opportunity_form.json("opportunity", "show", "OPP-1")["account"]


def test_a_required_field_is_asked_for_until_it_is_there(shop: Shop) -> None:
    """An empty or wrong answer to a required field is told and asked for again."""
    shop.do("run-process", "corporate-sale", "--result", "meet")
    shown = on_terminal(
        shop,
        *("continue", "RUN-1"),
        typed=[
            ("Meeting (required)", ""),
            ("This one is needed", "someday"),
            ("`someday` is not a date", "thu 10"),
            ("Requested", INTERRUPT),
        ],
    )
    assert 130 == shown.code
    assert _draft(shop)["meeting_at"].startswith("2026-11-26")


@pytest.mark.parametrize("key", [INTERRUPT, END_OF_FILE], ids=["interrupt", "end of file"])
def test_leaving_at_a_result_changes_nothing(shop: Shop, key: str) -> None:
    """Ctrl-C or Ctrl-D where a result is asked for ends with 130; the step stays open."""
    shop.do("run-process", "corporate-sale", "--account", "Acme Ltd")
    before = shop.dump()
    assert 130 == on_terminal(shop, "continue", "RUN-1", typed=[("Result [", key)]).code
    assert before == shop.dump()


def test_later_leaves_the_walk(shop: Shop) -> None:
    """`later` ends the walk with 0 and changes nothing."""
    shop.do("run-process", "corporate-sale", "--account", "Acme Ltd")
    before = shop.dump()
    shown = on_terminal(shop, "continue", "RUN-1", typed=[LEAVE])
    assert (0, True) == (shown.code, "Nothing is lost" in shown.text)
    assert before == shop.dump()


def test_the_call_is_scheduled_from_the_list(shop: Shop) -> None:
    """P36: beside the results the call can be scheduled, and the walk goes on."""
    shop.do("run-process", "corporate-sale", "--account", "Acme Ltd")
    shown = on_terminal(
        shop, "continue", "RUN-1", typed=[("Result [", "schedule it"), ("When", "tue 10"), LEAVE]
    )
    assert 0 == shown.code
    ((starts,),) = shop.rows("SELECT starts_at FROM activity")
    assert starts.startswith("2026-11-24 10:00")


def test_the_next_stage_can_be_typed(shop: Shop) -> None:
    """P29: in the chooser a stage is understood by its number, its name or its id."""
    for run, word in (("RUN-1", "closed rejected"), ("RUN-2", "closed-rejected")):
        shop.do("run-process", "corporate-sale", "--account", "Acme", "--result", "no-interest")
        typed = [("Next stage [1]", word), ("Reason", "too small")]
        assert 0 == on_terminal(shop, "continue", run, typed=typed).code
    assert [("disqualified",)] * 2 == shop.rows("SELECT state FROM process_run")


def test_an_ending_asks_for_its_reason(shop: Shop) -> None:
    """An ending that needs a reason asks for it, and the sale ends with it."""
    shop.do("run-process", "corporate-sale", "--account", "Acme Ltd", "--result", "no-interest")
    shown = on_terminal(
        shop, "continue", "RUN-1", typed=[("Next stage [1]", "1"), ("Reason", "too small")]
    )
    assert 0 == shown.code
    assert [("disqualified", "too small")] == shop.rows("SELECT state, reason FROM process_run")


def test_canceling_asks_first(shop: Shop) -> None:
    """Canceling a step on a terminal says that its stage ends, and a no changes nothing."""
    shop.do("run-process", "corporate-sale", "--account", "Acme Ltd")
    before = shop.dump()
    shown = on_terminal(shop, "cancel", "RUN-1", typed=[("ends the stage", "n")])
    assert (0, True) == (shown.code, "Nothing was canceled" in shown.text)
    assert before == shop.dump()
    assert 0 == on_terminal(shop, "cancel", "RUN-1", typed=[("ends the stage", "y")]).code
    assert before != shop.dump()


def test_several_matches_are_asked_for(shop: Shop) -> None:
    """Words that match several sales are a question on a terminal, answered by a number."""
    shop.do("opportunity", "add", "Globex one", "--account", "Globex")
    shop.do("opportunity", "add", "Globex two", "--account", "Globex")
    shown = on_terminal(shop, "stage", "globex", "proposal", typed=[("OPP-2 Globex two", "2")])
    assert 0 == shown.code
    stages = {row["name"]: row["stage"] for row in shop.json("opportunity", "list")}
    assert {"Globex one": "interest-verification", "Globex two": "proposal"} == stages


@pytest.mark.parametrize("flag", ["--no-input", "--json"])
def test_nobody_is_asked_who_cannot_answer(shop: Shop, flag: str) -> None:
    """With `--no-input` or `--json` a terminal is not asked; it gets what a pipe gets."""
    shown = on_terminal(shop, "run-process", flag)
    assert 8 == shown.code
    assert 0 == on_terminal(shop, "run-process", "corporate-sale", flag).code


def test_a_meeting_that_was_booked_without_a_time_is_asked_for_one(shop: Shop) -> None:
    """P71, P72: return leaves it open; a time moves it."""
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "presentation")
    asked = [("Result [", "prepared"), ("Questions", ""), ("Examples", "")]
    asked += [("Attendees", ""), ("Competitors", "")]
    asked += [("When is Conduct presentation? Enter leaves it open", "thu 10")]
    on_terminal(shop, "run-process", "corporate-sale", "--opportunity", "OPP-1", typed=asked)
    ((due,),) = shop.rows("SELECT due_at FROM activity WHERE kind = 'meeting'")
    assert due.startswith("2026-11-26 10:00")
