"""What the board tells takes its room from the list, and gives it back."""

import pytest

from salescli.tui.screens.main import MainScreen
from salescli.tui.widgets.paper import Paper
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board


@pytest.mark.parametrize("size", [(40, 20), (80, 24)])
def test_a_notice_takes_its_own_lines_and_gives_all_of_them_back(
    busy: Shop, size: tuple[int, int]
) -> None:
    """However many were told before, the page ends where the present one begins."""

    async def steps(board: Driver) -> None:
        app = board.app
        app.open_sale("OPP-1")
        await board.settle()
        assert isinstance(app.screen, MainScreen)
        page = app.screen.query_one("#sale", Paper)
        end = page.region.bottom
        for text in ("a\nb\nc\nd", "x\ny", "z"):
            app.notify(text, severity="warning", markup=False)
            await board.settle()
            assert all(f"▌{line}" in board.text for line in text.split("\n"))
            assert page.region.bottom == end - len(text.split("\n"))
            app.clear_notifications()
            await board.settle()
            assert page.region.bottom == end

    at_the_board(busy, steps, size)


def test_what_is_told_in_the_place_of_another_notice_is_shown(team: Shop) -> None:
    """The one before is taken away at once, and the new one stands."""

    async def steps(board: Driver) -> None:
        for key, told in (("n", "Noted on"), ("u", "Undid: "), ("U", "Did again: ")):
            await board.press(key)
            if key == "n":
                await board.type("They called")
                await board.press("ctrl+s")
            assert f"▌{told}" in board.text

    at_the_board(team, steps)


def test_on_a_narrow_screen_notices_take_less_of_it(team: Shop) -> None:
    """Whatever its width was when something was told."""

    async def steps(board: Driver) -> None:
        board.app.notify("x", markup=False)
        await board.settle()
        (rack,) = board.app.screen.query("ToastRack")
        shares = [rack.styles.max_height]
        for width in (40, 80):
            await board.pilot.resize_terminal(width, 20)
            await board.settle()
            shares.append(rack.styles.max_height)
        wide, narrow, again = (share.value for share in shares if share is not None)
        assert wide == again > narrow

    at_the_board(team, steps)
