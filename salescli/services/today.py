"""The day: what is overdue, due today, waiting and quiet."""

from datetime import datetime, time, timedelta
from itertools import islice
from typing import NamedTuple

from salescli.domain.activity import Activity
from salescli.domain.agenda import QuietSale, WaitingSale
from salescli.store import activities, agenda
from salescli.store.unit_of_work import UnitOfWork

SHOWN = 10
"""So many entries of each section are shown; one more is read, to say that there are others."""


class Today(NamedTuple):
    """What a seller sees in the morning; times are in the user's zone."""

    now: datetime
    overdue: list[Activity]
    due_today: list[Activity]
    waiting: list[WaitingSale]
    quiet: list[QuietSale]


def today(unit: UnitOfWork, *, limit: int = SHOWN) -> Today:
    """Return the sections of the day for the user who acts."""
    with unit.reading():
        connection, now, me, most = unit.connection, unit.now, unit.user_id, limit + 1
        return Today(
            now,
            activities.due(connection, me, before=now, limit=most),
            activities.due(connection, me, since=now, before=end_of_day(now), limit=most),
            list(islice(agenda.waiting(connection, me), most)),
            agenda.quiet(connection, me, most),
        )


def end_of_day(now: datetime) -> datetime:
    """Return the midnight that ends the day of `now`."""
    return datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
