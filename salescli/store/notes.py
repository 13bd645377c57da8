"""Dated texts about a record."""

import sqlite3
from datetime import datetime
from typing import NamedTuple

from salescli.domain.moments import from_utc_text
from salescli.store.rows import insert, new_key
from salescli.store.unit_of_work import UnitOfWork


class Note(NamedTuple):
    """A note as it is shown."""

    at: datetime
    login: str
    text: str


def add(
    unit: UnitOfWork,
    text: str,
    *,
    opportunity: bytes | None = None,
    account: bytes | None = None,
    contact: bytes | None = None,
    lead: bytes | None = None,
    run: bytes | None = None,
) -> None:
    """Add a note to a record."""
    insert(
        unit.connection,
        "note",
        {
            "id": new_key(),
            "created_in": unit.change_set,
            "opportunity_id": opportunity,
            "account_id": account,
            "contact_id": contact,
            "lead_id": lead,
            "run_id": run,
            "at": unit.now_text,
            "login": unit.login,
            "text": text,
        },
    )


class Kept(NamedTuple):
    """A note that can be removed."""

    key: bytes
    text: str


def of_target(connection: sqlite3.Connection, column: str, key: bytes) -> list[Kept]:
    """Return the notes that point to a record by a column, newest first."""
    rows = connection.execute(
        f"SELECT id, text FROM note WHERE {column} = ? ORDER BY id DESC", (key,)
    ).fetchall()
    return [Kept(*row) for row in rows]


def remove(unit: UnitOfWork, key: bytes) -> None:
    """Delete a note; the change history keeps it."""
    unit.connection.execute("DELETE FROM note WHERE id = ?", (key,))


def of_record(connection: sqlite3.Connection, noun: str, key: bytes) -> list[Note]:
    """Return the notes of a record, newest first."""
    rows = connection.execute(
        f"SELECT at, login, text FROM note WHERE {noun}_id = ? ORDER BY id DESC",
        (key,),
    ).fetchall()
    return [Note(from_utc_text(row[0]), row[1], row[2]) for row in rows]
