"""Whether a process may be started, and the migration of the sales that run it."""

from typing import TYPE_CHECKING, Annotated

import typer

from salescli.commands.process.options import Process, Yes
from salescli.commands.shared.options import Limit, Reason

if TYPE_CHECKING:
    from salescli.context import AppContext


def enable_process(context: typer.Context, name: Process, reason: Reason = "") -> None:
    """Let a process be started again

    Example: sales process enable corporate-sale
    """
    from salescli.services import switches

    process = switches.enable(context.obj.unit, name, reason)
    _tell_switch(context.obj, process, is_enabled=True, reason=reason)


def disable_process(context: typer.Context, name: Process, reason: Reason = "") -> None:
    """Let no new sale start by a process; those that run go on

    Example: sales process disable corporate-sale --reason "the new one is better"
    """
    from salescli.errors import DecisionNeededError
    from salescli.services import switches

    if not reason.strip():
        raise DecisionNeededError(
            "Why is it disabled?", hint="give it with --reason ...", choices=("reason",)
        )
    process = switches.disable(context.obj.unit, name, reason)
    _tell_switch(context.obj, process, is_enabled=False, reason=reason)


def _tell_switch(app: "AppContext", process: str, *, is_enabled: bool, reason: str) -> None:
    output = app.output
    if output.as_json:
        output.document({"process": process, "is_enabled": is_enabled, "reason": reason.strip()})
        return
    output.line(f"`{process}` is {'enabled' if is_enabled else 'disabled'} now")
    if is_enabled:
        output.line(f"Next: sales run-process {process}")
    else:
        output.line("Running sales go on; no new one starts by it.")
        output.line(f"Next: sales process enable {process}")


def migrate_process(
    context: typer.Context,
    name: Process,
    now: Annotated[bool, typer.Option("--now", help="Do it; without, only tell")] = False,
    yes: Yes = False,
    limit: Limit = None,
) -> None:
    """Bring running sales to the newest version now; without --now, tell what would happen

    Examples: sales process migrate corporate-sale; sales process migrate corporate-sale --now

    A sale whose step is there goes on with it. One whose step is gone begins its stage again. One
    whose stage is gone is refused and keeps its version.
    """
    from salescli.commands.shared import lists, migration_view
    from salescli.errors import ExitCode
    from salescli.services import migration

    app: AppContext = context.obj
    planned = migration.preview(app.unit, name)
    most = lists.most(app, limit)
    changes = sum(line.is_change for line in planned)
    if now and changes:
        if not yes and app.is_interactive:
            migration_view.show(app, planned, most=most)
        if not _is_meant(app, name, changes, yes=yes):
            app.output.line("Nothing was changed.")
            return
        planned = migration.migrate(app.unit, name, None if yes else planned)
    is_done = now and bool(changes)
    if is_done and not yes and app.is_interactive:
        app.output.line(migration_view.sums(planned, is_done=True))
    else:
        migration_view.show(app, planned, most=most, is_done=is_done, name=name)
    refused = any(line.outcome == "refused" for line in planned)
    if now and refused:
        raise typer.Exit(ExitCode.PARTLY_DONE if changes else ExitCode.RULE)


def _is_meant(app: "AppContext", name: str, changes: int, *, yes: bool) -> bool:
    """Ask on a terminal; elsewhere many changes have to be confirmed."""
    if yes or app.dry_run:
        return True
    if app.is_interactive:
        return typer.confirm("Migrate them?")
    from salescli.domain.batch import ASKS_ABOVE

    if changes <= ASKS_ABOVE:
        return True
    from salescli.domain.text import shell_word
    from salescli.errors import DecisionNeededError

    raise DecisionNeededError(
        f"{changes} sales would change, and nobody can be asked",
        hint=f"sales process migrate {shell_word(name)} --now --yes",
    )
