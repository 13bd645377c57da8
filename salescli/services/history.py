"""Undo: every change can be taken back, but for what somebody has built on since."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from salescli.domain.reference import handle
from salescli.domain.text import clean, shell_word
from salescli.errors import ChangedMeanwhileError, RuleError, UsageError
from salescli.services import audit
from salescli.services.audit_words import Words
from salescli.store import audit as audited
from salescli.store import change_sets, traces
from salescli.store.change_sets import ChangeSet
from salescli.store.reversal import REMOVED, Held, Reversal
from salescli.store.rows import Row
from salescli.store.unit_of_work import UPKEEP, UnitOfWork

FIRST_USE = "first use"
"""The command of the change set that made a store; nobody typed it."""

MOST_DIGITS = 6
"""A number of changes has no more digits than this."""

NAMED = 3
"""So many reasons a refusal names."""

LISTED = 9
"""Among so many of my changes one chooses by a digit which goes back."""

TRIED = 5000
"""A change of more rows is not tried before somebody asks for it: it would take its time twice."""


class Undone(NamedTuple):
    """What undoing one change set did: records taken back, and those that stay with the reason.

    `kept` tells what somebody has changed since, `failed` what others refer to or the store
    refused, in one sentence for a sale or a record; `kept_rows` and `failed_rows` count them.
    """

    reference: str
    command: str
    reversed: int
    kept: tuple[str, ...]
    failed: tuple[str, ...]
    kept_rows: int
    failed_rows: int


class Mine(NamedTuple):
    """A change of mine in force, in words; `held` says why it cannot go back, or nothing."""

    reference: str
    told: str
    held: str


def undo(unit: UnitOfWork, what: str = "") -> list[Undone]:
    """Take back my last change, my last N, the change set `CS-12`, or my last change of a sale.

    A row that somebody has changed since is kept, and so is a sale that has gone on since.

    Raises:
        RuleError: there is nothing to undo, the change set is undone already, or my last change of
            the sale has touched others too.
        ChangedMeanwhileError: nothing of it could go back.
        NotFoundError: there is no such change set, sale or record.
    """
    count = _count(what)
    unit.expect_much()
    try:
        return _undo_named(unit, what) if count is None else _undo_last(unit, count)
    except ChangedMeanwhileError as refusal:
        free = next((one for one in _mine(unit) if not one.held), None) if count else None
        if free is not None:
            refusal.hint = (
                f"to take back {free.told} instead: `sales undo {free.reference}`;"
                " see what came later: `sales log`"
            )
        raise


def mine(unit: UnitOfWork) -> list[Mine]:
    """Return my last changes in force, newest first, each tried by taking it back for a moment."""
    return list(_mine(unit))


def _mine(unit: UnitOfWork) -> Iterator[Mine]:
    from salescli.services import change_words

    with unit.reading():
        last = list(change_sets.undoable(unit, LISTED))
    for change_set in last:
        name = handle("change_set", change_set.number)
        yield Mine(name, change_words.of(unit, name), _tried(unit, change_set))


def _tried(unit: UnitOfWork, change_set: ChangeSet) -> str:
    """Return why a change cannot be taken back, or nothing; it stays as it is."""
    if audited.counts(unit.connection, change_set.key, TRIED).is_more:
        return ""
    before, unit.is_rehearsal = unit.is_rehearsal, True
    try:
        with unit:
            undone = _take_back(unit, change_set)
    finally:
        unit.is_rehearsal = before
    return "" if undone.reversed else _why(undone)


def _undo_named(unit: UnitOfWork, what: str) -> list[Undone]:
    with unit:
        named = _named(unit, what)
        return _undo_all(unit, [*change_sets.parts(unit.connection, named), named])


def _undo_last(unit: UnitOfWork, count: int) -> list[Undone]:
    with unit:
        done: list[Undone] = []
        while len(done) < count:
            change_set = next(change_sets.undoable(unit, 1), None)
            if change_set is None:
                break
            done += _undo_all(unit, [change_set], is_first=not done)
        if not done:
            raise RuleError(
                "There is nothing of yours to undo", hint="see what was changed: `sales log`"
            )
        return done


def redo(unit: UnitOfWork) -> list[Undone]:
    """Do again what my last undo took back, as long as I have changed nothing since.

    Raises:
        RuleError: there is nothing to do again.
        ChangedMeanwhileError: somebody has changed all of it since.
    """
    unit.expect_much()
    with unit:
        change_set = change_sets.redoable(unit)
        if change_set is None:
            raise RuleError(
                "There is nothing of yours to do again: your last change is in force",
                hint="an older undo is taken back by its handle: `sales log`, `sales undo CS-12`",
            )
        return _undo_all(unit, [*change_sets.parts(unit.connection, change_set), change_set])


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


def _named(unit: UnitOfWork, text: str) -> ChangeSet:
    """Return the change set that a handle names, or my last one in force that touched a sale."""
    if audit.is_change_set(text):
        return _in_force(unit, audit.change_set_named(unit, text), text)
    rows = audit.rows_of(unit, text)
    for number in traces.numbers(unit.connection, rows):
        found = change_sets.by_number(unit.connection, number)
        if found and found.login == unit.login and not (found.undoes or found.undone_by):
            _refuse_others(unit, found, rows, text)
            return found
    raise RuleError(
        f"There is nothing of yours to undo in `{clean(text)}`",
        hint=f"see what was changed: `sales log {shell_word(clean(text))}`",
    )


def _in_force(unit: UnitOfWork, change_set: ChangeSet, text: str) -> ChangeSet:
    if change_set.key == unit.change_set:
        raise audit.unknown_change_set(text)
    if change_set.front_end == UPKEEP:
        raise RuleError(
            f"`{text.upper()}` is upkeep of the store and changed no record",
            hint="to go back to a backup: `sales restore`",
        )
    if change_set.command == FIRST_USE:
        raise RuleError(
            f"`{text.upper()}` made the store, and cannot be undone",
            hint="see what can be: `sales log`",
        )
    if change_set.undone_by is not None:
        by = handle("change_set", change_set.undone_by)
        raise RuleError(
            f"`{text.upper()}` is undone already, by {change_set.undone_by_login} (`{by}`)",
            hint=f"to have it again: `sales undo {by}`",
        )
    return change_set


def _refuse_others(unit: UnitOfWork, change_set: ChangeSet, rows: set[Row], text: str) -> None:
    """Refuse to take other sales back with the one that is named.

    What the sale names, such as its account, may have been made along with it.
    """
    own = rows | traces.neighbours(unit.connection, rows)
    touched = ((t.table, t.key) for t in audited.touched(unit.connection, change_set.key))
    other = next((row for row in touched if row not in own and row[0] != "user"), None)
    if other is not None:
        name = handle("change_set", change_set.number)
        record = Words(unit, now=unit.now).place(other, None)
        raise RuleError(
            f"Your last change of `{clean(text)}` touched other records too, such as {record}:"
            f" `{name}` {change_set.command}",
            hint=f"take all of it back with `sales undo {name}`; see it with `sales log {name}`",
        )


def _undo_all(unit: UnitOfWork, undone: list[ChangeSet], *, is_first: bool = True) -> list[Undone]:
    """Undo change sets in order, each in a change set of its own, all in one transaction."""
    done: list[Undone] = []
    for change_set in undone:
        if done or not is_first:
            unit.begin_part()
        done.append(_undo(unit, change_set))
    return done


def _undo(unit: UnitOfWork, change_set: ChangeSet) -> Undone:
    undone = _take_back(unit, change_set)
    if not undone.reversed:
        raise ChangedMeanwhileError(
            f"`{undone.reference}` cannot be undone: {_why(undone)}",
            hint="undo the later changes first; see them with `sales log`",
        )
    return undone


def _take_back(unit: UnitOfWork, change_set: ChangeSet) -> Undone:
    reversal = Reversal(unit, change_set)
    words = Words(unit, now=unit.now)
    held = [
        row
        for row in reversal.held()
        if row.why != REMOVED or not _is_own(words, change_set, row.row)
    ]
    kept = _sentences(words, ((row.row, row.run, _reason(row)) for row in held))
    change_sets.mark_undone(unit, change_set)
    count, failures = _take_back_whole(unit, reversal)
    failures = {
        row: reason for row, reason in failures.items() if not _is_own(words, change_set, row)
    }
    told = ((row, reversal.run_of(row), reason) for row, reason in failures.items())
    failed = _sentences(words, told)
    name = handle("change_set", change_set.number)
    if not count:
        later = _later(unit, held)
        kept = _sentences(words, ((r.row, r.run, _reason(r) + later[r.held_by]) for r in held))
    return Undone(name, change_set.command, count, kept, failed, len(held), len(failures))


def _why(undone: Undone) -> str:
    """Return why nothing of a change could go back."""
    reasons = [*undone.kept, *undone.failed] or ["nothing is left of it"]
    more = f"; and {len(reasons) - NAMED} more" if len(reasons) > NAMED else ""
    return "; ".join(reasons[:NAMED]) + more


def _reason(held: Held) -> str:
    return f"{held.why} since by {held.login} (`{handle('change_set', held.held_by)}`)"


def _later(unit: UnitOfWork, held: Iterable[Held]) -> Mapping[int, str]:
    """Return what the first of the later changes did that hold rows, by their numbers."""
    from salescli.services import change_words

    numbers = list(dict.fromkeys(row.held_by for row in held))[:NAMED]
    with unit.joined():
        told = {one: change_words.of(unit, handle("change_set", one)) for one in numbers}
    return defaultdict(str, {number: f": {text}" for number, text in told.items()})


def _sentences(words: Words, told: Iterable[tuple[Row, bytes | None, str]]) -> tuple[str, ...]:
    """Tell why records stay; the rows of one sale are told as one."""
    sentences = (f"{words.place(row, run)}: {reason}" for row, run, reason in told)
    return tuple(dict.fromkeys(sentences))


def _is_own(words: Words, change_set: ChangeSet, row: Row) -> bool:
    """Whether a row is the user who made the change: the first command of a login makes it."""
    return row[0] == "user" and words.called(*row)[0] == change_set.login


def _take_back_whole(unit: UnitOfWork, reversal: Reversal) -> tuple[int, dict[Row, str]]:
    """Take rows back, those of one sale together or not at all."""
    failures: dict[Row, str] = {}
    if not reversal.has_sales:
        return reversal.take_back()
    while True:
        try:
            with unit.savepoint():
                count, failed = reversal.take_back()
                reasons = {reversal.run_of(row): reason for row, reason in failed.items()}
                held = {run: reason for run, reason in reasons.items() if run}
                _refuse_parts(held)
        except _SaleHeldError as error:
            rows = reversal.rows_of_runs(set(error.reasons))
            failures |= {row: error.reasons[run] for row, run in rows.items()}
            reversal.leave(set(error.reasons))
        else:
            return count, failures | failed


class _SaleHeldError(Exception):
    """Rows of a sale cannot be taken back; `reasons` says why, by run."""

    def __init__(self, reasons: dict[bytes, str]) -> None:
        super().__init__()
        self.reasons = reasons


def _refuse_parts(held: dict[bytes, str]) -> None:
    if held:
        raise _SaleHeldError(held)
