"""Text in the cells of a terminal: cut, filled up and free of what steers it."""

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.style import Style

from salescli.domain.text import printable

CUT = "…"


def safe(text: str) -> str:
    """Return text as it may be shown in one line."""
    return printable(text).replace("\n", " ").replace("\t", " ")


def clicked(text: str | Content, action: str) -> Content:
    """Return a text that does an action of the screen or the app when it is clicked.

    Markup that says the same is read by a parser, which a first paint has no time for.
    """
    content = Content(text) if isinstance(text, str) else text
    return content.stylize(Style.from_meta({"@click": action}))


def fit(text: str, width: int) -> str:
    """Return safe text in exactly `width` cells; what is cut off leaves an ellipsis."""
    text = safe(text)
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + CUT, width)


def spread(left: str, right: str, width: int) -> str:
    """Return two texts at the two ends of a line; the left one is cut where they meet."""
    right = safe(right)
    room = width - cell_len(right)
    if room <= 1:
        return fit(right, width)
    return fit(left, room - 1) + " " + right if right else fit(left, width)
