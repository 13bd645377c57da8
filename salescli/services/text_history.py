"""What a text of an opportunity said at each time, by whom: from the change history."""

from datetime import datetime
from typing import NamedTuple

from salescli.domain.fields import NOUNS, Field
from salescli.domain.text import clean
from salescli.errors import RuleError
from salescli.services import references
from salescli.store import authors, records
from salescli.store.records import Record
from salescli.store.unit_of_work import UnitOfWork

TEXTS = ("tactics", "next_steps")
"""The fields whose earlier texts are asked for."""


class Wording(NamedTuple):
    """A text as somebody left it; an empty one was taken away."""

    at: datetime
    login: str
    text: str


def of_opportunity(
    unit: UnitOfWork, reference: str
) -> tuple[Record, dict[str, tuple[Field, list[Wording]]]]:
    """Return an opportunity and, for each of its texts, its wordings from the present one back.

    Raises:
        RuleError: the sale has no opportunity yet.
    """
    with unit.reading():
        target = references.target(unit, reference)
        if target.opportunity is None:
            raise RuleError(
                f"`{clean(reference)}` has no opportunity yet", hint="save its opportunity first"
            )
        record = records.load(unit.connection, "opportunity", target.opportunity)
        known = {field.name: field for field in NOUNS["opportunity"]}
        fields = [known[name] for name in TEXTS]
        return record, {field.name: (field, _wordings(unit, record, field)) for field in fields}


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
