"""`sales board`: the app with its screens, the store's thread and the keys of every screen."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from concurrent.futures import Future
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, TypeVar

from textual import events, work
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.message_pump import MessagePump
from textual.screen import Screen

from salescli.domain.text import printable
from salescli.errors import SalesError
from salescli.services.day import Day
from salescli.tui.desk import Desk, Service
from salescli.tui.kept.drafts import Drafts
from salescli.tui.kept.memory import Memory
from salescli.tui.keys.own_keys import OWN_KEYS, OwnKeys
from salescli.tui.keys.turns import Key, Keys, reach
from salescli.tui.lines.known_lines import known_lines
from salescli.tui.notices import Notices
from salescli.tui.places import DAY, PLACES
from salescli.tui.screens.main import MainScreen
from salescli.tui.widgets.key_bar import PLACE_KEY, keys_of

if TYPE_CHECKING:
    from salescli.services.activities import Done
    from salescli.services.standing import Outcome
    from salescli.tui.widgets.dialog import Dialog

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def _provider(name: str) -> type[Provider]:
    from salescli.tui.lines import palette

    found: type[Provider] = getattr(palette, name)
    return found


LATE = "Waiting for the store; keys are not taken"

WATCH = 1.0
"""Seconds between two looks at whether another program has changed the store."""


class SalesBoard(Notices, OwnKeys):
    """The board."""

    TITLE = "sales"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS = {partial(_provider, "Commands"), partial(_provider, "Records")}  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", "Quit", id="quit", tooltip="Leave the board"),
        Binding("u", "undo", "Undo", id="undo", tooltip="Take your last change back"),
        Binding(
            *("U", "redo", "Redo"),
            show=False,
            id="redo",
            tooltip="Do again what you undid last",
        ),
        Binding(
            "R", "run_process", "Run", id="run-process", tooltip="Run process, which begins a sale"
        ),
        Binding("right_square_bracket", "turn('1')", "Next screen", show=False, id="next-screen"),
        Binding("left_square_bracket", "turn('-1')", "Screen before", show=False, id="last-screen"),
        Binding("f1", "help", "Help", id="help", tooltip="Show the keys of this screen"),
        *(
            Binding(f"f{number}", f"go('{name}')", title, show=False, id=f"{PLACE_KEY}{name}")
            for number, (name, (title, *_class)) in enumerate(PLACES.items(), start=2)
        ),
    ]

    def __init__(
        self,
        desk: Desk,
        day: Future[Day],
        commands: Sequence[str] = (),
        is_reading: Callable[[Sequence[str]], bool] = bool,
    ) -> None:
        """Wait for the day; a store that cannot be read refuses the board before it draws.

        Raises:
            SalesError: the store cannot be read.
        """
        super().__init__()
        self.desk = desk
        self.drafts = Drafts(desk.context.home)
        self.memory = Memory(desk.context.home)
        self.keys = Keys(self._hand_on, self._reached_by_keys, self._tell_late)
        self.first = day.result()
        self.lines = self.memory.lines
        self.is_reading = is_reading
        self.commands = known_lines(commands, is_read_only=desk.context.is_read_only)
        self.place = DAY
        self._is_watching = False
        self.has_quieted = False

    def on_mount(self) -> None:
        """Take theme and keys of one's own; begin to hear keys, the store and the system."""
        if self.memory.theme in self.available_themes:
            self.theme = self.memory.theme
        self.theme_changed_signal.subscribe(self, lambda theme: self.memory.keep(theme=theme.name))
        if (own := self.desk.context.home / OWN_KEYS).exists():
            self.run_worker(self.attempt(self.take_keys(own)), exit_on_error=False)
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._leave, 128 + number)
        self.run_worker(self.keys.run(), group="keys")
        self.set_interval(WATCH, self._watch_again)

    def get_default_screen(self) -> Screen[Any]:
        """Return the day: the other screens come over it, and nothing is drawn before it."""
        return self.get_screen(self.installed(DAY))

    def installed(self, name: str) -> str:
        """Load and install a screen of the bar when it is first shown; return its name."""
        if not self.is_screen_installed(name):
            place = PLACES[name]
            module = import_module(f"salescli.tui.screens.{place.module}")
            self.install_screen(getattr(module, place.name)(), name)
        return name

    async def on_event(self, event: events.Event) -> None:
        """Let keys wait their turn."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self.keys.press(event)
        else:
            await super().on_event(event)

    async def _hand_on(self, key: Key) -> None:
        """Let a key act; Esc also closes what was told."""
        is_escape = isinstance(key, events.Key) and key.key == "escape"
        self.has_quieted = is_escape and bool(self._notifications)
        if is_escape:
            self.clear_notifications()
        await super().on_event(key)

    def _reached_by_keys(self) -> list[MessagePump]:
        if not self.screen_stack:
            return []
        return list((self.focused or self.screen).ancestors_with_self)

    def _tell_late(self) -> None:
        self.notify(LATE, severity="warning", markup=False)

    def _leave(self, code: int) -> None:
        """Leave; what stands in a form is kept for the next time."""
        from salescli.tui.widgets.form import Form

        for screen in self.screen_stack:
            if isinstance(screen, Form):
                self.drafts.keep(screen.about, screen.typed)
        self.exit(code)

    async def on_unmount(self) -> None:
        """Close the store, however the board ends."""
        await self.desk.close()

    async def action_quit(self) -> None:
        """Leave."""
        self._leave(0)

    def action_help_quit(self) -> None:
        """Say how to leave: Ctrl+C is for copying."""
        self.notify("q quits; Esc leaves a form or a dialog first", markup=False)

    @work(exit_on_error=False, group="watch")
    async def _watch_again(self) -> None:
        if not self._is_watching:
            self._is_watching = True
            await self.watch_store()
            self._is_watching = False

    async def watch_store(self) -> None:
        """Show what another program has changed."""
        await self.attempt(self._watch())

    async def _watch(self) -> None:
        if await self.desk.has_changed():
            self.refill()

    def refill(self) -> None:
        """Read anew what is shown; a screen below reads when it is shown again."""
        shown = [screen for screen in self.screen_stack if isinstance(screen, MainScreen)]
        for screen in shown[-1:]:
            screen.refresh_bindings()
            screen.refill()

    def flow(self, steps: Coroutine[Any, Any, None]) -> None:
        """Run questions and their change in the background; a refusal is told.

        What was told before is over: a form shows only what its own flow has told.
        """
        self.clear_notifications()
        self.keys.hold()
        self._run_flow(steps)

    @work(exit_on_error=False)
    async def _run_flow(self, steps: Coroutine[Any, Any, None]) -> None:
        try:
            if not await self.attempt(steps):
                self.refill()
        finally:
            self.keys.release()

    async def take_told(self) -> str:
        """Return what stands told, and clear it: a dialog that comes over it shows it itself."""
        await reach(self)
        told = (line for one in self._notifications for line in one.message.split("\n"))
        said = "\n".join(line for line in told if line != LATE)
        self.clear_notifications()
        return said

    async def ask(self, dialog: "Dialog[Answer]") -> Answer | None:
        """Show a dialog in a flow, and return its answer."""
        answered: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        await self.show(dialog, answered.set_result)
        with self.keys.free():
            return await answered

    async def show(
        self, dialog: "Dialog[Answer]", answer: Callable[[Answer | None], None] | None = None
    ) -> None:
        """Show a dialog until it has the keys; what was told before stands in it."""
        dialog.hear(await self.take_told())
        await self.push_screen(dialog, answer)
        await reach(self)

    async def attempt(self, steps: Awaitable[Any]) -> bool:
        """Wait for something that may be refused; tell the refusal, and whether it was done."""
        try:
            await steps
        except SalesError as refusal:
            from salescli.tui.flows.asking import told

            self.clear_notifications()
            self.notify(told(self, refusal), severity="error", timeout=10, markup=False)
        except Exception as failure:  # noqa: BLE001 - the last line before the user
            from salescli.failures import of_program

            said = of_program(failure)
            text = printable(f"{said.message}\n{said.hint}")
            self.clear_notifications()
            self.notify(text, severity="error", timeout=30, markup=False)
        else:
            return True
        return False

    async def change(
        self,
        words: str,
        service: "Service[Given, Outcome | Done]",
        *args: Given.args,
        **given: Given.kwargs,
    ) -> None:
        """Run a service that changes something, and tell what it did."""
        outcome = await self.desk.change(words, service, *args, **given)
        self.tell(outcome.changes, outcome.warnings)

    def tell(self, changes: Sequence[str], warnings: Sequence[str] = ()) -> None:
        """Tell what has happened in place of what was told before, and show it."""
        from salescli.domain.labels import in_words
        from salescli.tui.keys.in_keys import in_keys

        self.clear_notifications()
        if changes:
            text = in_keys(self, in_words("\n".join(changes)))
            self.notify(printable(text), markup=False)
        if warnings := [*warnings, *self.desk.take_remarks()]:
            text = printable(in_keys(self, "\n".join(warnings)))
            self.notify(text, severity="warning", timeout=8, markup=False)
        self.refill()

    def open_sale(self, reference: str) -> None:
        """Show an opportunity, or a sale that has none yet."""
        self.flow(self._open_sale(reference))

    async def _open_sale(self, reference: str) -> None:
        from salescli.tui.screens.opportunity import OpportunityScreen

        if isinstance(self.screen, OpportunityScreen):
            page = self.screen
            page.show(reference)
        else:
            page = OpportunityScreen(reference)
            self.push_screen(page)
        await page.is_read.wait()

    def open_record(self, noun: str, reference: str) -> None:
        """Show an account or a lead."""
        from salescli.tui.screens.record import RecordScreen

        self.push_screen(RecordScreen(noun, reference))

    def action_go(self, place: str) -> None:
        """Show one of the screens of the bar: the day lies below the others, pages above them."""
        before, self.place = self.place, place
        while len(self.screen_stack) > (1 if DAY in {before, place} else 2):
            self.pop_screen()
        if place in {before, DAY}:
            return
        show = self.push_screen if before == DAY else self.switch_screen
        show(self.installed(place))

    def action_turn(self, by: str) -> None:
        """Show the next screen of the bar, or the one before: `1` or `-1`."""
        places = list(PLACES)
        self.action_go(places[(places.index(self.place) + int(by)) % len(places)])

    def action_undo(self) -> None:
        """Take back the last change of the user."""
        from salescli.tui.flows import taking_back

        self.flow(taking_back.undo(self))

    def action_redo(self) -> None:
        """Do again what the user undid last."""
        from salescli.tui.flows import taking_back

        self.flow(taking_back.redo(self))

    def action_run_process(self) -> None:
        """Ask which process to run, and for whom."""
        from salescli.tui.flows.running import pick_process

        self.flow(pick_process(self))

    def action_help(self) -> None:
        """Show every key of this screen."""
        from salescli.tui.widgets.pop_up import PopUp

        self.clear_notifications()
        self.push_screen(PopUp("Keys", keys_of(self.screen)))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Return what the palette offers beside records."""
        from salescli.tui.lines import palette

        return palette.commands_of(self, screen, super().get_system_commands(screen))
