"""The stage history and the process log, read for people."""

import sqlite3
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from salescli.domain.moments import from_utc_text
from salescli.domain.reference import handle

if TYPE_CHECKING:
    from salescli.store.filters import Filter


class Stay(NamedTuple):
    """One stay of a sale in a stage.

    `missing` is what its exit list lacked when it ended, `recommended` the stage that the process
    advised then, and `because` why.
    """

    stage: str
    n: int
    entered_at: datetime
    entered_by: str
    ended_by: str
    left_at: datetime | None
    left_by: str
    login: str
    missing: tuple[str, ...]
    recommended: str
    because: str


class LogLine(NamedTuple):
    """One step of a run in the process log; its owner is its activity's, or else the run's."""

    stage: str
    n: int
    step: str
    state: str
    result: str
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str
    activity: str
    owner: str
    reason: str


class RunLine(NamedTuple):
    """A run in the process log."""

    run: str
    process: str
    opportunity: str
    title: str
    owner: str
    state: str
    stage: str
    started_at: datetime
    ended_at: datetime | None


def of_opportunity(connection: sqlite3.Connection, opportunity: bytes) -> list[Stay]:
    """Return the stays of an opportunity in order."""
    return _stays(connection, "r.opportunity_id = ?", opportunity)


def of_run(connection: sqlite3.Connection, run: bytes) -> list[Stay]:
    """Return the stays of a run in order."""
    return _stays(connection, "r.id = ?", run)


def steps(connection: sqlite3.Connection, run: bytes) -> list[LogLine]:
    """Return every step of a run that no undo has voided, in order."""
    rows = connection.execute(
        "SELECT v.stage, v.n, s.step, s.state, coalesce(s.result, ''), s.opened_at, s.closed_at,"
        " coalesce(s.closed_by, ''), a.number, coalesce(u.login, ''), coalesce(s.reason, '')"
        " FROM step_visit s JOIN stage_visit v ON v.id = s.visit_id"
        " JOIN process_run r ON r.id = s.run_id LEFT JOIN activity a ON a.step_visit_id = s.id"
        ' LEFT JOIN "user" u ON u.id = coalesce(a.owner_id, r.owner_id)'
        " WHERE s.run_id = ? AND s.voided_by_id IS NULL ORDER BY s.id",
        (run,),
    ).fetchall()
    return [
        LogLine(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            from_utc_text(row[5]),
            from_utc_text(row[6]) if row[6] else None,
            row[7],
            handle("activity", row[8]) if row[8] else "",
            row[9],
            row[10],
        )
        for row in rows
    ]


def runs(
    connection: sqlite3.Connection,
    *,
    owner: bytes | None,
    is_running: bool,
    asked: "Filter | None" = None,
) -> list[RunLine]:
    """Return the runs of one owner or of all, newest first; `asked` is about the alias `t`."""
    clauses = ["r.owner_id = ?"] if owner is not None else []
    parameters = [owner] if owner is not None else []
    if asked:
        clauses.append(f"r.id IN (SELECT t.id FROM process_run AS t WHERE {asked.clause})")
        parameters += asked.parameters
    clauses += ["r.state = 'running'"] if is_running else []
    where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    rows = connection.execute(
        "SELECT r.number, r.definition_key, o.number, coalesce(o.name, r.subject, 'New sale'),"
        " coalesce(u.login, ''), r.state, (SELECT v.stage FROM stage_visit v WHERE v.run_id = r.id"
        "  AND v.voided_by_id IS NULL ORDER BY v.id DESC LIMIT 1), r.started_at, r.ended_at"
        " FROM process_run r LEFT JOIN opportunity o ON o.id = r.opportunity_id"
        f' LEFT JOIN "user" u ON u.id = r.owner_id {where} ORDER BY r.number DESC',
        parameters,
    ).fetchall()
    return [
        RunLine(
            handle("run", row[0]),
            row[1],
            handle("opportunity", row[2]) if row[2] else "",
            row[3],
            row[4],
            row[5],
            row[6] or "",
            from_utc_text(row[7]),
            from_utc_text(row[8]) if row[8] else None,
        )
        for row in rows
        if row[6]
    ]


def _stays(connection: sqlite3.Connection, clause: str, key: bytes) -> list[Stay]:
    rows = connection.execute(
        "SELECT v.stage, v.n, v.entered_at, v.entered_by, coalesce(v.ended_by, ''), v.left_at,"
        " coalesce(v.left_by, ''), v.login, coalesce(v.missing, ''), coalesce(v.recommended, ''),"
        " coalesce(v.because, '')"
        " FROM stage_visit v JOIN process_run r ON r.id = v.run_id"
        f" WHERE {clause} AND v.voided_by_id IS NULL ORDER BY v.id",
        (key,),
    ).fetchall()
    return [
        Stay(
            row[0],
            row[1],
            from_utc_text(row[2]),
            row[3],
            row[4],
            from_utc_text(row[5]) if row[5] else None,
            row[6],
            row[7],
            tuple(row[8].split()),
            row[9],
            row[10],
        )
        for row in rows
    ]
