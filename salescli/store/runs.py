"""The runs of processes: adds them and loads the snapshot that the engine works on."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from salescli.domain.fields import SALE_FIELDS
from salescli.domain.moments import from_utc_text
from salescli.domain.process.run import Run, RunActivity, StepVisit
from salescli.domain.text import key as text_key
from salescli.errors import DAMAGED, DamagedError
from salescli.store.rows import insert, new_key, take_numbers, update
from salescli.store.unit_of_work import UnitOfWork
from salescli.store.values import from_draft, to_draft


class StoredRun(NamedTuple):
    """A run as the store keeps it: the engine's snapshot and what belongs around it."""

    run: Run
    number: int
    process: str
    definition: bytes
    version: int
    opportunity: bytes | None
    account: bytes | None
    contact: bytes | None
    lead: bytes | None
    owner: bytes | None
    subject: str
    draft: Mapping[str, Any]
    reason: str
    started_by: str


def add(unit: UnitOfWork, process: str, *, started_by: str, **columns: Any) -> bytes:
    """Insert a running run and return its key."""
    key = new_key()
    insert(
        unit.connection,
        "process_run",
        {
            "id": key,
            "created_in": unit.change_set,
            "number": take_numbers(unit.connection, "run"),
            "definition_key": process,
            "owner_id": unit.user_id,
            "draft": "{}",
            "state": "running",
            "started_by": started_by,
            "started_at": unit.now_text,
        }
        | columns,
    )
    return key


def load(connection: sqlite3.Connection, key: bytes) -> StoredRun:
    """Return a run with its current stay, its open steps and its living activities.

    Raises:
        DamagedError: other records name the run, and it is not there.
    """
    row = connection.execute(
        "SELECT id, number, definition_key, version, opportunity_id, account_id, contact_id,"
        " lead_id, owner_id, coalesce(subject, ''), draft, state, coalesce(reason, ''), started_by"
        " FROM process_run WHERE id = ?",
        (key,),
    ).fetchone()
    if row is None:
        raise DamagedError("The store is damaged: a sale's run is missing", hint=DAMAGED)
    visits = connection.execute(
        "SELECT id, stage, n, coalesce(ended_by, ''), definition_id, left_at FROM stage_visit"
        " WHERE run_id = ? AND voided_by_id IS NULL ORDER BY id",
        (key,),
    ).fetchall()
    current = visits[-1] if visits else None
    is_open = current is not None and current[5] is None
    run = Run(
        key=key,
        state=row[11],
        stage=current[1] if current else "",
        visit=current[0] if current and is_open else b"",
        visits={visit[1]: visit[2] for visit in visits},
        ended_by=current[3] if current and is_open else "",
        steps=_steps(connection, current[0]) if current and is_open else (),
        activities=_activities(connection, key),
        has_opportunity=row[4] is not None,
    )
    return StoredRun(
        run,
        number=row[1],
        process=row[2],
        definition=current[4] if current else b"",
        version=row[3],
        opportunity=row[4],
        account=row[5],
        contact=row[6],
        lead=row[7],
        owner=row[8],
        subject=row[9],
        draft=_read_draft(row[10]),
        reason=row[12],
        started_by=row[13],
    )


def save_draft(unit: UnitOfWork, key: bytes, draft: Mapping[str, Any]) -> None:
    """Keep what was typed in the run itself."""
    text = json.dumps(
        {name: to_draft(SALE_FIELDS[name], value) for name, value in draft.items()},
        ensure_ascii=False,
    )
    update(unit.connection, "process_run", key, {"draft": text})


def change(unit: UnitOfWork, key: bytes, **columns: Any) -> None:
    """Update columns of a run."""
    update(unit.connection, "process_run", key, columns)


def running_of_opportunity(connection: sqlite3.Connection, opportunity: bytes) -> bytes | None:
    """Return the running run that moves an opportunity."""
    row = connection.execute(
        "SELECT id FROM process_run WHERE opportunity_id = ? AND state = 'running'", (opportunity,)
    ).fetchone()
    return row[0] if row else None


def of_opportunity(connection: sqlite3.Connection, opportunity: bytes) -> list[bytes]:
    """Return every run of an opportunity, in the order in which they began."""
    rows = connection.execute(
        "SELECT id FROM process_run WHERE opportunity_id = ? ORDER BY number", (opportunity,)
    )
    return [row[0] for row in rows]


