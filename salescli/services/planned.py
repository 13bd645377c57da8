"""Activities as they are listed; apart from what changes them, because it is asked so often."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from salescli.domain.activity import Activity
from salescli.domain.reference import handle, numbers_of
from salescli.store import activities
from salescli.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from salescli.domain.listing import Shown
    from salescli.store.filters import Filter


def listing(
    unit: UnitOfWork, *, everything: bool, limit: int = 0, asked: str = "", view: str = ""
) -> tuple[list[Activity], int]:
    """Return my open activities, or everybody's in any state, soonest due first, and how many.

    Where a condition or a saved view is asked for, it alone decides. `limit` cuts the list, 0 does
    not; the number is of all.
    """
    with unit.reading():
        if asked or view:
            return _asked(unit, asked, view, limit)
        connection, is_open = unit.connection, not everything
        scope = activities.Scope(unit.user_id if is_open else None, is_open)
        found = activities.page(connection, scope, limit=limit or -1)
        if not limit or len(found) < limit:
            return found, len(found)
        return found, activities.count(connection, scope)


def page(unit: UnitOfWork, shown: "Shown", offset: int, limit: int) -> list[Activity]:
    """Return a page of my activities, or of everybody's, that meet what is asked.

    They are open ones, or of any state. What is asked is a condition, or words of names.
    """
    with unit.reading():
        scope = _scope(unit, shown)
        return activities.page(unit.connection, scope, shown.sort, limit=limit, offset=offset)


def handles(
    unit: UnitOfWork, shown: "Shown", limit: int, *, among: Collection[str] | None = None
) -> list[str]:
    """Return the handles of the first activities of all the pages, or of those among some."""
    with unit.reading():
        scope = _scope(unit, shown)
        if among is not None:
            scope = scope._replace(among=numbers_of("activity", among))
        found = activities.numbers(unit.connection, scope, shown.sort, limit=limit)
        return [handle("activity", number) for number in found]


def total(unit: UnitOfWork, shown: "Shown") -> int:
    """Return how many activities all the pages have."""
    with unit.reading():
        return activities.count(unit.connection, _scope(unit, shown))


def _scope(unit: UnitOfWork, shown: "Shown") -> activities.Scope:
    owner = None if shown.everything else unit.user_id
    return activities.Scope(owner, shown.is_open, _typed(unit, shown.asked))


def _typed(unit: UnitOfWork, asked: str) -> "Filter | None":
    from salescli.services import filters

    return filters.typed(unit, "activity", asked) if asked.strip() else None


def _asked(unit: UnitOfWork, asked: str, view: str, limit: int) -> tuple[list[Activity], int]:
    from salescli.services import filters

    chosen = filters.where(unit, "activity", asked, view)
    if chosen is None:
        return [], 0
    found = activities.chosen(unit.connection, *chosen)
    return found[: limit or None], len(found)


def as_document(activity: Activity) -> Mapping[str, Any]:
    """Return an activity for machines."""
    hidden = {"key", "run_key", "step_visit"}
    document = {n: v for n, v in activity._asdict().items() if n not in hidden}
    for name in ("due", "starts", "closed_at"):
        value = document[name]
        document[name] = value.isoformat() if value else None
    return document
