"""Prints what was measured beside its goals."""

from collections.abc import Sequence
from typing import Any, NamedTuple


class Figure(NamedTuple):
    """One measured value, and the most that it may be where there is a goal."""

    name: str
    value: float
    unit: str = "x"
    goal: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether the goal is met; what has none is."""
        return self.goal is None or self.value <= self.goal


def heading(title: str, explanation: str) -> None:
    """Begin a part."""
    print(f"\n{title}\n{explanation}\n", flush=True)


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows whose last cell is the figure that has the goal."""
    cells = [[*columns, "goal", ""]]
    cells += [[*map(str, row[:-1]), *_goal(row[-1])] for row in rows]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    for row in cells:
        first, *others = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join([first.strip().ljust(widths[0]), *others]).rstrip(), flush=True)


def lines(figures: Sequence[Figure]) -> None:
    """Print one figure a line."""
    rows = [(figure.name, f"{figure.value:.2f} {figure.unit}", figure) for figure in figures]
    table(["", "measured"], rows)


def missed(figures: Sequence[Figure]) -> list[str]:
    """Return the names of the figures that miss their goal."""
    return [figure.name for figure in figures if not figure.is_met]


def _goal(figure: Figure) -> tuple[str, str]:
    if figure.goal is None:
        return "", ""
    return f"{figure.goal:g}", "met" if figure.is_met else "MISSED"
