"""The change sets: which command changed something, when, by whom, and whether it is undone."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from salescli.store.unit_of_work import UPKEEP, UnitOfWork

_SELECT = (
    "SELECT c.id, c.number, c.at, c.login, c.front_end, c.command, u.number, b.number, b.login"
    " FROM change_set c LEFT JOIN change_set u ON u.id = c.undoes_id"
    " LEFT JOIN change_set b ON b.id = c.undone_by_id"
)


class ChangeSet(NamedTuple):
    """One command that changed something; another one can have undone it."""

    key: bytes
    number: int
    at: str
    login: str
    front_end: str
    command: str
    undoes: int | None
    undone_by: int | None
    undone_by_login: str | None


def by_number(connection: sqlite3.Connection, number: int) -> ChangeSet | None:
    """Return the change set with that number."""
    row = connection.execute(f"{_SELECT} WHERE c.number = ?", (number,)).fetchone()
    return ChangeSet(*row) if row else None


def newest(
    connection: sqlite3.Connection, *, login: str = "", since: str = "", until: str = ""
) -> Iterator[ChangeSet]:
    """Yield change sets, newest first: all, a user's, or those from `since` on and before `until`.

    Times are in the form of the store.
    """
    conditions: list[str] = []
    parameters: list[Any] = []
    for condition, value in (("c.login = ?", login), ("c.at >= ?", since), ("c.at < ?", until)):
        if value:
            conditions.append(condition)
            parameters.append(value)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    order = "c.at DESC, c.number DESC" if (since or until) and not login else "c.number DESC"
    rows = connection.execute(f"{_SELECT}{where} ORDER BY {order}", parameters)
    return (ChangeSet(*row) for row in rows)


def numbered(
    connection: sqlite3.Connection,
    numbers: Sequence[int],
    *,
    login: str = "",
    since: str = "",
    until: str = "",
) -> Iterator[ChangeSet]:
    """Yield those of the numbered change sets that `newest` would, in the order of the numbers."""
    for number in numbers:
        found = by_number(connection, number)
        if (
            found is not None
            and login in {"", found.login}
            and found.at >= since
            and (not until or found.at < until)
        ):
            yield found


def undoable(unit: UnitOfWork) -> ChangeSet | None:
    """Return the newest change set of the user that is no undo and is not undone."""
    row = unit.connection.execute(
        "SELECT number FROM change_set WHERE login = ? AND undoes_id IS NULL AND id <> ?"
        " AND parent_id IS NULL AND undone_by_id IS NULL AND command <> 'first use'"
        " AND front_end <> ? ORDER BY number DESC LIMIT 1",
        (unit.login, unit.change_set, UPKEEP),
    ).fetchone()
    return by_number(unit.connection, row[0]) if row else None


def parts(connection: sqlite3.Connection, change_set: ChangeSet) -> list[ChangeSet]:
    """Return the change sets that one command made beside its own, newest first.

    They were made in one transaction, so their numbers follow its own.
    """
    found: list[ChangeSet] = []
    number = change_set.number + 1
    while row := connection.execute(
        f"{_SELECT} WHERE c.number = ? AND c.parent_id = ?", (number, change_set.key)
    ).fetchone():
        found.append(ChangeSet(*row))
        number += 1
    return [part for part in reversed(found) if part.undone_by is None]


def mark_undone(unit: UnitOfWork, change_set: ChangeSet) -> None:
    """Record that the open change set takes another one back.

    What that one had taken back is in force again, what this had taken back is not, and so on.
    """
    unit.connection.execute(
        "UPDATE change_set SET undoes_id = ? WHERE id = ?", (change_set.key, unit.change_set)
    )
    undone: bytes | None = change_set.key
    undoing, is_in_force = unit.change_set, False
    while undone:
        unit.connection.execute(
            "UPDATE change_set SET undone_by_id = ? WHERE id = ?",
            (None if is_in_force else undoing, undone),
        )
        undoing, undone = undone, _taken_back(unit.connection, undone)
        is_in_force = not is_in_force


def _taken_back(connection: sqlite3.Connection, change_set: bytes) -> bytes | None:
    row = connection.execute(
        "SELECT undoes_id FROM change_set WHERE id = ?", (change_set,)
    ).fetchone()
    key: bytes | None = row[0]
    return key
