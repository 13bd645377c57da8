"""Quotas and performance: figures recomputed from the stored records, by other means."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from salescli.store.engine import FILE_NAME
from tests.shop import MONDAY, Shop, behind_the_back, made_once

Q4 = "2026-Q4"


@made_once
def sold(shop: Shop) -> Shop:
    """Three wins of ana's in two months and one in dollars, one of bo's, and open sales."""
    shop.do("user", "add", "bo")
    for number, (amount, owner, close) in enumerate(
        [
            ("1000", "ana", "won"),
            ("2500", "ana", "won"),
            ("700", "ana", "won"),
            ("4000", "bo", "won"),
            ("9000", "ana", "lost"),
            ("8000", "ana", ""),
            ("600", "ana", ""),
        ],
        start=1,
    ):
        reference = f"OPP-{number}"
        words = ["opportunity", "add", f"Deal {number}", "--account", f"Firm {number}"]
        shop.do(*words, "--amount", amount)
        shop.do("assign", reference, owner)
        if close:
            extra = ["--reason", "price"] if close == "lost" else []
            shop.do("close", reference, close, *extra)
        shop.clock.advance(days=3)
    with behind_the_back(shop.home / FILE_NAME) as store:
        store.execute("UPDATE opportunity SET currency = 'USD' WHERE number = 3")
    shop.do("opportunity", "edit", "OPP-6", "--close-date", "2026-12-20", "--probability", "25")
    return shop


def test_performance_is_what_was_won(sold: Shop) -> None:
    """Won, count, attainment, gap and pace follow from the records that were closed as won."""
    sold.do("plan", "set", "me", Q4, "7000")
    shown = sold.json("plan", "show", "--period", Q4)
    wins = sold.rows(
        "SELECT amount FROM opportunity o JOIN user u ON u.id = o.owner_id"
        " WHERE stage = 'closed-won' AND login = 'ana' AND currency = 'EUR'"
    )
    total = sum(amount for (amount,) in wins) / 100
    assert (f"{total:.2f}", len(wins)) == (shown["won"], shown["sales"])
    assert round(total / 7000, 4) == shown["attainment"]
    assert f"{7000 - total:.2f}" == shown["gap"]
    today = sold.clock().date()
    days = [date(2026, 10, 1).toordinal() + n for n in range(92)]
    working = [n for n in days if date.fromordinal(n).weekday() < 5]
    over = [n for n in working if n <= today.toordinal()]
    assert round(len(over) / len(working), 4) == shown["elapsed"]
    assert round(total / 7000 / (len(over) / len(working)), 4) == shown["pace"]
    assert "2000.00" == shown["weighted"]
    assert not shown["met_plan"]


def test_other_currencies_and_undated_are_told(sold: Shop) -> None:
    """What no sum counts is counted beside it: a win in dollars, an open sale without a date."""
    shown = sold.json("plan", "show", "--period", Q4)
    in_dollars = sold.rows(
        "SELECT count(*) FROM opportunity WHERE stage = 'closed-won' AND currency <> 'EUR'"
    )[0][0]
    undated = sold.rows(
        "SELECT count(*) FROM opportunity o JOIN user u ON u.id = o.owner_id"
        " WHERE closed_at IS NULL AND close_date IS NULL AND login = 'ana'"
    )[0][0]
    assert (in_dollars, undated) == (shown["elsewhere"], shown["undated"])
    assert shown["quota"] is None
    assert shown["attainment"] is None


def test_what_is_expected_in_other_currencies_is_told(sold: Shop) -> None:
    """An open sale with its date in the period counts once: in the sum, or among the others."""
    before = sold.json("plan", "show", "--period", Q4, "--explain")
    with behind_the_back(sold.home / FILE_NAME) as store:
        store.execute("UPDATE opportunity SET currency = 'USD' WHERE number = 6")
    after = sold.json("plan", "show", "--period", Q4, "--explain")
    n = {plan["foreign"]: figure(plan, "/weighted")["n"] for plan in (before, after)}
    assert {0: n[0], 1: n[0] - 1} == n
    assert {"n": 1, "why": "in other currencies"} in figure(after, "/weighted")["left_out"]
    assert sold.json("plan", "show", "--period", "2026-10")["foreign"] == 0


def figure(plan: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the explanation of a figure."""
    found: list[dict[str, Any]] = [one for one in plan["explain"] if one["at"] == path]
    return found[0]


