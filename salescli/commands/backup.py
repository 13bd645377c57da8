"""`sales backup` and `sales restore`."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from salescli.context import AppContext
    from salescli.output import Output
    from salescli.services.backups import Restoring, Stored

MOST_CHANGES = 10
"""So many of the changes that would be lost are shown."""


def backup(
    context: typer.Context,
    to: Annotated[
        str | None, typer.Option("--to", metavar="FILE", help="A file or folder elsewhere")
    ] = None,
    beside: Annotated[
        bool, typer.Option("--beside", hidden=True, help="Make the copy of the day")
    ] = False,
) -> None:
    """Copy the store, and check that the copy is whole

    Examples: sales backup; sales backup --to /media/stick/sales.db

    The files of documents stay in the folder `files` of the store, where a restore finds them.

    A copy is made by itself before the first change of each day and before the store is brought to
    a new version. Of each kind the newest ones are kept: see `sales config backups`.
    """
    from salescli.domain.text import shell_word
    from salescli.services import backups

    app: AppContext = context.obj
    if beside:
        backups.back_up_beside(app.unit)
        return
    if app.dry_run:
        app.output.line(f"Would copy the store in {app.home}")
        return
    made = backups.back_up(app.unit, to)
    if app.output.as_json:
        app.output.document(made._asdict())
        return
    name = shell_word(made.name if not to else made.path)
    app.output.line(f"Copied the store to {name}; the copy is whole")
    app.output.line(f"Next: sales restore {name}")


def restore(
    context: typer.Context,
    which: Annotated[
        str,
        typer.Argument(metavar="BACKUP|N|FILE", help="A name from the list, its number, or a file"),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask")] = False,
) -> None:
    """Go back to a backup; without one, list them

    Examples: sales restore; sales restore 1; sales restore 1 --dry-run; sales restore 1 --yes

    It shows which changes would be lost. The store as it is now is kept as a backup first, so that
    a restore can be taken back by another one.
    """
    from salescli.services import backups

    app: AppContext = context.obj
    if not which:
        _show_list(app, backups.listing(app.unit))
        return
    restoring = backups.prepare(app.unit, which)
    _show_plan(app, restoring)
    if app.dry_run or not _is_meant(app, restoring.name, yes=yes):
        return
    done = backups.restore(app.unit, restoring)
    if app.output.as_json:
        app.output.document(done._asdict())
        return
    app.output.line(f"The store is as it was in {done.name}")
    if done.kept_as:
        app.output.line(f"As it was before, it is kept in {done.kept_as}")
    app.output.line("Next: sales log")


def _show_list(app: "AppContext", stored: list["Stored"]) -> None:
    if app.output.as_json:
        app.output.document([entry._asdict() for entry in stored])
        return
    if not stored:
        app.output.line("There are no backups yet")
        app.output.line("Next: sales backup")
        return
    from salescli.domain.moments import say_iso

    now = app.now()
    terminal = app.output.is_terminal
    app.output.table(
        ("No.", "Backup", "Made", "Why", "Size"),
        [
            (
                number,
                entry.name,
                say_iso(entry.made_at.isoformat(), now) if terminal else entry.made_at.isoformat(),
                entry.kind,
                _size(entry.size) if terminal else entry.size,
            )
            for number, entry in enumerate(stored, start=1)
        ],
    )


def _show_plan(app: "AppContext", restoring: "Restoring") -> None:
    """Say what going back would change; with --json only where nothing is done."""
    output = app.output
    if output.as_json:
        if app.dry_run:
            output.document(_plan(restoring))
        return
    difference = restoring.difference
    if difference is None:
        output.line(f"The store cannot be compared with {restoring.name}: {restoring.trouble}")
        return
    if not difference.lost and not difference.regained:
        output.line(f"The store and {restoring.name} have the same changes")
        return
    _show_changes(output, restoring, is_lost=True)
    _show_changes(output, restoring, is_lost=False)
    for table, (now, then) in difference.records.items():
        output.line(f"{table.replace('_', ' ')}: {now:,} now, {then:,} then")


def _show_changes(output: "Output", restoring: "Restoring", *, is_lost: bool) -> None:
    changes = restoring.lost if is_lost else restoring.regained
    if not changes:
        return
    title = "Lost" if is_lost else "Back again"
    count = "1 change" if len(changes) == 1 else f"{len(changes):,} changes"
    output.line(f"{title}: {count}")
    for change in changes[:MOST_CHANGES]:
        output.line(f"CS-{change.number} {change.login}: {change.command}", indent=2)
    if len(changes) > MOST_CHANGES:
        output.line(f"and {len(changes) - MOST_CHANGES:,} earlier ones", indent=2)


def _plan(restoring: "Restoring") -> dict[str, object]:
    difference = restoring.difference
    if difference is None:
        return {"backup": restoring.name, "trouble": restoring.trouble}
    return {
        "backup": restoring.name,
        "lost": [change._asdict() for change in difference.lost],
        "regained": [change._asdict() for change in difference.regained],
        "records": {
            table: {"now": now, "then": then} for table, (now, then) in difference.records.items()
        },
    }


def _is_meant(app: "AppContext", name: str, *, yes: bool) -> bool:
    """Ask on a terminal; elsewhere it has to be said."""
    if yes:
        return True
    if app.is_interactive:
        is_meant = typer.confirm("Go back to it?")
        if not is_meant:
            app.output.line("Nothing was changed.")
        return is_meant
    from salescli.domain.text import shell_word
    from salescli.errors import DecisionNeededError

    raise DecisionNeededError(
        "Going back to a backup has to be confirmed", hint=f"sales restore {shell_word(name)} --yes"
    )


def _size(count: int) -> str:
    """Return a number of bytes as people say it."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:,.0f} {unit}"
        count = round(count / 1000)
    return f"{count:,} GB"
