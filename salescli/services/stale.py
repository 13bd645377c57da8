"""Stale sales: which, for how many working days, by what sign of life; and those left alone."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from salescli.domain.moments import say_moment
from salescli.domain.money import plain_amount
from salescli.domain.process.spec import ProcessSpec, StageSpec
from salescli.domain.stale import (
    PLANNED,
    days_allowed,
    days_silent,
    is_stale,
    known_days,
    known_policy,
)
from salescli.errors import NotFoundError
from salescli.services.sessions import setting
from salescli.store import definitions, stale
from salescli.store.stale import LivingSale
from salescli.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from salescli.domain.figures import Figure


class StaleSale(NamedTuple):
    """A sale with the working days since its last sign of life, and how many its stage allows.

    `sign` is that sign in words. One that is snoozed need not be stale.
    """

    sale: LivingSale
    days: int
    allowed: int
    sign: str
    is_stale: bool
    is_snoozed: bool
    next_command: str


class StageOfStale(NamedTuple):
    """A stage, and those of its sales that are listed."""

    stage: str
    name: str
    sales: list[StaleSale]


class StaleReport(NamedTuple):
    """The stale sales by stage, in the order of the process; the longest silent first.

    `open` counts the sales that were looked at. `snoozed` counts those that are left out because
    they are snoozed, or listed because that was asked for. `owner` is empty where they are
    everybody's.
    """

    stages: list[StageOfStale]
    open: int
    snoozed: int
    policy: str
    owner: str
    at: datetime
    with_snoozed: bool = False
    limit: int = 0

    @property
    def shown(self) -> list[StageOfStale]:
        """The stages with the first `limit` sales in all, or with every one where it is 0."""
        left = self.limit or len(self.sales)
        shown = []
        for one in self.stages:
            shown.append(one._replace(sales=one.sales[:left]))
            left -= len(shown[-1].sales)
        return [one for one in shown if one.sales]

    @property
    def sales(self) -> list[StaleSale]:
        """The sales of all the stages, shown or not."""
        return [sale for stage in self.stages for sale in stage.sales]

    @property
    def stale(self) -> int:
        """How many of them are stale and not snoozed."""
        return sum(sale.is_stale and not sale.is_snoozed for sale in self.sales)


def stale_sales(
    unit: UnitOfWork,
    *,
    everybody: bool = False,
    stage: str = "",
    with_snoozed: bool = False,
    limit: int = 0,
) -> StaleReport:
    """Return my stale sales, or everybody's; in one stage only, and with those that are snoozed.

    Raises:
        NotFoundError: no process has such a stage.
        UsageError: a setting cannot be understood.
    """
    with unit.reading():
        stages = _Stages(unit)
        wanted = stages.named(stage) if stage else None
        policy = known_policy(setting(unit, "stale-policy"))
        default = known_days(setting(unit, "stale-days"))
        owner = None if everybody else unit.user_id
        found: dict[str, StageOfStale] = {}
        count = snoozed = 0
        for sale in stale.open_sales(unit.connection, owner, unit.now):
            spec = stages.of(sale)
            name = spec.id if spec else sale.stage
            if wanted is not None and name not in wanted:
                continue
            count += 1
            entry = _entry(sale, days_allowed(spec, default), unit.now, policy)
            snoozed += entry.is_snoozed
            if with_snoozed if entry.is_snoozed else entry.is_stale:
                title = spec.name if spec else sale.stage
                found.setdefault(name, StageOfStale(name, title, [])).sales.append(entry)
        login = "" if everybody else unit.login
    ordered = sorted(found.values(), key=lambda one: stages.place(one.stage))
    for one in ordered:
        one.sales.sort(key=lambda entry: (entry.is_snoozed, -entry.days))
    return StaleReport(ordered, count, snoozed, policy, login, unit.now, with_snoozed, limit)


def stale_among(unit: UnitOfWork, numbers: Sequence[int]) -> set[str]:
    """Return the handles of those opportunities that are stale and not snoozed, in a transaction.

    Args:
        unit: an open unit of work.
        numbers: the numbers of their handles.
    """
    stages = _Stages(unit)
    policy = known_policy(setting(unit, "stale-policy"))
    default = known_days(setting(unit, "stale-days"))
    found: set[str] = set()
    for sale in stale.sales_of(unit.connection, numbers, unit.now):
        entry = _entry(sale, days_allowed(stages.of(sale), default), unit.now, policy)
        if entry.is_stale and not entry.is_snoozed:
            found.add(sale.reference)
    return found


def as_document(report: StaleReport) -> dict[str, Any]:
    """Return the report for machines."""
    return {
        "at": report.at.isoformat(),
        "policy": report.policy,
        "open": report.open,
        "stale": report.stale,
        "snoozed": report.snoozed,
        "stages": [
            {
                "stage": one.stage,
                "name": one.name,
                "sales": [_sale_document(entry, report.at) for entry in one.sales],
            }
            for one in report.shown
        ],
    }


def explain(report: StaleReport) -> list["Figure"]:
    """Return how each figure of the report was made."""
    from salescli.domain.figures import Figure, left_out

    whose = f"owner `{report.owner}`" if report.owner else "every owner"
    source = (
        f"opportunities that are not closed, and running sales without one yet, {whose}, as they"
        f" stand on {report.at:%Y-%m-%d %H:%M}"
    )
    plans = " and nothing is planned ahead" if report.policy == PLANNED else ""
    figures = [
        Figure("Open", "/open", report.open, "sales", "how many they are", source, report.open),
        Figure(
            *("Stale", "/stale", report.stale, "sales"),
            "how many of them have no completed activity or step and no move to another stage for"
            f" as many working days as their stage allows{plans}",
            *(source, report.open - report.snoozed),
            left_out=left_out((report.snoozed, "that are snoozed")),
        ),
        Figure(
            *("Snoozed", "/snoozed", report.snoozed, "sales"),
            "how many of them are left alone until a day after today",
            *(source, report.snoozed),
        ),
    ]
    return figures + [
        Figure(
            *("Days", f"/stages/{place}/sales/{number}/days", entry.days, "days"),
            "working days, Monday to Friday, after the day of the last sign of life, up to and"
            f" with {report.at:%Y-%m-%d}",
            *(source, 1),
            of=f"{entry.sale.reference}, of {entry.allowed} allowed",
            detail=entry.sign,
        )
        for place, one in enumerate(report.shown)
        for number, entry in enumerate(one.sales)
    ]


class _Stages:
    """The stages by what each sale follows, and the order in which they are told."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._connection = unit.connection
        self._process = setting(unit, "process")
        current = definitions.current(unit.connection, self._process)
        self._usual = [definition.spec for definition in current]
        self._followed: dict[bytes, ProcessSpec] = {}
        self._owners: dict[bytes | None, list[ProcessSpec]] = {}

    def of(self, sale: LivingSale) -> StageSpec | None:
        """Return the stage in which a sale stands; None for one that no process has.

        A sale that no process guides is measured by its owner's version of the usual one.
        """
        if sale.definition is None:
            return _first(self._versions_for(sale.owner_key), sale.stage)
        if sale.definition not in self._followed:
            version = definitions.by_key(self._connection, sale.definition)
            self._followed[sale.definition] = version.spec
        return _first([self._followed[sale.definition]], sale.stage)

    def _versions_for(self, owner: bytes | None) -> list[ProcessSpec]:
        """Return the versions of the usual process, the one for an owner first."""
        if owner not in self._owners:
            own = definitions.newest(self._connection, self._process, owner)
            self._owners[owner] = [*([own.spec] if own else ()), *self._usual]
        return self._owners[owner]

    def named(self, text: str) -> set[str]:
        """Return the ids of the stages that a text means."""
        from salescli.services.targets import find_stage

        found: set[str] = set()
        for _process, _division, spec in definitions.in_use(self._connection):
            try:
                found |= {*find_stage(spec, text).ids}
            except NotFoundError:
                continue
        if not found:
            find_stage(self._usual[0], text)
        return found

    def place(self, stage: str) -> tuple[int, str]:
        """Return where a stage comes in the order of the usual process, others last."""
        ids = [one.id for spec in self._usual for one in spec.stages]
        return (ids.index(stage) if stage in ids else len(ids)), stage


