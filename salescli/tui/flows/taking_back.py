"""Undo and redo, told in words: what was taken back or done again, and of which record."""

from functools import partial
from typing import TYPE_CHECKING

from salescli.errors import ChangedMeanwhileError
from salescli.services import change_words, history
from salescli.services.history import Mine, Undone
from salescli.tui.read_only import writes
from salescli.tui.widgets.choice import Choice

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard
    from salescli.tui.desk import Service

TOLD = 3
"""So many changes of one command are told."""


@writes
async def undo(app: "SalesBoard") -> None:
    """Take back the last change of the user; where that cannot go back, ask for another one."""
    try:
        await _take_back(app, "sales undo", history.undo, "Undid")
    except ChangedMeanwhileError as refusal:
        found = await app.desk.look(history.mine)
        if all(one.held for one in found):
            raise
        title = "Undo another change of yours?"
        options = [_named(one) for one in found]
        picked = await app.ask(Choice(title, options, note=refusal.message, button="Undo it"))
        if picked is not None:
            name = found[picked].reference
            await _take_back(app, f"sales undo {name}", partial(history.undo, what=name), "Undid")


@writes
async def redo(app: "SalesBoard") -> None:
    """Do again what the user undid last."""
    await _take_back(app, "sales redo", history.redo, "Did again")


def _named(mine: Mine) -> str:
    return f"{mine.told} (changed since)" if mine.held else mine.told


async def _take_back(
    app: "SalesBoard", words: str, service: "Service[[], list[Undone]]", did: str
) -> None:
    undone = await app.desk.change(words, service)
    told = [
        f"{did}: {await app.desk.look(change_words.of, one.reference)}" for one in undone[:TOLD]
    ]
    if len(undone) > TOLD:
        told.append(f"and {len(undone) - TOLD} more")
    app.tell(told, [text for one in undone for text in (*one.kept, *one.failed)])
