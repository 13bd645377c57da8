"""The pipeline: open opportunities by stage, with count, sum and weighted sum."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from salescli.domain.money import plain_amount
from salescli.domain.process.spec import StageSpec
from salescli.services.sessions import setting
from salescli.store import definitions, reports
from salescli.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from salescli.domain.figures import Figure

TOTAL = "total"


class StageSum(NamedTuple):
    """One stage, or the total, in one currency; sums are minor units.

    `weighted` is the sum of amount x probability: the opportunity's own probability where it has
    one, else the stage's (expected value). `priced` of the sales have an amount, and `certain` of
    those a probability of their own.
    """

    stage: str
    name: str
    currency: str
    sales: int
    amount: int
    weighted: int
    priced: int = 0
    certain: int = 0
    probability: int | None = None


class Pipeline(NamedTuple):
    """The stages in the order of the process, a total for each currency, and what they show.

    `strays` are open opportunities of stages that the process does not have, by stage: they are
    in no sum. `owner` is empty where everybody's opportunities are counted.
    """

    stages: list[StageSum]
    totals: list[StageSum]
    strays: dict[str, int]
    process: str
    owner: str
    at: datetime


def by_stage(unit: UnitOfWork, *, mine: bool = False) -> Pipeline:
    """Return the open pipeline; stages without a sale count 0."""
    with unit.reading():
        process = setting(unit, "process")
        stages = stages_of(unit, process, mine=mine)
        known = {
            name: (stage.id, stage.probability)
            for stage in stages
            for name in (stage.id, *stage.was)
        }
        owner = unit.user_id if mine else None
        rows = reports.pipeline(unit.connection, known, owner)
        home = setting(unit, "currency")
        login = unit.login if mine else ""
    found = []
    for stage in stages:
        of_stage = [
            _sum(row, stage.name, stage.probability) for row in rows if row.stage == stage.id
        ]
        found += of_stage or [
            StageSum(stage.id, stage.name, home, 0, 0, 0, 0, 0, stage.probability)
        ]
    ids = {stage.id for stage in stages}
    strays: dict[str, int] = {}
    for row in rows:
        if row.stage not in ids:
            strays[row.stage] = strays.get(row.stage, 0) + row.sales
    return Pipeline(found, _totals(found), strays, process, login, unit.now)


def stages_of(unit: UnitOfWork, process: str, *, mine: bool) -> list[StageSpec]:
    """Return the working stages of my version, or of each division's, those of everybody first."""
    if mine:
        newest = definitions.newest(unit.connection, process, unit.user_id)
        versions = [newest] if newest else []
    else:
        versions = definitions.current(unit.connection, process)
    stages: list[StageSpec] = []
    for version in versions:
        for stage in version.spec.working_stages:
            _join(stages, stage)
    return stages


def _join(stages: list[StageSpec], stage: StageSpec) -> None:
    """Add a stage, or its names to the one that it is in another version."""
    names = {stage.id, *stage.was}
    for place, known in enumerate(stages):
        if names & {known.id, *known.was}:
            further = sorted(names - {known.id, *known.was})
            stages[place] = known._replace(was=(*known.was, *further))
            return
    stages.append(stage)


def explain(pipeline: Pipeline) -> list["Figure"]:
    """Return how each figure of the pipeline was made."""
    figures: list[Figure] = []
    places = [
        (f"/{part}/{place}", entry)
        for part, entries in (("stages", pipeline.stages), ("totals", pipeline.totals))
        for place, entry in enumerate(entries)
    ]
    for told in (_count, _amount, _weighted):
        figures += [told(pipeline, path, entry) for path, entry in places]
    return figures


def _sum(row: reports.PipelineRow, name: str, probability: int) -> StageSum:
    return StageSum(
        row.stage,
        name,
        row.currency,
        row.sales,
        row.amount,
        row.weighted,
        row.priced,
        row.certain,
        probability,
    )


def _totals(sums: Sequence[StageSum]) -> list[StageSum]:
    totals: list[StageSum] = []
    for currency in dict.fromkeys(s.currency for s in sums):
        own = [s for s in sums if s.currency == currency]
        added = (
            sum(getattr(s, name) for s in own)
            for name in ("sales", "amount", "weighted", "priced", "certain")
        )
        totals.append(StageSum(TOTAL, "Total", currency, *added))
    return totals


def _source(pipeline: Pipeline) -> str:
    whose = f"owner `{pipeline.owner}`" if pipeline.owner else "every owner"
    return (
        f"opportunities that are not closed, {whose}, in the working stages of"
        f" `{pipeline.process}`, as they stand on {pipeline.at:%Y-%m-%d %H:%M}"
    )


def _of(entry: StageSum) -> str:
    return f"{entry.name}, {entry.currency}"


def _strays(pipeline: Pipeline, entry: StageSum) -> tuple[int, str]:
    names = ", ".join(f"`{name}`" for name in pipeline.strays)
    count = sum(pipeline.strays.values()) if entry.stage == TOTAL else 0
    return count, f"in a stage that the process does not have ({names}), in any currency"


def _count(pipeline: Pipeline, path: str, entry: StageSum) -> "Figure":
    from salescli.domain.figures import Figure, left_out

    return Figure(
        "Count",
        f"{path}/count",
        entry.sales,
        "opportunities",
        "how many opportunities stand in the stage, in that currency",
        _source(pipeline),
        entry.sales,
        of=_of(entry),
        left_out=left_out(_strays(pipeline, entry)),
    )


def _amount(pipeline: Pipeline, path: str, entry: StageSum) -> "Figure":
    from salescli.domain.figures import MONEY, Figure, left_out

    return Figure(
        "Sum",
        f"{path}/amount",
        plain_amount(entry.amount, entry.currency),
        MONEY,
        "the sum of their amounts; currencies are never added",
        _source(pipeline),
        entry.priced,
        of=_of(entry),
        currency=entry.currency,
        left_out=left_out(
            (entry.sales - entry.priced, "without an amount"), _strays(pipeline, entry)
        ),
    )


def _weighted(pipeline: Pipeline, path: str, entry: StageSum) -> "Figure":
    figure = _amount(pipeline, path, entry)
    usual = "their stage's" if entry.probability is None else f"the stage's {entry.probability} %"
    return figure._replace(
        figure="Weighted",
        at=f"{path}/weighted",
        value=plain_amount(entry.weighted, entry.currency),
        formula=(
            "the sum of amount x probability: the opportunity's own one, else the stage's; the"
            " amounts of one stage and probability are added, then rounded half to even"
        ),
        detail=(
            f"{entry.certain} with a probability of their own,"
            f" {entry.priced - entry.certain} with {usual}"
            if entry.priced
            else ""
        ),
    )
