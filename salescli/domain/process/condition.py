"""Conditions in definitions and filters: `amount >= 10000 and not stage in (proposal, won)`.

A condition is data. `parse` makes one of nested tuples, JSON turns them into lists, and both
read the same:

    ("=", field, value)   also != < <= > >= contains; a value is always text
    ("in", field, (value, ...))
    ("is set", field)   ("is empty", field)
    ("not", condition)   ("and", condition, condition, ...)   ("or", condition, condition, ...)

A value takes the type of the fact that it meets, so `12` fits a number and a company's name.
"""

import operator as operators
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from salescli.domain.text import key
from salescli.errors import RuleError, UsageError

Condition: TypeAlias = Sequence[Any]

JOINING = ("and", "or", "not")
ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operators.eq,
    "!=": operators.ne,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}
_TRUTH = {"yes": True, "true": True, "no": False, "false": False}
_ADVICE = {
    "text": "compare text with `=`, `in` or `contains`, or order it by words",
    "yes or no": "write `= yes` or `= no`",
    "a date": "write a day such as `2026-12-01`",
    "a list": "use `contains` or `in`",
    "a number": "write a number such as `12500` or `12.5`",
}


def parse(text: str) -> Condition:
    """Return the condition that the text spells, as nested tuples.

    Raises UsageError that says what was expected, and at which column counted from 1. `and`
    binds tighter than `or`, and `not` tighter than both.
    """
    from salescli.domain.process import grammar

    return grammar.read(text)


def joined(texts: Sequence[str]) -> str:
    """Return the text of a condition that holds where each of these does.

    Raises UsageError where one says nothing, or is none by itself.
    """
    if not all(text.strip() for text in texts):
        raise UsageError("The condition is empty", hint='such as: --where "stage = proposal"')
    return texts[0] if len(texts) == 1 else unparse(("and", *map(parse, texts)))


def unparse(condition: Condition) -> str:
    """Return text that parses to the same condition, with no bracket more than it needs."""
    operator, *operands = condition
    if operator in ("and", "or"):
        return f" {operator} ".join(_operand(part, operator) for part in operands)
    if operator == "not":
        return f"not {_operand(operands[0], operator)}"
    if operator in ("is set", "is empty"):
        return f"{operands[0]} {operator}"
    if operator == "in":
        return f"{operands[0]} in ({', '.join(map(_quoted, operands[1]))})"
    return f"{operands[0]} {operator} {_quoted(operands[1])}"


def _operand(part: Condition, outer: str) -> str:
    needs_brackets = part[0] == "or" or (part[0] == "and" and outer != "or")
    return f"({unparse(part)})" if needs_brackets else unparse(part)


