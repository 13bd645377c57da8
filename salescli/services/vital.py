"""What a seller has to do, most urgent first: the order in which `sales next` names one thing."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from salescli.domain.activity import Activity
from salescli.domain.agenda import QuietSale, WaitingSale
from salescli.domain.moments import say_moment
from salescli.services.today import end_of_day
from salescli.store import activities, agenda
from salescli.store.unit_of_work import UnitOfWork

WAITS = {
    "form": "its form is open",
    "choose": "its stage has ended",
    "put off": "it was put off until now",
}
"""State of a waiting sale -> why it is a seller's turn."""


class Vital(NamedTuple):
    """One thing to do: `reference` is what it is completed by, `about` whom it concerns.

    `sale` is the handle of the opportunity or run that it belongs to; empty for an activity of
    neither.
    """

    reference: str
    what: str
    about: str
    why: str
    is_overdue: bool
    sale: str


def in_order(unit: UnitOfWork, limit: int) -> Iterator[Activity | WaitingSale | QuietSale]:
    """Yield what the user who acts has to do, inside a transaction; so many of each kind at most.

    Appointments and activities that are due until tonight come first, earliest first; then the
    sales that wait for an answer; then the activities to come; then the sales without a plan.
    """
    connection, now, me = unit.connection, unit.now, unit.user_id
    tonight = end_of_day(now)
    yield from activities.due(connection, me, before=tonight, limit=limit)
    waits = (sale for sale in agenda.waiting(connection, me) if _is_mine_to_do(sale, now))
    for _place, sale in zip(range(limit), waits, strict=False):
        yield sale
    yield from activities.due(connection, me, since=tonight, limit=limit)
    yield from agenda.quiet(connection, me, now.date(), limit)


def vital(unit: UnitOfWork, limit: int) -> list[Vital]:
    """Return the first `limit` things that the user who acts has to do."""
    with unit.reading():
        found = zip(range(limit), in_order(unit, limit), strict=False)
        return [_told(thing, unit.now) for _place, thing in found]


def _is_mine_to_do(sale: WaitingSale, now: datetime) -> bool:
    if sale.state == "put off":
        return sale.until is not None and sale.until <= now
    return sale.state in {"form", "choose"}


def _told(thing: Activity | WaitingSale | QuietSale, now: datetime) -> Vital:
    if isinstance(thing, Activity):
        assert thing.due is not None, "activities without a due date are not in the order"
        when = say_moment(thing.due.astimezone(now.tzinfo), now)
        sale = thing.opportunity or thing.run
        return Vital(thing.reference, thing.name, thing.about, when, thing.due < now, sale)
    if isinstance(thing, WaitingSale):
        what = thing.step or f"after {thing.stage}"
        why = WAITS[thing.state]
        return Vital(
            thing.reference, what, thing.title, why, is_overdue=False, sale=thing.reference
        )
    why = "nothing is planned"
    return Vital(
        thing.reference, thing.stage, thing.title, why, is_overdue=False, sale=thing.reference
    )
