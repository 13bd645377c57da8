"""`sales undo`, `sales redo` and `sales log`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from salescli.commands.shared import completions
from salescli.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from salescli.context import AppContext
    from salescli.output import Output
    from salescli.services.history import Undone

VERIFY = "verify"
"""The word that is no reference of `sales log`."""

MOST = 100_000
"""So many changes the log shows at once."""


def undo(
    context: typer.Context,
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="N|CS|REF",
            help="How many of your changes, a change set such as CS-12, or a sale",
            autocompletion=completions.sales,
        ),
    ] = None,
) -> None:
    """Take back your last change, your last N, a change set, or your last change of a sale

    Examples: sales undo; sales undo 3; sales undo CS-12; sales undo acme

    `sales redo` does again what was undone last.
    """
    from salescli.diagnostics import warning
    from salescli.services import history

    asked = _asked(what)
    if not _is_meant(context.obj, asked):
        context.obj.output.line("Nothing was undone.")
        return
    done = history.undo(context.obj.unit, asked)
    _tell(context.obj.output, done)
    if asked.isdecimal() and len(done) < int(asked):
        count = "1 change" if len(done) == 1 else f"{len(done)} changes"
        warning(f"You had only {count} to undo")
    _end(done)


def redo(context: typer.Context) -> None:
    """Do again what you undid last

    Example: sales redo

    It goes back one undo at a time, as long as you have changed nothing since. What you undid
    earlier is done again by undoing that undo: `sales undo CS-12`.
    """
    from salescli.services import history

    done = history.redo(context.obj.unit)
    _tell(context.obj.output, done)
    _end(done)


def _asked(what: str | None) -> str:
    """Return what is to be undone: nothing means the last change, but an empty text does not.

    Scripts give one by mistake, for a variable that is not set.
    """
    if what is not None and not what.strip():
        raise UsageError(
            "An empty text names no change",
            hint="to undo your last change, leave it out: `sales undo`; see them with `sales log`",
        )
    return what or ""


def _is_meant(app: "AppContext", what: str) -> bool:
    """Ask on a terminal before ten changes or more go back; elsewhere they are meant."""
    if not app.is_interactive or not what.isdecimal() or len(what.lstrip("0")) < 2:
        return True
    return typer.confirm(f"Take your last {what[:20]} changes back?")


def _end(done: Sequence["Undone"]) -> None:
    if any(entry.kept or entry.failed for entry in done):
        raise typer.Exit(ExitCode.PARTLY_DONE)


def _tell(output: "Output", done: Sequence["Undone"]) -> None:
    if output.as_json:
        output.document({"undone": [entry._asdict() for entry in done]})
        return
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
    since: Annotated[str, typer.Option("--since", metavar="WHEN", help="From then on")] = "",
    until: Annotated[str, typer.Option("--until", metavar="WHEN", help="Until then")] = "",
    record: Annotated[
        str,
        typer.Option(
            "--record",
            metavar="REF",
            help="Only this record, sale, user or division",
            autocompletion=completions.sales,
        ),
    ] = "",
    details: Annotated[
        bool, typer.Option("--details", "-v", help="Tell each field, from what to what")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=MOST, help="How many")] = 20,
) -> None:
    """Show who changed what, from what to what, newest first

    Examples: sales log; sales log CS-12; sales log acme --details; sales log --user bo --since
    "1 nov" --record ACC-3; sales log verify

    `sales log verify` works the hash chain over the history out again, and says where the store is
    not as it was written.
    """
    if reference == VERIFY:
        _verify(context.obj)
        return
    from salescli.commands.shared import history_view
    from salescli.services import audit

    output = context.obj.output
    with_changes = details or audit.is_change_set(reference)
    most = history_view.SHOWN + 1 if output.is_terminal and not output.as_json else None
    entries = audit.log(
        context.obj.unit,
        audit.Asked(user, since, until, reference, record, limit),
        most=most if with_changes else 0,
        now=context.obj.now() if output.is_terminal and not output.as_json else None,
    )
    history_view.show(context.obj, entries, with_changes=with_changes)


def _verify(app: "AppContext") -> None:
    from salescli.services import verifying

    found = verifying.verify(app.unit)
    if app.output.as_json:
        app.output.document(found._asdict() | {"broken": [b._asdict() for b in found.broken]})
    elif found.broken:
        for broken in found.broken:
            app.output.line(broken.problem)
        app.output.line("Next: sales restore")
    else:
        count = "1 change" if found.changes == 1 else f"{found.changes:,} changes"
        app.output.line(f"The history is whole: {count}; the link of `{found.reference}` is")
        app.output.line(found.link)
    if found.broken:
        raise typer.Exit(ExitCode.FAILURE)
