"""The change history: what each change set did, and taking it back row by row."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any, NamedTuple

from salescli.store.rows import CHILDREN_FIRST, update
from salescli.store.unit_of_work import UnitOfWork

LOG_TABLES = ("stage_visit", "step_visit")
VOIDED_TABLES = ("process_run", *LOG_TABLES)
"""The process log: its rows are marked as voided where others would be deleted."""

_LET_GO = dict.fromkeys(("opportunity_id", "account_id", "contact_id", "lead_id", "owner_id"))
"""What a voided run no longer holds on to, so that it can be taken back too."""

_MADE_IN = (
    "created_in = ? OR id IN (SELECT row_id FROM change"
    " WHERE change_set_id = ? AND table_name = ? AND operation = 'insert')"
)
"""The rows of a table that a change set inserted: new ones, and those that it brought back."""


class ChangeSet(NamedTuple):
    """One command that changed something."""

    key: bytes
    number: int
    at: str
    login: str
    front_end: str
    command: str
    undoes: int | None
    undone_by: int | None


class Image(NamedTuple):
    """A row before a change set touched it."""

    table: str
    row_id: bytes
    operation: str
    before: dict[str, Any]


def change_sets(
    connection: sqlite3.Connection, *, limit: int, login: str = "", number: int | None = None
) -> list[ChangeSet]:
    """Return change sets, newest first."""
    rows = connection.execute(
        "SELECT c.id, c.number, c.at, c.login, c.front_end, c.command, u.number, b.number"
        " FROM change_set c LEFT JOIN change_set u ON u.id = c.undoes_id"
        " LEFT JOIN change_set b ON b.id = c.undone_by_id"
        " WHERE (? = '' OR c.login = ?) AND (? IS NULL OR c.number = ?)"
        " ORDER BY c.number DESC LIMIT ?",
        (login, login, number, number, limit),
    ).fetchall()
    return [ChangeSet(*tuple(row)) for row in rows]


def undoable(unit: UnitOfWork) -> ChangeSet | None:
    """Return the newest change set of the user that is no undo and is not undone."""
    row = unit.connection.execute(
        "SELECT number FROM change_set WHERE login = ? AND undoes_id IS NULL AND id <> ?"
        " AND parent_id IS NULL AND undone_by_id IS NULL AND command <> 'first use'"
        " ORDER BY number DESC LIMIT 1",
        (unit.login, unit.change_set),
    ).fetchone()
    found = change_sets(unit.connection, limit=1, number=row[0]) if row else []
    return found[0] if found else None


def parts(connection: sqlite3.Connection, change_set: ChangeSet) -> list[ChangeSet]:
    """Return the change sets that one command made beside its own, newest first."""
    numbers = connection.execute(
        "SELECT number FROM change_set WHERE parent_id = ? AND undone_by_id IS NULL"
        " ORDER BY number DESC",
        (change_set.key,),
    ).fetchall()
    return [change_sets(connection, limit=1, number=row[0])[0] for row in numbers]


def images(connection: sqlite3.Connection, change_set: bytes) -> list[Image]:
    """Return the first image of each row that a change set updated or deleted, newest first.

    A row that was updated and then deleted counts as deleted.
    """
    rows = connection.execute(
        "SELECT table_name, row_id, CASE WHEN sum(operation = 'delete') > 0 THEN 'delete'"
        " ELSE 'update' END, before, min(seq) FROM change"
        " WHERE change_set_id = ? AND operation <> 'insert'"
        " GROUP BY table_name, row_id ORDER BY min(seq) DESC",
        (change_set,),
    ).fetchall()
    found = [Image(row[0], row[1], row[2], json.loads(row[3])) for row in rows]
    return sorted(found, key=lambda image: (-CHILDREN_FIRST.index(image.table), image.row_id))


def made(connection: sqlite3.Connection, change_set: bytes) -> list[tuple[str, bytes]]:
    """Return (table, key) of the rows that a change set inserted, children before parents."""
    found: list[tuple[str, bytes]] = []
    for table in CHILDREN_FIRST:
        rows = connection.execute(
            f'SELECT id FROM "{table}" WHERE {_MADE_IN} ORDER BY id DESC',
            (change_set, change_set, table),
        )
        found += [(table, row[0]) for row in rows]
    return found


def changed_since(
    connection: sqlite3.Connection, change_set: ChangeSet, rows: Iterable[tuple[str, bytes]]
) -> dict[tuple[str, bytes], int]:
    """Return which rows a later change set still in force has changed, and its number.

    A later undo of a later change set has changed nothing in the end.
    """
    later = {
        row[0]: row[1]
        for row in connection.execute(
            "SELECT c.id, c.number FROM change_set c LEFT JOIN change_set u ON u.id = c.undoes_id"
            " WHERE c.number > ? AND c.undone_by_id IS NULL AND (u.id IS NULL OR u.number < ?)",
            (change_set.number, change_set.number),
        )
    }
    if not later:
        return {}
    touched: dict[tuple[str, bytes], int] = {}
    for table, row_id in rows:
        changes = connection.execute(
            "SELECT change_set_id FROM change WHERE table_name = ? AND row_id = ?", (table, row_id)
        )
        for (author,) in changes:
            if author in later:
                touched[table, row_id] = later[author]
    return touched


def run_of_rows(
    connection: sqlite3.Connection, rows: Iterable[tuple[str, bytes]]
) -> dict[tuple[str, bytes], bytes]:
    """Return the run that each row of the process belongs to: they are taken back together."""
    columns = {"process_run": "id", "stage_visit": "run_id", "step_visit": "run_id"}
    owners: dict[tuple[str, bytes], bytes] = {}
    for table, row_id in rows:
        column = columns.get(table, "run_id" if table == "activity" else "")
        if table == "opportunity":
            statement = "SELECT id FROM process_run WHERE opportunity_id = ?"
        elif column:
            statement = f"SELECT {column} FROM {table} WHERE id = ?"
        else:
            continue
        row = connection.execute(statement, (row_id,)).fetchone()
        if row and row[0]:
            owners[table, row_id] = row[0]
    return owners


def moved_on(
    connection: sqlite3.Connection, change_set: ChangeSet, runs: Iterable[bytes]
) -> dict[bytes, int]:
    """Return which runs have gone on in a later change set still in force, and its number."""
    gone_on: dict[bytes, int] = {}
    for run in runs:
        for table in LOG_TABLES:
            row = connection.execute(
                f"SELECT c.number FROM {table} v JOIN change_set c ON c.id = v.created_in"
                " WHERE v.run_id = ? AND v.voided_by_id IS NULL AND c.number > ?"
                " AND c.undoes_id IS NULL AND c.undone_by_id IS NULL LIMIT 1",
                (run, change_set.number),
            ).fetchone()
            if row:
                gone_on[run] = row[0]
    return gone_on


def remove(unit: UnitOfWork, table: str, row_id: bytes) -> None:
    """Take an inserted row back: void it in the process log, delete it elsewhere."""
    if table in VOIDED_TABLES:
        values: dict[str, Any] = {"voided_by_id": unit.change_set}
        if table == "process_run":
            values |= {"state": "ended", "ended_at": unit.now_text} | _LET_GO
        update(unit.connection, table, row_id, values)
    else:
        unit.connection.execute(f'DELETE FROM "{table}" WHERE id = ?', (row_id,))


def restore(unit: UnitOfWork, image: Image) -> None:
    """Put a row back as it was."""
    types = {
        row[1]: row[2] for row in unit.connection.execute(f'PRAGMA table_info("{image.table}")')
    }
    values = {
        column: bytes.fromhex(value) if types[column] == "BLOB" and value is not None else value
        for column, value in image.before.items()
        if column in types
    }
    if image.operation == "delete":
        columns = ", ".join(values)
        marks = ", ".join("?" * len(values))
        unit.connection.execute(
            f'INSERT INTO "{image.table}" ({columns}) VALUES ({marks})',
            tuple(values.values()),
        )
        return
    assignments = ", ".join(f"{column} = ?" for column in values)
    unit.connection.execute(
        f'UPDATE "{image.table}" SET {assignments} WHERE id = ?',
        (*values.values(), image.row_id),
    )


def mark_undone(unit: UnitOfWork, change_set: ChangeSet) -> None:
    """Record that the open change set takes another one back.

    What that one had taken back is in force again, what this had taken back is not, and so on.
    """
    unit.connection.execute(
        "UPDATE change_set SET undoes_id = ? WHERE id = ?", (change_set.key, unit.change_set)
    )
    undone: bytes | None = change_set.key
    undoing, is_in_force = unit.change_set, False
    while undone:
        unit.connection.execute(
            "UPDATE change_set SET undone_by_id = ? WHERE id = ?",
            (None if is_in_force else undoing, undone),
        )
        undoing, undone = undone, _taken_back(unit.connection, undone)
        is_in_force = not is_in_force


def _taken_back(connection: sqlite3.Connection, change_set: bytes) -> bytes | None:
    row = connection.execute(
        "SELECT undoes_id FROM change_set WHERE id = ?", (change_set,)
    ).fetchone()
    key: bytes | None = row[0]
    return key


def changes_of(connection: sqlite3.Connection, change_set: bytes) -> tuple[int, int, int]:
    """Return how many rows a change set made, changed and deleted."""
    made_rows = sum(
        connection.execute(
            f'SELECT count(*) FROM "{table}" WHERE {_MADE_IN}', (change_set, change_set, table)
        ).fetchone()[0]
        for table in CHILDREN_FIRST
    )
    counts = dict(
        tuple(row)
        for row in connection.execute(
            "SELECT operation, count(DISTINCT row_id) FROM change WHERE change_set_id = ?"
            " GROUP BY operation",
            (change_set,),
        )
    )
    return made_rows, counts.get("update", 0), counts.get("delete", 0)
