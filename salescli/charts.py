"""Charts as lines of text at a width, for the command line and the board.

No colour is needed to read one. With `ascii_only` no character outside ASCII is used.
"""

from collections.abc import Sequence

from salescli.domain.charted import Bars, Curve, PlanBar
from salescli.layout import places

NARROWEST = 20
"""No chart is made narrower."""

SHORTEST = 3
"""No bar has fewer cells."""

BURN_UP_LINES = 8
PLAN_SIGNS = "Won, then the weighted pipeline; v: where the pace should be, Q: the quota"

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The dots of a braille cell, from the top down, left and right."""

_BRAILLE = 0x2800


def bar(share: float, width: int, *, ascii_only: bool = False) -> str:
    """Return a bar that fills a share of `width` cells, from 0 to 1; more than 1 fills all."""
    share = min(max(share, 0.0), 1.0)
    if ascii_only:
        return ("#" * round(share * width)).ljust(width, ".")
    eighths = round(share * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width, "·")


def drawn(shown: Bars | PlanBar | Curve, width: int, *, ascii_only: bool = False) -> list[str]:
    """Return a chart of any kind, with what its signs mean."""
    if isinstance(shown, Bars):
        return bars(shown, width, ascii_only=ascii_only)
    if isinstance(shown, PlanBar):
        return [*plan_bar(shown, width, ascii_only=ascii_only), PLAN_SIGNS]
    return burn_up(shown.done, shown.line, width, BURN_UP_LINES, ascii_only=ascii_only)


def bars(shown: Bars, width: int, *, ascii_only: bool = False) -> list[str]:
    """Return a bar for each entry, the largest as long as there is room, its name before it."""
    entries = shown.entries
    if not entries:
        return []
    width = max(width, NARROWEST)
    name = min(max(places(one.name) for one in entries), width // 3)
    told = min(max(places(one.told) for one in entries), width - name - 2 - SHORTEST)
    room = width - name - told - 2
    return [
        f"{_fit(one.name, name)} {bar(one.value / shown.most, room, ascii_only=ascii_only)}"
        f" {_right(one.told, told)}"
        for one in entries
    ]


def plan_bar(shown: PlanBar, width: int, *, ascii_only: bool = False) -> list[str]:
    """Return won as a full bar, the weighted pipeline behind it, and `|` where the pace should be.

    The bar is as long as the quota, or as what is won and expected where that is more.
    """
    width = max(width, NARROWEST)
    won, quota, elapsed, weighted = shown
    whole = shown.most
    full, behind = ("#", "+") if ascii_only else ("█", "▒")
    empty = "." if ascii_only else "·"
    solid = round(won / whole * width)
    soft = round((won + weighted) / whole * width) - solid
    cells = list((full * solid + behind * soft).ljust(width, empty)[:width])
    line = [" "] * width
    marks = ((elapsed * quota / whole, "v"), (quota / whole, "Q"))
    for place, mark in marks:
        line[min(round(place * width), width - 1)] = mark
    return ["".join(line).rstrip(), "".join(cells)]


def burn_up(
    done: Sequence[float],
    line: Sequence[float],
    width: int,
    height: int,
    *,
    ascii_only: bool = False,
) -> list[str]:
    """Return a curve of what was done by day, and the straight line that it is held against.

    `done` may end before `line` does: the days to come have no curve. In braille each cell has two
    days by four steps.
    """
    width = max(width, NARROWEST)
    most = max((*done, *line, 1))
    if ascii_only:
        return _plotted(done, line, most, width, height)
    cells = [[0] * width for _ in range(height)]
    for values, is_dotted in ((line, True), (done, False)):
        for column in range(width * 2):
            at = column * max(len(line) - 1, 1) // max(width * 2 - 1, 1)
            if at >= len(values) or (is_dotted and column % 4):
                continue
            step = min(int(values[at] / most * (height * 4 - 1)), height * 4 - 1)
            row, dot = divmod(height * 4 - 1 - step, 4)
            cells[row][column // 2] |= _DOTS[dot][column % 2]
    return ["".join(chr(_BRAILLE + cell) for cell in row).rstrip("⠀") for row in cells]


def _plotted(
    done: Sequence[float], line: Sequence[float], most: float, width: int, height: int
) -> list[str]:
    rows = [[" "] * width for _ in range(height)]
    for values, mark in ((line, "."), (done, "*")):
        for column in range(width):
            at = column * max(len(line) - 1, 1) // max(width - 1, 1)
            if at < len(values):
                step = min(int(values[at] / most * (height - 1)), height - 1)
                rows[height - 1 - step][column] = mark
    return ["".join(row).rstrip() for row in rows]


def _fit(text: str, width: int) -> str:
    while places(text) > width:
        text = text[:-2].rstrip() + "…" if len(text) > 1 else ""
    return text + " " * (width - places(text))


def _right(text: str, width: int) -> str:
    return " " * max(width - places(text), 0) + _fit(text, min(places(text), width))
