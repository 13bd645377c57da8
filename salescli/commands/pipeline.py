"""`sales pipeline`: the number that a manager asks for."""

from typing import Annotated

import typer

from salescli.commands.shared.options import Explain


def pipeline(
    context: typer.Context,
    mine: Annotated[bool, typer.Option("--mine", help="Only my opportunities")] = False,
    explain: Explain = False,
) -> None:
    """Show the stages with count, sum and weighted sum of the open opportunities

    Examples: sales pipeline; sales pipeline --mine --explain

    The weighted sum is amount times probability: an opportunity's own one, else its stage's.
    """
    from salescli.commands.shared import pipeline_view
    from salescli.services.pipeline import by_stage

    pipeline_view.show(context.obj, by_stage(context.obj.unit, mine=mine), explains=explain)
