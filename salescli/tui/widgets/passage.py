"""Texts and lists that can be searched: what was found is marked where it stands."""

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from salescli.tui.texts.cells import safe
from salescli.tui.widgets.drawn import Flowing
from salescli.tui.widgets.paper import Paper
from salescli.tui.widgets.rows import Rows

FOUND = Style(bold=True, underline=True)
PRESENT = Style(bold=True, underline=True, reverse=True)

Entry = TypeVar("Entry")
Pattern = re.Pattern[str]


class Spot(NamedTuple):
    """Where something was found: the line, and the cells between which it stands."""

    line: int
    start: int
    end: int


class Marks:
    """What is marked in a text: all that was found, and one of them as the present one."""

    def __init__(self) -> None:
        self.pattern: Pattern | None = None
        self.present: Spot | None = None

    def spots(self, texts: Sequence[str]) -> list[Spot]:
        """Return where the pattern is found in lines."""
        return [spot for line, text in enumerate(texts) for spot in self._in_line(line, text)]

    def _in_line(self, line: int, text: str) -> list[Spot]:
        found = self.pattern.finditer(text) if self.pattern is not None else ()
        return [
            Spot(line, cell_len(text[: one.start()]), cell_len(text[: one.end()])) for one in found
        ]

    def on(self, strip: Strip, line: int) -> Strip:
        """Return a line with what was found in it marked."""
        for spot in self._in_line(line, strip.text):
            style = PRESENT if spot == self.present else FOUND
            before, found, after = strip.divide([spot.start, spot.end, strip.cell_length])
            marked = [Segment(text, (own or Style()) + style) for text, own, _ in found]
            strip = Strip.join([before, Strip(marked), after])
        return strip


class Searched(Protocol):
    """What can be searched."""

    marks: Marks

    def texts(self) -> Sequence[str]:
        """Return its lines."""

    def bring(self, line: int) -> None:
        """Bring a line into sight."""

    def refresh(self) -> object:
        """Draw it again."""


class Passage(Flowing):
    """A text."""

    def __init__(self, content: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(content, id=id, markup=False)
        self.marks = Marks()

    def texts(self) -> Sequence[str]:
        """Return its lines as they are shown, or none where it is not shown."""
        height = self.size.height if self.region else 0
        return [super(Passage, self).render_line(y).text for y in range(height)]

    def render_line(self, y: int) -> Strip:
        """Return a line of it, with what was found."""
        return self.marks.on(super().render_line(y), y)

    def bring(self, line: int) -> None:
        """Bring a line of it into sight."""
        for paper in self.ancestors:
            if isinstance(paper, Paper):
                place = self.content_region.y + line - paper.region.y + round(paper.scroll_y)
                paper.scroll_to_region(Region(0, place, 1, 1), animate=False, force=True)
                return


class Entries(Rows[Entry]):
    """A list whose entries take one line each; all of them are searched, read or not."""

    def __init__(self, *args: object, **given: object) -> None:
        super().__init__(*args, **given)  # type: ignore[arg-type]
        self.marks = Marks()
        self.all: Sequence[Entry] = ()

    def texts(self) -> Sequence[str]:
        """Return its lines."""
        width = self.scrollable_content_region.width
        return [
            "".join(safe(piece.text) for piece in (line, *line.further))
            for entry in self.all
            for line in self._draw(entry, width)[:1]
        ]

    def render_line(self, y: int) -> Strip:
        """Return a line of it, with what was found."""
        return self.marks.on(super().render_line(y), y + self.scroll_offset.y)

    def bring(self, line: int) -> None:
        """Put the cursor on an entry."""
        self.cursor = line
