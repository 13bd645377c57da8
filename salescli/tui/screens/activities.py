"""Activities: mine that are open, or everybody's in any state, soonest due first."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from salescli.domain.activity import Activity
from salescli.domain.moments import say_moment
from salescli.services import planned
from salescli.tui import flows
from salescli.tui.entering import New
from salescli.tui.screens.acting import NOTHING_HERE, step_keys
from salescli.tui.screens.listing import ListScreen
from salescli.tui.widgets.rows import Line, Rows


class ActivitiesScreen(ListScreen):
    """All activities."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "complete", "Complete", id="complete", tooltip="Complete it"),
        *step_keys("schedule", "postpone", "cancel"),
        Binding("o", "open", "Open", id="open", tooltip="Open its opportunity"),
    ]

    what = "activities"
    heads = ("", "What", "Due", "About", "State", "Owner")
    shares = (5, 4, 5, 2, 2)
    narrowest = 5
    empty = "You have no open activity; `a` adds one, `w` shows everybody's."

    @property
    def sale(self) -> str:
        """The sale of the activity under the cursor."""
        entry = self.rows.entry
        return entry.opportunity or entry.run if entry is not None else ""

    @property
    def addable(self) -> Sequence[New]:
        """An activity, of the opportunity that the cursor is on or of none."""
        about = [
            New("activity", f"Activity of {sale}", self.subject) for sale in self.subject.values()
        ]
        return [*about, New("activity", "Activity")]

    async def total(self) -> int:
        """Return how many activities there are."""
        return await self.board.desk.look(
            planned.total, everything=self.everything, asked=self.asked
        )

    async def page(self, offset: int, limit: int) -> Sequence[Activity]:
        """Return a page of the activities."""
        return await self.board.desk.look(
            planned.page, offset, limit, everything=self.everything, asked=self.asked
        )

    def cells(self, entry: Activity) -> Sequence[str]:
        """Return handle, name, due date, opportunity, state and owner."""
        now = self.board.desk.context.now()
        due = say_moment(entry.due.astimezone(now.tzinfo), now) if entry.due else "no date"
        state = entry.result or entry.state
        mark = "! " if entry.state == "open" and entry.due and entry.due < now else ""
        return [entry.reference, entry.name, mark + due, entry.about, state, entry.owner]

    def name_of(self, entry: Activity) -> str:
        """Return the handle of an activity."""
        return entry.reference

    def _draw(self, entry: Activity, width: int) -> Sequence[Line]:
        now = self.board.desk.context.now()
        is_overdue = entry.state == "open" and entry.due is not None and entry.due < now
        style = "rows--alarm" if is_overdue else ""
        return [Line(self._line(self.cells(entry), width), style)]

    @on(Rows.Chosen, "#list")
    def complete_chosen(self, event: Rows.Chosen) -> None:
        """Complete an activity."""
        self.board.flow(flows.complete(self.board, event.entry.reference))

    def action_complete(self) -> None:
        """Complete the activity under the cursor."""
        self.choose_in(self.rows)

    def action_open(self) -> None:
        """Open the opportunity of the activity under the cursor."""
        entry = self.rows.entry
        if entry is not None and (entry.opportunity or entry.run):
            self.board.open_sale(entry.opportunity or entry.run)
        else:
            self.say(NOTHING_HERE if entry is None else "It belongs to no sale")
