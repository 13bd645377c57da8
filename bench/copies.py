"""Repeats the sales of a store, with everything around them, until the store is large."""

import sqlite3
from typing import Any

from bench.team import DIGITS, ME, NAMED, TABLES, key_prefix
from salescli.store.rows import take_numbers

SPREAD = 5000
"""Activities of other blocks are due at other minutes, within as many."""

_NUMBERED = {name: name for name in (*NAMED, "activity")} | {"process_run": "run"}
"""Tables whose rows have a number, and the noun that it counts."""


class Copier:
    """Inserts copies of every row, under other keys, numbers and names; mine go to a colleague."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.counts: dict[str, int] = {}
        logins = "SELECT id FROM user WHERE login IN (?, 'seller-2') ORDER BY login = ? DESC"
        self.owners = [row[0] for row in self.connection.execute(logins, (ME, ME))]

    def copy(self, times: int) -> None:
        """Insert the blocks one after the other, then move the handle counters on."""
        if times < 1:
            return
        for table in TABLES:
            self.connection.execute(f"CREATE TEMP TABLE of_{table} AS SELECT * FROM {table}")
            found = self.connection.execute(f"SELECT count(*) FROM of_{table}").fetchone()
            self.counts[table] = found[0]
        statements = {table: self._statement(table) for table in TABLES}
        present = "UPDATE current_change_set SET change_set_id = ?"
        (author,) = self.connection.execute("SELECT created_in FROM opportunity LIMIT 1").fetchone()
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute(present, (author,))
        for block in range(1, times + 1):
            for table, statement in statements.items():
                self.connection.execute(statement, self._values(table, block))
        for table, noun in _NUMBERED.items():
            take_numbers(self.connection, noun, self.counts[table] * times)
        self.connection.execute(present, (None,))
        self.connection.execute("COMMIT")

    def _values(self, table: str, block: int) -> dict[str, Any]:
        me, other = self.owners
        first = block * self.counts[table]
        later = f"+{block * 7 % SPREAD} minutes"
        moved = {"prefix": key_prefix(block), "first": first, "later": later}
        return moved | {"me": me, "other": other}

    def _statement(self, table: str) -> str:
        names = [row[1] for row in self.connection.execute(f"PRAGMA table_info({table})")]
        links = self.connection.execute(f"PRAGMA foreign_key_list({table})").fetchall()
        moved = {"id", *(link[3] for link in links if link[2] in TABLES)}
        values = ", ".join(_copied(table, name, is_key=name in moved) for name in names)
        return f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM of_{table}"


def _copied(table: str, column: str, *, is_key: bool) -> str:
    """Return the expression of a column in a copied row."""
    if is_key:
        return f"CAST(:prefix || substr({column}, 7) AS BLOB)"
    if column == "number":
        return "number + :first"
    if column == "owner_id":
        return "CASE owner_id WHEN :me THEN :other ELSE owner_id END"
    if column == "due_at":
        moved = "strftime('%Y-%m-%d %H:%M:00.000000', due_at, :later)"
        return f"CASE state WHEN 'open' THEN {moved} ELSE due_at END"
    if column in {"name", "name_key"} and table in NAMED:
        told = f"printf('%0{DIGITS}d', number + :first)"
        return f"substr({column}, 1, length({column}) - {DIGITS}) || {told}"
    return column
