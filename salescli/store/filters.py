"""Conditions as SQL: they select exactly the records for which `condition.evaluate` holds.

A part that is NULL counts as false: AND and OR keep that meaning, and each NOT settles it first.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import ceil, floor
from typing import Any, NamedTuple

from salescli.domain import fields as kinds
from salescli.domain.fields import REFERENCES, Field
from salescli.domain.filters import CLOSED, DAYS, OPEN, known
from salescli.domain.moments import at, to_utc_text
from salescli.domain.money import CURRENCIES, minor_digits
from salescli.domain.process.condition import Condition
from salescli.domain.reference import PREFIXES
from salescli.domain.text import key
from salescli.store.records import NUMBERED, label_column

_LARGEST = 1 << 62
"""No number of the store comes near it."""

_MOST_DAYS = 500_000
"""No record is so many days old."""

_NEVER, _WHATEVER = "0", "IS NOT NULL"

_NAMES = {
    "stakeholders": (
        "FROM stakeholder p JOIN contact n ON n.id = p.contact_id"
        " WHERE p.opportunity_id = {alias}.id"
    ),
    "competitors": "FROM competitor n WHERE n.opportunity_id = {alias}.id",
    "offers": (
        "FROM opportunity_line p JOIN offer n ON n.id = p.offer_id"
        " WHERE p.opportunity_id = {alias}.id"
    ),
    "conditions": "FROM condition n WHERE n.opportunity_id = {alias}.id",
    "attendees": (
        "FROM activity x JOIN participant p ON p.activity_id = x.id"
        " JOIN contact n ON n.id = p.contact_id"
        " WHERE x.opportunity_id = {alias}.id AND x.kind = 'meeting' AND x.state <> 'canceled'"
    ),
}
_SAID = (
    "(SELECT json_extract(r.draft, '$.{name}') FROM process_run r"
    " WHERE r.opportunity_id = {alias}.id AND r.voided_by_id IS NULL"
    " ORDER BY r.state = 'running' DESC, r.number DESC LIMIT 1)"
)
"""What a form has asked for that the sale alone keeps."""

_OPEN_ACTIVITY = "FROM activity x WHERE x.opportunity_id = {alias}.id AND x.state = 'open'"
_SOONEST = f"{_OPEN_ACTIVITY} ORDER BY x.due_at NULLS LAST, x.number LIMIT 1"
_RUNNING = "FROM process_run r WHERE r.opportunity_id = {alias}.id AND r.state = 'running'"
_DERIVED = {
    ("opportunity", "step"): (
        "(SELECT s.step FROM process_run r JOIN step_visit s ON s.run_id = r.id"
        " WHERE r.opportunity_id = {alias}.id AND r.state = 'running' AND s.closed_at IS NULL"
        " AND s.voided_by_id IS NULL ORDER BY s.id LIMIT 1)"
    ),
    ("opportunity", "next_step"): f"(SELECT x.name {_SOONEST})",
    ("opportunity", "next_due"): f"(SELECT x.due_at {_SOONEST})",
    ("opportunity", "guided"): f"EXISTS (SELECT 1 {_RUNNING})",
}


class Filter(NamedTuple):
    """A condition as part of a WHERE clause, and the values of its marks."""

    clause: str
    parameters: tuple[Any, ...]


def compiled(
    connection: sqlite3.Connection,
    noun: str,
    test: Condition,
    *,
    now: datetime,
    endings: Mapping[str, str],
    alias: str = "t",
) -> Filter:
    """Return SQL about the alias of a noun for a condition that `filters.read` has checked.

    Args:
        connection: gets the function that the SQL compares text with.
        noun: what the condition is about.
        test: the condition.
        now: the time, in the reader's zone.
        endings: id of each stage that ends a sale -> as what it ends.
        alias: the name of the noun's table in the statement.
    """
    connection.create_function("search_key", 1, _search_key, deterministic=True)
    writer = _Writer(now, endings)
    clause = writer.clause(noun, alias, test)
    return Filter(clause, tuple(writer.parameters))


def _search_key(text: str | None) -> str | None:
    return None if text is None else key(text)


class _Writer:
    """Writes a condition part by part; its parameters follow in the order of their marks."""

    def __init__(self, now: datetime, endings: Mapping[str, str]) -> None:
        self.now = now
        self.endings = endings
        self.parameters: list[Any] = []

    def clause(self, noun: str, alias: str, test: Condition) -> str:
        operator, *operands = test
        if operator in ("and", "or"):
            parts = (self.clause(noun, alias, part) for part in operands)
            return "(" + f" {operator.upper()} ".join(parts) + ")"
        if operator == "not":
            return self._not(noun, alias, operands[0])
        if operator == "!=":
            return self._not(noun, alias, ("=", *operands))
        if operator == "is empty":
            return self._not(noun, alias, ("is set", *operands))
        return self._comparison(noun, alias, operator, operands)

    def _not(self, noun: str, alias: str, test: Condition) -> str:
        return f"NOT coalesce({self.clause(noun, alias, test)}, 0)"

    def _comparison(self, noun: str, alias: str, operator: str, operands: Sequence[Any]) -> str:
        name, dot, rest = operands[0].partition(".")
        field = known(noun)[name]
        if field.kind in REFERENCES:
            column = f"{alias}.{field.stored_as}"
            if not dot and operator == "is set":
                return f"{column} IS NOT NULL"
            inner = f"{alias}_"
            if dot:
                about = self._comparison(field.kind, inner, operator, [rest, *operands[1:]])
            else:
                about = self._text(operator, *_label(field.kind, inner), operands[1:])
            return f'{column} IN (SELECT {inner}.id FROM "{field.kind}" AS {inner} WHERE {about})'
        if field.kind == kinds.NAMES:
            return self._names(alias, name, operator, operands[1:])
        write = _BY_KIND.get(field.kind)
        if write is None:
            raw = self._raw(noun, alias, field)
            return self._text(operator, raw, _folded(noun, alias, field, raw), operands[1:])
        if operator == "is set":
            return f"{self._raw(noun, alias, field)} IS NOT NULL"
        values = operands[1] if operator == "in" else operands[1:2]
        sign = "=" if operator == "in" else operator
        parts = [write(self, sign, self._raw(noun, alias, field), one, alias) for one in values]
        return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"

    def _raw(self, noun: str, alias: str, field: Field) -> str:
        """Return the SQL of a value as the store has it."""
        if (noun, field.name) == ("opportunity", "state"):
            return self._state(alias)
        if field.name == "overdue":
            self.parameters.append(to_utc_text(self.now))
            if noun == "activity":
                return f"({alias}.state = 'open' AND coalesce({alias}.due_at < ?, 0))"
            return f"EXISTS (SELECT 1 {_OPEN_ACTIVITY.format(alias=alias)} AND x.due_at < ?)"
        if field.record == "run":
            return _SAID.format(name=field.name, alias=alias)
        derived = _DERIVED.get((noun, field.name))
        return derived.format(alias=alias) if derived else f"{alias}.{field.stored_as}"

    def _state(self, alias: str) -> str:
        cases = ""
        for stage, ending in self.endings.items():
            cases += " WHEN ? THEN ?"
            self.parameters += [stage, ending]
        closed = f"CASE {alias}.stage{cases} ELSE '{CLOSED}' END" if cases else f"'{CLOSED}'"
        return f"CASE WHEN {alias}.closed_at IS NULL THEN '{OPEN}' ELSE {closed} END"

    def _text(self, operator: str, raw: str, folded: str, values: Sequence[Any]) -> str:
        if operator == "is set":
            return f"{raw} <> ''"
        wanted = values[0] if operator == "in" else values
        self.parameters += [key(value) for value in wanted]
        if operator == "in":
            return f"{folded} IN ({', '.join('?' * len(wanted))})"
        return f"instr({folded}, ?)" if operator == "contains" else f"{folded} {operator} ?"

    def _names(self, alias: str, name: str, operator: str, values: Sequence[Any]) -> str:
        select = f"SELECT 1 {_NAMES[name].format(alias=alias)}"
        if operator == "is set":
            return f"EXISTS ({select})"
        wanted = values[0] if operator == "in" else values
        self.parameters += [key(value) for value in wanted]
        return f"EXISTS ({select} AND n.name_key IN ({', '.join('?' * len(wanted))}))"

    def number(self, sign: str, raw: str, value: str, _alias: str) -> str:
        return self._ordered(raw, *_whole(sign, Decimal(value)))

    def money(self, sign: str, raw: str, value: str, alias: str) -> str:
        """Compare minor units with an amount in whole ones, by the currency of each record."""
        cases = ""
        for digits, currencies in _DIGITS.items():
            bound = _whole(sign, Decimal(value).scaleb(digits))
            known_codes = ", ".join(f"'{code}'" for code in currencies)
            cases += f" WHEN {alias}.currency IN ({known_codes}) THEN {self._ordered(raw, *bound)}"
        usual = self._ordered(raw, *_whole(sign, Decimal(value).scaleb(minor_digits(""))))
        return f"CASE{cases} ELSE {usual} END"

    def _ordered(self, raw: str, sign: str, bound: int) -> str:
        if sign in (_NEVER, _WHATEVER):
            return _NEVER if sign == _NEVER else f"{raw} {_WHATEVER}"
        self.parameters.append(bound)
        return f"{raw} {sign} ?"

    def truth(self, _sign: str, raw: str, value: str, _alias: str) -> str:
        return f"{raw} = {int(value.lower() in ('yes', 'true'))}"

    def day(self, sign: str, raw: str, value: str, _alias: str) -> str:
        self.parameters.append(date.fromisoformat(value).isoformat())
        return f"{raw} {sign} ?"

    def moment(self, sign: str, raw: str, value: str, _alias: str) -> str:
        """Compare with a moment, or with all of a calendar day in the reader's zone."""
        if len(value) != len("2026-12-01"):
            moment = datetime.fromisoformat(value)
            aware = moment if moment.tzinfo else moment.replace(tzinfo=self.now.tzinfo)
            try:
                return self._between(sign, raw, to_utc_text(aware), "")
            except OverflowError:
                return self._between(sign, raw, _beyond(moment), "")
        day = date.fromisoformat(value)
        return self._between(sign, raw, *(self._beginning(day, days) for days in (0, 1)))

    def days(self, sign: str, raw: str, value: str, _alias: str) -> str:
        """Compare the whole days that have passed since a moment."""
        sign, count = _whole(sign, Decimal(value))
        if sign in (_NEVER, _WHATEVER):
            return self._ordered(raw, sign, count)
        count = max(-_MOST_DAYS, min(count, _MOST_DAYS))
        now = self.now.astimezone(UTC)
        first, last = (to_utc_text(now - timedelta(count + more)) for more in (1, 0))
        if sign == "=":
            self.parameters += [first, last]
            return f"({raw} > ? AND {raw} <= ?)"
        self.parameters.append(first if sign in ("<=", ">") else last)
        return f"{raw} {'<=' if sign in ('>', '>=') else '>'} ?"

    def _between(self, sign: str, raw: str, first: str, after: str) -> str:
        """Compare with the time from `first` until before `after`; without that, with a moment."""
        if not after:
            self.parameters.append(first)
            return f"{raw} {sign} ?"
        if sign == "=":
            self.parameters += [first, after]
            return f"({raw} >= ? AND {raw} < ?)"
        self.parameters.append(first if sign in ("<", ">=") else after)
        return f"{raw} {'<' if sign in ('<', '<=') else '>='} ?"

    def _beginning(self, day: date, days: int) -> str:
        try:
            return to_utc_text(at(day + timedelta(days), time(), self.now.tzinfo))
        except OverflowError:
            return _beyond(day)


