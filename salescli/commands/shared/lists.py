"""How long a list is: a screenful for a person, all of it for a pipe or a program."""

from salescli.context import AppContext
from salescli.diagnostics import warning

SCREENFUL = 50


def most(context: AppContext, limit: int | None) -> int:
    """Return how many records are listed at most; 0 for all."""
    if limit is not None:
        return limit
    return SCREENFUL if context.output.is_terminal and not context.as_json else 0


def tell_rest(shown: int, total: int) -> None:
    """Say how many records were left out: a list that was cut must not look whole."""
    if total > shown:
        warning(f"{total - shown:,} more are not shown; `-n 0` lists all {total:,}")
