"""Published versions of processes: immutable, newest first."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from salescli.domain.moments import from_utc_text
from salescli.domain.process.spec import ProcessSpec, from_compiled, to_compiled
from salescli.errors import DAMAGED, DamagedError
from salescli.store.rows import insert, new_key, update
from salescli.store.unit_of_work import UnitOfWork


class Definition(NamedTuple):
    """One published version: its row, its number and what it says."""

    key: bytes
    revision: int
    spec: ProcessSpec


class Published(NamedTuple):
    """A version as the list of processes shows it; without a division it is for all the others."""

    process: str
    revision: int
    name: str
    sha256: str
    published_at: str
    running: int
    division: str = ""
    disabled: str = ""


class Text(NamedTuple):
    """The text of one version, as it was published."""

    key: bytes
    revision: int
    source: str
    sha256: str


class Place(NamedTuple):
    """Where a running sale stands, and by which version."""

    run: bytes
    number: int
    visit: bytes
    stage: str
    step: str
    definition: bytes
    owner: bytes | None
    opportunity: int | None
    title: str
    login: str


_ITS_OWN = (
    "EXISTS (SELECT 1 FROM process_definition n WHERE n.key = r.definition_key"
    " AND n.retired_at IS NULL AND n.division_id = u.division_id)"
)
_STANDING = (
    " FROM process_run r JOIN stage_visit v ON v.run_id = r.id AND v.left_at IS NULL"
    " AND v.voided_by_id IS NULL LEFT JOIN step_visit s ON s.visit_id = v.id"
    " AND s.closed_at IS NULL AND s.voided_by_id IS NULL"
    ' LEFT JOIN "user" u ON u.id = r.owner_id'
)


def publish(
    unit: UnitOfWork,
    spec: ProcessSpec,
    source: str,
    sha256: str,
    division: bytes | None = None,
) -> int:
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
            "division_id": division,
        },
    )
    return revision


def newest(
    connection: sqlite3.Connection, process: str, owner: bytes | None = None
) -> Definition | None:
    """Return the version that a sale of an owner takes when it enters its next stage.

    It is the newest one of the owner's division, or else the newest one for everybody. A process
    that only other divisions have is taken from them, so that no sale stands without one.
    """
    row = connection.execute(
        "SELECT id, revision, compiled FROM process_definition WHERE id = ("
        'SELECT n.id FROM process_definition n LEFT JOIN "user" u'
        " ON u.id = ? AND u.division_id = n.division_id"
        " WHERE n.key = ? AND n.retired_at IS NULL"
        " ORDER BY u.id IS NULL, n.division_id IS NOT NULL, n.revision DESC LIMIT 1)",
        (owner, process),
    ).fetchone()
    return _definition(row) if row else None


def newest_of(
    connection: sqlite3.Connection, process: str, division: bytes | None
) -> Definition | None:
    """Return the newest version for exactly that division, or for everybody without one."""
    row = connection.execute(
        "SELECT id, revision, compiled FROM process_definition WHERE key = ?"
        " AND retired_at IS NULL AND division_id IS ? ORDER BY revision DESC LIMIT 1",
        (process, division),
    ).fetchone()
    return _definition(row) if row else None


def current(connection: sqlite3.Connection, process: str) -> list[Definition]:
    """Return the newest version of each division; the one for everybody comes first."""
    rows = connection.execute(
        "SELECT division_id, max(revision) FROM process_definition"
        " WHERE key = ? AND retired_at IS NULL GROUP BY division_id ORDER BY division_id",
        (process,),
    ).fetchall()
    found = (newest_of(connection, process, row[0]) for row in rows)
    return [definition for definition in found if definition is not None]


def in_use(connection: sqlite3.Connection) -> list[tuple[str, bytes | None, ProcessSpec]]:
    """Return the newest version of every process and division; those for everybody come first."""
    rows = connection.execute(
        "SELECT key, division_id, id, revision, compiled FROM process_definition"
        " WHERE retired_at IS NULL AND revision = (SELECT max(n.revision)"
        "  FROM process_definition n WHERE n.key = process_definition.key"
        "  AND n.retired_at IS NULL AND n.division_id IS process_definition.division_id)"
        " ORDER BY key, division_id"
    ).fetchall()
    return [(row[0], row[1], _definition(tuple(row)[2:]).spec) for row in rows]


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


def names(connection: sqlite3.Connection) -> dict[str, str]:
    """Return process id -> name of every published process."""
    rows = connection.execute(
        "SELECT key, name FROM process_definition ORDER BY key, revision"
    ).fetchall()
    return {row[0]: row[1] for row in rows}


def startable(connection: sqlite3.Connection) -> dict[str, str]:
    """Return process id -> name of every process that a sale may start by."""
    disabled = connection.execute("SELECT key FROM process_switch WHERE NOT is_enabled")
    keys = {row[0] for row in disabled}
    return {key: name for key, name in names(connection).items() if key not in keys}


def listing(connection: sqlite3.Connection) -> list[Published]:
    """Return every version, with the number of running sales whose current stay keeps it."""
    rows = connection.execute(
        "SELECT d.key, d.revision, d.name, d.sha256, d.published_at, coalesce(n.sales, 0),"
        " coalesce(i.slug, ''), CASE w.is_enabled WHEN 0 THEN coalesce(w.reason, '') ELSE '' END"
        " FROM process_definition d LEFT JOIN (SELECT v.definition_id, count(*) AS sales"
        "  FROM stage_visit v WHERE v.left_at IS NULL AND v.voided_by_id IS NULL"
        "  GROUP BY v.definition_id) n ON n.definition_id = d.id"
        " LEFT JOIN division i ON i.id = d.division_id"
        " LEFT JOIN process_switch w ON w.key = d.key ORDER BY d.key, d.revision DESC"
    ).fetchall()
    found = [Published(*row) for row in rows]
    return [
        line._replace(published_at=from_utc_text(line.published_at).isoformat()) for line in found
    ]


def text(
    connection: sqlite3.Connection,
    process: str,
    *,
    revision: int | None = None,
    division: bytes | None = None,
) -> Text | None:
    """Return the text of a version by its number, or the newest one for a division or everybody."""
    is_numbered = revision is not None
    which, value = ("revision = ?", revision) if is_numbered else ("division_id IS ?", division)
    row = connection.execute(
        "SELECT id, revision, source, sha256 FROM process_definition"
        f" WHERE key = ? AND {which} ORDER BY revision DESC LIMIT 1",
        (process, value),
    ).fetchone()
    return Text(*row) if row else None


def revisions(connection: sqlite3.Connection, process: str, division: bytes | None) -> list[int]:
    """Return the numbers of the versions for a division or for everybody, newest first."""
    rows = connection.execute(
        "SELECT revision FROM process_definition WHERE key = ? AND division_id IS ?"
        " ORDER BY revision DESC",
        (process, division),
    )
    return [row[0] for row in rows]


def fingerprints(connection: sqlite3.Connection, process: str) -> set[str]:
    """Return the SHA-256 of every text that was published of a process."""
    rows = connection.execute("SELECT sha256 FROM process_definition WHERE key = ?", (process,))
    return {row[0] for row in rows}


def steps_in_use(
    connection: sqlite3.Connection, process: str, division: bytes | None = None
) -> dict[tuple[str, str], int]:
    """Return (stage, open step) -> number of running sales that a new version is for.

    A version for a division is for its owners' sales; one for everybody is for the sales of owners
    whose division has no version of its own.
    """
    meant = "u.division_id = ?" if division is not None else f"? IS NULL AND NOT {_ITS_OWN}"
    rows = connection.execute(
        f"SELECT v.stage, coalesce(s.step, ''), count(*){_STANDING}"
        f" WHERE r.state = 'running' AND r.definition_key = ? AND {meant} GROUP BY 1, 2",
        (process, division),
    ).fetchall()
    return {(row[0], row[1]): row[2] for row in rows}


def places(connection: sqlite3.Connection, process: str) -> list[Place]:
    """Return where each running sale of a process stands, oldest first."""
    rows = connection.execute(
        "SELECT r.id, r.number, v.id, v.stage, coalesce(s.step, ''), v.definition_id, r.owner_id,"
        " o.number, coalesce(o.name, r.subject, 'New sale'), coalesce(u.login, '')"
        f"{_STANDING} LEFT JOIN opportunity o ON o.id = r.opportunity_id"
        " WHERE r.state = 'running' AND r.definition_key = ? ORDER BY r.number, s.id DESC",
        (process,),
    ).fetchall()
    return list({row[0]: Place(*row) for row in rows}.values())


def follow(unit: UnitOfWork, stays: Iterable[tuple[bytes, bytes]]) -> None:
    """Let stays in a stage, each given as definition and stay, go on by another version."""
    unit.connection.executemany(
        "UPDATE stage_visit SET definition_id = ?, version = version + 1 WHERE id = ?", stays
    )


def rename_stages(unit: UnitOfWork, renamed: Iterable[tuple[str, int | None, str]]) -> None:
    """Give opportunities the new id of their stage; each is given with the id before."""
    unit.connection.executemany(
        "UPDATE opportunity SET stage = ?, version = version + 1 WHERE number = ? AND stage = ?",
        renamed,
    )


def compiled(connection: sqlite3.Connection) -> list[tuple[bytes, str, str]]:
    """Return the key, the text and the compiled form of every version."""
    rows = connection.execute("SELECT id, source, compiled FROM process_definition ORDER BY id")
    return [(row[0], row[1], row[2]) for row in rows]


def recompile(unit: UnitOfWork, key: bytes, spec: ProcessSpec) -> None:
    """Store the compiled form of a version anew; its text stays."""
    text = json.dumps(to_compiled(spec), ensure_ascii=False)
    update(unit.connection, "process_definition", key, {"compiled": text})


def reason_against(connection: sqlite3.Connection, process: str) -> str | None:
    """Return why a process may not be started, or None when it may."""
    row = connection.execute(
        "SELECT coalesce(reason, '') FROM process_switch WHERE key = ? AND NOT is_enabled",
        (process,),
    ).fetchone()
    return str(row[0]) if row else None


def switch(unit: UnitOfWork, process: str, *, is_enabled: bool, reason: str) -> None:
    """Write whether a process may be started, and why."""
    values = {"is_enabled": int(is_enabled), "reason": reason or None}
    row = unit.connection.execute(
        "SELECT id FROM process_switch WHERE key = ?", (process,)
    ).fetchone()
    if row:
        update(unit.connection, "process_switch", row[0], values)
    else:
        own = {"id": new_key(), "created_in": unit.change_set, "key": process}
        insert(unit.connection, "process_switch", own | values)


def _definition(row: Sequence[Any]) -> Definition:
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


@lru_cache(maxsize=16)
def _spec(compiled: str) -> ProcessSpec:
    """Return what a compiled definition says; the sales of a batch share one."""
    return from_compiled(json.loads(compiled))
