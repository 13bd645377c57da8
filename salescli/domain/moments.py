"""Days and times: as the store keeps them, as people read them, and how far apart they are.

People's own words for them are read in `spoken.py`. Everything is reckoned on the wall clock of
`now`, an aware datetime in the user's zone: a wall time that the zone skips moves forward by the
gap, and one that comes twice means the first.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from salescli.errors import UsageError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
START_OF_DAY = time(9)
"""When a day begins for somebody who names no time."""

END_OF_DAY = time(17)
"""By when something is due on a day for which nobody names a time."""

_SHORT_UNITS = {
    "d": "day",
    "w": "week",
    "wd": "workday",
    "mo": "month",
    "y": "year",
    "h": "hour",
    "hr": "hour",
    "min": "minute",
}
_UNITS = _SHORT_UNITS | {unit: unit for unit in _SHORT_UNITS.values()}
_ELAPSED = {"hour": timedelta(hours=1), "minute": timedelta(minutes=1)}
_MOST_COUNT_DIGITS = 4
_UTC_FORM = len("2026-11-22 04:20:27.263937")
_WORKDAYS = 5


def to_utc_text(moment: datetime) -> str:
    """Return the one form of the store, `2026-11-22 04:20:27.263937`, which sorts as time does.

    Raises ValueError on a naive datetime.
    """
    return _aware(moment).astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def from_utc_text(text: str) -> datetime:
    """Return the aware UTC datetime of the store's form; raises ValueError on any other."""
    if len(text) != _UTC_FORM or text[10] != " ":
        raise ValueError(text)
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def iso(moment: datetime) -> str:
    """Return a moment for programs, `2026-11-24T14:30:00+01:00`; raises ValueError if naive."""
    return _aware(moment).isoformat(timespec="seconds")


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no time zone")
    return moment


def at(day: date, clock: time, zone: tzinfo | None) -> datetime:
    """Return the moment when the wall clock in the zone shows that time of that day."""
    wall = datetime.combine(day, clock.replace(fold=0), tzinfo=zone)
    return wall.astimezone(UTC).astimezone(zone)


def add_workdays(day: date, n: int) -> date:
    """Return the n-th workday (Monday to Friday) after the day, or before it when n is negative.

    From a weekend, the first workday after it is Monday. With 0 the day itself is returned.
    """
    if not n:
        return day
    step = 1 if n > 0 else -1
    while day.weekday() >= _WORKDAYS:
        day -= timedelta(step)
    weeks, rest = divmod(abs(n), _WORKDAYS)
    day += timedelta(weeks=weeks * step)
    for _ in range(rest):
        day += timedelta(step)
        while day.weekday() >= _WORKDAYS:
            day += timedelta(step)
    return day


def workdays_between(a: date, b: date) -> int:
    """Return how many workdays come after `a` up to and with `b`; negative when b is earlier."""
    if b < a:
        return -workdays_between(b, a)
    weeks, rest = divmod((b - a).days, 7)
    rest_days = (a + timedelta(passed) for passed in range(1, rest + 1))
    return weeks * _WORKDAYS + sum(day.weekday() < _WORKDAYS for day in rest_days)


def first_of_month(day: date, months: int = 0) -> date:
    """Return the first day of the day's month, or of the month so many months later."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def shift_day(day: date, count: int, unit: str) -> date:
    """Return the day that is `count` days, weeks, workdays, months or years away.

    A month later keeps the day of the month, or takes the last one: January 31 becomes
    February 28. Raises OverflowError or ValueError beyond the years 1 to 9999.
    """
    if unit == "workday":
        return add_workdays(day, count)
    if unit in ("day", "week"):
        return day + timedelta(count * (7 if unit == "week" else 1))
    months = count * (12 if unit == "year" else 1)
    last = first_of_month(day, months + 1) - timedelta(1)
    return last.replace(day=min(day.day, last.day))


def read_count(words: list[str]) -> tuple[int, str] | None:
    """Return the number and unit of `3d`, `3 days` or `1 hour`, in singular, or None."""
    unit = "".join(words).lstrip("0123456789")
    number = "".join(words).removesuffix(unit)
    singular = _UNITS.get(unit.removesuffix("s"))
    is_split_well = len(words) == 1 or words == [number, unit]
    if not singular or not is_split_well or not 0 < len(number) <= _MOST_COUNT_DIGITS:
        return None
    return int(number), singular


def pass_time(now: datetime, count: int, unit: str) -> datetime | None:
    """Return the moment after so many hours or minutes have really passed; None for other units."""
    if unit not in _ELAPSED:
        return None
    return (now.astimezone(UTC) + count * _ELAPSED[unit]).astimezone(now.tzinfo)


def offset(rule: str, now: datetime, clock: time | None = None) -> datetime:
    """Return when something is due by a rule such as `+2 workdays`, `+3 days` or `+4 hours`.

    Days, weeks, months and years mean `clock`, or keep the time of day on the wall clock of `now`;
    hours and minutes are time that passes. Raises UsageError on any other rule.
    """
    words = rule.strip().lower().removeprefix("+").split()
    counted = read_count(words) if rule.strip().startswith("+") else None
    if counted is None:
        raise UsageError(
            f"`{rule}` is not a rule for a due date",
            hint="write it like `+2 workdays`, `+3 days` or `+4 hours`",
        )
    try:
        return pass_time(now, *counted) or at(
            shift_day(now.date(), *counted), clock or now.time(), now.tzinfo
        )
    except (OverflowError, ValueError):
        raise UsageError(f"`{rule}` leaves the calendar", hint="give a nearer due date") from None


def say_day(day: date, today: date) -> str:
    """Return `today`, `tomorrow`, `yesterday` or `Tue 1 Dec`, with the year if it is another."""
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((day - today).days)
    if near:
        return near
    weekday, month = WEEKDAYS[day.weekday()][:3].title(), MONTHS[day.month - 1][:3].title()
    year = "" if day.year == today.year else f" {day.year}"
    return f"{weekday} {day.day} {month}{year}"


def short_day(day: date, today: date) -> str:
    """Return `1 Dec`, or `Jan 2027` of another year, where room is short."""
    month = MONTHS[day.month - 1][:3].title()
    return f"{day.day} {month}" if day.year == today.year else f"{month} {day.year}"


def say_moment(moment: datetime, now: datetime) -> str:
    """Return `today 10:00` or `Tue 1 Dec 10:00`, on the wall clock of `now`."""
    local = moment.astimezone(now.tzinfo)
    return f"{say_day(local.date(), now.date())} {local:%H:%M}"


def say_iso(text: str, now: datetime) -> str:
    """Return what `say_moment` says of the moment that an ISO text with an offset names."""
    return say_moment(datetime.fromisoformat(text), now)


def say_span(span: timedelta) -> str:
    """Return the length of a span in its largest unit, rounded down: `3 days`, `2 h`, `45 min`."""
    span = abs(span)
    hours, minutes = divmod(span.seconds // 60, 60)
    if span.days:
        return f"{span.days} day{'s' if span.days > 1 else ''}"
    return f"{hours} h" if hours else f"{minutes} min"
