"""What can be completed: words with a help text, read without a change.

A shell asks at every key, so only what completes results or stages imports the processes.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from salescli.services.sessions import setting
from salescli.store import activities as activity_rows
from salescli.store import search
from salescli.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from salescli.store.records import Match

LIMIT = 200


class Names(NamedTuple):
    """Names that can stand in a field, each after what has `led` to it in a list."""

    led: str
    names: Sequence[str]


NONE = Names("", ())


_LISTED = {"stakeholders": "contact", "attendees": "contact", "offers": "offer"}
"""Field that lists names -> what record each of them is."""


def sales(unit: UnitOfWork) -> list[tuple[str, str]]:
    """Return the handles of my open sales and activities."""
    with unit.reading():
        found = search.my_open_sales(unit.connection, unit.user_id, LIMIT)
        return [(match.reference, match.name) for match in found] + _activities(unit)


def activities(unit: UnitOfWork) -> list[tuple[str, str]]:
    """Return the handles of my open activities."""
    with unit.reading():
        return _activities(unit)


def stages(unit: UnitOfWork) -> list[tuple[str, str]]:
    """Return the stages of the process that sales run."""
    from salescli.store import definitions

    with unit.reading():
        newest = definitions.newest(unit.connection, setting(unit, "process"), unit.user_id)
        return [(stage.id, stage.name) for stage in newest.spec.stages] if newest else []


def results(unit: UnitOfWork, reference: str) -> list[tuple[str, str]]:
    """Return the results of the open step that a reference means."""
    from salescli.domain.process.spec import COMPLETED
    from salescli.services import references
    from salescli.services.sale import Sale

    with unit.reading():
        target = references.target(unit, reference)
        if target.run is None or _is_by_hand(unit, target.activity):
            return [(COMPLETED, "")]
        sale = Sale(unit, target.run)
        step = sale.stored.run.open_step
        if step is None:
            return []
        spec = sale.spec.stage(sale.stored.run.stage).step(step.step)
        return [(result, spec.name) for result in spec.results]


def processes(unit: UnitOfWork) -> list[tuple[str, str]]:
    """Return the published processes."""
    from salescli.store import definitions

    with unit.reading():
        return list(definitions.names(unit.connection).items())


def startable(unit: UnitOfWork) -> list[tuple[str, str]]:
    """Return the processes that a sale may start by."""
    from salescli.store import definitions

    with unit.reading():
        return list(definitions.startable(unit.connection).items())


def views(unit: UnitOfWork) -> list[tuple[str, str]]:
    """Return my saved views."""
    from salescli.store import views as kept

    with unit.reading():
        return [(v.name, v.condition) for v in kept.listing(unit.connection, unit.user_id)]


def documents(unit: UnitOfWork) -> list[tuple[str, str]]:
    """Return the documents of the knowledge base."""
    from salescli.store import documents as kept

    with unit.reading():
        return [(d.reference, d.name) for d in kept.library(unit.connection)[:LIMIT]]


def records(unit: UnitOfWork, noun: str) -> list[tuple[str, str]]:
    """Return the records of a noun."""
    with unit.reading():
        return [(m.reference, m.name) for m in search.some(unit.connection, noun, LIMIT)]


def names(unit: UnitOfWork, field: str, begun: str, noun: str = "") -> Names:
    """Return how a text can go on that was begun for a field which holds records, or lists them.

    What begins like the text comes first, then what has its words; for an empty one the newest.
    `noun` says of what record the name is, where the field does not.
    """
    from salescli.domain.fields import REFERENCES

    kind = noun or _kind_of(field)
    if kind not in REFERENCES:
        return NONE
    led, last = _last_name(begun) if field in _LISTED else ("", begun)
    found = _newest(unit, kind) if not begun else _by_words(unit, kind, last)
    found.sort(key=lambda name: not name.casefold().startswith(last.casefold()))
    return Names(led, found)


def _kind_of(field: str) -> str:
    from salescli.domain.fields import NOUNS, SALE_FIELDS

    known = {one.name: one.kind for fields in NOUNS.values() for one in fields}
    known |= {name: one.kind for name, one in SALE_FIELDS.items()} | _LISTED
    return known.get(field, "")


def _last_name(begun: str) -> tuple[str, str]:
    """Return a list up to its last name, and that name as far as it was begun."""
    place = max(begun.rfind(separator) for separator in ",;\n") + 1
    last = begun[place:].lstrip()
    return begun.removesuffix(last), last


def _by_words(unit: UnitOfWork, noun: str, begun: str) -> list[str]:
    with unit.reading():
        return _named(noun, search.by_words(unit.connection, noun, begun))


def _newest(unit: UnitOfWork, noun: str) -> list[str]:
    with unit.reading():
        return _named(noun, search.some(unit.connection, noun, LIMIT))


def _named(noun: str, found: "Iterable[Match]") -> list[str]:
    """Return what a field calls records: by name, or by what they have in its place."""
    from salescli.store.records import NUMBERED

    names = (match.name if noun in NUMBERED else match.reference for match in found)
    return list(dict.fromkeys(names))


def _is_by_hand(unit: UnitOfWork, activity: bytes | None) -> bool:
    if activity is None:
        return False
    return activity_rows.load(unit.connection, activity).step_visit is None


def _activities(unit: UnitOfWork) -> list[tuple[str, str]]:
    due = activity_rows.due(unit.connection, unit.user_id, limit=LIMIT)
    return [(activity.reference, f"{activity.name}, {activity.about}") for activity in due]
