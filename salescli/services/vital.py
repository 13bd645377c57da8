"""What a seller has to do, most urgent first: the order in which `sales next` names one thing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from salescli.domain.activity import Activity
from salescli.domain.agenda import QuietSale, WaitingSale, Worth
from salescli.domain.moments import say_moment
from salescli.domain.money import format_amount
from salescli.domain.text import key as text_key
from salescli.domain.text import words_match
from salescli.services.today import end_of_day
from salescli.store import activities, agenda
from salescli.store.unit_of_work import UnitOfWork

WAITS = {
    "form": "form open",
    "choose": "stage ended",
    "put off": "was put off",
}
"""State of a waiting sale -> why it is a seller's turn, in no more room than a time takes."""

NO_PLAN = "no plan"

OVERDUE, TODAY, WAITING, LATER, QUIET = GROUPS = (
    "Overdue",
    "Today",
    "Waiting for you",
    "Later",
    "Without a plan",
)
"""What there is to do, in groups, in their order."""

Names = Mapping[tuple[str, str], str]
"""Ids of a stage and of a step, or no step -> what it is called."""


class Vital(NamedTuple):
    """One thing to do: `reference` is what it is completed by, `about` whom it concerns.

    `sale` is the handle of the opportunity or run that it belongs to; empty for an activity of
    neither. `account` and `amount` are those of the opportunity, in words; `group` is one of
    `GROUPS`.
    """

    reference: str
    what: str
    about: str
    why: str
    is_overdue: bool
    sale: str
    account: str = ""
    amount: str = ""
    group: str = ""

    @property
    def is_unguided(self) -> bool:
        """Whether it is a sale that no process guides."""
        return self.why == NO_PLAN


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
        found = list(islice(in_order(unit, limit), limit))
        names = {} if all(isinstance(one, Activity) for one in found) else _names(unit)
        now = unit.now
        told = [_told(thing, now, names) for thing in found]
        worth = agenda.worth(unit.connection, {one.sale for one in told})
        return [_with_worth(one, worth.get(one.sale)) for one in told]


def narrowed(found: Sequence[Vital], asked: str) -> list[Vital]:
    """Return what has words asked for in its names, or is called by a handle asked for.

    Raises:
        UsageError: a condition is asked for.
    """
    from salescli.services.filters import require_words

    require_words(asked)
    sought = text_key(asked)
    return [one for one in found if words_match(sought, text_key(" ".join(_words_of(one))))]


def _words_of(thing: Vital) -> tuple[str, ...]:
    return thing.what, thing.about, thing.account, thing.reference, thing.sale


def _names(unit: UnitOfWork) -> Names:
    from salescli.services.stages import versions

    found: dict[tuple[str, str], str] = {}
    for version in versions(unit):
        for stage in version.spec.stages:
            for name in stage.ids:
                found.setdefault((name, ""), stage.name)
                for step in stage.steps:
                    found.setdefault((name, step.id), step.name)
    return found


def _with_worth(thing: Vital, worth: Worth | None) -> Vital:
    if worth is None:
        return thing
    amount = "" if worth.amount is None else format_amount(worth.amount, worth.currency)
    return thing._replace(account=worth.account, amount=amount)


def _is_mine_to_do(sale: WaitingSale, now: datetime) -> bool:
    if sale.state == "put off":
        return sale.until is not None and sale.until <= now
    return sale.state in {"form", "choose"}


def _told(thing: Activity | WaitingSale | QuietSale, now: datetime, names: Names) -> Vital:
    if isinstance(thing, Activity):
        assert thing.due is not None, "activities without a due date are not in the order"
        when = say_moment(thing.due.astimezone(now.tzinfo), now)
        sale, is_overdue = thing.opportunity or thing.run, thing.due < now
        group = OVERDUE if is_overdue else TODAY if thing.due < end_of_day(now) else LATER
        return Vital(
            *(thing.reference, thing.name, thing.about, when, is_overdue, sale, thing.account),
            group=group,
        )
    stage = names.get((thing.stage, ""), thing.stage)
    what, why, group = f"Plan the next step ({stage})", NO_PLAN, QUIET
    if isinstance(thing, WaitingSale):
        after = f"Choose the stage after {stage}"
        what = names.get((thing.stage, thing.step), thing.step) or after
        why, group = WAITS[thing.state], WAITING
    return Vital(
        *(thing.reference, what, thing.title, why),
        is_overdue=False,
        sale=thing.reference,
        group=group,
    )
