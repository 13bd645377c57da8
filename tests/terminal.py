"""Runs the program on a pseudo-terminal: what it shows there, and what it does with typed lines.

A command that is asked something gets an interpreter, whose input nobody else has set up; one that
only shows something runs in this process, which saves the time that a new one takes.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple
from unittest import mock

from salescli import cli
from salescli.context import AppContext
from salescli.streams import settle
from tests.shop import Shop

ROOT = Path(__file__).parents[1]

DEADLINE = 30.0
"""Seconds after which a program that has not ended is given up."""

AGAIN = 0.5
"""Seconds after which an interrupt is typed again, with a return: one that comes in the moment in
which the program begins to wait for a line is seen only with the line. The kernel tells of input
while the interrupt throws it away, and the line editor then reads on through every signal."""

ASKS = b": "
"""What the program has written last when it waits for a line."""

INTERRUPT, END_OF_FILE = "\x03", "\x04"


Typed = str | Callable[[], str]


class Shown(NamedTuple):
    """What the terminal received, and how the program ended."""

    code: int
    text: str


def on_terminal(
    shop: Shop,
    *words: str,
    typed: Sequence[tuple[str, Typed]] = (),
    columns: int = 80,
    environment: Mapping[str, str] | None = None,
) -> Shown:
    """Run a command on a terminal of `columns` columns.

    `typed` are pairs: at the first question after the first text the second one is typed. A line is
    ended with a return; `INTERRUPT` and `END_OF_FILE` are keys of their own. A function returns
    what is typed, after whatever it does while the program waits.
    """
    variables = {
        "SALES_HOME": str(shop.home),
        "SALES_ME": shop.me,
        "SALES_CURRENCY": "EUR",
        "SALES_NOW": shop.clock().isoformat(),
        "TERM": "xterm",
        "TZ": "UTC",
        **(environment or {}),
    }
    if not typed:
        return _shown(words, columns, variables)
    pid, terminal = pty.fork()
    if pid == 0:
        _become_the_program(words, columns, variables)
    try:
        text = _converse(terminal, typed)
    finally:
        os.close(terminal)
        code = _end_of(pid)
    return Shown(code, text)


def _shown(words: Sequence[str], columns: int, variables: dict[str, str]) -> Shown:
    """Run a command in this process, on a terminal on which nobody types."""
    terminal, side = pty.openpty()
    _widen(side, columns)
    parts: list[bytes] = []
    reader = Thread(target=lambda: parts.extend(iter(lambda: _read(terminal), b"")), daemon=True)
    reader.start()
    with mock.patch.dict(os.environ, variables), _instead_of_ours(side, ["sales", *words]):
        code = cli.run(words)
    reader.join(DEADLINE)
    assert not reader.is_alive(), "something still has the terminal open"
    os.close(terminal)
    return Shown(code, b"".join(parts).decode())


@contextmanager
def _instead_of_ours(side: int, words: list[str]) -> Iterator[None]:
    """Let a program have its own streams and its own words, and close what it leaves open."""
    with ExitStack() as stack:
        stack.callback(os.close, side)
        begin = AppContext.__init__

        def and_close(context: AppContext, **given: Any) -> None:
            begin(context, **given)
            stack.callback(context.close)

        stack.enter_context(mock.patch.object(sys, "argv", words))
        for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
            stream = stack.enter_context(open(side, mode, encoding="utf-8", closefd=False))
            stack.enter_context(mock.patch.object(sys, name, stream))
        settle()
        stack.enter_context(mock.patch.object(AppContext, "__init__", and_close))
        yield


def _become_the_program(words: Sequence[str], columns: int, variables: dict[str, str]) -> None:
    """Run the command in the forked process, which ends with it."""
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _widen(0, columns)
        os.environ.update(variables | {"PYTHONPATH": str(ROOT)})
        os.execv(sys.executable, [sys.executable, "-m", "salescli", *words])
    finally:
        os._exit(99)


def _widen(side: int, columns: int) -> None:
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))


def _converse(terminal: int, typed: Sequence[tuple[str, Typed]]) -> str:
    shown, seen, last = b"", 0, ""
    waiting = list(typed)
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until:
        patience = AGAIN if last == INTERRUPT else DEADLINE
        if not select.select([terminal], [], [], patience)[0]:
            os.write(terminal, _keys(last) + b"\r")
            continue
        part = _read(terminal)
        if not part:
            assert [] == waiting, shown.decode()
            return shown.decode()
        shown += part
        if waiting and waiting[0][0].encode() in shown[seen:] and shown.endswith(ASKS):
            answer = waiting.pop(0)[1]
            seen, last = len(shown), answer if isinstance(answer, str) else answer()
            os.write(terminal, _keys(last))
    raise AssertionError(f"the program did not end; still to type: {waiting}\n{shown!r}")


def _read(terminal: int) -> bytes:
    """Return what is shown next; nothing when the program has closed its side."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def _keys(text: str) -> bytes:
    return text.encode() if text in {INTERRUPT, END_OF_FILE} else f"{text}\r".encode()


def _end_of(pid: int) -> int:
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        select.select([], [], [], 0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise AssertionError("the program did not end")
