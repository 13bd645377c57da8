"""The page of one sale: where its process stands, its step, and all that belongs to it."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static, TabbedContent, TabPane

from salescli.domain.fields import NOUNS
from salescli.domain.moments import say_moment
from salescli.domain.parts import say as say_part
from salescli.domain.text import printable
from salescli.services.listed import field_text
from salescli.services.opportunity_page import Page, page
from salescli.services.part_lines import further_lines
from salescli.services.standing import Standing
from salescli.tui import flows
from salescli.tui.cells import fit, safe
from salescli.tui.screens.main import MainScreen
from salescli.tui.widgets.step_panel import StepPanel

WIDE = 100
"""From so many columns on the step stands beside the tabs."""

TABS = {
    "details": "Details",
    "history": "History",
    "people": "Stakeholders",
    "offers": "Offers",
    "rivals": "Competitors and tactics",
    "activities": "Activities",
    "notes": "Notes",
    "log": "Process log",
}


class OpportunityScreen(MainScreen):
    """One sale."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="back"),
        Binding("enter", "complete", "Answer", id="complete-sale", tooltip="Answer the open step"),
        Binding("c", "move_down", "Move down the process", show=False, id="move-down"),
        Binding("P", "run", "Run corporate sale process", show=False, id="run-sale"),
        Binding("m", "move", "Move", id="move-sale", tooltip="Move it to a stage or an ending"),
        Binding("s", "schedule", "Schedule", show=False, id="schedule-sale"),
        Binding("p", "postpone", "Postpone", id="postpone-sale", tooltip="Put the step off"),
        Binding("x", "cancel", "Cancel", show=False, id="cancel-sale"),
        Binding("n", "note", "Note", id="note-sale", tooltip="Write a note"),
        Binding("question_mark", "hint", "Hint", id="hint-sale", tooltip="Show the hint"),
        Binding("tab,l", "tab(1)", "Next tab", show=False, id="next-tab"),
        Binding("shift+tab,h", "tab(-1)", "Last tab", show=False, id="last-tab"),
        *(
            Binding(
                str(number),
                f"answer({number})",
                "Answer by number" if number == 1 else "",
                show=False,
            )
            for number in range(1, 10)
        ),
    ]

    def __init__(self, reference: str) -> None:
        super().__init__()
        self.reference = reference
        self.page: Page | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the title, the step and the tabs."""
        yield Static(id="sale-title", markup=False)
        with Horizontal(id="sale"):
            with VerticalScroll(id="step"):
                yield StepPanel(markup=False)
            with TabbedContent(id="tabs"):
                for name, title in TABS.items():
                    with TabPane(title, id=name), VerticalScroll():
                        yield Static(id=f"{name}-text", markup=False)

    def show(self, reference: str) -> None:
        """Show another sale."""
        self.reference = reference
        self.refill()

    def on_resize(self) -> None:
        """Put the step beside the tabs where there is room."""
        self.query_one("#sale").set_class(self.app.size.width < WIDE, "narrow")

    async def fill(self) -> None:
        """Read the page."""
        found = await self.board.desk.look(page, self.reference)
        self.page, self.reference = found, found.reference
        now = self.board.desk.context.now()
        standing = found.standing
        width = max(self.app.size.width - 2, 10)
        self.query_one("#sale-title", Static).update(fit(_title(found, now), width))
        self.query_one(StepPanel).show(standing)
        for name, lines in _tabs(found, now).items():
            text = printable("\n".join(lines)) or "Nothing yet."
            self.query_one(f"#{name}-text", Static).update(text)

    @property
    def standing(self) -> Standing | None:
        """Where the sale stands."""
        return self.page.standing if self.page else None

    def action_back(self) -> None:
        """Go back to the screen below."""
        self.app.pop_screen()

    def action_answer(self, number: int) -> None:
        """Give the answer of that number."""
        standing = self.standing
        if standing is not None and number <= StepPanel.answers(standing):
            self.board.flow(flows.guide(self.board, standing, number - 1))

    def action_complete(self) -> None:
        """Answer what is open; where no process guides the sale, start it."""
        if self.standing is None:
            self.action_run()
        else:
            self.board.flow(flows.guide(self.board, self.standing))

    def action_move_down(self) -> None:
        """Take up a step that was put off, and answer it."""
        self.board.flow(flows.move_down(self.board, self.reference))

    def action_run(self) -> None:
        """Run a process from the stage that the opportunity stands in, or resume it."""
        if self.page is not None and self.page.record is not None:
            self.board.flow(self.board.pick_process(opportunity=self.reference))

    def action_move(self) -> None:
        """Ask for a stage or an ending."""
        self.board.flow(flows.ask_where(self.board, self.reference))

    def action_schedule(self) -> None:
        """Give what is open its time."""
        self.board.flow(flows.schedule(self.board, self.reference))

    def action_postpone(self) -> None:
        """Put what is open off."""
        self.board.flow(flows.postpone(self.board, self.reference))

    def action_cancel(self) -> None:
        """Cancel what is open."""
        self.board.flow(flows.cancel(self.board, self.reference))

    def action_note(self) -> None:
        """Write a note."""
        self.board.flow(flows.write_note(self.board, self.reference))

    def action_hint(self) -> None:
        """Show the hint of what is open."""
        self.board.flow(flows.show_hint(self.board, self.reference))

    def action_tab(self, by: int) -> None:
        """Show the next tab, or the one before."""
        tabs = self.query_one(TabbedContent)
        names = list(TABS)
        tabs.active = names[(names.index(tabs.active) + by) % len(names)]

    @on(TabbedContent.TabActivated)
    def keep_place(self) -> None:
        """Begin a tab at its top."""
        for scroll in self.query("TabPane VerticalScroll").results(VerticalScroll):
            scroll.scroll_home(animate=False)


def _place(found: Page) -> str:
    if found.standing is not None:
        return found.standing.stage_name
    return str(found.record.values["stage"]) if found.record else ""


def _title(found: Page, now: datetime) -> str:
    """Return handle, name, account, amount and stage in one line."""
    if found.record is None:
        title = found.standing.title if found.standing else ""
        return f"{found.reference} {title} · {_place(found)}"
    fields = {field.name: field for field in NOUNS["opportunity"]}
    told = (
        field_text(found.record, fields[name], now, is_plain=False)
        for name in ("account", "amount")
    )
    name = f"{found.reference} {found.record.name}"
    return " · ".join(filter(None, (name, *told, _place(found))))


def _details(found: Page, now: datetime) -> list[str]:
    if found.record is None:
        return []
    told = (
        (field.label, field_text(found.record, field, now, is_plain=False))
        for field in NOUNS["opportunity"]
        if field.name != "name"
    )
    lines = [f"{label}: {text}" for label, text in told if text]
    return lines + [f"{label}: {text}" for label, text in further_lines(found.parts, now)]


def _tabs(found: Page, now: datetime) -> dict[str, list[str]]:
    parts = found.parts

    def said(kind: str, field: str) -> list[str]:
        return [say_part(field, entry["name"], entry) for entry in parts.get(kind, ())]

    record = found.record
    tactics = [
        f"{label}: {record.values[name]}"
        for name, label in (("tactics", "Tactics"), ("next_steps", "Next steps"))
        if record is not None and record.values[name]
    ]
    return {
        "details": _details(found, now),
        "history": [
            " ".join(filter(None, (_when(e.at, now), e.kind, e.reference, e.text, e.state)))
            for e in reversed(found.history)
        ],
        "people": said("stakeholders", "stakeholders"),
        "offers": said("lines", "offers"),
        "rivals": [*said("competitors", "competitors"), *tactics],
        "activities": [
            " ".join(filter(None, (one.reference, one.state, _due(one.due, now), one.name)))
            for one in reversed(found.activities)
        ],
        "notes": [f"{_when(one.at, now)} {one.login}: {one.text}" for one in found.notes],
        "log": list(_log(found, now)),
    }


def _log(found: Page, now: datetime) -> Iterable[str]:
    for step in found.log.steps if found.log else ():
        result = step.result or step.state
        why = f" ({step.reason})" if step.reason else ""
        yield safe(f"{_when(step.opened_at, now)} {step.stage}: {step.step} {result}{why}")


def _due(due: datetime | None, now: datetime) -> str:
    return f"due {_when(due, now)}" if due else ""


def _when(at: datetime, now: datetime) -> str:
    return say_moment(at.astimezone(now.tzinfo), now)
