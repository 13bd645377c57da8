"""The charts of plan and pipeline, as values: what they show, and the rows behind it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any, NamedTuple

from salescli.domain import charted
from salescli.domain.charted import Bar, Bars, Chart, Curve, PlanBar
from salescli.domain.money import format_amount, plain_amount
from salescli.domain.plan import Performance, Place
from salescli.domain.text import clean
from salescli.errors import NotFoundError, UsageError
from salescli.services import board, pipeline, plans, references
from salescli.services.pipeline import Pipeline, StageSum
from salescli.services.plans import Plan, Team
from salescli.store.unit_of_work import UnitOfWork


class Asked(NamedTuple):
    """Whose chart, and of which period; mine and this quarter's where nothing is said."""

    login: str = ""
    period: str = ""
    division: str = ""
    everybody: bool = False


SPELLED = {"login": "login", "period": "--period", "division": "--division", "everybody": "--all"}
"""How each of `Asked` is given to a command."""

_OF_PIPELINE, _OF_PERSON = {"login", "everybody"}, {"login", "period"}
TAKES = {
    charted.FUNNEL: _OF_PIPELINE,
    charted.AGEING: _OF_PIPELINE,
    charted.PLAN: _OF_PERSON,
    charted.BURN_UP: _OF_PERSON,
    charted.STANDINGS: {"period", "division"},
}
"""What each chart can be asked for."""


def chart(unit: UnitOfWork, name: str, asked: Asked) -> Chart:
    """Return a chart by its name.

    Raises:
        UsageError: there is no such chart, it cannot be asked for that, or the period is none.
        NotFoundError: there is no such user or division, or no quota to hold a plan against.
    """
    _check(name, asked)
    owner = "" if asked.everybody else asked.login or board.MINE
    if name == charted.FUNNEL:
        return funnel(pipeline.by_stage(unit, owner))
    if name == charted.AGEING:
        return ageing(unit, owner)
    if name == charted.STANDINGS:
        return standings(plans.team(unit, asked.period, asked.division))
    plan = plans.plan_of(unit, asked.login, asked.period)
    one = plan.performance
    if one.quota is None:
        raise NotFoundError(
            f"`{one.login}` has no quota for {plan.period.name}",
            hint=f"set one: sales plan set {one.login} {plan.period.name} AMOUNT",
        )
    return performance(plan) if name == charted.PLAN else burn_up(plan)


def funnel(found: Pipeline) -> Chart:
    """Return how many open opportunities stand in each stage, with their sums by currency."""
    stages: dict[str, list[StageSum]] = {}
    for one in found.stages:
        stages.setdefault(one.stage, []).append(one)
    strays = found.strays.items()
    bars = [_stage(sums) for sums in stages.values()]
    cells = [_stage_cells(one) for one in found.stages]
    rows = [_stage_row(one) for one in found.stages]
    return Chart(
        name=charted.FUNNEL,
        title="Open by stage",
        of=_of(found.owner, found.at),
        drawing=Bars(
            (*bars, *(Bar(stage, count, str(count)) for stage, count in strays)), of="Number"
        ),
        heads=("Stage", "Count", "Sum", "Weighted"),
        told=(*cells, *((stage, str(count), "", "") for stage, count in strays)),
        keys=("stage", "name", "currency", "count", "amount", "weighted"),
        rows=(*rows, *((stage, stage, None, count, None, None) for stage, count in strays)),
    )


def ageing(unit: UnitOfWork, owner: str) -> Chart:
    """Return for how long the open opportunities of a login, or everybody's, stand in a stage."""
    with unit.reading():
        login = str(references.user(unit, owner)) if owner else ""
    ages = board.ages(unit, board.Shown(owner=owner))
    return Chart(
        name=charted.AGEING,
        title="Days in the stage",
        of=_of(login, unit.now),
        drawing=Bars(tuple(Bar(span, count, str(count)) for span, count in ages), of="Number"),
        heads=("In the stage", "Count"),
        told=tuple((span, str(count)) for span, count in ages),
        keys=("span", "count"),
        rows=tuple(ages),
    )


def performance(plan: Plan) -> Chart:
    """Return what was won and is expected, against the quota of a period."""
    one = plan.performance
    return Chart(
        name=charted.PLAN,
        title="Plan against actual",
        of=f"{one.login} · {plan.period.name}",
        drawing=PlanBar(one.won, one.quota or 0, one.elapsed, one.weighted),
        heads=("Figure", "Value"),
        told=tuple(_told(one)),
        keys=("period", *plans.FIGURES, "weighted"),
        rows=((plan.period.name, *plans.figures(one), plain_amount(one.weighted, one.currency)),),
        notes=plans.uncounted(plan.elsewhere, plan.undated, plan.foreign),
    )


