"""Lists at every size: the cursor, what an empty one says, and how an entry is told apart."""

import pytest
from textual.theme import BUILTIN_THEMES

from salescli.tui.widgets.rows import Rows
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board
from tests.tui.test_screens import contrast, styles


def in_sight(board: Driver) -> bool:
    """Whether the whole entry under the cursor is on the screen."""
    rows = board.app.focused
    assert isinstance(rows, Rows)
    top = rows.cursor * rows.row_height - rows.scroll_offset.y
    return 0 <= top <= rows.size.height - rows.row_height


@pytest.mark.parametrize("size", [(40, 20), (80, 24)], ids=str)
def test_the_cursor_stays_in_sight(team: Shop, size: tuple[int, int]) -> None:
    """Whether a hint appears or goes below the list, what the cursor is on can be seen."""
    for number in range(30):
        team.do("activity", "add", f"Ring {number}", "--due", "today 8:00")

    async def steps(board: Driver) -> None:
        total = board.app.screen.query_one("#vital", Rows).total
        for key in ["j"] * total + ["k"] * total:
            await board.press(key)
            assert in_sight(board)
        await board.press("G")
        for lower in (size[1] - 6, size[1]):
            await board.pilot.resize_terminal(size[0], lower)
            await board.settle()
            assert in_sight(board)

    at_the_board(team, steps, size)


@pytest.mark.parametrize("size", [(40, 20), (80, 24)], ids=str)
def test_an_empty_list_says_all_that_it_has_to_say(shop: Shop, size: tuple[int, int]) -> None:
    """The sentence of an empty list is never cut, and names a key that leads on."""

    async def steps(board: Driver) -> None:
        for place in ("f2", "f4", "f5", "f6", "f8"):
            await board.press(place)
            rows = board.app.focused
            assert isinstance(rows, Rows)
            assert rows.empty in " ".join(board.text.split())

    at_the_board(shop, steps, size)


def test_details_recede_and_can_be_read(team: Shop) -> None:
    """In every theme, light or dark, details have from 4.5:1 to 7.5:1: readable, never loud."""

    async def steps(board: Driver) -> None:
        wrong = []
        for theme in BUILTIN_THEMES.values():
            if "ansi" not in theme.name:
                board.app.theme = theme.name
                await board.press("f2", "g")
                found = [contrast(style) for style in styles(board, "Acme Ltd")]
                assert found
                wrong += [(theme.name, one) for one in found if not 4.5 <= one <= 7.5]
        assert [] == wrong

    at_the_board(team, steps, (50, 24))


def test_q_leads_back_from_every_page(team: Shop) -> None:
    """`q` on the page of a sale, an account or a lead goes back, and quits nothing."""
    team.do("lead", "add", "Zoe Zed")

    async def steps(board: Driver) -> None:
        for place, key in (("f4", "o"), ("f5", "enter"), ("f6", "enter")):
            await board.press(place, key)
            assert len(board.app.screen_stack) == 3
            await board.press("q")
            assert len(board.app.screen_stack) == 2

    at_the_board(team, steps)
