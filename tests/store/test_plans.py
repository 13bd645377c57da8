"""What a daily command reads does not grow with the sales of others."""

from pathlib import Path

import pytest

from bench.stores import build
from salescli.store import search
from salescli.store.engine import FILE_NAME, connect
from salescli.store.unit_of_work import UnitOfWork
from tests.shop import Shop
from tests.store.traces import READS, WRITES, Command, trace

SCANS = {
    "SCAN current_change_set": "it has one row",
    "SCAN division": "a company has few",
    "SCAN setting": "there are few",
    "SCAN user": "a company has few",
    "INDEX ix_opportunity_pipeline": "a sum over all open sales reads them all",
    "INDEX ix_opportunity_open_words": "a word may stand anywhere in a name",
    "INDEX ix_account_words": "a word may stand anywhere in a name",
}
"""What may be read from end to end, and why."""

OPPORTUNITIES = 1000
STEPS = {
    "sales": 2_000,
    "next": 2_000,
    "activity list": 3_000,
    "opportunity list": 4_000,
    "opportunity show": 500,
    "hint": 1_000,
    "words that nothing matches": 9_000,
    "completion": 3_000,
    "pipeline": 10_000,
    "pipeline --mine": 1_500,
    "risk": 6_000,
    "note": 1_000,
}
"""Steps of SQLite's machine in a store of 1,000 opportunities, of which 40 are mine."""


def unmatched(unit: UnitOfWork) -> object:
    """Look for words that no sale has: mine, then everybody's, then runs without one."""
    return search.open_sales(unit.connection, "such words", unit.user_id)


@pytest.fixture
def sale(shop: Shop) -> Shop:
    """A shop with one guided sale that stands in needs analysis."""
    shop.do("user", "add", "bo")
    shop.do("opportunity", "add", "Acme generator", "--set", "account=Acme Ltd")
    shop.do("stage", "OPP-1", "needs-analysis")
    return shop


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a whole team."""
    home = tmp_path_factory.mktemp("team")
    build(home, OPPORTUNITIES)
    return home


def scans(home: Path, statements: list[str]) -> set[str]:
    """Return the parts of the plans that read a whole table without a reason."""
    connection = connect(home / FILE_NAME)
    plans = {
        row[3]
        for statement in statements
        for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
    }
    connection.close()
    return {
        plan
        for plan in plans
        if plan.startswith("SCAN ")
        and not plan.startswith("SCAN CONSTANT")
        and not any(allowed in plan for allowed in SCANS)
    }


@pytest.mark.parametrize("name", READS)
def test_no_read_scans_a_table(sale: Shop, name: str) -> None:
    """Every query of a daily command goes through an index."""
    found = trace(sale.home, READS[name])
    assert found.statements
    assert scans(sale.home, found.statements) == set()


def test_no_write_scans_a_table(sale: Shop) -> None:
    """Neither does any statement of a daily change; they run one after the other."""
    asked = [text for write in WRITES.values() for text in trace(sale.home, write).statements]
    assert scans(sale.home, asked) == set()


@pytest.mark.parametrize("name", STEPS)
def test_a_command_takes_few_steps(team: Path, name: str) -> None:
    """A scan that hides behind a small plan shows in the steps of SQLite's machine."""
    known: dict[str, Command] = READS | WRITES | {"words that nothing matches": unmatched}
    assert trace(team, known[name]).steps <= STEPS[name]