def _first(specs: Iterable[ProcessSpec], stage: str) -> StageSpec | None:
    for spec in specs:
        for one in spec.stages:
            if stage in one.ids:
                return one
    return None


def _entry(sale: LivingSale, allowed: int, now: datetime, policy: str) -> StaleSale:
    following = f"sales next {sale.reference}"
    if not sale.is_guided:
        following = f'sales activity add "Call" --opportunity {sale.reference} --due DAY'
    return StaleSale(
        sale,
        days_silent(sale.life, now),
        allowed,
        _sign(sale, now),
        is_stale(sale.life, allowed, now, policy),
        sale.life.is_snoozed(now.date()),
        following,
    )


def _sign(sale: LivingSale, now: datetime) -> str:
    """Say what the last sign of life was, and when."""
    last = sale.life.last_sign
    at = say_moment(last, now)
    if sale.activity_at == last:
        return f"{sale.activity} {sale.activity_name}, completed {at}"
    if sale.life.done == last:
        return f"a step was completed {at}"
    return f"came to this stage {at}"


def _sale_document(entry: StaleSale, at: datetime) -> dict[str, Any]:
    sale = entry.sale
    life = sale.life
    amount = None if sale.amount is None else plain_amount(sale.amount, sale.currency)
    return {
        "reference": sale.reference,
        "title": sale.title,
        "owner": sale.owner,
        "amount": amount,
        "currency": sale.currency,
        "days": entry.days,
        "allowed": entry.allowed,
        "is_stale": entry.is_stale,
        "since": life.last_sign.astimezone(at.tzinfo).isoformat(),
        "last_sign": entry.sign,
        "planned": life.planned.astimezone(at.tzinfo).isoformat() if life.planned else None,
        "snoozed_until": life.snoozed_until if entry.is_snoozed else None,
        "snooze_reason": sale.snooze_reason if entry.is_snoozed else "",
        "next": entry.next_command,
    }
