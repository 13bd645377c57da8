"""The page of an account or a lead: its fields, its sales and what is planned with it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from textwrap import wrap
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from salescli.domain.activity import Activity
from salescli.domain.fields import NOUNS
from salescli.domain.moments import say_moment
from salescli.domain.money import format_amount
from salescli.errors import NotFoundError
from salescli.services.listed import Record, field_text
from salescli.services.record_page import RecordPage, page
from salescli.tui.addable import New
from salescli.tui.flows import steps
from salescli.tui.screens.acting import ActingScreen
from salescli.tui.screens.searching import FOUND_KEYS, SEARCH, Searching
from salescli.tui.texts.cells import fit, safe
from salescli.tui.widgets.drawn import Drawn
from salescli.tui.widgets.passage import Entries, Searched
from salescli.tui.widgets.rows import Line, Rows

LABEL = 18
"""The width of what stands before each line."""


class Entry(NamedTuple):
    """A line of the page; `sale` is what Enter opens, `activity` what it completes.

    `person` is a contact. `style` is that of the whole line; `loud` is a beginning of the text
    that is shown as loud as the label.
    """

    label: str
    text: str = ""
    sale: str = ""
    activity: str = ""
    person: str = ""
    style: str = ""
    loud: str = ""

    @property
    def is_open_to_enter(self) -> bool:
        """Whether Enter does something here."""
        return bool(self.sale or self.activity)


class RecordScreen(ActingScreen, Searching):
    """One account or lead."""

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
        Binding("enter", "open", "Open", id="open", tooltip="Open the sale of the line"),
        Binding("n", "note", "Note", id="note", tooltip="Write a note on it"),
        SEARCH,
        Binding("R", "run_here", "Run", id="run-process", tooltip="Run a process for it"),
        Binding("A", "await_sale", "Awaiting sale", id="await-sale", tooltip="Start its sale"),
    ]

    def __init__(self, noun: str, reference: str) -> None:
        super().__init__()
        self.noun = noun
        self.reference = reference
        self._entries: Sequence[Entry] = ()
        self._has_begun = False

    def compose_body(self) -> ComposeResult:
        """Lay out the title above the lines."""
        yield Drawn(self.reference, id="sale-title", markup=False)
        yield Entries[Entry](self._page, _draw, str, id="lines")

    def on_mount(self) -> None:
        """Begin in the lines."""
        self.rows.focus()

    def on_resize(self) -> None:
        """Wrap the lines at the width that there is."""
        self.refill()

    @property
    def rows(self) -> Entries[Entry]:
        """The lines."""
        return self.query_one("#lines", Entries)

    @property
    def searched(self) -> Sequence[Searched]:
        """The lines."""
        return [self.rows]

    @property
    def subject(self) -> dict[str, str]:
        """The record."""
        return {self.noun: self.reference}

    @property
    def here(self) -> str:
        """What the line is about, or else the record."""
        entry = self.rows.entry or Entry("")
        return entry.activity or entry.sale or entry.person or self.reference

    @property
    def addable(self) -> Sequence[New]:
        """What belongs to an account."""
        if self.noun != "account":
            return ()
        nouns = ("contact", "activity", "opportunity")
        return [New(noun, noun.capitalize(), self.subject) for noun in nouns]

    async def fill(self) -> None:
        """Read the page; one of a record that was taken back is left."""
        try:
            found = await self.board.desk.look(page, self.noun, self.reference)
        except NotFoundError:
            self.leave(self.reference)
            return
        width = max(self.app.size.width - 2, 10)
        title = fit(f"{found.record.reference} {found.record.name}", width)
        self.query_one("#sale-title", Drawn).put(title)
        self._entries = list(_wrapped(_entries(found, self.board.desk.context.now()), width))
        if not self._has_begun:
            self._has_begun = True
            self.rows.seek(next((str(one) for one in self._entries if one.is_open_to_enter), ""))
        self.rows.all = self._entries
        self.rows.load(len(self._entries))
        self.search_again()

    async def _page(self, offset: int, limit: int) -> Sequence[Entry]:
        return self._entries[offset : offset + limit]

    @on(Rows.Chosen, "#lines")
    def open_chosen(self) -> None:
        """Open the sale of a line by mouse."""
        self.action_open()

    def action_open(self) -> None:
        """Open the sale of the line, or complete its activity."""
        entry = self.rows.entry
        if entry is not None and entry.sale:
            self.board.open_sale(entry.sale)
        elif entry is not None and entry.activity:
            self.board.flow(steps.complete(self.board, entry.activity))
        else:
            self.say("Enter opens a sale or an activity; R runs a process for this one")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a lead can await its sale."""
        if action == "await_sale":
            return self.noun == "lead"
        return super().check_action(action, parameters)

    def action_await_sale(self) -> None:
        """Set the lead to awaiting sale, which starts its sale."""
        self.board.flow(steps.await_sale(self.board, self.reference))

    def action_note(self) -> None:
        """Write a note on the record."""
        self.board.flow(steps.write_note(self.board, self.reference))


