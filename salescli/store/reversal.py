"""Takes a change set back: what it made, changed and deleted, table by table where nothing hinders.

The rows of the change set are gathered in a table of the connection's own, so that an import of any
size is taken back in the store, without its rows passing through memory.
"""

import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from salescli.store.audit import Images, State, column_types, made_and_gone
from salescli.store.change_sets import ChangeSet, Later
from salescli.store.rows import CHILDREN_FIRST, Row
from salescli.store.unit_of_work import UnitOfWork

VOIDED_TABLES = ("process_run", "stage_visit", "step_visit")
"""The process log: its rows are marked as voided where others would be deleted."""

CHANGED, REMOVED, GONE_ON = "changed", "removed", "gone on"
"""Why a row is held: what somebody has done since to it, or to the sale that it belongs to."""

_LET_GO = "".join(
    f", {column} = NULL"
    for column in ("opportunity_id", "account_id", "contact_id", "lead_id", "owner_id")
)
"""What a voided run no longer holds on to, so that it can be taken back too."""

_NAME = "row_to_undo"
_ROWS = f"temp.{_NAME}"
_SHAPE = (
    "table_name TEXT, row_id BLOB, operation TEXT, run_id BLOB, held_by INTEGER, why TEXT,"
    " PRIMARY KEY (table_name, row_id)"
)
_FREE = "h.table_name = ? AND h.operation = ? AND h.held_by IS NULL"
_PLACES = {
    "stage_visit": "v.run_id = ?",
    "step_visit": "v.visit_id IN (SELECT id FROM stage_visit WHERE run_id = ?)",
}
_RUNS = {
    "process_run": "t.id",
    "stage_visit": "t.run_id",
    "step_visit": "t.run_id",
    "activity": "t.run_id",
    "opportunity": "(SELECT r.id FROM process_run r WHERE r.opportunity_id = t.id LIMIT 1)",
}
"""Table -> the run that a row of it belongs to: its rows are taken back together."""


class Held(NamedTuple):
    """A row that stays: its run, if it has one, and who did what to it since."""

    row: Row
    run: bytes | None
    held_by: int
    login: str
    why: str


