"""The hint of what the cursor is on, in sight while one works."""

from textual.content import Content
from textual.widgets import Static

from salescli.domain.text import printable
from salescli.tui.cells import safe


class HintPanel(Static):
    """Shows a step's name and its hint."""

    def show(self, title: str, hint: str) -> None:
        """Show a hint; without one the panel goes away."""
        self.display = bool(hint)
        self.update(Content.assemble((f"{safe(title)}\n", "bold"), printable(hint)))
