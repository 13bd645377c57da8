"""The board on a real terminal: it works there, and leaves the terminal as it was."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shop import Shop

ROOT = Path(__file__).parents[2]
DEADLINE = 30.0
SIZE = struct.pack("HHHH", 24, 80, 0, 0)
SHOWN, HIDDEN = b"\x1b[?25h", b"\x1b[?25l"
ENTERED, LEFT = b"\x1b[?1049h", b"\x1b[?1049l"


class Terminal:
    """A terminal of 80x24 with the board in it."""

    def __init__(self, shop: Shop) -> None:
        self.written = b""
        self.pid, self.ours = pty.fork()
        if self.pid == 0:
            _become_the_board(shop)
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, SIZE)
        self.before = termios.tcgetattr(self.ours)

    def wait_for(self, text: bytes) -> None:
        """Read until a text has been written since the last call."""
        begin, deadline = len(self.written), time.monotonic() + DEADLINE
        while text not in self.written[begin:]:
            assert time.monotonic() < deadline, self.written[begin:].decode(errors="replace")[
                -2000:
            ]
            if select.select([self.ours], [], [], 0.1)[0]:
                self.written += os.read(self.ours, 1 << 16)

    def press(self, keys: str) -> None:
        """Type keys."""
        os.write(self.ours, keys.encode())

    def end(self) -> int:
        """Read to the end, and return the exit code."""
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            try:
                if select.select([self.ours], [], [], 0.1)[0]:
                    self.written += os.read(self.ours, 1 << 16)
            except OSError:
                break
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def _become_the_board(shop: Shop) -> None:
    os.chdir(ROOT)
    environment = os.environ | {
        "SALES_HOME": str(shop.home),
        "SALES_ME": "ana",
        "SALES_NOW": shop.clock().isoformat(),
        "TERM": "xterm-256color",
    }
    os.execve(sys.executable, [sys.executable, "-m", "salescli", "board"], environment)


@pytest.fixture
def terminal(team: Shop) -> Iterator[Terminal]:
    """The board of the team on a terminal; what is still there at the end is killed."""
    found = Terminal(team)
    yield found
    os.close(found.ours)
    try:
        os.kill(found.pid, signal.SIGKILL)
        os.waitpid(found.pid, 0)
    except (ProcessLookupError, ChildProcessError):
        pass


def test_a_day_at_the_terminal(team: Shop, terminal: Terminal) -> None:
    """Start, complete a thing, move a card, quit: it is in the store, the terminal as before."""
    terminal.wait_for(b"Send the brochure")
    terminal.press("\r")
    terminal.wait_for(b"Completed")
    terminal.press("1")
    terminal.wait_for(b"What was said")
    terminal.press("Sent it\r")
    terminal.wait_for(b"Completed")
    terminal.press("\x1bOR")
    terminal.wait_for(b"OPP-1 ")
    terminal.press(">")
    terminal.wait_for(b"Moved")
    terminal.press("q")
    assert 0 == terminal.end()
    assert LEFT in terminal.written[terminal.written.index(ENTERED) :]
    assert terminal.written.rindex(SHOWN) > terminal.written.rindex(HIDDEN)
    (closed,) = team.rows("SELECT text FROM activity WHERE name = 'Send the brochure'")
    assert ("Sent it",) == closed
    assert "presentation" == team.json("opportunity", "show", "OPP-1")["stage"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_end_from_outside_leaves_the_terminal(
    terminal: Terminal, number: signal.Signals
) -> None:
    """After SIGTERM and SIGHUP the screen, the cursor and the modes are as before."""
    terminal.wait_for(b"Send the brochure")
    os.kill(terminal.pid, number)
    assert 128 + number == terminal.end()
    assert LEFT in terminal.written[terminal.written.index(ENTERED) :]
    assert terminal.written.rindex(SHOWN) > terminal.written.rindex(HIDDEN)
