"""What the screens have in common: the bar on top, the keys below, and reading anew."""

from typing import TYPE_CHECKING, ClassVar, cast

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from salescli.tui.widgets.key_bar import KeyBar
from salescli.tui.widgets.place_bar import PlaceBar

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard
    from salescli.tui.widgets.command_line import CommandLine

TAKING_BACK = frozenset({"undo", "redo"})
"""The names of the keys that need a change to take back."""

LEAVING = frozenset({"all", "end_search"})
"""What a screen does for the line that is typed in."""


class MainScreen(Screen[None]):
    """A screen that shows what the store holds."""

    AUTO_FOCUS = ""

    marks: ClassVar[tuple[tuple[str, str], ...]] = ()
    """What is shown beside things, and what it means, for the help."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "refill", "Read anew", show=False, id="refill"),
        Binding("colon", "command", "Command", show=False, id="command", tooltip="Type a command"),
    ]

    is_filled = False
    """Whether the screen has been filled already when it is first shown."""

    _before: Widget | None = None

    @property
    def board(self) -> "SalesBoard":
        """The app."""
        return cast("SalesBoard", self.app)

    def is_idle(self, name: str) -> bool:
        """Whether the key of that name has nothing to act on, and is not listed then.

        What can be undone is not asked for before the first paint: on a day with nothing to do it
        is taken for nothing until something changes.
        """
        board = self.board
        return name in TAKING_BACK and not (board.first.vital or board.desk.has_changed_once)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let the keys of the screen do nothing while a line is typed, but for what leaves it."""
        if isinstance(self.focused, Input) and action not in LEAVING:
            return False
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Go back from a page to the screen below, unless the key has closed what was told."""
        if not self.board.has_quieted:
            self.app.pop_screen()

    def leave(self, reference: str) -> None:
        """Go back from the page of what was taken back, and say so once."""
        if self.is_current:
            self.board.notify(f"`{reference}` was taken back", markup=False)
            self.app.pop_screen()

    def compose(self) -> ComposeResult:
        """Lay out the bar, what the screen shows, and the keys."""
        yield PlaceBar()
        yield from self.compose_body()
        yield KeyBar()

    def compose_body(self) -> ComposeResult:
        """Lay out what this screen shows."""
        raise NotImplementedError

    async def fill(self) -> None:
        """Read what this screen shows."""
        raise NotImplementedError

    async def action_command(self) -> None:
        """Begin to type a command."""
        from salescli.tui.widgets.command_line import CommandLine

        self.board.clear_notifications()
        self._before = self.focused
        if not self.query(CommandLine):
            line = CommandLine(self.board.commands, self.board.lines)
            await self.mount(line, before=self.query_one(KeyBar))
        self.query_one(CommandLine).begin()

    def on_command_line_left(self) -> None:
        """Give the keys back to where they were."""
        self.set_focus(self._before)

    def on_command_line_typed(self, event: "CommandLine.Typed") -> None:
        """Run what was typed."""
        self.set_focus(self._before)
        from salescli.tui.lines import colon

        self.board.memory.keep(lines=self.board.lines)
        self.board.flow(colon.run(self.board, event.line))

    @work(exclusive=True, exit_on_error=False, group="complete")
    async def on_command_line_unfinished(self, event: "CommandLine.Unfinished") -> None:
        """Let a line go on as far as it is sure, and show what can come then."""
        from salescli.tui.lines import colon

        event.control.go_on(event.line, *await colon.complete(self.board, event.line))

    def say(self, text: str) -> None:
        """Say in a few words why a key does nothing here."""
        self.board.clear_notifications()
        self.board.notify(text, severity="warning", timeout=4, markup=False)

    def on_screen_resume(self) -> None:
        """Show what has changed while another screen was shown."""
        if self.is_filled:
            self.is_filled = False
        else:
            self.query_one(PlaceBar).draw()
            self.refill()

    def action_refill(self) -> None:
        """Read everything anew."""
        self.refill()

    @work(exclusive=True, exit_on_error=False, group="fill")
    async def refill(self) -> None:
        """Read everything anew in the background."""
        await self.board.attempt(self.fill())
