"""Keys that mark entries of a list, and what the bar says of the marks."""

from salescli.tui.marks import SIGN
from salescli.tui.screens.marking import MarkingScreen
from salescli.tui.widgets.rows import Rows
from tests.tui.keys.places import Stand, put_cursor


def bar(at: Stand) -> str:
    """Return the line of keys."""
    return at.board.text.splitlines()[-1]


def signs(at: Stand) -> int:
    """Return how many entries on the screen have the sign."""
    return at.board.text.count(SIGN)


async def marks(at: Stand, key: str) -> None:
    """What the cursor is on is marked, and its mark is taken away again."""
    await at.board.burst(key)
    assert (1, True) == (signs(at), "1 marked" in bar(at))
    put_cursor(at.board, at.line)
    await at.board.burst(key)
    assert (0, False) == (signs(at), "marked" in bar(at))


async def marks_all(at: Stand, key: str) -> None:
    """All that the list shows are marked, and none of them."""
    rows = at.board.app.focused
    assert isinstance(rows, Rows)
    await at.board.burst(key)
    assert f"{rows.total} marked" in bar(at)
    await at.board.burst(key)
    assert (0, False) == (signs(at), "marked" in bar(at))


async def marks_while_moving(at: Stand, key: str) -> None:
    """What the cursor leaves and where it goes are marked; the next move alone marks nothing."""
    rows = at.board.app.focused
    assert isinstance(rows, Rows)
    put_cursor(at.board, at.line)
    before = rows.cursor
    await at.board.burst(key)
    count = 1 + abs(rows.cursor - before)
    assert (count, True) == (signs(at), f"{count} marked" in bar(at))
    await at.board.burst("escape")
    put_cursor(at.board, at.line)


async def marks_a_range(at: Stand, key: str) -> None:
    """Every entry from here to the last one is marked, until the key ends it."""
    rows = at.board.app.focused
    assert isinstance(rows, Rows)
    put_cursor(at.board, at.line)
    count = rows.total - rows.cursor
    await at.board.burst(key, "G")
    assert f"{count} marked, range" in bar(at)
    await at.board.burst(key)
    assert "range" not in bar(at)
    await at.board.burst("escape")
    put_cursor(at.board, at.line)


async def clears_the_marks(at: Stand, key: str) -> None:
    """Nothing is marked any more."""
    await at.board.burst("space", key)
    assert isinstance(at.board.app.screen, MarkingScreen)
    assert () == at.board.app.screen.marked.handles
    assert (0, False) == (signs(at), "marked" in bar(at))
