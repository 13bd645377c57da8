"""Which change sets have touched a sale or a single record: by its rows and their history."""

import sqlite3
from collections.abc import Iterator

_OF_OPPORTUNITY = ("stakeholder", "competitor", "opportunity_line", "note", "activity")
_OF_RUN = ("stage_visit", "step_visit", "activity", "note")


def of_sale(
    connection: sqlite3.Connection, *, opportunity: bytes | None, run: bytes | None
) -> list[int]:
    """Return the numbers of the change sets that touched a sale with all it has, newest first."""
    runs = [] if run is None else [run]
    if opportunity is not None:
        runs = _keys(connection, "process_run", "opportunity_id", opportunity) or runs
    places = [("process_run", "id", key) for key in runs]
    places += [(table, "run_id", key) for table in _OF_RUN for key in runs]
    if opportunity is not None:
        places += [("opportunity", "id", opportunity)]
        places += [(table, "opportunity_id", opportunity) for table in _OF_OPPORTUNITY]
    return _numbers(connection, places)


def of_record(connection: sqlite3.Connection, noun: str, key: bytes) -> list[int]:
    """Return the numbers of the change sets that touched one record or its notes, newest first."""
    places = [(noun, "id", key)]
    if noun != "activity":
        places.append(("note", f"{noun}_id", key))
    return _numbers(connection, places)


def _keys(connection: sqlite3.Connection, table: str, column: str, key: bytes) -> list[bytes]:
    rows = connection.execute(f"SELECT id FROM {table} WHERE {column} = ?", (key,))
    return [row[0] for row in rows]


def _numbers(connection: sqlite3.Connection, places: list[tuple[str, str, bytes]]) -> list[int]:
    change_sets = {author for place in places for author in _authors(connection, *place)}
    numbers = (
        connection.execute("SELECT number FROM change_set WHERE id = ?", (key,)).fetchone()[0]
        for key in change_sets
    )
    return sorted(numbers, reverse=True)


def _authors(
    connection: sqlite3.Connection, table: str, column: str, key: bytes
) -> Iterator[bytes]:
    """Yield the change sets that made or changed the rows of a table."""
    rows = connection.execute(
        f'SELECT id, created_in FROM "{table}" WHERE {column} = ?', (key,)
    ).fetchall()
    for row_id, created_in in rows:
        yield created_in
        changes = connection.execute(
            "SELECT change_set_id FROM change WHERE table_name = ? AND row_id = ?", (table, row_id)
        )
        yield from (change[0] for change in changes)
