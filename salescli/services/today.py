"""The day: what is overdue, due today, waiting and quiet."""

import sqlite3
from datetime import datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from salescli.domain.activity import Activity
from salescli.domain.agenda import QuietSale, WaitingSale
from salescli.store import activities, agenda
from salescli.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from salescli.domain.figures import Figure

SHOWN = 10
"""So many entries of each section are shown; one more is read, to say that there are others."""


class Counts(NamedTuple):
    """How many entries each section has, shown or not, and what has no due date."""

    overdue: int
    due_today: int
    waiting: int
    quiet: int
    undated: int


class Today(NamedTuple):
    """What a seller sees in the morning; times are in the user's zone."""

    now: datetime
    overdue: list[Activity]
    due_today: list[Activity]
    waiting: list[WaitingSale]
    quiet: list[QuietSale]
    login: str = ""
    counts: Counts | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.overdue or self.due_today or self.waiting or self.quiet)


def today(unit: UnitOfWork, *, limit: int = SHOWN, counts: bool = False) -> Today:
    """Return the sections of the day for the user who acts, with `counts` of all they have."""
    with unit.reading():
        connection, now, me, most = unit.connection, unit.now, unit.user_id, limit + 1
        return Today(
            now,
            activities.due(connection, me, before=now, limit=most),
            activities.due(connection, me, since=now, before=end_of_day(now), limit=most),
            list(islice(agenda.waiting(connection, me), most)),
            agenda.quiet(connection, me, now.date(), most),
            unit.login,
            _counts(connection, me, now) if counts else None,
        )


def explain(found: Today) -> list["Figure"]:
    """Return how the count of each section was made."""
    from salescli.domain.figures import Figure, left_out

    assert found.counts is not None, "the day was asked for with its counts"
    moment, midnight = f"{found.now:%Y-%m-%d %H:%M}", end_of_day(found.now)
    whose = f"owner `{found.login}`"
    activity = f"activities whose state is open, {whose}"
    sale = f"{whose}, as they stand on {moment}"
    overdue, due, waits, quiet, undated = found.counts
    without_day = left_out((undated, "without a due date"))
    return [
        Figure(
            *("Overdue", "/overdue", overdue, "activities"),
            f"how many of them were due before {moment}",
            *(activity, overdue),
            left_out=without_day,
        ),
        Figure(
            *("Today", "/today", due, "activities"),
            f"how many of them are due from {moment} on, before {midnight:%Y-%m-%d %H:%M}",
            *(activity, due),
            left_out=without_day,
        ),
        Figure(
            *("Waiting", "/waiting", waits, "sales"),
            "how many of them stand on no activity: on a form, on a step that was put off, on a"
            " wait for an activity of another step, or where the next stage is to be chosen",
            *(f"sales whose process is running, {sale}", waits),
        ),
        Figure(
            *("Quiet", "/quiet", quiet, "opportunities"),
            "how many of them have no open activity and no process that is running, and are not"
            " snoozed",
            *(f"opportunities that are not closed, {sale}", quiet),
        ),
    ]


def end_of_day(now: datetime) -> datetime:
    """Return the midnight that ends the day of `now`."""
    return datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)


def _counts(connection: sqlite3.Connection, me: bytes, now: datetime) -> Counts:
    return Counts(
        activities.count_due(connection, me, before=now),
        activities.count_due(connection, me, since=now, before=end_of_day(now)),
        agenda.count_waiting(connection, me),
        agenda.count_quiet(connection, me, now.date()),
        activities.count_never_due(connection, me),
    )
