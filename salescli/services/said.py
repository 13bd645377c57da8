"""What is said with an ending, wherever it is said: on the command line or in a batch."""

from collections.abc import Sequence
from typing import NamedTuple

from salescli.domain.process.spec import ENDINGS
from salescli.errors import NotFoundError, UsageError
from salescli.services.endings import NO_DECISION, Closing


class Said(NamedTuple):
    """What goes with an ending beside its fields."""

    reason: str = ""
    competitor: str = ""
    no_decision: bool = False
    confirmed: bool = False
    flag_account: bool = False
    stage: str = ""


def ending_of(text: str) -> str:
    """Return the word for an ending.

    Raises:
        NotFoundError: a sale cannot end so.
    """
    word = text.casefold().removeprefix("closed-")
    if word not in ENDINGS:
        raise NotFoundError(
            f"A sale cannot end as `{text}`",
            hint="it ends " + ", ".join(f"`{one}`" for one in ENDINGS),
        )
    return word


def prepared(
    ending: str, said: Said, assignments: Sequence[str]
) -> tuple[tuple[str, ...], Closing]:
    """Return the fields of an ending as `name=value`, and what else is to be done.

    Raises:
        UsageError: two things say the opposite, or belong to another ending.
    """
    _check(ending, said)
    _require_one_winner(said, assignments)
    winner = NO_DECISION if said.no_decision else said.competitor
    named = (("reason", said.reason), ("competitor", winner))
    sets = (*assignments, *(f"{name}={text}" for name, text in named if text))
    return sets, Closing(said.confirmed, said.flag_account, stage=said.stage)


def _require_one_winner(said: Said, assignments: Sequence[str]) -> None:
    named = {one.partition("=")[0].strip() for one in assignments}
    if said.no_decision + bool(said.competitor) + ("competitor" in named) > 1:
        raise UsageError(
            "Either somebody won or nobody did", hint="give --competitor or --no-decision"
        )


def _check(word: str, said: Said) -> None:
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
