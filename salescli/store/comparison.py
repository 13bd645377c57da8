"""Compares a store with a copy of it: the changes since, and the records of each noun."""

import sqlite3
from datetime import datetime
from typing import NamedTuple

from salescli.domain.moments import from_utc_text

COUNTED = (
    *("account", "contact", "lead", "opportunity", "offer", "activity", "note"),
    *("process_run", "process_definition", "user", "division", "setting"),
)
"""The tables whose records are counted."""


class Change(NamedTuple):
    """A change set that only one of two stores has; `at` is UTC."""

    number: int
    at: datetime
    login: str
    command: str


class Difference(NamedTuple):
    """How a store differs from a copy of it.

    `common` is the number of the last change set that both have; `lost` are those that only the
    store has, newest first, `regained` those that only the copy has; `records` is
    table -> (in the store, in the copy), where they differ.
    """

    common: int
    lost: tuple[Change, ...]
    regained: tuple[Change, ...]
    records: dict[str, tuple[int, int]]


def compare(live: sqlite3.Connection, copy: sqlite3.Connection) -> Difference:
    """Return what going back from a store to a copy would change."""
    common = _common(live, copy)
    counts = {
        table: (_count(live, table), _count(copy, table))
        for table in COUNTED
        if _has(live, table) and _has(copy, table)
    }
    return Difference(
        common,
        _after(live, common),
        _after(copy, common),
        {table: pair for table, pair in counts.items() if pair[0] != pair[1]},
    )


def began(connection: sqlite3.Connection) -> datetime | None:
    """Return when the first change set of a store was made."""
    row = connection.execute("SELECT at FROM change_set WHERE number = 1").fetchone()
    return from_utc_text(row[0]) if row else None


def span(connection: sqlite3.Connection) -> tuple[datetime | None, datetime | None]:
    """Return when the first and the last change set of a store were made."""
    row = connection.execute("SELECT at FROM change_set ORDER BY number DESC LIMIT 1").fetchone()
    return began(connection), from_utc_text(row[0]) if row else None


def _common(live: sqlite3.Connection, copy: sqlite3.Connection) -> int:
    """Return the last number at which both stores have the same change set.

    Two stores that agree there agree in all that came before, so the place is found by halving.
    """
    lowest, highest = 0, min(_last(live), _last(copy))
    while lowest < highest:
        middle = (lowest + highest + 1) // 2
        if _key(live, middle) == _key(copy, middle):
            lowest = middle
        else:
            highest = middle - 1
    return lowest


def _last(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM change_set").fetchone()[0])


def _key(connection: sqlite3.Connection, number: int) -> bytes | None:
    row = connection.execute("SELECT id FROM change_set WHERE number = ?", (number,)).fetchone()
    return row[0] if row else None


def _after(connection: sqlite3.Connection, number: int) -> tuple[Change, ...]:
    rows = connection.execute(
        "SELECT number, at, login, command FROM change_set WHERE number > ? ORDER BY number DESC",
        (number,),
    )
    return tuple(Change(row[0], from_utc_text(row[1]), row[2], row[3]) for row in rows)


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])


def _has(connection: sqlite3.Connection, table: str) -> bool:
    row = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)
    ).fetchone()
    return row is not None
