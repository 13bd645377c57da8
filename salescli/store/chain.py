"""The hash chain over the change history: each change set is sealed with a digest and a link.

The digest covers the change set's lines of the history and every record that it made or changed, as
it left them. The link covers who, when and with which words, the digest, and the link before.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from salescli.store.rows import CHILDREN_FIRST

try:
    from _sha256 import sha256  # type: ignore[import-not-found]  # a part of CPython
except ImportError:  # The name differs between versions of Python, and hashlib loads OpenSSL.
    from hashlib import sha256

MODULUS = 1 << 256

HEADER = (
    *("number", "id", "at", "login", "front_end", "command"),
    *("parent_id", "undoes_id", "batch_id"),
)
"""The columns of a change set that its link covers; who has undone it is known only later."""

FIRST_LINK = bytes(32)
"""What the first change set is linked to."""


READ_AT_ONCE = 500
"""So many of the rows that a change set changed are read with one statement."""


class RowTexts:
    """Turns rows of one table into texts that do not depend on its newest columns.

    An empty column and one that holds its default are left out, so that a column which a later
    revision adds changes no text.
    """

    def __init__(self, connection: sqlite3.Connection, table: str) -> None:
        self._connection = connection
        self._table = table
        self._columns: dict[str, tuple[str, str]] = {}

    def of_row(self, row: sqlite3.Row) -> str:
        """Return the text of a row of the table; a value of another type than usual is marked."""
        columns = self._known()
        told: dict[str, Any] = {}
        for column, value in zip(row.keys(), row, strict=True):
            if value is None:
                continue
            kind, default = columns.get(column, _UNKNOWN)
            if kind == "BLOB" or isinstance(value, bytes):
                value = _as_kept(value, is_key=kind == "BLOB")  # noqa: PLW2901 - as it is told
            if str(value) != default:
                told[column] = value
        return _sorted_text(told)

    def of_before(self, before: Any) -> str:
        """Return the text of a row as the history keeps it; what is no such image as it is."""
        try:
            return self._text(json.loads(before))
        except (ValueError, AttributeError, TypeError):
            return json.dumps(before, default=marked)

    def _text(self, values: Mapping[str, Any]) -> str:
        columns = self._known()
        told = {
            column: value
            for column, value in values.items()
            if value is not None and str(value) != columns.get(column, _UNKNOWN)[1]
        }
        return _sorted_text(told)

    def _known(self) -> Mapping[str, tuple[str, str | None]]:
        """Return column -> its declared type and its default."""
        if not self._columns:
            columns = self._connection.execute(f'PRAGMA table_info("{self._table}")')
            self._columns = {row[1]: (row[2], (row[4] or "").strip("'")) for row in columns}
        return self._columns


def _as_kept(value: Any, *, is_key: bool) -> Any:
    """Return a value as the history writes it: a key in hexadecimal digits."""
    if isinstance(value, bytes):
        return value.hex().upper() if is_key else marked(value)
    return [type(value).__name__, value] if is_key else value


def marked(value: Any) -> list[str]:
    """Return what JSON has no word for: bytes, marked as such."""
    return ["bytes", value.hex()]


_UNKNOWN = ("", None)
"""The type and the default of a column that the table does not have."""

_text = json.JSONEncoder(default=marked).encode
_sorted_text = json.JSONEncoder(default=marked, sort_keys=True).encode


class Digest:
    """A sum of hashes: the same whatever the order of what is added, and of one size for any."""

    def __init__(self) -> None:
        self._sum = 0

    def add(self, *parts: Any) -> None:
        """Add one item."""
        self._sum += int.from_bytes(sha256(_text(parts).encode()).digest(), "big")

    def value(self) -> bytes:
        """Return the digest of all items."""
        return (self._sum % MODULUS).to_bytes(32, "big")


def seal(connection: sqlite3.Connection, change_set: bytes) -> None:
    """Seal a change set that is complete; the one before it is sealed already."""
    digest = Digest()
    changed: defaultdict[str, set[bytes]] = defaultdict(set)
    for change in changes(connection, change_set):
        digest.add(*change)
        _seq, table, key, *_rest = change
        changed[table].add(key)
    for table in CHILDREN_FIRST:
        texts = RowTexts(connection, table)
        for row in _touched(connection, table, change_set, list(changed[table])):
            digest.add(table, row["id"], texts.of_row(row))
    header = connection.execute(
        f"SELECT {', '.join(HEADER)} FROM change_set WHERE id = ?", (change_set,)
    ).fetchone()
    before = connection.execute(
        "SELECT link FROM change_set WHERE number = ?", (header["number"] - 1,)
    ).fetchone()
    value = digest.value()
    connection.execute(
        "UPDATE change_set SET digest = ?, link = ? WHERE id = ?",
        (value, link((before and before[0]) or FIRST_LINK, value, header), change_set),
    )


def link(before: bytes, digest: bytes, header: Iterable[Any]) -> bytes:
    """Return the link of a change set to the one before it."""
    told = json.dumps(list(header), default=marked)
    return bytes(sha256(before + digest + told.encode()).digest())


def changes(connection: sqlite3.Connection, change_set: bytes) -> Iterator[tuple[Any, ...]]:
    """Yield the lines of the history that a change set wrote, as a digest takes them."""
    rows = connection.execute(
        "SELECT seq, table_name, row_id, operation, before FROM change WHERE change_set_id = ?",
        (change_set,),
    )
    return (tuple(row) for row in rows)


def _touched(
    connection: sqlite3.Connection, table: str, change_set: bytes, keys: Sequence[bytes]
) -> Iterator[sqlite3.Row]:
    """Yield the rows of a table that an open change set made or changed, as they are now.

    `keys` are those of the rows that it changed.
    The index is named: after a large import the statistics say that it finds half the table.
    """
    yield from connection.execute(
        f'SELECT * FROM "{table}" INDEXED BY ix_{table}_created_in WHERE created_in = ?',
        (change_set,),
    )
    for first in range(0, len(keys), READ_AT_ONCE):
        some = keys[first : first + READ_AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows = connection.execute(f'SELECT * FROM "{table}" WHERE id IN ({marks})', some)
        yield from (row for row in rows if row["created_in"] != change_set)
