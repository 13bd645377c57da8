"""Lists of records: mine or everybody's, page by page, with a filter where the noun has one."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence, Set
from typing import Any, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from salescli.tui.screens.choosing import ChoosingScreen
from salescli.tui.screens.filtering import NOTHING_MEETS
from salescli.tui.texts.cells import fit, spread
from salescli.tui.texts.columns import NARROW, Column, layout, needs
from salescli.tui.widgets.drawn import Drawn
from salescli.tui.widgets.rows import PAGE, Line, Rows

NOBODYS = "There is none, not even of others."
MINE, ALL = "mine", "everybody's"

SCROLL_BAR = 1

OWNER = Column("Owner", 6)


class Look(NamedTuple):
    """How an entry is told apart: by a mark of one cell, its style, and the style of what it is."""

    mark: str = ""
    loud: str = ""
    style: str = ""


PLAIN = Look()


class ListScreen(ChoosingScreen):
    """A list with its heads; what it lists is up to the screens below."""

    CSS_PATH = "../lists.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "whose", "Whose", id="whose", tooltip="Mine, or everybody's"),
    ]

    filtered = "#heads"
    empty = "There is nothing here."
    scopes: tuple[str, ...] = (MINE, ALL)
    """What `w` shows one after another."""

    mark = " "
    """The room of what each entry begins with: how it is told apart, and a blank for its mark."""

    loud = ""
    """The head of the column that is as loud as the mark."""

    def __init__(self) -> None:
        super().__init__()
        self.scope = MINE
        self._needed: Sequence[int] = ()
        self._widths: dict[int, int] = {}
        self._measured = ""
        self._is_to_measure = False

    @property
    def everything(self) -> bool:
        """Whether everybody's are shown."""
        return self.scope != MINE

    def compose_body(self) -> ComposeResult:
        """Lay out the heads and the list."""
        yield Drawn(id="shown", markup=False)
        yield Drawn(id="heads", markup=False)
        rows = Rows[Any](self._read, self._draw, self.name_of, empty=self.empty, id="list")
        rows.sign_at = len(self.mark) - 1
        yield rows

    def on_mount(self) -> None:
        """Begin in the list."""
        self.take_keys()

    def take_keys(self) -> None:
        """Give the keys to the list."""
        self.rows.focus()

    def seek(self, reference: str, stage: str = "") -> None:
        """Put the cursor on what was just added when the list is read next."""
        self.rows.seek(reference)

    @property
    def rows(self) -> Rows[Any]:
        """The list."""
        return self.query_one("#list", Rows)

    @property
    def here(self) -> str:
        """What the cursor is on."""
        return self.name_of(self.rows.entry) if self.rows.entry is not None else ""

    @abstractmethod
    async def total(self) -> int:
        """Return how many entries there are."""

    @abstractmethod
    async def page(self, offset: int, limit: int) -> Sequence[Any]:
        """Return a page of the entries."""

    @abstractmethod
    def cells(self, entry: Any) -> Sequence[str]:
        """Return what an entry shows in each column."""

    @abstractmethod
    def name_of(self, entry: Any) -> str:
        """Return what tells an entry from all others."""

    def look_of(self, entry: Any) -> Look:
        """Return how an entry is told apart from others."""
        return PLAIN

    def is_telling(self, column: Column, texts: Set[str]) -> bool:
        """Whether a column has something to tell; that each of mine is mine is known."""
        if column is OWNER and not self.everything and len(texts) < 2:
            return False
        return texts != {""} or self.rows.total > PAGE

    def on_resize(self) -> None:
        """Set the columns in the width that there is, or an entry in two lines."""
        is_narrow = self.app.size.width < NARROW
        self.query_one("#heads").display = not is_narrow
        self._lay_out()
        self.rows.set_row_height(2 if is_narrow else 1)

    async def fill(self) -> None:
        """Count the entries, and read those in view."""
        total = await self.total()
        filtered = f" · /{self.asked}" if self.asked else ""
        width = max(self.app.size.width - 2, 10)
        told = f"{total:,} {self.what[total != 1]} · {self.scope}{self.told_sort}{filtered}"
        self.query_one("#shown", Drawn).put(fit(told, width))
        empty = NOBODYS if self.everything else self.empty
        self.rows.empty = NOTHING_MEETS if self.asked else empty
        self._is_to_measure = True
        if not total:
            self._measure(())
        self.rows.load(total)
        await self.follow_marks()

    async def _read(self, offset: int, limit: int) -> Sequence[Any]:
        """Read a page; the first one after each load may make the columns wider."""
        found = await self.page(offset, limit)
        if self._is_to_measure:
            self._is_to_measure = False
            self._measure([self.cells(entry) for entry in found])
        return found

    def _measure(self, entries: Sequence[Sequence[str]]) -> None:
        is_same = self.scope == self._measured
        if is_same and not entries:
            return
        needed = needs(self.headed, entries)
        for place, column in enumerate(self.columns):
            is_hidden = place > 0 and self.fields[place - 1] in self.hidden
            if is_hidden or not self.is_telling(column, {cells[place] for cells in entries}):
                needed[place] = 0
        if is_same:
            needed = [*map(max, needed, self._needed)]
        self._needed = needed
        self._measured = self.scope if entries else ""
        self._lay_out()

    def _lay_out(self) -> None:
        """Give each column its width, and write the heads above them."""
        if not self._needed:
            return
        room = self.app.size.width - SCROLL_BAR - len(self.mark)
        self._widths = layout(self.columns, self._needed, room)
        heads = self.links(self._set([column.head for column in self.headed]))
        self.query_one("#heads", Drawn).put(Content(self.mark) + heads)

    def measure_anew(self) -> None:
        """Let the columns be as wide as what they show in another order."""
        self._measured = ""

    def _set(self, cells: Sequence[str]) -> dict[int, str]:
        """Return cells as wide as their columns, by their places."""
        return {
            place: self.columns[place].set(cells[place], width)
            for place, width in self._widths.items()
        }

    def _draw(self, entry: Any, width: int) -> Sequence[Line]:
        look, cells = self.look_of(entry), self.cells(entry)
        mark = Line(fit(look.mark, len(self.mark)), look.loud)
        if self.rows.row_height > 1:
            return self._two_lines(mark, look, cells, width)
        return [_joined(mark, self._pieces(look, self._set(cells)), " ")]

    def _two_lines(
        self, mark: Line, look: Look, cells: Sequence[str], width: int
    ) -> Sequence[Line]:
        """Return what tells most and the handle above all else that an entry shows."""
        handle, name, *_details = cells
        named = Line(spread(name, handle, width - len(mark.text)), look.style)
        told = {
            place: text
            for place, text in enumerate(cells)
            if place > 1 and text and self._needed[place]
        }
        faint = look._replace(loud=look.loud or "rows--detail", style="rows--detail")
        return [
            _joined(mark, [named], ""),
            _joined(Line("  "), self._pieces(faint, told), " · "),
        ]

    def _pieces(self, look: Look, texts: Mapping[int, str]) -> list[Line]:
        """Return texts by their places in the styles of their columns."""
        return [
            Line(text, look.loud if self.columns[place].head == self.loud else look.style)
            for place, text in texts.items()
        ]

    def action_whose(self) -> None:
        """Show mine, or what lies beyond, and mine again."""
        self.scope = self.scopes[(self.scopes.index(self.scope) + 1) % len(self.scopes)]
        self.refill()


def _joined(first: Line, pieces: Sequence[Line], sign: str) -> Line:
    """Return pieces behind the first one, with a sign between them."""
    further = [piece._replace(text=sign + piece.text) for piece in pieces[1:]]
    return first._replace(further=(*pieces[:1], *further))
