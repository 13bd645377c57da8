"""`sales pipeline`: the number that a manager asks for."""

from typing import Annotated

import typer

from salescli.commands.shared.options import Explain


def pipeline(
    context: typer.Context,
    mine: Annotated[bool, typer.Option("--mine", help="Only my opportunities")] = False,
    losses: Annotated[
        bool, typer.Option("--losses", help="What was lost instead, by who won it")
    ] = False,
    explain: Explain = False,
) -> None:
    """Show the stages with count, sum and weighted sum of the open opportunities

    Examples: sales pipeline; sales pipeline --mine --explain; sales pipeline --losses

    The weighted sum is amount times probability: an opportunity's own one, else its stage's.
    """
    if losses:
        from salescli.commands.shared import losses_view
        from salescli.services.losses import by_winner

        losses_view.show(context.obj, by_winner(context.obj.unit, mine=mine), explains=explain)
        return
    from salescli.commands.shared import pipeline_view
    from salescli.services.pipeline import by_stage

    pipeline_view.show(
        context.obj, by_stage(context.obj.unit, "me" if mine else ""), explains=explain
    )
