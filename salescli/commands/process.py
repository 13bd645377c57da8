"""`sales process`: the definitions and the log of what ran."""

from pathlib import Path
from typing import Annotated, Any

import typer

from salescli.commands.shared import completions
from salescli.commands.shared.catalog import EPILOG
from salescli.commands.shared.options import Explain, ShowAll

app = typer.Typer(add_completion=False, help="Show, check and publish processes; their log")

Process = Annotated[
    str, typer.Argument(help="The process, in any spelling", autocompletion=completions.processes)
]

DefinitionFile = Annotated[Path, typer.Argument(help="A definition in TOML")]


@app.command("list", epilog=EPILOG)
def list_processes(context: typer.Context, explain: Explain = False) -> None:
    """List every published version, with the number of sales that stand in it

    Example: sales process list
    """
    from salescli.commands.shared import explained
    from salescli.domain.figures import as_documents
    from salescli.domain.moments import say_iso
    from salescli.services import process_log

    found = process_log.versions(context.obj.unit)
    figures = process_log.explain_versions(found) if explain else []
    output = context.obj.output
    if output.as_json:
        versions = [version._asdict() for version in found]
        told = {"versions": versions, "explain": as_documents(figures)}
        output.document(told if explain else versions)
        return
    output.table(
        ("Process", "Version", "Name", "Published", "Sales"),
        [
            (
                v.process,
                v.revision,
                v.name,
                say_iso(v.published_at, context.obj.now())
                if output.is_terminal
                else v.published_at,
                v.running,
            )
            for v in found
        ],
    )
    if explain:
        explained.show(output, figures)


@app.command("show", epilog=EPILOG)
def show_process(
    context: typer.Context,
    name: Process,
    source: Annotated[bool, typer.Option("--source", help="The file, as it was published")] = False,
) -> None:
    """Show the stages and steps of a process

    Examples: sales process show corporate-sale; sales process show corporate-sale --source
    """
    from salescli.commands.shared import process_view
    from salescli.services import process_log

    if source:
        context.obj.output.source(process_log.source(context.obj.unit, name))
        return
    process_view.show(context.obj, process_log.definition(context.obj.unit, name))


@app.command("check", epilog=EPILOG)
def check_process(context: typer.Context, file: DefinitionFile) -> None:
    """Check a definition file; each problem is told with its line

    Example: sales process check corporate-sale.toml
    """
    from salescli.services import definitions, publishing

    source, _document = definitions.read(file)
    spec = publishing.checked(source, file.name)
    output = context.obj.output
    steps = sum(len(stage.steps) for stage in spec.stages)
    sentence = f"`{file.name}` is sound: {len(spec.stages)} stages, {steps} steps"
    if output.as_json:
        output.document({"process": spec.id, "problems": []})
        return
    output.line(sentence)
    output.line(f"Next: sales process publish {file}")


@app.command("publish", epilog=EPILOG)
def publish_process(
    context: typer.Context,
    file: DefinitionFile,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask")] = False,
) -> None:
    """Publish a definition file as the newest version of its process

    Example: sales process publish corporate-sale.toml

    Running sales keep the version that their current stage began with, and take the new one when
    they enter their next stage.
    """
    from salescli.services import definitions, publishing

    source, _document = definitions.read(file)
    output = context.obj.output
    standing = publishing.standing(context.obj.unit, source, file.name)
    if standing and context.obj.is_interactive and not yes:
        for stage, count in standing.items():
            output.line(f"  {count} running in {stage}")
        if not typer.confirm("Publish it?"):
            output.line("Nothing was published.")
            return
    done = publishing.publish(context.obj.unit, source, file.name)
    if output.as_json:
        output.document(done._asdict() | {"standing": standing})
        return
    output.line(f"Published version {done.revision} of `{done.process}`")
    for stage, count in standing.items():
        output.line(f"  {count} running in {stage}")
    output.line(f"Next: sales process show {done.process}")


@app.command("log", epilog=EPILOG)
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
