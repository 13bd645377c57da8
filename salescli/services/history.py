"""Undo and the log: every change can be looked up and taken back."""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from salescli.domain.moments import from_utc_text
from salescli.domain.reference import handle, parse_handle
from salescli.domain.text import clean
from salescli.errors import ChangedMeanwhileError, NotFoundError, RuleError, UsageError
from salescli.services import references
from salescli.store import history, traces
from salescli.store.history import ChangeSet, Image
from salescli.store.unit_of_work import UnitOfWork

Row = tuple[str, bytes]
"""A row of the store: its table and its key."""


MOST_DIGITS = 6
"""A number of changes has no more digits than this."""


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
    """Take back my last change, my last N, the change set `CS-12`, or my last change of a sale.

    A row that somebody has changed since is kept, and so is a sale that has gone on since.

    Raises:
        RuleError: there is nothing to undo, or the change set is undone already.
        ChangedMeanwhileError: nothing of it could go back.
        NotFoundError: there is no such change set, sale or record.
    """
    count = _count(what)
    with unit:
        if count is None:
            named = _named(unit, what)
            return _undo_all(unit, [*history.parts(unit.connection, named), named])
        done: list[Undone] = []
        while len(done) < count:
            change_set = history.undoable(unit)
            if change_set is None:
                break
            done += _undo_all(unit, [change_set], is_first=not done)
        if not done:
            raise RuleError(
                "There is nothing of yours to undo", hint="see what was changed: `sales log`"
            )
        return done


def log(unit: UnitOfWork, *, limit: int, login: str = "", reference: str = "") -> list[LogEntry]:
    """Return the newest change sets: all, a user's, the one named, or those of a record."""
    login = clean(login)
    with unit.reading():
        connection = unit.connection
        numbers = _numbers(unit, reference) if reference else [None]
        found: list[ChangeSet] = []
        for number in numbers:
            if len(found) < limit:
                found += history.change_sets(connection, limit=limit, login=login, number=number)
        return [_entry(connection, change_set) for change_set in found]


def _count(what: str) -> int | None:
    """Return how many changes are meant, or None for a reference."""
    if not what.isdecimal():
        return None if what else 1
    if len(what) > MOST_DIGITS or not int(what):
        raise UsageError(
            f"`{what[:MOST_DIGITS]}` is no number of changes",
            hint="give 1 or more, or a change set like `CS-12`",
        )
    return int(what)


def _numbers(unit: UnitOfWork, reference: str) -> Sequence[int | None]:
    """Return the numbers of the change sets that a reference means, newest first."""
    parsed = parse_handle(reference)
    if parsed and parsed[0] == "change_set":
        if not history.change_sets(unit.connection, limit=1, number=parsed[1]):
            raise _unknown(reference)
        return [parsed[1]]
    target = references.target(unit, reference)
    nouns = (("activity", target.activity), ("lead", target.lead), ("contact", target.contact))
    for noun, key in nouns:
        if key is not None:
            return traces.of_record(unit.connection, noun, key)
    if target.run is None and target.opportunity is None and target.account is not None:
        return traces.of_record(unit.connection, "account", target.account)
    return traces.of_sale(unit.connection, opportunity=target.opportunity, run=target.run)


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


def _unknown(text: str) -> NotFoundError:
    return NotFoundError(
        f"There is no change set `{text.upper()}`", hint="see them with `sales log`"
    )


def _named(unit: UnitOfWork, text: str) -> ChangeSet:
    """Return the change set that a handle names, or my last one in force that touched a sale."""
    parsed = parse_handle(text)
    is_handle = parsed is not None and parsed[0] == "change_set"
    for number in _numbers(unit, text):
        (found,) = history.change_sets(unit.connection, limit=1, number=number)
        if is_handle:
            return _in_force(unit, found, text)
        if found.login == unit.login and found.undoes is None and found.undone_by is None:
            return found
    raise RuleError(
        f"There is nothing of yours to undo in `{clean(text)}`",
        hint=f"see what was changed: `sales log {clean(text)}`",
    )


