"""A text that is scrolled by the keys that move through lists."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

SCROLLS = (
    ("j,down", "down", "Scroll down"),
    ("k,up", "up", "Scroll up"),
    ("pagedown", "page_down", "Page down"),
    ("pageup", "page_up", "Page up"),
    ("g,home", "home", "To the top"),
    ("G,end", "end", "To the end"),
)
"""The keys that scroll, and where."""


class Paper(VerticalScroll, inherit_bindings=False):
    """Holds what may be longer than the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys, f"scroll_paper('{how}')", told, show=False) for keys, how, told in SCROLLS
    ]

    def action_scroll_paper(self, how: str) -> None:
        """Scroll, such as by `down`."""
        getattr(self, f"scroll_{how}")(animate=False)
