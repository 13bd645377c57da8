"""The plan: quotas of people and periods, and the performance that is held against them."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from salescli.domain.moments import first_of_month, workdays_between
from salescli.domain.text import clean
from salescli.domain.text import key as text_key
from salescli.errors import UsageError

MONTHS = {"month": 1, "quarter": 3, "year": 12}
"""Kind of a period -> its length in months."""

YEARS = 1900, 9998
"""The first and the last year that can be planned."""

_NAMED = re.compile(r"(\d{4})(?:-(?:q([1-4])|(0[1-9]|1[0-2])))?", re.IGNORECASE)
_WORDS = {"this": 0, "next": 1, "last": -1}


class Period(NamedTuple):
    """A month, a quarter or a year: its name as `2026-11`, `2026-Q4` or `2026`, and its days.

    `end` is the first day that is not in it any more.
    """

    name: str
    kind: str
    start: date
    end: date

    def elapsed(self, today: date) -> float:
        """Return the share of its working days (Monday to Friday) that are over by `today`.

        The day itself counts as over: who looks in the evening has had it.
        """
        last = min(today + timedelta(days=1), self.end)
        all_days = _workdays(self.start, self.end)
        return _workdays(self.start, last) / all_days if last > self.start else 0.0


def _workdays(first: date, after: date) -> int:
    """Return how many working days there are from one day until before another."""
    return workdays_between(first - timedelta(days=1), after - timedelta(days=1))


def period_of(day: date, kind: str, ahead: int = 0) -> Period:
    """Return the period of a kind that a day is in, or so many periods ahead of it."""
    months = MONTHS[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    start = first_of_month(first, ahead * months)
    names = {
        "month": f"{start:%Y-%m}",
        "quarter": f"{start:%Y}-Q{(start.month + 2) // 3}",
        "year": f"{start:%Y}",
    }
    return Period(names[kind], kind, start, first_of_month(start, months))


def read_period(text: str, today: date) -> Period:
    """Return the period that a text means: `2026-11`, `2026-Q4`, `2026`, `this quarter`.

    Raises:
        UsageError: it means none.
    """
    words = text_key(clean(text)).split()
    if len(words) == 2 and words[0] in _WORDS and words[1] in MONTHS:
        return period_of(today, words[1], _WORDS[words[0]])
    if words and len(words) == 1 and words[0] in MONTHS:
        return period_of(today, words[0])
    found = _NAMED.fullmatch("".join(words))
    if found is None or not YEARS[0] <= int(found[1]) <= YEARS[1]:
        raise UsageError(
            f"`{clean(text, limit=40)}` is no period",
            hint="write a month as 2026-11, a quarter as 2026-Q4, a year as 2026, or: this quarter",
        )
    year, quarter, month = int(found[1]), found[2], found[3]
    if quarter:
        return period_of(date(year, int(quarter) * 3, 1), "quarter")
    if month:
        return period_of(date(year, int(month), 1), "month")
    return period_of(date(year, 1, 1), "year")


class Performance(NamedTuple):
    """What a person has won in a period, against the quota; amounts are minor units.

    `quota` is None where there is none. `elapsed` is the share of the period's working days that
    are over. `weighted` is the sum of amount x probability of what is expected to close in it.
    """

    login: str
    currency: str
    quota: int | None
    won: int
    sales: int
    elapsed: float
    weighted: int = 0

    @property
    def attainment(self) -> float | None:
        """Won / quota; None without a quota."""
        return self.won / self.quota if self.quota else None

    @property
    def pace(self) -> float | None:
        """Attainment / elapsed share: 1 is on the straight line; None before the first day."""
        attainment = self.attainment
        return attainment / self.elapsed if attainment is not None and self.elapsed else None

    @property
    def gap(self) -> int | None:
        """What is missing to the quota, never less than nothing."""
        return None if self.quota is None else max(self.quota - self.won, 0)

    @property
    def has_met_plan(self) -> bool:
        """Whether the quota is reached."""
        return self.quota is not None and self.won >= self.quota


class Place(NamedTuple):
    """A place of the leaderboard; people who are equal share a rank, who has no quota has none."""

    rank: int | None
    performance: Performance


def leaderboard(people: Iterable[Performance]) -> list[Place]:
    """Rank people by attainment, ties by what they have won; those without a quota come last."""
    ordered = sorted(people, key=_order)
    places: list[Place] = []
    for position, one in enumerate(ordered, start=1):
        if one.quota is None:
            places.append(Place(None, one))
            continue
        before = places[-1] if places else None
        is_equal = before is not None and _order(before.performance)[:3] == _order(one)[:3]
        places.append(Place(before.rank if before and is_equal else position, one))
    return places


def _order(one: Performance) -> tuple[bool, float, int, str]:
    return one.quota is None, -(one.attainment or 0), -one.won, one.login
