"""What the lists have in common that have columns: each can be sorted by, by key and by mouse."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from salescli.domain.listing import NUMBER, Shown, Sort
from salescli.tui.screens.filtering import FilteringScreen
from salescli.tui.texts.cells import clicked, safe
from salescli.tui.texts.columns import Column

HANDLE = "Handle"
"""What the column is called that has a head only while the list is sorted by it."""


class SortingScreen(FilteringScreen):
    """A list whose columns can be sorted by; `columns` and `fields` say which there are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            *("S", "sort", "Sort"),
            show=False,
            id="sort",
            tooltip="Sort by another column, or turn it round",
        ),
    ]

    columns: tuple[Column, ...] = ()
    """The handle, then what tells most of an entry, and so on."""

    fields: tuple[str, ...] = ()
    """What the columns after the handle show, as it is sorted by."""

    hidden: frozenset[str] = frozenset()
    """The fields whose columns are not shown."""

    usual = Sort("name")
    """The order of a list that nobody has sorted."""

    def __init__(self) -> None:
        super().__init__()
        self.sort = self.usual

    @property
    def everything(self) -> bool:
        """Whether everybody's are shown."""
        return False

    @property
    def is_open(self) -> bool:
        """Whether only open ones are shown."""
        return True

    @property
    def shown(self) -> Shown:
        """What the list shows."""
        return Shown(self.sort, self.everything, self.is_open, self.asked)

    @property
    def headed(self) -> Sequence[Column]:
        """The columns; the head of the one that the list is sorted by has a sign."""
        by = (NUMBER, *self.fields)
        return [
            column._replace(head=f"{column.head or HANDLE} {self.sort.sign}")
            if field == self.sort.by
            else column
            for column, field in zip(self.columns, by, strict=True)
        ]

    @property
    def told_sort(self) -> str:
        """By what the list is sorted, where that is not as usual."""
        if self.sort == self.usual:
            return ""
        place = (NUMBER, *self.fields).index(self.sort.by)
        return f" · by {self.columns[place].head or HANDLE} {self.sort.sign}"

    def links(self, texts: dict[int, str]) -> Content:
        """Return heads by their places, each to be clicked."""
        heads = (clicked(safe(text), f"screen.sort_by({place})") for place, text in texts.items())
        return Content(" ").join(heads)

    def action_sort(self) -> None:
        """Ask what to sort by."""
        self.board.flow(self._ask_sort())

    async def _ask_sort(self) -> None:
        from salescli.tui.widgets.choice import Choice

        by = (NUMBER, *self.fields)
        places = [place for place, field in enumerate(by) if field not in self.hidden]
        names = [
            f"{self.columns[place].head or HANDLE}"
            + (f" {self.sort.sign}, the other way round" if by[place] == self.sort.by else "")
            for place in places
        ]
        at = [by[place] for place in places].index(self.sort.by)
        picked = await self.board.ask(Choice("Sort by", names, marked=at))
        if picked is not None:
            await self._sort_by(places[picked])

    def action_sort_by(self, place: int) -> None:
        """Sort by a column; by the same one turns it round."""
        self.board.flow(self._sort_by(place))

    async def _sort_by(self, place: int) -> None:
        self.sort = self.sort.turned((NUMBER, *self.fields)[place])
        self.measure_anew()
        await self.fill()

    def measure_anew(self) -> None:
        """Let the columns be as wide as what they show in another order."""
