"""Moments: storage form, workdays, due rules and what people read."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.domain import moments
from salescli.errors import UsageError

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 14, 20, tzinfo=BERLIN)
TODAY = NOW.date()
ZONES = st.sampled_from([UTC, BERLIN, ZoneInfo("America/New_York"), timezone(timedelta(hours=-3))])
MOMENTS = st.datetimes(
    datetime.fromisoformat("1970-01-02"), datetime.fromisoformat("2200-01-01"), timezones=ZONES
)
DAYS = st.dates(date(1970, 1, 1), date(2200, 1, 1))


@given(MOMENTS)
def test_utc_text_reads_back(moment: datetime) -> None:
    """The stored form keeps the moment to the microsecond, whatever its zone."""
    stored = moments.to_utc_text(moment)
    assert moment.astimezone(UTC) == moments.from_utc_text(stored)
    assert stored == moments.to_utc_text(moments.from_utc_text(stored))


@given(MOMENTS, MOMENTS)
def test_utc_text_sorts_as_time_does(one: datetime, other: datetime) -> None:
    """Order in the store is order in time."""
    in_time = one.astimezone(UTC) < other.astimezone(UTC)
    assert in_time is (moments.to_utc_text(one) < moments.to_utc_text(other))


def test_utc_text_has_one_form() -> None:
    """Always six digits after the second, and nothing else is read."""
    moment = datetime(2026, 11, 22, 5, 20, 27, tzinfo=BERLIN)
    assert "2026-11-22 04:20:27.000000" == moments.to_utc_text(moment)
    for other in ("2026-11-22 04:20:27", "2026-11-22T04:20:27.000000", "2026-11-22", "x" * 26):
        with pytest.raises(ValueError, match=other):
            moments.from_utc_text(other)


def test_naive_moments_are_refused() -> None:
    """A moment without a zone could mean any of a day's hours."""
    naive = datetime.fromisoformat("2026-11-22")
    for write in (moments.to_utc_text, moments.iso):
        with pytest.raises(ValueError, match="no time zone"):
            write(naive)


def test_iso_shows_the_offset() -> None:
    """Programs get seconds and the offset from UTC."""
    assert "2026-11-25T14:20:00+01:00" == moments.iso(NOW)


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        (date(2026, 3, 29), time(2, 30), "2026-03-29T03:30:00+02:00"),
        (date(2026, 10, 25), time(2, 30), "2026-10-25T02:30:00+02:00"),
        (date(2026, 7, 1), time(9), "2026-07-01T09:00:00+02:00"),
    ],
)
def test_a_skipped_time_moves_forward(day: date, clock: time, expected: str) -> None:
    """A wall time that does not exist moves by the gap; one that comes twice is the first."""
    assert expected == moments.iso(moments.at(day, clock, BERLIN))


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 11, 25), 0, date(2026, 11, 25)),
        (date(2026, 11, 25), 2, date(2026, 11, 27)),
        (date(2026, 11, 25), 3, date(2026, 11, 30)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 5, date(2026, 12, 4)),
        (date(2026, 11, 29), 5, date(2026, 12, 4)),
        (date(2026, 11, 28), 0, date(2026, 11, 28)),
        (date(2026, 11, 30), -1, date(2026, 11, 27)),
        (date(2026, 11, 29), -1, date(2026, 11, 27)),
        (date(2026, 11, 29), -6, date(2026, 11, 20)),
    ],
)
def test_workdays_skip_weekends(day: date, n: int, expected: date) -> None:
    """Monday to Friday count; a weekend is passed over in either direction."""
    assert expected == moments.add_workdays(day, n)


@given(DAYS, st.integers(0, 400))
def test_workdays_added_are_workdays_between(day: date, n: int) -> None:
    """Adding n workdays leaves exactly n of them between, and ends on a workday."""
    later = moments.add_workdays(day, n)
    assert n == moments.workdays_between(day, later)
    assert n == 0 or later.weekday() < 5


@given(DAYS, st.integers(0, 400), st.integers(0, 400))
def test_workdays_add_up(day: date, m: int, n: int) -> None:
    """Adding m and then n workdays is adding m + n."""
    assert moments.add_workdays(day, m + n) == moments.add_workdays(moments.add_workdays(day, m), n)


