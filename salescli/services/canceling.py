"""What a move of a sale cancels that is agreed with somebody."""

from collections.abc import Collection
from datetime import datetime

from salescli.domain.activity import MEETING, Activity
from salescli.domain.moments import END_OF_DAY, say_moment
from salescli.services import references
from salescli.services.sale import Sale
from salescli.services.targets import find_stage
from salescli.store import activities
from salescli.store.unit_of_work import UnitOfWork


def before_moving(unit: UnitOfWork, reference: str, stage: str) -> tuple[str, ...]:
    """Return the appointments that end when a sale goes to a stage: its meetings, and set times.

    What belongs to the sale as a whole is kept, unless the sale ends.
    """
    with unit.reading():
        target = references.target(unit, reference)
        if target.run is None:
            return ()
        sale = Sale(unit, target.run)
        if sale.stored.run.state != "running":
            return ()
        is_ending = bool(find_stage(sale.newest.spec, stage).ending)
        found = activities.of_run(unit.connection, target.run)
        open_ones = [one for one in found if one.state == "open"]
        starts = {one.starts for one in open_ones if one.step_visit is None}
        return tuple(
            _said(one, unit.now)
            for one in open_ones
            if (is_ending or one.step_visit is not None) and _is_agreed(one, starts, unit.now)
        )


def _is_agreed(activity: Activity, starts: Collection[datetime | None], now: datetime) -> bool:
    """Whether somebody waits for it: it is a meeting, or has a time of its own still to come.

    What is due on a day is due at its end, and what prepares a meeting when that begins.
    """
    if activity.kind == MEETING:
        return True
    due = activity.due
    if due is None or due <= now or due in starts:
        return False
    return due.astimezone(now.tzinfo).time() != END_OF_DAY


def _said(activity: Activity, now: datetime) -> str:
    due = f", {say_moment(activity.due, now)}" if activity.due else ""
    return f"`{activity.reference}` {activity.name}{due}"
