"""The pipeline as a board shows it: sums by stage, and pages of cards."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from salescli.domain.board import SOONEST, SORTS, Card
from salescli.domain.moments import from_utc_text, to_utc_text
from salescli.domain.reference import handle


class Scope(NamedTuple):
    """Which open opportunities a board shows, as SQL about the alias `t`."""

    clause: str = "1"
    parameters: tuple[Any, ...] = ()

    def narrowed(self, clause: str, *parameters: Any) -> "Scope":
        """Return those of them for which a clause holds as well."""
        return Scope(f"{self.clause} AND ({clause})", (*self.parameters, *parameters))


EVERYBODY = Scope()

_ORDERS = {
    SORTS[0]: "t.close_date IS NULL, t.close_date, t.number",
    SORTS[1]: "t.amount IS NULL, t.amount DESC, t.number",
    SORTS[2]: "t.stage_since, t.number",
    SORTS[3]: "t.name_key, t.number",
}


def sums(connection: sqlite3.Connection, scope: Scope) -> list[tuple[str, str, int, int]]:
    """Return stage, currency, count and amount in minor units of the open opportunities."""
    rows = connection.execute(
        "SELECT t.stage, t.currency, count(*), sum(coalesce(t.amount, 0)) FROM opportunity AS t"
        f" WHERE t.closed_at IS NULL AND {scope.clause} GROUP BY t.stage, t.currency"
        " ORDER BY t.stage, t.currency",
        scope.parameters,
    )
    return [tuple(row) for row in rows]


def numbers(
    connection: sqlite3.Connection,
    scope: Scope,
    *,
    sort: str,
    stages: Sequence[str] = (),
    among: Sequence[int] | None = None,
    limit: int,
) -> list[int]:
    """Return the numbers of the open opportunities: of some stages, or of those among some."""
    for column, values in (("stage", stages or None), ("number", among)):
        if values is not None:
            marks = ", ".join("?" * len(values))
            scope = scope.narrowed(f"t.{column} IN ({marks})", *values)
    rows = connection.execute(
        "SELECT t.number FROM opportunity AS t"
        f" WHERE t.closed_at IS NULL AND {scope.clause} ORDER BY {_ORDERS[sort]} LIMIT ?",
        (*scope.parameters, limit),
    )
    return [row[0] for row in rows]


def cards(
    connection: sqlite3.Connection,
    stages: Sequence[str],
    scope: Scope,
    *,
    now: datetime,
    sort: str = SOONEST,
    offset: int = 0,
    limit: int = -1,
) -> list[Card]:
    """Return a page of the open opportunities that stand in one of the stages."""
    is_in = "t.stage = ?" if len(stages) == 1 else f"t.stage IN ({', '.join('?' * len(stages))})"
    rows = connection.execute(
        "WITH page AS MATERIALIZED (SELECT t.id, row_number() OVER () AS place FROM"
        " (SELECT t.id FROM opportunity AS t WHERE t.closed_at IS NULL"
        f"  AND {is_in} AND {scope.clause} ORDER BY {_ORDERS[sort]} LIMIT ? OFFSET ?) AS t)"
        " SELECT o.number, o.name, coalesce(c.name, ''), o.stage, o.amount, o.currency,"
        " o.stage_since, coalesce(o.close_date, ''), coalesce(u.login, ''),"
        " EXISTS (SELECT 1 FROM activity x WHERE x.opportunity_id = o.id AND x.state = 'open'"
        "  AND x.due_at < ?),"
        " EXISTS (SELECT 1 FROM activity x WHERE x.opportunity_id = o.id AND x.state = 'open')"
        " FROM page JOIN opportunity o ON o.id = page.id LEFT JOIN account c ON c.id = o.account_id"
        ' LEFT JOIN "user" u ON u.id = o.owner_id ORDER BY page.place',
        (*stages, *scope.parameters, limit, offset, to_utc_text(now)),
    )
    return [_card(tuple(row)) for row in rows]


def _card(row: tuple[Any, ...]) -> Card:
    number, name, account, stage, amount, currency, since, close, owner, overdue, planned = row
    return Card(
        handle("opportunity", number),
        name,
        account,
        stage,
        amount,
        currency,
        from_utc_text(since),
        close,
        owner,
        bool(overdue),
        bool(planned),
    )


def begun(connection: sqlite3.Connection, scope: Scope, *, now: datetime) -> list[Card]:
    """Return the running runs that have no opportunity yet, oldest first."""
    rows = connection.execute(
        "SELECT t.number, coalesce(c.name, t.subject, 'New sale'), v.stage, v.entered_at,"
        " coalesce(u.login, ''),"
        " EXISTS (SELECT 1 FROM activity x WHERE x.run_id = t.id AND x.state = 'open'"
        "  AND x.due_at < ?),"
        " EXISTS (SELECT 1 FROM activity x WHERE x.run_id = t.id AND x.state = 'open')"
        " FROM process_run AS t JOIN stage_visit v ON v.id = (SELECT w.id FROM stage_visit w"
        "  WHERE w.run_id = t.id AND w.voided_by_id IS NULL ORDER BY w.id DESC LIMIT 1)"
        ' LEFT JOIN account c ON c.id = t.account_id LEFT JOIN "user" u ON u.id = t.owner_id'
        f" WHERE t.state = 'running' AND t.opportunity_id IS NULL AND {scope.clause}"
        " ORDER BY t.number",
        (to_utc_text(now), *scope.parameters),
    )
    return [
        Card(
            *(handle("run", number), name, "", stage, None, "", from_utc_text(since), "", owner),
            is_overdue=bool(overdue),
            is_planned=bool(planned),
        )
        for number, name, stage, since, owner, overdue, planned in rows
    ]


def ages(connection: sqlite3.Connection, scope: Scope, bounds: Sequence[datetime]) -> list[int]:
    """Return how many open opportunities came to their stage since each moment, newest first.

    Each is counted once, with the first bound that it is younger than; the last entry counts those
    that are older than all.
    """
    cases = " ".join(f"WHEN t.stage_since > ? THEN {place}" for place in range(len(bounds)))
    rows = connection.execute(
        f"SELECT CASE {cases} ELSE {len(bounds)} END AS age, count(*)"
        f" FROM opportunity AS t WHERE t.closed_at IS NULL AND {scope.clause} GROUP BY age",
        (*(to_utc_text(bound) for bound in bounds), *scope.parameters),
    )
    found = {row[0]: int(row[1]) for row in rows}
    return [found.get(place, 0) for place in range(len(bounds) + 1)]
