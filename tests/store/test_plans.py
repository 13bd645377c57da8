"""What a daily command reads does not grow with the sales of others."""

from pathlib import Path

import pytest

from salescli.store.engine import FILE_NAME, connect
from tests.shop import Shop
from tests.store.traces import READS, WRITES, trace

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


@pytest.fixture
def sale(shop: Shop) -> Shop:
    """A shop with one guided sale that stands in needs analysis."""
    shop.do("user", "add", "bo")
    shop.do("opportunity", "add", "Acme generator", "--set", "account=Acme Ltd")
    shop.do("stage", "OPP-1", "needs-analysis")
    return shop


def scans(home: Path, statements: list[str]) -> set[str]:
    """Return the parts of the plans that read a whole table without a reason.

    The plan of a plain INSERT shows how rows without a parent would be looked for, which SQLite
    does only while there are some; that it does not is told by the steps.
    """
    connection = connect(home / FILE_NAME)
    plans = {
        row[3]
        for statement in statements
        if not (statement.startswith("INSERT") and " VALUES (" in statement)
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
    """Every query of a daily command goes through an index (B56)."""
    found = trace(sale.home, READS[name])
    assert found.statements
    assert scans(sale.home, found.statements) == set()


def test_no_write_scans_a_table(sale: Shop) -> None:
    """Neither does any statement of a daily change; they run one after the other."""
    asked = [text for write in WRITES.values() for text in trace(sale.home, write).statements]
    assert scans(sale.home, asked) == set()
