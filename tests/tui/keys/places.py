"""Where keys work: every screen, page, dialog and line of the board, and how to come there."""

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from textual.binding import Binding
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, OptionList

import salescli.tui
from salescli.tui.app import SalesBoard
from salescli.tui.places import PLACES as BAR
from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.form import Form
from salescli.tui.widgets.rows import Rows
from tests.shop import Shop
from tests.tui.harness import Driver

PLACES = {
    "today": "f2 ACT-2",
    "pipeline": "f3 OPP-1",
    "activities": "f4 ACT-2",
    "accounts": "f5 ACC-1",
    "leads": "f6 LEAD-2",
    "plan": "f7",
    "log": "f8 RUN-2",
    "sale": "f4 ACT-2 o",
    "account": "f5 ACC-1 enter OPP-1",
    "lead": "f6 LEAD-1 enter OPP-4",
    "form": "f2 RUN-1 enter",
    "names": "f3 OPP-1 e enter down",
    "text": "f2 ACT-2 n",
    "choice": "f2",
    "pop-up": "f2 f1",
    "command": "f2 colon",
    "filter": "f4 slash",
    "search": "f4 ACT-2 o slash",
    "found": "f5 ACC-1 enter slash b enter",
    "found in a pop-up": "f2 f1 slash e enter",
}
"""Place -> the keys that lead there; a handle puts the cursor on it."""

SCREENS = tuple(PLACES)[:10]
"""Those that are neither a dialog nor a line to type into."""

OF_THE_APP = ("today", "pipeline", "sale")
"""Where the keys of the app are pressed; elsewhere it is looked that they act."""

OPTIONS = tuple(f"option {number}" for number in range(1, 11))
"""What is asked at the place `choice`; only of ten on a number can begin another one."""

MOST = 4
"""No key makes more changes."""

Key = tuple[type, str]
"""A class that binds a key, and the key."""


@dataclass
class Stand:
    """Somebody who stands at one of the places; `picked` and `ended` are what came of it.

    `screen` is the last one on the way, which goes on from there at `rest`; `came_to` is how it
    looked at the place, and `changes` how many the history had when all was last as before.
    """

    board: Driver
    team: Shop
    place: str
    picked: list[int | None] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    screen: Screen[Any] | None = None
    rest: int = 0
    came_to: tuple[object, ...] = ()
    changes: int = 0

    def proves(self, one: type) -> bool:
        """Whether the keys of a class are pressed at the place."""
        return one is not SalesBoard or self.place in OF_THE_APP

    @property
    def about(self) -> str:
        """What the cursor is on, a run by its opportunity, or the page is about."""
        pages = {"log": "OPP-1", "sale": "OPP-1", "account": "ACC-1", "lead": "LEAD-1"}
        pages["found"] = "ACC-1"
        return pages.get(self.place) or PLACES[self.place].split()[-1]

    @property
    def line(self) -> str:
        """What the cursor is on, on a page too."""
        if self.place == "found":
            return "OPP-1"
        return PLACES[self.place].split()[-1] if self.place in {"account", "lead"} else self.about

    async def come(self) -> None:
        """Leave what is open, and come to the place, unless one is there."""
        is_here = bool(self.came_to) and self.came_to == _whereabouts(self.board)
        if not is_here:
            await leave(self.board)
        self.ended.clear()
        self.picked.clear()
        if not is_here:
            await self._walk()
        if self.place not in SCREENS:
            self.came_to = _whereabouts(self.board)

    async def _walk(self) -> None:
        """Go the rest of the way from the last screen of it, or all of it."""
        way = PLACES[self.place].split()
        if self.board.app.screen is not self.screen:
            self.rest = 0
        for place, word in enumerate(way[self.rest :], self.rest):
            if "-" in word:
                put_cursor(self.board, word)
            elif not self._shows(word):
                await self.board.burst(word)
            if self.board.app.screen is not self.screen and "-" not in word:
                self._reach(place + 1)
        if self.place == "choice":
            self.board.app.flow(self._choose())
            await self.board.settle()

    def _reach(self, rest: int) -> None:
        """Know a screen that is on the way, and from where on the way goes on from there."""
        if not isinstance(self.board.app.screen, ModalScreen):
            self.screen, self.rest = self.board.app.screen, rest

    def _shows(self, key: str) -> bool:
        """Whether a key leads to a screen of the bar that is shown already."""
        app = self.board.app
        shown = f"f{list(BAR).index(app.place) + 2}"
        return key == shown and app.screen is app.get_screen(app.place)

    async def take_back(self, before: object) -> None:
        """Take back what has changed since the store was like that."""
        for _ in range(MOST):
            changes = self._count()
            if changes == self.changes or before == self.team.dump():
                self.changes = changes
                return
            await leave(self.board)
            await self.board.burst("u")
        raise AssertionError(f"{self.board.told}")

    def _count(self) -> int:
        """Return how many changes the history has; what is not in it has not changed."""
        return int(self.team.rows("SELECT count(*) FROM change_set")[0][0])

    async def _choose(self) -> None:
        self.picked.append(await self.board.app.ask(Choice("Which?", OPTIONS)))


