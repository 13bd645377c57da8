"""Searching in pages and pop-ups: what is shown is found, marked and brought into sight."""

import pytest
from rich.style import Style

from salescli.tui.screens.searching import SearchBar
from salescli.tui.widgets.paper import Paper
from salescli.tui.widgets.pop_up import PopUp
from salescli.tui.widgets.step_panel import StepPanel
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board
from tests.tui.test_sale import open_sale

TEXT = "\n".join(
    f"line {number}, Kettle" if number % 20 == 9 else "nothing" for number in range(100)
)
"""A text with five kettles, more than a screen apart."""


async def search(board: Driver, words: str) -> None:
    """Search for words, and give the keys back."""
    await board.press("slash", "ctrl+u")
    await board.type(words)
    await board.press("enter")


def marked(board: Driver) -> list[tuple[str, bool]]:
    """Return the pieces of the screen that are underlined, and whether each is in reverse."""
    found = [
        (segment.text, segment.style)
        for strip in board.app.screen._compositor.render_strips()
        for segment in strip
    ]
    return [
        (text, bool(style.reverse))
        for text, style in found
        if isinstance(style, Style) and style.underline and text.strip()
    ]


@pytest.mark.parametrize("size", [(40, 20), (80, 24), (160, 50)])
def test_a_pop_up_is_searched(team: Shop, size: tuple[int, int]) -> None:
    """Each match comes into sight, is marked and counted; after the last comes the first."""

    async def steps(board: Driver) -> None:
        board.app.push_screen(PopUp("Kitchen", TEXT))
        await board.settle()
        await search(board, "KETTLE")
        for place in (1, 2, 3, 4, 5, 1):
            assert f"{place} of 5" in board.text
            assert f"line {(place - 1) * 20 + 9}, Kettle" in board.text
            assert ("Kettle", True) in marked(board)
            await board.press("n")
        await board.press("N", "N")
        assert "line 89, Kettle" in board.text
        await board.press("escape")
        assert [] == marked(board)
        assert isinstance(board.app.screen, PopUp)
        await board.press("escape")
        assert not isinstance(board.app.screen, PopUp)

    at_the_board(team, steps, size)


def test_a_match_is_found_while_it_is_typed(team: Shop) -> None:
    """The first match is there before Enter; what is not there is said; no words end the search."""

    async def steps(board: Driver) -> None:
        board.app.push_screen(PopUp("Kitchen", TEXT))
        await board.settle()
        await board.press("slash", *"ket")
        assert "1 of 5" in board.text
        assert board.app.screen.query_one(Paper).scroll_y == 0
        await board.type("chup")
        assert "not found" in board.text
        assert [] == marked(board)
        await board.press("ctrl+u", "enter")
        assert not board.app.screen.query_one(SearchBar).display

    at_the_board(team, steps)


def test_a_sale_is_searched_as_it_is_shown(team: Shop) -> None:
    """The step and the tab that is shown are searched; another tab is when it is shown."""
    team.do("note", "OPP-1", "They have a Zeppelin")

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1")
        await board.press("S")
        await search(board, "zeppelin")
        assert "not found" in board.text
        await board.press("escape", "N")
        await search(board, "zeppelin")
        assert "1 of 1" in board.text
        assert ("Zeppelin", True) in marked(board)
        await board.press("S")
        assert "not found" in board.text
        step = board.app.screen.query_one(StepPanel)
        word = str(step.content).split()[-1]
        await search(board, word)
        assert word.casefold() in {
            text.casefold() for text, is_present in marked(board) if is_present
        }

    at_the_board(team, steps, (160, 50))


def test_while_a_search_is_open_its_keys_are_shown(team: Shop) -> None:
    """`n` and `N` go through the matches until Esc; then `n` writes a note, as before."""

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1")
        await search(board, "e")
        bar = board.text.splitlines()[-1]
        assert "n Next" in bar
        assert "esc End search" in bar
        await board.press("n")
        assert "2 of" in board.text
        await board.press("escape")
        assert "n Next" not in board.text
        await board.press("n")
        assert board.form.about.startswith("note")

    at_the_board(team, steps)


def test_a_page_is_searched_again_when_it_changes(team: Shop) -> None:
    """What another program adds to an account is counted, and the cursor goes to a match."""

    async def steps(board: Driver) -> None:
        board.app.open_record("account", "ACC-1")
        await board.settle()
        await search(board, "umbrella")
        assert "not found" in board.text
        team.do("opportunity", "add", "Umbrella", "--set", "account=Globex")
        await board.press("r")
        assert "1 of 1" in board.text
        await board.press("n")
        assert ("Umbrella", True) in marked(board)

    at_the_board(team, steps)


def test_wide_letters_are_marked_where_they_stand(team: Shop) -> None:
    """A letter that is two cells wide moves nothing that is marked behind it."""

    async def steps(board: Driver) -> None:
        board.app.push_screen(PopUp("Kitchen", "日本 kettle 日本"))
        await board.settle()
        await search(board, "kettle")
        assert [("kettle", True)] == marked(board)
        assert "日本 kettle 日本" in board.text

    at_the_board(team, steps)
