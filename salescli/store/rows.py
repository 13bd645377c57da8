"""The few statements that every repository shares: insert, update, new keys and handle numbers."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from salescli.errors import ChangedMeanwhileError

Row = tuple[str, bytes]
"""A row of the store: its table and its key."""

CHILDREN_FIRST = (
    "quota",
    "saved_view",
    "attachment",
    "document_tag",
    "participant",
    "condition",
    "note",
    "opportunity_line",
    "competitor",
    "stakeholder",
    "activity",
    "step_visit",
    "stage_visit",
    "process_run",
    "process_definition",
    "process_switch",
    "document",
    "lead",
    "opportunity",
    "contact",
    "offer",
    "account",
    "setting",
    "division",
    "user",
)
"""Tables with a history in an order in which rows can be deleted."""


def new_key() -> bytes:
    """Return a new UUIDv7: 16 bytes that sort by the time they were made."""
    from uuid_utils import uuid7

    return uuid7().bytes


def present(connection: sqlite3.Connection, table: str, row_id: bytes) -> dict[str, Any] | None:
    """Return a row as it is: column -> stored value; None when it is not there."""
    row = connection.execute(f'SELECT * FROM "{table}" WHERE id = ?', (row_id,)).fetchone()
    return dict(row) if row else None


def insert(connection: sqlite3.Connection, table: str, values: Mapping[str, Any]) -> None:
    """Insert one row; `values` is column -> stored value."""
    columns = ", ".join(values)
    marks = ", ".join("?" * len(values))
    connection.execute(
        f'INSERT INTO "{table}" ({columns}) VALUES ({marks})',
        tuple(values.values()),
    )


def insert_many(
    connection: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    rows: Iterable[tuple[Any, ...]],
) -> None:
    """Insert many rows of the same columns in one go."""
    marks = ", ".join("?" * len(columns))
    connection.executemany(
        f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({marks})',
        rows,
    )


def update(
    connection: sqlite3.Connection,
    table: str,
    row_id: bytes,
    values: Mapping[str, Any],
) -> None:
    """Update one row and count its version up.

    Args:
        connection: the connection of the open unit of work.
        table: the table's name.
        row_id: the row's key.
        values: column -> stored value; nothing happens when it is empty.

    Raises:
        ChangedMeanwhileError: the row is gone.
    """
    if not values:
        return
    assignments = ", ".join(f"{column} = ?" for column in values)
    done = connection.execute(
        f'UPDATE "{table}" SET {assignments}, version = version + 1 WHERE id = ?',
        (*values.values(), row_id),
    )
    if done.rowcount != 1:
        raise ChangedMeanwhileError(
            f"The {table.replace('_', ' ')} was removed by somebody else meanwhile",
            hint="look at it again, then repeat the command",
        )


def take_numbers(connection: sqlite3.Connection, noun: str, count: int = 1) -> int:
    """Take a block of `count` handle numbers of a noun and return its first."""
    row = connection.execute(
        "INSERT INTO counter (noun, next) VALUES (?, ? + 1)"
        " ON CONFLICT (noun) DO UPDATE SET next = next + ? RETURNING next",
        (noun, count, count),
    ).fetchone()
    return int(row[0]) - count
