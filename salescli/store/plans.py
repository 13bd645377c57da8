"""Quotas, and what was won and is expected in a period."""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from salescli.domain.moments import from_utc_text, to_utc_text
from salescli.store.reports import Chances, OpenSum, open_sums
from salescli.store.rows import insert, new_key, update
from salescli.store.unit_of_work import UnitOfWork


class Quota(NamedTuple):
    """What a user is to win in a period; the amount is in minor units."""

    key: bytes
    user: bytes
    login: str
    period: str
    amount: int
    currency: str


class Won(NamedTuple):
    """What an owner has won in one currency; the amount is in minor units."""

    owner: bytes | None
    currency: str
    sales: int
    amount: int


def find(connection: sqlite3.Connection, user: bytes, period: str) -> Quota | None:
    """Return the quota of a user in a period."""
    found = _select(connection, "q.user_id = ? AND q.period = ?", (user, period))
    return found[0] if found else None


def of_period(connection: sqlite3.Connection, period: str) -> list[Quota]:
    """Return every quota of a period, by login."""
    return _select(connection, "q.period = ?", (period,))


def save(unit: UnitOfWork, user: bytes, period: str, amount: int, currency: str) -> None:
    """Give a user a quota for a period, in the place of the one that they have."""
    values = {"amount": amount, "currency": currency}
    known = find(unit.connection, user, period)
    if known is not None:
        update(unit.connection, "quota", known.key, values)
        return
    own = {"id": new_key(), "created_in": unit.change_set, "user_id": user, "period": period}
    insert(unit.connection, "quota", own | values)


def remove(unit: UnitOfWork, key: bytes) -> None:
    """Remove a quota."""
    unit.connection.execute("DELETE FROM quota WHERE id = ?", (key,))


def won(
    connection: sqlite3.Connection, stages: Sequence[str], since: datetime, before: datetime
) -> list[Won]:
    """Return what was closed in one of the stages in a span of time, by owner and currency."""
    rows = connection.execute(
        "SELECT owner_id, currency, count(*), sum(coalesce(amount, 0)) FROM opportunity"
        " WHERE closed_at IS NOT NULL AND closed_at >= ? AND closed_at < ?"
        f" AND stage IN ({', '.join('?' * len(stages))}) GROUP BY owner_id, currency",
        (to_utc_text(since), to_utc_text(before), *stages),
    )
    return [Won(*row) for row in rows]


def won_by(
    connection: sqlite3.Connection,
    stages: Sequence[str],
    since: datetime,
    before: datetime,
    owner: bytes,
) -> list[tuple[datetime, str, int]]:
    """Return when an owner won what, in order: currency and amount in minor units."""
    rows = connection.execute(
        "SELECT closed_at, currency, coalesce(amount, 0) FROM opportunity"
        " WHERE closed_at IS NOT NULL AND closed_at >= ? AND closed_at < ?"
        f" AND stage IN ({', '.join('?' * len(stages))}) AND owner_id = ? ORDER BY closed_at",
        (to_utc_text(since), to_utc_text(before), *stages, owner),
    )
    return [(from_utc_text(row[0]), row[1], int(row[2])) for row in rows]


def expected(
    connection: sqlite3.Connection, chances: Chances, owner: bytes, until: date
) -> list[OpenSum]:
    """Return what an owner expects to close before a day, in every currency."""
    clause = "o.owner_id = ? AND o.close_date < ?"
    return open_sums(connection, chances, clause, (owner, until.isoformat()))


def undated(connection: sqlite3.Connection, owner: bytes) -> int:
    """Return how many open opportunities of an owner have no close date."""
    row = connection.execute(
        "SELECT count(*) FROM opportunity"
        " WHERE closed_at IS NULL AND owner_id = ? AND close_date IS NULL",
        (owner,),
    ).fetchone()
    return int(row[0])


def _select(
    connection: sqlite3.Connection, where: str, parameters: Sequence[object]
) -> list[Quota]:
    rows = connection.execute(
        "SELECT q.id, q.user_id, u.login, q.period, q.amount, q.currency FROM quota q"
        f' JOIN "user" u ON u.id = q.user_id WHERE {where} ORDER BY u.login',
        tuple(parameters),
    )
    return [Quota(*row) for row in rows]
