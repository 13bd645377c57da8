"""Activities as they are listed; apart from what changes them, because it is asked so often."""

from collections.abc import Mapping
from typing import Any

from salescli.domain.activity import Activity
from salescli.store import activities
from salescli.store.unit_of_work import UnitOfWork


def listing(unit: UnitOfWork, *, everything: bool) -> list[Activity]:
    """Return my open activities, or everybody's in any state, soonest due first."""
    with unit.reading():
        owner = None if everything else unit.user_id
        return activities.listing(unit.connection, owner=owner, is_open=not everything)


def as_document(activity: Activity) -> Mapping[str, Any]:
    """Return an activity for machines."""
    hidden = {"key", "run_key", "step_visit"}
    document = {n: v for n, v in activity._asdict().items() if n not in hidden}
    for name in ("due", "starts", "closed_at"):
        value = document[name]
        document[name] = value.isoformat() if value else None
    return document
