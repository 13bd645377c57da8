"""`sales board`: the interactive board."""

from typing import Annotated

import typer

from salescli.commands.shared.catalog import COMMANDS, READERS, is_reading


def board(
    context: typer.Context,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Let nothing on it change the store")
    ] = False,
) -> None:
    """Open the board: the day, the pipeline, each sale step by step

    Example: sales board

    Everything can be done by keyboard and by mouse; F1 shows the keys, q leaves.
    """
    import gc
    import os

    from salescli.errors import RuleError

    # textual-serve names a driver for the browser that it draws in.
    is_served = "TEXTUAL_DRIVER" in os.environ
    if not (is_served or context.obj.is_interactive):
        raise RuleError(
            "The board needs a terminal to draw on", hint="in a script: `sales next`, `sales stage`"
        )
    # The library draws 60 times a second: an answer to a key may wait for 17 ms.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    from salescli.services import day
    from salescli.tui.desk import Desk

    context.obj.is_read_only |= read_only
    known = {name.split()[0] for name in READERS} if read_only else COMMANDS
    desk = Desk(context.obj)
    today = desk.look_ahead(day.read)
    from salescli.tui.app import SalesBoard

    # Commands end before garbage matters; the board stays open all day, and keeps its modules.
    gc.freeze()
    gc.enable()
    raise typer.Exit(SalesBoard(desk, today, sorted(known), is_reading).run() or 0)
