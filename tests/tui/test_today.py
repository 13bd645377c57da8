"""Today: the vital activities in the order of `next`, and everything that can be done with them."""

from salescli.services.next_thing import next_thing
from salescli.tui.widgets.hint_panel import HintPanel
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board


def test_three_keystrokes_complete_the_next_action(team: Shop) -> None:
    """B54: from the opened board the most urgent thing is done with three keys at most."""
    thing = next_thing(team.unit)
    assert thing is not None
    keys = ("enter", "1")

    async def steps(board: Driver) -> None:
        await board.press(*keys, "enter")

    at_the_board(team, steps)
    assert "open" != team.json("activity", "show", thing.reference)["state"]
    assert len(keys) + 1 <= 3


def test_the_order_is_the_one_of_next(team: Shop) -> None:
    """The first line is what `sales next` names, whatever that is."""

    async def steps(board: Driver) -> None:
        for when in ("fri 9", "wed 9", "today 10:00"):
            team.do("activity", "add", f"Ring on {when}", "--due", when)
            await board.press("r", "g")
            thing = next_thing(team.unit)
            assert thing is not None
            assert thing.reference == board.reference

    at_the_board(team, steps)


def test_each_activity_can_be_put_off_and_canceled(team: Shop) -> None:
    """B28: from the day a thing is completed, scheduled, postponed or canceled."""
    thing = next_thing(team.unit)
    assert thing is not None
    before = team.json("activity", "show", thing.reference)["due"]

    async def put_off(board: Driver) -> None:
        await board.press("p")
        await board.type("+3 days")
        await board.press("enter")

    at_the_board(team, put_off)
    assert before < team.json("activity", "show", thing.reference)["due"]

    async def cancel(board: Driver) -> None:
        while board.reference != "ACT-1":
            await board.press("j")
        await board.press("x", "2")
        await board.type("no time")
        await board.press("enter")

    at_the_board(team, cancel)
    assert "canceled" == team.json("activity", "show", "ACT-1")["state"]


def test_undo_takes_back_what_the_board_did(team: Shop) -> None:
    """`u` undoes the last change, and the history has it from the board in words of the shell."""
    before = team.dump()

    async def steps(board: Driver) -> None:
        await board.press("n")
        await board.type("They called")
        await board.press("enter")
        assert before != team.dump()
        newest = team.json("log", "-n", "1")[0]
        assert newest["command"].startswith("sales note ")
        await board.press("u")

    at_the_board(team, steps)
    assert before == team.dump()


def test_a_refusal_is_told_and_changes_nothing(team: Shop) -> None:
    """F48: what the command line refuses the board refuses with the same words."""
    before = team.dump()
    refused = team.run("schedule", "ACT-1", "someday").err

    async def steps(board: Driver) -> None:
        await board.press("s")
        await board.type("someday")
        await board.press("enter")
        told = " ".join(board.text.replace("│", " ").split())
        assert refused.partition("error: ")[2].splitlines()[0] in told

    at_the_board(team, steps)
    assert before == team.dump()


def test_an_empty_store_says_how_to_begin(shop: Shop) -> None:
    """Who opens the board for the first time is told the first key, and it works."""

    async def steps(board: Driver) -> None:
        assert "Run process" in board.text
        await board.press("R", "enter")
        assert "Call to verify the interest" in board.text

    at_the_board(shop, steps)
    assert 1 == len(shop.json("process", "log"))


def test_what_another_program_changes_is_seen(team: Shop) -> None:
    """A change by another process comes to the screen without a key."""

    async def steps(board: Driver) -> None:
        await board.app.watch_store()
        team.do("activity", "add", "Ring the bell", "--opportunity", "OPP-1")
        assert "Ring the bell" not in board.text
        await board.app.watch_store()
        await board.settle()
        assert "Ring the bell" in board.text

    at_the_board(team, steps)


def test_the_hint_is_in_sight_and_pops_up(team: Shop) -> None:
    """P25, P27, P28: the hint stands below the list, `?` shows it whole, OK goes back."""
    hint = team.json("hint", "ACT-1")["hint"].splitlines()[0][:40]

    async def steps(board: Driver) -> None:
        while board.reference != "ACT-1":
            await board.press("j")
        assert hint in board.text
        for leave in ("enter", "escape"):
            focused = board.app.focused
            await board.press("question_mark")
            assert "OK" in board.text
            await board.press(leave)
            assert focused is board.app.focused
        await board.press("question_mark")
        await board.pilot.click("#ok")
        await board.settle()
        assert focused is board.app.focused

    at_the_board(team, steps)


def test_a_hint_that_is_cut_says_so(team: Shop) -> None:
    """A hint that has no room ends with how to read all of it; one that fits does not."""
    whole = {}

    async def steps(board: Driver) -> None:
        for _ in range(3):
            shown = " ".join(board.text.split())
            panel = board.app.screen.query_one(HintPanel)
            hint = " ".join(panel._hint.split())
            assert (hint in shown) != ("? shows all of it" in shown) or not panel.display
            whole[hint in shown] = hint
            await board.press("j")

    at_the_board(team, steps, (40, 20))
    at_the_board(team, steps, (160, 50))
    assert {True, False} == set(whole)