def _quoted(value: str) -> str:
    if is_bare(value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def is_bare(value: str) -> bool:
    """Say whether a value can stand without quotes."""
    allowed = all(char.isalnum() or char in "_-.:/+@%" for char in value)
    return allowed and value.lower() not in JOINING


def fields(condition: Condition) -> frozenset[str]:
    """Return the names of the facts that the condition asks for."""
    operator, *operands = condition
    if operator in JOINING:
        return frozenset().union(*map(fields, operands))
    return frozenset({operands[0]})


def explain(condition: Condition, facts: Mapping[str, object]) -> str:
    """Say which facts decided whether the condition holds, such as "`divisions` is 1".

    Of parts joined by `and` one that fails decides alone, of those joined by `or` one that holds.
    """
    operator, *operands = condition
    if operator == "not":
        return explain(operands[0], facts)
    if operator in ("and", "or"):
        decides = operator == "or"
        alone = (part for part in operands if evaluate(part, facts) is decides)
        one = next(alone, None)
        told = [one] if one is not None else operands
        return ", ".join(dict.fromkeys(explain(part, facts) for part in told))
    fact = facts.get(operands[0])
    if fact is None or fact in ("", (), []):
        return f"`{operands[0]}` is empty"
    return f"`{operands[0]}` is {_said(fact)}"


def _said(fact: object) -> str:
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    return ", ".join(map(str, fact)) if isinstance(fact, list | tuple) else str(fact)


def evaluate(condition: Condition, facts: Mapping[str, object]) -> bool:
    """Say whether the condition holds for facts: text, numbers, yes/no, dates or lists of text.

    A fact that is missing, None, empty text or an empty list is empty: only `!=` and `is empty`
    hold for it, and `not` turns that round. Text compares by its search key. Raises RuleError
    naming the field when a value cannot be compared with its fact. A day written without a time
    meets the calendar day of a moment, so moments have to come in the reader's own zone.
    """
    operator, *operands = condition
    if operator == "and":
        return all(evaluate(part, facts) for part in operands)
    if operator == "or":
        return any(evaluate(part, facts) for part in operands)
    if operator == "not":
        return not evaluate(operands[0], facts)
    field, *value = operands
    fact = facts.get(field)
    is_empty = fact is None or fact in ("", (), [])
    if operator in ("is set", "is empty"):
        return is_empty is (operator == "is empty")
    return operator == "!=" if is_empty else _holds(operator, field, fact, value[0])


def _holds(operator: str, field: str, fact: object, value: Any) -> bool:
    try:
        if operator == "in":
            return any(_matches(fact, one) for one in value)
        if operator == "contains":
            return _contains(fact, value)
        return _compares(operator, fact, value)
    except (ValueError, TypeError, ArithmeticError):
        kind = _kind(fact)
        shown = value if isinstance(value, str) else ", ".join(value)
        raise RuleError(
            f"`{field}` is {kind}, so `{operator}` cannot compare it with `{shown}`",
            hint=_ADVICE[kind],
        ) from None


def _kind(fact: object) -> str:
    if isinstance(fact, str):
        return "text"
    if isinstance(fact, bool):
        return "yes or no"
    if isinstance(fact, date):
        return "a date"
    return "a list" if isinstance(fact, list | tuple) else "a number"


def _matches(fact: object, value: str) -> bool:
    if isinstance(fact, list | tuple):
        return key(value) in map(key, fact)
    return _compares("=", fact, value)


def _contains(fact: object, value: str) -> bool:
    if isinstance(fact, str):
        return key(value) in key(fact)
    if isinstance(fact, list | tuple):
        return _matches(fact, value)
    raise TypeError


def _compares(operator: str, fact: object, value: str) -> bool:
    kind = _kind(fact)
    is_order = operator not in ("=", "!=")
    if kind == "a list" or (is_order and not _has_order(kind, value)):
        raise TypeError
    return ORDERS[operator](*_alike(kind, fact, value))


def _has_order(kind: str, value: str) -> bool:
    """Text beside a number has no order that anybody means: `9` would come after `10`."""
    return kind != "yes or no" and not (kind == "text" and _is_number(value))


def _alike(kind: str, fact: Any, value: str) -> tuple[Any, Any]:
    if kind == "text":
        return key(fact), key(value)
    if kind == "yes or no":
        if value.lower() not in _TRUTH:
            raise ValueError
        return fact, _TRUTH[value.lower()]
    return _dates(fact, value) if kind == "a date" else (fact, _number(value))


def _dates(fact: date, value: str) -> tuple[date, date]:
    if len(value) == len("2026-12-01"):
        return fact.date() if isinstance(fact, datetime) else fact, date.fromisoformat(value)
    if not isinstance(fact, datetime):
        raise TypeError
    moment = datetime.fromisoformat(value)
    return fact, moment if moment.tzinfo else moment.replace(tzinfo=fact.tzinfo)


def _number(value: str) -> Any:
    if value.isdecimal():
        return int(value)
    from decimal import Decimal

    number = Decimal(value)
    if not number.is_finite():
        raise ValueError
    return number


def _is_number(value: str) -> bool:
    try:
        _number(value)
    except (ValueError, ArithmeticError):
        return False
    return True
