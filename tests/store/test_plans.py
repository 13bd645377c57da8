"""What a daily command reads does not grow with the sales of others."""

from pathlib import Path

import pytest

from salescli.services import process_log
from salescli.store.engine import FILE_NAME, connect
from tests.shop import Shop, made_once
from tests.store.traces import READS, WRITES, trace

SCANS = {
    "SCAN current_change_set": "it has one row",
    "SCAN division": "a company has few",
    "SCAN process_definition": "a company has few processes, of few versions",
    "SCAN setting": "there are few",
    "SCAN user": "a company has few",
    "INDEX ix_opportunity_pipeline": "a sum over all open sales reads them all",
    "INDEX ix_opportunity_open_words": "a word may stand anywhere in a name",
    "INDEX ix_account_words": "a word may stand anywhere in a name",
}
"""What may be read from end to end, and why."""


@made_once
def sale(shop: Shop) -> Shop:
    """A shop with one guided sale that stands in needs analysis."""
    shop.do("user", "add", "bo")
    shop.do("opportunity", "add", "Acme generator", "--set", "account=Acme Ltd")
    shop.do("stage", "OPP-1", "needs-analysis")
    return shop


def plans(home: Path, statements: list[str]) -> set[str]:
    """Return the parts of the plans of statements."""
    connection = connect(home / FILE_NAME)
    found = {
        row[3]
        for statement in statements
        for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
    }
    connection.close()
    return found


def scans(home: Path, statements: list[str]) -> set[str]:
    """Return the parts of the plans that read a whole table without a reason.

    The plan of a plain INSERT shows how rows without a parent would be looked for, which SQLite
    does only while there are some; that it does not is told by the steps.
    """
    explained = [s for s in statements if not (s.startswith("INSERT") and " VALUES (" in s)]
    return {
        plan
        for plan in plans(home, explained)
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


def test_the_stays_are_counted_once_for_all_versions(sale: Shop) -> None:
    """`sales process list` reads the stays in one go, and not once for each version."""
    asked = trace(sale.home, process_log.versions).statements
    read = [text for text in asked if "stage_visit" in text]
    assert 1 == len(read)
    assert not [plan for plan in plans(sale.home, read) if "CORRELATED" in plan]
