"""Figures that can say how they were made: the formula in words, the records, how many of them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

MONEY = "money"
"""The unit of an amount; its currency stands beside it."""


class LeftOut(NamedTuple):
    """So many records that a figure is about, and that it could not count, with the reason."""

    n: int
    why: str


class Figure(NamedTuple):
    """One computed figure and where it comes from.

    `figure` is what its column or line is called, `of` which row it stands in, and `at` where it
    stands in the JSON document, as a JSON pointer. Where `at` leads to a list, the figure is its
    length, and the list may show only the first records. `n` records went into it.
    """

    figure: str
    at: str
    value: int | float | str
    unit: str
    formula: str
    source: str
    n: int
    of: str = ""
    currency: str = ""
    left_out: tuple[LeftOut, ...] = ()
    detail: str = ""


def left_out(*counts: tuple[int, str]) -> tuple[LeftOut, ...]:
    """Return the reasons for which at least one record was left out."""
    return tuple(LeftOut(n, why) for n, why in counts if n)


def as_documents(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """Return explanations for machines."""
    return [
        figure._asdict() | {"left_out": [entry._asdict() for entry in figure.left_out]}
        for figure in figures
    ]
