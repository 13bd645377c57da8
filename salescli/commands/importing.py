"""`sales import`: files of other programs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salescli.domain.text import counted

if TYPE_CHECKING:
    from salescli.output import Output
    from salescli.services.importing import Imported

TREE = "salesforce-tree"


def import_files(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="CSV files, or: salesforce-tree FOLDER"),
    ],
    noun: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="NOUN",
            help="What the files hold: account, contact, lead, opportunity, offer or user",
        ),
    ] = "",
) -> None:
    """Import CSV files, or the folder that `sf data export tree` wrote

    Examples: sales import accounts.csv opportunities.csv; sales import leads.csv --dry-run;
    sales import salesforce-tree ../export

    The first line names the columns, in our words, in those of Salesforce or of Maven's CRM data
    set; the header tells what a file holds. Rows that cannot be used are listed, all others come
    in. Nothing that is there already is changed or added again, so that the mended file can simply
    be imported once more. `sales undo` takes an import back.
    """
    from salescli.errors import ExitCode
    from salescli.services import importing

    unit, dry_run = context.obj.unit, context.obj.dry_run
    if str(paths[0]) == TREE:
        imported = importing.import_salesforce_tree(unit, _folder(paths, noun))
    else:
        imported = importing.import_files(unit, paths, noun)
    output = context.obj.output
    if output.as_json:
        output.document(importing.as_document(imported) | {"dry_run": dry_run})
    else:
        _show(output, imported, is_dry=dry_run)
    if imported.problems:
        raise typer.Exit(ExitCode.PARTLY_DONE)


def _folder(paths: list[Path], noun: str) -> Path:
    from salescli.errors import UsageError

    if len(paths) != 2:
        raise UsageError("Which folder?", hint=f"give one: sales import {TREE} FOLDER")
    if noun:
        raise UsageError(
            "The files of a Salesforce export say what they hold", hint="leave out --as"
        )
    return paths[1]


def _show(output: "Output", imported: "Imported", *, is_dry: bool) -> None:
    from salescli.diagnostics import warning

    for remark in imported.remarks:
        warning(f"{remark.file}: {remark.text}")
    would = "Would add" if is_dry else "Added"
    added = _counted(imported.added) or "nothing"
    output.line(f"{would} {added}{_worth(imported)}")
    if imported.made:
        output.line(f"  made because others name them: {_counted(imported.made)}")
    for sentence in imported.started:
        output.line(f"  {sentence}")
    if imported.known:
        output.line(f"There already, and left as they are: {_counted(imported.known)}")
    if imported.problems:
        output.line(f"Skipped {_counted(imported.skipped)}:")
        for problem in imported.problems:
            field = f"{problem.field}: " if problem.field else ""
            output.line(f"  {problem.file}:{problem.line}: {field}{problem.reason}")
    output.line(f"Next: {_next(imported, is_dry=is_dry)}")


def _worth(imported: "Imported") -> str:
    from salescli.domain.money import format_amount

    sums = [format_amount(minor, code) for code, minor in imported.sums.items() if minor]
    return f" worth {' + '.join(sums)}" if sums else ""


def _next(imported: "Imported", *, is_dry: bool) -> str:
    if is_dry:
        return "the same command without --dry-run"
    if imported.problems:
        return "mend these lines and import the file again; nothing is added twice"
    return imported.next_command


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(counted(number, noun) for noun, number in counts.items())