_BY_KIND: dict[str, Callable[[_Writer, str, str, str, str], str]] = {
    kinds.MONEY: _Writer.money,
    kinds.INTEGER: _Writer.number,
    kinds.PERCENT: _Writer.number,
    kinds.DAY: _Writer.day,
    kinds.MOMENT: _Writer.moment,
    kinds.YES_NO: _Writer.truth,
    DAYS: _Writer.days,
}


def _digits() -> dict[int, list[str]]:
    """Return the currencies whose number of decimals is not the usual one, by that number."""
    found: dict[int, list[str]] = {}
    for code in sorted(CURRENCIES):
        if minor_digits(code) != minor_digits(""):
            found.setdefault(minor_digits(code), []).append(code)
    return found


_DIGITS = _digits()


def _label(noun: str, alias: str) -> tuple[str, str]:
    """Return the SQL of what a record is called, as it is and as its search key."""
    if noun == "opportunity":
        raw = f"'{PREFIXES[noun]}-' || {alias}.number"
    else:
        raw = f"{alias}.{label_column(noun)}"
    is_keyed = noun in NUMBERED - {"opportunity", "activity"}
    return raw, f"{alias}.name_key" if is_keyed else f"search_key({raw})"


def _folded(noun: str, alias: str, field: Field, raw: str) -> str:
    """Return the SQL of the search key of a text."""
    if field.name == "name" and noun in NUMBERED - {"activity"}:
        return f"{alias}.name_key"
    if (noun, field.name) in (("opportunity", "stage"), ("opportunity", "state")):
        return raw
    return f"search_key(NULLIF({raw}, ''))"


def _beyond(day: date) -> str:
    """Return what stands for a moment near the ends of the calendar: before or after all others."""
    return "0" if day.year == date.min.year else "~"


def _whole(sign: str, number: Decimal) -> tuple[str, int]:
    """Return a comparison of whole numbers with a whole number that says the same."""
    if abs(number) > _LARGEST:
        is_true = sign in (("<", "<=") if number > 0 else (">", ">="))
        return (_WHATEVER if is_true else _NEVER), 0
    low, high = floor(number), ceil(number)
    if low == high or sign in ("<", ">="):
        return sign, high
    return (_NEVER, 0) if sign == "=" else (sign, low)
