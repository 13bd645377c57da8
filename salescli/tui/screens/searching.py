"""Searching in what a page or a pop-up shows: `/`, then one match after the other."""

import re
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from salescli.tui.widgets.key_bar import KeyBar
from salescli.tui.widgets.passage import Searched, Spot
from salescli.tui.widgets.prompt import Prompt

SEARCH = Binding("slash", "search", "Search", id="search", tooltip="Search in what is shown")

FOUND_KEYS = (
    Binding("n", "next_match(1)", "Next", id="search-next", tooltip="The next match"),
    Binding("escape", "end_search", "End search", id="search-end"),
    Binding("N", "next_match(-1)", "Before", id="search-before", tooltip="The match before"),
)
"""The keys of an open search, which come before what they do without one."""


class SearchLine(Prompt):
    """Takes what is searched for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Go through them", id="search-keep"),
        Binding("escape", "screen.end_search", "End search", id="search-leave"),
    ]


class SearchBar(Horizontal):
    """What is searched for, and which of how many matches one is at."""

    def compose(self) -> ComposeResult:
        """Lay out the line and the count."""
        yield SearchLine(placeholder="words to search for", id="search-line")
        yield Static(id="search-count", markup=False)


class Searching(Screen[None]):
    """A screen that shows something that can be searched."""

    _found: Sequence[tuple[Searched, Spot]] = ()
    _present = 0
    _left: Widget | None = None
    _bar: SearchBar | None = None

    @property
    def searched(self) -> Sequence[Searched]:
        """What is searched."""
        raise NotImplementedError

    @property
    def is_searching(self) -> bool:
        """Whether a search is open."""
        return self._bar is not None and self._bar.display

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let the keys of an open search do what they do elsewhere while there is none."""
        if action in {"next_match", "end_search"}:
            return self.is_searching
        return super().check_action(action, parameters)

    async def action_search(self) -> None:
        """Begin to type what is searched for."""
        self._left = self.focused
        if self._bar is None:
            self._bar = SearchBar()
            buttons = self.query(".buttons")
            if buttons:
                await buttons.first().mount(self._bar)
            else:
                await self.mount(self._bar, before=self.query_one(KeyBar))
        self._bar.display = True
        self.query_one(SearchLine).focus()
        self.refresh_bindings()

    @on(Input.Changed, "#search-line")
    def search_anew(self, event: Input.Changed) -> None:
        """Go to the first match of what is typed so far."""
        event.stop()
        self._present = 0
        self.search_again()
        self._show_present()

    @on(Input.Submitted, "#search-line")
    def go_through(self, event: Input.Submitted) -> None:
        """Give the keys back, to go through the matches; without words the search ends."""
        event.stop()
        if event.value.strip():
            self.set_focus(self._left)
        else:
            self.action_end_search()

    def action_next_match(self, by: int) -> None:
        """Go to the next match or the one before; after the last one comes the first again."""
        if self._found:
            self._present = (self._present + by) % len(self._found)
            self._show_present()

    def action_end_search(self) -> None:
        """Mark nothing any more, and give the keys back."""
        if self._bar is None:
            return
        line = self._bar.query_one(SearchLine)
        line.value = ""
        if line.has_focus:
            self.set_focus(self._left)
        self._bar.display = False
        self.search_again()
        self.refresh_bindings()

    def search_again(self) -> None:
        """Find anew in what is shown now."""
        if self._bar is None:
            return
        words = [re.escape(word) for word in self._bar.query_one(SearchLine).value.split()]
        pattern = re.compile(r"\s+".join(words), re.IGNORECASE) if words else None
        for one in self.searched:
            one.marks.pattern = pattern
        self._found = [
            (one, spot) for one in self.searched for spot in one.marks.spots(one.texts())
        ]
        self._present = min(self._present, max(len(self._found) - 1, 0))
        self._mark_present()

    def _show_present(self) -> None:
        self._mark_present()
        if self._found:
            one, spot = self._found[self._present]
            one.bring(spot.line)

    def _mark_present(self) -> None:
        present = self._found[self._present] if self._found else None
        for one in self.searched:
            one.marks.present = present[1] if present is not None and present[0] is one else None
            one.refresh()
        total = len(self._found)
        words = self.query_one(SearchLine).value.strip()
        told = f"{self._present + 1} of {total}" if total else "not found"
        self.query_one("#search-count", Static).update(told if words else "")
