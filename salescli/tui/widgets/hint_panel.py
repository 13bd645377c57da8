"""The hint of what the cursor is on, in sight while one works."""

from textwrap import wrap
from typing import TYPE_CHECKING, cast

from textual.content import Content

from salescli.domain.text import printable
from salescli.tui.texts.cells import safe
from salescli.tui.widgets.drawn import Drawn

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard

SHARE = 0.3
"""It takes no more of the screen."""

MORE = "... ? shows all of it"


class HintPanel(Drawn):
    """Shows a step's name and its hint."""

    _title = _hint = ""

    def show(self, title: str, hint: str) -> None:
        """Show a hint; without one the panel goes away."""
        from salescli.tui.keys.in_keys import hint_in_keys

        self._title, self._hint = title, hint_in_keys(cast("SalesBoard", self.app), hint)
        self.display = bool(hint)
        self.on_resize()

    def on_resize(self) -> None:
        """Show as much as there is room for, and say where there is more."""
        width = max(self.app.size.width - 2, 10)
        room = max(int(self.app.size.height * SHARE) - 2, 1)
        paragraphs = printable(self._hint).splitlines()
        lines = [line for text in paragraphs for line in wrap(text, width) or [""]]
        if len(lines) > room:
            lines[room - 1 :] = [MORE]
        title = Content.styled(safe(self._title), "bold")
        self.put(Content("\n").join([title, Content("\n".join(lines))]))
