"""Keys wait their turn: each acts on what the one before it has brought to the screen.

Without that, what somebody types ahead, pastes or replays would run as commands of the screen
below, while the prompt or the form that was asked for is still on its way.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from textual import events
from textual.message_pump import MessagePump

Key = events.Key | events.Paste

ROUNDS = 3
"""A key asks for an action, that for a message, that for a focus."""

LIMIT = 0.2
"""Seconds after which what is being closed, or waits itself, is waited for no longer."""

PATIENCE = 0.9
"""Seconds of work after which it is told, and what was typed ahead is dropped."""


class Keys:
    """The keys that were pressed and not handed on yet."""

    def __init__(
        self,
        hand_on: Callable[[Key], Awaitable[None]],
        reached: Callable[[], list[MessagePump]],
        is_late: Callable[[], None],
    ) -> None:
        self._hand_on = hand_on
        self._reached = reached
        self._is_late = is_late
        self._pressed: asyncio.Queue[Key] = asyncio.Queue()
        self._free = asyncio.Event()
        self._free.set()
        self._holds = 0
        self._clock: asyncio.TimerHandle | None = None
        self._is_dropping = False
        self._dropped = 0
        self._is_acting = False

    @property
    def are_settled(self) -> bool:
        """Whether no key waits or acts, and nothing holds those that come."""
        return self._pressed.empty() and not self._is_acting and self._free.is_set()

    def press(self, key: Key) -> None:
        """Take a key; while work is late, what it would act on cannot be known."""
        if not self._is_dropping:
            self._pressed.put_nowait(key)

    async def run(self) -> None:
        """Hand on one key after another."""
        while True:
            key = await self._pressed.get()
            dropped = self._dropped
            self._is_acting = True
            try:
                await self._ready()
                if dropped == self._dropped:
                    await self._hand_on(key)
            finally:
                self._is_acting = False

    def hold(self) -> None:
        """Hold the keys back from now on."""
        self._holds += 1
        self._free.clear()
        if self._clock is None:
            self._clock = asyncio.get_running_loop().call_later(PATIENCE, self._run_late)

    def release(self) -> None:
        """Let the keys go that were held back, unless somebody else holds them too."""
        self._holds -= 1
        if self._holds:
            return
        self._is_dropping = False
        self._free.set()
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    @contextmanager
    def free(self) -> Iterator[None]:
        """Let the keys go for as long as somebody is asked."""
        self.release()
        try:
            yield
        finally:
            self.hold()

    def _run_late(self) -> None:
        self._is_dropping = True
        self._dropped += 1
        while not self._pressed.empty():
            self._pressed.get_nowait()
        self._is_late()

    async def _ready(self) -> None:
        """Wait until nothing holds the keys, and every message of the key before has arrived."""
        while True:
            await self._free.wait()
            for _ in range(ROUNDS):
                for pump in self._reached():
                    await reach(pump)
            if self._free.is_set():
                return


async def reach(pump: MessagePump) -> None:
    """Wait until what was sent to a part of the board has arrived there."""
    arrived = asyncio.Event()
    if pump.call_later(arrived.set):
        with suppress(TimeoutError):
            async with asyncio.timeout(LIMIT):
                await arrived.wait()
