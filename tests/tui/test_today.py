"""Today: the vital activities in the order of `next`, and everything that can be done with them."""

import pytest

from salescli.services.next_thing import next_thing
from salescli.tui.widgets.hint_panel import HintPanel
from salescli.tui.widgets.rows import Rows
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board
from tests.tui.test_screens import styles


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


def test_postponing_tells_when_it_is_due(team: Shop) -> None:
    """The form says the present time, so that `+2 days` is not taken to count from it."""
    team.do("schedule", "ACT-1", "2026-12-09 10:30")

    async def steps(board: Driver) -> None:
        for _ in range(board.app.screen.query_one("#vital", Rows).total):
            if board.reference != "ACT-1":
                await board.press("j")
        await board.press("p")
        assert "due Wed 9 Dec 10:30" in " ".join(board.text.split())
        await board.press("escape")

    at_the_board(team, steps, (100, 30))


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


def test_undo_offers_my_other_changes_where_somebody_has_built_on_the_last(team: Shop) -> None:
    """`u` says who did what since, and asks which other change goes back; the next that can leads.

    One that cannot is refused when it is chosen.
    """
    team.do("account", "edit", "Globex", "--city", "Riga")
    team.do("account", "edit", "Hooli", "--city", "Oslo")
    team.do("account", "edit", "Hooli", "--city", "Bern", me="bo")

    async def steps(board: Driver) -> None:
        await board.press("u")
        assert "since by bo" in board.text
        assert "City Oslo → Bern" in " ".join(board.text.replace("│", " ").split())
        await board.press("enter")
        assert "cannot be undone" in board.told
        await board.press("u", "2")
        assert "City nothing → Riga" in board.told

    at_the_board(team, steps)
    assert team.json("account", "show", "Globex")["city"] is None
    assert "Bern" == team.json("account", "show", "Hooli")["city"]


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
        await board.press("R", "enter", "enter", "enter")
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


@pytest.mark.parametrize("size", [(40, 20), (80, 24)], ids=str)
def test_the_list_keeps_its_lines_from_hint_to_hint(team: Shop, size: tuple[int, int]) -> None:
    """The panel never becomes smaller while one moves, so the list does not jump back and forth."""

    async def steps(board: Driver) -> None:
        rows = board.app.screen.query_one("#vital", Rows)
        heights = [rows.size.height]
        for _ in range(rows.total):
            await board.press("j")
            heights.append(rows.size.height)
        assert sorted(heights, reverse=True) == heights
        assert heights[-1] < heights[0]
        for _ in range(rows.total):
            await board.press("k")
            assert heights[-1] == rows.size.height

    at_the_board(team, steps, size)


def test_a_look_that_follows_the_cursor_never_notifies(team: Shop) -> None:
    """A sale that no process guides says so below the list, and how to begin; nothing pops up."""
    team.do("opportunity", "add", "Ladder", "--set", "account=Globex")

    async def steps(board: Driver) -> None:
        rows = board.app.screen.query_one("#vital", Rows)
        unguided = 0
        for _ in range(rows.total):
            assert rows.entry is not None
            if "no plan" in rows.entry.why:
                unguided += 1
                assert "No process guides it yet. Enter starts one." in board.text
            assert "" == board.told
            await board.press("j")
        assert unguided
        await board.press("G", "enter")
        assert "Run process for OPP-4" in board.text

    at_the_board(team, steps)


@pytest.mark.parametrize("size", [(40, 20), (80, 24), (160, 50)], ids=str)
def test_why_is_never_cut(team: Shop, size: tuple[int, int]) -> None:
    """Times and reasons are whole at every size, and stages are called by their names."""
    team.do("opportunity", "add", "Ladder", "--set", "account=Globex", "--set", "amount=12")
    team.do("activity", "add", "Ring", "--due", "2028-10-25 10:00")

    async def steps(board: Driver) -> None:
        rows = board.app.screen.query_one("#vital", Rows)
        whys = set()
        await board.press("G")
        for index in range(rows.total):
            rows.cursor = index
            await board.settle()
            assert rows.entry is not None
            whys.add(rows.entry.why)
            assert rows.entry.why in board.text
        assert {"no plan", "form open", "Wed 25 Oct 2028 10:00"} <= whys
        assert "interest-verification" not in board.text
        assert size[0] == 40 or "Plan the next step (Inter" in board.text

    at_the_board(team, steps, size)


