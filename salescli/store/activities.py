"""Activities: one by its key, and the lists that a day is planned with."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from salescli.domain.activity import Activity
from salescli.domain.moments import from_utc_text, to_utc_text
from salescli.domain.reference import PREFIXES, handle
from salescli.store.rows import insert, new_key, take_numbers, update
from salescli.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from salescli.domain.listing import Sort
    from salescli.store.filters import Filter

_SELECT = (
    "SELECT a.id, a.number, a.kind, a.name, a.state, a.due_at, a.starts_at, a.minutes,"
    " coalesce(a.result, ''), coalesce(a.text, ''), coalesce(u.login, ''),"
    " coalesce(c.name, r.subject, ''), o.number, coalesce(o.name, ''), r.number, a.run_id,"
    " coalesce(a.topic, ''), a.step_visit_id,"
    " a.closed_at, coalesce(a.closed_by, ''), a.version FROM activity a"
    ' LEFT JOIN "user" u ON u.id = a.owner_id LEFT JOIN account c ON c.id = a.account_id'
    " LEFT JOIN opportunity o ON o.id = a.opportunity_id"
    " LEFT JOIN process_run r ON r.id = a.run_id "
)


def load(connection: sqlite3.Connection, key: bytes) -> Activity:
    """Return one activity; KeyError when there is none with that key."""
    found = _select(connection, "WHERE a.id = ?", (key,))
    if not found:
        raise KeyError(key)
    return found[0]


def due(
    connection: sqlite3.Connection,
    owner: bytes,
    *,
    since: datetime | None = None,
    before: datetime | None = None,
    limit: int = -1,
) -> list[Activity]:
    """Return the open activities of a user, soonest due first."""
    where, parameters = _due_between(owner, since, before)
    return _select(connection, f"{where} ORDER BY a.due_at, a.number LIMIT ?", [*parameters, limit])


def count_due(
    connection: sqlite3.Connection,
    owner: bytes,
    *,
    since: datetime | None = None,
    before: datetime | None = None,
) -> int:
    """Return how many activities `due` finds."""
    where, parameters = _due_between(owner, since, before)
    row = connection.execute(f"SELECT count(*) FROM activity a {where}", parameters).fetchone()
    return int(row[0])


def count_never_due(connection: sqlite3.Connection, owner: bytes) -> int:
    """Return how many open activities of a user have no due date."""
    row = connection.execute(
        "SELECT count(*) FROM activity WHERE state = 'open' AND owner_id = ? AND due_at IS NULL",
        (owner,),
    ).fetchone()
    return int(row[0])


class Scope(NamedTuple):
    """Which activities a list shows: of one owner or of all, open or of any state.

    `asked` is about the alias `t`; `among` are the only numbers that are meant, where it is given.
    """

    owner: bytes | None
    is_open: bool
    asked: "Filter | None" = None
    among: Sequence[int] | None = None


DUE = "due"
"""What a list is sorted by as usual."""

_SORTED = {
    "number": "a.number",
    "name": "a.name",
    "owner": '(SELECT u.login FROM "user" u WHERE u.id = a.owner_id)',
    "about": "coalesce((SELECT o.name FROM opportunity o WHERE o.id = a.opportunity_id),"
    " (SELECT c.name FROM account c WHERE c.id = a.account_id),"
    f" (SELECT coalesce(r.subject, '{PREFIXES['run']}-' || r.number) FROM process_run r"
    "  WHERE r.id = a.run_id))",
    "state": "coalesce(nullif(a.result, ''), a.state)",
}
"""What a list can be sorted by beside when it is due."""


def order(sort: "Sort | None") -> str:
    """Return an ORDER BY clause over the alias `a`; what has no value comes last.

    By when it is due it follows an index; by anything else those of a scope are read through.
    """
    way = " DESC" if sort and sort.is_falling else ""
    if sort is None or sort.by == DUE:
        return f"ORDER BY a.due_at{way}, a.number{way}"
    value = _SORTED[sort.by]
    return f"ORDER BY coalesce({value}, '') = '', {value} COLLATE NOCASE{way}, a.number"


def page(
    connection: sqlite3.Connection,
    scope: Scope,
    sort: "Sort | None" = None,
    *,
    limit: int = -1,
    offset: int = 0,
) -> list[Activity]:
    """Return a page of the activities of a scope.

    Where no index has their order they are chosen before what they refer to is looked up, so that
    only those shown pay for it.
    """
    where, parameters = _listed(scope)
    part = f"{where} {order(sort)} LIMIT ? OFFSET ?"
    if sort is not None and sort.by != DUE:
        part = f"WHERE a.id IN (SELECT a.id FROM activity a {part}) {order(sort)}"
    return _select(connection, part, [*parameters, limit, offset])


def numbers(connection: sqlite3.Connection, scope: Scope, sort: "Sort", *, limit: int) -> list[int]:
    """Return the numbers of the first activities of a scope."""
    where, parameters = _listed(scope)
    rows = connection.execute(
        f"SELECT a.number FROM activity a {where} {order(sort)} LIMIT ?", [*parameters, limit]
    )
    return [row[0] for row in rows]


def chosen(
    connection: sqlite3.Connection, clause: str, parameters: Sequence[Any]
) -> list[Activity]:
    """Return the activities that a clause over the alias `t` selects, soonest due first."""
    where = f"WHERE a.id IN (SELECT t.id FROM activity AS t WHERE {clause})"
    return _select(connection, f"{where} ORDER BY a.due_at, a.number", parameters)


def count(connection: sqlite3.Connection, scope: Scope) -> int:
    """Return how many activities a scope has."""
    where, parameters = _listed(scope)
    row = connection.execute(f"SELECT count(*) FROM activity a {where}", parameters).fetchone()
    return int(row[0])


def of_opportunity(connection: sqlite3.Connection, opportunity: bytes) -> list[Activity]:
    """Return every activity of an opportunity in the order in which they were made."""
    return _select(connection, "WHERE a.opportunity_id = ? ORDER BY a.number", (opportunity,))


def of_run(connection: sqlite3.Connection, run: bytes) -> list[Activity]:
    """Return every activity of a run in the order in which they were made."""
    return _select(connection, "WHERE a.run_id = ? ORDER BY a.number", (run,))


def open_of_opportunity(connection: sqlite3.Connection, opportunity: bytes) -> list[Activity]:
    """Return the open activities of an opportunity, soonest due first."""
    return _select(
        connection,
        "WHERE a.opportunity_id = ? AND a.state = 'open' ORDER BY a.due_at, a.number",
        (opportunity,),
    )


def add(unit: UnitOfWork, **columns: Any) -> str:
    """Insert a hand-made open activity and return its handle."""
    number = take_numbers(unit.connection, "activity")
    row = {
        "id": new_key(),
        "created_in": unit.change_set,
        "number": number,
        "state": "open",
        "owner_id": unit.user_id,
    }
    insert(unit.connection, "activity", row | columns)
    return handle("activity", number)


def close(unit: UnitOfWork, key: bytes, *, state: str, result: str, text: str) -> None:
    """Close an activity."""
    update(
        unit.connection,
        "activity",
        key,
        {
            "state": state,
            "result": result,
            "text": text or None,
            "closed_at": unit.now_text,
            "closed_by": unit.login,
        },
    )


def move(unit: UnitOfWork, key: bytes, at: datetime, *, is_appointment: bool) -> None:
    """Set when an activity is due, and when it begins where it is an appointment."""
    values = {"due_at": to_utc_text(at)}
    if is_appointment:
        values |= {"starts_at": to_utc_text(at), "zone": unit.zone}
    update(unit.connection, "activity", key, values)


def _listed(scope: Scope) -> tuple[str, list[Any]]:
    owner, is_open, asked, among = scope
    clauses = [*(["a.owner_id = ?"] if owner is not None else [])]
    clauses += ["a.state = 'open'"] if is_open else []
    clauses += [f"a.id IN (SELECT t.id FROM activity AS t WHERE {asked.clause})"] if asked else []
    clauses += [] if among is None else [f"a.number IN ({', '.join('?' * len(among))})"]
    where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    owners = [owner] if owner is not None else []
    return where, [*owners, *(asked.parameters if asked else ()), *(among or ())]


def _due_between(
    owner: bytes, since: datetime | None, before: datetime | None
) -> tuple[str, list[Any]]:
    bounds = {">=": since, "<": before}
    span = "".join(f" AND a.due_at {sign} ?" for sign, at in bounds.items() if at)
    where = f"WHERE a.state = 'open' AND a.owner_id = ?{span}"
    return where, [owner, *(to_utc_text(at) for at in bounds.values() if at)]


def _select(
    connection: sqlite3.Connection, clause: str, parameters: Sequence[Any]
) -> list[Activity]:
    rows = connection.execute(_SELECT + clause, tuple(parameters)).fetchall()
    return [_activity(tuple(row)) for row in rows]


def _activity(row: tuple[Any, ...]) -> Activity:
    return Activity(
        key=row[0],
        reference=handle("activity", row[1]),
        kind=row[2],
        name=row[3],
        state=row[4],
        due=from_utc_text(row[5]) if row[5] else None,
        starts=from_utc_text(row[6]) if row[6] else None,
        minutes=row[7],
        result=row[8],
        text=row[9],
        owner=row[10],
        account=row[11],
        opportunity=handle("opportunity", row[12]) if row[12] else "",
        opportunity_name=row[13],
        run=handle("run", row[14]) if row[14] else "",
        run_key=row[15],
        topic=row[16],
        step_visit=row[17],
        closed_at=from_utc_text(row[18]) if row[18] else None,
        closed_by=row[19],
        version=row[20],
    )
