"""Which change sets have touched a sale or a single record: by its rows and their history."""

import sqlite3
from collections.abc import Iterable, Iterator

from salescli.store.rows import Row

_OF_OPPORTUNITY = (
    *("stakeholder", "competitor", "condition", "opportunity_line", "note", "activity"),
    "attachment",
)
_OF_RUN = ("stage_visit", "activity", "note", "attachment")
_OF_DOCUMENT = ("document_tag", "attachment")
_REMOVABLE = (
    *("stakeholder", "competitor", "condition", "opportunity_line", "note", "participant"),
    *_OF_DOCUMENT,
)
_NOTED = frozenset({"account", "contact", "lead"})

_NEIGHBOURS = (
    ("account", "SELECT account_id FROM opportunity WHERE id = ?"),
    ("contact", "SELECT contact_id FROM opportunity WHERE id = ?"),
    ("contact", "SELECT contact_id FROM stakeholder WHERE opportunity_id = ?"),
    ("offer", "SELECT offer_id FROM opportunity_line WHERE opportunity_id = ?"),
)
_NEIGHBOURS_OF_PARTICIPANT = (("contact", "SELECT contact_id FROM participant WHERE id = ?"),)
_NEIGHBOURS_OF_RUN = (
    ("account", "SELECT account_id FROM process_run WHERE id = ?"),
    ("contact", "SELECT contact_id FROM process_run WHERE id = ?"),
    ("lead", "SELECT lead_id FROM process_run WHERE id = ?"),
)


def rows_of_sale(
    connection: sqlite3.Connection, *, opportunity: bytes | None, run: bytes | None
) -> set[Row]:
    """Return the rows of a sale with all it has, also what was removed from it."""
    runs = [] if run is None else [run]
    rows: set[Row] = set()
    if opportunity is not None:
        runs = _keys(connection, "process_run", "opportunity_id", opportunity) or runs
        rows.add(("opportunity", opportunity))
        for table in _OF_OPPORTUNITY:
            rows |= _children(connection, table, "opportunity_id", opportunity)
    for key in runs:
        rows.add(("process_run", key))
        for table in _OF_RUN:
            rows |= _children(connection, table, "run_id", key)
        for stay in _keys(connection, "stage_visit", "run_id", key):
            rows |= _children(connection, "step_visit", "visit_id", stay)
    return rows | _participants(connection, rows)


def rows_of_record(connection: sqlite3.Connection, noun: str, key: bytes) -> set[Row]:
    """Return the rows of one record: its own, its notes, who takes part in it, what is about it."""
    tables = ("note",) if noun in _NOTED else _OF_DOCUMENT if noun == "document" else ()
    rows = {(noun, key)}
    for table in tables:
        rows |= _children(connection, table, f"{noun}_id", key)
    return rows | _participants(connection, rows)


def _participants(connection: sqlite3.Connection, rows: Iterable[Row]) -> set[Row]:
    """Return who takes part in the activities among rows, also who did once."""
    found: set[Row] = set()
    for table, key in rows:
        if table == "activity":
            found |= _children(connection, "participant", "activity_id", key)
    return found


def neighbours(connection: sqlite3.Connection, rows: Iterable[Row]) -> set[Row]:
    """Return the rows that the rows of a sale name, and that its commands fill along with it."""
    asked = {
        "opportunity": _NEIGHBOURS,
        "process_run": _NEIGHBOURS_OF_RUN,
        "participant": _NEIGHBOURS_OF_PARTICIPANT,
    }
    return {
        (noun, found[0])
        for table, key in rows
        for noun, statement in asked.get(table, ())
        for found in connection.execute(statement, (key,))
        if found[0]
    }


def numbers(connection: sqlite3.Connection, rows: Iterable[Row]) -> list[int]:
    """Return the numbers of the change sets that touched one of the rows, newest first."""
    change_sets = {author for row in rows for author in authors(connection, row)}
    found = (
        connection.execute("SELECT number FROM change_set WHERE id = ?", (key,)).fetchone()[0]
        for key in change_sets
    )
    return sorted(found, reverse=True)


def authors(connection: sqlite3.Connection, row: Row) -> Iterator[bytes]:
    """Yield the change sets that made, changed or deleted a row."""
    made = connection.execute(f'SELECT created_in FROM "{row[0]}" WHERE id = ?', (row[1],))
    yield from (found[0] for found in made)
    changes = connection.execute(
        "SELECT change_set_id, CASE operation WHEN 'delete'"
        " THEN json_extract(before, '$.created_in') END"
        " FROM change WHERE table_name = ? AND row_id = ?",
        row,
    )
    for author, made_in in changes:
        yield author
        if made_in:
            yield bytes.fromhex(made_in)


def _children(connection: sqlite3.Connection, table: str, column: str, key: bytes) -> set[Row]:
    """Return the rows of a table that belong to a record, and those that did until deleted."""
    found = {(table, row) for row in _keys(connection, table, column, key)}
    if table in _REMOVABLE:
        removed = connection.execute(
            "SELECT row_id FROM change WHERE table_name = ? AND operation = 'delete'"
            f" AND json_extract(before, '$.{column}') = ?",
            (table, key.hex().upper()),
        )
        found |= {(table, row[0]) for row in removed}
    return found


def _keys(connection: sqlite3.Connection, table: str, column: str, key: bytes) -> list[bytes]:
    rows = connection.execute(f'SELECT id FROM "{table}" WHERE {column} = ?', (key,))
    return [row[0] for row in rows]
