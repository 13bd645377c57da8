"""The pipeline board: a column a stage, a card an opportunity."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from salescli.domain.board import SOONEST, SORTS, Card, Column
from salescli.domain.moments import short_day
from salescli.services import board
from salescli.tui.addable import New
from salescli.tui.flows import moving, running
from salescli.tui.marks import MOST
from salescli.tui.screens.acting import GUIDED, step_keys
from salescli.tui.screens.filtering import NOTHING_MEETS, FilteringScreen
from salescli.tui.texts.cells import spread
from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.drawn import Drawn, Flowing
from salescli.tui.widgets.rows import Line, Rows
from salescli.tui.widgets.stage_column import Cards, Columns, StageColumn, lines_of, worth

NARROWEST_COLUMN = 24

EMPTY = "No sale is open here. R starts one; w shows everybody's."


class PipelineScreen(FilteringScreen):
    """The open opportunities by stage."""

    CSS_PATH = "../lists.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h,left", "column(-1)", "Column left", show=False, id="column-left"),
        Binding("l,right", "column(1)", "Column right", show=False, id="column-right"),
        Binding("enter", "open", "Open", id="open", tooltip="Open the opportunity"),
        Binding(
            "c", "act('move_down')", "Go on", id="go-on", tooltip="Go on: answer its open step"
        ),
        Binding("m", "move", "Move", id="move", tooltip="Move it to a stage or an ending"),
        Binding("P", "run", "Run process", show=False, id="run-here", tooltip="Run its process"),
        Binding("w", "whose", "Whose", id="whose", tooltip="Mine, everybody's, one person's"),
        Binding("d", "division", "Division", show=False, id="division", tooltip="One division's"),
        Binding("S", "sort", "Sort", id="sort", tooltip="Sort the cards otherwise"),
        *step_keys(),
    ]

    marks = (
        ("▸", "The column that has the keys"),
        ("2 +1", "Opportunities, and sales that have none yet"),
        ("6 d", "Days in the stage"),
        ("overdue", "Something planned in it is past its time"),
        ("stale", "No sign of life for longer than its stage allows"),
        ("no plan", "Nothing is planned in it"),
        *FilteringScreen.marks,
    )
    filtered = "#nothing"
    nothing = "There is no card here; h and l go to the other stages"

    def __init__(self) -> None:
        super().__init__()
        self.shown = board.Shown()
        self._columns: list[Column] = []

    def compose_body(self) -> ComposeResult:
        """Lay out what is shown and the columns."""
        yield Drawn(id="shown", markup=False)
        yield Flowing(id="nothing", markup=False)
        yield Columns(id="columns")

    async def fill(self) -> None:
        """Read the columns; those that are there are kept, and the cursor stays on its card."""
        found = await self.board.desk.look(board.columns, self.shown)
        held = self.cards.held if self.cards else ""
        now = await self.board.desk.look(board.whereabouts, held) if held else ("", "")
        place = self.query_one("#columns", Columns)
        present = list(self.query(StageColumn))
        if [one.column.stage for one in present] != [one.stage for one in found]:
            await place.remove_children()
            present = [
                StageColumn(column, partial(self._page, column.ids), self._draw) for column in found
            ]
            await place.mount_all(present)
        self._columns = found
        self._set_widths()
        self._tell_shown()
        self._follow(held, *now)
        for widget, column in zip(present, found, strict=True):
            widget.show(column)
        here = None
        if not isinstance(self.focused, Cards) and present:
            here = max(present, key=lambda one: (one.column.sales > 0, one.column.cards > 0))
            if not isinstance(self.focused, Input):
                self._go_to(here)
        self.call_after_refresh(self._bring, here)
        await self.follow_marks()

    def on_mount(self) -> None:
        """Tell how many columns lie beyond the edges, wherever they are scrolled to."""
        self.watch(self.query_one("#columns"), "scroll_x", self._tell_shown, init=False)

    def _go_to(self, column: StageColumn) -> None:
        """Give a column the keys, and show the whole of it."""
        column.cards.focus(scroll_visible=False)
        self._bring(column)

    def _bring(self, column: StageColumn | None = None) -> None:
        """Show the whole of a column, or of the one that has the keys."""
        columns = list(self.query(StageColumn))
        here = column or (self.cards.parent if self.cards else None)
        if not isinstance(here, StageColumn):
            return
        place = self.query_one("#columns", Columns)
        first = sum(one.virtual_region.x < place.scroll_x for one in columns)
        at, most = columns.index(here), self._most
        first = max(min(first, at), at - most + 1)
        place.scroll_to(x=columns[first].virtual_region.x, animate=False, immediate=True)
        self._tell_shown()

    def _tell_shown(self) -> None:
        found = self._columns
        whose = {"me": "mine", "": "everybody's"}.get(self.shown.owner, self.shown.owner)
        begun = sum(one.begun for one in found)
        parts = [
            f"{sum(one.sales for one in found):,} open" + (f" +{begun:,} begun" if begun else "")
        ]
        parts += [*worth(found), whose, f"by {self.shown.sort}"]
        parts += [self.shown.division] if self.shown.division else []
        parts += [f"/{self.shown.asked}"] if self.shown.asked else []
        width = max(self.app.size.width - 2, 10)
        line = spread(" · ".join(parts), self._beyond(), width)
        self.query_one("#shown", Drawn).put(line)
        nothing = self.query_one("#nothing", Flowing)
        nothing.display = not any(one.cards for one in found)
        nothing.put(NOTHING_MEETS if self.shown.asked else EMPTY)

    def _beyond(self) -> str:
        """Return how many columns lie beyond the left and the right edge."""
        place = self.query_one("#columns", Columns)
        columns = list(self.query(StageColumn))
        left = sum(one.virtual_region.x < place.scroll_x for one in columns)
        right = len(columns) - left - self._most
        before = f"← {left} more" if left else ""
        after = f"{right} more →" if right > 0 else ""
        return "  ".join(filter(None, (before, after)))

    async def _page(self, ids: tuple[str, ...], offset: int, limit: int) -> Sequence[Card]:
        return await self.board.desk.look(board.cards, self.shown, ids, offset, limit)

    def _draw(self, card: Card, width: int) -> Sequence[Line]:
        now = self.board.desk.context.now()
        is_by_day = self.shown.sort == SOONEST and card.close_date
        day = (
            f"by {short_day(date.fromisoformat(card.close_date), now.date())}" if is_by_day else ""
        )
        return lines_of(
            card, width, card.days_in_stage(now), owner=self.shown.owner != "me", closes=day
        )

    def on_resize(self) -> None:
        """Show as many columns as fit."""
        self._set_widths()
        self.call_after_refresh(self._bring)

    @property
    def _most(self) -> int:
        """How many columns fit."""
        return max(1, min(len(self._columns), self.app.size.width // NARROWEST_COLUMN))

    def _set_widths(self) -> None:
        each, rest = divmod(self.app.size.width, self._most)
        for place, column in enumerate(self.query(StageColumn)):
            column.styles.width = each + (place % self._most < rest)

    @property
    def cards(self) -> Cards | None:
        """The list that has the keys."""
        return self.focused if isinstance(self.focused, Cards) else None

    @property
    def card(self) -> Card | None:
        """The card under the cursor."""
        return self.cards.entry if self.cards else None

    @property
    def here(self) -> str:
        """The opportunity of the card under the cursor."""
        return self.card.reference if self.card is not None else ""

    @property
    def addable(self) -> Sequence[New]:
        """An opportunity."""
        return [New("opportunity", "Opportunity")]

    async def handles(
        self, *, among: Collection[str] | None = None, asked: str = "", limit: int = MOST
    ) -> Sequence[str]:
        """Return the handles of the cards, of the column with the keys unless some are given."""
        here = self.cards.parent if self.cards and among is None else None
        return await self.board.desk.look(
            board.handles,
            *(self.shown._replace(asked=asked), limit),
            ids=here.column.ids if isinstance(here, StageColumn) else (),
            among=among,
        )

    def action_column(self, by: int) -> None:
        """Go to the column on the left or on the right."""
        columns = list(self.query(StageColumn))
        here = next((i for i, one in enumerate(columns) if one.cards is self.cards), 0)
        self._go_to(columns[max(0, min(here + by, len(columns) - 1))])

    @on(Rows.Chosen)
    def open_chosen(self, event: Rows.Chosen) -> None:
        """Open the opportunity of a card."""
        self.board.open_sale(event.entry.reference)

    def action_open(self) -> None:
        """Open the opportunity of the card under the cursor."""
        if card := self._taken():
            self.board.open_sale(card.reference)

    def _taken(self) -> Card | None:
        """Return the card under the cursor, or say that there is none."""
        if self.card is None:
            self.say(self.nothing)
        return self.card

    @on(Cards.Carried)
    def carry(self, event: Cards.Carried) -> None:
        """Move a card to another stage; beyond the last one it is asked how the sale ends."""
        card = event.card or self._taken()
        if card is None:
            return
        stages = [one.stage for one in self._columns]
        if event.onto is not None:
            target = event.onto.column.stage
        else:
            at = next(i for i, one in enumerate(self._columns) if card.stage in one.ids)
            if at + event.by >= len(stages):
                self.board.flow(
                    moving.ask_where(self.board, card.reference, card.stage, is_ending=True)
                )
                return
            if at + event.by < 0:
                self.say("There is no stage before this one")
                return
            target = stages[at + event.by]
        self.board.flow(moving.move(self.board, card.reference, target))

    def _follow(self, held: str, reference: str, stage: str) -> None:
        """Let the cursor go with its card, to another column or by another handle."""
        column = self.cards.parent if self.cards else None
        if isinstance(column, StageColumn):
            has_left = column.cards.held != held
            is_there = reference == held and stage in column.column.ids
            if has_left or is_there:
                return
        if reference:
            self.seek(reference, stage)

    def seek(self, reference: str, stage: str = "") -> None:
        """Put the cursor on a card in the column of its stage when it is read next."""
        for column in self.query(StageColumn):
            if stage in column.column.ids:
                column.cards.seek(reference)
                self._go_to(column)

    def action_move(self) -> None:
        """Ask for a stage or an ending for all that is marked, or the card under the cursor."""
        if self.act_on_several("move"):
            return
        if card := self._taken():
            self.board.flow(moving.ask_where(self.board, card.reference, card.stage))

    def action_run(self) -> None:
        """Run a process for the card under the cursor."""
        card = self._taken()
        if card is None:
            return
        if card.is_begun:
            self.say(GUIDED)
        else:
            self.board.flow(running.pick_process(self.board, opportunity=card.reference))

    def action_whose(self) -> None:
        """Ask whose opportunities are shown."""
        self.board.flow(self._ask_whose())

    async def _ask_whose(self) -> None:
        logins, _divisions = await self.board.desk.look(board.people)
        picked = await self.board.ask(
            Choice("Whose opportunities?", ["mine", "everybody's", *logins])
        )
        if picked is not None:
            self._show(self.shown._replace(owner=["me", "", *logins][picked]))

    def action_division(self) -> None:
        """Ask of which division opportunities are shown."""
        self.board.flow(self._ask_division())

    async def _ask_division(self) -> None:
        _logins, divisions = await self.board.desk.look(board.people)
        if not divisions:
            self.say("There is no division; `:division add NAME` makes one")
            return
        picked = await self.board.ask(Choice("Which division?", ["all divisions", *divisions]))
        if picked is not None:
            self._show(self.shown._replace(division=["", *divisions][picked]))

    def action_sort(self) -> None:
        """Sort the cards in the next way."""
        place = (SORTS.index(self.shown.sort) + 1) % len(SORTS)
        self._show(self.shown._replace(sort=SORTS[place]))

    def _show(self, shown: board.Shown) -> None:
        self.board.flow(self._fill_with(shown))

    async def _fill_with(self, shown: board.Shown) -> None:
        """Fill the board otherwise; what cannot be asked for leaves it as it was."""
        before, self.shown = self.shown, shown
        try:
            await self.fill()
        except Exception:
            self.shown = before
            raise
        self.take_keys()

    @property
    def asked(self) -> str:
        """The filter in force."""
        return self.shown.asked

    @asked.setter
    def asked(self, asked: str) -> None:
        self.shown = self.shown._replace(asked=asked)

    def take_keys(self) -> None:
        """Give the keys to the column that had them, or to the first one that has cards."""
        columns = list(self.query(StageColumn))
        filled = [one for one in columns if one.column.cards]
        here = [one for one in filled if one.cards in {self.focused, self._before}]
        for column in (here or filled or columns)[:1]:
            self._go_to(column)
