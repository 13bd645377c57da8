"""Quotas of people and periods, and what was won against them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from salescli.domain.fields import Reference
from salescli.domain.figures import MONEY, Figure, left_out
from salescli.domain.moments import at as moment_at
from salescli.domain.money import format_amount, parse_amount, plain_amount
from salescli.domain.plan import Performance, Period, Place, leaderboard, read_period
from salescli.errors import NotFoundError, UsageError
from salescli.services import references
from salescli.services.sessions import setting
from salescli.services.stages import chances, ended
from salescli.store import plans, records
from salescli.store.plans import Quota
from salescli.store.unit_of_work import UnitOfWork

USUAL = "this quarter"
"""The period that is meant where none is named."""

FIGURES = (
    *("login", "currency", "quota", "won", "sales", "attainment", "elapsed", "pace"),
    *("gap", "met_plan"),
)
"""What the figures of a performance are called for programs."""


class Plan(NamedTuple):
    """One person's plan and performance in a period.

    `days` has, for each day on which something was won, the sum since the period began, in minor
    units. `expected` counts what is in the weighted sum. `elsewhere` counts what was won in other
    currencies, `foreign` what is expected in them, `undated` the open opportunities without a close
    date: none of these is in any sum.
    """

    period: Period
    performance: Performance
    days: tuple[tuple[date, int], ...]
    expected: int
    elsewhere: int
    undated: int
    at: datetime
    foreign: int = 0


class Team(NamedTuple):
    """The leaderboard of a period; `elsewhere` counts what was won in other currencies."""

    period: Period
    places: list[Place]
    elsewhere: int
    at: datetime


def set_quota(unit: UnitOfWork, login: str, period: str, amount: str) -> str:
    """Give a user a quota for a period; return what was done.

    Raises:
        NotFoundError: there is no such user.
        UsageError: the period or the amount cannot be read.
    """
    with unit:
        user = references.user(unit, login)
        meant = read_period(period, unit.now.date())
        return _save(unit, user, meant, amount, setting(unit, "currency"))


def remove_quota(unit: UnitOfWork, login: str, period: str) -> str:
    """Remove the quota of a user in a period; return what was done.

    Raises:
        NotFoundError: there is no such user, or no such quota.
    """
    with unit:
        user = references.user(unit, login)
        meant = read_period(period, unit.now.date())
        known = plans.find(unit.connection, user.key, meant.name)
        if known is None:
            raise NotFoundError(
                f"`{user}` has no quota for {meant.name}",
                hint=f"see who has one: sales plan show --team --period {meant.name}",
            )
        plans.remove(unit, known.key)
        return f"Removed the quota of `{user}` for {meant.name}"


def import_quotas(unit: UnitOfWork, rows: Sequence[tuple[int, str, str, str, str]]) -> list[str]:
    """Save quotas, each given as line, login, period, amount and currency; all of them or none.

    Raises:
        NotFoundError: a line names an unknown user.
        UsageError: a line has a period or an amount that cannot be read.
    """
    with unit:
        usual = setting(unit, "currency")
        return [
            _of_line(unit, line, login, period, amount, currency or usual)
            for line, login, period, amount, currency in rows
        ]


def plan_of(unit: UnitOfWork, login: str = "", period: str = "") -> Plan:
    """Return a person's plan and performance; mine, this quarter, unless others are named."""
    with unit.reading():
        meant = read_period(period or USUAL, unit.now.date())
        user = references.user(unit, login) if login else Reference(unit.login, unit.user_id)
        quota = plans.find(unit.connection, user.key, meant.name)
        currency = quota.currency if quota else setting(unit, "currency")
        won = plans.won_by(unit.connection, ended(unit)["won"], *_span(unit, meant), user.key)
        own = [(when, amount) for when, money, amount in won if money == currency]
        expected = plans.expected(unit.connection, chances(unit), user.key, meant.end)
        counted = [row for row in expected if row.currency == currency]
        sales = sum(row.sales for row in counted)
        performance = Performance(
            str(user),
            currency,
            quota.amount if quota else None,
            sum(amount for _when, amount in own),
            len(own),
            meant.elapsed(unit.now.date()),
            sum(row.weighted for row in counted),
        )
        return Plan(
            *(meant, performance, _summed(own, unit.now), sales, len(won) - len(own)),
            plans.undated(unit.connection, user.key),
            unit.now,
            sum(row.sales for row in expected) - sales,
        )


def team(unit: UnitOfWork, period: str = "", division: str = "") -> Team:
    """Return the leaderboard of a period: of everybody, or of the people of a division."""
    with unit.reading():
        meant = read_period(period or USUAL, unit.now.date())
        quotas = {one.user: one for one in plans.of_period(unit.connection, meant.name)}
        won = plans.won(unit.connection, ended(unit)["won"], *_span(unit, meant))
        usual = setting(unit, "currency")
        elapsed = meant.elapsed(unit.now.date())
        people: list[Performance] = []
        elsewhere = 0
        for user in _members(unit, division):
            quota: Quota | None = quotas.get(user.key)
            currency = quota.currency if quota else usual
            own = [row for row in won if row.owner == user.key]
            amount = sum(row.amount for row in own if row.currency == currency)
            sales = sum(row.sales for row in own if row.currency == currency)
            elsewhere += sum(row.sales for row in own) - sales
            if quota or sales:
                goal = quota.amount if quota else None
                people.append(Performance(user.reference, currency, goal, amount, sales, elapsed))
        return Team(meant, leaderboard(people), elsewhere, unit.now)


