"""Reads the cells of an imported file: the forms of programs at once, all others as a person's."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from salescli.domain import fields as kinds
from salescli.domain import importing
from salescli.domain.fields import Field
from salescli.domain.moments import START_OF_DAY, at, to_utc_text
from salescli.domain.money import known_currency, minor_digits, parse_amount
from salescli.domain.process.spec import ProcessSpec
from salescli.domain.text import clean, slug
from salescli.errors import NotFoundError, SalesError, UsageError
from salescli.services import values
from salescli.services.targets import find_stage
from salescli.services.when import EARLIEST_YEAR, LATEST_YEAR
from salescli.store.unit_of_work import UnitOfWork
from salescli.store.values import to_stored

LONGEST = 10_000
"""Characters that one cell may have."""

Read = Callable[[str], Any]
Answer = Callable[[str], tuple[Any, str]]
"""What reads a cell: the value as the store has it, and the reason where there is none."""

_REMEMBERED = 4096
_ISO_DAY = 10
_MOST_DIGITS = 12
_TEXTS = frozenset({kinds.TEXT, kinds.LONG_TEXT, kinds.EMAIL})
_DAY = Field("day", "Day", kinds.DAY)


class CellReader:
    """Reads cells by the kind of their field; a text that comes again is not read again."""

    def __init__(self, unit: UnitOfWork, spec: ProcessSpec) -> None:
        self._unit = unit
        self._spec = spec
        self.amount = lru_cache(_REMEMBERED)(_amount)

    def of(self, noun: str, field: Field) -> Answer:
        """Return what reads the cells of a field."""
        read = self._by_name(noun, field.name) or self._by_kind(field)
        answer = _answering(read, field.name)
        is_read_each_time = field.kind in _TEXTS and self._by_name(noun, field.name) is None
        return answer if is_read_each_time else lru_cache(_REMEMBERED)(answer)

    def _by_name(self, noun: str, name: str) -> Read | None:
        named: dict[tuple[str, str], Read] = {
            ("opportunity", "stage"): self._stage,
            ("lead", "status"): self._status,
        }
        of_all: dict[str, Read] = {
            importing.CREATED: self._began,
            importing.SINCE: self._began,
            importing.CURRENCY: known_currency,
            importing.PRODUCT: _names,
        }
        return named.get((noun, name)) or of_all.get(name)

    def _by_kind(self, field: Field) -> Read:
        if field.kind in _TEXTS:
            return _lines if field.kind == kinds.LONG_TEXT else _text
        if field.kind == kinds.DAY:
            return self._day
        if field.kind in {kinds.USER, kinds.DIVISION}:
            return _called
        if field.kind in kinds.REFERENCES:
            return _text
        return lambda text: self._plain_or_typed(field, text)

    def _plain_or_typed(self, field: Field, text: str) -> Any:
        whole, _, decimals = text.strip().partition(".")
        is_number = field.kind in {kinds.INTEGER, kinds.PERCENT}
        typed = whole if is_number and not decimals.strip("0") else text
        return to_stored(field, values.read(self._unit, field, typed))

    def _stage(self, text: str) -> str:
        """Return the stage by its own name in the process, or by that of another program."""
        try:
            return find_stage(self._spec, text).id
        except NotFoundError:
            known = importing.STAGES.get(slug(text), "")
            with suppress(NotFoundError):
                return find_stage(self._spec, known).id
            raise

    def _status(self, text: str) -> Any:
        return importing.lead_status(text) or self._plain_or_typed(_STATUS, text)

    def _day(self, text: str) -> str:
        """Return a day; a word such as `tomorrow` means nothing in a file and is refused."""
        text = text.strip()
        if _is_iso(text):
            iso = date.fromisoformat(text[:_ISO_DAY])
            if EARLIEST_YEAR <= iso.year <= LATEST_YEAR:
                return iso.isoformat()
        if not any(len(group) == 4 for group in _groups_of_digits(text)):
            raise UsageError(
                f"`{clean(text)}` is no date with a year", hint="write it like `2026-12-01`"
            )
        day: date = values.read(self._unit, _DAY, text)
        return day.isoformat()

    def _began(self, text: str) -> str:
        """Return the moment in which the day begins, or now where that is yet to come."""
        now = self._unit.now
        began = at(date.fromisoformat(self._day(text)), START_OF_DAY, now.tzinfo)
        return to_utc_text(min(began, now))


_STATUS = next(field for field in kinds.NOUNS["lead"] if field.name == "status")


def _answering(read: Read, name: str) -> Answer:
    """Return the reader with its refusals as reasons."""

    def answer(text: str) -> tuple[Any, str]:
        if len(text) > LONGEST:
            return None, f"has more than {LONGEST:,} characters"
        try:
            return read(text), ""
        except SalesError as refusal:
            return None, _without_name(refusal.message, name)
        except ValueError:
            return None, f"`{clean(text)}` is not in the calendar"

    return answer


def _amount(text: str, currency: str, power: int) -> tuple[int | None, str]:
    """Return an amount in minor units, of so many powers of ten, or the reason why not."""
    if not power and len(text) <= _MOST_DIGITS and text.isascii() and text.isdecimal():
        return int(text) * 10 ** minor_digits(currency), ""
    try:
        return parse_amount(_scaled(text, power) if power else text.strip(), currency), ""
    except SalesError as refusal:
        return None, refusal.message


def _scaled(text: str, power: int) -> str:
    try:
        number = Decimal(text.strip()).scaleb(power)
        return format(number, ".2f") if abs(number.adjusted()) < 30 else text
    except (InvalidOperation, ValueError):
        raise UsageError(
            f"`{clean(text)}` is not a number", hint="write it in digits, such as 40"
        ) from None


def _text(text: str) -> str | None:
    return clean(text, limit=LONGEST) or None


def _lines(text: str) -> str | None:
    return clean(text, limit=LONGEST, lines=True) or None


def _names(text: str) -> tuple[str, ...]:
    names = (clean(name) for name in text.split(";"))
    return tuple(dict.fromkeys(name for name in names if name))


def _called(text: str) -> str | None:
    """Return the name of a user or division, whose letters and digits make its identifier."""
    name = clean(text)
    if name and not slug(name):
        raise UsageError(
            f"`{name}` has neither letters nor digits", hint="use letters or digits in it"
        )
    return name or None


def _without_name(message: str, name: str) -> str:
    return message.removeprefix(f"{name}: ").removeprefix(f"{_DAY.name}: ")


def _is_iso(text: str) -> bool:
    is_long_enough = len(text) == _ISO_DAY or text[_ISO_DAY : _ISO_DAY + 1] in {"T", " "}
    return is_long_enough and text[4:5] == "-" and text[7:8] == "-"


def _groups_of_digits(text: str) -> list[str]:
    return "".join(char if char.isdecimal() else " " for char in text).split()
