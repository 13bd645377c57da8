"""Every screen at every size: what it shows, and that nothing that is stored can harm it."""

import unicodedata

import pytest

from salescli.store.engine import FILE_NAME
from salescli.tui.app import PLACES
from tests.shop import Shop, behind_the_back
from tests.tui.harness import Driver, at_the_board

SIZES = [(40, 20), (80, 24), (160, 50)]
RAW = "Evil\x1b]0;owned\x07\x9b31m\u202e[/] [bold]x[/] $title [@click=app.bell]y\x00\r\nz\u2028"


async def everywhere(board: Driver) -> list[tuple[str, str]]:
    """Go to every screen, a sale's page and each of its tabs; return what was shown."""
    shown = []
    for number, place in enumerate(PLACES, start=2):
        await board.press(f"f{number}")
        shown.append((place, board.text))
    await board.press("f3")
    board.app.open_sale("OPP-1")
    await board.settle()
    for _ in range(8):
        await board.press("tab")
        shown.append(("sale", board.text))
    await board.press("f1")
    shown.append(("help", board.text))
    return shown


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_screen_fits(team: Shop, size: tuple[int, int]) -> None:
    """F44, B48: every screen is drawn at every size, no line is wider, and the team is on it."""

    async def steps(board: Driver) -> None:
        shown = await everywhere(board)
        assert len(shown) == len(PLACES) + 9
        for place, text in shown:
            assert max(len(line) for line in text.splitlines()) <= size[0], place
        told = dict(shown)
        assert "Send the brochure" in told["today"]
        assert "Boiler" in told["pipeline"]
        assert "Globex" in told["accounts"]
        assert "RUN-1" in told["log"]
        assert "Next tab" in told["help"]

    at_the_board(team, steps, size)


@pytest.mark.parametrize("size", SIZES[:2], ids=str)
def test_hostile_names_harm_no_screen(team: Shop, size: tuple[int, int]) -> None:
    """Markup and control characters in records are shown as text on every screen and dialog."""
    with behind_the_back(team.home / FILE_NAME) as store:
        for table, columns in {
            "account": "name industry city phone",
            "opportunity": "name need tactics",
            "activity": "name",
            "contact": "name",
            "process_run": "subject",
        }.items():
            for column in columns.split():
                store.execute(f"UPDATE {table} SET {column} = ?", (RAW,))

    async def steps(board: Driver) -> None:
        shown = await everywhere(board)
        await board.press("escape", "escape", "f2")
        for key in ("enter", "s", "p", "x", "n", "question_mark"):
            await board.press(key)
            shown.append((key, board.text))
            await board.press("escape")
        for place, text in shown:
            harmful = {
                char
                for char in text.replace("\n", "")
                if unicodedata.category(char) in {"Cc", "Cs", "Co", "Zl", "Zp"}
            }
            assert set() == harmful, place
        assert any("[bold]x[/]" in text for _place, text in shown) or size[0] == 40

    at_the_board(team, steps, size)


def test_the_bar_is_clicked_and_turned(team: Shop) -> None:
    """A click on the bar, `[` and `]` show the other screens, and come round."""

    async def steps(board: Driver) -> None:
        assert "today" == board.app.place
        await board.pilot.click("PlaceBar", offset=(12, 0))
        await board.settle()
        assert "pipeline" == board.app.place
        await board.press("left_square_bracket", "left_square_bracket")
        assert list(PLACES)[-1] == board.app.place
        await board.press("right_square_bracket")
        assert "today" == board.app.place

    at_the_board(team, steps)


def test_escape_leads_back_to_the_list(team: Shop) -> None:
    """From the page of a sale Esc leads back to where it was opened, with the cursor there."""

    async def steps(board: Driver) -> None:
        await board.press("f4")
        before = board.reference
        await board.press("o")
        assert "History" in board.text
        await board.press("escape")
        assert before == board.reference

    at_the_board(team, steps)


def test_mine_and_everybodys(team: Shop) -> None:
    """Lists show mine, and with `w` everybody's; a condition narrows them."""

    async def steps(board: Driver) -> None:
        await board.press("f5", "w")
        assert "Hooli" in board.text
        await board.press("slash")
        await board.type("name = Globex")
        await board.press("enter")
        assert "Globex" in board.text
        assert "Hooli" not in board.text

    at_the_board(team, steps)


def test_a_lead_starts_its_sale(team: Shop) -> None:
    """P10: setting a lead to awaiting sale on the board begins exactly one run of it."""
    team.do("lead", "add", "Zoe Zed", "--company", "Umbrella")
    before = len(team.json("process", "log", "--all"))

    async def steps(board: Driver) -> None:
        await board.press("f6", "a")

    at_the_board(team, steps)
    assert before + 1 == len(team.json("process", "log", "--all"))
