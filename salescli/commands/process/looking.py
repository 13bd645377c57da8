"""What is published, what a text says, what tells two of them apart, and what ran."""

from typing import Annotated, Any

import typer

from salescli.commands.process.options import DefinitionFile, Division, Process, Version
from salescli.commands.shared.options import Explain, ShowAll


def list_processes(context: typer.Context, explain: Explain = False) -> None:
    """List every published version, with the number of sales that stand in it

    Example: sales process list
    """
    from salescli.commands.shared import explained, process_view
    from salescli.diagnostics import warning
    from salescli.domain.figures import as_documents
    from salescli.services import process_log

    found = process_log.versions(context.obj.unit)
    newer = process_log.newer_shipped(context.obj.unit)
    figures = process_log.explain_versions(found) if explain else []
    output = context.obj.output
    if output.as_json:
        versions = [version._asdict() for version in found]
        told = {"versions": versions, "explain": as_documents(figures)}
        output.document(told if explain else versions)
    else:
        process_view.show_versions(context.obj, found)
        if explain:
            explained.show(output, figures)
    for process in newer:
        warning(
            f"The program ships another text of `{process}`: see it with"
            f" `sales process diff {process} --shipped`, take it with"
            f" `sales process publish {process} --shipped`"
        )


def show_process(
    context: typer.Context,
    name: Process,
    source: Annotated[bool, typer.Option("--source", help="The file, as it was published")] = False,
    version: Version = None,
    division: Division = "",
) -> None:
    """Show the stages and steps of a process

    Examples: sales process show corporate-sale; sales process show corporate-sale --source
    """
    from salescli.commands.shared import process_view
    from salescli.services import process_log

    unit = context.obj.unit
    if source:
        text = process_log.source(unit, name, revision=version, division=division)
        context.obj.output.source(text)
        return
    found = process_log.definition(unit, name, revision=version, division=division)
    process_view.show(context.obj, found)


def check_process(context: typer.Context, file: DefinitionFile) -> None:
    """Check a definition file; each problem is told with its line

    Example: sales process check corporate-sale.toml
    """
    from salescli.diagnostics import warning
    from salescli.domain.text import counted, shell_word
    from salescli.services import definitions, links, publishing

    source, _document = definitions.read(file)
    spec = publishing.checked(source, file.name)
    told = links.warnings(context.obj.unit, spec, source, file.name)
    output = context.obj.output
    steps = sum(len(stage.steps) for stage in spec.stages)
    sentence = (
        f"`{file.name}` is sound: {counted(len(spec.stages), 'stage')}, {counted(steps, 'step')}"
    )
    if output.as_json:
        output.document({"process": spec.id, "problems": [], "warnings": told})
        return
    output.line(sentence)
    for text in told:
        warning(text)
    output.line(f"Next: sales process publish {shell_word(str(file))}")


def diff_processes(
    context: typer.Context,
    name: Process,
    other: Annotated[
        str,
        typer.Argument(
            metavar="VERSION|FILE",
            help="An earlier version, or a file; without, the version before the newest",
        ),
    ] = "",
    text: Annotated[bool, typer.Option("--text", help="The lines that differ")] = False,
    shipped: Annotated[
        bool, typer.Option("--shipped", help="Compare with the text that the program ships")
    ] = False,
    division: Division = "",
) -> None:
    """Tell what a version of a process says otherwise than another

    Examples: sales process diff corporate-sale; sales process diff corporate-sale mine.toml --text
    """
    from salescli.commands.shared import process_view
    from salescli.services import process_texts

    found = process_texts.compare(
        context.obj.unit, name, other, division=division, with_shipped=shipped
    )
    if text and not context.obj.as_json:
        context.obj.output.source("".join(f"{line}\n" for line in process_texts.unified(found)))
        return
    process_view.show_differences(context.obj, found)


def show_log(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help="One run, such as RUN-3")] = "",
    go_on: Annotated[
        str, typer.Option("--continue", metavar="RUN", help="Go on with this run")
    ] = "",
    everything: ShowAll = False,
    explain: Explain = False,
) -> None:
    """Show what ran: every run, or every step of one; or go on with one

    Examples: sales process log; sales process log RUN-3; sales process log --continue RUN-3
    """
    from salescli.commands.shared import process_view, render
    from salescli.errors import UsageError
    from salescli.services import process_log, processes
    from salescli.services.answers import Answers

    if explain and not run:
        raise UsageError(
            "Only the log of one run has figures", hint="sales process log RUN-3 --explain"
        )
    if go_on:
        render.show(context.obj, processes.move_down(context.obj.unit, go_on, Answers()))
    elif run:
        log = process_log.steps(context.obj.unit, run)
        process_view.show_steps(context.obj, log, explains=explain)
    else:
        runs: list[Any] = process_log.runs(context.obj.unit, everything=everything)
        process_view.show_runs(context.obj, runs)
