"""Shows how figures were made, below what a report prints."""

from collections.abc import Sequence

from salescli.domain.figures import MONEY, Figure
from salescli.domain.money import say_plain
from salescli.output import Output

SINGULAR = {
    "activities": "activity",
    "days": "day",
    "opportunities": "opportunity",
    "sales": "sale",
    "seconds": "second",
}
"""What one of a unit is called."""


def show(output: Output, figures: Sequence[Figure]) -> None:
    """Show formula and source once, and below them each figure with what went into it.

    In a pipe each figure is a row that begins with the word `explain`.
    """
    if not output.is_terminal:
        output.table((), [_row(figure) for figure in figures])
        return
    output.line()
    output.line("How these figures are made" if figures else "Nothing here is computed.")
    last = None
    for figure in figures:
        if last is None or _kind(last) != _kind(figure):
            output.line()
            output.line(f"{figure.figure}: {figure.formula}", style="bold")
            output.line(f"From: {figure.source}", indent=2)
        output.line(_made(figure), indent=2)
        last = figure


def _kind(figure: Figure) -> tuple[str, ...]:
    return figure.figure, figure.formula, figure.source


def _made(figure: Figure) -> str:
    """Tell one figure: what it is of, its value, its n, and what was left out."""
    unit = figure.unit
    if figure.value == 1:
        unit = SINGULAR.get(unit, unit)
    name = f"{figure.of}: " if figure.of else ""
    value = f"{figure.value} {unit}"
    if figure.unit == MONEY:
        value = say_plain(str(figure.value), figure.currency)
    told = [f"{name}{value}", f"n = {figure.n}", *_left_out(figure)]
    return ", ".join([*told, *([figure.detail] if figure.detail else [])])


def _left_out(figure: Figure) -> list[str]:
    return [f"left out {entry.n} {entry.why}" for entry in figure.left_out]


def _row(figure: Figure) -> tuple[object, ...]:
    return (
        "explain",
        figure.figure,
        figure.of,
        figure.value,
        figure.unit,
        figure.currency,
        figure.formula,
        figure.source,
        figure.n,
        "; ".join(_left_out(figure)),
        figure.detail,
    )
