"""A text whose lines are broken by who draws it."""

from textual.content import Content
from textual.widgets import Static


class Drawn(Static):
    """Is drawn again only where the text has become another one."""

    _drawn: Content | None = None

    def put(self, text: Content) -> None:
        """Show a text; the screen is laid out anew only where that has more lines or fewer."""
        before, self._drawn = self._drawn, text
        if before is None or not text.is_same(before):
            self.update(text, layout=before is None or _height(text) != _height(before))


def _height(text: Content) -> int:
    return text.plain.count("\n")
