"""Runs the program as a process of its own, watches what it holds, and kills it.

The process begins as a copy of this one: no change can be lost while modules are loaded.
"""

import fcntl
import os
import random
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from salescli.store.engine import FILE_NAME
from tests.forked import Forked

NOW = "2026-11-23T17:00:00+00:00"
"""The evening of the day that the scenes tell of."""

GLANCE = 0.0002
"""Seconds between two looks at the program."""

_FLOCK = "hhqqi4x"
_WRITER_BYTE = 120
"""Where a writer holds its lock in the file beside a write-ahead log; SQLite's format says so."""


class Course(NamedTuple):
    """When, in seconds from its start, a command opened the store, wrote first and last, ended."""

    opened: float
    began: float
    committed: float
    ended: float


class Ended(NamedTuple):
    """How a command came to its end, killed or not."""

    code: int
    answer: str
    complaint: str
    was_writing: bool

    def is_acknowledged(self, told: str) -> bool:
        """Whether the command has said, to whoever called it, that it was done."""
        return self.code == 0 or bool(self.answer and told in self.answer)


class Program:
    """A running command."""

    def __init__(self, home: Path, words: tuple[str, ...]) -> None:
        self.home = home
        self._lock_file = -1
        self.started = time.monotonic()
        self.process = Forked(words, os.environ | own_environment(home))

    @property
    def age(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.has_ended

    @property
    def has_opened(self) -> bool:
        """Whether the process has the store open."""
        store = str(self.home / FILE_NAME)
        return any(target.startswith(store) for target in _open_files(self.process.pid))

    @property
    def is_writing(self) -> bool:
        """Whether a transaction that writes is open, by the lock that SQLite holds for it."""
        if self._lock_file < 0:
            try:
                self._lock_file = os.open(self.home / f"{FILE_NAME}-shm", os.O_RDONLY)
            except OSError:
                return False
        asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, _WRITER_BYTE, 1, 0)
        kind: int = struct.unpack(_FLOCK, fcntl.fcntl(self._lock_file, fcntl.F_GETLK, asked))[0]
        return kind != fcntl.F_UNLCK

    def kill(self) -> Ended:
        """Kill the process as nothing can be caught, and return what was left."""
        was_writing = self.is_writing
        self.process.kill()
        return self.wait()._replace(was_writing=was_writing)

    def wait(self) -> Ended:
        """Return how the process ended by itself."""
        ended = self.process.wait()
        if self._lock_file >= 0:
            os.close(self._lock_file)
        return Ended(*ended, was_writing=False)


def own_environment(home: Path) -> dict[str, str]:
    """Return the variables that make a command the same in every run."""
    return {
        "SALES_HOME": str(home),
        "SALES_ME": "ana",
        "SALES_CURRENCY": "EUR",
        "SALES_NOW": NOW,
        "TZ": "UTC",
    }


def _open_files(pid: int) -> Iterator[str]:
    folder = f"/proc/{pid}/fd"
    try:
        for name in os.listdir(folder):  # noqa: PTH208 - a Path each would take longer than the look
            yield os.readlink(f"{folder}/{name}")  # noqa: PTH115
    except OSError:
        return


def run(home: Path, words: tuple[str, ...]) -> Ended:
    """Run a command to its end."""
    return Program(home, words).wait()


def watched(home: Path, words: tuple[str, ...]) -> tuple[Ended, Course]:
    """Run a command to its end, and learn when it did what."""
    program = Program(home, words)
    opened = began = committed = 0.0
    while not program.has_ended:
        opened = opened or (program.age if program.has_opened else 0.0)
        if program.is_writing:
            committed = program.age
            began = began or committed
        time.sleep(GLANCE)
    age = program.age
    return program.wait(), Course(opened or age, began or age, committed or age, age)


def killed(home: Path, words: tuple[str, ...], course: Course, chance: random.Random) -> Ended:
    """Run a command and kill it at a random moment, mostly once it has opened the store.

    Only a few milliseconds lie between BEGIN and the answer: two kills of three wait for the store
    to be opened or written, then chance has its say.
    """
    program = Program(home, words)
    moment: Callable[[], bool]
    moment, span = chance.choice(
        (
            (lambda: True, course.ended),
            (lambda: program.has_opened, course.ended - course.opened),
            (lambda: program.is_writing, course.committed - course.began),
        )
    )
    while not (moment() or program.has_ended):
        time.sleep(GLANCE)
    time.sleep(chance.uniform(0, span))
    return program.kill()
