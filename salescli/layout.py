"""Text at a width: paragraphs, and tables that become blocks where their columns do not fit."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

READABLE = 16
"""A column is not made narrower than this to let its words wrap."""

GAP = 2
"""Empty places between two columns."""

NARROWEST = 8
"""No terminal is taken to be narrower."""

_WORDS = re.compile(r"(\s*)(\S+)")
_BULLET = re.compile(r"\s*(?:[-*]|\d+\.) ")


class Line(NamedTuple):
    """A line of a table; a title may be shown with an ornament."""

    text: str
    is_title: bool = False


class Table(NamedTuple):
    """What a table shows. Of a block, `titles` are the columns of the first line."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    titles: Sequence[str]
    right: Collection[str] = ()


def places(text: str) -> int:
    """Return how many places a text takes: two for a wide character, none for an accent."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def paragraph(text: str, width: int) -> list[str]:
    """Return the lines of a text; a list item goes on below its words, other text below itself."""
    lines: list[str] = []
    for part in text.split("\n"):
        bullet = _BULLET.match(part)
        hang = bullet.end() if bullet else len(part) - len(part.lstrip())
        lines += wrapped(part, width, hang)
    return lines


def wrapped(text: str, width: int, hang: int = 0) -> list[str]:
    """Return a text in lines that break between words; only a word that is too long is cut.

    All lines but the first are set in by `hang` places.
    """
    if places(text) <= width:
        return [text.rstrip()]
    width = max(width, NARROWEST)
    hang = min(hang, width // 2)
    lines, line, is_begun = [], "", False
    for space, word in _WORDS.findall(text):
        if is_begun and places(line + space + word) > width:
            lines.append(line)
            line, is_begun = " " * hang, False
        line += (space if is_begun or not lines else "") + word
        is_begun = True
        *full, line = _cut(line, width, hang)
        lines += full
    return [*lines, line]


def _cut(line: str, width: int, hang: int) -> list[str]:
    """Cut a line that one word has made too long; an accent stays with its letter."""
    if places(line) <= width:
        return [line]
    from rich.cells import chop_cells

    first = chop_cells(line, width)[0]
    rest = chop_cells(line[len(first) :], width - hang)
    return [first, *(" " * hang + part for part in rest)]


def table(shown: Table, width: int) -> list[Line]:
    """Return a table in columns, or where its words would have to be cut, a block for each row."""
    widths = _widths(shown, width)
    return _grid(shown, widths) if widths else _blocks(shown, width)


def _widths(shown: Table, width: int) -> list[int]:
    """Return the width of each column; nothing when they do not fit side by side."""
    columns = list(zip(shown.columns, *shown.rows, strict=True))
    wanted = [max(map(places, cells)) for cells in columns]
    spare = width - GAP * (len(columns) - 1)
    if sum(wanted) <= spare:
        return wanted
    widths = [
        min(full, max(READABLE, *(_longest_word(cell, width // 2) for cell in cells)))
        for full, cells in zip(wanted, columns, strict=True)
    ]
    spare -= sum(widths)
    if spare < 0:
        return []
    growing = sorted(range(len(columns)), key=lambda place: wanted[place] - widths[place])
    for rank, place in enumerate(growing):
        more = min(wanted[place] - widths[place], spare // (len(growing) - rank))
        widths[place] += more
        spare -= more
    return widths


def _longest_word(cell: str, most: int) -> int:
    return min(most, max(map(places, cell.split()), default=0))


def _grid(shown: Table, widths: Sequence[int]) -> list[Line]:
    is_right = [column in shown.right for column in shown.columns]
    lines = [Line(text, is_title=True) for text in _row(shown.columns, widths, is_right)]
    for row in shown.rows:
        lines += [Line(text) for text in _row(row, widths, is_right)]
    return lines


def _row(cells: Sequence[str], widths: Sequence[int], is_right: Sequence[bool]) -> list[str]:
    stacks = [wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    lines = []
    for depth in range(max(map(len, stacks))):
        parts = [
            _set(stack[depth] if depth < len(stack) else "", width, right)
            for stack, width, right in zip(stacks, widths, is_right, strict=True)
        ]
        lines.append((" " * GAP).join(parts).rstrip())
    return lines


def _set(text: str, width: int, is_right: bool) -> str:  # noqa: FBT001 - one of a row's columns
    fill = " " * (width - places(text))
    return fill + text if is_right else text + fill


def _blocks(shown: Table, width: int) -> list[Line]:
    lines: list[Line] = []
    for row in shown.rows:
        cells = [(label, cell) for label, cell in zip(shown.columns, row, strict=True) if cell]
        heads = [cell for label, cell in cells if label in shown.titles]
        rest = [(label, cell) for label, cell in cells if label not in shown.titles]
        if not heads and rest:
            heads = [rest.pop(0)[1]]
        title = wrapped(" ".join(heads), width, GAP)
        lines += [Line(text, is_title=True) for text in title]
        lines += map(
            Line, _packed([f"{label}: {cell}".lstrip(": ") for label, cell in rest], width)
        )
    return lines


def _packed(sayings: Sequence[str], width: int) -> list[str]:
    """Return lines that hold as many sayings as fit."""
    lines: list[str] = []
    for said in sayings:
        if lines and places(f"{lines[-1]}; {said}") <= width:
            lines[-1] += f"; {said}"
        else:
            lines += wrapped(f"  {said}", width, 2 * GAP)
    return lines
