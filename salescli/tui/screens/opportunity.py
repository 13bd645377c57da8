"""The page of one sale: where its process stands, its step, and all that belongs to it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import TabbedContent, TabPane

from salescli.errors import NotFoundError
from salescli.services.notes import Note
from salescli.services.opportunity_page import Page, page
from salescli.services.standing import Standing
from salescli.tui.addable import New
from salescli.tui.flows import moving, running, steps
from salescli.tui.screens.acting import GUIDED, ActingScreen, step_keys
from salescli.tui.screens.searching import FOUND_KEYS, SEARCH, Searching
from salescli.tui.texts.cells import fit, safe
from salescli.tui.texts.sale_tabs import PARTS, REMOVABLE, STAYS, TABS, fitting
from salescli.tui.texts.sale_text import (
    NARROW,
    empty,
    stands_of,
    tabs_of,
    title_of,
    wrong_of,
)
from salescli.tui.widgets.choice import begins_longer
from salescli.tui.widgets.drawn import Drawn, Flowing
from salescli.tui.widgets.paper import SCROLLS, Paper
from salescli.tui.widgets.passage import Passage, Searched
from salescli.tui.widgets.step_panel import StepPanel
from salescli.tui.widgets.tables import Tables

OF_STEP = frozenset({"complete", "postpone", "hint", "go-on"})
"""The names of the keys that act on the open step; an ended sale has none."""

WIDE = 100
"""From so many columns on the step stands beside the tabs."""

WIDEST = 140
"""From so many columns on the details stand between them, and are no tab."""


class OpportunityScreen(ActingScreen, Searching):
    """One sale."""

    CSS_PATH = "../sale.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "back", "Back", id="back", tooltip="Back to where you came from"),
        *FOUND_KEYS,
        Binding(
            *("escape", "back", "Back"),
            show=False,
            id="back",
            tooltip="Back to where you came from",
        ),
        Binding("enter", "complete", "Answer", id="complete", tooltip="Answer the open step"),
        *step_keys("postpone", "hint"),
        Binding("c", "act('move_down')", "Move down the process", show=False, id="go-on"),
        Binding("P", "run", "Run corporate sale process", show=False, id="run-here"),
        Binding("m", "move", "Move", id="move", tooltip="Move it to a stage or an ending"),
        Binding("n", "act('write_note')", "Note", id="note", tooltip="Write a note on it"),
        Binding(
            *("X,delete", "remove", "Remove"),
            show=False,
            id="remove",
            tooltip="Remove a part, such as a stakeholder, or a note",
        ),
        SEARCH,
        Binding("tab,l", "tab(1)", "Tabs", id="next-tab", tooltip="Next tab"),
        Binding("shift+tab,h", "tab(-1)", "Tab before", show=False, id="last-tab"),
        *(
            Binding(
                title[0],
                f"show_tab('{name}')",
                title,
                show=False,
                id=f"tab-{name}",
                tooltip="Show the tab that begins with the letter",
            )
            for name, (title, _shorter) in TABS.items()
        ),
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
        yield Drawn(self.reference, id="sale-title", markup=False)
        yield Flowing(id="sale-state", markup=False)
        with Paper(id="sale", can_focus=False):
            yield StepPanel("Reading ...")
            yield Tables(id="beside")
            with TabbedContent(id="tabs"):
                for name, (title, _shorter) in TABS.items():
                    with TabPane(title, id=name):
                        yield Tables(id=f"{name}-text")

    def on_mount(self) -> None:
        """Lay out at the width that there is."""
        self.on_resize()

    def show(self, reference: str) -> None:
        """Show another sale."""
        self.reference, self._run = reference, ""
        self.is_read.clear()
        self.refill()

    def on_resize(self) -> None:
        """Put step, details and tabs beside each other where there is room."""
        self.scroll.set_class(self.app.size.width < WIDE, "narrow")
        self.scroll.set_class(self.is_wide, "wide")
        tabs = self.query_one(TabbedContent)
        if self.is_wide:
            tabs.hide_tab("details")
        else:
            tabs.show_tab("details")
        self.call_after_refresh(self._lay_out)

    def _lay_out(self) -> None:
        """Give the tabs titles that fit, and draw at the widths that the parts have got."""
        tabs = self.query_one(TabbedContent)
        names = self._shown_tabs
        titles, is_tight = fitting([TABS[name] for name in names], tabs.size.width)
        tabs.set_class(is_tight, "tight")
        for name, title in zip(names, titles, strict=True):
            tabs.get_tab(name).label = title
        if self.page is not None:
            self._draw(self.page)

    @property
    def is_wide(self) -> bool:
        """Whether the details stand beside the tabs."""
        return self.app.size.width >= WIDEST

    @property
    def _shown_tabs(self) -> list[str]:
        return [name for name in TABS if not (self.is_wide and name == "details")]

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
        self.refresh_bindings()
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
        self.query_one("#sale-title", Drawn).put(fit(title_of(found, now), width))
        self._draw_state(found, now)
        self.query_one(StepPanel).show(found.standing, now)
        room = self.query_one(TabbedContent).size.width
        texts = tabs_of(found, now)
        for name, sections in texts.items():
            self.query_one(f"#{name}-text", Tables).tell(sections, room, empty(found, name))
        beside = self.query_one("#beside", Tables)
        beside.tell(texts["details"], NARROW, empty(found, "details"))
        self.call_after_refresh(self.search_again)

    def _draw_state(self, found: Page, now: datetime) -> None:
        """Say on top what is wrong, and how it stands."""
        line = self.query_one("#sale-state", Flowing)
        wrong = [(f"! {safe(one)}", "bold $text-error") for one in wrong_of(found, now)]
        told = [
            Content.assemble(one) for one in (*wrong, (safe(stands_of(found, now)), "")) if one[0]
        ]
        line.display = bool(told)
        line.put(Content("  ").join(told))

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

    def is_idle(self, name: str) -> bool:
        """Whether a key has nothing to act on; a note can be added to any sale."""
        if name in OF_STEP and self.standing is not None and self.standing.state != "running":
            return True
        is_to_note = name == "add" and self.query_one(TabbedContent).active == "notes"
        return not is_to_note and super().is_idle(name)

    @property
    def searched(self) -> Sequence[Searched]:
        """The step, and what stands beside it in columns and in the tab that is shown."""
        return list(self.query(Passage))

    @on(TabbedContent.TabActivated)
    def search_tab(self) -> None:
        """Search in the tab that is shown now."""
        self.call_after_refresh(self.search_again)

    def action_add(self) -> None:
        """Add what belongs to the tab that is shown."""
        if self.query_one(TabbedContent).active == "notes":
            self.act(steps.write_note)
        else:
            super().action_add()

    def action_remove(self) -> None:
        """Remove one of the parts on the tab that is shown, or of any of them."""
        from salescli.tui.flows import entering

        tab = self.query_one(TabbedContent).active
        if tab == "activities":
            self.say(STAYS)
        elif self.page is None or self.page.record is None:
            self.say("It has no parts yet; the process makes its opportunity")
        elif tab == "notes":
            self._remove_note(self.page.notes)
        else:
            kinds = [REMOVABLE[tab]] if tab in PARTS else REMOVABLE.values()
            self.board.flow(entering.remove(self.board, self.reference, dict(kinds)))

    def _remove_note(self, found: Sequence[Note]) -> None:
        from salescli.tui.flows import entering

        if found:
            self.board.flow(entering.remove_note(self.board, self.reference, found))
        else:
            self.say("It has no note to remove")

    def action_answer(self, number: int) -> None:
        """Give the answer of that number; where a longer one may be meant, it is asked for."""
        standing, most = self.standing, StepPanel.answers(self.standing)
        if standing is None or number > most:
            self.say(f"There is no answer {number} here")
            return
        if begins_longer(number, most):
            self.board.flow(steps.guide(self.board, standing, typed=str(number)))
        else:
            self.board.flow(steps.guide(self.board, standing, number - 1))

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
            self.board.flow(steps.guide(self.board, self.standing))

    def action_run(self) -> None:
        """Run a process from the stage that the opportunity stands in, or resume it."""
        if self.page is not None and self.page.record is None:
            self.say(GUIDED)
        elif self.page is not None:
            self.board.flow(running.pick_process(self.board, opportunity=self.reference))

    def action_tab(self, by: int) -> None:
        """Bring the next tab into view, or the one before, from its top."""
        names = self._shown_tabs
        active = names.index(self.query_one(TabbedContent).active)
        self.action_show_tab(names[(active + by) % len(names)])

    def action_show_tab(self, name: str) -> None:
        """Bring a tab into view from its top."""
        if name not in self._shown_tabs:
            self.scroll.scroll_home(animate=False)
            return
        tabs = self.query_one(TabbedContent)
        tabs.active = name
        self.refresh_bindings()
        self.call_after_refresh(self.scroll.scroll_to_widget, tabs, animate=False, top=True)

    def action_scroll_paper(self, how: str) -> None:
        """Scroll the page, such as by `down`."""
        self.scroll.action_scroll_paper(how)
