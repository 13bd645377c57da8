"""Days and times from any text: the program's own words first, and a library for the rest."""

from datetime import date, datetime, time

from salescli.domain import spoken
from salescli.domain.moments import START_OF_DAY, at
from salescli.errors import UsageError

EARLIEST_YEAR = 1970
LATEST_YEAR = 2200
_LONGEST_FOR_LIBRARY = 60
_ORDERS = ("MDY", "DMY")


def day(text: str, now: datetime) -> date:
    """Return the day that the text names, seen from `now` in the user's zone.

    Raises UsageError if it is not understood, reads two ways such as `3/4/2027`, or lies outside
    the years 1970 to 2200.
    """
    found = spoken.parse_day(text, now) or _asked_library(text, now)
    _check_year(text, found)
    return found.date() if isinstance(found, datetime) else found


def moment(text: str, now: datetime, clock: time = START_OF_DAY) -> datetime:
    """Return the moment that the text names, in the zone of `now`; refuses what `day` refuses.

    A day without a time means `clock`, which is 09:00 unless something is due by the end of it.
    """
    found = spoken.parse_moment(text, now, clock) or _asked_library(text, now)
    _check_year(text, found)
    return found if isinstance(found, datetime) else at(found, clock, now.tzinfo)


def day_or_moment(text: str, now: datetime) -> date | datetime:
    """Return the moment that the text names, or the whole day if it names no time.

    It refuses what `day` refuses.
    """
    found = spoken.parse_day(text, now) or spoken.parse_moment(text, now)
    found = found or _asked_library(text, now)
    _check_year(text, found)
    return found


def _check_year(text: str, found: date) -> None:
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise UsageError(
            f"`{text}` is in the year {found.year}",
            hint=f"the years {EARLIEST_YEAR} to {LATEST_YEAR} can be used",
        )


def _asked_library(text: str, now: datetime) -> date | datetime:
    looks_iso = text.strip()[:4].isdecimal() and text.strip()[4:5] == "-"
    is_slip = spoken.leads_astray(text, now)
    if looks_iso or is_slip or len(text) > _LONGEST_FOR_LIBRARY:
        raise _not_understood(text)
    readings = {_read_by_library(text, now, order) for order in _ORDERS} - {None}
    if len(readings) > 1:
        raise UsageError(f"`{text}` could mean two days", hint="write it like `2026-12-01`")
    found = next(iter(readings), None)
    if found is None:
        raise _not_understood(text)
    return _in_zone(found, now)


def _not_understood(text: str) -> UsageError:
    return UsageError(
        f"`{text}` is not a date I understand",
        hint="write it like `2026-12-01`, `1 dec`, `tue`, `+2 days`, or with a time `tue 10`",
    )


def _read_by_library(text: str, now: datetime, order: str) -> datetime | None:
    """Ask for day and month at least, or the library makes a date of any number."""
    import warnings

    settings = {
        "PREFER_DATES_FROM": "future",
        "RELATIVE_BASE": now.replace(tzinfo=None),
        "REQUIRE_PARTS": ["day", "month"],
        "DATE_ORDER": order,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import dateparser

        try:
            found: datetime | None = dateparser.parse(text, languages=["en"], settings=settings)
        except (ValueError, OverflowError):
            return None
    return found


def _in_zone(found: datetime, now: datetime) -> date | datetime:
    """Read the library's answer on the user's clock; midnight or the time of `now` is no time."""
    if found.tzinfo:
        return found.astimezone(now.tzinfo)
    is_day_only = found.time() in (time(), now.time())
    return found.date() if is_day_only else at(found.date(), found.time(), now.tzinfo)
