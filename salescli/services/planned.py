"""Activities as they are listed; apart from what changes them, because it is asked so often."""

from collections.abc import Mapping
from typing import Any

from salescli.domain.activity import Activity
from salescli.store import activities
from salescli.store.unit_of_work import UnitOfWork


def listing(unit: UnitOfWork, *, everything: bool, limit: int = 0) -> tuple[list[Activity], int]:
    """Return my open activities, or everybody's in any state, soonest due first, and how many.

    `limit` cuts the list, 0 does not; the number is of all.
    """
    with unit.reading():
        connection, is_open = unit.connection, not everything
        owner = unit.user_id if is_open else None
        found = activities.listing(connection, owner=owner, is_open=is_open, limit=limit or -1)
        if not limit or len(found) < limit:
            return found, len(found)
        return found, activities.count(connection, owner=owner, is_open=is_open)


def as_document(activity: Activity) -> Mapping[str, Any]:
    """Return an activity for machines."""
    hidden = {"key", "run_key", "step_visit"}
    document = {n: v for n, v in activity._asdict().items() if n not in hidden}
    for name in ("due", "starts", "closed_at"):
        value = document[name]
        document[name] = value.isoformat() if value else None
    return document
