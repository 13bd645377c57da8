"""What waits for a user apart from due activities: open forms, stages to choose, quiet sales."""

import sqlite3
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from salescli.domain.agenda import QuietSale, WaitingSale, Worth
from salescli.domain.moments import from_utc_text
from salescli.domain.reference import handle, parse_handle

_WAITING = (
    " FROM process_run r"
    " JOIN stage_visit v ON v.run_id = r.id AND v.left_at IS NULL AND v.voided_by_id IS NULL"
    " LEFT JOIN step_visit s ON s.run_id = r.id AND s.closed_at IS NULL"
    "  AND s.voided_by_id IS NULL"
    " LEFT JOIN opportunity o ON o.id = r.opportunity_id"
    " WHERE r.state = 'running' AND r.owner_id = ?"
    " AND NOT EXISTS (SELECT 1 FROM activity a WHERE a.step_visit_id = s.id)"
)
_QUIET = (
    " FROM opportunity o WHERE o.owner_id = ? AND o.closed_at IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM activity a"
    "  WHERE a.opportunity_id = o.id AND a.state = 'open')"
    " AND NOT EXISTS (SELECT 1 FROM process_run r"
    "  WHERE r.opportunity_id = o.id AND r.state = 'running')"
    " AND coalesce(o.snoozed_until, '') <= ?"
)


def waiting(connection: sqlite3.Connection, owner: bytes) -> Iterator[WaitingSale]:
    """Yield the running sales of a user that wait without a due activity, oldest first.

    They are found while they are read, so who needs only a few pays only for them.
    """
    rows = connection.execute(
        "SELECT r.id, r.number, o.number, coalesce(o.name, r.subject, 'New sale'), v.stage,"
        f" coalesce(s.step, ''), s.state, s.snoozed_until{_WAITING} ORDER BY r.number",
        (owner,),
    )
    return (_waiting(tuple(row)) for row in rows)


def quiet(
    connection: sqlite3.Connection, owner: bytes, today: date, limit: int = -1
) -> list[QuietSale]:
    """Return the open opportunities of a user for which nothing is planned, oldest first.

    One that is snoozed is left alone until its day.
    """
    rows = connection.execute(
        f"SELECT o.number, o.name, o.stage, o.updated_at{_QUIET} ORDER BY o.number LIMIT ?",
        (owner, today.isoformat(), limit),
    ).fetchall()
    return [
        QuietSale(handle("opportunity", row[0]), row[1], row[2], from_utc_text(row[3]))
        for row in rows
    ]


def worth(connection: sqlite3.Connection, references: Collection[str]) -> dict[str, Worth]:
    """Return what the opportunities among some handles are worth, by their handles."""
    handles = filter(None, map(parse_handle, references))
    numbers = [number for noun, number in handles if noun == "opportunity"]
    rows = connection.execute(
        "SELECT o.number, coalesce(c.name, ''), o.amount, o.currency FROM opportunity o"
        " LEFT JOIN account c ON c.id = o.account_id"
        f" WHERE o.number IN ({', '.join('?' * len(numbers))})",
        numbers,
    )
    return {handle("opportunity", row[0]): Worth(*tuple(row)[1:]) for row in rows}


def count_waiting(connection: sqlite3.Connection, owner: bytes) -> int:
    """Return how many sales `waiting` yields."""
    row = connection.execute(f"SELECT count(*){_WAITING}", (owner,)).fetchone()
    return int(row[0])


def count_quiet(connection: sqlite3.Connection, owner: bytes, today: date) -> int:
    """Return how many opportunities `quiet` finds."""
    row = connection.execute(f"SELECT count(*){_QUIET}", (owner, today.isoformat())).fetchone()
    return int(row[0])


def _waiting(row: tuple[Any, ...]) -> WaitingSale:
    run, run_number, number, title, stage, step, state, until = row
    if state is None:
        kind = "choose"
    elif state == "waiting":
        kind = "standby"
    else:
        kind = "put off" if until else "form"
    reference = handle("opportunity", number) if number else handle("run", run_number)
    return WaitingSale(
        run,
        reference,
        title,
        stage,
        step,
        kind,
        from_utc_text(until) if until else None,
    )
