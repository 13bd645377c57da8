"""A text over the screen that goes away again: a hint, the help, what a command printed."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Button

from salescli.domain.text import printable
from salescli.tui.screens.searching import FOUND_KEYS, SEARCH, Searching
from salescli.tui.widgets.dialog import Dialog
from salescli.tui.widgets.paper import Paper
from salescli.tui.widgets.passage import Passage, Searched

WIDEST = 106
"""A window is not made wider than this."""

NO_HINT = "There is no hint for this."

FRAME = 5
"""The border, the space inside it and the scroll bar of a window."""


def text_width(screen: int) -> int:
    """Return how wide a text can be in a window on a screen of a width."""
    return max(min(screen * 9 // 10, WIDEST) - FRAME, 20)


class PopUp(Dialog[None], Searching):
    """Shows a text with an OK button; Enter and Esc press it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,question_mark,q", "leave", "OK", id="pop-up-leave"),
        *FOUND_KEYS,
        Binding("escape", "leave", "OK", show=False, id="pop-up-leave"),
        SEARCH,
        Binding("f1", "leave", show=False),
    ]

    buttons = (("ok", "OK"),)
    width = WIDEST
    scrolls = True

    def __init__(self, title: str, text: str) -> None:
        super().__init__(title)
        self._text = text

    def hear(self, told: str) -> None:
        """What was told before has been read by whoever asks for a text."""

    def compose_body(self) -> Iterable[Widget]:
        """Lay out the text."""
        yield Passage(printable(self._text))

    @property
    def searched(self) -> Sequence[Searched]:
        """The text."""
        return list(self.query(Passage))

    def on_mount(self) -> None:
        """Begin at the top of the text, which keys scroll."""
        self.query_one(Paper).focus()

    @on(Button.Pressed)
    def action_leave(self) -> None:
        """Go back to where one was."""
        self.dismiss(None)
