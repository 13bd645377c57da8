"""The one thing to do now, with its hint and its command."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from salescli.domain.activity import Activity
from salescli.domain.agenda import QuietSale, WaitingSale
from salescli.domain.moments import say_moment
from salescli.services import references
from salescli.services.sale import Sale
from salescli.services.sessions import start_command
from salescli.services.standing import Standing, describe
from salescli.services.targets import require_running, sale_of
from salescli.services.vital import in_order
from salescli.store import activities
from salescli.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from salescli.domain.figures import Figure


class NextThing(NamedTuple):
    """The one thing to do now: what, why, the hint and the command."""

    what: str
    about: str
    why: str
    hint: str
    how: str
    reference: str
    standing: Standing | None = None
    quiet: QuietSale | None = None


def next_of(unit: UnitOfWork, reference: str) -> NextThing:
    """Return the one thing to do in a sale, or how to begin where no process guides it.

    Raises:
        RuleError: the sale has ended, or the reference means no sale.
    """
    with unit.reading():
        target = references.target(unit, reference)
        sale = sale_of(unit, target)
        require_running(sale)
        step = sale.stored.run.open_step
        activity = sale.stored.run.activity_of(step) if step else None
        if activity:
            return _activity(unit, activities.load(unit.connection, activity.key), unit.now)
        return _standing(describe(sale))


def next_thing(unit: UnitOfWork) -> NextThing | None:
    """Return the one thing to do now, or None when nothing is planned at all.

    Its order is the one of `vital.in_order`.
    """
    with unit.reading():
        thing = next(in_order(unit, 1), None)
        if isinstance(thing, Activity):
            return _activity(unit, thing, unit.now)
        if isinstance(thing, WaitingSale):
            return _standing(describe(Sale(unit, thing.run)))
        return _quiet(thing, unit.now, start_command(unit)) if thing else None


def as_document(thing: NextThing) -> dict[str, Any]:
    """Return the next thing for machines."""
    hidden = {"standing", "quiet"}
    return {name: value for name, value in thing._asdict().items() if name not in hidden}


def explain(thing: NextThing | None, now: datetime) -> list["Figure"]:
    """Return how the days were counted, where the next thing tells for how long a sale is quiet."""
    from salescli.domain.figures import Figure

    quiet = thing.quiet if thing else None
    if quiet is None or not _days_quiet(quiet, now):
        return []
    return [
        Figure(
            *("Days quiet", "/why", _days_quiet(quiet, now), "days"),
            f"whole days from its last change, {quiet.since.astimezone(now.tzinfo):%Y-%m-%d %H:%M},"
            f" until {now:%Y-%m-%d %H:%M}",
            f"opportunity {quiet.reference}: when its fields or its stage were changed last",
            n=1,
        )
    ]


def _days_quiet(quiet: QuietSale, now: datetime) -> int:
    return (now - quiet.since).days


def _activity(unit: UnitOfWork, activity: Activity, now: datetime) -> NextThing:
    assert activity.due is not None
    told = say_moment(activity.due.astimezone(now.tzinfo), now)
    why = f"overdue since {told}" if activity.due < now else f"due {told}"
    hint, how = "", f"sales done {activity.reference}"
    standing = None
    if activity.run_key is not None:
        sale = Sale(unit, activity.run_key)
        standing = describe(sale)
        if activity.topic:
            hint = sale.newest.spec.hint_of(activity.topic)
        elif standing.step and standing.step.activity == activity.reference:
            hint, how = standing.step.hint, standing.next_command
    what = f"{activity.reference} {activity.name}"
    return NextThing(what, activity.about, why, hint, how, activity.reference, standing)


def _standing(standing: Standing) -> NextThing:
    """Return what a sale wants that stands on no activity of its own."""
    step = standing.step
    what = step.name if step else f"Choose the stage after {standing.stage_name}"
    why = "it waits for your answer" if step else "its stage has ended"
    if step and step.kind == "wait":
        why = f"it waits for {step.activity}" if step.activity else "it waits for an activity"
    return NextThing(
        what,
        f"{standing.reference} {standing.title}",
        why,
        step.hint if step else "",
        standing.next_command,
        standing.reference,
        standing,
    )


def _quiet(quiet: QuietSale, now: datetime, start: str) -> NextThing:
    days = _days_quiet(quiet, now)
    return NextThing(
        f"Plan the next step of {quiet.reference} {quiet.title}",
        quiet.stage,
        "it is open and nothing is planned" + (f", for {days} days now" if days else ""),
        "",
        f"{start} --opportunity {quiet.reference}",
        quiet.reference,
        quiet=quiet,
    )
