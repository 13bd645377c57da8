"""The pipeline board: columns, cards, moves by key and by mouse, what is shown of it."""

import pytest
from textual.widgets import Button, OptionList

from salescli.tui.widgets.stage_column import StageColumn
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board

WIDE = (220, 40)
"""A terminal with room for every stage."""


def column(board: Driver, stage: str) -> StageColumn:
    """Return the column of a stage."""
    return next(one for one in board.app.screen.query(StageColumn) if one.column.stage == stage)


async def on_card(board: Driver, stage: str) -> None:
    """Go to the first card of a stage."""
    await board.press("f3")
    column(board, stage).cards.focus()
    await board.settle()


def test_a_column_tells_count_and_sum(team: Shop) -> None:
    """A column has the count and sum that `sales pipeline` tells of mine, and its cards."""
    told = team.json("pipeline", "--mine")["stages"]

    async def steps(board: Driver) -> None:
        await board.press("f3")
        columns = list(board.app.screen.query(StageColumn))
        assert [one["stage"] for one in told] == [one.column.stage for one in columns]
        for one, shown in zip(told, columns, strict=True):
            assert one["count"] == shown.column.sales
        assert "8,000.00" in board.text
        assert "Globex" in board.text
        assert "Hooli" not in board.text

    at_the_board(team, steps, WIDE)


@pytest.mark.parametrize(("key", "stage"), [("greater_than_sign", 1), ("less_than_sign", -1)])
def test_a_key_moves_a_card(team: Shop, key: str, stage: int) -> None:
    """P30: `<` and `>` move a card to the stage before or after, as `sales stage` does."""
    stages = [one["stage"] for one in team.json("pipeline")["stages"]]
    there = stages[stages.index("needs-analysis") + stage]

    async def steps(board: Driver) -> None:
        await on_card(board, "needs-analysis")
        await board.press(key)
        assert 1 == column(board, there).cards.total

    at_the_board(team, steps, WIDE)
    assert there == team.json("opportunity", "show", "OPP-1")["stage"]


def test_a_card_is_dragged(team: Shop) -> None:
    """P30: dropping a card on another column moves it there."""

    async def steps(board: Driver) -> None:
        await on_card(board, "needs-analysis")
        source = column(board, "needs-analysis").cards
        target = column(board, "presentation").cards
        await board.pilot.mouse_down(source, offset=(2, 1))
        await board.pilot.hover(target, offset=(2, 1))
        await board.pilot.mouse_up(target, offset=(2, 1))
        await board.settle()

    at_the_board(team, steps, WIDE)
    assert "presentation" == team.json("opportunity", "show", "OPP-1")["stage"]


def test_an_ending_asks_for_what_it_needs(team: Shop) -> None:
    """A move that needs a field asks for it in a form; left alone it changes nothing."""
    before = team.dump()

    async def lose(board: Driver, *, leave: bool) -> None:
        await on_card(board, "needs-analysis")
        await board.press("m")
        options = board.app.screen.query_one(OptionList)
        lost = next(
            i
            for i in range(options.option_count)
            if "lost" in str(options.get_option_at_index(i).prompt)
        )
        options.highlighted = lost
        await board.press("enter")
        assert "Reason" in board.text
        if leave:
            await board.press("escape")
            return
        await board.press("ctrl+s")
        assert "needed" in board.text
        board.fill("reason", "price")
        await board.press("ctrl+s")

    async def steps(board: Driver) -> None:
        await lose(board, leave=True)
        assert before == team.dump()
        await lose(board, leave=False)

    at_the_board(team, steps, WIDE)
    shown = team.json("opportunity", "show", "OPP-1")
    assert ("closed-lost", "price") == (shown["stage"], shown["reason"])


def test_what_is_shown_can_be_chosen(team: Shop) -> None:
    """Filter by words or a condition, by owner; a filter that cannot be read is told."""

    async def steps(board: Driver) -> None:
        await board.press("f3", "w", "2")
        assert "Hooli" in board.text
        await board.press("slash")
        await board.type("glob")
        await board.press("enter")
        assert "Globex" in board.text
        assert "Hooli" not in board.text
        await board.press("escape", "slash")
        await board.type("amount < 6000")
        await board.press("enter")
        assert "Initech" in board.text
        assert "Globex" not in board.text
        await board.press("escape", "slash")
        await board.type("amuont = 1")
        await board.press("enter")
        assert "has no field `amuont`" in board.told

    at_the_board(team, steps, WIDE)


@pytest.mark.parametrize("way", ["enter", "button", "double click"])
def test_a_process_is_picked(team: Shop, way: str) -> None:
    """P6, P9: Enter, the Run button and a double click start one run, from the card's stage."""
    team.do("opportunity", "add", "Crane", "--set", "account=Umbrella")

    async def steps(board: Driver) -> None:
        await on_card(board, "interest-verification")
        await board.press("P")
        if way == "enter":
            await board.press("enter")
        elif way == "button":
            assert "Run" == str(board.app.screen.query_one("#choose", Button).label)
            await board.pilot.click("#choose")
        else:
            await board.pilot.click("#options", offset=(3, 0), times=2)
        await board.settle()

    before = len(team.json("process", "log", "--all"))
    at_the_board(team, steps, WIDE)
    runs = team.json("process", "log", "--all")
    assert before + 1 == len(runs)
    assert 1 == [run["opportunity"] for run in runs].count("OPP-4")


def test_leaving_the_picker_starts_nothing(team: Shop) -> None:
    """P6: Esc starts no process; a single click only marks one."""
    before = team.dump()

    async def steps(board: Driver) -> None:
        await on_card(board, "needs-analysis")
        await board.press("R", "escape", "R")
        await board.pilot.click("#options", offset=(3, 0))
        await board.settle()
        await board.press("escape")

    at_the_board(team, steps, WIDE)
    assert before == team.dump()
