"""The verbs that move sales: to a stage, to an ending, back from one, to another owner."""

from typing import Annotated

import typer

from salescli.commands.shared import completions
from salescli.commands.shared.options import (
    Assignments,
    BatchId,
    FromFile,
    OnError,
    Reason,
    ReferenceText,
    View,
    Where,
    Yes,
    asked_by,
)

MANY = "One or more references, then the value"
ToStage = Annotated[
    list[str] | None,
    typer.Argument(metavar="REF... STAGE", help=MANY, autocompletion=completions.sales_or_stages),
]
ToEnding = Annotated[
    list[str] | None,
    typer.Argument(metavar="REF... ENDING", help=MANY, autocompletion=completions.sales_or_endings),
]
ToUser = Annotated[
    list[str] | None,
    typer.Argument(metavar="REF... LOGIN", help=MANY, autocompletion=completions.sales_or_users),
]


def stage(
    context: typer.Context,
    targets: ToStage = None,
    assignments: Assignments = None,
    where: Where = None,
    view: View = "",
    file: FromFile = "",
    on_error: OnError = "",
    batch_id: BatchId = "",
    yes: Yes = False,
) -> None:
    """Move sales to a stage, whichever one they stand in

    Examples: sales stage acme proposal; sales stage OPP-3 OPP-5 negotiations; sales stage
    negotiations --where "stage = proposal and owner = me and stage_age > 30"; sales stage --file
    updates.csv

    Open steps of the old stage are canceled with their activities; naming the current stage
    begins it again. With a condition, a view or a file it is a batch: a line tells of each sale. A
    condition leaves alone what stands in the stage already.
    """
    from salescli.commands.shared import batching

    choice = batching.Choice(asked_by(where), view, file, on_error, batch_id, yes)
    if batching.is_batch(choice, targets):
        usual = batching.with_fields({}, assignments)
        batching.run_verb(context.obj, "stage", targets or [], usual, choice)
        return
    from salescli.commands.shared import render

    references, value = _split("stage", targets or [], "STAGE")
    if context.obj.is_interactive:
        from salescli.commands.shared import closing

        outcomes = closing.end(context.obj, references, value, assignments or ())
    else:
        from salescli.services import moves

        outcomes = moves.change_stage(context.obj.unit, references, value, assignments or ())
    if outcomes:
        render.show_all(context.obj, outcomes)


def close(
    context: typer.Context,
    targets: ToEnding = None,
    reason: Reason = "",
    competitor: Annotated[str, typer.Option(help="Who won instead")] = "",
    no_decision: Annotated[
        bool, typer.Option("--no-decision", help="Lost, and nobody else won")
    ] = False,
    confirmed: Annotated[
        bool, typer.Option("--confirmed", help="The opportunity was checked and is up to date")
    ] = False,
    flag_account: Annotated[
        bool, typer.Option("--flag-account", help="Keep the reason on the account as a warning")
    ] = False,
    begin: Annotated[
        str,
        typer.Option(
            "--stage",
            help="Where the opportunity begins that takes the place of a rerouted one",
            autocompletion=completions.stages,
        ),
    ] = "",
    assignments: Assignments = None,
    where: Where = None,
    view: View = "",
    file: FromFile = "",
    on_error: OnError = "",
    batch_id: BatchId = "",
    yes: Yes = False,
) -> None:
    """End sales as won, lost, rerouted or rejected

    Examples: sales close acme won --confirmed; sales close OPP-3 OPP-5 lost --reason "no budget
    this year" --no-decision; sales close acme rerouted --reason "they need the service, not the
    machine" --set name="Service contract"

    Rerouted opens a new opportunity that takes the place of the old one; --set fills its fields.
    With a condition, a view or a file it is a batch: a line tells of each sale.
    """
    from salescli.commands.shared import batching

    choice = batching.Choice(asked_by(where), view, file, on_error, batch_id, yes)
    if batching.is_batch(choice, targets):
        usual = batching.with_fields(
            {
                "reason": reason,
                "competitor": competitor,
                "no_decision": no_decision,
                "confirmed": confirmed,
                "flag_account": flag_account,
                "stage": begin,
            },
            assignments,
        )
        batching.run_verb(context.obj, "close", targets or [], usual, choice)
        return
    from salescli.commands.shared import closing, render
    from salescli.services.said import Said

    references, value = _split("close", targets or [], "won|lost|rerouted|rejected")
    said = Said(reason, competitor, no_decision, confirmed, flag_account, begin)
    outcomes = closing.close(context.obj, references, value, said, assignments or ())
    if outcomes:
        render.show_all(context.obj, outcomes)


def reopen(
    context: typer.Context,
    reference: ReferenceText,
    reason: Reason = "",
    to: Annotated[
        str, typer.Option("--stage", help="Where to begin", autocompletion=completions.stages)
    ] = "",
) -> None:
    """Take a closed sale up again, at the stage that it was closed in

    Example: sales reopen OPP-12 --reason "they have a budget again"
    """
    from salescli.commands.shared import render
    from salescli.errors import DecisionNeededError
    from salescli.services import moves

    if not reason.strip():
        raise DecisionNeededError(
            "Why is it opened again?", hint="give it with --reason ...", choices=("reason",)
        )
    render.show(context.obj, moves.reopen(context.obj.unit, reference, reason, to))


def assign(
    context: typer.Context,
    targets: ToUser = None,
    where: Where = None,
    view: View = "",
    file: FromFile = "",
    on_error: OnError = "",
    batch_id: BatchId = "",
    yes: Yes = False,
) -> None:
    """Give sales to another owner, with the open activities of the former one

    Examples: sales assign acme bo; sales assign bo --where "owner = cy and stage = proposal"

    With a condition, a view or a file it is a batch: a line tells of each sale.
    """
    from salescli.commands.shared import batching

    choice = batching.Choice(asked_by(where), view, file, on_error, batch_id, yes)
    if batching.is_batch(choice, targets):
        batching.run_verb(context.obj, "assign", targets or [], {}, choice)
        return
    from salescli.services import moves

    references, login = _split("assign", targets or [], "LOGIN")
    given = moves.assign(context.obj.unit, references, login)
    first = given[0].reference
    look = "opportunity show" if first.startswith("OPP") else "continue"
    context.obj.output.changed([one.sentence for one in given], f"sales {look} {first}")


def _split(command: str, targets: list[str], wanted: str) -> tuple[list[str], str]:
    if len(targets) < 2:
        from salescli.errors import UsageError

        raise UsageError(
            f"A reference and then {wanted} are needed",
            hint=f"for example: sales {command} acme {wanted}",
        )
    return targets[:-1], targets[-1]
