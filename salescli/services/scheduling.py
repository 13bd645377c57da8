"""When an activity is: scheduled, or put off, and what its process makes of that."""

from datetime import datetime

from salescli.domain.activity import MEETING, Activity
from salescli.domain.moments import END_OF_DAY, START_OF_DAY, say_moment
from salescli.domain.process.run import Run, RunActivity
from salescli.domain.process.spec import POSTPONED
from salescli.errors import RuleError
from salescli.services import references
from salescli.services.activities import Done, of_target, past
from salescli.services.answers import finish
from salescli.services.sale import Sale
from salescli.services.standing import Outcome
from salescli.services.targets import reference_of, require_running, sale_of
from salescli.store import activities as rows
from salescli.store.unit_of_work import UnitOfWork


def schedule(unit: UnitOfWork, reference: str, at: str) -> Outcome | Done:
    """Give an activity, or the open step of a sale, its time."""
    return _move(unit, reference, at, postpones=False)


def postpone(unit: UnitOfWork, reference: str, until: str) -> Outcome | Done:
    """Put an activity or the open step of a sale off until later."""
    return _move(unit, reference, until, postpones=True)


def before_postponing(unit: UnitOfWork, reference: str) -> str:
    """Return when something is due, and what postponing does beside moving that time."""
    with unit.reading():
        due, back = _postponed(unit, reference)
        told = f"The process goes back to `{back}`. To move the time only, schedule it."
        return " ".join(filter(None, (_due(unit, due), told if back else "")))


def goes_back(unit: UnitOfWork, reference: str) -> str:
    """Return the step that a process goes back to when something is postponed, if it does."""
    with unit.reading():
        return _postponed(unit, reference)[1]


def _postponed(unit: UnitOfWork, reference: str) -> tuple[datetime | None, str]:
    """Return when something is due, and the step that its process goes back to without it."""
    target = references.target(unit, reference)
    activity = of_target(unit, target, reference)
    if activity is not None and activity.run_key is None:
        return activity.due, ""
    sale = sale_of(unit, target)
    meant = _meant(sale, activity)
    due = rows.load(unit.connection, meant.key).due if meant else None
    return due, _back_to(sale, meant)


def _due(unit: UnitOfWork, due: datetime | None) -> str:
    return f"It is due {say_moment(due, unit.now)}; days count from today." if due else ""


def _move(unit: UnitOfWork, reference: str, text: str, *, postpones: bool) -> Outcome | Done:
    with unit:
        target = references.target(unit, reference)
        activity = of_target(unit, target, reference)
        if activity is not None and activity.run_key is None:
            begins = activity.due if activity.kind == MEETING else activity.starts
            at = _moment(unit, text, begins, postpones=postpones)
            appointed = not postpones or activity.starts is not None
            rows.move(unit, activity.key, at, is_appointment=appointed)
            done = _moved(unit, activity, at, postpones=postpones)
            return done._replace(warnings=past(unit, activity.reference, at))
        sale = sale_of(unit, target)
        require_running(sale)
        return _move_in_sale(sale, activity, text, postpones=postpones)


def _moment(unit: UnitOfWork, text: str, begins: datetime | None, *, postpones: bool) -> datetime:
    """Return the time that a text means; a day alone leaves what begins at an hour its hour."""
    from salescli.services.when import moment

    clock = END_OF_DAY if postpones else START_OF_DAY
    if begins is not None:
        clock = begins.astimezone(unit.now.tzinfo).time()
    return moment(text, unit.now, clock)


def _move_in_sale(sale: Sale, activity: Activity | None, text: str, *, postpones: bool) -> Outcome:
    unit, before = sale.unit, sale.stored.run
    walk = sale.walk()
    step = before.open_step
    spec = sale.spec.stage(before.stage).step(step.step) if step else None
    meant = _meant(sale, activity) or (None if postpones else _only_open(before))
    back = _back_to(sale, meant) if postpones else ""
    begins = meant.starts_at if meant and not back else None
    at = _moment(unit, text, begins, postpones=postpones)
    told = say_moment(at.astimezone(unit.now.tzinfo), unit.now)
    if postpones and step and meant is None:
        walk.postpone(step, at)
        sentence = f"Put off `{spec.name if spec else ''}` until {told}"
    elif postpones and step and meant and meant.step_visit == step.key:
        walk.postpone(step, at)
        again = f"; the process goes back to `{back}`" if back else ""
        sentence = f"Postponed `{meant.name}` until {told}{again}"
    elif meant:
        topic = next((a for a in sale.spec.activities if a.id == meant.topic), None)
        if topic and topic.start:
            walk.save({topic.start: at})
        else:
            walk.schedule(meant, at)
        sentence = f"Postponed `{meant.name}` until {told}"
        if not postpones:
            sentence = f"Scheduled `{meant.name}` for {told}"
    else:
        raise RuleError(
            "No activity of this sale is open that could be moved",
            hint=f"see where it stands: `sales continue {reference_of(sale)}`",
        )
    outcome = finish(sale, before, walk)
    return outcome._replace(changes=(sentence, *outcome.changes))


def _meant(sale: Sale, activity: Activity | None) -> RunActivity | None:
    run = sale.stored.run
    if activity is not None:
        return next((a for a in run.activities if a.key == activity.key), None)
    step = run.open_step
    if step is None:
        return None
    spec = sale.spec.stage(run.stage).step(step.step)
    return run.on_topic(spec.topic, "open") if spec.do == "wait" else run.activity_of(step)


def _only_open(run: Run) -> RunActivity | None:
    """A form has no time of its own: what can be scheduled is the one activity that is open."""
    found = [activity for activity in run.activities if activity.state == "open"]
    return found[0] if len(found) == 1 else None


def _back_to(sale: Sale, meant: RunActivity | None) -> str:
    """Return the step that a sale goes back to when an activity is postponed; mostly none."""
    run = sale.stored.run
    step = run.open_step
    if step is None or meant is None or meant.step_visit != step.key:
        return ""
    stage = sale.spec.stage(run.stage)
    back = stage.step(step.step).on.get(POSTPONED, "")
    return stage.step(back).name if back else ""


def _moved(unit: UnitOfWork, activity: Activity, at: datetime, *, postpones: bool) -> Done:
    told = say_moment(at.astimezone(unit.now.tzinfo), unit.now)
    verb = "Postponed" if postpones else "Scheduled"
    preposition = "until" if postpones else "for"
    return Done(
        (f"{verb} `{activity.reference}` {activity.name} {preposition} {told}",),
        rows.load(unit.connection, activity.key),
    )
