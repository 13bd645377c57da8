"""Lines that show a screen with a filter, and what the shell keeps of the same words."""

import pytest
from textual.widgets import Static

from salescli.tui.lines.known_lines import known_lines
from salescli.tui.widgets.command_line import CommandLine
from salescli.tui.widgets.pop_up import PopUp
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board


async def line(board: Driver, text: str) -> None:
    """Type a line after `:` and run it."""
    await board.press("colon")
    await board.type(text)
    await board.press("enter")


def head(board: Driver) -> str:
    """Return the line above what the screen shows."""
    return str(board.app.screen.query_one("#shown", Static).content)


def test_a_line_shows_a_screen_with_a_filter(team: Shop) -> None:
    """`:accounts /glob` shows accounts that have the word; `/` alone shows all of them again."""

    async def steps(board: Driver) -> None:
        await line(board, "accounts /glob")
        assert "accounts" == board.app.place
        assert "/glob" in head(board)
        assert "Globex" in board.text
        assert "Initech" not in board.text
        await line(board, "ACCOUNTS")
        assert "/glob" in head(board)
        await line(board, "accounts /")
        assert "/glob" not in head(board)
        assert "Initech" in board.text
        await line(board, "leads")
        assert "leads" == board.app.place
        await board.press("slash")
        await board.press("escape")

    at_the_board(team, steps)


def test_a_condition_keeps_its_words(team: Shop) -> None:
    """What follows the slash is a filter as `/` takes it, quotation marks and all."""

    async def steps(board: Driver) -> None:
        await line(board, "pipeline /amount > 6000")
        assert "pipeline" == board.app.place
        assert "/amount > 6000" in head(board)
        assert "1 open" in head(board)
        await line(board, 'pipeline /name = "Pumps"')
        assert "Pumps" in board.text
        assert "Boiler" not in board.text

    at_the_board(team, steps, (220, 40))


def test_it_leads_from_a_page(team: Shop) -> None:
    """From the page of a sale the line leaves the page, and the filter can be typed on."""

    async def steps(board: Driver) -> None:
        await board.press("f4", "o")
        await line(board, "activities /brochure")
        assert 2 == len(board.app.screen_stack)
        assert "1 activity · mine · /brochure" in head(board)
        await board.press("slash")
        assert "brochure" == getattr(board.app.focused, "value", "")
        await board.press("escape")
        assert "/brochure" not in head(board)

    at_the_board(team, steps)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("pipeline /amount >", "amount"),
        ("accounts /colour = red", "colour"),
        ("accounts /city ~ Oslo", "breaks at column 6"),
        ("log /amount > 5", "only words are looked for"),
        ("plan /acme", "Plan has no filter"),
    ],
)
def test_what_cannot_be_filtered_is_told(team: Shop, text: str, told: str) -> None:
    """A filter that is refused leaves the screen and its filter as they were."""

    async def steps(board: Driver) -> None:
        await board.press("f5")
        await line(board, text)
        assert told in board.told
        assert "accounts" == board.app.place
        assert "3 accounts · mine" == head(board).strip()

    at_the_board(team, steps)


def test_commands_of_the_shell_stay(team: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """`:pipeline` and `:accounts list` print what they always did; only a slash makes a jump."""
    monkeypatch.setenv("SALES_NOW", team.clock().isoformat())

    async def steps(board: Driver) -> None:
        board.app.commands = known_lines(["pipeline", "plan", "log"])
        for text, told in (("pipeline", "Negotiations"), ("accounts list", "Globex")):
            await line(board, text)
            await board.printed()
            assert isinstance(board.app.screen, PopUp)
            assert told in board.app.screen._text
            await board.press("escape")
            assert "today" == board.app.place
        for place in ("pipeline", "plan"):
            await line(board, f"{place} /")
            assert place == board.app.place

    at_the_board(team, steps)


def test_the_names_of_screens_are_completed(team: Shop) -> None:
    """Tab completes the name of a screen, or shows it beside the commands that begin alike."""

    async def steps(board: Driver) -> None:
        await board.press("colon")
        await board.type("lea")
        await board.press("tab")
        typed = board.app.screen.query_one(CommandLine)
        assert "leads" == typed.value
        typed.value = "act"
        await board.press("tab")
        assert "activities" == typed.value

    at_the_board(team, steps)


def test_names_that_are_commands_need_a_slash() -> None:
    """What is known tells the two apart."""
    known = known_lines(["log", "pipeline", "stage"])
    assert {"log /", "pipeline /", "accounts", "leads", "today", "plan"} <= {*known}
