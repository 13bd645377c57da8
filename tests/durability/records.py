"""Everything that a store holds, in a form in which two runs of one command are equal."""

import re
import sqlite3
from pathlib import Path
from typing import Any

from salescli.store.engine import FILE_NAME

State = dict[str, list[tuple[Any, ...]]]
"""Table -> its rows, keys replaced by the table and the place of the row that has the key."""

_KEY_BYTES = 16
_HEX_KEY = re.compile(rf"\b[0-9A-F]{{{2 * _KEY_BYTES}}}\b")


def state_of(home: Path) -> State:
    """Return all rows of all tables, change history and counters too; nothing without a store."""
    if not (home / FILE_NAME).exists():
        return {}
    connection = sqlite3.connect(home / FILE_NAME)
    try:
        return _state(connection)
    finally:
        connection.close()


def _state(connection: sqlite3.Connection) -> State:
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    raw = {name: _rows(connection, name) for (name,) in sorted(names.fetchall())}
    keys = {
        row[0]: f"{table} {place}"
        for table, (columns, rows) in raw.items()
        for place, row in enumerate(rows, 1)
        if columns[0] == "id" and isinstance(row[0], bytes)
    }
    return {
        table: [tuple(_named(cell, keys) for cell in row) for row in rows]
        for table, (_columns, rows) in raw.items()
    }


def _rows(
    connection: sqlite3.Connection, table: str
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    found = connection.execute(f'SELECT * FROM "{table}" ORDER BY rowid')
    return tuple(column[0] for column in found.description), found.fetchall()


def _named(cell: Any, keys: dict[bytes, str]) -> Any:
    """Return a cell without what chance chose: keys, and what is computed from them."""
    if isinstance(cell, bytes):
        return keys.get(cell, f"{len(cell)} bytes")
    if isinstance(cell, str):
        return _HEX_KEY.sub(lambda found: keys.get(bytes.fromhex(found[0]), "a key"), cell)
    return cell


def faults(home: Path) -> list[str]:
    """Return what is wrong with the file itself, and every reference that leads nowhere."""
    if not (home / FILE_NAME).exists():
        return []
    connection = sqlite3.connect(home / FILE_NAME)
    try:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        found += [str(row) for row in connection.execute("PRAGMA foreign_key_check")]
    finally:
        connection.close()
    return [fault for fault in found if fault != "ok"]
