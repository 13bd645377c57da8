"""Periods, pace and ranks, against the calendar and arithmetic done another way."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.domain.plan import Performance, leaderboard, period_of, read_period
from salescli.errors import UsageError

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
KINDS = st.sampled_from(["month", "quarter", "year"])


@given(day=DAYS, kind=KINDS, ahead=st.integers(-30, 30))
def test_periods_follow_each_other(day: date, kind: str, ahead: int) -> None:
    """Each day is in one period; the next one begins where it ends; its name leads back to it."""
    found = period_of(day, kind, ahead)
    assert found.end == period_of(day, kind, ahead + 1).start
    assert found == read_period(found.name, day)
    assert (ahead == 0) == (found.start <= day < found.end)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2026-11", "2026-11"),
        ("2026-q4", "2026-Q4"),
        ("2026", "2026"),
        ("this quarter", "2026-Q4"),
        ("Next Quarter", "2027-Q1"),
        ("last month", "2026-10"),
        ("year", "2026"),
    ],
)
def test_a_period_is_named(text: str, name: str) -> None:
    """Names and words mean the period that a calendar says."""
    assert name == read_period(text, date(2026, 11, 23)).name


@pytest.mark.parametrize(
    "text", ["", "2026-13", "2026-Q5", "soon", "0000", "9999", "26-11", "this week"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    """The refusal shows how a period is written."""
    with pytest.raises(UsageError) as refusal:
        read_period(text, date(2026, 11, 23))
    assert "2026-Q4" in refusal.value.hint


@given(day=DAYS, kind=KINDS, later=st.integers(0, 400))
def test_the_elapsed_share_counts_working_days(day: date, kind: str, later: int) -> None:
    """It is the working days until that evening over all, counted day by day."""
    found = period_of(day, kind)
    today = found.start + timedelta(days=later)
    days = [found.start + timedelta(n) for n in range((found.end - found.start).days)]
    working = [one for one in days if one.isoweekday() < 6]
    over = [one for one in working if one <= today]
    assert float(Fraction(len(over), len(working))) == pytest.approx(found.elapsed(today))


def person(login: str, quota: int | None, won: int) -> Performance:
    return Performance(login, "EUR", quota, won, 1, 0.5)


def test_pace_and_gap() -> None:
    """Half of the period gone and 30 of 100 won: attainment 30 %, pace 60 %, gap 70."""
    half = person("ana", 100, 30)
    assert (0.3, 0.6, 70, False) == (half.attainment, half.pace, half.gap, half.has_met_plan)
    over = person("bo", 100, 130)
    assert (1.3, 0, True) == (over.attainment, over.gap, over.has_met_plan)
    none = person("cy", None, 130)
    assert (None, None, None, False) == (none.attainment, none.pace, none.gap, none.has_met_plan)
    assert half._replace(elapsed=0.0).pace is None


def test_the_leaderboard_ranks_by_attainment() -> None:
    """B26: by attainment, ties by amount won; equals share a rank; no quota comes last unranked."""
    people = [
        person("none", None, 900),
        person("small", 10, 10),
        person("large", 100, 100),
        person("twin", 100, 100),
        person("late", 100, 20),
    ]
    ranks = [(place.rank, place.performance.login) for place in leaderboard(people)]
    assert [(1, "large"), (1, "twin"), (3, "small"), (4, "late"), (None, "none")] == ranks


@given(st.lists(st.tuples(st.none() | st.integers(1, 9), st.integers(0, 20)), max_size=8))
def test_ranks_never_contradict_the_figures(people: list[tuple[int | None, int]]) -> None:
    """Who is ranked above another has no lower attainment, and nobody is lost."""
    given_people = [person(str(n), quota, won) for n, (quota, won) in enumerate(people)]
    places = leaderboard(given_people)
    assert sorted(p.login for p in given_people) == sorted(p.performance.login for p in places)
    ranked = [p for p in places if p.rank is not None]
    for above, below in pairwise(ranked):
        assert (above.rank or 0) <= (below.rank or 0)
        first, second = above.performance, below.performance
        assert Fraction(first.won, first.quota or 1) >= Fraction(second.won, second.quota or 1)
