"""What stands over the screen until it is answered: a title, a body, buttons, and its keys."""

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Label, Static

from salescli.domain.text import printable
from salescli.tui.texts.cells import safe
from salescli.tui.widgets.key_bar import KeyBar
from salescli.tui.widgets.paper import Paper

FRAME = 4
"""The lines of the border and of the buttons."""

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """Asks or shows something; the title and the buttons stay while the rest is scrolled."""

    CSS_PATH = "../dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "app.help", "Help", id="help", tooltip="Show these keys"),
    ]

    buttons: tuple[tuple[str, str], ...] = ()
    """The id and the text of each button; the first one is what Enter means."""

    scrolls = False
    """Whether the body takes the keys itself, as a text does."""

    width = 76
    """It is not made wider than this."""

    def __init__(self, title: str, note: str = "") -> None:
        super().__init__()
        self._said = ""
        self._title = title
        self._note = note

    def hear(self, told: str) -> None:
        """Take what was told just before it came, which would else lie over it."""
        self._said = told

    def compose(self) -> ComposeResult:
        """Lay the body out between the title and the buttons."""
        with Vertical(classes="dialog") as frame:
            frame.styles.max_width = self.width
            yield Label(safe(self._title), classes="dialog-title", markup=False)
            with Paper(classes="dialog-body", can_focus=self.scrolls):
                if self._said:
                    yield Static(printable(self._said), classes="dialog-said", markup=False)
                if self._note:
                    yield Static(printable(self._note), classes="dialog-note", markup=False)
                yield from self.compose_body()
            with Horizontal(classes="buttons"):
                for name, label in self.buttons:
                    is_first = name == self.buttons[0][0]
                    yield Button(label, variant="primary" if is_first else "default", id=name)
        yield KeyBar()

    def on_resize(self) -> None:
        """Let the body take what title, buttons and frame leave of the screen."""
        title = self.query_one(".dialog-title")
        room = self.app.size.height - 1 - FRAME - title.outer_size.height
        self.query_one(".dialog-body").styles.max_height = max(room, 3)

    def compose_body(self) -> Iterable[Widget]:
        """Lay out what is asked or shown."""
        raise NotImplementedError
