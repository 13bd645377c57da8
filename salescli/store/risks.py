"""The open sales with what the rules of `domain/risk.py` ask about them."""

import sqlite3
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from salescli.domain.moments import from_utc_text
from salescli.domain.reference import handle
from salescli.domain.risk import SaleFacts

_FIRST_OPEN = (
    "(SELECT x.id FROM activity x WHERE {of} AND x.state = 'open'"
    " ORDER BY x.due_at IS NULL, x.due_at, x.number LIMIT 1)"
)
_PLACE = (
    " LEFT JOIN stage_visit v ON v.run_id = r.id AND v.left_at IS NULL AND v.voided_by_id IS NULL"
    " LEFT JOIN step_visit s ON s.id = (SELECT y.id FROM step_visit y WHERE y.run_id = r.id"
    "  AND y.closed_at IS NULL AND y.voided_by_id IS NULL AND y.state = 'open' LIMIT 1)"
)
_LAST_CLOSED = "(SELECT max(z.closed_at) FROM activity z WHERE {of})"

_OPPORTUNITIES = (
    "SELECT o.number, r.number, o.name, o.stage, coalesce(u.login, ''), o.amount, o.currency,"
    " o.close_date, a.number, coalesce(a.name, ''), a.due_at, s.id IS NOT NULL, s.snoozed_until,"
    " o.created_at, v.ended_at,"
    f" CASE WHEN a.id IS NULL THEN {_LAST_CLOSED.format(of='z.opportunity_id = o.id')} END,"
    " o.snoozed_until FROM opportunity o"
    " LEFT JOIN process_run r ON r.opportunity_id = o.id AND r.state = 'running'"
    "  AND r.voided_by_id IS NULL"
    f"{_PLACE}"
    f" LEFT JOIN activity a ON a.id = {_FIRST_OPEN.format(of='x.opportunity_id = o.id')}"
    ' LEFT JOIN "user" u ON u.id = o.owner_id'
    " WHERE o.closed_at IS NULL"
)
_RUNS = (
    "SELECT NULL, r.number, coalesce(r.subject, 'New sale'), coalesce(v.stage, ''),"
    " coalesce(u.login, ''), NULL, '', NULL, a.number, coalesce(a.name, ''), a.due_at,"
    " s.id IS NOT NULL, s.snoozed_until, r.started_at, v.ended_at,"
    f" CASE WHEN a.id IS NULL THEN {_LAST_CLOSED.format(of='z.run_id = r.id')} END,"
    " NULL FROM process_run r"
    f"{_PLACE}"
    f" LEFT JOIN activity a ON a.id = {_FIRST_OPEN.format(of='x.run_id = r.id')}"
    ' LEFT JOIN "user" u ON u.id = r.owner_id'
    " WHERE r.state = 'running' AND r.voided_by_id IS NULL"
    " AND CASE WHEN r.opportunity_id IS NULL THEN 1 ELSE 0 END = 1"
)
"""The CASE keeps the planner from walking everybody's runs that have no opportunity yet."""


class OpenSale(NamedTuple):
    """An open sale as it is listed, with the facts for the rules; `activity` is its first open one.

    `is_guided` says whether a process is running for it; `activity_due` is when that one is due.
    """

    reference: str
    title: str
    stage: str
    owner: str
    currency: str
    activity: str
    activity_name: str
    activity_due: datetime | None
    is_guided: bool
    facts: SaleFacts


def open_sales(connection: sqlite3.Connection, owner: bytes | None) -> Iterator[OpenSale]:
    """Yield the open opportunities of one owner or of all, then sales without one yet."""
    for statement, alias in ((_OPPORTUNITIES, "o"), (_RUNS, "r")):
        mine = f" AND {alias}.owner_id = ?" if owner is not None else ""
        parameters = (owner,) if owner is not None else ()
        rows = connection.execute(f"{statement}{mine} ORDER BY {alias}.number", parameters)
        yield from (_open_sale(tuple(row)) for row in rows)


def _open_sale(row: tuple[Any, ...]) -> OpenSale:
    number, run, title, stage, owner, amount, currency, close_date = row[:8]
    activity, activity_name, due, is_waiting, snoozed, began, ended, closed, left_alone = row[8:]
    times = [text for text in (due, snoozed) if text]
    facts = SaleFacts(
        has_opportunity=number is not None,
        amount=amount,
        close_date=date.fromisoformat(close_date) if close_date else None,
        has_next_step=activity is not None or bool(is_waiting),
        due=from_utc_text(min(times)) if times else None,
        began=from_utc_text(began),
        planned_until=from_utc_text(max(text for text in (began, ended, closed) if text)),
        snoozed_until=date.fromisoformat(left_alone) if left_alone else None,
    )
    return OpenSale(
        reference=handle("opportunity", number) if number else handle("run", run),
        title=title,
        stage=stage,
        owner=owner,
        currency=currency,
        activity=handle("activity", activity) if activity else "",
        activity_name=activity_name,
        activity_due=from_utc_text(due) if due else None,
        is_guided=run is not None,
        facts=facts,
    )
