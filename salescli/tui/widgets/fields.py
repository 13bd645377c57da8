"""The fields of a form: one line, or a text of several."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import events, work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from salescli.services.completion import Names
from salescli.tui.widgets.completing import ABOVE, BELOW, CLOSE, TAKE, Completing

ENTER = (
    Binding("enter", "submit", "Next", tooltip="Next field"),
    Binding("enter", "save", "Save", tooltip="Save"),
)
"""What Enter does in a field, and in the last one of a form."""

Ask = Callable[[str], Awaitable[Names]]
"""What was typed -> the names that can stand in a field."""


class Line(Completing):
    """Takes one line; what is pasted in several is joined."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(TAKE, CLOSE, BELOW, ABOVE),
        *ENTER,
        Binding("tab", "complete", "Complete", show=False),
    ]

    label_height = 1

    def __init__(
        self,
        text: str,
        *,
        ask: Ask,
        placeholder: str,
        is_last: bool,
        id: str,  # noqa: A002 - Textual's name for it
    ) -> None:
        super().__init__(text, placeholder=placeholder, id=id, select_on_focus=False)
        self.is_last = is_last
        self._ask = ask
        self._settled = text

    async def names_for(self, typed: str) -> Names:
        """Return the names that can stand in the field."""
        return await self._ask(typed)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let `down` show the list, and Enter do what is named."""
        if action in {"submit", "save"}:
            return (action == "save") == self.is_last
        return action == "choose" or super().check_action(action, parameters)

    async def action_save(self) -> None:
        """Go on, in the last field."""
        await self.action_submit()

    @work(exclusive=True, exit_on_error=False, group="complete")
    async def show_list(self) -> None:
        """Show what can stand there, and where the field is full already what else could."""
        found = await self.names_for(self.value)
        if not found.led and list(found.names) in ([], [self.value]):
            found = await self.names_for("")
        self.offer(self.value, found.led, found.names)

    def action_choose(self, by: int) -> None:
        """Choose another name of the list, or show it."""
        if self.is_offering:
            super().action_choose(by)
        elif by > 0:
            self.show_list()

    def action_complete(self) -> None:
        """Take what is chosen or suggested, or go to the next field."""
        if self.chosen is not None:
            self.action_take()
            return
        before = self.value
        self.action_end()
        self.action_cursor_right()
        if self.value == before:
            self.screen.focus_next()

    @property
    def text(self) -> str:
        """What it holds."""
        return self.value

    def choose_all(self) -> None:
        """Let what is typed next take the place of it all."""
        self.action_select_all()

    def add(self, text: str) -> None:
        """Put text where the cursor is, or in the place of what is chosen."""
        self.replace(text, *sorted(self.selection))

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.add(" ".join(event.text.split()))


class Lines(TextArea):
    """Takes a text; Enter goes on as in a line, and what is pasted keeps its lines."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *ENTER,
        Binding("ctrl+j", "break_line", "New line", key_display="^j"),
        Binding("shift+enter", "break_line", "New line", show=False),
    ]

    class Entered(Message):
        """Enter was pressed."""

        def __init__(self, lines: "Lines") -> None:
            super().__init__()
            self.lines = lines

        @property
        def control(self) -> "Lines":
            """The field."""
            return self.lines

    def __init__(self, text: str, *, is_last: bool, id: str) -> None:  # noqa: A002
        super().__init__(text, compact=True, highlight_cursor_line=False, id=id)
        self.is_last = is_last
        self.move_cursor(self.document.end)

    def choose_all(self) -> None:
        """Let what is typed next take the place of it all."""
        self.action_select_all()

    def add(self, text: str) -> None:
        """Put text where the cursor is, or in the place of what is chosen."""
        self.replace(text, *self.selection)

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.prevent_default()
        else:
            await super()._on_key(event)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let Enter do what is named."""
        if action in {"submit", "save"}:
            return (action == "save") == self.is_last
        return super().check_action(action, parameters)

    def action_submit(self) -> None:
        """Go on."""
        self.post_message(self.Entered(self))

    def action_save(self) -> None:
        """Go on, in the last field."""
        self.action_submit()

    def action_break_line(self) -> None:
        """Begin a new line."""
        self.add("\n")
