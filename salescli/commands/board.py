"""`sales board`: the interactive board."""

from typing import Annotated

import typer

from salescli.commands.shared.opening import open_board


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
    context.obj.is_read_only |= read_only
    raise typer.Exit(open_board(context.obj))
