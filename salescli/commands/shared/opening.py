"""Opens the board, for its command and for who starts the program with that word alone."""

import gc
import os
import sys

from salescli.commands.shared.catalog import COMMANDS, READERS, is_reading
from salescli.context import AppContext
from salescli.errors import RuleError

FRAMES = "120"
"""So often in a second what changed is drawn: at the usual 60 an answer to a key waits 17 ms."""

TURN = 0.001
"""Seconds after which one thread lets another go on. The store asks for a turn with every row that
it reads, and would wait the usual 5 ms each time while the screen's imports the library."""


def open_board(context: AppContext) -> int:
    """Show the board until it is left, and return the exit code.

    Raises:
        RuleError: there is no terminal.
        SalesError: the store cannot be read.
    """
    # textual-serve names a driver for the browser that it draws in.
    is_served = "TEXTUAL_DRIVER" in os.environ
    if not (is_served or context.is_interactive):
        raise RuleError(
            "The board needs a terminal to draw on", hint="in a script: `sales next`, `sales stage`"
        )
    os.environ.setdefault("TEXTUAL_FPS", FRAMES)
    from salescli.services import day
    from salescli.tui.desk import Desk

    sys.setswitchinterval(TURN)
    desk = Desk(context)
    today = desk.look_ahead(day.read)
    from salescli.tui.app import SalesBoard

    known = {name.split()[0] for name in READERS} if context.is_read_only else COMMANDS
    # Commands end before garbage matters; the board stays open all day, and keeps its modules.
    gc.freeze()
    gc.enable()
    return SalesBoard(desk, today, sorted(known), is_reading).run() or 0
