"""The smallest app of the library: one text. What the board is held against."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class StaticApp(App[None]):
    """Shows a word."""

    def compose(self) -> ComposeResult:
        """Lay out the word."""
        yield Static("everything is painted")


if __name__ == "__main__":
    StaticApp().run()