class Reversal:
    """The rows of one change set, and what can be done about them."""

    def __init__(self, unit: UnitOfWork, change_set: ChangeSet) -> None:
        """Gather the rows of the change set, and find those that have to stay as they are."""
        self._unit = unit
        self._connection = unit.connection
        self._change_set = change_set
        self._connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {_NAME} ({_SHAPE})")
        self._connection.execute(f"DELETE FROM {_ROWS}")
        self._gather_made()
        self._gather_changed()
        self._hold_changed()
        self._hold_sales()

    def held(self) -> list[Held]:
        """Return the rows that stay because of what somebody did since."""
        rows = self._connection.execute(
            "SELECT h.table_name, h.row_id, h.run_id, h.held_by, c.login, h.why"
            f" FROM {_ROWS} h JOIN change_set c ON c.number = h.held_by"
        ).fetchall()
        return [Held((row[0], row[1]), *tuple(row)[2:]) for row in rows]

    @property
    def has_sales(self) -> bool:
        """Whether some of the rows belong to a sale, and go back with it or not at all."""
        found = self._connection.execute(
            f"SELECT 1 FROM {_ROWS} WHERE run_id IS NOT NULL LIMIT 1"
        ).fetchone()
        return found is not None

    def rows_of_runs(self, runs: set[bytes]) -> dict[Row, bytes]:
        """Return row -> run of the gathered rows that belong to one of the runs."""
        rows = self._connection.execute(
            f"SELECT table_name, row_id, run_id FROM {_ROWS} WHERE run_id IS NOT NULL"
        )
        return {(row[0], row[1]): row[2] for row in rows if row[2] in runs}

    def run_of(self, row: Row) -> bytes | None:
        """Return the run that a gathered row belongs to."""
        found = self._connection.execute(
            f"SELECT run_id FROM {_ROWS} WHERE table_name = ? AND row_id = ?", row
        ).fetchone()
        key: bytes | None = found[0]
        return key

    def leave(self, runs: set[bytes]) -> None:
        """Leave the rows of runs out: they stay as they are, for a reason that the caller knows."""
        self._connection.executemany(
            f"UPDATE {_ROWS} SET operation = '' WHERE run_id = ?", ((run,) for run in runs)
        )

    def take_back(self) -> tuple[int, dict[Row, str]]:
        """Restore what was deleted, then what was changed, then remove what was made.

        Return how many rows are as before, and those that failed with the reason of the store.
        """
        failed: dict[Row, str] = {}
        done = 0
        for operation in ("delete", "update"):
            for table in reversed(CHILDREN_FIRST):
                done += self._restore(table, operation, failed)
        return done + self._remove_all(failed), failed

    def _gather_made(self) -> None:
        """Gather the rows that the change set made or brought back, also those that are gone."""
        for table in CHILDREN_FIRST:
            run = _RUNS.get(table, "NULL")
            self._connection.execute(
                f"INSERT INTO {_ROWS} SELECT :table, t.id, 'insert', {run}, NULL, NULL"
                f' FROM "{table}" t WHERE t.created_in = :key OR t.id IN (SELECT row_id'
                " FROM change WHERE change_set_id = :key AND table_name = :table"
                " AND operation = 'insert')",
                {"key": self._change_set.key, "table": table},
            )
            self._connection.executemany(
                f"INSERT OR IGNORE INTO {_ROWS} SELECT table_name, row_id, 'gone', NULL,"
                f" max(c.number), '{REMOVED}' FROM change JOIN change_set c ON c.id = change_set_id"
                " WHERE table_name = ? AND row_id = ? AND operation = 'delete'"
                " GROUP BY table_name, row_id HAVING max(c.number) > ?",
                [(table, key, self._change_set.number) for key in self._gone(table)],
            )

    def _gone(self, table: str) -> set[bytes]:
        """Return the rows of a table that the change set made or brought back, and are gone."""
        brought_back = self._connection.execute(
            "SELECT row_id FROM change WHERE change_set_id = ? AND table_name = ?"
            f" AND operation = 'insert' AND row_id NOT IN (SELECT id FROM \"{table}\")",
            (self._change_set.key, table),
        )
        made = made_and_gone(self._connection, table, self._change_set.key)
        return {*made, *(row[0] for row in brought_back)}

    def _gather_changed(self) -> None:
        """Gather the rows that were there before; changed and then deleted counts as deleted."""
        self._connection.execute(
            f"INSERT OR IGNORE INTO {_ROWS} SELECT table_name, row_id,"
            " CASE WHEN max(operation = 'delete') THEN 'delete' ELSE 'update' END,"
            " NULL, NULL, NULL FROM change WHERE change_set_id = ? AND operation <> 'insert'"
            " GROUP BY table_name, row_id",
            (self._change_set.key,),
        )
        for table, run in _RUNS.items():
            self._connection.execute(
                f'UPDATE {_ROWS} SET run_id = (SELECT {run} FROM "{table}" t WHERE t.id = row_id)'
                " WHERE table_name = ? AND operation IN ('delete', 'update')",
                (table,),
            )

    def _hold_changed(self) -> None:
        """Hold the rows that a later change set, still in force for that row, has changed."""
        later = Later(self._connection, self._change_set.number)
        self._connection.create_function("newest_in_force", 1, later.newest_in_force)
        self._connection.execute(
            f"UPDATE {_ROWS} SET why = '{CHANGED}', held_by = newest_in_force((SELECT"
            " group_concat(DISTINCT c.number) FROM change h JOIN change_set c"
            f" ON c.id = h.change_set_id WHERE h.table_name = {_NAME}.table_name"
            f" AND h.row_id = {_NAME}.row_id AND c.number > ?)) WHERE operation <> 'gone'",
            (self._change_set.number,),
        )

    def _hold_sales(self) -> None:
        """Hold all rows of a sale that has gone on since, or of which a row is held."""
        runs = self._connection.execute(
            f"SELECT run_id, max(held_by) FROM {_ROWS} WHERE run_id IS NOT NULL GROUP BY run_id"
        ).fetchall()
        for run, held_by in runs:
            gone_on = self._gone_on(run)
            if gone_on or held_by:
                self._connection.execute(
                    f"UPDATE {_ROWS} SET held_by = ?, why = ? WHERE run_id = ?",
                    (gone_on or held_by, GONE_ON if gone_on else CHANGED, run),
                )

    def _gone_on(self, run: bytes) -> int | None:
        """Return a later change set in which a run has gone on to a visit that is not undone."""
        for table, place in _PLACES.items():
            row = self._connection.execute(
                f"SELECT c.number FROM {table} v JOIN change_set c ON c.id = v.created_in"
                f" WHERE {place} AND v.voided_by_id IS NULL AND c.number > ? LIMIT 1",
                (run, self._change_set.number),
            ).fetchone()
            if row:
                return int(row[0])
        return None

    def _restore(self, table: str, operation: str, failed: dict[Row, str]) -> int:
        """Put the rows of a table back as they were; one that the store refuses is reported."""
        write = _Writer(self._connection, table, is_update=operation == "update")
        return sum(
            self._attempt(failed, (table, image["id"]), partial(write.one, image))
            for image in self._images(table, operation)
        )

    def _images(self, table: str, operation: str) -> Iterator[State]:
        """Yield the free rows of a table as they were before the change set."""
        rows = self._connection.execute(
            f"SELECT (SELECT before FROM change WHERE table_name = h.table_name"
            " AND row_id = h.row_id AND +change_set_id = ? AND operation <> 'insert'"
            f" ORDER BY seq LIMIT 1) FROM {_ROWS} h WHERE {_FREE}",
            (self._change_set.key, table, operation),
        )
        images = Images(self._connection, table)
        return (images.read(row[0]) for row in rows)

    def _remove_all(self, failed: dict[Row, str]) -> int:
        """Remove the rows that were made; one that others refer to is tried again after them."""
        count = 0
        left: list[Row] = []
        self._let_go_of_definitions()
        for table in CHILDREN_FIRST:
            made = f"id IN (SELECT row_id FROM {_ROWS} h WHERE {_FREE})"
            try:
                count += self._remove(table, made, (table, "insert"))
            except sqlite3.IntegrityError:
                left += self._free_rows(table)
        while left:
            reasons: dict[Row, str] = {}
            for row in left:
                remove = partial(self._remove, row[0], "id = ?", (row[1],))
                count += self._attempt(reasons, row, remove)
            if len(reasons) == len(left):
                failed |= reasons
                break
            left = list(reasons)
        return count

    def _let_go_of_definitions(self) -> None:
        """Let stays that are voided name the version before one that is to be removed.

        They are kept for ever, and nothing else may stand in the way of undoing a publication.
        """
        for row in self._free_rows("process_definition"):
            lives = self._connection.execute(
                "SELECT 1 FROM stage_visit"
                " WHERE definition_id = ? AND voided_by_id IS NULL LIMIT 1",
                row[1:],
            ).fetchone()
            before = self._connection.execute(
                "SELECT o.id FROM process_definition d JOIN process_definition o ON o.key = d.key"
                " AND o.revision < d.revision WHERE d.id = ? ORDER BY o.revision DESC LIMIT 1",
                row[1:],
            ).fetchone()
            if before and not lives:
                self._connection.execute(
                    "UPDATE stage_visit SET definition_id = ?, version = version + 1"
                    " WHERE definition_id = ?",
                    (before[0], row[1]),
                )

    def _free_rows(self, table: str) -> list[Row]:
        rows = self._connection.execute(
            f"SELECT row_id FROM {_ROWS} h WHERE {_FREE} ORDER BY row_id DESC", (table, "insert")
        ).fetchall()
        return [(table, row[0]) for row in rows]

    def _remove(self, table: str, where: str, parameters: tuple[Any, ...]) -> int:
        """Take inserted rows back: void them in the process log, delete them elsewhere."""
        if table not in VOIDED_TABLES:
            done = self._connection.execute(f'DELETE FROM "{table}" WHERE {where}', parameters)
            return done.rowcount
        assignments = "voided_by_id = ?, version = version + 1"
        values: tuple[Any, ...] = (self._unit.change_set,)
        if table == "process_run":
            assignments += ", state = 'ended', ended_at = ?" + _LET_GO
            values += (self._unit.now_text,)
        done = self._connection.execute(
            f'UPDATE "{table}" SET {assignments} WHERE {where}', (*values, *parameters)
        )
        return done.rowcount

    def _attempt(self, failed: dict[Row, str], row: Row, change: Callable[[], int]) -> int:
        """Do one change; the store takes a refused statement back by itself, and it is reported."""
        try:
            return change()
        except sqlite3.IntegrityError as error:
            refers = "FOREIGN KEY" in str(error)
            failed[row] = "others refer to it" if refers else str(error)
            return 0


class _Writer:
    """How the images of a table are written back; a version is never given to a row twice."""

    def __init__(self, connection: sqlite3.Connection, table: str, *, is_update: bool) -> None:
        self._connection = connection
        columns = [column for column in column_types(connection, table) if column != "version"]
        if is_update:
            # A key that is set, even to itself, makes SQLite look for every row that refers to it.
            assignments = ", ".join(f"{name} = :{name}" for name in columns if name != "id")
            self._statement = (
                f'UPDATE "{table}" SET {assignments}, version = version + 1 WHERE id = :id'
            )
        else:
            marks = ", ".join(f":{column}" for column in columns)
            self._statement = (
                f'INSERT INTO "{table}" ({", ".join(columns)}, version) SELECT {marks},'
                " 1 + max(json_extract(before, '$.version')) FROM change"
                f" WHERE table_name = '{table}' AND row_id = :id"
            )
        self._blank = dict.fromkeys(columns)

    def one(self, image: State) -> int:
        """Write one image back; return how many rows that has changed."""
        return self._connection.execute(self._statement, self._blank | image).rowcount
