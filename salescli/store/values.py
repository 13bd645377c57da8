"""How a value of a field is written in a column and read back."""

from datetime import date, datetime
from typing import Any

from salescli.domain.fields import DAY, MOMENT, REFERENCES, YES_NO, Field, Reference
from salescli.domain.moments import from_utc_text, to_utc_text


def to_stored(field: Field, value: Any) -> Any:
    """Return what the column holds: keys as bytes, days and UTC moments as text, yes as 1."""
    if value is None:
        return None
    if field.kind in REFERENCES:
        return value.key or None
    if isinstance(value, datetime):
        return to_utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def from_stored(field: Field, stored: Any) -> Any:
    """Return the value of a column; references are resolved by the query that read it."""
    if stored is None:
        return None
    if field.kind == DAY:
        return date.fromisoformat(stored)
    if field.kind == MOMENT:
        return from_utc_text(stored)
    return bool(stored) if field.kind == YES_NO else stored


def to_draft(field: Field, value: Any) -> Any:
    """Return a value as the JSON draft of a run keeps it."""
    if isinstance(value, Reference):
        return [value.key.hex(), str(value)]
    if isinstance(value, tuple):
        return list(value)
    return to_stored(field, value)


def from_draft(field: Field, stored: Any) -> Any:
    """Return a value that `to_draft` wrote."""
    if field.kind in REFERENCES and isinstance(stored, list):
        return Reference(stored[1], bytes.fromhex(stored[0]))
    if isinstance(stored, list):
        return tuple(stored)
    return from_stored(field, stored)