def test_account_and_amount_are_shown_where_there_is_room(team: Shop) -> None:
    """From a hundred columns on a thing names the account and the amount of its sale."""

    async def shown(board: Driver) -> None:
        (line,) = [line for line in board.text.splitlines() if "Send the brochure" in line]
        is_wide = board.app.size.width >= 100
        assert is_wide == ("Globex" in line)
        assert is_wide == line.endswith("8,000.00 EUR")

    for width in (80, 99, 100, 160):
        at_the_board(team, shown, (width, 24))


def test_only_the_mark_and_the_time_are_loud(team: Shop) -> None:
    """What is overdue has its mark and its time coloured; its name looks like all names."""
    team.clock.advance(days=9)

    async def steps(board: Driver) -> None:
        await board.press("G")
        marks, (name,) = styles(board, "! "), styles(board, "Send the brochure")
        times = styles(board, "Tue 24 Nov 17:00")
        assert marks
        assert times
        for loud in (*marks, *times):
            assert loud.bold
            assert loud.color != name.color
        assert not name.bold

    at_the_board(team, steps)
    at_the_board(team, steps, (40, 40))


def day_of(shop: Shop, *, more: int = 0) -> None:
    """Give a day something in each of its groups, and so much more that is overdue."""
    for name, due in [("Late", "yesterday 9"), ("Soon", "today 17"), ("Far", "fri 10")]:
        shop.do("activity", "add", name, "--due", due)
    for number in range(more):
        shop.do("activity", "add", f"Late {number}", "--due", "yesterday 9")


def test_the_groups_of_the_day_have_heads(team: Shop) -> None:
    """What is overdue, due today, waiting or to come stands under a head; no key stops there."""
    day_of(team)

    async def steps(board: Driver) -> None:
        lines = board.text.splitlines()
        heads = ("Overdue (1)", "Today (2)", "Waiting for you (1)", "Later (3)")
        places = [lines.index(head) for head in heads]
        assert places == sorted(places)
        for head, name in zip(places, ("Late", "Send", "Where do we", "Call to"), strict=True):
            assert name in lines[head + 1]
        met = [board.reference]
        for _ in range(6):
            await board.press("j")
            met.append(board.reference)
        assert 7 == len(set(met))
        await board.press("g", "k")
        assert met[0] == board.reference
        await board.pilot.click("#vital", offset=(4, places[1] - places[0]))
        assert met[0] == board.reference
        await board.pilot.click("#vital", offset=(4, places[1] - places[0] + 1))
        assert met[1] == board.reference

    at_the_board(team, steps)


@pytest.mark.parametrize(("height", "has_heads"), [(24, False), (30, True)])
def test_heads_take_no_room_from_a_long_day(team: Shop, height: int, *, has_heads: bool) -> None:
    """Where not all fits a low screen there is no head; on a high one what is meant is in sight."""
    day_of(team, more=30)

    async def steps(board: Driver) -> None:
        assert has_heads == ("Overdue (31)" in board.text)
        for keys in (["j"] * 35, ["k"] * 35, ["G"], ["g"], ["pagedown"]):
            await board.press(*keys)
            rows = board.app.focused
            assert isinstance(rows, Rows)
            assert rows.entry is not None
            assert rows.entry.what[:20] in board.text
        await board.press("g")
        assert has_heads == ("Overdue (31)" in board.text)

    at_the_board(team, steps, (80, height))
