"""The hint of an activity or of the step that a sale stands on."""

from typing import NamedTuple

from salescli.domain.process.spec import Link
from salescli.services import references
from salescli.services.sale import Sale
from salescli.services.targets import sale_of
from salescli.store import activities, definitions, runs
from salescli.store.unit_of_work import UnitOfWork


class Hint(NamedTuple):
    """A hint, the step that it belongs to, and the tools and documents that help with it."""

    step: str
    hint: str
    links: tuple[Link, ...] = ()


def of(unit: UnitOfWork, reference: str) -> Hint:
    """Return the hint of an activity, open or closed, or of the open step of a sale."""
    with unit.reading():
        target = references.target(unit, reference)
        if target.activity is not None:
            return _of_activity(unit, target.activity)
        sale = sale_of(unit, target)
        step = sale.stored.run.open_step
        stage = sale.spec.stage(sale.stored.run.stage)
        if step is None:
            return Hint(stage.name, stage.hint.strip() or stage.goal)
        spec = stage.step(step.step)
        return Hint(spec.name, spec.hint.strip(), spec.links)


def _of_activity(unit: UnitOfWork, key: bytes) -> Hint:
    activity = activities.load(unit.connection, key)
    if activity.run_key is None:
        return Hint(activity.name, "")
    sale = Sale(unit, activity.run_key)
    if activity.topic:
        newest = sale.newest.spec
        return Hint(activity.name, newest.hint_of(activity.topic), newest.links_of(activity.topic))
    definition, stage, step = runs.place_of(unit.connection, activity.step_visit or b"")
    made = definitions.by_key(unit.connection, definition).spec.stage(stage).step(step)
    return Hint(activity.name, made.hint.strip(), made.links)
