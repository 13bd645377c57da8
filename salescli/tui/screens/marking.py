"""What the screens have in common whose entries can be marked, for one change to all of them."""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from salescli.tui.marks import MOST, SIGN, Marks, Range
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
        Binding(
            *("V", "mark_range", "Range"),
            show=False,
            id="mark-range",
            tooltip="Mark all that the cursor goes over, until V ends it",
        ),
        Binding(
            *("shift+down", "mark_on(1)", "Mark down"),
            show=False,
            id="mark-down",
            tooltip="Mark it, and the next one",
        ),
        Binding(
            *("shift+up", "mark_on(-1)", "Mark up"),
            show=False,
            id="mark-up",
            tooltip="Mark it, and the one before",
        ),
    ]

    marks: ClassVar[tuple[tuple[str, str], ...]] = ((SIGN, "Marked: {on_all} act on all that are"),)
    on_all = ("complete", "go-on", "schedule", "postpone", "cancel", "move", "edit", "note")
    """The names of the keys that act on all that is marked."""

    marked = Marks()
    _range: Range | None = None

    async def handles(
        self, *, among: Collection[str] | None = None, asked: str = "", limit: int = MOST
    ) -> Sequence[str]:
        """Return what a filter leaves of the entries, or of those among some handles."""
        raise NotImplementedError

    def called(self, handle: str) -> str:
        """Return how the screen shows what has a handle."""
        return handle

    asked = ""
    """The filter in force."""

    def marking(self) -> Rows[Any] | None:
        """Return the list that has the keys."""
        return self.focused if isinstance(self.focused, Rows) else None

    @property
    def told_state(self) -> str:
        """How many are marked, and whether the cursor marks what it goes over."""
        is_open = self._range is not None and not self._range.is_brief
        return ", ".join(filter(None, (self.marked.told, "range" if is_open else "")))

    def show_marks(self, marked: Marks, span: Range | None = None) -> None:
        """Let these be marked; what the cursor marked so far goes on only where it is given."""
        self.marked = marked
        self._range = span
        for rows in self.query(Rows):
            rows.mark(marked.handles)
        self.query_one(KeyBar).refresh()

    async def follow_marks(self) -> None:
        """Take the marks from what is gone, and know what a filter hides; called when filled."""
        if held := self.marked.handles:
            there = await self.handles(among=held)
            shown = await self.handles(among=held, asked=self.asked) if self.asked else there
            self.show_marks(self.marked.among(there, shown), self._range)

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

    def action_mark_range(self) -> None:
        """Mark what the cursor goes over from here, or end that; the marks stay."""
        span = self._range
        if span is not None and not span.is_brief and span.rows is self.marking():
            self.show_marks(self.marked)
        elif span := self._begun(is_brief=False):
            self._extend(span)

    def action_mark_on(self, by: int) -> None:
        """Mark what the cursor is on, and where it goes; going back takes the marks away."""
        span = self._range if self._range and self._range.rows is self.marking() else None
        if span := span or self._begun(is_brief=True):
            span.rows.action_move(by)
            self._extend(span)

    def _begun(self, *, is_brief: bool) -> Range | None:
        """Return the range that begins under the cursor, or say that there is nothing."""
        rows = self.marking()
        if rows is None or rows.entry is None:
            self.say(self.nothing)
            return None
        return Range(rows, rows.here, self.marked, is_brief, rows.cursor)

    def _extend(self, span: Range) -> None:
        """Mark all from where a range begins to the cursor."""
        names = span.rows.names_from(span.begin)
        marked = self.marked if names is None else span.before.with_all(names)
        if len(marked.handles) > MOST:
            self.say(MANY)
            return
        self.show_marks(marked, None if names is None else span._replace(at=span.rows.cursor))

    @on(Rows.Moved)
    def follow_range(self, event: Rows.Moved) -> None:
        """Let a range go with the cursor of its list, or end it."""
        span = self._range
        if span is None or event.rows is not self.focused:
            return
        if event.rows is span.rows and not (span.is_brief and span.at != event.rows.cursor):
            self._extend(span)
        else:
            self.show_marks(self.marked)

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
