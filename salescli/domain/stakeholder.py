"""What a stakeholder's part in a sale is measured with: influence, loyalty, motives, a decision."""

import re
from collections.abc import Iterable

from salescli.domain.text import clean, key
from salescli.errors import UsageError

LOYALTIES = {"opponent": -2, "neutral": 0, "supporter": 2}
"""The words for a loyalty."""

_NUMBERS = {str(number): number for number in range(-2, 6)} | {"+1": 1, "+2": 2, "+0": 0, "-0": 0}
_DECIDES = re.compile(r"\b(decision[- ]?makers?|deciders?|decides|economic buyer)\b")
_NOT = re.compile(r"\b(no|non|not|never)\b")
_BETWEEN = ";"


def read_influence(text: str) -> int:
    """Return how much somebody can move, from 1 to 5.

    Raises:
        UsageError: the text is no number in that range.
    """
    number = _NUMBERS.get(clean(text))
    if number is None or number < 1:
        raise UsageError(f"Influence `{clean(text)}` is out of range", hint="give 1 (little) to 5")
    return number


def read_loyalty(text: str) -> int:
    """Return what side somebody is on, from -2 to 2, or the number that a word means.

    Raises:
        UsageError: the text is neither a number in that range nor one of the words.
    """
    number = LOYALTIES.get(key(text), _NUMBERS.get(clean(text)))
    if number is None or number > 2:
        raise UsageError(
            f"Loyalty `{clean(text)}` is out of range",
            hint="give -2 (opponent) to 2 (supporter), or one of the words"
            " `opponent`, `neutral` and `supporter`",
        )
    return number


def say_loyalty(loyalty: int) -> str:
    """Return a loyalty with its sign, such as `+2`."""
    return f"{loyalty:+d}" if loyalty else "0"


def side(loyalty: int) -> str:
    """Return the word for the side that somebody is on."""
    return "opponent" if loyalty < 0 else "supporter" if loyalty > 0 else "neutral"


def decides(role: str | None) -> bool:
    """Whether a role says that its holder takes the decision."""
    said = re.split("[,;/]", key(role or ""))
    return any(_DECIDES.search(part) and not _NOT.search(part) for part in said)


def weight(influence: int | None, loyalty: int | None) -> int | None:
    """Return influence x loyalty: how much somebody helps, or hinders; None while it is unknown."""
    return None if influence is None or loyalty is None else influence * loyalty


def heaviest_first(weighed: int | None) -> tuple[bool, int]:
    """Return what stakeholders are sorted by: helpers, then opponents, then the unknown ones."""
    return weighed is None, -(weighed or 0)


def motives(stored: str | None) -> tuple[str, ...]:
    """Return the motives that one text holds."""
    return _apart((stored or "").split(_BETWEEN))


def one_text(motives: Iterable[str]) -> str:
    """Return motives as the one text that is kept, each of them once."""
    return f"{_BETWEEN} ".join(
        _apart(part for motive in motives for part in motive.split(_BETWEEN))
    )


def _apart(texts: Iterable[str]) -> tuple[str, ...]:
    cleaned = (clean(text) for text in texts)
    return tuple({key(text): text for text in cleaned if text}.values())
