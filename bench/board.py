"""The board on a pseudo-terminal: first paint, keys, memory, and what it takes while idle."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles

from bench.report import Figure, heading, lines
from bench.shops import PROGRAM, Shop
from bench.team import BUSY

STATIC = (sys.executable, str(Path(__file__).with_name("static_app.py")))
SIZE = struct.pack("HHHH", 40, 120, 0, 0)
PAINTED, SEEN = b"painted", b"weighted"
"""What the app with one text has written when it is there, and the board when it is filled."""

KEYS = 120
IDLE = 10.0
"""Seconds in which an idle board is watched."""

PATIENCE = 60.0
QUIET = 0.3


class Screen:
    """A program on a terminal of its own."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        self.began = time.perf_counter()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execve(words[0], list(words), {**environment, "TERM": "xterm-256color"})
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, SIZE)

    def wait_for(self, text: bytes) -> float:
        """Return the seconds from the start until a text was written."""
        written, deadline = b"", time.perf_counter() + PATIENCE
        while text not in written:
            if time.perf_counter() > deadline:
                raise SystemExit(f"{text!r} was not written: {written[-500:]!r}")
            written = written[-4096:] + self._read(0.1)
        return time.perf_counter() - self.began

    def settle(self) -> None:
        """Read until nothing has been written for a while."""
        while self._read(QUIET):
            pass

    def press(self, key: bytes) -> float:
        """Return the seconds from a key until the first answer on the screen."""
        began = time.perf_counter()
        os.write(self.terminal, key)
        select.select([self.terminal], [], [], PATIENCE)
        taken = time.perf_counter() - began
        while self._read(0.02):
            pass
        return taken

    @property
    def cpu(self) -> float:
        """Seconds of CPU that the program has taken."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """Peak MB of the program."""
        status = Path(f"/proc/{self.pid}/status").read_text("utf-8")
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024

    def end(self) -> None:
        """End the program by its process id."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)

    def _read(self, patience: float) -> bytes:
        if select.select([self.terminal], [], [], patience)[0]:
            try:
                return os.read(self.terminal, 1 << 16)
            except OSError:
                return b""
        return b""


def measure(shops: Mapping[int, Shop], rounds: int) -> list[Figure]:
    """Open the board of the smallest and of the largest store, and use it."""
    small, large = shops[min(shops)], shops[max(shops)]
    heading(
        "The board",
        f"On a terminal of 120 x 40, in turn; medians of {rounds} rounds. First paint is when plan"
        f" and list stand there, of {min(shops):,} and {max(shops):,} opportunities",
    )
    words = (*PROGRAM, "board")
    busy = large.environment | {"SALES_ME": BUSY}
    taken: dict[str, list[float]] = {"static": [], "small": [], "large": [], "busy": []}
    for _ in range(rounds):
        taken["static"].append(_first(STATIC, small.environment, PAINTED))
        taken["small"].append(_first(words, small.environment, SEEN))
        taken["large"].append(_first(words, large.environment, SEEN))
        taken["busy"].append(_first(words, busy, SEEN))
    static, first, last, loaded = (median(found) for found in taken.values())
    keys, memory, idle = _used(words, busy)
    less_memory = _used(words, small.environment, is_watched=False)[1]
    figures = [
        Figure("an app with one text", static, "s"),
        Figure("first paint / that", first / static, "x", 1.3),
        Figure("first paint of the largest / that", last / static, "x", 1.3),
        Figure("the same of who owns the most", loaded / static, "x", 1.3),
        Figure("key to output, 95 of 100", keys * 1000, "ms", 15),
        Figure("memory, largest / smallest", memory / less_memory, "x", 1.1),
        Figure("memory", memory, "MB"),
        Figure("CPU while idle", idle * 100, "%", 0.5),
    ]
    lines(figures)
    return figures


def _first(words: Sequence[str], environment: Mapping[str, str], text: bytes) -> float:
    screen = Screen(words, environment)
    seconds = screen.wait_for(text)
    screen.end()
    return seconds


def _used(
    words: Sequence[str], environment: Mapping[str, str], *, is_watched: bool = True
) -> tuple[float, float, float]:
    """Return the seconds of a key, peak MB, and the share of a CPU while nothing is done."""
    screen = Screen(words, environment)
    screen.wait_for(SEEN)
    screen.settle()
    keys = [screen.press(key) for key in [b"j", b"k"] * (KEYS // 2)]
    screen.press(b"\x1bOR")
    screen.settle()
    keys += [screen.press(key) for key in [b"j", b"k"] * (KEYS // 2)]
    screen.settle()
    before, share = screen.cpu, 0.0
    if is_watched:
        time.sleep(IDLE)
        share = (screen.cpu - before) / IDLE
    memory = screen.memory
    screen.end()
    return quantiles(keys, n=20)[-1], memory, share
