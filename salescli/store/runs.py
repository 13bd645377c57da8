"""The runs of processes: adds them and loads the snapshot that the engine works on."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
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
    found = load_many(connection, (key,))
    if not found:
        raise DamagedError("The store is damaged: a sale's run is missing", hint=DAMAGED)
    return found[key]


def load_many(connection: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, StoredRun]:
    """Return runs as `load` does, by their keys, with as many statements as for one."""
    among = marks(keys)
    rows = connection.execute(
        "SELECT id, number, definition_key, version, opportunity_id, account_id, contact_id,"
        " lead_id, owner_id, coalesce(subject, ''), draft, state, coalesce(reason, ''), started_by"
        f" FROM process_run WHERE id IN {among}",
        keys,
    ).fetchall()
    visits = _by_first(
        connection.execute(
            "SELECT run_id, id, stage, n, coalesce(ended_by, ''), definition_id, left_at"
            f" FROM stage_visit WHERE run_id IN {among} AND voided_by_id IS NULL ORDER BY id",
            keys,
        )
    )
    current = {run: visits[run][-1] for run in visits}
    open_visits = tuple(visit[1] for visit in current.values() if visit[6] is None)
    steps = _steps(connection, open_visits) if open_visits else {}
    activities = _activities(connection, keys)
    return {
        row[0]: _stored(
            row,
            visits.get(row[0], []),
            steps.get(current[row[0]][1], ()) if row[0] in current else (),
            tuple(activities.get(row[0], ())),
        )
        for row in rows
    }


def marks(values: Sequence[Any]) -> str:
    """Return the list of as many marks as there are values, in brackets."""
    return f"({', '.join('?' * len(values))})"


def _by_first(rows: Iterable[sqlite3.Row]) -> dict[bytes, list[sqlite3.Row]]:
    """Return rows in their order, by their first column."""
    found: dict[bytes, list[sqlite3.Row]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def _stored(
    row: sqlite3.Row,
    visits: Sequence[sqlite3.Row],
    steps: Sequence[StepVisit],
    activities: tuple[RunActivity, ...],
) -> StoredRun:
    current = visits[-1] if visits else None
    is_open = current is not None and current[6] is None
    run = Run(
        key=row[0],
        state=row[11],
        stage=current[2] if current else "",
        visit=current[1] if current and is_open else b"",
        visits={visit[2]: visit[3] for visit in visits},
        ended_by=current[4] if current and is_open else "",
        steps=tuple(steps) if is_open else (),
        activities=activities,
        has_opportunity=row[4] is not None,
    )
    return StoredRun(
        run,
        number=row[1],
        process=row[2],
        definition=current[5] if current else b"",
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


def _steps(connection: sqlite3.Connection, visits: Sequence[bytes]) -> dict[bytes, list[StepVisit]]:
    """Return the steps of stays in order, by stay."""
    rows = connection.execute(
        "SELECT visit_id, id, step, state, coalesce(result, ''), snoozed_until FROM step_visit"
        f" WHERE visit_id IN {marks(visits)} AND voided_by_id IS NULL ORDER BY id",
        visits,
    )
    found: dict[bytes, list[StepVisit]] = {}
    for visit, key, step, state, result, until in rows:
        snoozed = from_utc_text(until) if until else None
        found.setdefault(visit, []).append(StepVisit(key, step, state, result, snoozed))
    return found


def _activities(
    connection: sqlite3.Connection, runs: Sequence[bytes]
) -> dict[bytes, list[RunActivity]]:
    """Return the living activities of runs in order, by run."""
    rows = connection.execute(
        "SELECT run_id, id, name, state, coalesce(topic, ''), step_visit_id, consumed_by_id,"
        f" number, due_at, starts_at FROM activity WHERE run_id IN {marks(runs)}"
        " AND (state = 'open' OR (topic IS NOT NULL AND consumed_by_id IS NULL)) ORDER BY id",
        runs,
    )
    found: dict[bytes, list[RunActivity]] = {}
    for row in rows:
        activity = RunActivity(
            row[1],
            row[2],
            row[3],
            row[4],
            row[5],
            row[6] is not None,
            row[7],
            from_utc_text(row[8]) if row[8] else None,
            from_utc_text(row[9]) if row[9] else None,
        )
        found.setdefault(row[0], []).append(activity)
    return found


def _read_draft(text: str) -> dict[str, Any]:
    return {
        name: from_draft(SALE_FIELDS[name], value)
        for name, value in json.loads(text).items()
        if name in SALE_FIELDS
    }
