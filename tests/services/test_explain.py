"""B49: every figure names its source and how many records went into it, and both are true."""

import random
from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import pytest

from tests.shop import Shop, made_once

CENT = Decimal("0.01")
REPORTS = (
    *(("pipeline",), ("pipeline", "--mine"), (), ("next",), ("risk",), ("risk", "--all")),
    *(("process", "list"), ("process", "log", "RUN-1")),
)


@made_once
def team(shop: Shop) -> Shop:
    """A shop with open, closed, unpriced, foreign and stray opportunities, and things to do."""
    dice = random.Random(4)
    shop.do("user", "add", "bo")
    stages = ("needs-analysis", "proposal", "negotiations", "closed-won")
    for number in range(24):
        words = ["opportunity", "add", f"Sale {number}", "--stage", dice.choice(stages)]
        if dice.random() < 0.7:
            words += ["--amount", str(dice.randrange(1, 10_000_000) / 100)]
        if dice.random() < 0.4:
            words += ["--probability", str(dice.randrange(101))]
        if dice.random() < 0.5:
            words += ["--close-date", dice.choice(("2026-11-20", "2026-12-20"))]
        shop.do(*words, "--owner", dice.choice(("me", "me", "bo")))
    for number, due in enumerate(("2026-11-20", "2026-11-21", "2026-11-23 15:00", "2026-11-30")):
        shop.do("activity", "add", f"Call {number}", "--due", due, "--opportunity", "OPP-2")
    shop.do("activity", "add", "Another", "--due", "2026-11-20", "--owner", "bo")
    shop.do("run-process", "corporate-sale", "--account", "Acme", "--result", "meet")
    shop.do("run-process", "corporate-sale", "--account", "Globex", "--result", "no-interest")
    with shop.unit as unit:
        unit.connection.execute("UPDATE opportunity SET currency = 'CHF' WHERE number % 5 = 0")
        unit.connection.execute("UPDATE opportunity SET stage = 'attic' WHERE number IN (3, 4)")
        unit.connection.execute("UPDATE activity SET due_at = NULL WHERE name = 'Call 3'")
    return shop


def explained(shop: Shop, *words: str) -> dict[str, dict[str, Any]]:
    """Return the explanations of a report by the place of their figure."""
    return {figure["at"]: figure for figure in shop.json(*words, "--explain")["explain"]}


