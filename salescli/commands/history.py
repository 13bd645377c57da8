"""`sales undo` and `sales log`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from salescli.commands.shared import completions
from salescli.errors import ExitCode

if TYPE_CHECKING:
    from salescli.context import AppContext
    from salescli.output import Output
    from salescli.services.history import Undone

MOST = 100_000
"""So many changes the log shows at once."""


def undo(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="N|CS|REF",
            help="How many of your changes, a change set such as CS-12, or a sale",
            autocompletion=completions.sales,
        ),
    ] = "",
) -> None:
    """Take back your last change, your last N, a change set, or your last change of a sale

    Examples: sales undo; sales undo 3; sales undo CS-12; sales undo acme

    Undoing an undo does it again.
    """
    from salescli.services import history

    if not _is_meant(context.obj, what):
        context.obj.output.line("Nothing was undone.")
        return
    done = history.undo(context.obj.unit, what)
    output = context.obj.output
    is_partly = any(entry.kept or entry.failed for entry in done)
    if output.as_json:
        output.document({"undone": [entry._asdict() for entry in done]})
    else:
        _tell(output, done)
    if is_partly:
        raise typer.Exit(ExitCode.PARTLY_DONE)


def _is_meant(app: "AppContext", what: str) -> bool:
    """Ask on a terminal before ten changes or more go back; elsewhere they are meant."""
    if not app.is_interactive or not what.isdecimal() or len(what.lstrip("0")) < 2:
        return True
    return typer.confirm(f"Take your last {what[:20]} changes back?")


def _tell(output: "Output", done: Sequence["Undone"]) -> None:
    for entry in done:
        rows = "1 record" if entry.reversed == 1 else f"{entry.reversed} records"
        output.line(f"Undid `{entry.reference}` {entry.command}: {rows} as before")
        for text in entry.kept:
            output.line(f"  kept: {text}")
        for text in entry.failed:
            output.line(f"  failed: {text}")
    output.line("Next: sales log")


def log(
    context: typer.Context,
    reference: Annotated[
        str,
        typer.Argument(
            metavar="CS|REF",
            help="A change set such as CS-12, or a sale or record",
            autocompletion=completions.sales,
        ),
    ] = "",
    user: Annotated[str, typer.Option("--user", help="Only the changes of this login")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=MOST, help="How many")] = 20,
) -> None:
    """Show who changed what, newest first

    Examples: sales log; sales log acme; sales log --user bo -n 50
    """
    from salescli.domain.moments import say_iso
    from salescli.services import history

    entries = history.log(context.obj.unit, limit=limit, login=user, reference=reference)
    output = context.obj.output
    if output.as_json:
        output.document([entry._asdict() for entry in entries])
        return
    now = context.obj.now()
    output.table(
        ("Change", "When", "Who", "Command", "Made", "Changed", "Deleted", ""),
        [
            tuple(entry._replace(at=say_iso(entry.at, now) if output.is_terminal else entry.at))
            for entry in entries
        ],
        titles=("Change", "Command"),
    )
