"""What `sales close` says with an ending, and the look at an opportunity before it is won."""

from collections.abc import Sequence

import typer

from salescli.context import AppContext
from salescli.diagnostics import warning
from salescli.domain.text import printable
from salescli.services import endings, moves
from salescli.services.said import Said, ending_of, prepared
from salescli.services.standing import Outcome


def close(
    context: AppContext,
    references: Sequence[str],
    ending: str,
    said: Said,
    assignments: Sequence[str],
) -> list[Outcome]:
    """End sales, after a question where a person can look at what is old; empty if they keep it.

    Raises:
        NotFoundError: a sale cannot end so.
        UsageError: two of the options say the opposite, or belong to another ending.
    """
    word = ending_of(ending)
    sets, closing = prepared(word, said, assignments)
    is_confirmed = said.confirmed
    if word == "won" and not is_confirmed and context.is_interactive:
        answer = _ask_fresh(context, references)
        if answer is None:
            context.output.line("Nothing was closed.")
            return []
        is_confirmed = answer
    closing = closing._replace(is_confirmed=is_confirmed)
    return moves.change_stage(context.unit, references, ending, sets, closing=closing)


def _ask_fresh(context: AppContext, references: Sequence[str]) -> bool | None:
    """Tell what is unset or old and ask whether it is right; None when the sale shall stay open."""
    told = endings.look(context.unit, references, "won")
    if not told:
        return False
    for line in told:
        warning(line)
    return True if typer.confirm(printable("Close it as it is?"), default=True) else None
