"""Undo and the log: every change can be looked up and taken back."""

import sqlite3
from collections.abc import Callable
from typing import NamedTuple

from salescli.domain.moments import from_utc_text
from salescli.domain.reference import handle, parse_handle
from salescli.domain.text import clean
from salescli.errors import NotFoundError, RuleError, UsageError
from salescli.store import history
from salescli.store.history import ChangeSet, Image
from salescli.store.unit_of_work import UnitOfWork


class Undone(NamedTuple):
    """What undoing one change set did: rows taken back, and rows kept with the reason."""

    reference: str
    command: str
    reversed: int
    kept: tuple[str, ...]
    failed: tuple[str, ...]


class LogEntry(NamedTuple):
    """A change set as the log shows it."""

    reference: str
    at: str
    login: str
    command: str
    made: int
    changed: int
    deleted: int
    undone: str


def undo(unit: UnitOfWork, what: str = "") -> list[Undone]:
    """Take back the last change of mine, the last N of mine, or the change set `CS-12`.

    A row that somebody has changed since is kept, and so is a sale that has gone on since.

    Raises:
        RuleError: there is nothing to undo, or the change set is undone already.
        NotFoundError: there is no such change set.
    """
    if what.isdecimal() and not int(what):
        raise UsageError(
            f"`{what}` changes are none to undo",
            hint="give 1 or more, or a change set like `CS-12`",
        )
    with unit:
        if what and not what.isdecimal():
            return [_undo(unit, _named(unit, what))]
        done = []
        for _ in range(int(what or "1")):
            change_set = history.undoable(unit)
            if change_set is None:
                break
            done.append(_undo(unit, change_set))
        if not done:
            raise RuleError(
                "There is nothing of yours to undo", hint="see what was changed: `sales log`"
            )
        return done


def log(unit: UnitOfWork, *, limit: int, login: str = "", reference: str = "") -> list[LogEntry]:
    """Return the newest change sets, or the one that a reference names."""
    login = clean(login)
    with unit.reading():
        number = _number(reference) if reference else None
        found = history.change_sets(unit.connection, limit=limit, login=login, number=number)
        if number and not found:
            raise _unknown(reference)
        return [_entry(unit.connection, change_set) for change_set in found]


def _entry(connection: sqlite3.Connection, change_set: ChangeSet) -> LogEntry:
    made, changed, deleted = history.changes_of(connection, change_set.key)
    undone = ""
    if change_set.undone_by is not None:
        undone = f"undone by {handle('change_set', change_set.undone_by)}"
    elif change_set.undoes is not None:
        undone = f"undoes {handle('change_set', change_set.undoes)}"
    return LogEntry(
        handle("change_set", change_set.number),
        from_utc_text(change_set.at).isoformat(),
        change_set.login,
        change_set.command,
        made,
        changed,
        deleted,
        undone,
    )


def _number(text: str) -> int:
    parsed = parse_handle(text)
    if parsed is None or parsed[0] != "change_set":
        raise UsageError(
            f"`{text}` is no change set", hint="see them with `sales log`; they read like `CS-12`"
        )
    return parsed[1]


def _unknown(text: str) -> NotFoundError:
    return NotFoundError(
        f"There is no change set `{text.upper()}`", hint="see them with `sales log`"
    )


def _named(unit: UnitOfWork, text: str) -> ChangeSet:
    number = _number(text)
    found = history.change_sets(unit.connection, limit=1, number=number)
    if not found:
        raise _unknown(text)
    if found[0].undone_by is not None:
        by = handle("change_set", found[0].undone_by)
        raise RuleError(
            f"`{text.upper()}` is undone already", hint=f"to have it again: `sales undo {by}`"
        )
    return found[0]


def _undo(unit: UnitOfWork, change_set: ChangeSet) -> Undone:
    connection = unit.connection
    made = history.made(connection, change_set.key)
    own = set(made)
    images = [
        image
        for image in history.images(connection, change_set.key)
        if (image.table, image.row_id) not in own
    ]
    rows = [*made, *((image.table, image.row_id) for image in images)]
    kept = _kept(connection, change_set, rows)
    history.mark_undone(unit, change_set)
    failed: list[str] = []
    count = 0
    for image in images:
        if image.operation == "delete" and (image.table, image.row_id) not in kept:
            count += _tried(unit, image, failed)
    for image in images:
        if image.operation == "update" and (image.table, image.row_id) not in kept:
            count += _tried(unit, image, failed)
    count += _remove_all(unit, [row for row in made if row not in kept], failed)
    return Undone(
        handle("change_set", change_set.number),
        change_set.command,
        count,
        tuple(dict.fromkeys(kept.values())),
        tuple(failed),
    )


def _kept(
    connection: sqlite3.Connection, change_set: ChangeSet, rows: list[tuple[str, bytes]]
) -> dict[tuple[str, bytes], str]:
    """Return the rows that have to stay as they are, each with the reason."""
    changed = history.changed_since(connection, change_set, rows)
    kept = {
        row: f"{row[0].replace('_', ' ')}: changed since by {handle('change_set', number)}"
        for row, number in changed.items()
    }
    owners = history.run_of_rows(connection, rows)
    gone_on = history.moved_on(connection, change_set, set(owners.values()))
    held = {owners[row]: kept[row] for row in kept if row in owners}
    for row, run in owners.items():
        if run in gone_on:
            by = handle("change_set", gone_on[run])
            kept[row] = f"the sale has gone on since ({by})"
        elif run in held:
            kept[row] = held[run]
    return kept


def _tried(unit: UnitOfWork, image: Image, failed: list[str]) -> int:
    return _attempt(unit, failed, image.table, lambda: history.restore(unit, image))


def _remove_all(unit: UnitOfWork, rows: list[tuple[str, bytes]], failed: list[str]) -> int:
    """Remove rows; one that another of them refers to is tried again after the others."""
    count = 0
    while rows:
        reasons: list[str] = []
        held = [row for row in rows if not _removed(unit, *row, reasons)]
        count += len(rows) - len(held)
        if len(held) == len(rows):
            failed += reasons
            break
        rows = held
    return count


def _removed(unit: UnitOfWork, table: str, row_id: bytes, failed: list[str]) -> int:
    return _attempt(unit, failed, table, lambda: history.remove(unit, table, row_id))


def _attempt(unit: UnitOfWork, failed: list[str], table: str, change: Callable[[], None]) -> int:
    """Do one change in a savepoint; a row that others refer to stays, and is reported."""
    try:
        with unit.savepoint():
            change()
    except sqlite3.IntegrityError as error:
        reason = "others refer to it" if "FOREIGN KEY" in str(error) else str(error)
        failed.append(f"{table.replace('_', ' ')}: {reason}")
        return 0
    return 1
