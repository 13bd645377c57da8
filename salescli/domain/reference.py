"""Handles such as `OPP-12`: the short names that people use for records."""

from collections.abc import Iterable

PREFIXES = {
    "opportunity": "OPP",
    "account": "ACC",
    "contact": "CON",
    "lead": "LEAD",
    "activity": "ACT",
    "run": "RUN",
    "offer": "OFF",
    "note": "NOTE",
    "document": "DOC",
    "change_set": "CS",
}
_NOUNS = {prefix: noun for noun, prefix in PREFIXES.items()}
_MOST_DIGITS = 18


def parse_handle(text: str) -> tuple[str, int] | None:
    """Return the noun and number that a whole handle names, in any case, or None.

    `OPP-12` is never read as the beginning of `OPP-123`, and `OPP-012` or `OPP12` is no handle.
    """
    prefix, _, digits = text.strip().partition("-")
    noun = _NOUNS.get(prefix.upper())
    number = _plain_number(digits)
    return (noun, number) if noun and number else None


def numbers_of(noun: str, handles: Iterable[str]) -> list[int]:
    """Return the numbers of those handles that name a record of a noun."""
    return [found[1] for found in map(parse_handle, handles) if found and found[0] == noun]


def handle(noun: str, number: int) -> str:
    """Return the handle of a record, such as `OPP-12`; raises KeyError on an unknown noun."""
    return f"{PREFIXES[noun]}-{number}"


def bare_number(text: str) -> int | None:
    """Return the number that stands alone in a reference, for a command that knows the noun.

    Handles count from 1 and are written without leading zeros; every other text gives None.
    """
    return _plain_number(text.strip())


def _plain_number(digits: str) -> int | None:
    is_plain = digits.isascii() and digits.isdecimal() and not digits.startswith("0")
    return int(digits) if is_plain and len(digits) <= _MOST_DIGITS else None
