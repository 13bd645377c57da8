"""`sales log verify`: is the history, and what it has left, as it was written?"""

import sqlite3
from typing import NamedTuple

from salescli.domain.reference import handle
from salescli.domain.text import few
from salescli.services.audit_words import Words
from salescli.store import verification
from salescli.store.unit_of_work import UnitOfWork
from salescli.store.verification import Break, Row

NAMED = 5
"""So many of the records that can be meant are named."""

_TOLD = {
    "missing": "is missing: it was taken out of the history",
    "unsealed": "has no seal",
    "header": "was altered: who, when, with which words, or its place in the chain",
    "undo mark": "is marked as undone where no undo says so, or the other way round",
}


class Broken(NamedTuple):
    """A change set that is not as it was sealed, in words, and the records that can be meant."""

    reference: str
    part: str
    problem: str
    records: tuple[str, ...]


class Verified(NamedTuple):
    """What the chain says: its last change set and link, and where it does not hold."""

    reference: str
    changes: int
    link: str
    broken: tuple[Broken, ...]


def verify(unit: UnitOfWork) -> Verified:
    """Work the hash chain out again and return where the store differs from it."""
    with unit.reading():
        words = Words(unit, now=None)
        number, link = verification.head(unit.connection)
        found = verification.breaks(unit.connection)
        return Verified(
            handle("change_set", number) if number else "",
            number,
            link.hex(),
            tuple(_told(words, broken) for broken in found),
        )


def _told(words: Words, broken: Break) -> Broken:
    name = handle("change_set", broken.number) if broken.number else ""
    records = tuple(dict.fromkeys(_called(words, row) for row in broken.rows))
    if broken.part in _TOLD:
        return Broken(name, broken.part, f"`{name}` {_TOLD[broken.part]}", records)
    where = f": {few(records, NAMED)}" if records else ""
    if broken.part == "planted":
        return Broken(name, broken.part, f"No change set has written this{where}", records)
    return Broken(name, broken.part, f"What `{name}` has left was altered{where}", records)


def _called(words: Words, row: Row) -> str:
    """Return what people call a row, or where it is when it cannot be read."""
    try:
        return words.place(row, None)
    except (sqlite3.Error, AttributeError, KeyError, TypeError, ValueError):
        return f"a row of `{row[0]}` that cannot be read"