@given(DAYS, DAYS, DAYS)
def test_workdays_between_is_additive(a: date, b: date, c: date) -> None:
    """The way over a third day has as many workdays as the way itself."""
    whole = moments.workdays_between(a, c)
    assert whole == moments.workdays_between(a, b) + moments.workdays_between(b, c)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("+2 workdays", "2026-11-27T14:20:00+01:00"),
        ("+3 workdays", "2026-11-30T14:20:00+01:00"),
        ("+3 days", "2026-11-28T14:20:00+01:00"),
        ("+ 1 day", "2026-11-26T14:20:00+01:00"),
        ("+2w", "2026-12-09T14:20:00+01:00"),
        ("+3 months", "2027-02-25T14:20:00+01:00"),
        ("+1 year", "2027-11-25T14:20:00+01:00"),
        ("+4 hours", "2026-11-25T18:20:00+01:00"),
        ("+90 min", "2026-11-25T15:50:00+01:00"),
        ("+0 days", "2026-11-25T14:20:00+01:00"),
    ],
)
def test_due_rules(rule: str, expected: str) -> None:
    """Days keep the time on the clock; hours and minutes pass."""
    assert expected == moments.iso(moments.offset(rule, NOW))


def test_due_rules_over_a_clock_change() -> None:
    """A day later shows the same clock, 24 hours later shows another."""
    eve = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    assert "2026-03-29T12:00:00+02:00" == moments.iso(moments.offset("+1 day", eve))
    assert "2026-03-29T13:00:00+02:00" == moments.iso(moments.offset("+24 hours", eve))


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "+",
        "2 days",
        "-2 days",
        "+2",
        "+days",
        "+2 moons",
        "+2 days 3",
        "+1 2 days",
        "+99999 days",
        "+9999 years",
        "++2 days",
        "+2.5 days",
        "tomorrow",
        "+² days",
    ],
)
def test_other_due_rules_are_refused(rule: str) -> None:
    """A rule is a plus, a whole number and a unit, and stays in the calendar."""
    with pytest.raises(UsageError) as refusal:
        moments.offset(rule, NOW)
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("day", "unit", "count", "expected"),
    [
        (date(2026, 1, 31), "month", 1, date(2026, 2, 28)),
        (date(2028, 2, 29), "year", 1, date(2029, 2, 28)),
        (date(2026, 3, 31), "month", -1, date(2026, 2, 28)),
        (date(2026, 12, 15), "month", 1, date(2027, 1, 15)),
    ],
)
def test_months_keep_the_day_or_take_the_last(
    day: date, unit: str, count: int, expected: date
) -> None:
    """A month without that day gives its last one."""
    assert expected == moments.shift_day(day, count, unit)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 25), "today"),
        (date(2026, 11, 26), "tomorrow"),
        (date(2026, 11, 24), "yesterday"),
        (date(2026, 12, 1), "Tue 1 Dec"),
        (date(2027, 1, 4), "Mon 4 Jan 2027"),
    ],
)
def test_days_as_people_read_them(day: date, expected: str) -> None:
    """Near days have names, others a weekday, and the year shows when it is another."""
    assert expected == moments.say_day(day, TODAY)


def test_moments_as_people_read_them() -> None:
    """The day and the clock of the reader's own zone."""
    assert "today 10:00" == moments.say_moment(datetime(2026, 11, 25, 9, tzinfo=UTC), NOW)
    assert "tomorrow 00:30" == moments.say_moment(datetime(2026, 11, 25, 23, 30, tzinfo=UTC), NOW)
    assert "Tue 1 Dec 10:00" == moments.say_moment(datetime(2026, 12, 1, 10, tzinfo=BERLIN), NOW)


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=45), "45 min"),
        (timedelta(hours=2, minutes=59), "2 h"),
        (timedelta(days=1, hours=23), "1 day"),
        (timedelta(days=3), "3 days"),
        (timedelta(days=-3), "3 days"),
    ],
)
def test_spans_as_people_read_them(span: timedelta, expected: str) -> None:
    """Only the largest unit, rounded down, without a sign."""
    assert expected == moments.say_span(span)


@pytest.mark.parametrize(
    ("day", "told"),
    [("2026-12-01", "1 Dec"), ("2026-01-31", "31 Jan"), ("2027-01-15", "Jan 2027")],
)
def test_a_day_where_room_is_short(day: str, told: str) -> None:
    """The day and month of this year, the month of another one."""
    assert told == moments.short_day(date.fromisoformat(day), date(2026, 11, 29))
