"""Tells in sentences what the effects of a command did to a sale."""

from collections.abc import Sequence

from salescli.domain.moments import say_moment
from salescli.domain.process.run import Effect, Run
from salescli.domain.process.spec import CANCELED
from salescli.domain.reference import handle
from salescli.services.sale import Sale


def tell(sale: Sale, before: Run, effects: Sequence[Effect]) -> list[str]:
    """Return the sentences of a walk that was saved; `before` is the run as it was."""
    sentences = list(sale.changes)
    sale.changes = []
    numbers = {a.key: a.number for a in (*before.activities, *sale.stored.run.activities)}
    names = {a.key: a.name for a in (*before.activities, *sale.stored.run.activities)}
    canceled = 0
    moved_to = ""
    for effect in effects:
        values = effect.values
        if effect.kind == "close_activity":
            if values["state"] == "canceled":
                canceled += values["result"] == CANCELED
            else:
                sentences.append(
                    f"Completed `{handle('activity', numbers[effect.key])}`"
                    f" {names[effect.key]}: {values['result']}"
                )
        elif effect.kind == "create_activity" and effect.key in numbers:
            sentences.append(_added(sale, effect, numbers[effect.key]))
        elif effect.kind == "end_stage" and values["missing"]:
            lacking = ", ".join(f"`{field}`" for field in values["missing"])
            sentences.append(f"The stage ended without {lacking}")
        elif effect.kind == "enter_stage":
            moved_to = sale.newest.spec.stage(values["stage"]).name
    return sentences + _moved(sale, before, moved_to, canceled)


def _added(sale: Sale, effect: Effect, number: int) -> str:
    due = say_moment(effect.values["due_at"].astimezone(sale.unit.now.tzinfo), sale.unit.now)
    return f"Added `{handle('activity', number)}` {effect.values['name']}, due {due}"


def _moved(sale: Sale, before: Run, stage: str, canceled: int) -> list[str]:
    activities = "1 open activity" if canceled == 1 else f"{canceled} open activities"
    if not stage:
        return [f"Canceled {activities}"] if canceled else []
    if not before.stage:
        return []
    moved = f"Moved to `{stage}`" + (f"; canceled {activities}" if canceled else "")
    kept = [
        f"Kept `{handle('activity', a.number)}` {a.name}"
        + (
            f", {say_moment(a.due_at.astimezone(sale.unit.now.tzinfo), sale.unit.now)}"
            if a.due_at
            else ""
        )
        + f"; cancel it with `sales cancel {handle('activity', a.number)}`"
        for a in sale.stored.run.activities
        if a.is_spawned and a.state == "open" and any(b.key == a.key for b in before.activities)
    ]
    return [moved, *kept]
