"""B57: the list of open sales that break a rule, each with the command that mends it."""

import re
import shlex
from decimal import Decimal
from typing import Any

from tests.shop import Shop, made_once
from tests.terminal import on_terminal

GAPS = {"no-next-step", "no-close-date", "no-amount"}


def broken(shop: Shop, *words: str) -> dict[str, set[str]]:
    """Return the rules that each sale at risk breaks."""
    return {
        sale["reference"]: {entry["rule"] for entry in sale["broken"]}
        for sale in shop.json("risk", *words)["sales"]
    }


@made_once
def desk(shop: Shop) -> Shop:
    """A shop where each rule is broken by somebody, and OPP-1 is in order."""
    shop.do("user", "add", "bo")
    full = ("--amount", "100", "--close-date", "2026-12-20")
    shop.do("opportunity", "add", "Sound", *full)
    shop.do("activity", "add", "Call", "--opportunity", "OPP-1", "--due", "2026-11-24")
    shop.do("opportunity", "add", "Late", "--amount", "900", "--close-date", "2026-11-20")
    shop.do("activity", "add", "Mail", "--opportunity", "OPP-2", "--due", "2026-11-20 10:00")
    shop.do("opportunity", "add", "Bare")
    shop.do("opportunity", "add", "Idle", *full)
    shop.do("opportunity", "add", "Theirs", *full, "--owner", "bo")
    shop.do("opportunity", "add", "Over", "--stage", "closed-lost")
    return shop


def test_each_broken_rule_is_listed(desk: Shop) -> None:
    """B57: my open sales with every rule that they break; one in order is not there."""
    expected = {
        "OPP-2": {"overdue", "close-date-past"},
        "OPP-3": GAPS,
        "OPP-4": {"no-next-step"},
    }
    assert expected == broken(desk)


def test_all_shows_everybodys(desk: Shop) -> None:
    """B57: `--all` adds those of others; what is closed is no risk."""
    assert {"OPP-2", "OPP-3", "OPP-4", "OPP-5"} == set(broken(desk, "--all"))
    assert {"OPP-5": {"no-next-step"}} == {
        sale["reference"]: {entry["rule"] for entry in sale["broken"]}
        for sale in desk.json("risk", "--all")["sales"]
        if sale["owner"] == "bo"
    }


def test_one_rule_alone(desk: Shop) -> None:
    """B57: `--rule` looks at one rule only."""
    assert {"OPP-3": {"no-next-step"}, "OPP-4": {"no-next-step"}} == broken(
        desk, "--rule", "no-next-step"
    )


def test_an_unknown_rule_is_refused_with_the_known_ones(desk: Shop) -> None:
    """It is not found, and the nearest is offered."""
    answer = desk.run("risk", "--rule", "overdu")
    assert 3 == answer.code
    assert "did you mean `overdue`?" in answer.err
    assert "`no-amount`" in answer.err


def test_the_gravest_comes_first_and_then_the_largest(shop: Shop) -> None:
    """B57: sorted by the gravest rule, then by amount."""
    for amount in ("5", "700", "30"):
        shop.do("opportunity", "add", f"Sale of {amount}", "--amount", amount)
    shop.do("activity", "add", "Call", "--opportunity", "OPP-1", "--due", "2026-11-20")
    order = [sale["reference"] for sale in shop.json("risk")["sales"]]
    assert ["OPP-1", "OPP-2", "OPP-3"] == order


def test_every_rule_is_told_with_its_words_owner_amount_and_time(desk: Shop) -> None:
    """B57: who is asked, how much is at stake, since when, and what the rule says."""
    rows = [line.split("\t") for line in desk.do("risk").out.splitlines()]
    late = next(row for row in rows if row[:2] == ["OPP-2", "overdue"])
    assert ["2026-11-20T10:00:00+00:00", "2", "ana", "900.00", "EUR"] == late[2:7]
    words = {entry["rule"]: entry["words"] for entry in desk.json("risk")["rules"]}
    assert {row[1]: row[10] for row in rows} == words
    assert late[9].startswith("ACT-2")


FILL_IN = {"DAY": "2026-12-24", "AMOUNT": "50"}


def test_each_mending_command_mends(desk: Shop) -> None:
    """B57: typed as it is shown, with a day and an amount filled in, it takes the line away."""
    before = broken(desk)
    mends = [
        (sale["reference"], entry["rule"], entry["mend"])
        for sale in desk.json("risk")["sales"]
        for entry in sale["broken"]
    ]
    for reference, rule, mend in mends:
        assert rule in before[reference]
        words = [FILL_IN.get(word, word) for word in shlex.split(mend)]
        desk.do(*words[1:])
        assert rule not in broken(desk).get(reference, set()), mend


