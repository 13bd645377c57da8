"""Days and times in people's words: `tue 10`, `tomorrow`, `+2 workdays`, `eom`, `1 dec 14:30`.

What is understood here needs no library, so daily commands stay quick. The rules:

- A bare weekday is the next one after today: on a Tuesday, `tue` is a week away. `next tue` is
  the Tuesday of next week, counted from Monday, and `last tue` the latest one before today.
- The clock has 24 hours: `2` is 02:00, and the afternoon is `14` or `2pm`.
- A day without a time begins at 09:00. A time without a day is its next occurrence.
- `+3 days` moves the day and then begins at 09:00; `+3 hours` is time that passes.
- `1 dec` is today or the next one to come. `next week` is its Monday, `next month`, `next
  quarter` and `next year` are their first day.
"""

from contextlib import suppress
from datetime import date, datetime, time, timedelta

from salescli.domain.moments import (
    MONTHS,
    START_OF_DAY,
    WEEKDAYS,
    at,
    first_of_month,
    pass_time,
    read_count,
    shift_day,
)
from salescli.errors import UsageError

_NEAR_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_SHORT = {"eom": "end month", "eoq": "end quarter", "eoy": "end year"}
_FILLERS = frozenset({"at", "on", "of", "the"})
_ORDINAL_LETTERS = "dhnrst"
_LONGEST = 60
_ISO_DAY = len("2026-12-01")
_YEARS_TO_LEAP_DAY = 9
_YEAR_DIGITS = 4
_CLOCK_DIGITS = 4
_FEWEST_LETTERS = 3
_HALF_DAY = 12
_DAYS = range(1, 32)


def parse_day(text: str, now: datetime) -> date | None:
    """Return the day that the text names, or None if it is not understood.

    Raises UsageError if it is understood and impossible, such as `2026-02-30`.
    """
    return _day(_words(text), now.date())


def parse_moment(text: str, now: datetime, clock: time = START_OF_DAY) -> datetime | None:
    """Return the moment that the text names in the zone of `now`, or None if not understood.

    A day without a time means `clock`.

    Raises UsageError if its day is impossible.
    """
    words = _words(text)
    if words in ([], ["now"]):
        return now if words else None
    exact = _iso_moment(text.strip(), now) or _passed(words, now)
    if exact:
        return exact
    day = _day(words, now.date())
    return at(day, clock, now.tzinfo) if day else _day_and_clock(words, now)


def leads_astray(text: str, now: datetime) -> bool:
    """Whether only the beginning of the text names a day, as in `tomorrow 25:00`."""
    words, today = _words(text), now.date()
    reads = (_near_day, _edge_of_period, _counted_day)
    parts = (words[:last] for last in range(1, len(words)))
    return any(read(part, today) for part in parts for read in reads)


def _words(text: str) -> list[str]:
    if len(text) > _LONGEST:
        return []
    plain = text.lower().replace(",", " ").replace(" am", "am").replace(" pm", "pm")
    words = [word for word in plain.split() if word not in _FILLERS]
    return " ".join(_SHORT.get(word, word) for word in words).split()


def _iso_moment(text: str, now: datetime) -> datetime | None:
    try:
        if not _looks_iso(text[:_ISO_DAY]) or len(text) == _ISO_DAY:
            return None
        found = datetime.fromisoformat(text.upper())
        if found.tzinfo:
            return found.astimezone(now.tzinfo)
        return at(found.date(), found.time(), now.tzinfo)
    except (ValueError, OverflowError):
        return None


def _looks_iso(text: str) -> bool:
    return len(text) == _ISO_DAY and text[4] == text[7] == "-" and text[:4].isdecimal()


def _passed(words: list[str], now: datetime) -> datetime | None:
    counted = _signed_count(words)
    return pass_time(now, *counted) if counted else None


def _day_and_clock(words: list[str], now: datetime) -> datetime | None:
    if len(words) == 1:
        is_year = words[0].isdecimal() and len(words[0]) == _YEAR_DIGITS
        clock = None if is_year else _clock(words[0])
        return _next_time(clock, now) if clock else None
    # A bare number leads a date and never a time: `1 dec 26` is not one o'clock.
    first = "" if words[0].isdecimal() else words[0]
    for word, others in ((words[-1], words[:-1]), (first, words[1:])):
        clock = _clock(word)
        day = _day(others, now.date()) if clock else None
        if clock and day:
            return at(day, clock, now.tzinfo)
    return None


def _next_time(clock: time, now: datetime) -> datetime:
    today = at(now.date(), clock, now.tzinfo)
    return today if today > now else at(now.date() + timedelta(1), clock, now.tzinfo)


def _clock(word: str) -> time | None:
    """Read `14`, `14:30`, `14.30`, `1430`, `2pm`, `2:30pm` or `noon`."""
    if word == "noon":
        return time(_HALF_DAY)
    half = word[-2:] if word.endswith(("am", "pm")) else ""
    digits = word.removesuffix(half).replace(".", ":", 1)
    if len(digits) == _CLOCK_DIGITS and digits.isdecimal():
        digits = f"{digits[:2]}:{digits[2:]}"
    hours, colon, minutes = digits.partition(":")
    is_written_well = len(hours) in (1, 2) and len(minutes) == (2 if colon else 0)
    if not is_written_well or not (hours + minutes).isdecimal():
        return None
    return _time_of_day(int(hours), int(minutes or 0), half)