def explain(plan: Plan) -> list[Figure]:
    """Return how the figures of a plan were made."""
    one, period = plan.performance, plan.period
    span = f"from {period.start} until before {period.end}"
    won = Figure(
        *("Won", "/won", plain_amount(one.won, one.currency), MONEY),
        "the sum of the amounts of what was closed as won in the period",
        f"opportunities of `{one.login}` closed as won {span}, in {one.currency}",
        one.sales,
        currency=one.currency,
        left_out=left_out((plan.elsewhere, "won in other currencies")),
    )
    weighted = Figure(
        *("Weighted pipeline", "/weighted", plain_amount(one.weighted, one.currency), MONEY),
        "the sum of amount x probability: an opportunity's own probability, else its stage's",
        f"open opportunities of `{one.login}` with a close date before {period.end}",
        plan.expected,
        currency=one.currency,
        left_out=left_out(
            (plan.undated, "without a close date"), (plan.foreign, "in other currencies")
        ),
    )
    if one.quota is None or one.pace is None:
        return [won, weighted]
    return [won, weighted, *_ratios(one, period)]


def _ratios(one: Performance, period: Period) -> list[Figure]:
    """Return the explanations of attainment and pace; both are parts, 1 for the whole."""
    assert one.quota is not None
    assert one.attainment is not None
    assert one.pace is not None
    quota, won = format_amount(one.quota, one.currency), format_amount(one.won, one.currency)
    gone = f"{one.elapsed:.4f} of the working days of {period.name} are over"
    return [
        Figure(
            *("Attainment", "/attainment", round(one.attainment, 4), "of the quota"),
            "won / quota",
            f"the quota of `{one.login}` for {period.name}",
            one.sales,
            detail=f"{won} / {quota}",
        ),
        Figure(
            *("Pace", "/pace", round(one.pace, 4), "of the straight line"),
            "attainment / the share of the period's working days that are over",
            f"the quota of `{one.login}` for {period.name}",
            one.sales,
            detail=gone,
        ),
    ]


def _save(unit: UnitOfWork, user: Reference, period: Period, amount: str, currency: str) -> str:
    minor = parse_amount(amount, currency)
    if minor <= 0:
        raise UsageError(
            "A quota is more than nothing",
            hint=f"to have none: sales plan remove {user} {period.name}",
        )
    plans.save(unit, user.key, period.name, minor, currency)
    return f"`{user}` is to win {format_amount(minor, currency)} in {period.name}"


def _of_line(
    unit: UnitOfWork, line: int, login: str, period: str, amount: str, currency: str
) -> str:
    try:
        user = references.user(unit, login)
        return _save(unit, user, read_period(period, unit.now.date()), amount, currency)
    except (NotFoundError, UsageError) as refusal:
        refusal.message = f"line {line}: {refusal.message}"
        raise


def _span(unit: UnitOfWork, period: Period) -> tuple[datetime, datetime]:
    """Return the first moment of a period and the first after it, in the user's zone."""
    zone = unit.now.tzinfo
    return moment_at(period.start, time(), zone), moment_at(period.end, time(), zone)


def _members(unit: UnitOfWork, division: str) -> list[records.Record]:
    users = records.select(unit.connection, "user", "ORDER BY t.login")
    if not division:
        return users
    wanted = references.reference(unit, "division", division)
    return [user for user in users if user.values["division"] == wanted]


def _summed(won: Sequence[tuple[datetime, int]], now: datetime) -> tuple[tuple[date, int], ...]:
    """Return each day on which something was won with the sum until its end."""
    sums: dict[date, int] = {}
    total = 0
    for when, amount in won:
        total += amount
        sums[when.astimezone(now.tzinfo).date()] = total
    return tuple(sums.items())


def figures(one: Performance) -> tuple[Any, ...]:
    """Return the figures of a performance for programs, under `FIGURES`; shares are parts of 1."""

    def share(number: float | None) -> float | None:
        return None if number is None else round(number, 4)

    def money(amount: int | None) -> str | None:
        return None if amount is None else plain_amount(amount, one.currency)

    sums = (money(one.quota), money(one.won), one.sales)
    shares = (share(one.attainment), share(one.elapsed), share(one.pace))
    return (one.login, one.currency, *sums, *shares, money(one.gap), one.has_met_plan)


def uncounted(elsewhere: int, undated: int = 0, foreign: int = 0) -> tuple[str, ...]:
    """Return in words what no sum of a plan counts; see `Plan`."""
    told = []
    if elsewhere:
        told.append(f"{elsewhere} won in other currencies are not in these sums")
    if foreign:
        told.append(f"{foreign} open in other currencies are not in the weighted pipeline")
    if undated:
        told.append(f"{undated} open without a close date are not in the weighted pipeline")
    return tuple(told)


def curve(plan: Plan) -> tuple[list[int], list[int]]:
    """Return what was won by the end of each day until today, and the straight line to the quota.

    Both are in minor units; the line has every day of the period.
    """
    period, today = plan.period, plan.at.date()
    days = [period.start + timedelta(n) for n in range((period.end - period.start).days)]
    known, won, total = dict(plan.days), [], 0
    for day in days:
        if day <= today:
            total = known.get(day, total)
            won.append(total)
    quota = plan.performance.quota or 0
    return won, [round(quota * period.elapsed(day)) for day in days]