def _entries(found: RecordPage, now: datetime) -> Iterable[Entry]:
    """Yield the fields, and below them what belongs to the record, each kind under its name."""
    for field in NOUNS[found.record.noun]:
        if field.name != "name" and (text := field_text(found.record, field, now, is_plain=False)):
            yield Entry(field.label, text)
    groups = {
        ("Sales", _sum_of(found)): [*_sales(found, now)] or [Entry("", "None yet; R begins one.")],
        ("Activities", ""): [_activity(one, now) for one in found.activities],
        ("People", ""): [_person(one) for one in found.people],
        ("Notes", ""): [
            Entry(f"  {say_moment(note.at, now)}", f"{note.login}: {note.text}")
            for note in found.notes
        ],
    }
    for (name, told), entries in groups.items():
        if entries:
            yield Entry(name, told, style="rows--title")
            yield from entries


def _sum_of(found: RecordPage) -> str:
    """Return how many sales are open, and what they are worth in each currency."""
    sales = [sale for sale in found.sales if sale.values["stage"] not in found.endings]
    sums: dict[str, int] = {}
    for sale in sales:
        if sale.values["amount"] is not None:
            sums[sale.currency] = sums.get(sale.currency, 0) + sale.values["amount"]
    worth = " + ".join(format_amount(amount, money) for money, amount in sums.items())
    begun = f"{len(found.begun)} begun" if found.begun else ""
    return " · ".join(filter(None, (f"{len(sales)} open" if sales else "", begun, worth)))


def _sales(found: RecordPage, now: datetime) -> Iterable[Entry]:
    for run in found.begun:
        stage = found.stages.get(run.stage, run.stage)
        yield Entry(f"  {run.run}", f"{run.title} · {stage}", sale=run.run)
    for sale in found.sales:
        yield Entry(f"  {sale.reference}", _sale(sale, found, now), sale=sale.reference)


def _activity(one: Activity, now: datetime) -> Entry:
    due = say_moment(one.due, now) if one.due else "no date"
    sale = one.opportunity or one.run
    is_overdue = one.due is not None and one.due < now
    return Entry(
        f"{'!' if is_overdue else ' '} {one.reference}",
        f"{due} · {one.name}",
        sale,
        one.reference,
        loud=due if is_overdue else "",
    )


def _person(one: Record) -> Entry:
    told = (one.name, *(one.values[name] for name in ("title", "email", "phone")))
    text = " · ".join(str(text) for text in told if text)
    return Entry(f"  {one.reference}", text, person=one.reference)


def _sale(sale: Record, found: RecordPage, now: datetime) -> str:
    fields = {field.name: field for field in NOUNS["opportunity"]}
    amount = field_text(sale, fields["amount"], now, is_plain=False)
    stage = str(sale.values["stage"])
    return " · ".join(filter(None, (sale.name, found.stages.get(stage, stage), amount)))


def _wrapped(entries: Iterable[Entry], width: int) -> Iterable[Entry]:
    """Yield entries that fit; what is too long goes on in lines of its own."""
    for entry in entries:
        first, *further = wrap(safe(entry.text), max(width - LABEL - 1, 10)) or [""]
        yield entry._replace(text=first)
        for text in further:
            yield entry._replace(label="", text=text, loud="")


def _draw(entry: Entry, _width: int) -> Sequence[Line]:
    label = f"{fit(entry.label, LABEL)} "
    if not entry.loud:
        return [Line(label + entry.text, entry.style)]
    rest = entry.text.removeprefix(entry.loud)
    begun = entry.text.removesuffix(rest) if rest else entry.text
    return [Line(label + begun, "rows--alarm", (Line(rest),))]
