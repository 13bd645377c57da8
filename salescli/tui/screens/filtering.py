"""What the screens have in common that a filter narrows: `/`, words or a condition, Esc."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from salescli.errors import SalesError
from salescli.tui.screens.marking import MarkingScreen
from salescli.tui.widgets.prompt import Prompt

NOTHING_MEETS = "Nothing meets the filter; Esc ends it."


class FilterLine(Prompt):
    """Takes a filter, which narrows what is shown while it is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Keep the filter", id="filter-keep"),
        Binding("escape", "screen.all", "End it", id="filter-end"),
    ]


class FilterBar(Vertical):
    """The line of a filter, and what is wrong with it."""

    def __init__(self, filters_by: str) -> None:
        super().__init__()
        self._filters_by = filters_by

    def compose(self) -> ComposeResult:
        """Lay out the line above what is wrong."""
        yield FilterLine(placeholder=self._filters_by, id="filter-line", select_on_focus=False)
        yield Static(id="filter-problem", classes="problem", markup=False)

    @property
    def line(self) -> FilterLine:
        """The line."""
        return self.query_one(FilterLine)

    def tell(self, problem: str) -> None:
        """Say what is wrong, or that nothing is."""
        place = self.query_one("#filter-problem", Static)
        place.update(problem)
        place.set_class(bool(problem), "told")


class FilteringScreen(MarkingScreen):
    """A screen that shows what a filter asks for, or all; `asked` is the filter in force."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", id="filter", tooltip="Filter what is listed"),
        Binding(
            *("escape", "all", "Show all"),
            show=False,
            id="show-all",
            tooltip="Clear the marks, or else end the filter",
        ),
    ]

    filters_by = "words, or a condition: owner = me"

    filtered = ""
    """What the line of the filter stands above, as a selector."""

    _bar: FilterBar | None = None
    """The line of the filter, once one has been typed."""

    def is_idle(self, name: str) -> bool:
        """Whether the key of that name has nothing to act on here, and is not listed then."""
        if name == "show-all":
            return not (self.marked.handles or self.asked)
        return super().is_idle(name)

    def take_keys(self) -> None:
        """Give the keys back to what is filtered."""
        raise NotImplementedError

    async def action_filter(self) -> None:
        """Begin to type a filter."""
        self.board.clear_notifications()
        self._before = self.focused
        if self._bar is None:
            self._bar = FilterBar(self.filters_by)
            await self.mount(self._bar, before=self.query_one(self.filtered))
        self._bar.line.value = self.asked
        self._bar.display = True
        self._bar.line.focus()

    @on(Input.Changed, "#filter-line")
    def narrow(self, event: Input.Changed) -> None:
        """Show what the filter asks for as far as it is typed."""
        self._tell("")
        if self._is_typing and event.value.strip() != self.asked:
            self._narrow(event.value.strip())

    @work(exclusive=True, exit_on_error=False, group="filter")
    async def _narrow(self, asked: str) -> None:
        """Try a filter that is being typed; one that cannot be read yet shows all."""
        try:
            await self._try(asked)
        except SalesError:
            await self.board.attempt(self._try(""))

    @on(Input.Submitted, "#filter-line")
    def keep(self, event: Input.Submitted) -> None:
        """Keep the filter; one that cannot be read is told below it, and stays to be mended."""
        self.board.flow(self._keep(event.value.strip()))

    async def _keep(self, asked: str) -> None:
        try:
            await self._try(asked)
        except SalesError as refusal:
            from salescli.tui.flows.asking import told

            self._tell(told(self.board, refusal))
        else:
            self._leave()

    def action_all(self) -> None:
        """End the typing of a filter, or clear the marks, or else end the filter."""
        self._tell("")
        if self._is_typing:
            self._leave()
        elif self.clear_marks():
            return
        self.board.flow(self._try(""))

    @property
    def _is_typing(self) -> bool:
        return self._bar is not None and self._bar.display

    def _leave(self) -> None:
        if self._bar is not None:
            self._bar.display = False
        self.take_keys()

    async def _try(self, asked: str) -> None:
        """Fill the screen by a filter; one that is refused leaves it as it was."""
        before, self.asked = self.asked, asked
        try:
            await self.fill()
        except Exception:
            self.asked = before
            raise

    def _tell(self, problem: str) -> None:
        if self._bar is not None:
            self._bar.tell(problem)
