"""What hangs on an opportunity, as labels and texts."""

from collections.abc import Iterator, Mapping
from typing import Any

from salescli.domain import parts as texts
from salescli.domain.fields import SALE_FIELDS

_LABELS = {
    "stakeholders": ("Stakeholder", "stakeholders"),
    "competitors": ("Competitor", "competitors"),
    "conditions": ("Condition", "conditions"),
    "lines": ("Offer", "offers"),
    "attendees": ("Attendee", "attendees"),
}
"""Key of the document -> the label of one of them, and how its text is written."""

_CONTACT = tuple(name for name, field in SALE_FIELDS.items() if field.record == "contact")


def part_lines(parts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield a label and a text for each thing that hangs on an opportunity."""
    contact = [parts[name] for name in _CONTACT if name in parts]
    if contact:
        yield "Contact details", ", ".join(contact)
    for key, (label, field) in _LABELS.items():
        for entry in parts.get(key, ()):
            yield label, texts.say(field, entry["name"], entry)
    for entry in parts.get("documents", ()):
        yield "Document", f"{entry['document']} {entry['name']}"
    for key in ("rerouted_from", "rerouted_to"):
        for entry in parts.get(key, ()):
            yield key.capitalize().replace("_", " "), f"{entry['name']} {entry['title']}"
    for flag in parts.get("red_flags", ()):
        yield "Red flag", flag
