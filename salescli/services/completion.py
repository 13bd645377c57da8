"""What can be completed: words with a help text, read without a change.

A shell asks at every key, so only what completes results or stages imports the processes.
"""

from salescli.services.sessions import setting
from salescli.store import activities as activity_rows
from salescli.store import search
from salescli.store.unit_of_work import UnitOfWork

LIMIT = 200


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


def name(unit: UnitOfWork, field: str, begun: str) -> str | None:
    """Return how a name goes on that was begun for a field of a sale which holds a record."""
    from salescli.domain.fields import REFERENCES, SALE_FIELDS
    from salescli.store.records import NUMBERED

    noun = SALE_FIELDS[field].kind if field in SALE_FIELDS else ""
    if noun not in REFERENCES:
        return None
    with unit.reading():
        found = search.by_words(unit.connection, noun, begun)
    names = (match.name if noun in NUMBERED else match.reference for match in found)
    return next((name for name in names if name.casefold().startswith(begun.casefold())), None)


def _is_by_hand(unit: UnitOfWork, activity: bytes | None) -> bool:
    if activity is None:
        return False
    return activity_rows.load(unit.connection, activity).step_visit is None


def _activities(unit: UnitOfWork) -> list[tuple[str, str]]:
    due = activity_rows.due(unit.connection, unit.user_id, limit=LIMIT)
    return [(activity.reference, f"{activity.name}, {activity.about}") for activity in due]
