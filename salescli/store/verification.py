"""Checks the hash chain: what every change set left, worked out again from the history.

How a row was after a change set is what the next change set kept of it, or what it is now.
"""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

from salescli.store import audit, chain, change_sets
from salescli.store.rows import CHILDREN_FIRST

Row = tuple[str, bytes]
"""A row of the store: its table and its key."""


class Break(NamedTuple):
    """A change set that is not as it was sealed: its number and what of it does not fit.

    `part` is `missing`, `unsealed`, `header`, `records` or `undo mark`; `rows` are the records that
    can be meant when its records do not fit. `planted` rows belong to no change set: number 0.
    """

    number: int
    part: str
    rows: tuple[Row, ...] = ()


class Past:
    """The state that each change set left behind."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._texts = {table: chain.RowTexts(connection, table) for table in CHILDREN_FIRST}
        self._made_and_deleted = _made_and_deleted(connection)
        self._changed_tables = {
            row[0] for row in connection.execute("SELECT DISTINCT table_name FROM change")
        }

    def digest(self, change_set: bytes, number: int) -> bytes:
        """Return the digest that a change set must have been sealed with."""
        digest = chain.Digest()
        for change in chain.changes(self._connection, change_set):
            digest.add(*change)
        for table, key, image in self._left(change_set, number):
            digest.add(table, key, image)
        return digest.value()

    def touched(self, change_set: bytes) -> set[Row]:
        """Return the rows that a change set made, changed or deleted."""
        found = set(self.changed(change_set))
        for table in CHILDREN_FIRST:
            found |= {(table, row[0]) for row in self._made(table, change_set, "id")}
        return found

    def changed(self, change_set: bytes) -> dict[Row, str]:
        """Return row -> what a change set did to it last, and the rows it made that are gone."""
        found = dict.fromkeys(self._made_and_deleted.get(change_set, ()), "insert")
        rows = self._connection.execute(
            "SELECT table_name, row_id, operation FROM change WHERE change_set_id = ? ORDER BY seq",
            (change_set,),
        )
        return found | {(table, key): operation for table, key, operation in rows}

    def neighbours(self, row: Row, number: int) -> tuple[int | None, int | None]:
        """Return the change sets that touched a row just before and just after another one."""
        table, key = row
        numbers = {
            found[0]
            for found in self._connection.execute(
                "SELECT s.number FROM change c JOIN change_set s ON s.id = c.change_set_id"
                " WHERE c.table_name = ? AND c.row_id = ?"
                f' UNION SELECT s.number FROM "{table}" t JOIN change_set s ON s.id = t.created_in'
                " WHERE t.id = ?",
                (table, key, key),
            )
            if isinstance(found[0], int)
        }
        earlier = [found for found in numbers if found < number]
        later = [found for found in numbers if found > number]
        return max(earlier, default=None), min(later, default=None)

    def _left(self, change_set: bytes, number: int) -> Iterator[tuple[str, bytes, str]]:
        """Yield table, key and image of each row that a change set made or changed."""
        changed = self.changed(change_set)
        for table in CHILDREN_FIRST:
            for row in self._made(table, change_set, "*"):
                if (table, row["id"]) not in changed:
                    image = self._next_image(table, row["id"], number)
                    yield table, row["id"], image or self._texts[table].of_row(row)
        for (table, key), operation in changed.items():
            left = self._image(table, key, number) if operation != "delete" else ""
            if left:
                yield table, key, left

    def _made(self, table: str, change_set: bytes, columns: str) -> sqlite3.Cursor:
        return self._connection.execute(
            f'SELECT {columns} FROM "{table}" INDEXED BY ix_{table}_created_in'
            " WHERE created_in = ?",
            (change_set,),
        )

    def _image(self, table: str, key: bytes, number: int) -> str:
        """Return a row as a change set has left it; empty when it was gone."""
        image = self._next_image(table, key, number)
        if image:
            return image
        row = self._connection.execute(f'SELECT * FROM "{table}" WHERE id = ?', (key,)).fetchone()
        return self._texts[table].of_row(row) if row else ""

    def _next_image(self, table: str, key: bytes, number: int) -> str:
        """Return what the next change set has kept of a row; empty when none has changed it."""
        if table not in self._changed_tables:
            return ""
        image = audit.next_image(self._connection, number, table, key)
        return self._texts[table].of_before(image) if image is not None else ""


def breaks(connection: sqlite3.Connection) -> list[Break]:
    """Return where the history is not as it was sealed, oldest first."""
    usual, connection.text_factory = connection.text_factory, _any_text
    try:
        return sorted(_breaks(connection), key=lambda found: found.number)
    finally:
        connection.text_factory = usual


def seal_past(connection: sqlite3.Connection) -> None:
    """Seal the change sets of a store that was written before there was a chain."""
    past = Past(connection)
    before = chain.FIRST_LINK
    for row in _sealed(connection):
        digest = past.digest(row["id"], row["number"])
        before = chain.link(before, digest, tuple(row[column] for column in chain.HEADER))
        connection.execute(
            "UPDATE change_set SET digest = ?, link = ? WHERE id = ?", (digest, before, row["id"])
        )


def mark_past(connection: sqlite3.Connection) -> None:
    """Set anew which change sets are undone, in a store that was written by another rule."""
    undos = connection.execute(
        "SELECT id, undoes_id FROM change_set WHERE undoes_id IS NOT NULL ORDER BY number DESC"
    ).fetchall()
    marks = change_sets.undone_by((row[0], row[1]) for row in undos)
    connection.execute("UPDATE change_set SET undone_by_id = NULL")
    connection.executemany(
        "UPDATE change_set SET undone_by_id = ? WHERE id = ?",
        [(undo, undone) for undone, undo in marks.items()],
    )


def head(connection: sqlite3.Connection) -> tuple[int, bytes]:
    """Return the number and the link of the newest change set."""
    row = connection.execute(
        "SELECT number, link FROM change_set ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return (row[0], row[1] or b"") if row else (0, chain.FIRST_LINK)


def _breaks(connection: sqlite3.Connection) -> list[Break]:
    past = Past(connection)
    found: list[Break] = []
    suspect: dict[int, bytes] = {}
    before, expected = chain.FIRST_LINK, 1
    for row in _sealed(connection):
        number = row["number"] if isinstance(row["number"], int) else expected
        found += [Break(missing, "missing") for missing in range(expected, number)]
        expected = number + 1
        if row["link"] is None or row["digest"] is None:
            found.append(Break(number, "unsealed"))
            before = chain.FIRST_LINK
        elif not all(isinstance(row[column], bytes) for column in ("id", "link", "digest")):
            found.append(Break(number, "header"))
        else:
            if row["link"] != _link(before, row):
                found.append(Break(number, "header"))
            if row["digest"] != _digest(past, row["id"], number):
                suspect[number] = row["id"]
            before = row["link"]
    found += [Break(number, "missing") for number in range(expected, _next_number(connection))]
    found += [
        Break(number, "records", _suspects(past, key, number, suspect))
        for number, key in suspect.items()
    ]
    return [*found, *_planted(connection), *_wrong_marks(connection)]


def _sealed(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    return connection.execute(
        f"SELECT {', '.join(chain.HEADER)}, digest, link FROM change_set ORDER BY number"
    ).fetchall()


def _any_text(content: bytes) -> str:
    """Read a text that is none: what was altered has to be read to be told."""
    return content.decode("utf-8", "backslashreplace")


def _link(before: bytes, row: sqlite3.Row) -> bytes:
    return chain.link(before, row["digest"], tuple(row[column] for column in chain.HEADER))


def _digest(past: Past, change_set: bytes, number: int) -> bytes:
    """Return the digest that a change set must have; nothing when its lines cannot be read."""
    try:
        return past.digest(change_set, number)
    except (sqlite3.Error, KeyError, TypeError, ValueError):
        return b""


def _planted(connection: sqlite3.Connection) -> Iterator[Break]:
    """Yield the records and the lines of the history that no change set has written."""
    nobody = "NOT IN (SELECT id FROM change_set)"
    rows: set[Row] = set()
    for table in CHILDREN_FIRST:
        made = connection.execute(f'SELECT id FROM "{table}" WHERE created_in {nobody}')
        rows |= {(table, row[0]) for row in made}
    lines = f"SELECT table_name, row_id FROM change WHERE change_set_id {nobody}"
    rows |= {(table, key) for table, key in connection.execute(lines)}
    if rows:
        yield Break(0, "planted", tuple(sorted(rows, key=repr)))


def _next_number(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT next FROM counter WHERE noun = 'change_set'").fetchone()
    return row[0] if row else 1


def _made_and_deleted(connection: sqlite3.Connection) -> dict[bytes, set[Row]]:
    """Return change set -> the rows that it made and that a later one has deleted."""
    rows = connection.execute(
        "SELECT DISTINCT before, table_name, row_id FROM change WHERE operation = 'delete'"
    )
    found: dict[bytes, set[Row]] = {}
    for before, table, key in rows:
        made_in = _made_in(before)
        if table not in CHILDREN_FIRST:
            continue
        alive = connection.execute(f'SELECT 1 FROM "{table}" WHERE id = ?', (key,)).fetchone()
        if made_in and not alive:
            found.setdefault(made_in, set()).add((table, key))
    return found


def _made_in(before: Any) -> bytes:
    """Return the change set that made a row; nothing when its image cannot be read any more."""
    try:
        return bytes.fromhex(json.loads(before)["created_in"])
    except (ValueError, KeyError, TypeError):
        return b""


def _suspects(past: Past, key: bytes, number: int, suspect: dict[int, bytes]) -> tuple[Row, ...]:
    """Return the rows of a change set whose images can be what was altered.

    An image between two change sets is covered by both; a row as it is now, and the words of a
    line of the history, by one alone.
    """
    between: list[Row] = []
    alone: list[Row] = []
    changed = past.changed(key)
    for row in sorted(past.touched(key), key=repr):
        if row[0] not in CHILDREN_FIRST:
            alone.append(row)
            continue
        earlier, later = past.neighbours(row, number)
        if later in suspect or earlier in suspect:
            between.append(row)
        elif later is None or row in changed:
            alone.append(row)
    return tuple(between or alone)


def _wrong_marks(connection: sqlite3.Connection) -> Iterator[Break]:
    """Yield the change sets whose mark as undone does not follow from the undos."""
    rows = connection.execute(
        "SELECT number, id, undoes_id, undone_by_id FROM change_set ORDER BY number DESC"
    ).fetchall()
    undone_by = change_sets.undone_by((row[1], row[2]) for row in rows if row[2])
    for number, key, _undoes, marked in rows:
        if undone_by.get(key) != marked and isinstance(number, int):
            yield Break(number, "undo mark")
