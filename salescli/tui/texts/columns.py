"""How the columns of a list share its width: by what stands in them, the first ones first."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from salescli.tui.texts.cells import CUT, fit, safe

NARROW = 60
"""Below so many columns an entry of a list takes two lines."""

GAP = 1
WIDEST_WHOLE = 24
"""What has to be whole gets no more, so that one long text does not take the room of all."""


class Column(NamedTuple):
    """A column: its head, and to how many cells it may be cut; 0 keeps each text whole or out."""

    head: str
    least: int = 0

    def set(self, text: str, width: int) -> str:
        """Return a text in the column."""
        return fit(text if self.least or cell_len(safe(text)) <= width else CUT, width)


def needs(columns: Sequence[Column], entries: Iterable[Sequence[str]]) -> list[int]:
    """Return how many cells each column takes to show its head and all its texts whole."""
    heads = [column.head for column in columns]
    widths = (
        max(cell_len(safe(text)) for text in set(texts))
        for texts in zip(heads, *entries, strict=True)
    )
    return [
        width if column.least else min(width, WIDEST_WHOLE)
        for column, width in zip(columns, widths, strict=True)
    ]


def layout(columns: Sequence[Column], needed: Sequence[int], width: int) -> dict[int, int]:
    """Return place -> width of the columns that have room.

    Each gets what it has at least, the first ones first; what is left goes evenly to those that
    are still cut, so that short ones are soon whole and the long names take the rest. Where all
    are whole they stand further apart.
    """
    widths: dict[int, int] = {}
    left = width + GAP
    for place, (column, need) in enumerate(zip(columns, needed, strict=True)):
        least = min(column.least or need, need)
        if 0 < least <= left - GAP:
            widths[place] = least
            left -= least + GAP
    while left > 0 and (cut := [place for place in widths if widths[place] < needed[place]]):
        for place in cut[:left]:
            more = min(max(left // len(cut), 1), needed[place] - widths[place])
            widths[place] += more
            left -= more
    has_room = left >= len(widths)
    return {place: width + has_room for place, width in widths.items()}