def _in_force(unit: UnitOfWork, change_set: ChangeSet, text: str) -> ChangeSet:
    if change_set.key == unit.change_set:
        raise _unknown(text)
    if change_set.undone_by is not None:
        by = handle("change_set", change_set.undone_by)
        raise RuleError(
            f"`{text.upper()}` is undone already", hint=f"to have it again: `sales undo {by}`"
        )
    return change_set


def _undo_all(
    unit: UnitOfWork, change_sets: list[ChangeSet], *, is_first: bool = True
) -> list[Undone]:
    """Undo change sets in order, each in a change set of its own, all in one transaction."""
    done: list[Undone] = []
    for change_set in change_sets:
        if done or not is_first:
            unit.begin_part()
        done.append(_undo(unit, change_set))
    return done


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
    count, failed = _take_back_whole(unit, made, images, kept)
    name = handle("change_set", change_set.number)
    if not count and (kept or failed):
        raise ChangedMeanwhileError(
            f"`{name}` cannot be undone: " + "; ".join(dict.fromkeys([*kept.values(), *failed])),
            hint="undo the later changes first; see them with `sales log`",
        )
    return Undone(
        name,
        change_set.command,
        count,
        tuple(dict.fromkeys(kept.values())),
        tuple(failed),
    )


def _kept(connection: sqlite3.Connection, change_set: ChangeSet, rows: list[Row]) -> dict[Row, str]:
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


class _SaleHeldError(Exception):
    """Rows of a sale cannot be taken back; `reasons` says why, by run."""

    def __init__(self, reasons: dict[bytes, str]) -> None:
        super().__init__()
        self.reasons = reasons


def _take_back_whole(
    unit: UnitOfWork, made: list[Row], images: list[Image], kept: dict[Row, str]
) -> tuple[int, list[str]]:
    """Take rows back, those of one sale together or not at all; add what stays to `kept`."""
    rows = [*made, *((image.table, image.row_id) for image in images)]
    owners = history.run_of_rows(unit.connection, rows)
    while True:
        try:
            with unit.savepoint():
                count, failed = _take_back(unit, made, images, kept)
                _refuse_parts(
                    {owners[row]: reason for row, reason in failed.items() if row in owners}
                )
        except _SaleHeldError as error:
            for row, run in owners.items():
                if run in error.reasons:
                    kept[row] = error.reasons[run]
        else:
            return count, list(failed.values())


def _refuse_parts(held: dict[bytes, str]) -> None:
    if held:
        raise _SaleHeldError(held)


def _take_back(
    unit: UnitOfWork, made: list[Row], images: list[Image], kept: dict[Row, str]
) -> tuple[int, dict[Row, str]]:
    """Restore what was deleted, then what was updated, then remove what was made."""
    failed: dict[Row, str] = {}
    count = 0
    for operation in ("delete", "update"):
        for image in images:
            row = (image.table, image.row_id)
            if image.operation == operation and row not in kept:
                count += _attempt(unit, failed, row, partial(history.restore, unit, image))
    return count + _remove_all(unit, [row for row in made if row not in kept], failed), failed


def _remove_all(unit: UnitOfWork, rows: list[Row], failed: dict[Row, str]) -> int:
    """Remove rows; one that another of them refers to is tried again after the others.

    A user whom others refer to stays without a word: the first command of a login makes it.
    """
    count = 0
    while rows:
        reasons: dict[Row, str] = {}
        for row in rows:
            count += _attempt(unit, reasons, row, partial(history.remove, unit, *row))
        if len(reasons) == len(rows):
            failed |= {row: reason for row, reason in reasons.items() if row[0] != "user"}
            break
        rows = list(reasons)
    return count


def _attempt(unit: UnitOfWork, failed: dict[Row, str], row: Row, change: Callable[[], None]) -> int:
    """Do one change in a savepoint; a row that others refer to stays, and is reported."""
    try:
        with unit.savepoint():
            change()
    except sqlite3.IntegrityError as error:
        reason = "others refer to it" if "FOREIGN KEY" in str(error) else str(error)
        failed[row] = f"{row[0].replace('_', ' ')}: {reason}"
        return 0
    return 1
