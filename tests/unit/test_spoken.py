"""Days and times in people's words; `now` is Wednesday 25 November 2026, 14:20 in Berlin."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.domain import moments, spoken
from salescli.errors import UsageError

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 14, 20, tzinfo=BERLIN)
DAYS = st.dates(date(1971, 1, 1), date(2199, 12, 31))
WALLS = st.datetimes(datetime.fromisoformat("1971-01-01"), datetime.fromisoformat("2199-12-31"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-24", "2026-11-24"),
        ("today", "2026-11-25"),
        ("Tomorrow", "2026-11-26"),
        ("yesterday", "2026-11-24"),
        ("thu", "2026-11-26"),
        ("wed", "2026-12-02"),
        ("tuesday", "2026-12-01"),
        ("on Tues", "2026-12-01"),
        ("next thu", "2026-12-03"),
        ("next mon", "2026-11-30"),
        ("last mon", "2026-11-23"),
        ("last wed", "2026-11-18"),
        ("last thu", "2026-11-19"),
        ("next week", "2026-11-30"),
        ("next month", "2026-12-01"),
        ("next quarter", "2027-01-01"),
        ("next year", "2027-01-01"),
        ("eom", "2026-11-30"),
        ("end of month", "2026-11-30"),
        ("end of the quarter", "2026-12-31"),
        ("eoq", "2026-12-31"),
        ("eoy", "2026-12-31"),
        ("+3d", "2026-11-28"),
        ("+2 days", "2026-11-27"),
        ("+ 2 days", "2026-11-27"),
        ("+1 week", "2026-12-02"),
        ("+2w", "2026-12-09"),
        ("+3 workdays", "2026-11-30"),
        ("+1 month", "2026-12-25"),
        ("in 3 days", "2026-11-28"),
        ("3 days ago", "2026-11-22"),
        ("-3d", "2026-11-22"),
        ("1 dec", "2026-12-01"),
        ("Dec 1st", "2026-12-01"),
        ("tue 1 dec", "2026-12-01"),
        ("Tue, 1 December 2026", "2026-12-01"),
        ("25 nov", "2026-11-25"),
        ("24 nov", "2027-11-24"),
        ("29 feb", "2028-02-29"),
    ],
)
def test_days(text: str, expected: str) -> None:
    """What a seller types for a day."""
    assert date.fromisoformat(expected) == spoken.parse_day(text, NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-24", "2026-11-24T09:00:00+01:00"),
        ("2026-11-24 14:30", "2026-11-24T14:30:00+01:00"),
        ("2026-11-24T14:30", "2026-11-24T14:30:00+01:00"),
        ("2026-11-24T14:30+03:00", "2026-11-24T12:30:00+01:00"),
        ("2026-11-24T14:30Z", "2026-11-24T15:30:00+01:00"),
        ("2026-11-24 2pm", "2026-11-24T14:00:00+01:00"),
        ("now", "2026-11-25T14:20:00+01:00"),
        ("today", "2026-11-25T09:00:00+01:00"),
        ("tue", "2026-12-01T09:00:00+01:00"),
        ("tue 10", "2026-12-01T10:00:00+01:00"),
        ("tuesday 10:30", "2026-12-01T10:30:00+01:00"),
        ("tue 2pm", "2026-12-01T14:00:00+01:00"),
        ("tue at 2:15 pm", "2026-12-01T14:15:00+01:00"),
        ("tue noon", "2026-12-01T12:00:00+01:00"),
        ("tue 2", "2026-12-01T02:00:00+01:00"),
        ("tue 12am", "2026-12-01T00:00:00+01:00"),
        ("tue 12pm", "2026-12-01T12:00:00+01:00"),
        ("next tue 10", "2026-12-01T10:00:00+01:00"),
        ("10:30 tomorrow", "2026-11-26T10:30:00+01:00"),
        ("15:00", "2026-11-25T15:00:00+01:00"),
        ("14:20", "2026-11-26T14:20:00+01:00"),
        ("10", "2026-11-26T10:00:00+01:00"),
        ("+3d", "2026-11-28T09:00:00+01:00"),
        ("+2 workdays 10:00", "2026-11-27T10:00:00+01:00"),
        ("+4 hours", "2026-11-25T18:20:00+01:00"),
        ("in 30 min", "2026-11-25T14:50:00+01:00"),
        ("2 hours ago", "2026-11-25T12:20:00+01:00"),
        ("tue 1 dec 10:00", "2026-12-01T10:00:00+01:00"),
        ("dec 1 10", "2026-12-01T10:00:00+01:00"),
        ("1 dec 2027 8", "2027-12-01T08:00:00+01:00"),
        ("2027-03-28 02:30", "2027-03-28T03:30:00+02:00"),
        ("2026-07-01", "2026-07-01T09:00:00+02:00"),
    ],
)
def test_moments(text: str, expected: str) -> None:
    """What a seller types for a time; a day alone begins at nine, a time alone comes next."""
    found = spoken.parse_moment(text, NOW)
    assert found is not None
    assert expected == moments.iso(found)
    assert found.tzinfo is NOW.tzinfo


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "acme",
        "tu",
        "ma",
        "25:00",
        "10:60",
        "13pm",
        "0am",
        "tue 25",
        "+2",
        "+2 5 days",
        "+99999 days",
        "in",
        "ago",
        "+",
        "next",
        "next proposal",
        "end",
        "1 2 2026",
        "dec",
        "1 dec 26",
        "111 dec",
        "tomorrow tomorrow",
        "10 10",
        "2026-11-24T25:00",
        "x" * 61,
    ],
)
def test_other_words_are_left_to_another_reader(text: str) -> None:
    """What is not understood here is None, and a library may try."""
    assert spoken.parse_day(text, NOW) is None
    assert spoken.parse_moment(text, NOW) is None


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-13-01", "31 feb", "31 nov 2026", "tue 2 dec", "fri 1 dec 2026"]
)
def test_an_impossible_day_is_refused(text: str) -> None:
    """A day that is understood and does not exist is an error, not a guess."""
    for read in (spoken.parse_day, spoken.parse_moment):
        with pytest.raises(UsageError) as refusal:
            read(text, NOW)
        assert refusal.value.hint


@given(DAYS, DAYS)
def test_a_day_reads_back_as_it_was_said(day: date, today: date) -> None:
    """The words that the program shows for a day mean that day when they are typed."""
    now = moments.at(today, moments.START_OF_DAY, BERLIN)
    said = moments.say_day(day, today)
    in_past = day.year == today.year and day < today and said != "yesterday"
    assert in_past or day == spoken.parse_day(said, now)


@given(WALLS, st.integers(0, 6))
def test_a_bare_weekday_is_in_the_coming_week(wall: datetime, number: int) -> None:
    """A weekday is one to seven days away and falls on that weekday."""
    now = wall.replace(tzinfo=BERLIN)
    day = spoken.parse_day(moments.WEEKDAYS[number], now)
    assert day is not None
    assert number == day.weekday()
    assert timedelta(1) <= day - now.date() <= timedelta(7)


SPOKEN = "in ago + - +3 3 days day d next end of eom tue 1 dec 2026 10:30 2pm pm 99 2026-02-28"
WORDS = st.sampled_from(SPOKEN.split())


@given(st.text(max_size=70) | st.lists(WORDS, max_size=5).map(" ".join))
def test_any_text_gets_an_answer(text: str) -> None:
    """No text makes the reader fail in another way than by a UsageError."""
    for read in (spoken.parse_day, spoken.parse_moment):
        try:
            read(text, NOW)
        except UsageError:
            continue
