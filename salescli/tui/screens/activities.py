"""Activities: mine that are open, everybody's, or those of any state, soonest due first."""

from collections.abc import Collection, Sequence, Set
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from salescli.domain.activity import Activity
from salescli.domain.listing import Sort
from salescli.domain.moments import say_moment
from salescli.services import planned
from salescli.tui.addable import New
from salescli.tui.flows import steps
from salescli.tui.marks import MOST
from salescli.tui.screens.acting import NOTHING_HERE, step_keys
from salescli.tui.screens.listing import MINE, OWNER, PLAIN, ListScreen, Look
from salescli.tui.texts.columns import Column
from salescli.tui.widgets.rows import Rows

OPEN, ANY = "everybody's", "everybody's, any state"
"""What `w` shows beside mine."""

DUE, STATE = "Due", "State"

OVERDUE = Look("!", "rows--alarm")
CLOSED = {
    "done": Look("✓", "rows--detail", "rows--detail"),
    "canceled": Look("×", "rows--detail", "rows--detail"),
}


class ActivitiesScreen(ListScreen):
    """All activities."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "complete", "Complete", id="complete", tooltip="Complete it"),
        *step_keys("schedule", "postpone", "cancel"),
        Binding("o", "open", "Open", id="open", tooltip="Open its opportunity"),
    ]

    what = ("activity", "activities")
    columns = (
        Column(""),
        Column("What", 16),
        Column(DUE),
        OWNER,
        Column("About", 12),
        Column(STATE, 8),
    )
    fields = ("name", "due", "owner", "about", "state")
    usual = Sort("due")
    scopes = (MINE, OPEN, ANY)
    mark = "  "
    loud = DUE
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
        return await self.board.desk.look(planned.total, self.shown)

    async def page(self, offset: int, limit: int) -> Sequence[Activity]:
        """Return a page of the activities."""
        return await self.board.desk.look(planned.page, self.shown, offset, limit)

    async def handles(
        self, *, among: Collection[str] | None = None, asked: str = "", limit: int = MOST
    ) -> Sequence[str]:
        """Return the handles of the activities."""
        shown = self.shown._replace(asked=asked)
        return await self.board.desk.look(planned.handles, shown, limit, among=among)

    @property
    def is_open(self) -> bool:
        """Whether only open ones are shown."""
        return self.scope != ANY

    def cells(self, entry: Activity) -> Sequence[str]:
        """Return handle, name, due date, owner, opportunity and state."""
        now = self.board.desk.context.now()
        due = say_moment(entry.due.astimezone(now.tzinfo), now) if entry.due else "no date"
        state = entry.result or entry.state
        return [entry.reference, entry.name, due, entry.owner, entry.about, state]

    def name_of(self, entry: Activity) -> str:
        """Return the handle of an activity."""
        return entry.reference

    def is_telling(self, column: Column, texts: Set[str]) -> bool:
        """Whether a column has something to tell; that each open one is open is known."""
        return super().is_telling(column, texts) and not (column.head == STATE and self.is_open)

    def look_of(self, entry: Activity) -> Look:
        """Return whether it is overdue, done or canceled; what is closed recedes."""
        if entry.state != "open":
            return CLOSED[entry.state]
        is_overdue = entry.due is not None and entry.due < self.board.desk.context.now()
        return OVERDUE if is_overdue else PLAIN

    @on(Rows.Chosen, "#list")
    def complete_chosen(self, event: Rows.Chosen) -> None:
        """Complete an activity."""
        self.board.flow(steps.complete(self.board, event.entry.reference))

    def action_complete(self) -> None:
        """Complete all that is marked, or the activity under the cursor."""
        if not self.act_on_several("complete"):
            self.choose_in(self.rows)

    def action_open(self) -> None:
        """Open the opportunity of the activity under the cursor."""
        entry = self.rows.entry
        if entry is not None and (entry.opportunity or entry.run):
            self.board.open_sale(entry.opportunity or entry.run)
        else:
            self.say(NOTHING_HERE if entry is None else "It belongs to no sale")
