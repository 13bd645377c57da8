"""Everything that a store holds, in a form in which two runs of one command are equal."""

import re
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

from salescli.services.doctor import examine
from salescli.store import backups
from salescli.store.engine import FILE_NAME
from tests.shop import Clock, Shop

State = dict[str, list[tuple[Any, ...]]]
"""Table -> its rows, keys replaced by the table and the place of the row that has the key."""

_KEY_BYTES = 16
_HEX_KEY = re.compile(rf"\b[0-9A-F]{{{2 * _KEY_BYTES}}}\b")


def state_of(home: Path) -> State:
    """Return all rows of all tables, change history, counters and triggers too."""
    return state_of_copy(home / FILE_NAME) if (home / FILE_NAME).exists() else {}


def state_of_copy(path: Path) -> State:
    """Return what a file holds that is a store or a copy of one."""
    connection = sqlite3.connect(path)
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
    triggers = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    if not raw:
        return {}
    return {"triggers": sorted(triggers)} | {
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


def copies_of(home: Path) -> Counter[str]:
    """Return how many copies of each kind lie in the backups; each of them has to be whole."""
    found = backups.listing(home)
    for copy in found:
        backups.check(copy.path)
    return Counter(copy.kind for copy in found)


def faults(home: Path) -> list[str]:
    """Return what `sales doctor` finds wrong."""
    unit = Shop(home, Clock()).unit
    try:
        return [f"{found.check}: {found.problem}" for found in examine(unit)]
    finally:
        unit.close()
