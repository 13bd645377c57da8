"""Accounts and leads as lists; Enter shows all of one."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from salescli.domain.fields import ACCOUNT, EMAIL, LONG_TEXT, NOUNS, TEXT
from salescli.services import listed
from salescli.services.listed import Record, field_text
from salescli.tui.addable import New
from salescli.tui.marks import MOST
from salescli.tui.screens.listing import OWNER, ListScreen
from salescli.tui.texts.columns import Column
from salescli.tui.widgets.rows import Rows

CUT_TO = 8
"""To so many cells a text can be cut in a column that was chosen."""


def _with_others(noun: str, **usual: Column) -> tuple[tuple[str, ...], tuple[Column, ...]]:
    """Return fields and columns of a list: the usual ones, then what else can stand in a line."""
    others = {
        field.name: Column(field.label, CUT_TO if field.kind in {TEXT, EMAIL, ACCOUNT} else 0)
        for field in NOUNS[noun]
        if field.name not in usual and field.kind != LONG_TEXT
    }
    found = {**usual, **others}
    return tuple(found), (Column(""), *found.values())


class RecordsScreen(ListScreen):
    """Records of one noun."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Show", id="open", tooltip="Show all of it"),
        Binding("n", "act('write_note')", "Note", id="note", tooltip="Write a note on it"),
        Binding("R", "run_here", "Run", id="run-process", tooltip="Run a process for it"),
    ]

    noun = ""

    async def total(self) -> int:
        """Return how many records there are."""
        return await self.board.desk.look(listed.total, self.noun, self.shown)

    async def page(self, offset: int, limit: int) -> Sequence[Record]:
        """Return a page of the records."""
        names = [name for name in self.fields if name not in self.hidden]
        return await self.board.desk.look(
            listed.page, self.noun, self.shown, offset, limit, names=names
        )

    async def handles(
        self, *, among: Collection[str] | None = None, asked: str = "", limit: int = MOST
    ) -> Sequence[str]:
        """Return the handles of the records."""
        shown = self.shown._replace(asked=asked)
        return await self.board.desk.look(listed.handles, self.noun, shown, limit, among=among)

    def cells(self, entry: Record) -> Sequence[str]:
        """Return the handle and the columns of a record."""
        fields = {field.name: field for field in NOUNS[self.noun]}
        now = self.board.desk.context.now()
        return [
            entry.reference,
            *(
                "" if name in self.hidden else field_text(entry, fields[name], now, is_plain=False)
                for name in self.fields
            ),
        ]

    def name_of(self, entry: Record) -> str:
        """Return the handle of a record."""
        return entry.reference

    @on(Rows.Chosen, "#list")
    def open_chosen(self, event: Rows.Chosen) -> None:
        """Show all of a record."""
        self.board.open_record(self.noun, event.entry.reference)

    def action_open(self) -> None:
        """Show all of the record under the cursor."""
        self.choose_in(self.rows)

    @property
    def addable(self) -> Sequence[New]:
        """A record of the noun."""
        return [New(self.noun, self.noun.capitalize())]

    @property
    def subject(self) -> dict[str, str]:
        """The record under the cursor."""
        entry = self.rows.entry
        return {self.noun: entry.reference} if entry is not None else {}


class AccountsScreen(RecordsScreen):
    """The accounts."""

    noun = "account"
    filters_by = "words of a name, or a condition: city = Oslo"
    what = ("account", "accounts")
    fields, columns = _with_others(
        "account",
        name=Column("Name", 16),
        city=Column("City", 8),
        phone=Column("Phone"),
        owner=OWNER,
        industry=Column("Industry", 8),
    )
    usually_hidden = frozenset(fields[5:])
    empty = "There is no account yet; `a` adds one, `R` starts a sale for a new one."


class LeadsScreen(RecordsScreen):
    """The leads; one can become a sale."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *RecordsScreen.BINDINGS,
        Binding(
            *("A", "act('await_sale')", "Awaiting sale"), id="await-sale", tooltip="Start its sale"
        ),
    ]

    noun = "lead"
    filters_by = "words of a name, or a condition: source = Website"
    what = ("lead", "leads")
    fields, columns = _with_others(
        "lead",
        name=Column("Name", 12),
        company=Column("Company", 12),
        status=Column("Status"),
        owner=OWNER,
        source=Column("Source", 8),
    )
    usually_hidden = frozenset(fields[5:])
    empty = "There is no open lead; `a` adds one."
