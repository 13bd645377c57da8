"""`sales run-process`: the main menu of the guided sale."""

from typing import Annotated

import typer

from salescli.commands.shared import completions
from salescli.commands.shared.options import Assignments, NextStage


def run_process(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(help="The process, in any spelling", autocompletion=completions.processes),
    ] = "",
    opportunity: Annotated[
        str,
        typer.Option("--opportunity", "--opp", metavar="REF", help="Guide this opportunity"),
    ] = "",
    lead: Annotated[str, typer.Option(metavar="REF", help="Begin with this lead")] = "",
    account: Annotated[
        str, typer.Option(metavar="NAME", help="Begin with this company, known or new")
    ] = "",
    run: Annotated[str, typer.Option("--run", metavar="RUN", help="Resume this run")] = "",
    owner: Annotated[str, typer.Option(metavar="LOGIN", help="Who will own the sale")] = "",
    division: Annotated[str, typer.Option(metavar="NAME", help="Whose head decides")] = "",
    result: Annotated[
        str, typer.Option(metavar="RESULT", help="Complete the open step with this result")
    ] = "",
    next_stage: NextStage = "",
    assignments: Assignments = None,
    at: Annotated[
        str, typer.Option("--at", metavar="WHEN", help="Schedule the open activity")
    ] = "",
    new: Annotated[
        bool, typer.Option("--new", help="Start another, even if one just began")
    ] = False,
) -> None:
    """Start a guided process, or resume the running sale

    Examples: sales run-process corporate-sale --account "Acme Ltd"; sales run-process
    corporate-sale --opportunity OPP-12; sales run-process corporate-sale --run RUN-3
    --result meet --set meeting_at="tue 10"

    On a terminal it walks you through: activity, hint, results, fields, next stage. In a pipe it
    prints where the sale stands and ends.
    """
    from salescli.commands.shared import render, walk
    from salescli.services import processes
    from salescli.services.answers import Answers
    from salescli.services.starting import Subject

    app = context.obj
    process = name or walk.choose_process(app)
    answers = Answers(result, tuple(assignments or ()), next_stage, at)
    subject = Subject(opportunity, lead, account, run, owner, division)
    outcome = processes.run_process(app.unit, process, subject, answers, anew=new)
    is_guided = app.is_interactive and not answers.any
    render.show(app, outcome, asks=is_guided)
    if is_guided:
        walk.guide(app, outcome.standing)
