"""A move that cancels an appointment asks first, by whichever way it is made."""

import pytest
from textual.widgets import OptionList

from salescli.tui.widgets.choice import Choice
from tests.selling import sell
from tests.shop import Shop, made_once
from tests.tui.harness import Driver, at_the_board
from tests.tui.test_pipeline import WIDE, column, on_card


@made_once
def meeting(team: Shop) -> Shop:
    """A team whose sale OPP-2 has a meeting to negotiate."""
    team.do("continue", "OPP-2", "--set", "tactics=Wait")
    team.do("done", "OPP-2", "no")
    return team


def negotiation(shop: Shop) -> tuple[str, str]:
    """Return the handle and the state of that meeting, as they are stored."""
    query = "SELECT number, state FROM activity WHERE name = 'Negotiate a deal'"
    ((number, state),) = shop.rows(query)
    return f"ACT-{number}", state


async def carry(board: Driver, way: str) -> None:
    """Move the card of OPP-2 to contracting, by key, by question or by drag."""
    await on_card(board, "negotiations")
    if way == "key":
        await board.press("greater_than_sign")
    elif way == "question":
        await board.press("m")
        options = board.app.screen.query_one(OptionList)
        names = [str(one.prompt) for one in options.options]
        options.highlighted = next(n for n, name in enumerate(names) if "Contracting" in name)
        await board.press("enter")
    else:
        source = column(board, "negotiations").cards
        target = column(board, "contracting").cards
        await board.pilot.mouse_down(source, offset=(2, 1))
        await board.pilot.hover(target, offset=(2, 1))
        await board.pilot.mouse_up(target, offset=(2, 1))
        await board.settle()


@pytest.mark.parametrize("way", ["key", "question", "drag"])
def test_a_move_that_cancels_a_meeting_asks_first(meeting: Shop, way: str) -> None:
    """P30: the question names the meeting; Esc leaves all as it is, Enter moves the sale."""
    before, handle = meeting.dump(), negotiation(meeting)[0]

    async def steps(board: Driver) -> None:
        await carry(board, way)
        assert isinstance(board.app.screen, Choice)
        assert f"This cancels `{handle}` Negotiate a deal" in board.text
        await board.press("escape")
        assert before == meeting.dump()
        await carry(board, way)
        await board.press("enter")

    at_the_board(meeting, steps, WIDE)
    assert "contracting" == meeting.json("opportunity", "show", "OPP-2")["stage"]
    assert (handle, "canceled") == negotiation(meeting)


def test_the_second_option_leaves_everything(meeting: Shop) -> None:
    """Who chooses to leave it has moved nothing."""
    before = meeting.dump()

    async def steps(board: Driver) -> None:
        await carry(board, "key")
        await board.press("2")

    at_the_board(meeting, steps, WIDE)
    assert before == meeting.dump()


@pytest.mark.parametrize(("when", "is_asked"), [("tue 10", True), ("tue 17:00", False)])
def test_a_time_that_was_set_is_asked_about(team: Shop, when: str, is_asked: bool) -> None:
    """What is due on a day goes without a word; what has a time of its own is named."""
    team.do("schedule", "OPP-1", when)

    async def steps(board: Driver) -> None:
        await on_card(board, "needs-analysis")
        await board.press("greater_than_sign")
        assert is_asked == isinstance(board.app.screen, Choice)
        if is_asked:
            assert "tomorrow 10:00" in board.text
            await board.press("enter")

    at_the_board(team, steps, WIDE)
    assert "presentation" == team.json("opportunity", "show", "OPP-1")["stage"]


def test_a_meeting_that_stays_is_not_asked_about(shop: Shop) -> None:
    """The presentation is kept when the sale goes on, and asked about when it ends."""
    sell(shop, until="needs-analysis")
    shop.do("stage", "OPP-1", "presentation")

    async def steps(board: Driver) -> None:
        await on_card(board, "presentation")
        await board.press("greater_than_sign")
        assert "decision-makers" == shop.json("opportunity", "show", "OPP-1")["stage"]
        await board.press("m", "G", "k", "enter")
        assert "Conduct presentation" in board.text
        assert "This cancels" in board.text
        await board.press("escape")

    at_the_board(shop, steps, WIDE)
    assert "decision-makers" == shop.json("opportunity", "show", "OPP-1")["stage"]
