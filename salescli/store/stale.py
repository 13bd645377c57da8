"""The open sales with what tells that each of them lives, and until when one is snoozed."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from salescli.domain.moments import from_utc_text, to_utc_text
from salescli.domain.reference import handle
from salescli.domain.stale import Life
from salescli.store.rows import update
from salescli.store.unit_of_work import UnitOfWork

_PLACE = (
    " LEFT JOIN stage_visit v ON v.run_id = r.id AND v.left_at IS NULL AND v.voided_by_id IS NULL"
    " LEFT JOIN step_visit s ON s.id = (SELECT y.id FROM step_visit y WHERE y.run_id = r.id"
    "  AND y.closed_at IS NULL AND y.voided_by_id IS NULL LIMIT 1)"
)
_LAST_DONE = (
    "(SELECT x.id FROM activity x WHERE {of} AND x.state = 'done'"
    " ORDER BY x.closed_at DESC, x.number DESC LIMIT 1)"
)
_AHEAD = "(SELECT min(z.due_at) FROM activity z WHERE {of} AND z.state = 'open' AND z.due_at > ?)"
_STEP_DONE = (
    "(SELECT max(w.closed_at) FROM step_visit w WHERE w.visit_id = v.id AND w.state = 'done'"
    " AND w.voided_by_id IS NULL)"
)

_OPPORTUNITIES = (
    f"SELECT {_AHEAD.format(of='z.opportunity_id = o.id')}, o.number, r.number, o.name, o.stage,"
    " o.stage_since, coalesce(u.login, ''), o.owner_id, o.amount, o.currency, v.definition_id,"
    f" a.number, coalesce(a.name, ''), a.closed_at, {_STEP_DONE}, s.snoozed_until, o.snoozed_until,"
    " coalesce(o.snooze_reason, '')"
    " FROM opportunity o"
    " LEFT JOIN process_run r ON r.opportunity_id = o.id AND r.state = 'running'"
    "  AND r.voided_by_id IS NULL"
    f"{_PLACE}"
    f" LEFT JOIN activity a ON a.id = {_LAST_DONE.format(of='x.opportunity_id = o.id')}"
    ' LEFT JOIN "user" u ON u.id = o.owner_id'
    " WHERE o.closed_at IS NULL"
)
_RUNS = (
    f"SELECT {_AHEAD.format(of='z.run_id = r.id')}, NULL, r.number,"
    " coalesce(r.subject, 'New sale'), v.stage, v.entered_at, coalesce(u.login, ''), r.owner_id,"
    f" NULL, '', v.definition_id, a.number, coalesce(a.name, ''), a.closed_at, {_STEP_DONE},"
    " s.snoozed_until, NULL, ''"
    " FROM process_run r"
    f"{_PLACE}"
    f" LEFT JOIN activity a ON a.id = {_LAST_DONE.format(of='x.run_id = r.id')}"
    ' LEFT JOIN "user" u ON u.id = r.owner_id'
    " WHERE r.state = 'running' AND r.voided_by_id IS NULL AND v.id IS NOT NULL"
    " AND CASE WHEN r.opportunity_id IS NULL THEN 1 ELSE 0 END = 1"
)
"""The CASE keeps the planner from walking everybody's runs that have no opportunity yet."""


class LivingSale(NamedTuple):
    """An open sale: where it stands, and what tells that it lives.

    `activity` is the one that was completed last. `definition` is the version of its process that
    it follows in this stage, if one guides it.
    """

    reference: str
    title: str
    stage: str
    owner: str
    owner_key: bytes | None
    amount: int | None
    currency: str
    activity: str
    activity_name: str
    activity_at: datetime | None
    snooze_reason: str
    is_guided: bool
    definition: bytes | None
    life: Life


def open_sales(
    connection: sqlite3.Connection, owner: bytes | None, now: datetime
) -> Iterator[LivingSale]:
    """Yield the open opportunities of one owner or of all, then sales without one yet."""
    for statement, alias in ((_OPPORTUNITIES, "o"), (_RUNS, "r")):
        mine = f" AND {alias}.owner_id = ?" if owner is not None else ""
        parameters = (to_utc_text(now), *((owner,) if owner is not None else ()))
        rows = connection.execute(f"{statement}{mine} ORDER BY {alias}.number", parameters)
        yield from (_sale(tuple(row)) for row in rows)


def sales_of(
    connection: sqlite3.Connection, numbers: Sequence[int], now: datetime
) -> Iterator[LivingSale]:
    """Yield the open ones of the opportunities with these handle numbers."""
    marks = ", ".join("?" * len(numbers))
    rows = connection.execute(
        f"{_OPPORTUNITIES} AND o.number IN ({marks})", (to_utc_text(now), *numbers)
    )
    return (_sale(tuple(row)) for row in rows)


def snoozed(connection: sqlite3.Connection, opportunity: bytes) -> tuple[date | None, bool]:
    """Return until which day an opportunity is snoozed, and whether it is closed."""
    row = connection.execute(
        "SELECT snoozed_until, closed_at IS NOT NULL FROM opportunity WHERE id = ?", (opportunity,)
    ).fetchone()
    return (date.fromisoformat(row[0]) if row[0] else None), bool(row[1])


def snooze(unit: UnitOfWork, opportunity: bytes, until: date | None, reason: str | None) -> None:
    """Write until which day an opportunity is left alone, and why; None for neither."""
    day = until.isoformat() if until else None
    values = {"snoozed_until": day, "snooze_reason": reason}
    update(unit.connection, "opportunity", opportunity, values)


def _sale(row: tuple[Any, ...]) -> LivingSale:
    due, number, run, title, stage, moved, owner, owner_key, amount, currency, definition = row[:11]
    activity, activity_name, closed, step_closed, put_off, until, reason = row[11:]
    done = max((text for text in (closed, step_closed) if text), default=None)
    ahead = max((text for text in (due, put_off) if text), default=None)
    return LivingSale(
        handle("opportunity", number) if number else handle("run", run),
        title,
        stage,
        owner,
        owner_key,
        amount,
        currency,
        handle("activity", activity) if activity else "",
        activity_name,
        from_utc_text(closed) if closed else None,
        reason,
        run is not None,
        definition,
        Life(
            from_utc_text(moved),
            from_utc_text(done) if done else None,
            from_utc_text(ahead) if ahead else None,
            date.fromisoformat(until) if until else None,
        ),
    )
