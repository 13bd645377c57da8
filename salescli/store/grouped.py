"""Rows of many records, written together: a statement for each kind of row instead of each row."""

import sqlite3
from collections import Counter

from salescli.errors import ChangedMeanwhileError
from salescli.store.process_log import Write
from salescli.store.rows import CHILDREN_FIRST

_Shape = tuple[int, int, str, tuple[str, ...]]
"""How often the row was written before; where its table stands; the table; the columns."""


class Grouped:
    """Collects inserts and updates, and writes those of one shape at once.

    The writes to one row keep their order, and a row comes after those that it refers to.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows: dict[_Shape, list[tuple[object, ...]]] = {}
        self._seen: Counter[bytes] = Counter()

    def add(self, write: Write) -> None:
        """Take one insert or update."""
        layer = self._seen[write.key]
        self._seen[write.key] += 1
        place = -CHILDREN_FIRST.index(write.table) if write.is_new else 1
        shape = (layer, place, write.table, tuple(write.values))
        self._rows.setdefault(shape, []).append((*write.values.values(), write.key))

    def flush(self) -> None:
        """Write what was collected.

        Raises:
            ChangedMeanwhileError: a row that is to be changed is gone.
        """
        for shape in sorted(self._rows):
            _layer, place, table, columns = shape
            rows = self._rows[shape]
            if place <= 0:
                names = ", ".join((*columns, "id"))
                marks = ", ".join("?" * (len(columns) + 1))
                statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'
            else:
                sets = ", ".join(f"{column} = ?" for column in columns)
                statement = f'UPDATE "{table}" SET {sets}, version = version + 1 WHERE id = ?'
            if self._connection.executemany(statement, rows).rowcount != len(rows):
                raise ChangedMeanwhileError(
                    f"A {table.replace('_', ' ')} was removed by somebody else meanwhile",
                    hint="look at it again, then repeat the command",
                )
        self._rows.clear()
        self._seen.clear()
