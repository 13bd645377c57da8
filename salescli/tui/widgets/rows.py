"""A list whose entries are read page by page as they come into view."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from textwrap import wrap
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events, work
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from salescli.tui.marks import SIGN
from salescli.tui.texts.cells import CUT, fit, safe

PAGE = 100
"""So many entries are read at once."""

Entry = TypeVar("Entry")
Read = Callable[[int, int], Awaitable[Sequence[Entry]]]


class Line(NamedTuple):
    """A line of an entry, and the name of the component style that it is shown in.

    `further` are pieces of the same line, each in a style of its own.
    """

    text: str
    style: str = ""
    further: "tuple[Line, ...]" = ()


class Rows(ScrollView, Generic[Entry], can_focus=True, inherit_bindings=False):
    """Shows entries of `row_height` lines each; only those in view are ever read.

    `draw` returns an entry's lines at a width, `name` what tells it from all others, so that the
    cursor stays on it when the list is read anew.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "Down", show=False),
        Binding("k,up", "move(-1)", "Up", show=False),
        Binding("g,home", "to_end(False)", "First", show=False),
        Binding("G,end", "to_end(True)", "Last", show=False),
        Binding("pagedown", "move_page(1)", "Page down", show=False),
        Binding("pageup", "move_page(-1)", "Page up", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--text",
        "rows--title",
        "rows--detail",
        "rows--alarm",
        "rows--mark",
        "rows--cursor",
        "rows--cursor-blurred",
    }
    DEFAULT_CSS = """
    Rows { scrollbar-size-vertical: 1; }
    Rows > .rows--title { text-style: bold; }
    Rows > .rows--detail { color: $text-muted; }
    Rows > .rows--alarm { color: $text-error; text-style: bold; }
    Rows:nocolor > .rows--alarm { color: $foreground; }
    Rows > .rows--mark { color: $text-accent; text-style: bold; }
    Rows:nocolor > .rows--mark { color: $foreground; }
    Rows > .rows--cursor { background: $foreground; color: $background; text-style: bold; }
    Rows > .rows--cursor-blurred { background: $panel; color: $foreground; }
    """

    sign_at = 0
    """The cell of an entry's first line, blank there, that shows whether it is marked."""

    cursor = reactive(0, repaint=False)
    total = reactive(0)

    class Chosen(Message):
        """An entry was chosen, by Enter or a double click."""

        def __init__(self, rows: "Rows[Any]", entry: Any) -> None:
            super().__init__()
            self.rows = rows
            self.entry = entry

        @property
        def control(self) -> "Rows[Any]":
            """The list."""
            return self.rows

    class Moved(Message):
        """The cursor stands on another entry."""

        def __init__(self, rows: "Rows[Any]", entry: Any) -> None:
            super().__init__()
            self.rows = rows
            self.entry = entry

        @property
        def control(self) -> "Rows[Any]":
            """The list."""
            return self.rows

    def __init__(
        self,
        read: Read[Entry],
        draw: Callable[[Entry, int], Sequence[Line]],
        name_of: Callable[[Entry], str],
        *,
        row_height: int = 1,
        empty: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.row_height = row_height
        self.empty = empty
        self._read = read
        self._draw = draw
        self._name_of = name_of
        self._entries: dict[int, Entry] = {}
        self._asked: set[int] = set()
        self._sought = ""
        self._marked: Collection[str] = ()
        self._heads: Mapping[int, str] = {}

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor, as far as it has been read."""
        return self._entries.get(self.cursor)

    @property
    def here(self) -> str:
        """The name of the entry under the cursor, or an empty text."""
        return self._name_of(self.entry) if self.entry is not None else ""

    @property
    def held(self) -> str:
        """The name of what the cursor is on, or goes to as soon as that is read."""
        return self._sought or self.here

    def names_from(self, name: str) -> list[str] | None:
        """Return the names between an entry and the cursor, or None where that entry is not there.

        What has not been read yet is read; the cursor is told to have moved when it is.
        """
        named = ((self._name_of(entry), place) for place, entry in self._entries.items())
        begin = dict(named).get(name)
        if begin is None:
            return None
        first, last = sorted((begin, self.cursor))
        for page in range(first // PAGE, last // PAGE + 1):
            if page not in self._asked:
                self._fetch(page)
        between = (self._entries.get(place) for place in range(first, last + 1))
        return [self._name_of(entry) for entry in between if entry is not None]

    def mark(self, names: Collection[str]) -> None:
        """Show the entries of these names as marked."""
        self._marked = frozenset(names)
        self.refresh()

    def set_row_height(self, lines: int) -> None:
        """Let each entry have so many lines."""
        if lines != self.row_height:
            self.row_height = lines
            self._lay_out()

    def set_heads(self, heads: Mapping[int, str]) -> None:
        """Show a head above some entries, given by their places in order; it is no entry."""
        if heads != self._heads:
            self._heads = heads
            self._lay_out()

    def _lay_out(self) -> None:
        self._set_height()
        self._show_cursor()
        self.refresh()

    def _set_height(self) -> None:
        self.virtual_size = Size(0, max(self._line_of(self.total), self.row_height))

    def _line_of(self, index: int) -> int:
        """Return the first line of an entry, below its head."""
        return index * self.row_height + sum(place <= index for place in self._heads)

    def _place_of(self, line: int) -> tuple[int, int]:
        """Return the entry that a line belongs to, and which of its lines it is; -1 is its head."""
        above = 0
        for index in self._heads:
            if line == index * self.row_height + above:
                return index, -1
            above += line > index * self.row_height + above
        return divmod(line - above, self.row_height)

    def show(self, entries: Sequence[Entry]) -> None:
        """Show entries that have been read already, all that there are."""
        self._entries = dict(enumerate(entries))
        self._asked = set(self._pages_of(len(entries)))
        self.total = len(entries)
        self._set_height()

    def seek(self, name: str) -> None:
        """Put the cursor on the entry of that name when the list is read next."""
        self._sought = name

    @staticmethod
    def _pages_of(total: int) -> range:
        return range(total // PAGE + 1)

    def load(self, total: int) -> None:
        """Read what is in view anew; there are `total` entries now."""
        self._asked.clear()
        self.total = total
        self._set_height()
        for page in self._pages_in_view():
            self._fetch(page, is_anew=True)
        if not total:
            self._entries.clear()
            self.refresh()
            self.post_message(self.Moved(self, None))

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor inside the list."""
        return max(0, min(cursor, self.total - 1))

    def watch_cursor(self, before: int, after: int) -> None:
        """Keep the cursor in view; draw only what it leaves and what it comes to again."""
        self._show_cursor()
        for index in (before, after):
            self.refresh_lines(self._line_of(index), self.row_height)
        self.post_message(self.Moved(self, self.entry))

    def on_resize(self) -> None:
        """Keep the cursor in view where a list becomes lower, as by a hint below it."""
        self._show_cursor()

    def _show_cursor(self) -> None:
        head = self.cursor in self._heads
        region = Region(0, self._line_of(self.cursor) - head, 1, self.row_height + head)
        self.scroll_to_region(region, animate=False, force=True)

    def action_move(self, by: int) -> None:
        """Move the cursor by some entries."""
        self.cursor += by

    def action_move_page(self, pages: int) -> None:
        """Move the cursor by a screenful."""
        self.cursor += pages * max(1, self.size.height // self.row_height - 1)

    def action_to_end(self, is_last: bool) -> None:  # noqa: FBT001 - an action's argument
        """Move the cursor to the first or the last entry."""
        self.cursor = self.total - 1 if is_last else 0

    def choose(self) -> None:
        """Choose the entry under the cursor."""
        if self.entry is not None:
            self.post_message(self.Chosen(self, self.entry))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where it was clicked; a double click chooses."""
        index = self._index_at(event.y)
        if index < self.total:
            self.cursor = index
            if event.chain > 1:
                self.choose()

    def _index_at(self, y: int) -> int:
        index, part = self._place_of(y + self.scroll_offset.y)
        return index if part >= 0 else self.total

    def render_line(self, y: int) -> Strip:
        """Return a line of the list; an entry that is not there yet is asked for."""
        width = self.scrollable_content_region.width
        if not self.total:
            told = wrap(self.empty, max(width - 2, 10))
            return self._strip(Line(f" {told[y]}" if y < len(told) else "", "rows--detail"), width)
        index, part = self._place_of(y + self.scroll_offset.y)
        if index >= self.total:
            return Strip.blank(width, self._style_of(""))
        if part < 0:
            return self._strip(Line(self._heads[index], "rows--title"), width)
        entry = self._entries.get(index)
        if entry is None:
            self.call_later(self._fetch, index // PAGE)
            sign = CUT if self._entries and part == 0 else ""
            return self._strip(Line(sign, "rows--detail"), width)
        lines = self._draw(entry, width)
        line = lines[part] if part < len(lines) else Line("")
        cursor = "rows--cursor" if self.has_focus else "rows--cursor-blurred"
        style = cursor if index == self.cursor else ""
        strip = self._strip(line, width, style)
        is_marked = part == 0 and self._name_of(entry) in self._marked
        return self._with_sign(strip, style or "rows--mark") if is_marked else strip

    def _with_sign(self, strip: Strip, style: str) -> Strip:
        """Return the first line of a marked entry."""
        before, _blank, after = strip.divide([self.sign_at, self.sign_at + 1, strip.cell_length])
        return Strip.join([before, Strip([Segment(SIGN, self._style_of(style))], 1), after])

    def _strip(self, line: Line, width: int, style: str = "") -> Strip:
        """Return a line in the styles of its pieces, or all of it in one."""
        *led, last = line, *line.further
        segments, left = [], width
        for piece in led:
            text = safe(piece.text)
            text = fit(text, min(cell_len(text), left))
            segments.append(Segment(text, self._style_of(style or piece.style)))
            left -= cell_len(text)
        segments.append(Segment(fit(last.text, left), self._style_of(style or last.style)))
        return Strip(segments, width)

    def _style_of(self, name: str) -> Style:
        """Return a style as it is resolved once, and not for every piece of every line."""
        return self.get_component_rich_style(name or "rows--text")

    def _pages_in_view(self) -> range:
        edges = (self.scroll_offset.y, self.scroll_offset.y + self.size.height)
        first, last = (self._place_of(line)[0] // PAGE for line in edges)
        return range(first, last + 1)

    @work(exit_on_error=False, group="page")
    async def _fetch(self, page: int, *, is_anew: bool = False) -> None:
        """Read a page, unless it is being read; the cursor stays on the entry that it is on."""
        if page in self._asked:
            return
        self._asked.add(page)
        held = self.held
        found = await self._read(page * PAGE, PAGE)
        self._sought = ""
        if is_anew and page == self._pages_in_view().start:
            self._entries.clear()
        self._entries.update(enumerate(found, page * PAGE))
        self._follow(held, page)
        self.refresh()
        self.post_message(self.Moved(self, self.entry))

    def _follow(self, name: str, page: int) -> None:
        """Put the cursor on the entry that it was on, where that one has moved in its page."""
        if not name or (self.entry is not None and self._name_of(self.entry) == name):
            self.cursor = self.validate_cursor(self.cursor)
            return
        for index in range(page * PAGE, page * PAGE + PAGE):
            if index in self._entries and self._name_of(self._entries[index]) == name:
                self.cursor = index
                return
        self.cursor = self.validate_cursor(self.cursor)
