"""`sales doctor`: is the store well?"""

from typing import TYPE_CHECKING, Annotated

import typer

from salescli.errors import ExitCode

if TYPE_CHECKING:
    from salescli.context import AppContext

_WELL = "The store is well: no check found anything wrong"


def doctor(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="CHECK...", help="Only these checks")
    ] = None,
    mend: Annotated[
        bool, typer.Option("--mend", help="Mend what can be mended without losing anything")
    ] = False,
    listing: Annotated[bool, typer.Option("--list", help="Say what is checked")] = False,
) -> None:
    """Check the store, and say that it is well or what is wrong

    Examples: sales doctor; sales doctor integrity history; sales doctor --mend

    It changes nothing unless --mend is given. What it finds ends with exit code 1.
    """
    from salescli.services import doctor as checks

    app: AppContext = context.obj
    if listing:
        described = checks.FIRST | {name: check.meaning for name, check in checks.CHECKS.items()}
        app.output.table(("Check", "What it looks at"), list(described.items()))
        return
    found = checks.examine(app.unit, names or (), mend=mend and not app.dry_run)
    if app.output.as_json:
        app.output.document([finding._asdict() for finding in found])
    else:
        if not (found or app.unit.remarks):
            app.output.line(_WELL if not names else f"Nothing is wrong: {', '.join(names)}")
        for finding in found:
            app.output.line(f"{finding.check}: {finding.problem}")
        for hint in dict.fromkeys(finding.hint for finding in found):
            app.output.line(f"Next: {hint}")
    if found:
        raise typer.Exit(ExitCode.FAILURE)