def _time_of_day(hour: int, minute: int, half: str) -> time | None:
    if half and hour not in range(1, _HALF_DAY + 1):
        return None
    if half:
        hour = hour % _HALF_DAY + (_HALF_DAY if half == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None


def _day(words: list[str], today: date) -> date | None:
    if not words:
        return None
    for read in (_near_day, _iso_day, _weekday, _edge_of_period, _counted_day, _calendar_day):
        day = read(words, today)
        if day:
            return day
    return None


def _near_day(words: list[str], today: date) -> date | None:
    away = _NEAR_DAYS.get(words[0]) if len(words) == 1 else None
    return None if away is None else today + timedelta(away)


def _iso_day(words: list[str], _today: date) -> date | None:
    if len(words) > 1 or not _looks_iso(words[0]):
        return None
    return _real_day(words[0], *words[0].split("-"))


def _real_day(shown: str, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise UsageError(
            f"`{shown}` is not a day of the calendar", hint="write it like `2026-12-01`"
        ) from None


def _weekday(words: list[str], today: date) -> date | None:
    number = _place(words[-1], WEEKDAYS)
    if number is None or words[:-1] not in ([], ["next"], ["last"]):
        return None
    if words[0] == "next":
        return _next_monday(today) + timedelta(number)
    if words[0] == "last":
        return today - timedelta((today.weekday() - number - 1) % 7 + 1)
    return today + timedelta((number - today.weekday() - 1) % 7 + 1)


def _place(word: str, names: tuple[str, ...]) -> int | None:
    """Find a name by three or more of its first letters."""
    places = [place for place, name in enumerate(names) if name.startswith(word)]
    return places[0] if places and len(word) >= _FEWEST_LETTERS else None


def _next_monday(today: date) -> date:
    return today + timedelta(7 - today.weekday())


def _edge_of_period(words: list[str], today: date) -> date | None:
    if words == ["next", "week"]:
        return _next_monday(today)
    months = {"month": 1, "quarter": 3 - (today.month - 1) % 3, "year": 13 - today.month}
    side, unit = words[0], " ".join(words[1:])
    if side not in ("next", "end") or unit not in months:
        return None
    following = first_of_month(today, months[unit])
    return following if side == "next" else following - timedelta(1)


def _counted_day(words: list[str], today: date) -> date | None:
    counted = _signed_count(words)
    if counted is None or counted[1] in ("hour", "minute"):
        return None
    try:
        return shift_day(today, *counted)
    except (OverflowError, ValueError):
        return None


def _signed_count(words: list[str]) -> tuple[int, str] | None:
    """Read `+3d`, `+ 3 days`, `3 days`, `in 3 days`, `-3d` or `3 days ago`."""
    sign, rest = words[0][0], [words[0][1:], *words[1:]]
    if words[0][0].isdecimal() and words[-1] != "ago":
        sign, rest = "+", words
    elif words[0] == "in":
        sign, rest = "+", words[1:]
    elif words[-1] == "ago":
        sign, rest = "-", words[:-1]
    counted = read_count([word for word in rest if word]) if sign in "+-" else None
    return (counted[0] * (-1 if sign == "-" else 1), counted[1]) if counted else None


def _calendar_day(words: list[str], today: date) -> date | None:
    """Read `1 dec`, `dec 1st`, `1 december 2027` or `tue 1 dec`."""
    weekday = _place(words[0], WEEKDAYS)
    parts = _date_parts(words if weekday is None else words[1:])
    if parts is None:
        return None
    day = _coming_day(" ".join(words), *parts, today)
    if weekday not in (None, day.weekday()):
        raise UsageError(
            f"{day.day} {MONTHS[day.month - 1].title()} {day.year} is a "
            f"{WEEKDAYS[day.weekday()].title()}",
            hint="leave the weekday out, or correct the day",
        )
    return day


def _date_parts(words: list[str]) -> tuple[str, int, str] | None:
    if len(words) not in (2, 3):
        return None
    name, number = words[:2] if words[0].isalpha() else words[1::-1]
    digits = number.rstrip(_ORDINAL_LETTERS)
    year = "".join(words[2:])
    month = _place(name, MONTHS)
    is_year = not year or (len(year) == _YEAR_DIGITS and year.isdecimal())
    if month is None or not is_year or not (digits.isdecimal() and int(digits) in _DAYS):
        return None
    return year, month + 1, digits


def _coming_day(shown: str, year: str, month: int, day: str, today: date) -> date:
    if year:
        return _real_day(shown, year, str(month), day)
    for coming in range(today.year, today.year + _YEARS_TO_LEAP_DAY):
        with suppress(ValueError):
            if date(coming, month, int(day)) >= today:
                return date(coming, month, int(day))
    return _real_day(shown, str(today.year), str(month), day)
