"""The pipeline: open opportunities by stage, with count, sum and weighted sum."""

from typing import NamedTuple

from salescli.services.sessions import setting
from salescli.store import definitions, reports
from salescli.store.unit_of_work import UnitOfWork


class StageSum(NamedTuple):
    """One stage in one currency; sums are minor units.

    `weighted` is the sum of amount x probability: the opportunity's own probability where it has
    one, else the stage's (expected value).
    """

    stage: str
    name: str
    currency: str
    sales: int
    amount: int
    weighted: int


def by_stage(unit: UnitOfWork, *, mine: bool = False) -> list[StageSum]:
    """Return the open pipeline, in the order of the process; stages without a sale count 0."""
    with unit.reading():
        newest = definitions.newest(unit.connection, setting(unit, "process"))
        assert newest is not None
        stages = newest.spec.working_stages
        known = {
            name: (stage.id, stage.probability)
            for stage in stages
            for name in (stage.id, *stage.was)
        }
        owner = unit.user_id if mine else None
        rows = reports.pipeline(unit.connection, known, owner)
        home = setting(unit, "currency")
    found = []
    for stage in stages:
        of_stage = [row for row in rows if row.stage == stage.id]
        found += [
            StageSum(stage.id, stage.name, row.currency, row.sales, row.amount, row.weighted)
            for row in of_stage
        ]
        if not of_stage:
            found.append(StageSum(stage.id, stage.name, home, 0, 0, 0))
    return found
