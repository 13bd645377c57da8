"""The log: who changed what, when, with which words, and from what to what."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any, NamedTuple

from salescli.domain import spoken
from salescli.domain.moments import START_OF_DAY, at, from_utc_text, to_utc_text
from salescli.domain.reference import handle, parse_handle
from salescli.domain.text import clean
from salescli.errors import NotFoundError, UsageError
from salescli.services import references
from salescli.services.audit_words import RecordChange, Words
from salescli.store import audit, change_sets, records, traces
from salescli.store.audit import Touch
from salescli.store.change_sets import ChangeSet
from salescli.store.rows import Row
from salescli.store.unit_of_work import UnitOfWork

_CALLED_BY_NAME = ("account", "contact", "lead", "offer", "user", "division")


class Asked(NamedTuple):
    """Which change sets are asked for; the times take any words.

    `reference` is a change set or a record, and `record` is a record: they narrow each other down.
    """

    user: str = ""
    since: str = ""
    until: str = ""
    reference: str = ""
    record: str = ""
    limit: int = 20


class LogEntry(NamedTuple):
    """A change set as the log shows it; with `is_more` its counts are at least so many."""

    reference: str
    at: str
    login: str
    command: str
    made: int
    changed: int
    deleted: int
    undone: str
    is_more: bool
    changes: tuple[RecordChange, ...] = ()


def log(
    unit: UnitOfWork, asked: Asked, *, most: int | None = 0, now: datetime | None = None
) -> list[LogEntry]:
    """Return the change sets that are asked for, newest first.

    Args:
        unit: the unit of work.
        asked: what is asked.
        most: so many records of each are told, field by field; None for all of them.
        now: the time, when values are told to people.

    Raises:
        NotFoundError: there is no such change set, record or user.
        UsageError: a time is not understood, or the first is later than the last.
    """
    with unit.reading():
        words = Words(unit, now=now)
        rows = _rows_asked(unit, asked)
        return [
            _entry(unit, change_set, _told(unit, words, change_set, rows, most))
            for change_set in _found(unit, asked, rows)
        ]


def is_change_set(text: str) -> bool:
    """Whether a text is the handle of a change set."""
    parsed = parse_handle(text)
    return parsed is not None and parsed[0] == "change_set"


def rows_of(unit: UnitOfWork, text: str) -> set[Row]:
    """Return the rows of the record that a reference means; of one that is gone, if none is there.

    Raises:
        NotFoundError: there is no such record.
    """
    try:
        target = references.target(unit, text)
    except NotFoundError:
        named = _named(unit, text)
        if named is not None:
            return traces.rows_of_record(unit.connection, *named)
        departed = _departed(unit, text)
        if not departed:
            raise
        return departed
    nouns = (("activity", target.activity), ("lead", target.lead), ("contact", target.contact))
    for noun, key in nouns:
        if key is not None:
            return traces.rows_of_record(unit.connection, noun, key)
    if target.run is None and target.opportunity is None and target.account is not None:
        return traces.rows_of_record(unit.connection, "account", target.account)
    return traces.rows_of_sale(unit.connection, opportunity=target.opportunity, run=target.run)


def change_set_named(unit: UnitOfWork, text: str) -> ChangeSet:
    """Return the change set with that handle.

    Raises:
        NotFoundError: there is none.
    """
    parsed = parse_handle(text)
    found = change_sets.by_number(unit.connection, parsed[1]) if parsed else None
    if found is None:
        raise unknown_change_set(text)
    return found


def unknown_change_set(text: str) -> NotFoundError:
    """Return the refusal of a handle that no change set has."""
    return NotFoundError(
        f"There is no change set `{clean(text).upper()}`", hint="see them with `sales log`"
    )


def _named(unit: UnitOfWork, text: str) -> Row | None:
    """Return the record that is called exactly so, or has that handle, where one is."""
    parsed = parse_handle(text)
    if parsed:
        known = parsed[0] in {"offer", "document"}
        match = records.by_number(unit.connection, *parsed) if known else None
        return (match.noun, match.key) if match else None
    for noun in _CALLED_BY_NAME:
        matches = records.by_label(unit.connection, noun, clean(text))
        if len(matches) > 1:
            raise references.SeveralMatchesError(text, matches)
        if matches:
            return noun, matches[0].key
    return None


def _departed(unit: UnitOfWork, text: str) -> set[Row]:
    """Return the rows of the record that had that handle, or was called exactly so, and is gone."""
    from salescli.store import departed

    parsed = parse_handle(text)
    if parsed:
        match = departed.by_number(unit.connection, *parsed)
        matches = [match] if match else []
    else:
        matches = departed.by_name(unit.connection, clean(text))
    if len(matches) > 1:
        raise references.SeveralMatchesError(text, matches)
    return departed.rows_of(unit.connection, matches[0]) if matches else set()


def _rows_asked(unit: UnitOfWork, asked: Asked) -> set[Row] | None:
    """Return the rows that are asked for; None when any are."""
    references = [asked.record] if asked.record else []
    if asked.reference and not is_change_set(asked.reference):
        references.append(asked.reference)
    sets = [rows_of(unit, text) for text in references]
    return set.intersection(*sets) if sets else None


def _found(unit: UnitOfWork, asked: Asked, rows: set[Row] | None) -> list[ChangeSet]:
    since, until = _edge(asked.since, unit.now), _edge(asked.until, unit.now, is_end=True)
    if since and until and since > until:
        raise UsageError(
            "The log would end before it begins", hint="give an earlier --since or a later --until"
        )
    login, connection = _login(unit, clean(asked.user)), unit.connection
    named = [asked.reference] if is_change_set(asked.reference) else []
    if rows is None and not named:
        found = change_sets.newest(connection, login=login, since=since, until=until)
    else:
        numbers = [change_set_named(unit, name).number for name in named]
        if rows is not None:
            touching = traces.numbers(connection, rows)
            numbers = [number for number in touching if number in numbers or not named]
        found = change_sets.numbered(connection, numbers, login=login, since=since, until=until)
    return list(islice(found, asked.limit))


def _login(unit: UnitOfWork, text: str) -> str:
    """Return the login that a text means; who made a change may be no user of this store."""
    if not text or next(change_sets.newest(unit.connection, login=text), None):
        return text
    return str(references.user(unit, text))


def _edge(text: str, now: datetime, *, is_end: bool = False) -> str:
    """Return a moment as the store writes it; a day is meant from its beginning to its end."""
    from salescli.services import when

    if not text:
        return ""
    found, reading = when.moment(text, now), text
    if found > now:
        found, reading = _past(text, now) or (found, text)
    is_day = found.time() == START_OF_DAY and (
        spoken.parse_day(reading, now) is not None or spoken.parse_moment(reading, now) is None
    )
    if is_day:
        found = at(found.date() + timedelta(days=int(is_end)), time(), now.tzinfo)
    return to_utc_text(found)


def _past(text: str, now: datetime) -> tuple[datetime, str] | None:
    """Return the latest such time before now, and how it was read: a log has no coming Monday."""
    for reading in (
        f"last {text}",
        f"today {text}",
        f"{text} {now.year}",
        f"{text} {now.year - 1}",
    ):
        with suppress(UsageError):
            found = spoken.parse_moment(reading, now)
            if found and found <= now:
                return found, reading
    return None


def _told(
    unit: UnitOfWork, words: Words, change_set: ChangeSet, rows: set[Row] | None, most: int | None
) -> tuple[RecordChange, ...]:
    """Tell what a change set did to the rows that are asked for, or to all that it touched."""
    if most == 0:
        return ()
    touches: Iterable[Touch] = audit.touched(unit.connection, change_set.key)
    if rows is not None:
        found = (
            audit.touch_of(unit.connection, change_set.key, row) for row in audit.in_order(rows)
        )
        touches = (touch for touch in found if touch)
    return tuple(
        words.tell(change_set.key, change_set.number, touch) for touch in islice(touches, most)
    )


def _entry(unit: UnitOfWork, change_set: ChangeSet, changes: tuple[RecordChange, ...]) -> LogEntry:
    counts = audit.counts(unit.connection, change_set.key)
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
        counts.made,
        counts.changed,
        counts.deleted,
        undone,
        counts.is_more,
        changes,
    )


def as_document(entry: LogEntry, *, with_changes: bool) -> dict[str, Any]:
    """Return a change set for programs."""
    document = entry._asdict()
    del document["changes"]
    if with_changes:
        document["changes"] = [
            change._asdict()
            | {"fields": {n: {"old": f.old, "new": f.new} for n, f in change.fields.items()}}
            for change in entry.changes
        ]
    return document
