"""What each change set did to each record: the row as it was before, and as it was after."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from salescli.store.rows import CHILDREN_FIRST, Row, present

State = dict[str, Any]
"""Column -> stored value of a row, keys as bytes."""

MADE, CHANGED, DELETED = "made", "changed", "deleted"

_MARGIN, _DAY = 1_000, 86_400_000
"""Milliseconds by which a clock may be corrected, and that no command takes."""

COUNTED = 1_000
"""So many rows are counted for a list: an import can have made millions."""

EVERY = -1
"""The LIMIT that SQLite takes for none."""


class Touch(NamedTuple):
    """A row that a change set touched, and what it did to it."""

    table: str
    key: bytes
    operation: str


class Counts(NamedTuple):
    """How many rows a change set made, changed and deleted; `is_more` where they are too many."""

    made: int
    changed: int
    deleted: int
    is_more: bool


def touched(connection: sqlite3.Connection, change_set: bytes) -> Iterator[Touch]:
    """Yield the rows that a change set touched, those that others refer to first."""
    lines = _lines(connection, change_set)
    for table in reversed(CHILDREN_FIRST):
        changed = lines.get(table, {})
        for key in _made(connection, table, change_set):
            if changed.pop(key, "") != DELETED:
                yield Touch(table, key, MADE)
        for key, operation in changed.items():
            yield Touch(table, key, operation)


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Return rows as they are told: those that others refer to first, then by age."""
    return sorted(rows, key=lambda row: (-CHILDREN_FIRST.index(row[0]), row[1]))


def touch_of(connection: sqlite3.Connection, change_set: bytes, row: Row) -> Touch | None:
    """Return what a change set did to one row; None when it did nothing to it."""
    table, key = row
    operations = {
        found[0]
        for found in connection.execute(
            "SELECT operation FROM change"
            " WHERE table_name = ? AND row_id = ? AND +change_set_id = ?",
            (table, key, change_set),
        )
    }
    is_made = (last_known(connection, table, key) or {}).get("created_in") == change_set
    if not (operations or is_made) or (is_made and "delete" in operations):
        return None
    if is_made or "insert" in operations:
        return Touch(table, key, MADE)
    return Touch(table, key, DELETED if "delete" in operations else CHANGED)


def counts(connection: sqlite3.Connection, change_set: bytes, most: int = COUNTED) -> Counts:
    """Count the rows that a change set touched, each kind up to `most`."""
    lines = _lines(connection, change_set, limit=most + 1)
    made = list(islice(_made_anywhere(connection, change_set, lines), most + 1))
    found = Counter(operation for changed in lines.values() for operation in changed.values())
    return Counts(
        min(len(made) + found[MADE], most),
        min(found[CHANGED], most),
        min(found[DELETED], most),
        is_more=max(len(made), found.total()) > most,
    )


def before(connection: sqlite3.Connection, change_set: bytes, touch: Touch) -> State | None:
    """Return a row as a change set found it; None for a row that it made."""
    if touch.operation == MADE:
        return None
    row = connection.execute(
        "SELECT before FROM change WHERE table_name = ? AND row_id = ? AND +change_set_id = ?"
        " AND operation <> 'insert' ORDER BY seq LIMIT 1",
        (touch.table, touch.key, change_set),
    ).fetchone()
    return read_image(connection, touch.table, row[0])


def after(connection: sqlite3.Connection, number: int, touch: Touch) -> State | None:
    """Return a row as change set `number` left it; None for a row that it deleted.

    That is what the next change set has kept of it, or what it is now.
    """
    if touch.operation == DELETED:
        return None
    image = next_image(connection, number, touch.table, touch.key)
    if image is not None:
        return read_image(connection, touch.table, image)
    return present(connection, touch.table, touch.key)


def next_image(connection: sqlite3.Connection, number: int, table: str, key: bytes) -> str | None:
    """Return what the next change set after `number` has kept of a row; None when none has."""
    row = connection.execute(
        "SELECT c.before FROM change c JOIN change_set s ON s.id = c.change_set_id"
        " WHERE c.table_name = ? AND c.row_id = ? AND s.number > ?"
        " AND c.operation <> 'insert' ORDER BY c.seq LIMIT 1",
        (table, key, number),
    ).fetchone()
    return row[0] if row else None