def of_lead(connection: sqlite3.Connection, lead: bytes) -> bytes | None:
    """Return the newest run that began with a lead."""
    row = connection.execute(
        "SELECT id FROM process_run WHERE lead_id = ? ORDER BY number DESC LIMIT 1", (lead,)
    ).fetchone()
    return row[0] if row else None


def place_of(connection: sqlite3.Connection, step_visit: bytes) -> tuple[bytes, str, str]:
    """Return the definition, the stage and the step that a step visit belongs to."""
    row = connection.execute(
        "SELECT v.definition_id, v.stage, s.step FROM step_visit s"
        " JOIN stage_visit v ON v.id = s.visit_id WHERE s.id = ?",
        (step_visit,),
    ).fetchone()
    return row[0], row[1], row[2]


def present_stage(connection: sqlite3.Connection, key: bytes) -> str:
    """Return the stage that a run has entered last."""
    row = connection.execute(
        "SELECT stage FROM stage_visit WHERE run_id = ? AND voided_by_id IS NULL"
        " ORDER BY id DESC LIMIT 1",
        (key,),
    ).fetchone()
    return str(row[0])


def last_stage(connection: sqlite3.Connection, key: bytes, stages: Sequence[str]) -> str:
    """Return which of `stages` a run visited last, or an empty text."""
    rows = connection.execute(
        "SELECT stage FROM stage_visit WHERE run_id = ? AND voided_by_id IS NULL ORDER BY id DESC",
        (key,),
    ).fetchall()
    return next((row[0] for row in rows if row[0] in stages), "")


def begun(
    connection: sqlite3.Connection, process: str, owner: bytes, subject_key: str
) -> bytes | None:
    """Return the newest running run of an owner about a subject, while it has no opportunity."""
    rows = connection.execute(
        "SELECT id, subject FROM process_run WHERE state = 'running' AND definition_key = ?"
        " AND owner_id = ? AND opportunity_id IS NULL AND subject IS NOT NULL"
        " ORDER BY number DESC",
        (process, owner),
    ).fetchall()
    return next((row[0] for row in rows if text_key(row[1]) == subject_key), None)


def blank(connection: sqlite3.Connection, process: str, owner: bytes) -> bytes | None:
    """Return a run of mine that has only just begun: nothing typed, nothing done."""
    row = connection.execute(
        "SELECT r.id FROM process_run r WHERE r.state = 'running' AND r.definition_key = ?"
        " AND r.owner_id = ? AND r.opportunity_id IS NULL AND r.subject IS NULL"
        " AND r.draft = '{}' AND (SELECT count(*) FROM step_visit s WHERE s.run_id = r.id"
        "  AND s.voided_by_id IS NULL) = 1 ORDER BY r.number DESC LIMIT 1",
        (process, owner),
    ).fetchone()
    return row[0] if row else None


def by_number(connection: sqlite3.Connection, number: int) -> bytes | None:
    """Return the key of a run by its handle number."""
    row = connection.execute("SELECT id FROM process_run WHERE number = ?", (number,)).fetchone()
    return row[0] if row else None


def _steps(connection: sqlite3.Connection, visit: bytes) -> tuple[StepVisit, ...]:
    rows = connection.execute(
        "SELECT id, step, state, coalesce(result, ''), snoozed_until FROM step_visit"
        " WHERE visit_id = ? AND voided_by_id IS NULL ORDER BY id",
        (visit,),
    ).fetchall()
    return tuple(
        StepVisit(row[0], row[1], row[2], row[3], from_utc_text(row[4]) if row[4] else None)
        for row in rows
    )


def _activities(connection: sqlite3.Connection, run: bytes) -> tuple[RunActivity, ...]:
    rows = connection.execute(
        "SELECT id, name, state, coalesce(topic, ''), step_visit_id, consumed_by_id, number,"
        " due_at, starts_at FROM activity WHERE run_id = ?"
        " AND (state = 'open' OR (topic IS NOT NULL AND consumed_by_id IS NULL)) ORDER BY id",
        (run,),
    ).fetchall()
    return tuple(
        RunActivity(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            row[5] is not None,
            row[6],
            from_utc_text(row[7]) if row[7] else None,
            from_utc_text(row[8]) if row[8] else None,
        )
        for row in rows
    )


def _read_draft(text: str) -> dict[str, Any]:
    return {
        name: from_draft(SALE_FIELDS[name], value)
        for name, value in json.loads(text).items()
        if name in SALE_FIELDS
    }
