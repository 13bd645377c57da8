"""The change sets: which command changed something, when, by whom, and whether it is undone."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from salescli.store.unit_of_work import UPKEEP, UnitOfWork

T = TypeVar("T")
"""A change set, by its key or by its number."""

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


class Batch(NamedTuple):
    """A batch that was done: in which change set, a digest of its rows, those left undone."""

    change_set: ChangeSet
    digest: str
    left: str


def of_batch(connection: sqlite3.Connection, batch_id: str) -> Batch | None:
    """Return the batch of that name, which holds no line break; see `name_batch`."""
    row = connection.execute(
        "SELECT number, batch_id FROM change_set WHERE batch_id >= ? AND batch_id < ?",
        (batch_id, f"{batch_id}\v"),
    ).fetchone()
    change_set = by_number(connection, row[0]) if row else None
    if change_set is None:
        return None
    _name, digest, left = f"{row[1]}\n\n".split("\n")[:3]
    return Batch(change_set, digest, left)


def name_batch(unit: UnitOfWork, batch_id: str, digest: str, left: str) -> None:
    """Keep the name by which a repeat of the open batch is known, and what to compare it with."""
    unit.connection.execute(
        "UPDATE change_set SET batch_id = ? WHERE id = ?",
        (f"{batch_id}\n{digest}\n{left}", unit.change_set),
    )


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


def undoable(unit: UnitOfWork, most: int) -> Iterator[ChangeSet]:
    """Yield the newest change sets of the user that are no undos and are not undone."""
    rows = unit.connection.execute(
        f"{_SELECT} WHERE c.login = ? AND c.undoes_id IS NULL AND c.id <> ?"
        " AND c.parent_id IS NULL AND c.undone_by_id IS NULL AND c.command <> 'first use'"
        " AND c.front_end <> ? ORDER BY c.number DESC LIMIT ?",
        (unit.login, unit.change_set, UPKEEP, most),
    ).fetchall()
    return (ChangeSet(*row) for row in rows)


def redoable(unit: UnitOfWork) -> ChangeSet | None:
    """Return the newest undo of the user in force, unless they have changed something since it.

    An undo that took another undo back has done something again, and is passed over.
    """
    latest = next(undoable(unit, 1), None)
    row = unit.connection.execute(
        "SELECT c.number FROM change_set c JOIN change_set u ON u.id = c.undoes_id"
        " WHERE c.number > ? AND c.login = ? AND c.undone_by_id IS NULL AND c.parent_id IS NULL"
        " AND u.undoes_id IS NULL ORDER BY c.number DESC LIMIT 1",
        (latest.number if latest else 0, unit.login),
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


def undone_by(undos: Iterable[tuple[T, T]]) -> dict[T, T]:
    """Return what is undone, and by which undo, from each undo and what it takes back.

    A change set is undone by the newest undo of it that is itself in force. Give the newest first.
    """
    found: dict[T, T] = {}
    for undo, undone in undos:
        if undo not in found:
            found.setdefault(undone, undo)
    return found


class Later:
    """Tells which of the change sets that came after one are still in force for a row."""

    def __init__(self, connection: sqlite3.Connection, number: int) -> None:
        self._number = number
        self._undoes: dict[int, int] = dict(
            connection.execute(
                "SELECT c.number, u.number FROM change_set c JOIN change_set u"
                " ON u.id = c.undoes_id WHERE c.number > ?",
                (number,),
            ).fetchall()
        )

    def newest_in_force(self, numbers: str | None) -> int | None:
        """Return the newest of the later change sets of a row that its present state rests on.

        Only those that touched the row count: an undo that kept it has not taken its change back.
        An undo of a later one has changed nothing in the end.
        """
        if numbers is None:
            return None
        newest_first = sorted(map(int, numbers.split(",")), reverse=True)
        undos = [
            (number, self._undoes[number]) for number in newest_first if number in self._undoes
        ]
        undone = undone_by(undos)
        neutral = {number for number, target in undos if target > self._number}
        return next((n for n in newest_first if n not in undone and n not in neutral), None)


def mark_undone(unit: UnitOfWork, change_set: ChangeSet) -> None:
    """Record that the open change set takes another one back, and what follows for those before it.

    What that one had taken back is in force again, unless another undo holds, and so on.
    """
    unit.connection.execute(
        "UPDATE change_set SET undoes_id = ? WHERE id = ?", (change_set.key, unit.change_set)
    )
    chain = _chain(unit.connection, change_set.key)
    undos = unit.connection.execute(
        "SELECT id, undoes_id FROM change_set WHERE undoes_id IS NOT NULL"
        " AND number > (SELECT number FROM change_set WHERE id = ?) ORDER BY number DESC",
        (chain[-1],),
    ).fetchall()
    marks = undone_by((row[0], row[1]) for row in undos)
    unit.connection.executemany(
        "UPDATE change_set SET undone_by_id = ? WHERE id = ? AND undone_by_id IS NOT ?",
        [(marks.get(key), key, marks.get(key)) for key in chain],
    )


def _chain(connection: sqlite3.Connection, change_set: bytes) -> list[bytes]:
    """Return a change set, what it takes back, what that had taken back, and so on."""
    chain = [change_set]
    while undone := connection.execute(
        "SELECT undoes_id FROM change_set WHERE id = ?", chain[-1:]
    ).fetchone()[0]:
        chain.append(undone)
    return chain
