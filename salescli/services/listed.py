"""Records of every noun as they are listed and shown; apart from what changes them.

Lists are asked for so often that they shall not import the processes.
"""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from salescli.domain.fields import LEAD_STATUSES, NOUNS, Field
from salescli.domain.reference import handle, numbers_of
from salescli.services import references
from salescli.services.values import plain, say
from salescli.store import records
from salescli.store.records import Record
from salescli.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from salescli.domain.listing import Shown

OWNED = frozenset({"opportunity", "account", "contact", "lead"})
"""Nouns whose list shows mine unless all are asked for."""


def listing(
    unit: UnitOfWork,
    noun: str,
    *,
    everything: bool = False,
    names: Collection[str] = (),
    limit: int = 0,
    asked: str = "",
    view: str = "",
) -> tuple[list[Record], int]:
    """Return the records of a noun, and how many there are: my open ones, or all.

    Where a condition or a saved view is asked for, it alone decides: everybody's records, closed
    ones too. Opportunities come soonest due first, others by name; `limit` cuts the list, 0 does
    not. They have every field, or only those in `names`.
    """
    with unit.reading():
        is_asked = bool(asked or view)
        where, order, parameters = _scope(unit, noun, everything=everything or is_asked)
        if is_asked:
            where, parameters = _asked(unit, noun, asked, view)
        scope = where, order, parameters
        found = records.first(unit.connection, noun, scope, names=names, limit=limit)
        is_cut = limit and len(found) == limit
        total = records.count(unit.connection, noun, where, parameters) if is_cut else len(found)
        return found, total


def page(
    unit: UnitOfWork,
    noun: str,
    shown: "Shown",
    offset: int,
    limit: int,
    *,
    names: Collection[str],
) -> list[Record]:
    """Return a page of my open records or of all, of those that meet what is asked.

    That is a condition, or words of names.
    """
    with unit.reading():
        scope = _narrowed(unit, noun, shown)
        return records.first(unit.connection, noun, scope, names=names, limit=limit, offset=offset)


def handles(
    unit: UnitOfWork, noun: str, shown: "Shown", limit: int, *, among: Collection[str] | None = None
) -> list[str]:
    """Return the handles of the first records of all the pages, or of those among some."""
    with unit.reading():
        scope = _narrowed(unit, noun, shown)
        asked_for = None if among is None else numbers_of(noun, among)
        found = records.numbers(unit.connection, noun, scope, among=asked_for, limit=limit)
        return [handle(noun, number) for number in found]


def total(unit: UnitOfWork, noun: str, shown: "Shown") -> int:
    """Return how many records all the pages have."""
    with unit.reading():
        where, _order, parameters = _narrowed(unit, noun, shown)
        return records.count(unit.connection, noun, where, parameters)


def show(unit: UnitOfWork, noun: str, reference: str) -> Record:
    """Return one record."""
    with unit.reading():
        match = references.find(unit, noun, reference)
        return records.load(unit.connection, noun, match.key)


def as_document(record: Record) -> dict[str, Any]:
    """Return a record for machines: its reference every field and its version."""
    document: dict[str, Any] = {"reference": record.reference}
    for field in NOUNS[record.noun]:
        value = record.values[field.name]
        document[field.name] = plain(field, value, currency=record.currency)
    if record.currency:
        document["currency"] = record.currency
    document["version"] = record.version
    return document


def field_text(record: Record, field: Field, now: datetime | None, *, is_plain: bool) -> str:
    """Return the text of one field, for people or for a pipe."""
    value = record.values[field.name]
    if is_plain:
        shown = plain(field, value, currency=record.currency)
        return "" if shown is None else str(shown)
    return say(field, value, currency=record.currency, now=now)


def _scope(unit: UnitOfWork, noun: str, *, everything: bool) -> tuple[str, str, tuple[Any, ...]]:
    """Return which records are listed, in which order, and the parameters."""
    order = "ORDER BY t.name_key" if noun in records.NUMBERED else "ORDER BY t.name"
    if noun == "opportunity":
        order = "ORDER BY t.close_date NULLS LAST, t.number"
    if everything or noun not in OWNED:
        return "", order, ()
    if noun == "opportunity":
        return "WHERE t.owner_id = ? AND t.closed_at IS NULL", order, (unit.user_id,)
    if noun == "lead":
        closed = tuple(status for status in LEAD_STATUSES if status.startswith("Closed"))
        marks = ", ".join("?" * len(closed))
        where = f"WHERE (t.owner_id = ? OR t.owner_id IS NULL) AND t.status NOT IN ({marks})"
        return where, order, (unit.user_id, *closed)
    return "WHERE t.owner_id = ? OR t.owner_id IS NULL", order, (unit.user_id,)


def _narrowed(unit: UnitOfWork, noun: str, shown: "Shown") -> tuple[str, str, tuple[Any, ...]]:
    where, _usual, parameters = _scope(unit, noun, everything=shown.everything)
    order, asked = records.order(noun, shown.sort), shown.asked
    if not asked.strip():
        return where, order, parameters
    from salescli.services import filters

    found = filters.typed(unit, noun, asked)
    assert found is not None, "something is asked"
    clauses = [*filter(None, [where.removeprefix("WHERE ")]), found.clause]
    where = "WHERE " + " AND ".join(f"({clause})" for clause in clauses)
    return where, order, (*parameters, *found.parameters)


def _asked(unit: UnitOfWork, noun: str, asked: str, view: str) -> tuple[str, tuple[Any, ...]]:
    from salescli.services import filters

    found = filters.where(unit, noun, asked, view)
    return (f"WHERE {found.clause}", found.parameters) if found else ("", ())


__all__ = ["OWNED", "Record", "as_document", "field_text", "listing", "page", "show", "total"]
