"""A text that is drawn again only where it has become another one."""

from textual.content import Content
from textual.widgets import Static


class Drawn(Static):
    """A text whose lines are broken by who draws it; its lines are no wider than it is."""

    _drawn: Content | None = None

    def put(self, text: Content | str) -> None:
        """Show a text; the screen is laid out anew only where that has more lines or fewer."""
        shown = Content(text) if isinstance(text, str) else text
        before, self._drawn = self._drawn, shown
        if before is None or not shown.is_same(before):
            self.update(shown, layout=before is None or self.may_grow(before, shown))

    def may_grow(self, before: Content, now: Content) -> bool:
        """Whether it may need more lines than before, or fewer."""
        return _height(before) != _height(now)


class Flowing(Drawn):
    """A text that is broken into lines where it is shown."""

    def may_grow(self, before: Content, now: Content) -> bool:
        """Whether it may need more lines: nobody knows before they are broken."""
        return True


def _height(text: Content) -> int:
    return text.plain.count("\n")