def _whereabouts(board: Driver) -> tuple[object, ...]:
    """Return what tells one place from another: its screen, what has the keys, and all of it."""
    return board.app.screen, board.app.focused, board.text


async def leave(board: Driver) -> None:
    """Leave forms, questions, pop-ups and lines to type into."""
    while isinstance(board.app.screen, ModalScreen) or isinstance(board.app.focused, Input):
        form = board.app.screen
        await board.burst("escape")
        if isinstance(form, Form):
            board.app.drafts.keep(form.about, {})


def put_cursor(board: Driver, text: str) -> None:
    """Put the cursor of a list of the screen on the entry that has a text."""
    for rows in board.app.screen.query(Rows):
        for place in range(rows.total):
            if text in f"{rows._entries[place]}":
                board.app.screen.set_focus(rows)
                rows.cursor = place
                return
    raise AssertionError(f"{text} is not here:\n{board.text}")


def keys_of_the_board() -> Iterator[Key]:
    """Yield every key that a class of the board binds."""
    for module in pkgutil.walk_packages(salescli.tui.__path__, "salescli.tui."):
        found = importlib.import_module(module.name)
        for _name, one in inspect.getmembers(found, inspect.isclass):
            if one.__module__ == module.name:
                yield from ((one, key) for key in _bound_by(one))


def keys_here(board: Driver) -> Iterator[Key]:
    """Yield those keys of the board's classes that act where one is."""
    for key, active in board.app.screen.active_bindings.items():
        for one in type(active.node).__mro__:
            if key in _bound_by(one):
                if one.__module__.startswith("salescli."):
                    yield one, key
                break


def _bound_by(one: type) -> list[str]:
    return [binding.key for binding in Binding.make_bindings(vars(one).get("BINDINGS", ()))]


def mover(board: Driver) -> tuple[Callable[[], float], Callable[[float], Any], float]:
    """Return how far down one is, how to go elsewhere, and how far down one can be."""
    here = board.app.focused
    if isinstance(here, Rows):
        return lambda: here.cursor, lambda to: setattr(here, "cursor", int(to)), here.total - 1
    if isinstance(here, OptionList):
        last = here.option_count - 1
        return lambda: here.highlighted or 0, lambda to: setattr(here, "highlighted", int(to)), last
    page: Any = here or board.app.screen.query_one("#sale")
    return (
        lambda: page.scroll_y,
        lambda to: page.scroll_to(y=to, animate=False, immediate=True),
        page.max_scroll_y,
    )


Proof = Callable[[Stand, str], Awaitable[None]]
"""Presses a key at a place, and says what is so then."""
