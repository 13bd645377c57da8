"""Everything about one sale on one page: its record, where it stands, and what belongs to it."""

from typing import Any, NamedTuple

from salescli.domain.activity import Activity
from salescli.services import (
    notes,
    opportunity_history,
    process_log,
    references,
    sale_parts,
    stages,
)
from salescli.services.opportunity_history import Event
from salescli.services.process_log import StepLog
from salescli.services.sale import Sale
from salescli.services.standing import Standing, describe
from salescli.store import activities, records, search
from salescli.store.notes import Note
from salescli.store.records import Record
from salescli.store.unit_of_work import UnitOfWork


class Page(NamedTuple):
    """What the page of a sale shows; a sale that has no opportunity yet has no record.

    `standing` is None where no process guides the opportunity; `stages` are the names of all stages
    by their ids, `steps` those of the steps of this sale's process by stage and id.
    """

    reference: str
    record: Record | None
    standing: Standing | None
    parts: dict[str, Any]
    history: list[Event]
    activities: list[Activity]
    notes: list[Note]
    log: StepLog | None
    stages: dict[str, str]
    steps: dict[tuple[str, str], str]


def page(unit: UnitOfWork, reference: str) -> Page:
    """Return the page of an opportunity or of a run, as they stand at one moment.

    Raises:
        NotFoundError: the reference means neither.
    """
    with unit.reading(), unit.joined():
        target = references.target(unit, reference)
        run = target.run
        if target.opportunity is not None:
            run = search.run_of(unit.connection, target.opportunity)
        sale = Sale(unit, run) if run is not None else None
        standing = describe(sale) if sale else None
        steps = _steps(sale) if sale else {}
        log = process_log.steps(unit, standing.run) if standing else None
        names = stages.names(unit)
        if target.opportunity is None:
            found = activities.of_run(unit.connection, run) if run is not None else []
            return Page(reference, None, standing, {}, [], found, [], log, names, steps)
        record = records.load(unit.connection, "opportunity", target.opportunity)
        return Page(
            record.reference,
            record,
            standing,
            sale_parts.all_of(unit, record.reference),
            opportunity_history.history(unit, record.reference)[1],
            activities.of_opportunity(unit.connection, target.opportunity),
            notes.of_record(unit, record),
            log,
            names,
            steps,
        )


def _steps(sale: Sale) -> dict[tuple[str, str], str]:
    """Return what the steps of a process are called, in its newest version or the sale's own."""
    return {
        (name, step.id): step.name
        for spec in (sale.spec, sale.newest.spec)
        for stage in spec.stages
        for name in stage.ids
        for step in stage.steps
    }
