"""What `sales close` says with an ending, and the look at an opportunity before it is won."""

from collections.abc import Sequence
from typing import NamedTuple

import typer

from salescli.commands.shared.completions import ENDINGS
from salescli.context import AppContext
from salescli.diagnostics import warning
from salescli.domain.text import printable
from salescli.errors import NotFoundError, UsageError
from salescli.services import endings, moves
from salescli.services.endings import NO_DECISION, Closing
from salescli.services.standing import Outcome


class Said(NamedTuple):
    """The options of `sales close`."""

    reason: str
    competitor: str
    no_decision: bool
    confirmed: bool
    flag_account: bool
    stage: str


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
    word = ending.casefold().removeprefix("closed-")
    if word not in ENDINGS:
        raise NotFoundError(
            f"A sale cannot end as `{ending}`",
            hint="it ends " + ", ".join(f"`{one}`" for one in ENDINGS),
        )
    _check(word, said)
    winner = NO_DECISION if said.no_decision else said.competitor
    sets = [*assignments]
    sets += [f"{n}={text}" for n, text in (("reason", said.reason), ("competitor", winner)) if text]
    is_confirmed = said.confirmed
    if word == "won" and not is_confirmed and context.is_interactive:
        answer = _ask_fresh(context, references)
        if answer is None:
            context.output.line("Nothing was closed.")
            return []
        is_confirmed = answer
    closing = Closing(is_confirmed, said.flag_account, stage=said.stage)
    return moves.change_stage(context.unit, references, ending, sets, closing=closing)


def _check(word: str, said: Said) -> None:
    if said.no_decision and said.competitor:
        raise UsageError(
            "Either somebody won or nobody did", hint="give --competitor or --no-decision"
        )
    belongs = {
        "--competitor": ("lost", said.competitor),
        "--no-decision": ("lost", said.no_decision),
        "--confirmed": ("won", said.confirmed),
        "--stage": ("rerouted", said.stage),
    }
    for option, (wanted, given) in belongs.items():
        if given and word != wanted:
            raise UsageError(
                f"`{option}` belongs to sales that end {wanted}", hint=f"leave out {option}"
            )
    if said.flag_account and word not in {"lost", "rejected"}:
        raise UsageError(
            "`--flag-account` belongs to sales that end lost or rejected",
            hint="leave out --flag-account",
        )


def _ask_fresh(context: AppContext, references: Sequence[str]) -> bool | None:
    """Tell what is unset or old and ask whether it is right; None when the sale shall stay open."""
    told = endings.look(context.unit, references, "won")
    if not told:
        return False
    for line in told:
        warning(line)
    return True if typer.confirm(printable("Close it as it is?"), default=True) else None