def burn_up(plan: Plan) -> Chart:
    """Return what was won by the end of each day, against the straight line to the quota."""
    one, period = plan.performance, plan.period
    done, line = plans.curve(plan)
    days = [(period.start + timedelta(n)).isoformat() for n in range(len(line))]
    told = [
        (
            day,
            format_amount(done[n], one.currency) if n < len(done) else "",
            format_amount(line[n], one.currency),
        )
        for n, day in enumerate(days)
        if _is_told(done, n) or n == len(days) - 1
    ]
    sums = [plain_amount(amount, one.currency) for amount in done]
    lines = [plain_amount(amount, one.currency) for amount in line]
    highest = format_amount(max((*done, *line)), one.currency)
    return Chart(
        name=charted.BURN_UP,
        title="Won by day, and the straight line to the quota",
        of=f"{one.login} · {period.name}",
        drawing=Curve(
            *(tuple(done), tuple(line), days[0], days[-1], highest),
            done_told=f"won, {format_amount(one.won, one.currency)} {_until(plan)}",
            line_told=f"straight to {format_amount(line[-1], one.currency)}",
        ),
        heads=("Day", "Won by then", "Straight line"),
        told=tuple(told),
        keys=("day", "won", "line"),
        rows=tuple(zip_longest(days, sums, lines)),
        notes=plans.uncounted(plan.elsewhere),
    )


def standings(team: Team) -> Chart:
    """Return the leaderboard: ranks, with attainment as a bar."""
    period = team.period.name
    nobody = () if team.places else (f"Nobody has a quota or has won anything in {period}",)
    return Chart(
        name=charted.STANDINGS,
        title=f"Leaderboard {period}",
        of=f"{team.at:%Y-%m-%d}",
        drawing=Bars(tuple(_place(place) for place in team.places), whole=1, of="Attainment"),
        heads=("Rank", "Login", "Won", "Quota", "Attainment", "Pace", "Plan"),
        told=tuple(_place_cells(place) for place in team.places),
        keys=("period", "rank", *plans.FIGURES),
        rows=tuple(
            (period, place.rank, *plans.figures(place.performance)) for place in team.places
        ),
        notes=(*nobody, *plans.uncounted(team.elsewhere)),
    )


def _check(name: str, asked: Asked) -> None:
    if name not in TAKES:
        known = ", ".join(f"`{one}`" for one in TAKES)
        raise UsageError(f"`{clean(name, limit=40)}` is no chart", hint=f"they are {known}")
    given = {field for field in Asked._fields if getattr(asked, field)}
    for field in sorted(given - TAKES[name]):
        takes = " and ".join(SPELLED[one] for one in sorted(TAKES[name]))
        raise UsageError(f"`{name}` takes no {SPELLED[field]}", hint=f"it takes {takes}")
    if given == _OF_PIPELINE:
        raise UsageError("--all counts everybody's already", hint="leave out --all or the login")


def _of(owner: str, at: datetime) -> str:
    return f"{owner or 'everybody'} · {at:%Y-%m-%d}"


def _stage(sums: Sequence[StageSum]) -> Bar:
    count = sum(one.sales for one in sums)
    told = " + ".join(format_amount(one.amount, one.currency) for one in sums if one.amount)
    return Bar(sums[0].name, count, str(count), told)


def _stage_cells(one: StageSum) -> tuple[str, ...]:
    amounts = (format_amount(minor, one.currency) for minor in (one.amount, one.weighted))
    return one.name, str(one.sales), *amounts


def _stage_row(one: StageSum) -> tuple[Any, ...]:
    amounts = (plain_amount(minor, one.currency) for minor in (one.amount, one.weighted))
    return one.stage, one.name, one.currency, one.sales, *amounts


def _told(one: Performance) -> Iterator[tuple[str, str]]:
    if one.quota is not None:
        yield "Quota", format_amount(one.quota, one.currency)
    yield "Won", f"{format_amount(one.won, one.currency)} ({one.sales})"
    if one.attainment is not None:
        yield "Attainment", f"{one.attainment:.0%}"
    if one.pace is not None:
        yield "Pace", f"{one.pace:.0%} of the straight line"
    if one.gap is not None:
        yield "Gap", format_amount(one.gap, one.currency)
    yield "Weighted pipeline", format_amount(one.weighted, one.currency)
    yield "Period over", f"{one.elapsed:.0%} of its working days"


def _until(plan: Plan) -> str:
    today, end = plan.at.date(), plan.period.end
    return f"by {today}" if plan.period.start <= today < end else "in all"


def _is_told(done: Sequence[int], day: int) -> bool:
    """Whether a day is told of by itself: something was won, or it is the first or today."""
    if day >= len(done):
        return day == 0
    return day in {0, len(done) - 1} or done[day] != done[day - 1]


def _place(place: Place) -> Bar:
    one = place.performance
    won = format_amount(one.won, one.currency)
    rank = "-" if place.rank is None else str(place.rank)
    if one.attainment is None:
        return Bar(f"{rank:>3} {one.login}", 0, "no quota", won)
    met = "met " if one.has_met_plan else ""
    return Bar(f"{rank:>3} {one.login}", one.attainment, f"{met}{one.attainment:.0%}", won)


def _place_cells(place: Place) -> tuple[str, ...]:
    one = place.performance
    return (
        "-" if place.rank is None else str(place.rank),
        one.login,
        format_amount(one.won, one.currency),
        "none" if one.quota is None else format_amount(one.quota, one.currency),
        "" if one.attainment is None else f"{one.attainment:.0%}",
        "" if one.pace is None else f"{one.pace:.0%}",
        "met" if one.has_met_plan else "",
    )
