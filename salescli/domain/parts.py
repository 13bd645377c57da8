"""A part of a sale as one text: a name, and in brackets what is known beside it.

`Mia Ray (decision maker, influence 5)`, `Hooli (strong: price; weak: service)` and
`Discount (asked 15 %, agreed 10 %)` are read from forms and shown in them in the same words.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from salescli.domain.stakeholder import (
    LOYALTIES,
    one_text,
    read_influence,
    read_loyalty,
    say_loyalty,
)
from salescli.domain.text import key
from salescli.errors import UsageError

MOST_OF_ONE = 1_000_000_000
"""The largest quantity of one offer."""


class Part(NamedTuple):
    """A name, and detail -> text of what the brackets told."""

    name: str
    details: Mapping[str, str]


class _Form(NamedTuple):
    """How the details of one kind of part are written.

    `words` are detail -> the words that introduce it, the first one of which is written;
    `open` is the detail that stands without a word; `flags` are values that stand for themselves;
    `short` are details that end at the next comma, and `colon` those that are written with one.
    """

    words: Mapping[str, tuple[str, ...]]
    open: str = ""
    flags: Mapping[str, str] = {}
    between: str = ", "
    colon: frozenset[str] = frozenset()
    short: frozenset[str] = frozenset()


PEOPLE = frozenset({"stakeholders", "attendees"})
"""The fields whose parts are people."""

_FORMS = {
    "stakeholders": _Form(
        {
            "influence": ("influence",),
            "loyalty": ("loyalty",),
            "motivation": ("motivation", "motives", "motive"),
        },
        open="role",
        flags=dict.fromkeys(LOYALTIES, "loyalty"),
        colon=frozenset({"motivation"}),
        short=frozenset({"influence", "loyalty"}),
    ),
    "attendees": _Form({}, open="title"),
    "competitors": _Form(
        {
            "strengths": ("strong", "strengths", "strength"),
            "weaknesses": ("weak", "weaknesses", "weakness"),
        },
        between="; ",
        colon=frozenset({"strengths", "weaknesses"}),
    ),
    "conditions": _Form({name: (name,) for name in ("asked", "offered", "agreed")}),
    "offers": _Form({"quantity": ("quantity",), "price": ("price",)}),
}
"""Field -> how its parts are written."""


def split(text: str) -> tuple[str, ...]:
    """Return the parts of a list: between commas, semicolons and line breaks outside brackets.

    Raises:
        UsageError: a bracket is not closed, or closed without having been opened.
    """
    parts, depth, begin = [], 0, 0
    for place, char in enumerate(text):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth < 0:
            break
        if not depth and char in ",;\n":
            parts.append(text[begin:place])
            begin = place + 1
    if depth:
        raise UsageError(
            f"The brackets in `{text}` do not match",
            hint="close each one, as in `Mia Ray (decision maker), Tom Fox (user)`",
        )
    parts.append(text[begin:])
    stripped = (" ".join(part.split()) for part in parts)
    return tuple(dict.fromkeys(part for part in stripped if part))


def read(field: str, text: str) -> Part:
    """Return the name and the details of one part; brackets that tell none belong to the name."""
    name, inside = _brackets(text.strip())
    form = _FORMS[field]
    details = _details(form, inside) if inside else {}
    if inside and not details:
        return Part(text.strip(), {})
    return Part(name, details)


def apart(field: str, text: str) -> list[Part]:
    """Return the parts of a text that may name one alone: several people, else one.

    The name of anything else may have a comma in it.

    Raises:
        UsageError: a bracket of people is not closed, or closed without having been opened.
    """
    texts = split(text) if field in PEOPLE else ()
    return [read(field, one) for one in texts or (text,)]


def check(field: str, text: str) -> None:
    """Refuse a part without a name, or with a detail that is out of range.

    Raises:
        UsageError: it says which.
    """
    name, details = read(field, text)
    if not name:
        raise UsageError(f"`{text}` has no name", hint="write the name before the brackets")
    for detail, told in details.items():
        check_detail(detail, told)


def check_detail(detail: str, text: str) -> None:
    """Refuse a detail that is out of range.

    Raises:
        UsageError: it says what the range is.
    """
    if text and detail in _CHECKS:
        _CHECKS[detail](text)


def read_quantity(text: str) -> int:
    """Return how many of one offer.

    Raises:
        UsageError: the text is no whole number in the range.
    """
    digits = text.strip()
    if not (digits.isdecimal() and 1 <= int(digits[:11]) <= MOST_OF_ONE):
        raise UsageError(f"`{digits}` is no quantity", hint=f"give 1 to {MOST_OF_ONE}")
    return int(digits)


_CHECKS = {"influence": read_influence, "loyalty": read_loyalty, "quantity": read_quantity}


def name_of(field: str, text: str) -> str:
    """Return the name alone."""
    return read(field, text).name


def names_of(field: str, text: str) -> frozenset[str]:
    """Return what the names of a list share with their other spellings; none of a broken list."""
    try:
        return frozenset(key(name_of(field, part)) for part in split(text))
    except UsageError:
        return frozenset()


def say(field: str, name: str, details: Mapping[str, object]) -> str:
    """Return a part as `read` understands it; an empty detail is left out."""
    form = _FORMS[field]
    told = [str(details[form.open])] if form.open and details.get(form.open) else []
    for detail, words in form.words.items():
        value = details.get(detail)
        if value not in (None, ""):
            text = say_loyalty(value) if isinstance(value, int) and detail == "loyalty" else value
            told.append(f"{words[0]}{':' if detail in form.colon else ''} {text}")
    inside = form.between.join(" ".join(part.split()) for part in told)
    return f"{name} ({inside})" if inside else name


def _brackets(text: str) -> tuple[str, str]:
    """Split off the last brackets of a text; both are empty where it ends with none."""
    if not text.endswith(")"):
        return text, ""
    depth = 0
    for place in reversed(range(len(text))):
        depth += {")": 1, "(": -1}.get(text[place], 0)
        if not depth:
            return text[:place].strip(), text[place + 1 : -1].strip()
    return text, ""


def _details(form: _Form, inside: str) -> dict[str, str]:
    """Return detail -> text; what follows no word is the open detail, where there is one."""
    bare, details = _told(form, inside)
    if bare and not form.open:
        return {}
    if bare:
        details[form.open] = bare
    if details.get("motivation"):
        details["motivation"] = one_text(details["motivation"].replace(",", ";").split(";"))
    return {detail: text for detail, text in details.items() if text}


def _told(form: _Form, inside: str) -> tuple[str, dict[str, str]]:
    """Return the text that follows no word, and detail -> the text that follows its word."""
    meanings = {word: detail for detail, words in form.words.items() for word in words}
    found = list(_pattern(meanings, form.flags).finditer(inside))
    ends = [*(match.start() for match in found), len(inside)]
    bare, details = [inside[: ends[0]]], {}
    for match, end in zip(found, ends[1:], strict=True):
        rest = inside[match.end() : end]
        word, flag = (match[1] or "").lower(), (match[2] or "").lower()
        detail = meanings[word] if word else form.flags[flag]
        if flag:
            text, beside = flag, rest
        elif detail in form.short:
            text, _, beside = rest.replace(";", ",").partition(",")
        else:
            text, beside = rest, ""
        details[detail] = text.strip(" ,;")
        bare.append(beside)
    stripped = (text.strip(" ,;") for text in bare)
    return ", ".join(text for text in stripped if text), details


def _pattern(words: Iterable[str], flags: Iterable[str]) -> re.Pattern[str]:
    """Return what introduces a detail: a word at the beginning or after a comma, or a flag."""
    named = "|".join(sorted(words, key=len, reverse=True)) or "(?!)"
    alone = "|".join(flags) or "(?!)"
    begin = r"(?:^|[,;])\s*"
    return re.compile(rf"{begin}(?:({named})\b\s*[:=]?|({alone})\s*(?=[,;]|$))", re.IGNORECASE)
