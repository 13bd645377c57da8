"""The store as the screens reach it: services run one after another on a thread of their own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from salescli.context import AppContext
from salescli.tui.read_only import require_writing

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
Service = Callable[Concatenate[Any, Given], Answer]

FRONT_END = "board"


class Desk:
    """Keeps one connection open, on the one thread that may use it.

    What is asked waits for what was asked before it, so a change is never overtaken by a look.
    """

    def __init__(self, context: AppContext) -> None:
        self.context = context
        self._thread = ThreadPoolExecutor(1, "store")
        self._version: int | None = None
        self._is_closed = False
        self.has_changed_once = False
        """Whether anybody has changed something since the board was opened."""

    async def look(
        self, service: Service[Given, Answer], *args: Given.args, **given: Given.kwargs
    ) -> Answer:
        """Return what a service that only reads says."""
        return await self._run(partial(self._call, service, *args, **given))

    def look_ahead(
        self, service: Service[Given, Answer], *args: Given.args, **given: Given.kwargs
    ) -> Future[Answer]:
        """Begin to ask a service that only reads, before there is a screen that could wait."""
        return self._thread.submit(partial(self._call, service, *args, **given))

    async def change(
        self, words: str, service: Service[Given, Answer], *args: Given.args, **given: Given.kwargs
    ) -> Answer:
        """Return what a service says that changes something; `words` are the same on a shell.

        Raises:
            RuleError: the board is read-only.
        """
        require_writing(self.context)
        answer = await self._run(partial(self._call_as, words, service, *args, **given))
        self.has_changed_once = True
        return answer

    async def has_changed(self) -> bool:
        """Whether another program has changed the store since this was asked last."""
        return await self._run(self._look_at_version)

    async def close(self) -> None:
        """Close the store; whoever still asks for something is canceled."""
        if self._is_closed:
            return
        await self._run(self.context.close)
        self._is_closed = True
        self._thread.shutdown(wait=False)

    def take_remarks(self) -> list[str]:
        """Return what the user should know beside the answers, once."""
        remarks, self.context.remarks[:] = list(self.context.remarks), []
        return remarks

    async def _run(self, call: Callable[[], Answer]) -> Answer:
        if self._is_closed:
            raise asyncio.CancelledError
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def _call(
        self, service: Service[Given, Answer], *args: Given.args, **given: Given.kwargs
    ) -> Answer:
        if self._version is None:
            self._version = self.context.unit.version()
        return service(self.context.unit, *args, **given)

    def _call_as(
        self, words: str, service: Service[Given, Answer], *args: Given.args, **given: Given.kwargs
    ) -> Answer:
        unit = self.context.unit
        unit.command, unit.front_end = words, FRONT_END
        return service(unit, *args, **given)

    def _look_at_version(self) -> bool:
        before, self._version = self._version, self.context.unit.version()
        has_changed = before is not None and before != self._version
        if has_changed:
            self.has_changed_once = True
            self.context.unit.forget()
        return has_changed
