"""The pipeline board: columns, cards, moves by key and by mouse, what is shown of it."""

import re

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
        assert "8,000 EUR" in board.text
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
        assert "Closed lost · OPP-1 Boiler" in board.text
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
        assert "has no field `amuont`" in board.text

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
        await board.press("R", "escape", "R", "enter", "escape", "P")
        await board.pilot.click("#options", offset=(3, 0))
        await board.settle()
        await board.press("escape")

    at_the_board(team, steps, WIDE)
    assert before == team.dump()


def test_a_run_without_an_opportunity_has_a_card(team: Shop) -> None:
    """A sale that has only begun stands in its stage, is counted apart, and can be opened."""
    begun = [one for one in team.json("process", "log") if not one["opportunity"]]

    async def steps(board: Driver) -> None:
        await on_card(board, begun[0]["stage"])
        shown = column(board, begun[0]["stage"])
        assert len(begun) == shown.column.begun
        assert 0 == shown.column.sales
        assert begun[0]["run"] == board.reference
        await board.press("P")
        assert "guides it already" in board.told
        await board.press("enter")
        assert begun[0]["run"] in board.text
        assert "History" in board.text

    at_the_board(team, steps, WIDE)


def test_the_cursor_goes_with_the_card(team: Shop) -> None:
    """Moving a card on moves the cursor with it, so that the next key moves it further."""
    stages = [one["stage"] for one in team.json("pipeline")["stages"]]
    at = stages.index("needs-analysis")

    async def steps(board: Driver) -> None:
        await on_card(board, "needs-analysis")
        for further in (1, 2):
            await board.press("greater_than_sign")
            await board.settle()
            assert "OPP-1" == board.reference
            assert column(board, stages[at + further]).cards.has_focus

    at_the_board(team, steps)
    assert stages[at + 2] == team.json("opportunity", "show", "OPP-1")["stage"]


@pytest.mark.parametrize("size", [(80, 24), WIDE])
def test_the_cursor_stays_on_a_card_that_goes_elsewhere(team: Shop, size: tuple[int, int]) -> None:
    """Undo, redo, a typed command and another program take the cursor along with its card."""
    team.do("opportunity", "add", "Chimney", "--set", "account=Globex")
    team.do("stage", "OPP-4", "needs-analysis")

    async def steps(board: Driver) -> None:
        async def stands_in(stage: str, reference: str = "OPP-1") -> None:
            await board.settle()
            assert column(board, stage).cards.has_focus
            assert reference == board.reference

        await on_card(board, "needs-analysis")
        await board.press("greater_than_sign", "u")
        await stands_in("needs-analysis")
        await board.press("U")
        await stands_in("presentation")
        await board.press("colon")
        await board.type("stage . negotiations")
        await board.press("enter")
        await board.printed()
        await board.press("enter")
        await stands_in("negotiations")
        team.do("stage", "OPP-1", "qualification")
        await board.app.watch_store()
        await stands_in("qualification")

    at_the_board(team, steps, size)


def test_the_cursor_stays_on_a_sale_that_gets_its_opportunity(team: Shop) -> None:
    """The card of a run is that of its opportunity as soon as it has one, and again until then."""
    team.do("done", "RUN-1", "meet")

    async def steps(board: Driver) -> None:
        await on_card(board, "interest-verification")
        assert "RUN-1" == board.reference
        team.do("continue", "RUN-1", "--set", "name=Pipes", "--set", "meeting_at=tue 10")
        team.do("stage", "RUN-1", "presentation")
        await board.app.watch_store()
        await board.settle()
        assert "OPP-4" == board.reference
        assert column(board, "presentation").cards.has_focus
        team.do("undo", "2")
        await board.app.watch_store()
        await board.settle()
        assert "RUN-1" == board.reference

    at_the_board(team, steps, WIDE)


def test_keys_that_do_nothing_say_why(team: Shop) -> None:
    """Without a card, a stage before or a division, a key says so and changes nothing."""
    before = team.dump()

    async def steps(board: Driver) -> None:
        await on_card(board, "qualification")
        for key in ("enter", "greater_than_sign", "m", "c", "n", "question_mark", "P"):
            await board.press(key)
            assert "There is no card here" in board.told, key
            await board.press("escape")
        await board.press("d")
        assert "There is no division" in board.told
        column(board, "interest-verification").cards.focus()
        await board.press("less_than_sign")
        assert "no stage before" in board.told

    at_the_board(team, steps, WIDE)
    assert before == team.dump()


def test_columns_beyond_the_edge_are_told(team: Shop) -> None:
    """However the board is scrolled, what lies beyond both edges and what is shown is all."""

    async def steps(board: Driver) -> None:
        await board.press("f3")
        columns = list(board.app.screen.query(StageColumn))
        for key in ("h", "h", "h", *["l"] * len(columns)):
            await board.press(key)
            found = re.search(r"(?:← (\d+) more)? *(?:(\d+) more →)?$", board.text.splitlines()[1])
            assert found
            left, right = (int(number or 0) for number in found.groups())
            names = board.text.splitlines()[2]
            shown = [one.column.name[:12] in names for one in columns]
            assert [left <= n < len(columns) - right for n in range(len(columns))] == shown
        assert (0, True) == (right, left > 0)

    at_the_board(team, steps)


def test_owners_are_told_whole(team: Shop) -> None:
    """Everybody's board names the owner of every card in the narrowest column."""

    async def steps(board: Driver) -> None:
        await board.press("f3", "w", "2")
        for stage, login in (("needs-analysis", "ana"), ("interest-verification", "bo")):
            column(board, stage).cards.focus()
            await board.settle()
            assert re.search(rf" {login} *│", board.text)

    at_the_board(team, steps)


def test_an_empty_pipeline_says_how_to_begin(shop: Shop) -> None:
    """Without a sale the board says how to begin one."""

    async def steps(board: Driver) -> None:
        await board.press("f3")
        assert "R starts one" in board.text

    at_the_board(shop, steps)


@pytest.mark.parametrize("keys", ["hl", ("left", "right")])
def test_keys_go_from_column_to_column(team: Shop, keys: tuple[str, str]) -> None:
    """`h`, `l` and the arrows give the keys to the column beside, even where some are hidden."""

    async def steps(board: Driver) -> None:
        await on_card(board, "needs-analysis")
        for key, stage in zip(keys, ("qualification", "needs-analysis"), strict=True):
            await board.press(key)
            assert column(board, stage).cards.has_focus

    at_the_board(team, steps)


def test_a_card_tells_its_days_whatever_else(team: Shop) -> None:
    """The days in the stage are never cut; the close date stands beside them where it fits."""
    team.do("opportunity", "edit", "OPP-1", "--close-date", "2027-01-15")
    team.do("opportunity", "edit", "OPP-2", "--close-date", "2026-12-05")
    team.do("activity", "add", "Call them", "--opportunity", "OPP-2")

    async def steps(board: Driver) -> None:
        await board.press("f3")
        lines = [line for line in board.text.splitlines() if "OPP-" in line]
        assert any("OPP-1 · 0 d" in line and "by Jan 2027" in line for line in lines)
        assert any("OPP-2 · 0 d" in line and "by 5 Dec" in line for line in lines)

    at_the_board(team, steps, WIDE)