def numbers(document: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every number of a document with its place; amounts are numbers too."""
    if isinstance(document, dict):
        for name, value in document.items():
            if name != "explain":
                yield from numbers(value, f"{path}/{name}")
    elif isinstance(document, list):
        for place, value in enumerate(document):
            yield from numbers(value, f"{path}/{place}")
    else:
        is_amount = path.endswith(("/amount", "/weighted")) and document is not None
        if is_amount or (isinstance(document, int | float) and not isinstance(document, bool)):
            yield path, document


def found_at(document: Any, path: str) -> Any:
    """Return what a JSON pointer leads to."""
    for part in path.split("/")[1:]:
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


RECORDED = ("/minutes", "/version", "/revision", "/n")
"""Numbers of a document that no report computes; an amount of one sale is one as well."""


def is_computed(path: str) -> bool:
    """Whether a number of a document was computed."""
    return not path.endswith(RECORDED) and not (
        path.startswith("/sales/") and path.endswith("/amount")
    )


@pytest.mark.parametrize("words", REPORTS, ids=" ".join)
def test_no_figure_is_without_an_explanation(team: Shop, words: tuple[str, ...]) -> None:
    """B49: each number that a report computes is explained, with a formula, a source and an n."""
    document = team.json(*words, "--explain")
    told = {figure["at"]: figure for figure in document["explain"]}
    computed = {path: value for path, value in numbers(document) if is_computed(path)}
    assert set() == set(computed) - set(told)
    for path, figure in told.items():
        assert figure["figure"]
        assert figure["unit"]
        assert len(figure["formula"]) > 10
        assert len(figure["source"]) > 10
        assert figure["n"] >= 0
        assert bool(figure["currency"]) == (figure["unit"] == "money")
        shown = found_at(document, path)
        if isinstance(shown, list):
            assert len(shown) == min(figure["value"], 11)
        elif path in computed:
            assert shown == figure["value"]
        else:
            assert f"{figure['value']} " in shown


@pytest.mark.parametrize("words", REPORTS, ids=" ".join)
def test_explaining_changes_nothing_else(team: Shop, words: tuple[str, ...]) -> None:
    """The document is the same but for what explains it, and the rows stand before it."""
    document = team.json(*words, "--explain")
    del document["explain"]
    plain = document["versions"] if words == ("process", "list") else document
    assert plain == team.json(*words)
    printed, told = team.do(*words).out, team.do(*words, "--explain").out
    lines = told.splitlines(keepends=True)
    assert printed == "".join(line for line in lines if not line.startswith("explain\t"))


@pytest.mark.parametrize("owner", ["", "ana"])
def test_the_pipeline_is_what_its_explanation_says(team: Shop, owner: str) -> None:
    """B49: count, sum and weighted sum, computed from the rows by hand, with what was left out."""
    words = ("pipeline", "--mine") if owner else ("pipeline",)
    chances = {
        stage["id"]: stage["probability"]
        for stage in team.json("process", "show", "corporate-sale")["stages"]
    }
    rows = team.rows(
        "SELECT o.stage, o.currency, o.amount, o.probability FROM opportunity o"
        ' JOIN "user" u ON u.id = o.owner_id WHERE o.closed_at IS NULL'
        " AND u.login LIKE ?",
        owner or "%",
    )
    document = team.json(*words, "--explain")
    told = {figure["at"]: figure for figure in document["explain"]}
    strays = [row for row in rows if row[0] not in chances]
    assert strays
    for place, entry in enumerate(document["stages"]):
        own = [row for row in rows if row[:2] == (entry["stage"], entry["currency"])]
        check(told, f"/stages/{place}", entry, own, chances, [])
    for place, entry in enumerate(document["totals"]):
        own = [r for r in rows if r[1] == entry["currency"] and r not in strays]
        check(told, f"/totals/{place}", entry, own, chances, strays)


def check(
    told: dict[str, Any],
    path: str,
    entry: dict[str, Any],
    own: list[tuple[Any, ...]],
    chances: dict[str, int],
    strays: list[tuple[Any, ...]],
) -> None:
    """Compare one line of the pipeline with its rows."""
    priced = [row for row in own if row[2] is not None]
    groups: dict[tuple[str, int], Decimal] = {}
    for stage, _currency, amount, chance in priced:
        share = chances[stage] if chance is None else chance
        key = (stage, -1 if chance is None else share)
        groups[key] = groups.get(key, Decimal()) + Decimal(amount) * share / 10_000
    weighted = sum((part.quantize(CENT, ROUND_HALF_EVEN) for part in groups.values()), Decimal())
    amount = sum((Decimal(row[2]) / 100 for row in priced), Decimal())
    assert len(own) == entry["count"] == told[f"{path}/count"]["n"]
    assert amount == Decimal(entry["amount"])
    assert weighted == Decimal(entry["weighted"])
    for name in ("amount", "weighted"):
        figure = told[f"{path}/{name}"]
        assert (len(priced), entry["currency"]) == (figure["n"], figure["currency"])
        left = {each["why"].split(" (")[0]: each["n"] for each in figure["left_out"]}
        expected = {"without an amount": len(own) - len(priced)}
        expected["in a stage that no process has"] = len(strays)
        assert {why: n for why, n in expected.items() if n} == left
    certain = sum(row[3] is not None for row in priced)
    detail = f"{certain} with a probability" if priced else ""
    assert told[f"{path}/weighted"]["detail"].startswith(detail)


def test_strays_are_told_without_being_asked_for(team: Shop) -> None:
    """B49: a sum that misses open opportunities says so at once."""
    answer = team.do("pipeline")
    assert "2 open opportunities stand in a stage that no process has" in answer.err


def test_the_day_is_what_its_explanation_says(team: Shop) -> None:
    """B49: each section's count, computed from the rows by hand."""
    told = explained(team)
    mine = "owner_id = (SELECT id FROM \"user\" WHERE login = 'ana')"
    due = team.rows(f"SELECT due_at FROM activity WHERE state = 'open' AND {mine}")
    moments = [row[0] for row in due if row[0]]
    assert sum(at < "2026-11-23 09:00" for at in moments) == told["/overdue"]["value"]
    today = sum("2026-11-23 09:00" <= at < "2026-11-24" for at in moments)
    assert today == told["/today"]["value"]
    undated = [{"n": len(due) - len(moments), "why": "without a due date"}]
    assert undated == told["/overdue"]["left_out"] == told["/today"]["left_out"]
    runs = team.rows(f"SELECT id FROM process_run WHERE state = 'running' AND {mine}")
    standing = team.rows(
        "SELECT s.run_id FROM step_visit s JOIN activity a ON a.step_visit_id = s.id"
        " WHERE s.closed_at IS NULL"
    )
    assert len(set(runs) - set(standing)) == told["/waiting"]["value"]
    sales = {
        row[0]
        for row in team.rows(f"SELECT id FROM opportunity WHERE closed_at IS NULL AND {mine}")
    }
    planned = team.rows("SELECT opportunity_id FROM activity WHERE state = 'open'")
    guided = team.rows("SELECT opportunity_id FROM process_run WHERE state = 'running'")
    assert len(sales - {row[0] for row in [*planned, *guided]}) == told["/quiet"]["value"]


def test_a_long_section_is_counted_in_full(shop: Shop) -> None:
    """B49: the day shows ten entries, and its explanation says how many there are."""
    for number in range(13):
        shop.do("activity", "add", f"Call {number}", "--due", "2026-11-20")
    assert explained(shop)["/overdue"]["value"] == 13


def test_the_days_of_a_quiet_sale_are_explained(shop: Shop) -> None:
    """B49: `sales next` tells since when the days are counted."""
    shop.do("opportunity", "add", "Pumps")
    shop.clock.advance(days=3, hours=5)
    (figure,) = shop.json("next", "--explain")["explain"]
    assert (3, "days", 1) == (figure["value"], figure["unit"], figure["n"])
    assert "2026-11-23 09:00" in figure["formula"]
    assert "OPP-1" in figure["source"]


def test_nothing_computed_needs_no_explanation(shop: Shop) -> None:
    """A next thing without a figure has an empty list."""
    assert {"explain": []} == shop.json("next", "--explain")


def test_explain_stands_behind_its_command(shop: Shop) -> None:
    """Before a command it would be read as the day's, so it is refused with the way out."""
    answer = shop.run("--explain", "pipeline")
    assert 2 == answer.code
    assert "hint: such as `sales pipeline --explain`" in answer.err


def test_the_sales_of_a_version_are_counted(team: Shop) -> None:
    """B49: those whose present stay began with it."""
    rows = team.rows("SELECT id FROM stage_visit WHERE left_at IS NULL AND voided_by_id IS NULL")
    (figure,) = [f for f in explained(team, "process", "list").values() if f["value"]]
    assert len(rows) == figure["value"] == figure["n"]


def test_how_long_a_step_took_is_explained(team: Shop) -> None:
    """B49: from its opening to its closing, by the clock."""
    team.clock.advance(days=2, minutes=1)
    team.do("continue", "RUN-1", "--set", "meeting_at=fri 10")
    for number in (1, 2):
        for figure in explained(team, "process", "log", f"RUN-{number}").values():
            assert figure["value"] in {0, 2 * 86_400 + 60}
            begun, ended = figure["detail"].removesuffix(" UTC").split(" to ")
            span = datetime.fromisoformat(ended) - datetime.fromisoformat(begun)
            assert (span.total_seconds(), 1) == (figure["value"], figure["n"])


def test_a_list_of_runs_has_nothing_to_explain(team: Shop) -> None:
    """It is refused, with the way to what has."""
    answer = team.run("process", "log", "--explain")
    assert 2 == answer.code
    assert "sales process log RUN-3 --explain" in answer.err
