"""What `sales doctor` looks at: one function a check, each yields what it found wrong."""

import json
import re
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

from salescli.store.daily import FOLDER
from salescli.store.engine import FILE_NAME

HANDLES = {
    "account": "account",
    "contact": "contact",
    "lead": "lead",
    "opportunity": "opportunity",
    "offer": "offer",
    "activity": "activity",
    "run": "process_run",
    "change_set": "change_set",
}
"""Noun of a handle -> the table that it numbers."""

MOST = 20
"""So many problems of one kind are told."""


def integrity(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield what SQLite finds wrong with the pages, the indexes and the values of the file."""
    for (told,) in connection.execute(f"PRAGMA integrity_check({MOST})"):
        if told != "ok":
            yield str(told)


def foreign_keys(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the rows that refer to a record which is not there."""
    found = connection.execute("PRAGMA foreign_key_check").fetchmany(MOST)
    for table, rowid, parent, _constraint in found:
        yield f"row {rowid} of `{table}` refers to a record of `{parent}` that is not there"


def triggers(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the triggers that are missing, changed, or not the program's."""
    from salescli.store.triggers import trigger_statements

    wanted = {_trigger_name(statement): statement for statement in trigger_statements()}
    found = dict(
        tuple(row)
        for row in connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    )
    for name in sorted(wanted.keys() | found.keys()):
        if name not in found:
            yield f"the trigger `{name}` is missing"
        elif name not in wanted:
            yield f"the trigger `{name}` is not the program's"
        elif wanted[name] != found[name]:
            yield f"the trigger `{name}` is not as the program made it"


def mend_triggers(connection: sqlite3.Connection) -> None:
    """Make every trigger anew."""
    from salescli.store.triggers import renew_triggers

    renew_triggers(connection)


def schema(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the tables, columns and indexes of the models that the file does not have."""
    from sqlmodel import SQLModel

    from salescli.store import tables

    assert tables.OpportunityRow.metadata is SQLModel.metadata
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    for table in SQLModel.metadata.sorted_tables:
        columns = {row[1] for row in connection.execute(f'PRAGMA table_info("{table.name}")')}
        if not columns:
            yield f"the table `{table.name}` is missing"
            continue
        for column in table.columns:
            if column.name not in columns:
                yield f"the column `{column.name}` of `{table.name}` is missing"
        for index in table.indexes:
            if str(index.name) not in names:
                yield f"the index `{index.name}` is missing"


def mend_schema(connection: sqlite3.Connection) -> None:
    """Make the indexes that are missing; a table or column that is missing stays so."""
    from sqlalchemy.dialects.sqlite import dialect
    from sqlalchemy.schema import CreateIndex
    from sqlmodel import SQLModel

    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    for table in SQLModel.metadata.sorted_tables:
        for index in table.indexes:
            if table.name in names and str(index.name) not in names:
                connection.execute(str(CreateIndex(index).compile(dialect=dialect())))


def handles(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the nouns whose next handle number was given out already."""
    for noun, table in HANDLES.items():
        highest, upcoming = _numbers(connection, noun, table)
        if upcoming <= highest:
            yield f"the next number of `{noun}` is {upcoming}, and {highest} is given out already"


def mend_handles(connection: sqlite3.Connection) -> None:
    """Put the next numbers behind those that are given out."""
    for noun, table in HANDLES.items():
        highest, upcoming = _numbers(connection, noun, table)
        if upcoming <= highest:
            connection.execute(
                "INSERT INTO counter (noun, next) VALUES (?, ?)"
                " ON CONFLICT (noun) DO UPDATE SET next = excluded.next",
                (noun, highest + 1),
            )


def visits(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the runs that do not stand in exactly one stage, and with one open step at most."""
    stays = (
        "SELECT r.number, r.state, count(v.id) FROM process_run r LEFT JOIN stage_visit v"
        " ON v.run_id = r.id AND v.left_at IS NULL AND v.voided_by_id IS NULL"
        " WHERE r.voided_by_id IS NULL GROUP BY r.id"
        " HAVING count(v.id) <> (r.state = 'running') ORDER BY r.number"
    )
    for number, state, count in connection.execute(stays).fetchmany(MOST):
        yield f"`RUN-{number}` is {state} and has {count} open stage visits"
    steps = (
        "SELECT r.number, count(*) FROM step_visit s JOIN process_run r ON r.id = s.run_id"
        " WHERE s.closed_at IS NULL AND s.voided_by_id IS NULL GROUP BY r.id"
        " HAVING count(*) > (r.state = 'running') ORDER BY r.number"
    )
    for number, count in connection.execute(steps).fetchmany(MOST):
        yield f"`RUN-{number}` has {count} open steps"


def stages(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the opportunities whose stage is not the one in which their process stands.

    After a migration the opportunity has the present id of a stage that was entered by another.
    """
    rows = connection.execute(
        "SELECT o.number, o.stage, v.stage FROM process_run r"
        " JOIN opportunity o ON o.id = r.opportunity_id"
        " JOIN stage_visit v ON v.run_id = r.id AND v.left_at IS NULL AND v.voided_by_id IS NULL"
        " JOIN process_definition d ON d.id = v.definition_id"
        " WHERE r.state = 'running' AND o.stage <> v.stage AND NOT EXISTS ("
        "  SELECT 1 FROM json_each(d.compiled, '$.stages') s, json_each(s.value, '$.was') w"
        "  WHERE json_extract(s.value, '$.id') = o.stage AND w.value = v.stage)"
        " ORDER BY o.number"
    )
    for number, stage, stands in rows.fetchmany(MOST):
        yield f"`OPP-{number}` is in the stage `{stage}` and its process in `{stands}`"


def definitions(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the published processes whose text is not the one that was published."""
    from hashlib import sha256

    rows = connection.execute(
        "SELECT key, revision, source, sha256, compiled FROM process_definition"
    )
    for key, revision, source, fingerprint, compiled in rows:
        if sha256(source.encode()).hexdigest() != fingerprint or not _is_json(compiled):
            yield f"version {revision} of the process `{key}` is not as it was published"


def open_change_set(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield that the row of the open change set is missing, doubled or still filled."""
    rows = connection.execute("SELECT change_set_id FROM current_change_set").fetchall()
    if len(rows) != 1 or rows[0][0] is not None:
        yield "a change set was left open"


def mend_open_change_set(connection: sqlite3.Connection) -> None:
    """Empty the row of the open change set."""
    connection.execute("DELETE FROM current_change_set")
    connection.execute("INSERT INTO current_change_set (id) VALUES (1)")


def modes(home: Path) -> Iterator[str]:
    """Yield the files that others may read, and the folders that others may write into."""
    for path, forbidden in _guarded(home):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & forbidden:
            yield f"others may use `{path}` (mode {mode:03o})"


def mend_modes(home: Path) -> None:
    """Take the rights of others away."""
    for path, forbidden in _guarded(home):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & forbidden:
            path.chmod(mode & ~forbidden)


def _guarded(home: Path) -> Iterator[tuple[Path, int]]:
    """Yield each path with the rights that nobody else may have."""
    yield home, 0o022
    for path in sorted((*home.glob(f"{FILE_NAME}*"), *home.glob("find.db*"))):
        yield path, 0o077
    folder = home / FOLDER
    if folder.is_dir():
        yield folder, 0o077
        for path in sorted(folder.iterdir()):
            yield path, 0o077


def _numbers(connection: sqlite3.Connection, noun: str, table: str) -> tuple[int, int]:
    """Return the highest number that is given out, and the next one."""
    highest = connection.execute(f"SELECT coalesce(max(number), 0) FROM {table}").fetchone()[0]
    row = connection.execute("SELECT next FROM counter WHERE noun = ?", (noun,)).fetchone()
    return highest, row[0] if row else 1


def _trigger_name(statement: str) -> str:
    found = re.match(r'CREATE TRIGGER "?(\w+)"?', statement)
    assert found is not None
    return found[1]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
