"""The hint of what the cursor is on, in sight while one works."""

from textwrap import wrap
from typing import TYPE_CHECKING, cast

from textual.content import Content

from salescli.domain.text import printable
from salescli.tui.texts.cells import fit
from salescli.tui.widgets.drawn import Drawn

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard

SHARE = 0.3
"""It takes no more of the screen."""

MORE = "... ? shows all of it"


class HintPanel(Drawn):
    """Shows a step's name and its hint.

    It keeps the lines that it once took, so that nothing above it moves with each hint.
    """

    _title = _hint = ""
    _width = _most = 0

    def show(self, title: str, hint: str) -> None:
        """Show a hint; before there is the first one the panel is not there."""
        from salescli.tui.keys.in_keys import hint_in_keys

        self._title, self._hint = title, hint_in_keys(cast("SalesBoard", self.app), hint)
        self.display = bool(hint or self._most)
        if self.display:
            self.on_resize()

    def on_resize(self) -> None:
        """Show as much as there is room for, and say where there is more."""
        width = max(self.app.size.width - 2, 10)
        room = max(int(self.app.size.height * SHARE) - 2, 1)
        paragraphs = printable(self._hint).splitlines()
        lines = [line for text in paragraphs for line in wrap(text, width) or [""]]
        if len(lines) > room:
            lines[room - 1 :] = [MORE]
        self._most = min(max(len(lines), self._most if width == self._width else 0), room)
        self._width = width
        lines += [""] * (self._most - len(lines))
        title = Content.styled(fit(self._title, width).rstrip(), "bold")
        self.put(Content("\n").join([title, Content("\n".join(lines))]))
