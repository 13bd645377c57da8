"""Runs the board without a terminal, presses its keys and reads its screen."""

import asyncio
import unicodedata
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from unittest import mock

from textual import events
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.command import CommandPalette
from textual.keys import _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot

from salescli.commands.shared.catalog import is_reading
from salescli.context import AppContext
from salescli.services import day
from salescli.tui.app import SalesBoard
from salescli.tui.desk import Desk
from salescli.tui.widgets.form import Form
from salescli.tui.widgets.pop_up import PopUp
from salescli.tui.widgets.rows import Rows
from tests.shop import Shop

Answer = TypeVar("Answer")
Steps = Callable[["Driver"], Awaitable[None]]

PATIENCE = 120
"""Seconds after which a board that has stopped is given up."""

LONG = 600
"""Seconds for which what is told stays, however slow the machine is."""

READING = {"fill", "filter", "page", "complete", CommandPalette._GATHER_COMMANDS_GROUP}
"""The groups of workers that bring to the screen what the store holds."""

IDLE = ("textual.app.wait_for_idle", "textual.pilot.wait_for_idle")
"""Where the library guesses by the clock whether all is done; here it is known."""

TURNS = 2
"""In so many turns on end nothing has to begin before all is done."""

GLANCE = 0.002
"""Seconds between two looks at whether what works beside the screen has ended."""


draw = Compositor.render_update
"""What the library draws with."""


class CountingDesk(Desk):
    """Counts who waits for the store."""

    waiting = 0

    async def _run(self, call: Callable[[], Answer]) -> Answer:
        self.waiting += 1
        try:
            return await super()._run(call)
        finally:
            self.waiting -= 1


class Driver:
    """Somebody at the board."""

    def __init__(self, app: SalesBoard, pilot: Pilot[Any], desk: CountingDesk) -> None:
        self.app = app
        self.pilot = pilot
        self.desk = desk

    async def press(self, *keys: str) -> None:
        """Press keys one after another, each when what the one before began is done."""
        for key in keys:
            await self.burst(key)

    async def type(self, text: str) -> None:
        """Type a text into the input that has the keys."""
        await self.burst(*text)

    async def burst(self, *keys: str) -> None:
        """Press keys at once, as a paste, a macro or a slow line does."""
        for key in keys:
            self.app.post_message(_event(key))
        await self.settle()

    async def paste(self, text: str) -> None:
        """Paste a text."""
        self.app.post_message(events.Paste(text))
        await self.settle()

    @property
    def form(self) -> Form:
        """The form that is open."""
        assert isinstance(self.app.screen, Form)
        return self.app.screen

    def fill(self, name: str, text: str) -> None:
        """Put a text into a field of the open form."""
        field = self.form.widget(name)
        field.choose_all()
        field.add(text)

    async def settle(self) -> None:
        """Wait until the store has answered and the screen shows it.

        All is done when nothing is left that the loop could run next, nobody waits for the store or
        for a worker, and to draw the screen does not begin anything more.
        """
        ready, quiet = asyncio.get_running_loop()._ready, 0  # type: ignore[attr-defined]
        while quiet < TURNS and not self.app._exit and self.app.is_running:
            await asyncio.sleep(0)
            quiet = quiet + 1 if not (ready or self._is_awaited or self._draws()) else 0
            if not ready and self._is_awaited:
                await asyncio.sleep(GLANCE)

    def _draws(self) -> bool:
        """Lay out what has changed, and draw the lists, which read what comes into view.

        Return whether there was anything. All else is drawn when somebody looks at it.
        """
        screen = self.app.screen
        compositor = screen._compositor
        has_changed = (
            *(screen._layout_required, screen._scroll_required, screen._repaint_required),
            *(screen._recompose_required, screen._dirty_widgets, screen._callbacks),
            compositor._dirty_regions,
        )
        if not any(has_changed):
            return False
        screen._on_timer_update()
        if compositor._dirty_regions:
            compositor._dirty_regions.clear()
            for rows in screen.query(Rows):
                if rows.is_on_screen:
                    rows.render_lines(rows.size.region)
        return True

    @property
    def _is_awaited(self) -> bool:
        """Whether somebody waits for something that is not the loop's turn."""
        app = self.app
        return (
            bool(self.desk.waiting or app._resize_timer or app.animator._animations)
            or any(one.group in READING for one in app.workers)
            or not app.keys.are_settled
        )

    async def printed(self) -> None:
        """Wait until a command that runs as a program of its own has ended and is shown."""
        while not isinstance(self.app.screen, PopUp):
            await asyncio.sleep(GLANCE)
        await self.settle()

    @property
    def text(self) -> str:
        """What the screen shows, with what lies under a dialog."""
        visible_screen_stack.set(self.app._background_screens)
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    @property
    def told(self) -> str:
        """What was told in notifications, the newest last."""
        return "\n".join(one.message for one in self.app._notifications)

    @property
    def reference(self) -> str:
        """What the cursor of the list with the keys is on."""
        assert isinstance(self.app.focused, Rows)
        entry = self.app.focused.entry
        assert entry is not None
        return str(entry.reference)

    @property
    def focused(self) -> str:
        """The name of the widget that has the keys."""
        return type(self.app.focused).__name__


def _event(key: str) -> events.Key:
    """Return what a terminal tells of a key, given by its name or by the character it types."""
    name = _character_to_key(key) if len(key) == 1 else key
    try:
        return events.Key(name, unicodedata.lookup(_get_unicode_name_from_key(name)))
    except KeyError:
        return events.Key(name, key if len(key) == 1 else None)


def leave_undrawn(compositor: Compositor, *, full: bool = False, **how: Any) -> Any:
    """Draw a picture, but not what changes: nobody sees that before all is done."""
    return draw(compositor, full=True, **how) if full else None


async def idle(_least: float = 0, _most: float = 0) -> None:
    """Give way to what waits, and to no clock."""
    await asyncio.sleep(0)


def at_the_board(
    shop: Shop, steps: Steps, size: tuple[int, int] = (80, 24), *, is_read_only: bool = False
) -> None:
    """Open the board of a shop, let somebody work at it, and close it."""

    async def run() -> None:
        context = AppContext(home=shop.home, now=shop.clock)
        context.is_read_only = is_read_only
        desk = CountingDesk(context)
        app = SalesBoard(desk, desk.look_ahead(day.read), is_reading=is_reading)
        app.animation_level = "none"
        app.NOTIFICATION_TIMEOUT = LONG  # type: ignore[misc]
        async with app.run_test(size=size, notifications=True) as pilot:
            driver = Driver(app, pilot, desk)
            async with asyncio.timeout(PATIENCE):
                await driver.settle()
                await steps(driver)
                await driver.settle()
                if app.is_running:
                    assert driver.text, "what it ended with can be drawn"

    drawn = mock.patch.object(Compositor, "render_update", leave_undrawn)
    with mock.patch(IDLE[0], idle), mock.patch(IDLE[1], idle), drawn:
        asyncio.run(run())
