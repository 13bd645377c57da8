"""What hangs on an opportunity or belongs to an account, as labels and texts."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any

from salescli.domain import parts as texts
from salescli.domain.fields import MOMENT, SALE_FIELDS, YES_NO, Field
from salescli.domain.moments import say_iso
from salescli.domain.money import say_plain

_LABELS = {
    "stakeholders": ("Stakeholder", "stakeholders"),
    "competitors": ("Competitor", "competitors"),
    "conditions": ("Condition", "conditions"),
    "lines": ("Offer", "offers"),
}
"""Key of the document -> the label of one of them, and how its text is written."""

_CONTACT = tuple(name for name, field in SALE_FIELDS.items() if field.record == "contact")
_SAID = tuple(field for field in SALE_FIELDS.values() if field.record == "run")


def part_lines(parts: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, str]]:
    """Yield a label and a text for each thing that belongs to a record, as seen at `now`."""
    named = (
        (label, texts.say(field, entry["name"], _priced(entry)))
        for key, (label, field) in _LABELS.items()
        for entry in parts.get(key, ())
    )
    return chain(named, further_lines(parts, now), _of_account(parts))


def _priced(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a part with its price, where it has one, as people read it."""
    price = entry.get("price")
    return {**entry, "price": say_plain(price, entry["currency"])} if price else entry


def _of_account(parts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one in parts.get("contacts", ()):
        person = (f"{one['contact']} {one['name']}", one["title"], one["email"])
        yield "Contact", ", ".join(filter(None, person))
    for one in parts.get("opportunities", ()):
        amount = say_plain(one["amount"], one["currency"]) if one["amount"] else ""
        sale = (f"{one['opportunity']} {one['name']}", one["stage"], amount, one["owner"])
        yield "Sale", ", ".join(filter(None, sale))


def further_lines(parts: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, str]]:
    """Yield the same for what has no list of its own: people, answers, documents, warnings."""
    contact = [parts[name] for name in _CONTACT if name in parts]
    if contact:
        yield "Contact details", ", ".join(contact)
    for entry in parts.get("attendees", ()):
        yield "Attendee", texts.say("attendees", entry["name"], entry)
    yield from _answers(parts, now)
    for entry in parts.get("documents", ()):
        yield "Document", f"{entry['document']} {entry['name']}"
    for key in ("rerouted_from", "rerouted_to"):
        for entry in parts.get(key, ()):
            yield key.capitalize().replace("_", " "), f"{entry['name']} {entry['title']}"
    for flag in parts.get("red_flags", ()):
        yield "Red flag", flag


def _answers(parts: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, str]]:
    """Yield what was answered to forms of the process that no record has a field for."""
    for field in _SAID:
        if field.name in parts:
            yield field.label, _told(field, parts[field.name], now)


def _told(field: Field, value: Any, now: datetime) -> str:
    if field.kind == MOMENT:
        return say_iso(value, now)
    return ("no", "yes")[value] if field.kind == YES_NO else str(value)
