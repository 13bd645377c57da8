"""Charts as lines of text at a width, for the command line and the board.

No colour is needed to read one. With `ascii_only` no character outside ASCII is used.
"""

from collections.abc import Sequence
from textwrap import wrap

from salescli.domain.charted import Bars, Curve, PlanBar
from salescli.layout import places

NARROWEST = 20
"""No chart is made narrower."""

SHORTEST = 3
"""No bar has fewer cells."""

MOST_BESIDE = 0.4
"""A text beside the bars takes no more of the width; a longer one goes below its bar."""

BURN_UP_LINES = 8

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
        lines = plan_bar(shown, width, ascii_only=ascii_only)
        return [*lines, *wrap(_plan_signs(shown, ascii_only=ascii_only), width)]
    return _framed(shown, max(width, NARROWEST), ascii_only=ascii_only)


def bars(shown: Bars, width: int, *, ascii_only: bool = False) -> list[str]:
    """Return a bar for each entry, the largest as long as there is room, its name before it.

    The figure that the bar follows stands at its end, under `shown.of`. What is told beside it has
    a column of its own; the one text that is too long for it stands below its bar.
    """
    entries = shown.entries
    if not entries:
        return []
    width = max(width, NARROWEST)
    name = min(max(places(one.name) for one in entries), width // 3)
    told = min(max(places(one.told) for one in entries), width // 3)
    most = min(int(width * MOST_BESIDE), width - name - told - 3 - SHORTEST)
    beside = max((n for one in entries if (n := places(one.beside)) <= most), default=0)
    room = width - name - told - 2 - (beside + 1 if beside else 0)
    lines = []
    if shown.of:
        lines.append(f"{' ' * name} {_right(shown.of, room + 1 + told)}")
    for one in entries:
        drawing = bar(one.value / shown.most, room, ascii_only=ascii_only)
        line = f"{_fit(one.name, name)} {drawing} {_right(one.told, told)}"
        fits = places(one.beside) <= beside
        lines.append(f"{line} {_right(one.beside, beside)}".rstrip() if fits and beside else line)
        if not fits:
            lines += [f"  {text}" for text in wrap(one.beside, width - 2)]
    return lines


def plan_bar(shown: PlanBar, width: int, *, ascii_only: bool = False) -> list[str]:
    """Return won as a full bar and the weighted pipeline behind it, below two marks.

    `v` stands where the pace should be, `Q` at the quota, each with its word where there is room.
    A pipeline that is larger than the bar ends in an arrow; so the marks are where one sees them.
    """
    width = max(width, NARROWEST)
    full, behind, arrow, empty = "#+>." if ascii_only else "█▒▶·"
    solid = round(shown.won / shown.most * width)
    soft = round((shown.won + shown.behind) / shown.most * width) - solid
    cells = list((full * solid + behind * soft).ljust(width, empty)[:width])
    if shown.goes_beyond:
        cells[-1] = arrow
    return [_marks(shown, width), "".join(cells)]


def _marks(shown: PlanBar, width: int) -> str:
    goal = min(round(shown.quota / shown.most * width), width - 1)
    pace = min(round(shown.elapsed * shown.quota / shown.most * width), width - 1)
    pace, goal = (pace, goal) if pace != goal else (max(goal - 1, 0), max(goal, 1))
    line = [" "] * width
    line[pace], line[goal] = "v", "Q"
    for place, word in ((goal, "quota"), (pace, "pace")):
        behind, before = place + 2, place - 1 - len(word)
        for start in (behind, before):
            free = line[max(start - 1, 0) : start + len(word) + 1]
            around = [char for char in free if char != " "]
            if start >= 0 and start + len(word) <= width and around in ([], [line[place]]):
                line[start : start + len(word)] = word
                break
    return "".join(line).rstrip()


def _plan_signs(shown: PlanBar, *, ascii_only: bool) -> str:
    full, behind, arrow = "#+>" if ascii_only else "█▒▶"
    beyond = f" ({arrow} and more)" if shown.goes_beyond else ""
    return (
        f"{full} won, {behind} weighted pipeline{beyond}; v where the pace should be, Q the quota"
    )


def _framed(shown: Curve, width: int, *, ascii_only: bool) -> list[str]:
    """Return a curve with its highest amount above it, its first and last day below, and words."""
    rule = "-" if ascii_only else "─"
    room = width - places(shown.first) - places(shown.last) - 2
    axis = f"{shown.first} {rule * max(room, 1)} {shown.last}"
    solid, dotted = ("*", ".") if ascii_only else ("Solid", "Dotted")
    told = f"{solid}: {shown.done_told}. {dotted}: {shown.line_told}."
    curve = burn_up(shown.done, shown.line, width, BURN_UP_LINES, ascii_only=ascii_only)
    return [_fit(shown.highest, width).rstrip(), *curve, _fit(axis, width), *wrap(told, width)]


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
