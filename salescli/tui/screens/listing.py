"""Lists of records: mine or everybody's, page by page, with a filter where the noun has one."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from salescli.tui.cells import fit
from salescli.tui.screens.filtering import NOTHING_MEETS, FilteringScreen
from salescli.tui.widgets.rows import Line, Rows

HANDLE = 9
"""The width of the first column."""


class ListScreen(FilteringScreen):
    """A list with its heads; what it lists is up to the screens below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "whose", "Whose", id="whose", tooltip="Mine, or everybody's"),
    ]

    what = "records"
    empty = "There is nothing here."
    heads: tuple[str, ...] = ()
    shares: tuple[int, ...] = (2, 1, 1, 1, 1)
    narrowest = 12
    """What one share has at least."""

    def __init__(self) -> None:
        super().__init__()
        self.everything = False

    def compose_body(self) -> ComposeResult:
        """Lay out the heads, the filter and the list."""
        yield Static(id="shown", markup=False)
        yield from self.compose_filter()
        yield Static(id="heads", markup=False)
        yield Rows[Any](self.page, self._draw, self.name_of, empty=self.empty, id="list")

    def on_mount(self) -> None:
        """Begin in the list."""
        self.take_keys()

    def take_keys(self) -> None:
        """Give the keys to the list."""
        self.rows.focus()

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
        """Return what an entry shows under each head."""

    @abstractmethod
    def name_of(self, entry: Any) -> str:
        """Return what tells an entry from all others."""

    async def fill(self) -> None:
        """Count the entries, and read those in view."""
        total = await self.total()
        whose = "everybody's" if self.everything else "mine"
        filtered = f" · /{self.asked}" if self.asked else ""
        width = max(self.app.size.width - 2, 10)
        told = f"{total:,} {self.what} · {whose}{filtered}"
        self.query_one("#shown", Static).update(fit(told, width))
        self.query_one("#heads", Static).update(self._line(self.heads, self.app.size.width))
        self.rows.empty = NOTHING_MEETS if self.asked else self.empty
        self.rows.load(total)

    def _draw(self, entry: Any, width: int) -> Sequence[Line]:
        return [Line(self._line(self.cells(entry), width))]

    def _line(self, cells: Sequence[str], width: int) -> str:
        """Set cells in columns by their shares; what has no room is left away."""
        room = width - HANDLE
        shares = list(self.shares[: len(cells) - 1])
        while len(shares) > 1 and room // sum(shares) < self.narrowest:
            shares.pop()
        unit = room // sum(shares)
        told = (fit(cell, unit * share - 1) for cell, share in zip(cells[1:], shares, strict=False))
        return fit(cells[0], HANDLE) + " ".join(told)

    def action_whose(self) -> None:
        """Show everybody's, or mine again."""
        self.everything = not self.everything
        self.refill()
