"""`sales batch`: any mixture of changes from a file, all or nothing."""

from typing import Annotated

import typer

from salescli.commands.shared.options import BatchId, OnError, Yes


def batch(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(metavar="FILE.jsonl", help="A JSON object on each line; - is stdin"),
    ],
    on_error: OnError = "",
    batch_id: BatchId = "",
    yes: Yes = False,
) -> None:
    """Do what the lines of a file say, in one go

    Example: sales batch changes.jsonl --dry-run

    A line is like {"do": "stage", "ref": "OPP-12", "stage": "proposal"}. It can do: stage, close,
    reopen, assign, done, set, note, schedule, postpone, cancel; with the words of the command of
    that name as its keys, and fields as "set": {"amount": "5000"}. `version` and `if_step` do it
    only while the record is as it was seen. One `sales undo` takes the batch back.
    """
    from salescli.commands.shared import batching
    from salescli.services import batch_files

    choice = batching.Choice(on_error=on_error, batch_id=batch_id, yes=yes)
    batching.run(context.obj, batch_files.of_json(file), choice)
