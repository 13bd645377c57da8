"""What stands under a tab: rows in columns."""

from collections.abc import Sequence

from salescli.tui.texts.part_text import Section
from salescli.tui.texts.sale_text import NARROW, columns
from salescli.tui.widgets.passage import Passage


class Tables(Passage):
    """Is set anew only where the rows have become others, or the columns have no more room."""

    _told: tuple[Sequence[Section], bool, str] | None = None

    def tell(self, sections: Sequence[Section], width: int, empty: str) -> None:
        """Show rows in columns of so many cells in all, or that there are none."""
        before, self._told = self._told, (sections, width < NARROW, empty)
        if self._told != before:
            self.update(columns(sections, width, empty))