def made_and_gone(connection: sqlite3.Connection, table: str, change_set: bytes) -> Iterator[bytes]:
    """Yield the rows that a change set made and a later one has deleted.

    Keys carry the time at which they were made, so that these are found near its own.
    """
    first, last = _span(connection, change_set)
    rows = connection.execute(
        "SELECT DISTINCT row_id FROM change WHERE table_name = ? AND row_id BETWEEN ? AND ?"
        " AND operation = 'delete' AND json_extract(before, '$.created_in') = ?"
        f' AND NOT EXISTS (SELECT 1 FROM "{table}" WHERE id = row_id)',
        (table, first, last, change_set.hex().upper()),
    )
    return (row[0] for row in rows)


def _span(connection: sqlite3.Connection, change_set: bytes) -> tuple[bytes, bytes]:
    """Return keys between which those of the rows that a change set made must lie.

    They come after its own and before the next one's, unless the clock was set back in between.
    """
    following = connection.execute(
        "SELECT n.id FROM change_set c JOIN change_set n ON n.number = c.number + 1 WHERE c.id = ?",
        (change_set,),
    ).fetchone()
    began = _milliseconds(change_set)
    ended = _milliseconds(following[0]) if following else 0
    last = ended + _MARGIN if ended >= began else began + _DAY
    return max(began - _MARGIN, 0).to_bytes(6, "big"), last.to_bytes(6, "big")


def _milliseconds(key: bytes) -> int:
    return int.from_bytes(key[:6], "big")


def last_known(connection: sqlite3.Connection, table: str, key: bytes) -> State | None:
    """Return a row as it is, or as it was when it was deleted."""
    state = present(connection, table, key)
    if state:
        return state
    row = connection.execute(
        "SELECT before FROM change WHERE table_name = ? AND row_id = ? AND operation = 'delete'"
        " ORDER BY seq DESC LIMIT 1",
        (table, key),
    ).fetchone()
    return read_image(connection, table, row[0]) if row else None


class Images:
    """Reads the rows of one table as the history has kept them."""

    def __init__(self, connection: sqlite3.Connection, table: str) -> None:
        types = column_types(connection, table)
        self.columns = tuple(types)
        self._keys = [column for column, kind in types.items() if kind == "BLOB"]

    def read(self, image: str) -> State:
        """Return the state that an image tells."""
        state: State = json.loads(image)
        for column in self._keys:
            if state.get(column):
                state[column] = bytes.fromhex(state[column])
        return state


def read_image(connection: sqlite3.Connection, table: str, image: str) -> State:
    """Return a row as the history has kept it."""
    return Images(connection, table).read(image)


def column_types(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """Return column -> declared type, in the order of the table."""
    return {row[1]: row[2] for row in connection.execute(f'PRAGMA table_info("{table}")')}


def references(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """Return column -> the table that it refers to."""
    return {row[3]: row[2] for row in connection.execute(f'PRAGMA foreign_key_list("{table}")')}


def _made_anywhere(
    connection: sqlite3.Connection, change_set: bytes, lines: dict[str, dict[bytes, str]]
) -> Iterator[bytes]:
    """Yield the rows of every table that a change set made; they leave `lines`."""
    for table in CHILDREN_FIRST:
        changed = lines.get(table, {})
        for key in _made(connection, table, change_set):
            if changed.pop(key, "") != DELETED:
                yield key


def _lines(
    connection: sqlite3.Connection, change_set: bytes, *, limit: int = EVERY
) -> dict[str, dict[bytes, str]]:
    """Return table -> key -> what happened in the end to the rows that have lines."""
    rows = connection.execute(
        "SELECT table_name, row_id, max(operation = 'delete'), max(operation = 'insert') FROM"
        " (SELECT seq, table_name, row_id, operation FROM change WHERE change_set_id = ?"
        " LIMIT ?) GROUP BY table_name, row_id ORDER BY min(seq)",
        (change_set, limit),
    )
    found: dict[str, dict[bytes, str]] = {}
    for table, key, is_deleted, is_made in rows:
        operation = DELETED if is_deleted else MADE if is_made else CHANGED
        found.setdefault(table, {})[key] = operation
    return found


def _made(connection: sqlite3.Connection, table: str, change_set: bytes) -> Iterator[bytes]:
    """Yield the rows that a change set has made, also those deleted since."""
    rows = connection.execute(f'SELECT id FROM "{table}" WHERE created_in = ?', (change_set,))
    yield from (row[0] for row in rows)
    yield from made_and_gone(connection, table, change_set)
