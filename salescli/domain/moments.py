"""Days and times: as people type them, as people read them, and as the store keeps them.

Everything is reckoned on the wall clock of `now`, an aware datetime in the user's zone. A wall
time that a zone skips moves forward by the gap, and one that comes twice means the first.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from salescli.errors import UsageError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = tuple(
    "january february march april may june july august september october november december".split()
)
START_OF_DAY = time(9)
"""When a day begins for somebody who names no time."""

_NEAR_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_UNITS = {
    "d": "day",
    "day": "day",
    "w": "week",
    "week": "week",
    "wd": "workday",
    "workday": "workday",
    "mo": "month",
    "month": "month",
    "y": "year",
    "year": "year",
    "h": "hour",
    "hour": "hour",
    "min": "minute",
    "minute": "minute",
}
_ELAPSED = {"hour": timedelta(hours=1), "minute": timedelta(minutes=1)}
_LONGEST = 60
_UTC_FORM = len("2026-11-22 04:20:27.263937")
