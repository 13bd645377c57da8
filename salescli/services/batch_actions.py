"""What each action of a batch does: the same as the command of that name, for one row."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from salescli.domain.batch import Row
from salescli.domain.fields import NOUNS
from salescli.domain.reference import parse_handle
from salescli.errors import UsageError
from salescli.services import (
    activities,
    meanwhile,
    moves,
    notes,
    processes,
    records,
    references,
    said,
    scheduling,
)
from salescli.services.answers import Answers, require_unchanged
from salescli.services.sale import Sale
from salescli.store import records as rows
from salescli.store.unit_of_work import UnitOfWork

_VERSIONED = frozenset({"activity", "account", "contact", "lead"})
"""What a row can name by its handle and ask for by its own version, beside opportunities."""


_SETTABLE = (
    "name it by `OPP-1`, `RUN-1`, `ACC-1`, `CON-1`, `LEAD-1`, `OFF-1` or `ACT-1`,"
    " or an opportunity by words"
)


class _Told(Protocol):
    """What a service answers with."""

    @property
    def changes(self) -> tuple[str, ...]: ...

    @property
    def warnings(self) -> tuple[str, ...]: ...


def perform(unit: UnitOfWork, row: Row) -> list[str]:
    """Do what a row says inside the open transaction, and return the sentences about it.

    Raises:
        ChangedMeanwhileError: the record has moved on since it was seen.
    """
    with unit.joined():
        _require_as_seen(unit, row)
        return list(_PERFORM[row.do](unit, row))


def _require_as_seen(unit: UnitOfWork, row: Row) -> None:
    seen = row.text("if_step")
    parsed = parse_handle(row.ref)
    noun = parsed[0] if parsed else "opportunity"
    is_read = row.version is not None and (row.do != "set" or noun == "run")
    if not (seen or is_read):
        return
    target = references.target(unit, row.ref)
    if seen:
        if target.run is None:
            raise UsageError(
                f"`{row.ref}` stands on no step", hint="leave out `if_step`, or start its process"
            )
        require_unchanged(Sale(unit, target.run), Answers(seen=seen))
    if is_read:
        _require_version(unit, row, noun if noun in _VERSIONED else "opportunity", target)


def _require_version(unit: UnitOfWork, row: Row, noun: str, target: references.Target) -> None:
    """Refuse another version of what the row names: of a run, that of its opportunity."""
    key = getattr(target, noun)
    if key is None:
        raise UsageError(
            f"`{row.ref}` has no opportunity, so it has no version", hint="leave out `version`"
        )
    record = rows.load(unit.connection, noun, key)
    meanwhile.require_version(unit, record, row.version, row.assignments)


def _told(outcome: _Told) -> list[str]:
    return [*outcome.changes, *outcome.warnings]


def _stage(unit: UnitOfWork, row: Row) -> list[str]:
    return _told(moves.to_stage(unit, row.ref, row.text("stage"), row.assignments))


def _close(unit: UnitOfWork, row: Row) -> list[str]:
    ending = said.ending_of(row.text("ending"))
    words = said.Said(
        row.text("reason"),
        row.text("competitor"),
        row.is_told("no_decision"),
        row.is_told("confirmed"),
        row.is_told("flag_account"),
        row.text("stage"),
    )
    sets, closing = said.prepared(ending, words, row.assignments)
    return _told(moves.to_stage(unit, row.ref, ending, sets, closing=closing))


def _reopen(unit: UnitOfWork, row: Row) -> list[str]:
    return _told(moves.reopen(unit, row.ref, row.text("reason"), row.text("stage")))


def _assign(unit: UnitOfWork, row: Row) -> list[str]:
    return [one.sentence for one in moves.assign(unit, (row.ref,), row.text("owner"))]


def _done(unit: UnitOfWork, row: Row) -> list[str]:
    answers = Answers(row.text("result"), row.assignments, row.text("next"), row.text("at"))
    return _told(processes.complete(unit, row.ref, answers, row.text("text")))


def _set(unit: UnitOfWork, row: Row) -> list[str]:
    parsed = parse_handle(row.ref)
    noun = parsed[0] if parsed else "opportunity"
    if noun == "run":
        outcome = processes.move_down(unit, row.ref, Answers(assignments=row.assignments))
        return [f"Changed `{outcome.standing.reference}`", *_told(outcome)]
    if noun == "activity":
        edited = activities.edit(unit, row.ref, row.assignments, if_version=row.version)
        return list(edited.changes)
    if noun not in NOUNS:
        raise UsageError(f"`{row.ref}` has no fields that `set` could change", hint=_SETTABLE)
    record, changes = records.edit(unit, noun, row.ref, row.assignments, if_version=row.version)
    return [f"Changed {noun} `{record.reference}`", *changes]


def _note(unit: UnitOfWork, row: Row) -> Sequence[str]:
    return notes.write(unit, row.ref, row.text("text"))[:1]


def _schedule(unit: UnitOfWork, row: Row) -> list[str]:
    return _told(scheduling.schedule(unit, row.ref, row.text("at")))


def _postpone(unit: UnitOfWork, row: Row) -> list[str]:
    return _told(scheduling.postpone(unit, row.ref, row.text("until")))


def _cancel(unit: UnitOfWork, row: Row) -> list[str]:
    return _told(processes.cancel(unit, row.ref, row.text("reason")))


_PERFORM: Mapping[str, Callable[[UnitOfWork, Row], Sequence[str]]] = {
    "stage": _stage,
    "close": _close,
    "reopen": _reopen,
    "assign": _assign,
    "done": _done,
    "set": _set,
    "note": _note,
    "schedule": _schedule,
    "postpone": _postpone,
    "cancel": _cancel,
}
