"""What the screens have in common whose entries can be marked, for one change to all of them."""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from salescli.tui.marks import MOST, SIGN, Marks
from salescli.tui.screens.acting import ActingScreen
from salescli.tui.widgets.key_bar import KeyBar
from salescli.tui.widgets.rows import Rows

MANY = f"More than {MOST:,} are shown: filter them, or use a batch of the shell"


class MarkingScreen(ActingScreen):
    """A screen with lists whose entries can be marked.

    A mark goes when its record leaves the list; a filter only hides it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "Mark", id="mark", tooltip="Mark it, or take its mark away"),
        Binding(
            *("asterisk", "mark_all", "Mark all"),
            show=False,
            id="mark-all",
            tooltip="Mark all that the list shows, or none",
        ),
        Binding("escape", "all", "No marks", show=False, id="show-all", tooltip="Clear the marks"),
    ]

    marks: ClassVar[tuple[tuple[str, str], ...]] = ((SIGN, "Marked: {on_all} act on all that are"),)
    on_all = ("complete", "go-on", "schedule", "postpone", "cancel", "move", "edit", "note")
    """The names of the keys that act on all that is marked."""

    marked = Marks()

    async def handles(
        self, *, among: Collection[str] | None = None, asked: str = "", limit: int = MOST
    ) -> Sequence[str]:
        """Return what a filter leaves of the entries, or of those among some handles."""
        raise NotImplementedError

    asked = ""
    """The filter in force."""

    def marking(self) -> Rows[Any] | None:
        """Return the list that has the keys."""
        return self.focused if isinstance(self.focused, Rows) else None

    def show_marks(self, marked: Marks) -> None:
        """Let these be marked."""
        self.marked = marked
        for rows in self.query(Rows):
            rows.mark(marked.handles)
        self.query_one(KeyBar).draw()

    async def follow_marks(self) -> None:
        """Take the marks from what is gone, and know what a filter hides; called when filled."""
        if held := self.marked.handles:
            there = await self.handles(among=held)
            shown = await self.handles(among=held, asked=self.asked) if self.asked else there
            self.show_marks(self.marked.among(there, shown))

    def action_mark(self) -> None:
        """Mark what the cursor is on, or take its mark away, and move on."""
        rows = self.marking()
        if rows is None or rows.entry is None:
            self.say(self.nothing)
            return
        marked = self.marked.turned(rows.here)
        if len(marked.handles) > MOST:
            self.say(MANY)
            return
        self.show_marks(marked)
        rows.action_move(1)

    def action_mark_all(self) -> None:
        """Mark all that the list with the keys shows; where they are, take their marks away."""
        self.board.flow(self._mark_all())

    async def _mark_all(self) -> None:
        found = await self.handles(asked=self.asked, limit=MOST + 1)
        marked = self.marked.with_all(found)
        if not found:
            self.say(self.nothing)
        elif marked == self.marked:
            self.show_marks(self.marked.without(found))
        elif len(marked.handles) > MOST:
            self.say(MANY)
        else:
            self.show_marks(marked)

    def action_all(self) -> None:
        """Clear the marks."""
        self.clear_marks()

    def clear_marks(self) -> bool:
        """Clear the marks; return whether there were any."""
        had_any = bool(self.marked.handles)
        self.show_marks(Marks())
        return had_any

    def act_on_several(self, name: str) -> bool:
        """Begin what a key does to all that is marked; False where it acts on one alone."""
        if not self.marked.handles:
            return False
        from salescli.tui.flows import several

        if name not in several.SEVERAL:
            return False
        self.board.flow(several.act(self, name))
        return True

    def action_act(self, flow: str) -> None:
        """Act on all that is marked, or on what the cursor is on."""
        if not self.act_on_several(flow):
            super().action_act(flow)

    def action_edit(self) -> None:
        """Change a field of all that is marked, or the fields of what the cursor is on."""
        if not self.act_on_several("edit"):
            super().action_edit()
