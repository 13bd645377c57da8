"""What the lists have in common whose columns are chosen; the choice is remembered."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from salescli.tui.screens.sorting import SortingScreen

NOTE = "What has no room, or nothing in it, is left out all the same."


class ChoosingScreen(SortingScreen):
    """A list that shows the columns that were chosen; the first two always stand there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            *("v", "columns", "Columns"),
            show=False,
            id="columns",
            tooltip="Choose which columns the list shows",
        ),
    ]

    what = ("record", "records")
    """What one entry is called, and several."""

    usually_hidden: frozenset[str] = frozenset()
    """The fields whose columns are shown only where they are chosen."""

    def on_mount(self) -> None:
        """Show the columns that were chosen last."""
        known = self.board.memory.columns.get(self.what[1])
        chosen = {*self.fields} - self.usually_hidden if known is None else {*known}
        self.hidden = frozenset(self.fields[1:]) - chosen

    def action_columns(self) -> None:
        """Ask which columns to show."""
        self.board.flow(self._ask_columns())

    async def _ask_columns(self) -> None:
        from salescli.tui.widgets.choice import Choice

        picked: int | None = 0
        fields = self.fields[1:]
        while picked is not None:
            options = [
                f"{' ' if field in self.hidden else '✓'} {column.head}"
                for field, column in zip(fields, self.columns[2:], strict=True)
            ]
            picked = await self.board.ask(
                Choice("Columns", options, note=NOTE, button="Show or hide", marked=picked)
            )
            if picked is not None:
                await self._turn(fields[picked])

    async def _turn(self, field: str) -> None:
        """Show the column of a field, or hide it; what is hidden sorts nothing."""
        self.hidden ^= {field}
        if self.sort.by in self.hidden:
            self.sort = self.usual
        shown = [one for one in self.fields[1:] if one not in self.hidden]
        self.board.memory.keep(columns={self.what[1]: shown})
        self.measure_anew()
        await self.fill()
