"""A line to type into that keeps the keys."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input


class Prompt(Input):
    """Takes a line; Tab completes it and leaves the keys where they are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", show=False),
        Binding("shift+tab", "complete", show=False),
    ]

    def action_complete(self) -> None:
        """Take the suggestion, if there is one."""
        self.action_end()
        self.action_cursor_right()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether a key is text here; Textual does not know that `slash` is one."""
        return super().check_consume_key(key, "/" if key == "slash" else character)
