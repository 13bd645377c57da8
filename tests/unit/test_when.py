"""Days and times from any text; `now` is Wednesday 25 November 2026, 14:20 in Berlin."""

import subprocess
import sys
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.domain import moments
from salescli.errors import UsageError
from salescli.services import when

NOW = datetime(2026, 11, 25, 14, 20, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-01", "2026-12-01"),
        ("tue", "2026-12-01"),
        ("1 dec 26", "2026-12-01"),
        ("24.12.2026", "2026-12-24"),
        ("12/24/2026", "2026-12-24"),
        ("in two weeks", "2026-12-09"),
        ("last monday", "2026-11-23"),
        ("4/4/2027", "2027-04-04"),
    ],
)
def test_days(text: str, expected: str) -> None:
    """The program's own words, and what the library adds."""
    assert date.fromisoformat(expected) == when.day(text, NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tue 10", "2026-12-01T10:00:00+01:00"),
        ("1 dec 26", "2026-12-01T09:00:00+01:00"),
        ("in two weeks", "2026-12-09T09:00:00+01:00"),
        ("24.12.2026 15:30", "2026-12-24T15:30:00+01:00"),
        ("tomorrow 14.30", "2026-11-26T14:30:00+01:00"),
        ("tomorrow 1430", "2026-11-26T14:30:00+01:00"),
        ("3 days 14", "2026-11-28T14:00:00+01:00"),
        ("24 december 2026 10am UTC", "2026-12-24T11:00:00+01:00"),
        ("28.03.2027 02:30", "2027-03-28T03:30:00+02:00"),
    ],
)
def test_moments(text: str, expected: str) -> None:
    """A day alone begins at nine, a zone in the text counts, and the answer is in the user's."""
    found = when.moment(text, NOW)
    assert expected == moments.iso(found)
    assert found.tzinfo is NOW.tzinfo


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not a date I understand"),
        ("acme", "not a date I understand"),
        ("2026", "not a date I understand"),
        ("may", "not a date I understand"),
        ("tomorrow 25:00", "not a date I understand"),
        ("today 24:00", "not a date I understand"),
        ("+2 days 25:00", "not a date I understand"),
        ("next week 25", "not a date I understand"),
        ("2026-13-45T99:00", "not a date I understand"),
        ("x" * 1000, "not a date I understand"),
        ("2026-02-30", "not a day of the calendar"),
        ("3/4/2027", "two days"),
        ("1969-12-31", "the year 1969"),
        ("2201-01-01", "the year 2201"),
        ("300 years ago", "the year 1726"),
    ],
)
def test_other_text_is_refused(text: str, reason: str) -> None:
    """What is no date, reads two ways or is out of reach is refused with an example."""
    for read in (when.day, when.moment):
        with pytest.raises(UsageError, match=reason) as refusal:
            read(text, NOW)
        assert refusal.value.hint


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=30) | st.text("0123456789 /.:-+apmdecinuts", max_size=20))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    """No text makes the reader fail in another way than by a UsageError."""
    for read in (when.day, when.moment):
        try:
            found = read(text, NOW)
        except UsageError:
            continue
        assert when.EARLIEST_YEAR <= found.year <= when.LATEST_YEAR


def test_own_words_need_no_library() -> None:
    """A daily command that names a usual day does not pay for the library."""
    program = (
        "import sys; from datetime import datetime, UTC; from salescli.services import when; "
        "when.day('tue', datetime.now(UTC)); when.moment('tue 10', datetime.now(UTC)); "
        "sys.exit('dateparser' in sys.modules or 're' in sys.modules)"
    )
    assert 0 == subprocess.run([sys.executable, "-S", "-c", program], check=False).returncode
