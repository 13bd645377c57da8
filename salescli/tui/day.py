"""What the day shows: the plan and the things to do, read while there is no screen to draw yet."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, NamedTuple

from salescli.tui.desk import Desk

if TYPE_CHECKING:
    from salescli.services.plans import Plan
    from salescli.services.vital import Vital
    from salescli.store.unit_of_work import UnitOfWork

MOST = 200
"""So many things are listed; nobody plans a day with more."""


class Day(NamedTuple):
    """My plan of the period, and what I have to do, most urgent first."""

    plan: "Plan"
    vital: "Sequence[Vital]"


def begin(desk: Desk) -> Future[Day]:
    """Begin to read the day beside whatever else is to be loaded."""
    return desk.look_ahead(read)


def read(unit: "UnitOfWork") -> Day:
    """Return the day."""
    from salescli.services.plans import plan_of
    from salescli.services.vital import vital

    return Day(plan_of(unit), vital(unit, MOST))
