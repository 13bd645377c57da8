"""What the board begins with: the plan of the person, and what is to be done."""

from collections.abc import Sequence
from typing import NamedTuple

from salescli.services.plans import Plan, plan_of
from salescli.services.vital import Vital, vital
from salescli.store.unit_of_work import UnitOfWork

MOST = 100
"""So many things are listed; nobody plans a day with more."""


class Day(NamedTuple):
    """My plan of the period, and what I have to do, most urgent first."""

    plan: Plan
    vital: Sequence[Vital]


def read(unit: UnitOfWork) -> Day:
    """Return the day."""
    return Day(plan_of(unit), vital(unit, MOST))
