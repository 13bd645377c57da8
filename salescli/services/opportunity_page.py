"""Everything about one sale on one page: its record, where it stands, and what belongs to it."""

from datetime import datetime
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
from salescli.services.stale import stale_among
from salescli.services.standing import Standing, describe
from salescli.store import activities, records, search
from salescli.store import stale as stale_store
from salescli.store.notes import Note
from salescli.store.records import Record
from salescli.store.reports import OpenSum, open_sums
from salescli.store.unit_of_work import UnitOfWork


class Page(NamedTuple):
    """What the page of a sale shows; a sale that has no opportunity yet has no record.

    `standing` is None where no process guides the opportunity; `stages` are the names of all stages
    by their ids, `steps` those of the steps of this sale's process by stage and id.
    `chance` has the probability of an open opportunity, its own or its stage's. `is_stale` is what
    `sales stale` says of it, `stage_since` when an open sale came to its stage.
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
    chance: OpenSum | None = None
    is_stale: bool = False
    stage_since: datetime | None = None

    def overdue_since(self, now: datetime) -> datetime | None:
        """Return since when something planned in it is past its time; None where nothing is."""
        due = [one.due for one in self.activities if one.state == "open" and one.due]
        return min(due) if due and min(due) < now else None

    @property
    def has_plan(self) -> bool:
        """Whether something is planned in it."""
        return any(one.state == "open" for one in self.activities)


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
            is_open = standing is not None and standing.state == "running"
            since = log.stays[-1].entered_at if is_open and log and log.stays else None
            begun = Page(reference, None, standing, {}, [], found, [], log, names, steps)
            return begun._replace(stage_since=since)
        record = records.load(unit.connection, "opportunity", target.opportunity)
        sums = open_sums(unit.connection, stages.chances(unit), "o.id = ?", (target.opportunity,))
        number = int(record.reference.rpartition("-")[2])
        living = next(stale_store.sales_of(unit.connection, [number], unit.now), None)
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
            next(iter(sums), None),
            record.reference in stale_among(unit, [number]),
            living.life.moved if living else None,
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