def test_a_guided_sale_has_its_next_step(shop: Shop) -> None:
    """An open form is a next step; where the next stage is to be chosen there is none."""
    shop.do("run-process", "corporate-sale", "--result", "meet")
    assert {} == broken(shop)
    shop.do("run-process", "corporate-sale", "--new", "--result", "no-interest")
    assert {"RUN-2": {"no-next-step"}} == broken(shop)
    (sale,) = shop.json("risk")["sales"]
    assert "sales continue RUN-2" == sale["broken"][0]["mend"]
    assert None is sale["amount"]


def test_a_step_that_was_put_off_is_overdue_after_its_day(shop: Shop) -> None:
    """Putting a form off gives it a time, and that can pass too."""
    shop.do("run-process", "corporate-sale", "--result", "meet")
    shop.do("postpone", "RUN-1", "tomorrow")
    assert {} == broken(shop)
    shop.clock.advance(days=2)
    assert {"RUN-1": {"overdue"}} == broken(shop)
    shop.do("continue", "RUN-1")
    assert {} == broken(shop)


def test_nothing_is_planned_since_the_last_activity_ended(shop: Shop) -> None:
    """Since when is the end of the last activity, not the last edit."""
    shop.do("opportunity", "add", "Pumps", "--amount", "5", "--close-date", "2027-01-15")
    shop.do("activity", "add", "Call", "--opportunity", "OPP-1")
    shop.clock.advance(days=2)
    shop.do("done", "ACT-1")
    shop.clock.advance(days=3)
    shop.do("opportunity", "edit", "OPP-1", "--need", "Water")
    (sale,) = shop.json("risk")["sales"]
    assert [("no-next-step", 3)] == [(entry["rule"], entry["days"]) for entry in sale["broken"]]


def test_a_voided_run_is_no_sale(shop: Shop) -> None:
    """A start that was undone is at no risk."""
    shop.do("run-process", "corporate-sale", "--result", "no-interest")
    assert {"RUN-1": {"no-next-step"}} == broken(shop)
    shop.do("undo")
    assert {} == broken(shop)


def test_all_is_well_in_one_line(shop: Shop) -> None:
    """A terminal reads it, a pipe gets no row and a note; the exit code is 0 either way."""
    answer = shop.do("risk")
    assert ("", "note: Nothing is at risk: none of your 0 open sales breaks a rule\n") == answer[1:]
    shown = on_terminal(shop, "risk", "--rule", "overdue")
    assert 0 == shown.code
    assert "none of your 0 open sales breaks the rule `overdue`." in shown.text


def test_a_terminal_shows_sales_with_their_rules_below(desk: Shop) -> None:
    """B57: words, span and command stand in paragraphs that fit a narrow terminal."""
    shown = on_terminal(desk, "risk", columns=200)
    assert "overdue: an open activity, or a step that was put off, is past its time" in shown.text
    assert "(2 days), ACT-2 Mail" in shown.text
    assert "Mend it: sales done ACT-2" in shown.text
    assert "3 of your 4 open sales at risk: 1 overdue, 1 close-date-past, 2 no-next-step" in (
        shown.text
    )
    narrow = on_terminal(desk, "risk", columns=40)
    lines = [re.sub(r"\x1b\[\d*m", "", line) for line in narrow.text.splitlines()]
    assert all(len(line) <= 40 for line in lines)


def test_a_list_that_is_cut_counts_everything(desk: Shop) -> None:
    """`--limit` lists the gravest; counts and sums are those of all."""
    whole, cut = desk.json("risk"), desk.json("risk", "--limit", "1")
    assert whole["sales"][:1] == cut["sales"]
    assert whole | {"sales": []} == cut | {"sales": []}
    assert "2 more are not shown" in desk.do("risk", "-n", "1").err


def test_the_figures_are_those_of_the_list(desk: Shop) -> None:
    """B49: counts and sums of the report, computed from its list by hand, and their n."""
    document: dict[str, Any] = desk.json("risk", "--all", "--explain")
    told = {figure["at"]: figure for figure in document["explain"]}
    rows = desk.rows("SELECT amount FROM opportunity WHERE closed_at IS NULL")
    assert len(rows) == document["open"] == told["/open"]["n"] == told["/at_risk"]["n"]
    sales = document["sales"]
    assert len(sales) == document["at_risk"]
    for name, count in document["counts"].items():
        breaking = [s for s in sales if name in {entry["rule"] for entry in s["broken"]}]
        assert len(breaking) == count
    priced = [Decimal(sale["amount"]) for sale in sales if sale["amount"] is not None]
    assert sum(priced) == Decimal(document["amounts"][0]["amount"])
    figure = told["/amounts/0/amount"]
    assert len(priced) == figure["n"]
    assert [{"n": len(sales) - len(priced), "why": "without an amount"}] == figure["left_out"]
