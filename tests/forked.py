"""Runs the program in a copy of this process, which knows all modules already.

A new interpreter has to load them first. Who tests how the program begins runs one.
"""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import IO, NamedTuple

from salescli.__main__ import main

DEADLINE = 120.0
"""Seconds after which a program that has not ended is killed."""

GLANCE = 0.002


def run_here(words: Sequence[str]) -> None:
    """Run a command on the streams that a forked process has; it ends with the command."""
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - ends with the process
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = ["sales", *words]
    main()


class Ended(NamedTuple):
    """What a program has written, and how it ended."""

    code: int
    out: str
    err: str


class Forked:
    """A program with an environment of its own that runs beside this one, and reads nothing."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        self._files = tuple(tempfile.TemporaryFile() for _stream in range(2))  # noqa: SIM115
        self._status: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            self._become(words, environment)

    def _become(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        """Run the command in the forked process, which ends with it."""
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            for number, file in enumerate(self._files, start=1):
                os.dup2(file.fileno(), number)
            os.environ.clear()
            os.environ.update(environment)
            time.tzset()
            run_here(words)
        finally:
            os._exit(99)

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        if self._status is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = status if ended else None
        return self._status is not None

    def kill(self) -> None:
        """Kill the process as nothing can be caught, if it is there still."""
        if not self.has_ended:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> Ended:
        """Return how it ended, as soon as it has."""
        until = time.monotonic() + DEADLINE
        while not self.has_ended:
            if time.monotonic() > until:
                self.kill()
            time.sleep(GLANCE)
        out, err = (self._written(file) for file in self._files)
        return Ended(os.waitstatus_to_exitcode(self._status or 0), out, err)

    @staticmethod
    def _written(file: IO[bytes]) -> str:
        with file:
            file.seek(0)
            return file.read().decode()


def program(words: Sequence[str], environment: Mapping[str, str]) -> Ended:
    """Run a command to its end."""
    return Forked(words, environment).wait()
