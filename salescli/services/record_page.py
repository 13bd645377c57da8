"""An account or a lead with all that belongs to it."""

from itertools import chain
from typing import NamedTuple

from salescli.domain.activity import Activity
from salescli.services import notes, references, stages
from salescli.store import belonging, records
from salescli.store.notes import Note
from salescli.store.records import Record
from salescli.store.stays import RunLine
from salescli.store.unit_of_work import UnitOfWork


class RecordPage(NamedTuple):
    """What the page of an account or a lead shows; `stages` are names by ids.

    `endings` are the ids of the stages that end a sale.
    """

    record: Record
    sales: list[Record]
    begun: list[RunLine]
    activities: list[Activity]
    people: list[Record]
    notes: list[Note]
    stages: dict[str, str]
    endings: frozenset[str]


def page(unit: UnitOfWork, noun: str, reference: str) -> RecordPage:
    """Return the page of an account or a lead.

    Raises:
        NotFoundError: there is none.
    """
    with unit.reading(), unit.joined():
        key = references.find(unit, noun, reference).key
        record = records.load(unit.connection, noun, key)
        return RecordPage(
            record,
            belonging.sales(unit.connection, noun, key),
            belonging.begun(unit.connection, noun, key),
            belonging.planned(unit.connection, noun, key),
            belonging.people(unit.connection, noun, key),
            notes.of_record(unit, record),
            stages.names(unit),
            frozenset(chain.from_iterable(stages.ended(unit).values())),
        )
