"""The sales that a batch is about, chosen by a condition."""

import sqlite3

from salescli.domain.reference import handle
from salescli.store.filters import Filter


def open_sales(connection: sqlite3.Connection, found: Filter) -> list[str]:
    """Return the handles of the open opportunities that a filter selects, oldest first."""
    rows = connection.execute(
        "SELECT t.number FROM opportunity AS t WHERE t.closed_at IS NULL"
        f" AND ({found.clause}) ORDER BY t.number",
        found.parameters,
    )
    return [handle("opportunity", row[0]) for row in rows]
