"""The pipeline: open opportunities by stage, with count, sum and weighted sum."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from salescli.domain.money import plain_amount
from salescli.domain.process.spec import StageSpec
from salescli.services import stages
from salescli.services.sessions import setting
from salescli.store import reports
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

    Stages that only other processes have follow those of the usual one where a sale stands in them.
    `strays` are open opportunities of stages that no process has, by stage: they are in no sum.
    `owner` is empty where everybody's opportunities are counted.
    """

    stages: list[StageSum]
    totals: list[StageSum]
    strays: dict[str, int]
    process: str
    owner: str
    at: datetime


def by_stage(unit: UnitOfWork, owner: str = "") -> Pipeline:
    """Return the open pipeline of a login, `me` or everybody.

    Stages of the usual process without a sale count 0.

    Raises:
        NotFoundError: there is no such user.
    """
    with unit.reading():
        login, key = _owner(unit, owner)
        known = stages.working(unit, key)
        chances = stages.chances(unit, key)
        whose = ("o.owner_id = ?", (key,)) if key is not None else ("1", ())
        rows = reports.open_sums(unit.connection, chances, *whose)
    home, process = setting(unit, "currency"), setting(unit, "process")
    found: list[StageSum] = []
    for stage in known.all:
        usual = chances.all_of(stage.id)
        told = usual.pop() if len(usual) == 1 else None
        own = _by_currency(stage, told, rows)
        none = [StageSum(stage.id, stage.name, home, 0, 0, 0, 0, 0, told)]
        found += own or (none if stage in known.usual else [])
    ids = {name for stage in known.all for name in stage.ids}
    strays: dict[str, int] = {}
    for row in rows:
        if row.stage not in ids:
            strays[row.stage] = strays.get(row.stage, 0) + row.sales
    return Pipeline(found, _totals(found), strays, process, login, unit.now)


def _owner(unit: UnitOfWork, owner: str) -> tuple[str, bytes | None]:
    """Return the login and the key of a user; nothing for everybody."""
    if not owner:
        return "", None
    from salescli.services import references

    user = references.user(unit, owner)
    return str(user), user.key


def _by_currency(
    stage: StageSpec, probability: int | None, rows: Sequence[reports.OpenSum]
) -> list[StageSum]:
    """Return what stands in a stage, by currency."""
    own = [row for row in rows if row.stage in {*stage.ids}]
    return [
        StageSum(
            *(stage.id, stage.name, currency),
            sum(row.sales for row in own if row.currency == currency),
            sum(row.amount for row in own if row.currency == currency),
            sum(row.weighted for row in own if row.currency == currency),
            sum(row.priced for row in own if row.currency == currency),
            sum(row.priced for row in own if row.currency == currency and row.is_certain),
            probability,
        )
        for currency in sorted({row.currency for row in own})
    ]


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
        f" every process, as they stand on {pipeline.at:%Y-%m-%d %H:%M}"
    )


def _of(entry: StageSum) -> str:
    return f"{entry.name}, {entry.currency}"


def _strays(pipeline: Pipeline, entry: StageSum) -> tuple[int, str]:
    names = ", ".join(f"`{name}`" for name in pipeline.strays)
    count = sum(pipeline.strays.values()) if entry.stage == TOTAL else 0
    return count, f"in a stage that no process has ({names}), in any currency"


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
    usual = (
        "what their version says"
        if entry.probability is None
        else f"the stage's {entry.probability} %"
    )
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