def test_days_add_up(sold: Shop) -> None:
    """The curve ends at what was won, never falls, and has only days of the period."""
    shown = sold.json("plan", "show", "--period", "2026-11")
    sums = [float(one["won"]) for one in shown["days"]]
    assert sorted(sums) == sums
    assert float(shown["won"]) == sums[-1]
    assert all(shown["start"] <= one["day"] < shown["end"] for one in shown["days"])


def test_a_period_begins_at_midnight_of_the_users_zone(shop: Shop) -> None:
    """What is closed in the last second of a month belongs to it, a second later to the next."""
    midnight = datetime(2026, 12, 1, tzinfo=MONDAY.tzinfo)
    for number, moment in enumerate([midnight - timedelta(seconds=1), midnight], start=1):
        shop.clock.now = moment
        shop.do("opportunity", "add", f"Deal {number}", "--account", "Acme", "--amount", "100")
        shop.do("close", f"OPP-{number}", "won")
    for period in ("2026-11", "2026-12"):
        assert 1 == shop.json("plan", "show", "--period", period)["sales"]


def test_the_leaderboard(sold: Shop) -> None:
    """B26: ranks by attainment; who has no quota comes last; a division narrows it."""
    sold.do("user", "add", "cy")
    sold.do("division", "add", "West", "--head", "bo")
    sold.do("user", "edit", "bo", "--division", "West")
    sold.do("plan", "set", "bo", Q4, "4000")
    sold.do("plan", "set", "cy", Q4, "100")
    found = sold.json("plan", "show", "--team", "--period", Q4)["places"]
    assert [(1, "bo", True), (2, "cy", False), (None, "ana", False)] == [
        (one["rank"], one["login"], one["met_plan"]) for one in found
    ]
    west = sold.json("plan", "show", "--division", "West", "--period", Q4)["places"]
    assert ["bo"] == [one["login"] for one in west]


def test_a_quota_is_replaced_and_removed(shop: Shop) -> None:
    """One quota for a person and a period: the second takes the place of the first."""
    shop.do("plan", "set", "me", Q4, "5k")
    shop.do("plan", "set", "me", Q4, "6k")
    assert [(600000,)] == shop.rows("SELECT amount FROM quota")
    assert "6000.00" == shop.json("plan", "show", "--period", Q4)["quota"]
    shop.do("plan", "remove", "me", Q4)
    assert [] == shop.rows("SELECT amount FROM quota")
    shop.do("undo")
    assert [(600000,)] == shop.rows("SELECT amount FROM quota")


def test_an_import_is_whole_or_nothing(shop: Shop, tmp_path: Path) -> None:
    """Heads may be called otherwise; one wrong line refuses the file and names the line."""
    shop.do("user", "add", "bo")
    good = tmp_path / "good.csv"
    good.write_text("Who;Quarter;Target;Currency\nme;2026-Q4;5.000,50;eur\nbo;2026-Q4;7k;\n")
    assert 2 == len(shop.json("plan", "import", str(good))["changed"])
    assert [(500050,), (700000,)] == shop.rows("SELECT amount FROM quota ORDER BY amount")
    before = shop.dump()
    bad = tmp_path / "bad.csv"
    for line, code in [("bo,2026-Q7,1", 2), ("bo,2026-Q4,lots", 2), ("zed,2026-Q4,1", 3)]:
        bad.write_text(f"login,period,amount\nme,2027,1\n{line}\n")
        answer = shop.run("plan", "import", str(bad))
        assert (code, "") == (answer.code, answer.out)
        assert "line 3" in answer.err
    for text, told in [
        ("", "is empty"),
        ("login,period\nme,2027\n", "no column `amount`"),
        ("login,perod,amount\n", "did you mean `period`"),
    ]:
        bad.write_text(text)
        answer = shop.run("plan", "import", str(bad))
        assert (2, "") == (answer.code, answer.out)
        assert told in answer.err
    assert before == shop.dump()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("set", "nobody", Q4, "5"), 3),
        (("set", "me", "soon", "5"), 2),
        (("set", "me", Q4, "0"), 2),
        (("set", "me", Q4, "much"), 2),
        (("remove", "me", Q4), 3),
        (("show", "nobody"), 3),
        (("show", "--period", "9999"), 2),
        (("show", "--division", "Nowhere"), 3),
    ],
    ids=str,
)
def test_refusals(shop: Shop, words: tuple[str, ...], code: int) -> None:
    """What cannot be meant is refused with a way out, and nothing is changed."""
    before = shop.dump()
    answer = shop.run("plan", *words)
    assert (code, "") == (answer.code, answer.out)
    assert "hint: " in answer.err
    assert before == shop.dump()
