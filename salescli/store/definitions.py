"""Published versions of processes: immutable, newest first."""

import json
import sqlite3
from functools import lru_cache
from typing import NamedTuple

from salescli.domain.moments import from_utc_text
from salescli.domain.process.spec import ProcessSpec, from_compiled, to_compiled
from salescli.errors import DAMAGED, DamagedError
from salescli.store.rows import insert, new_key
from salescli.store.unit_of_work import UnitOfWork


class Definition(NamedTuple):
    """One published version: its row, its number and what it says."""

    key: bytes
    revision: int
    spec: ProcessSpec


class Published(NamedTuple):
    """A version as the list of processes shows it."""

    process: str
    revision: int
    name: str
    sha256: str
    published_at: str
    running: int


def publish(unit: UnitOfWork, spec: ProcessSpec, source: str, sha256: str) -> int:
    """Store a checked definition as the newest version of its process; return its number."""
    row = unit.connection.execute(
        "SELECT max(revision) FROM process_definition WHERE key = ?", (spec.id,)
    ).fetchone()
    revision = (row[0] or 0) + 1
    insert(
        unit.connection,
        "process_definition",
        {
            "id": new_key(),
            "created_in": unit.change_set,
            "key": spec.id,
            "revision": revision,
            "name": spec.name,
            "sha256": sha256,
            "source": source,
            "compiled": json.dumps(to_compiled(spec), ensure_ascii=False),
            "published_at": unit.now_text,
        },
    )
    return revision


def newest(connection: sqlite3.Connection, process: str) -> Definition | None:
    """Return the newest published version of a process."""
    row = connection.execute(
        "SELECT id, revision, compiled FROM process_definition"
        " WHERE key = ? AND retired_at IS NULL ORDER BY revision DESC LIMIT 1",
        (process,),
    ).fetchone()
    return _definition(row) if row else None


def by_key(connection: sqlite3.Connection, key: bytes) -> Definition:
    """Return the version that a stay in a stage keeps."""
    row = connection.execute(
        "SELECT id, revision, compiled FROM process_definition WHERE id = ?", (key,)
    ).fetchone()
    return _definition(row)


def is_published(connection: sqlite3.Connection, process: str) -> bool:
    """Return whether a process of that id is published."""
    row = connection.execute(
        "SELECT 1 FROM process_definition WHERE key = ? LIMIT 1", (process,)
    ).fetchone()
    return row is not None


def newest_sha256(connection: sqlite3.Connection, process: str) -> str:
    """Return the fingerprint of the newest version, or an empty text."""
    row = connection.execute(
        "SELECT sha256 FROM process_definition WHERE key = ? ORDER BY revision DESC LIMIT 1",
        (process,),
    ).fetchone()
    return row[0] if row else ""


def names(connection: sqlite3.Connection) -> dict[str, str]:
    """Return process id -> name of every published process."""
    rows = connection.execute(
        "SELECT key, name FROM process_definition ORDER BY key, revision"
    ).fetchall()
    return {row[0]: row[1] for row in rows}


def listing(connection: sqlite3.Connection) -> list[Published]:
    """Return every version, with the number of running sales whose current stay keeps it."""
    rows = connection.execute(
        "SELECT d.key, d.revision, d.name, d.sha256, d.published_at,"
        " (SELECT count(*) FROM stage_visit v WHERE v.definition_id = d.id"
        "  AND v.left_at IS NULL AND v.voided_by_id IS NULL)"
        " FROM process_definition d ORDER BY d.key, d.revision DESC"
    ).fetchall()
    return [
        Published(row[0], row[1], row[2], row[3], from_utc_text(row[4]).isoformat(), row[5])
        for row in rows
    ]


def source(connection: sqlite3.Connection, process: str) -> str:
    """Return the newest source text of a process, verbatim."""
    row = connection.execute(
        "SELECT source FROM process_definition WHERE key = ? ORDER BY revision DESC LIMIT 1",
        (process,),
    ).fetchone()
    return str(row[0]) if row else ""


def steps_in_use(connection: sqlite3.Connection, process: str) -> dict[tuple[str, str], int]:
    """Return (stage, open step) -> number of running sales that stand there."""
    rows = connection.execute(
        "SELECT v.stage, coalesce(s.step, ''), count(*) FROM process_run r"
        " JOIN stage_visit v ON v.run_id = r.id AND v.left_at IS NULL AND v.voided_by_id IS NULL"
        " LEFT JOIN step_visit s ON s.visit_id = v.id AND s.closed_at IS NULL"
        "  AND s.voided_by_id IS NULL"
        " WHERE r.state = 'running' AND r.definition_key = ? GROUP BY 1, 2",
        (process,),
    ).fetchall()
    return {(row[0], row[1]): row[2] for row in rows}


def _definition(row: sqlite3.Row) -> Definition:
    """Return a published version.

    Raises:
        DamagedError: what the store holds of it cannot be read.
    """
    try:
        return Definition(row[0], row[1], _spec(row[2]))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise DamagedError(
            "The store is damaged: a published process in it cannot be read", hint=DAMAGED
        ) from error


@lru_cache(maxsize=4)
def _spec(compiled: str) -> ProcessSpec:
    """Return what a compiled definition says; the sales of a batch share one."""
    return from_compiled(json.loads(compiled))
