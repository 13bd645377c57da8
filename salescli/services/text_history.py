"""What texts and conditions of an opportunity said at each time, by whom: from the history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from salescli.domain.fields import NOUNS, Field
from salescli.domain.text import clean, shell_word
from salescli.errors import RuleError
from salescli.services import references
from salescli.store import authors, parts, records
from salescli.store.records import Record
from salescli.store.unit_of_work import UnitOfWork

TEXTS = ("tactics", "next_steps")
"""The fields whose earlier texts are asked for."""


class Wording(NamedTuple):
    """A text as somebody left it; an empty one was taken away."""

    at: datetime
    login: str
    text: str


class Round(NamedTuple):
    """A condition as it stood after one round of talks, or as it was when it was removed."""

    at: datetime
    login: str
    name: str
    asked: str
    offered: str
    agreed: str
    is_removed: bool = False


def rounds(unit: UnitOfWork, reference: str) -> tuple[Record, list[Round]]:
    """Return an opportunity and how each of its conditions stood after each change, oldest first.

    One that was removed is among them, and its removal too.

    Raises:
        RuleError: the sale has no opportunity yet.
    """
    with unit.reading():
        record = _opportunity(unit, reference)
        connection, table = unit.connection, "condition"
        gone = authors.removed(connection, table, "opportunity_id", record.key)
        keys = [*parts.keys_of(connection, table, record.key), *gone]
        found = [one for key in keys for one in _rounds_of(unit, key)]
        for key, author in gone.items():
            last = _round(author, authors.row(connection, table, key))
            found.append(last._replace(is_removed=True))
    return record, sorted(found, key=lambda one: (one.at, one.name))


def _rounds_of(unit: UnitOfWork, key: bytes) -> list[Round]:
    """Return the states of a condition, from its last one back to how it was made."""
    connection = unit.connection
    changes = list(authors.revisions(connection, "condition", key))
    found = [_round(one.author, one.after) for one in changes]
    first = changes[-1].before if changes else authors.row(connection, "condition", key)
    return [*found, _round(authors.creator(connection, "condition", key), first)]


def _round(author: authors.Author, state: Mapping[str, Any]) -> Round:
    name, asked, offered, agreed = (state[n] or "" for n in ("name", "asked", "offered", "agreed"))
    return Round(author.at, author.login, name, asked, offered, agreed)


def of_opportunity(
    unit: UnitOfWork, reference: str
) -> tuple[Record, dict[str, tuple[Field, list[Wording]]]]:
    """Return an opportunity and, for each of its texts, its wordings from the present one back.

    Raises:
        RuleError: the sale has no opportunity yet.
    """
    with unit.reading():
        record = _opportunity(unit, reference)
        known = {field.name: field for field in NOUNS["opportunity"]}
        fields = [known[name] for name in TEXTS]
        return record, {field.name: (field, _wordings(unit, record, field)) for field in fields}


def _opportunity(unit: UnitOfWork, reference: str) -> Record:
    target = references.target(unit, reference)
    if target.opportunity is None:
        raise RuleError(
            f"`{clean(reference)}` has no opportunity yet",
            hint=f"save its opportunity first: `sales continue {shell_word(reference)}`",
        )
    return records.load(unit.connection, "opportunity", target.opportunity)


def _wordings(unit: UnitOfWork, record: Record, field: Field) -> list[Wording]:
    column, oldest = field.stored_as, record.values[field.name]
    found: list[Wording] = []
    for revision in authors.revisions(unit.connection, "opportunity", record.key):
        if column in revision.columns:
            text = revision.after.get(column) or ""
            found.append(Wording(revision.author.at, revision.author.login, text))
            oldest = revision.before.get(column)
    if oldest:
        author = authors.creator(unit.connection, "opportunity", record.key)
        found.append(Wording(author.at, author.login, oldest))
    return found
