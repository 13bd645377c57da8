"""A text over the screen that goes away again: a hint, the help, what a command printed."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widgets import Button, Footer, Label, Static

from salescli.domain.text import printable
from salescli.tui.cells import safe
from salescli.tui.widgets.paper import Paper


class PopUp(ModalScreen[None]):
    """Shows a text with an OK button; Enter and Esc press it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,question_mark,q", "leave", "OK", id="pop-up-leave"),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay the text out above its button."""
        with Paper(classes="dialog"):
            yield Label(safe(self._title), classes="dialog-title", markup=False)
            yield Static(printable(self._text), markup=False)
            with Horizontal(classes="buttons"):
                yield Button("OK", variant="primary", id="ok")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Begin at the top of the text, which keys scroll."""
        self.query_one(Paper).focus()

    @on(Button.Pressed)
    def action_leave(self) -> None:
        """Go back to where one was."""
        self.dismiss(None)
