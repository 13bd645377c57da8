"""Kills commands that write, and looks at what they leave: what was said to be done is done, and
nothing is done by half.
"""

import os
import random
import shlex
import shutil
import signal
import sqlite3
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from salescli.cli import run as run_here
from salescli.store.daily import FOLDER
from salescli.store.engine import open_connection
from tests.durability import killing
from tests.durability.killing import Course, Ended
from tests.durability.records import State, copies_of, faults, state_of, state_of_copy
from tests.durability.scenes import AFTER_TEAM, KEPT, SCENES, copy_store, write_files
from tests.durability.writers import Writer

READER = ("config",)
"""A command that changes nothing but what the first use of a store changes."""


class Expected(NamedTuple):
    """What a store may hold after a command was killed: the first state, the last, or between."""

    states: list[State]
    copies: Counter[str]
    course: Course

    def place_of(self, state: State, copies: Counter[str]) -> str:
        """Return where in its course a command was stopped; empty when that is nowhere."""
        if state == self.states[-1] and self.copies <= copies:
            return "after"
        if state == self.states[0]:
            return "before"
        return "between" if state in self.states else ""


class Harness:
    """A folder with the scenes, made once, and a copy of one for each command that is killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[Writer, Expected] = {}
        self._openings: dict[str, list[State]] = {}
        self._number = 0
        write_files(folder / "files")

    def kill_at_random(self, writer: Writer, chance: random.Random) -> Counter[str]:
        """Kill the program at a moment of chance, check what is left, and count what was hit."""
        expected = self.expected(writer)
        home = self.copy(writer)
        words = self.words(writer)
        ended = killing.killed(home, words, expected.course, chance)
        place = self._check(writer, home, ended)
        self._go_on(writer, home, place)
        shutil.rmtree(home)
        return Counter(
            {
                "kills": ended.code != 0,
                "ended before the kill": ended.code == 0,
                "while writing": ended.was_writing,
                "acknowledged": ended.is_acknowledged(writer.told),
                place: 1,
            }
        )

    def kill_at_statement(self, writer: Writer, number: int) -> None:
        """Kill the command just before it runs a statement, and check what is left."""
        self.expected(writer)
        home = self.copy(writer)
        code = forked(home, self.words(writer), number)
        assert -signal.SIGKILL == code, f"{writer.name}: statement {number} was not reached"
        self._check(writer, home, Ended(code, "", "", was_writing=False))
        shutil.rmtree(home, ignore_errors=True)

    def statements(self, writer: Writer) -> int:
        """Return how many statements a command runs from opening the store to its end."""
        self.expected(writer)
        home = self.copy(writer)
        counter = self.folder / "counter"
        assert 0 == forked(home, self.words(writer), 0, counter)
        shutil.rmtree(home)
        return int(counter.read_text("utf-8"))

    def expected(self, writer: Writer) -> Expected:
        """Return what the command may leave, from a twin that nobody kills."""
        if writer not in self._known:
            self._known[writer] = self._learn(writer)
        return self._known[writer]

    def copy(self, writer: Writer) -> Path:
        """Return the folder of a new copy of a writer's scene."""
        self._number += 1
        home = self.folder / f"store {self._number}"
        copy_store(self._scene(writer.scene), home)
        return home

    def _scene(self, name: str) -> Path:
        """Return the folder of a scene, which is made when it is first asked for."""
        scene = self.folder / name
        if name in AFTER_TEAM and not scene.exists():
            copy_store(self._scene("team"), scene)
            AFTER_TEAM[name](scene)
        elif not scene.exists():
            SCENES[name](scene)
        return scene

    def words(self, writer: Writer) -> tuple[str, ...]:
        """Return a writer's command line."""
        files = str(self.folder / "files")
        return tuple(word.replace("{files}", files) for word in writer.words)

    def _learn(self, writer: Writer) -> Expected:
        home = self.copy(writer)
        ended, course = killing.watched(home, self.words(writer))
        assert 0 == ended.code, f"{writer.name}: {ended.complaint}"
        states = [*self._opening(writer), state_of(home)]
        if writer.scene == "kept":
            states.insert(1, state_of_copy(home / FOLDER / f"{KEPT}.db"))
        if writer.scene == "unwell":
            states.insert(1, states[0] | {"triggers": states[-1]["triggers"]})
        copies = copies_of(home)
        assert (states[-1], Counter[str]()) != (states[0], copies), f"{writer.name} does nothing"
        shutil.rmtree(home)
        return Expected(states, copies, course)

    def _opening(self, writer: Writer) -> list[State]:
        """Return a scene's states: as it is, migrated, and after a first command that looks."""
        if writer.scene not in self._openings:
            home = self.copy(writer)
            states = [state_of(home)]
            open_connection(home).close()
            states.append(state_of(home))
            assert 0 == killing.run(home, READER).code
            self._openings[writer.scene] = [*states, state_of(home)]
            shutil.rmtree(home)
        return self._openings[writer.scene]

    def _check(self, writer: Writer, home: Path, ended: Ended) -> str:
        """Check what a killed command left, and return how far it had come.

        A copy is looked at, because looking tidies the journal up that the next command finds.
        """
        about = f"{writer.name}, {ended}, in {home}"
        copy = home.with_name(f"{home.name} copy")
        copy_store(home, copy)
        place = self.expected(writer).place_of(state_of(copy), copies_of(copy))
        assert place, f"a change is there by half: {about}"
        is_told = ended.is_acknowledged(writer.told)
        assert "after" == place or not is_told, f"an answered change is lost: {about}"
        assert ended.code in {0, -signal.SIGKILL}, about
        assert "unwell" == writer.scene or [] == faults(copy), about
        shutil.rmtree(copy, ignore_errors=True)
        return place

    def _go_on(self, writer: Writer, home: Path, place: str) -> None:
        """Run the next command: the same one where it is not done, else one that looks.

        It begins in a copy of this process, which saves half of the time that a kill takes.
        """
        is_again = place != "after" or writer.is_repeatable
        words = self.words(writer) if is_again else ("log", "-n", "1", "--json")
        code = forked(home, words)
        assert 0 == code, f"after {writer.name} in {home}: {shlex.join(words)} ended with {code}"
        found = self.expected(writer).place_of(state_of(home), copies_of(home))
        is_mended = writer.scene == "unwell" and found == "between"
        assert "after" == found or is_mended, f"after {writer.name} in {home}"


def forked(home: Path, words: tuple[str, ...], last: int = 0, counter: Path | None = None) -> int:
    """Run a command in a forked process that kills itself before its statement number `last`.

    With 0 it runs to its end and writes the number of its statements to `counter`.
    """
    pid = os.fork()
    if pid == 0:
        try:
            _run_until(home, words, last, counter)
        finally:
            os._exit(99)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _run_until(home: Path, words: tuple[str, ...], last: int, counter: Path | None) -> None:
    os.environ.update(killing.own_environment(home))
    sys.argv = ["sales", *words]
    silent = os.open(os.devnull, os.O_RDWR)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    seen = 0

    def count(_statement: str) -> None:
        nonlocal seen
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)

    connect = sqlite3.connect

    def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.set_trace_callback(count)
        return connection

    sqlite3.connect = traced  # type: ignore[assignment]  # only in this process, which ends soon
    code = run_here(words)
    if counter is not None:
        counter.write_text(str(seen), "utf-8")
    os._exit(code)
