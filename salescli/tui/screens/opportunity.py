"""The page of one sale: where its process stands, its step, and all that belongs to it."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static, TabbedContent, TabPane

from salescli.errors import NotFoundError
from salescli.services.opportunity_page import Page, page
from salescli.services.standing import Standing
from salescli.tui import flows, moving
from salescli.tui.cells import fit
from salescli.tui.entering import New
from salescli.tui.sale_text import columns, tabs_of, title_of
from salescli.tui.screens.acting import GUIDED, ActingScreen, step_keys
from salescli.tui.widgets.choice import begins_longer
from salescli.tui.widgets.paper import SCROLLS, Paper
from salescli.tui.widgets.step_panel import StepPanel

WIDE = 100
"""From so many columns on the step stands beside the tabs."""

TABS = {
    "details": "Details",
    "history": "History",
    "people": "Stakeholders",
    "offers": "Offers",
    "rivals": "Competitors",
    "activities": "Activities",
    "notes": "Notes",
    "log": "Log",
}

PARTS = {
    "people": ("stakeholder", "Stakeholder"),
    "offers": ("line", "Offer"),
    "rivals": ("competitor", "Competitor"),
    "activities": ("activity", "Activity"),
}
"""Tab -> what is added to it: a noun or a kind of part, and what it is called."""


class OpportunityScreen(ActingScreen):
    """One sale."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "back", "Back", id="back", tooltip="Back to where you came from"),
        Binding("enter", "complete", "Answer", id="complete", tooltip="Answer the open step"),
        *step_keys("postpone", "hint"),
        Binding("c", "act('move_down')", "Move down the process", show=False, id="go-on"),
        Binding("P", "run", "Run corporate sale process", show=False, id="run-here"),
        Binding("m", "move", "Move", id="move", tooltip="Move it to a stage or an ending"),
        Binding("n", "act('write_note')", "Note", id="note", tooltip="Write a note on it"),
        Binding("tab,l", "tab(1)", "Tabs", id="next-tab", tooltip="Next tab"),
        Binding("shift+tab,h", "tab(-1)", "Tab before", show=False, id="last-tab"),
        *(Binding(keys, f"scroll_paper('{how}')", told, show=False) for keys, how, told in SCROLLS),
        *(
            Binding(
                str(number),
                f"answer({number})",
                "Give the answer of that number",
                show=False,
                id=f"answer-{number}",
            )
            for number in range(1, 10)
        ),
    ]

    def __init__(self, reference: str) -> None:
        super().__init__()
        self.reference = reference
        self.page: Page | None = None
        self._run = ""
        self.is_read = asyncio.Event()

    def compose_body(self) -> ComposeResult:
        """Lay out the title, the step and the tabs."""
        yield Static(self.reference, id="sale-title", markup=False)
        narrow = "narrow" if self.app.size.width < WIDE else ""
        with Paper(id="sale", can_focus=False, classes=narrow):
            yield StepPanel("Reading ...", markup=False)
            with TabbedContent(id="tabs"):
                for name, title in TABS.items():
                    with TabPane(title, id=name):
                        yield Static(id=f"{name}-text", markup=False)

    def show(self, reference: str) -> None:
        """Show another sale."""
        self.reference, self._run = reference, ""
        self.is_read.clear()
        self.refill()

    def on_resize(self) -> None:
        """Put the step beside the tabs where there is room."""
        self.scroll.set_class(self.app.size.width < WIDE, "narrow")
        if self.page is not None:
            self._draw(self.page)

    @property
    def scroll(self) -> Paper:
        """What lies below the title."""
        return self.query_one("#sale", Paper)

    async def fill(self) -> None:
        """Read the page; one of a sale that was taken back is left."""
        try:
            await self._fill()
        finally:
            self.is_read.set()

    async def _fill(self) -> None:
        try:
            found = await self._read()
        except NotFoundError:
            self.leave(self.reference)
            return
        has_moved = self.standing and found.standing and self.standing.place != found.standing.place
        self.page, self.reference = found, found.reference
        self._run = found.standing.run if found.standing else ""
        self._draw(found)
        if has_moved:
            self.scroll.scroll_home(animate=False)

    async def _read(self) -> Page:
        """Read the page; a sale whose opportunity was taken back goes on as its run."""
        try:
            return await self.board.desk.look(page, self.reference)
        except NotFoundError:
            if self._run in {"", self.reference}:
                raise
            return await self.board.desk.look(page, self._run)

    def _draw(self, found: Page) -> None:
        now = self.board.desk.context.now()
        width = max(self.app.size.width - 2, 10)
        self.query_one("#sale-title", Static).update(fit(title_of(found, now), width))
        self.query_one(StepPanel).show(found.standing, now)
        for name, rows in tabs_of(found, now).items():
            self.query_one(f"#{name}-text", Static).update(columns(rows, width))

    @property
    def standing(self) -> Standing | None:
        """Where the sale stands."""
        return self.page.standing if self.page else None

    @property
    def here(self) -> str:
        """The sale."""
        return self.reference

    @property
    def addable(self) -> Sequence[New]:
        """What belongs to the tab that is shown, or to any of them."""
        if self.page is None or self.page.record is None:
            return ()
        known = {"opportunity": self.reference}
        new = {tab: New(noun, label, known) for tab, (noun, label) in PARTS.items()}
        tab = self.query_one(TabbedContent).active
        return [new[tab]] if tab in new else list(new.values())

    def action_add(self) -> None:
        """Add what belongs to the tab that is shown."""
        if self.query_one(TabbedContent).active == "notes":
            self.act(flows.write_note)
        else:
            super().action_add()

    def action_answer(self, number: int) -> None:
        """Give the answer of that number; where a longer one may be meant, it is asked for."""
        standing, most = self.standing, StepPanel.answers(self.standing)
        if standing is None or number > most:
            self.say(f"There is no answer {number} here")
            return
        if begins_longer(number, most):
            self.board.flow(flows.guide(self.board, standing, typed=str(number)))
        else:
            self.board.flow(flows.guide(self.board, standing, number - 1))

    def action_move(self) -> None:
        """Ask for a stage or an ending."""
        stage = self.standing.stage if self.standing else ""
        if self.page is not None and self.page.record is not None:
            stage = str(self.page.record.values["stage"])
        self.board.flow(moving.ask_where(self.board, self.reference, stage))

    def action_complete(self) -> None:
        """Answer what is open; where no process guides the sale, start it."""
        if self.standing is None:
            self.action_run()
        else:
            self.board.flow(flows.guide(self.board, self.standing))

    def action_run(self) -> None:
        """Run a process from the stage that the opportunity stands in, or resume it."""
        if self.page is not None and self.page.record is None:
            self.say(GUIDED)
        elif self.page is not None:
            self.board.flow(self.board.pick_process(opportunity=self.reference))

    def action_tab(self, by: int) -> None:
        """Bring the next tab into view, or the one before, from its top."""
        tabs = self.query_one(TabbedContent)
        names = list(TABS)
        tabs.active = names[(names.index(tabs.active) + by) % len(names)]
        self.call_after_refresh(self.scroll.scroll_to_widget, tabs, animate=False, top=True)

    def action_scroll_paper(self, how: str) -> None:
        """Scroll the page, such as by `down`."""
        self.scroll.action_scroll_paper(how)
