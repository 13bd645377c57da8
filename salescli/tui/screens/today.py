"""Today: the plan against performance, and what is to be done, most urgent first."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from salescli.errors import SalesError
from salescli.services import day
from salescli.services.vital import Vital, narrowed
from salescli.tui.addable import ANEW, New
from salescli.tui.marks import MOST
from salescli.tui.screens.acting import NOTHING_HERE, step_keys
from salescli.tui.screens.filtering import NOTHING_MEETS, FilteringScreen
from salescli.tui.texts.cells import fit
from salescli.tui.texts.columns import NARROW, Column, layout, needs
from salescli.tui.widgets.hint_panel import HintPanel
from salescli.tui.widgets.key_bar import KeyBar
from salescli.tui.widgets.plan_panel import PlanPanel
from salescli.tui.widgets.rows import Line, Rows

COLUMNS = (Column(""), Column("", 16), Column("", 16), Column("", 12), Column(""))
"""When or why, what, about what, of which account, and worth how much."""

EDGES = 3
"""What the mark and the scroll bar take."""

WIDE = 100
"""From so many columns on the account and the amount are shown."""

BESIDE = 12
"""The lines of the bar, the plan, the hint and the keys, beside the list."""

TALL = 30
"""A screen of so many lines has room for heads above any list."""

LONGEST = 24
"""Of a longer filter only the beginning is told."""

UNGUIDED = "No process guides it yet. Enter starts one."

EMPTY = "Nothing is planned. `R` starts a sale: Run process, Corporate sale."


class TodayScreen(FilteringScreen):
    """What a seller sees in the morning, and works through."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "complete", "Complete", id="complete", tooltip="Complete it"),
        *step_keys("schedule", "postpone", "cancel", "hint"),
        Binding("o", "open", "Open", id="open", tooltip="Open its opportunity"),
    ]

    marks = (
        ("!", "Overdue"),
        ("█ ▒", "Won; expected beside it, by the probability of each stage"),
        ("v Q", "Where the pace should be today; the quota"),
        *FilteringScreen.marks,
    )

    filters_by = "words of what is to be done, of whom, or of the account"
    filtered = "#vital"

    def __init__(self) -> None:
        super().__init__()
        self._all: Sequence[Vital] = ()
        self._vital: Sequence[Vital] = ()
        self.is_filled = True
        self._needed = needs(COLUMNS, ())
        self._widths: dict[int, int] = {}

    def compose_body(self) -> ComposeResult:
        """Lay out the plan, the list and the hint."""
        yield PlanPanel()
        rows = Rows[Vital](
            self._page, self._draw, lambda one: one.reference, empty=EMPTY, id="vital"
        )
        rows.sign_at = 1
        yield rows
        yield HintPanel()

    def on_mount(self) -> None:
        """Begin in the list, with what was read before there was a screen."""
        plan, vitals = self.board.first
        self._take(vitals)
        self.query_one(PlanPanel).show(plan)
        self.rows.show(self._vital)
        self.take_keys()

    def take_keys(self) -> None:
        """Give the keys to the list."""
        self.rows.focus()

    @property
    def rows(self) -> Rows[Vital]:
        """The list."""
        return self.query_one("#vital", Rows)

    @property
    def sale(self) -> str:
        """The sale of what the cursor is on."""
        return self.rows.entry.sale if self.rows.entry is not None else ""

    @property
    def here(self) -> str:
        """What the cursor is on."""
        return self.rows.entry.reference if self.rows.entry is not None else ""

    @property
    def addable(self) -> Sequence[New]:
        """What comes in by day: an activity, an opportunity, a lead, an account."""
        about = [
            New("activity", f"Activity of {sale}", self.subject) for sale in self.subject.values()
        ]
        return [*about, *ANEW]

    @property
    def told_state(self) -> str:
        """The filter in force, which no other line here tells, and how many are marked."""
        filtered = fit(f"/{self.asked}", LONGEST).rstrip() if self.asked else ""
        return "  ".join(filter(None, (filtered, super().told_state)))

    async def handles(
        self, *, among: Collection[str] | None = None, asked: str = "", limit: int = MOST
    ) -> Sequence[str]:
        """Return the handles of what is to be done."""
        found = narrowed(self._all, asked) if asked else self._all
        return [one.reference for one in found if among is None or one.reference in among]

    def called(self, handle: str) -> str:
        """Return what is to be done, of whom; the list shows no handles."""
        named = ((one.what, one.about) for one in self._all if one.reference == handle)
        return " · ".join(filter(None, next(named, (handle,))))

    def on_resize(self) -> None:
        """Give each thing two lines where one has no room for it."""
        self._lay_out()
        self.rows.set_row_height(1 if self.app.size.width >= NARROW else 2)
        self.rows.set_heads(self._heads())

    def _heads(self) -> dict[int, str]:
        """Return the heads of the groups by the place of their first entry, if there is room."""
        counts = Counter(one.group for one in self._vital)
        lines = len(self._vital) * self.rows.row_height + len(counts)
        height = self.app.size.height
        if len(counts) < 2 or (lines > height - BESIDE and height < TALL):
            return {}
        firsts: dict[str, int] = {}
        for place, one in enumerate(self._vital):
            firsts.setdefault(one.group, place)
        return {place: f"{group} ({counts[group]})" for group, place in firsts.items()}

    def _take(self, found: Sequence[Vital]) -> None:
        """Keep what is to be done, and what the filter leaves of it; it takes so much room."""
        self._all = found
        self._vital = narrowed(found, self.asked) if self.asked else found
        self._needed = needs(COLUMNS, map(cells_of, self._vital))
        self._lay_out()
        self.rows.set_heads(self._heads())

    def _lay_out(self) -> None:
        width = self.app.size.width
        shown = len(COLUMNS) if width >= WIDE else len(COLUMNS) - 2
        self._widths = layout(COLUMNS[:shown], self._needed[:shown], width - EDGES)

    async def fill(self) -> None:
        """Read what is to be done."""
        plan, found = await self.board.desk.look(day.read)
        self.query_one(PlanPanel).show(plan)
        self._take(found)
        self.query_one(KeyBar).refresh()
        self.rows.empty = NOTHING_MEETS if self.asked else EMPTY
        self.rows.load(len(self._vital))
        await self.follow_marks()

    async def _page(self, offset: int, limit: int) -> Sequence[Vital]:
        return self._vital[offset : offset + limit]

    @on(Rows.Moved, "#vital")
    async def show_hint_of(self, event: Rows.Moved) -> None:
        """Show the hint of what the cursor is on."""
        panel = self.query_one(HintPanel)
        if event.entry is None:
            panel.show("", "")
            return
        await self.board.attempt(self._show_hint(panel, event.entry))

    async def _show_hint(self, panel: HintPanel, thing: Vital) -> None:
        from salescli.services import hints

        if thing.is_unguided:
            panel.show(thing.what, UNGUIDED)
            return
        if not thing.sale:
            panel.show(thing.what, "")
            return
        try:
            hint = await self.board.desk.look(hints.of, thing.reference)
        except SalesError as refusal:
            panel.show(thing.what, refusal.message)
        else:
            panel.show(hint.step, hint.hint)

    @on(Rows.Chosen, "#vital")
    def complete_chosen(self, event: Rows.Chosen) -> None:
        """Complete what was chosen."""
        from salescli.tui.flows import steps

        self.board.flow(steps.complete(self.board, event.entry.reference))

    def action_complete(self) -> None:
        """Complete all that is marked, or what the cursor is on."""
        if not self.act_on_several("complete"):
            self.choose_in(self.rows)

    def action_open(self) -> None:
        """Open the opportunity of what the cursor is on."""
        thing = self.rows.entry
        if thing is not None and thing.sale:
            self.board.open_sale(thing.sale)
        else:
            self.say(NOTHING_HERE if thing is None else "It belongs to no sale")

    def _draw(self, thing: Vital, _width: int) -> Sequence[Line]:
        """Return a thing to do: whether it is overdue, when, what and about whom."""
        mark, style = ("! ", "rows--alarm") if thing.is_overdue else ("  ", "")
        if self.rows.row_height > 1:
            about = Line(f" · {thing.about}", "rows--detail")
            return [
                Line(mark, style, (Line(thing.what),)),
                Line(f"  {thing.why}", style or "rows--detail", (about,)),
            ]
        *cells, amount = cells_of(thing)
        cells.append(amount.rjust(self._needed[-1]))
        when, *texts = (
            COLUMNS[place].set(cells[place], width) for place, width in self._widths.items()
        )
        return [Line(f"{mark}{when} ", style, (Line(" ".join(texts)),))]


def cells_of(thing: Vital) -> tuple[str, ...]:
    """Return what a thing shows in its columns; an account that it is about is named once."""
    account = thing.account if thing.account != thing.about else ""
    return thing.why, thing.what, thing.about, account, thing.amount
