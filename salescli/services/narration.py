"""Tells in sentences what the effects of a command did to a sale."""

from collections.abc import Mapping, Sequence

from salescli.domain.moments import say_moment
from salescli.domain.process.run import Effect, Run, RunActivity
from salescli.domain.process.spec import CANCELED, ENDED_EARLY
from salescli.domain.reference import handle
from salescli.domain.text import few
from salescli.services.sale import Sale
from salescli.services.targets import reference_of
from salescli.store import activities

MOST = 3
"""So many of the activities that a move cancels are told by their names."""


def tell(sale: Sale, before: Run, effects: Sequence[Effect]) -> list[str]:
    """Return the sentences of a walk that was saved; `before` is the run as it was."""
    sentences = list(sale.changes)
    sale.changes = []
    known = {a.key: a for a in (*before.activities, *sale.stored.run.activities)}
    moved_to = ""
    is_over = False
    kept: list[str] = []
    for effect in effects:
        values = effect.values
        if effect.kind == "close_activity" and values["state"] != "canceled":
            sentences.append(f"Completed {_named(sale, effect.key, known)}: {values['result']}")
        elif effect.kind in {"create_activity", "follow_up"}:
            sentences += _added(sale, effect, known)
        elif effect.kind == "end_stage":
            is_over = values["by"] == ENDED_EARLY
            sentences += _lacking(values["missing"])
        elif effect.kind == "enter_stage":
            moved_to = sale.spec.stage(values["stage"]).name
    if before.stage and (moved_to or is_over):
        kept = _kept(sale, before)
    canceled = [_named(sale, effect.key, known) for effect in effects if _cancels(effect)]
    return [*sentences, *_moved(sale, before, moved_to, canceled), *kept]


def _cancels(effect: Effect) -> bool:
    """Whether an effect cancels an activity that nobody has answered."""
    is_closing = effect.kind == "close_activity" and effect.values["state"] == "canceled"
    return is_closing and effect.values["result"] == CANCELED


def _lacking(fields: Sequence[str]) -> list[str]:
    names = ", ".join(f"`{field}`" for field in fields)
    return [f"The stage ended without {names}"] if fields else []


def _added(sale: Sale, effect: Effect, known: Mapping[bytes, RunActivity]) -> list[str]:
    """Tell of an activity that was made; nothing of one that the same command has canceled."""
    made = known.get(effect.key)
    if effect.kind == "create_activity" and (made is None or made.state == "canceled"):
        return []
    now = sale.unit.now
    due = say_moment(effect.values["due_at"].astimezone(now.tzinfo), now)
    told = f"Added {_named(sale, effect.key, known)}, due {due}"
    if made and made.topic and made.starts_at == now:
        number = handle("activity", made.number)
        told += f'; once its time is agreed: `sales schedule {number} "tue 10"`'
    return [told]


def _named(sale: Sale, key: bytes, known: Mapping[bytes, RunActivity]) -> str:
    if key in known:
        return f"`{handle('activity', known[key].number)}` {known[key].name}"
    activity = activities.load(sale.unit.connection, key)
    return f"`{activity.reference}` {activity.name}"


def _moved(sale: Sale, before: Run, stage: str, canceled: Sequence[str]) -> list[str]:
    activities = few(canceled, MOST)
    if not stage:
        return [f"Canceled {activities}"] if canceled else []
    if not before.stage:
        return []
    moved = f"Moved `{reference_of(sale)}` to `{stage}`"
    return [moved + (f"; canceled {activities}" if canceled else "")]


def _kept(sale: Sale, before: Run) -> list[str]:
    """Tell which spawned activities stay when their sale leaves a stage."""
    known = {activity.key for activity in before.activities}
    return [
        f"Kept {_planned(sale, activity)};"
        f" cancel it with `sales cancel {handle('activity', activity.number)}`"
        for activity in sale.stored.run.activities
        if activity.is_spawned and activity.state == "open" and activity.key in known
    ]


def _planned(sale: Sale, activity: RunActivity) -> str:
    now = sale.unit.now
    at = f", {say_moment(activity.due_at.astimezone(now.tzinfo), now)}" if activity.due_at else ""
    return f"`{handle('activity', activity.number)}` {activity.name}{at}"
