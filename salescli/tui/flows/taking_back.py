"""Undo and redo, told in words: what was taken back or done again, and of which record."""

from typing import TYPE_CHECKING

from salescli.services import change_words, history
from salescli.services.history import Undone
from salescli.tui.read_only import writes

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard
    from salescli.tui.desk import Service

TOLD = 3
"""So many changes of one command are told."""


@writes
async def undo(app: "SalesBoard") -> None:
    """Take back the last change of the user."""
    await _take_back(app, "sales undo", history.undo, "Undid")


@writes
async def redo(app: "SalesBoard") -> None:
    """Do again what the user undid last."""
    await _take_back(app, "sales redo", history.redo, "Did again")


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
