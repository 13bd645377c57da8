"""C35: when a sale is stale, in working days, and what keeps it from being so."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.domain.process.spec import StageSpec
from salescli.domain.stale import (
    ACTIVITY,
    PLANNED,
    Life,
    days_allowed,
    days_silent,
    is_stale,
    known_days,
    known_policy,
)
from salescli.errors import UsageError

FRIDAY = datetime(2026, 11, 20, 15, tzinfo=UTC)


def silent_by_walking(since: date, until: date) -> int:
    """Count the working days after a day by looking at each."""
    days = (since + timedelta(passed) for passed in range(1, (until - since).days + 1))
    return sum(day.strftime("%a") not in {"Sat", "Sun"} for day in days)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 60), st.integers(1, 30))
def test_the_working_days_after_the_last_sign_are_counted(
    since: date, later: int, allowed: int
) -> None:
    """C35: weekends never count; it is stale from the day on that makes the number full."""
    moved = datetime(since.year, since.month, since.day, 17, tzinfo=UTC)
    now = (moved + timedelta(later)).replace(hour=8)
    if now < moved:
        now = max(now, moved.replace(hour=18)) if later == 0 else now
    expected = silent_by_walking(since, now.date())
    assert expected == days_silent(Life(moved), now)
    assert (expected >= allowed) == is_stale(Life(moved), allowed, now)


@pytest.mark.parametrize(
    ("day", "expected"), [(26, False), (27, True), (28, True), (29, True), (30, True)]
)
def test_the_boundary_day(day: int, expected: bool) -> None:
    """C35: moved on a Friday, five days allowed: Thursday is the fourth day, Friday the fifth."""
    assert expected == is_stale(Life(FRIDAY), 5, datetime(2026, 11, day, 0, 1, tzinfo=UTC))


def test_days_are_those_of_the_user() -> None:
    """C35: late on Thursday in UTC is Friday in Riga."""
    late = datetime(2026, 11, 19, 22, 30, tzinfo=UTC)
    assert 2 == days_silent(Life(late), datetime(2026, 11, 23, 9, tzinfo=UTC))
    assert 1 == days_silent(Life(late), datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Riga")))


def test_the_last_sign_counts() -> None:
    """C35: a completed activity, or the move to the stage, whichever came later."""
    later = FRIDAY + timedelta(5)
    assert later == Life(FRIDAY, later).last_sign
    assert later == Life(later, FRIDAY).last_sign
    now = FRIDAY + timedelta(10)
    assert not is_stale(Life(FRIDAY, done=later), 5, now)
    assert is_stale(Life(FRIDAY), 5, now)


def test_what_is_planned_keeps_a_sale_alive_by_policy() -> None:
    """C35: a planned future step counts as alive with `planned`, not with `activity`."""
    now = FRIDAY + timedelta(14)
    ahead = Life(FRIDAY, planned=now + timedelta(minutes=1))
    assert not is_stale(ahead, 5, now, PLANNED)
    assert is_stale(ahead, 5, now, ACTIVITY)
    past = Life(FRIDAY, planned=now - timedelta(minutes=1))
    assert is_stale(past, 5, now, PLANNED)


def test_snoozed_until_the_day_itself() -> None:
    """C35: it is left alone before that day, and looked at again on it."""
    life = Life(FRIDAY, snoozed_until=date(2026, 12, 1))
    assert life.is_snoozed(date(2026, 11, 30))
    assert not life.is_snoozed(date(2026, 12, 1))
    assert not Life(FRIDAY).is_snoozed(date(2026, 11, 30))


def test_a_stage_says_how_many_days_it_allows() -> None:
    """C35: `stale_days`, else `expect_days`, else the setting."""
    assert 3 == days_allowed(StageSpec("a", "A", stale_days=3, expect_days=9), 10)
    assert 9 == days_allowed(StageSpec("a", "A", expect_days=9), 10)
    assert 10 == days_allowed(StageSpec("a", "A"), 10)
    assert 10 == days_allowed(None, 10)


@pytest.mark.parametrize("text", ["", "0", "-3", "1.5", "x", "1000", "٣"])
def test_settings_that_mean_nothing_are_refused(text: str) -> None:
    """C35: neither a number of days nor a policy."""
    with pytest.raises(UsageError):
        known_days(text)
    with pytest.raises(UsageError):
        known_policy(text)
