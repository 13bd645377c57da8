"""Marks: one change to all that is marked, what it refuses, and what becomes of the marks."""

import pytest

from salescli.tui.marks import SIGN
from salescli.tui.screens import marking
from salescli.tui.widgets.form import Form
from salescli.tui.widgets.pop_up import PopUp
from tests.shop import Shop, made_once
from tests.tui.harness import Driver, at_the_board
from tests.tui.test_pipeline import WIDE, on_card


def bar(board: Driver) -> str:
    """Return the line of keys."""
    return board.text.splitlines()[-1]


def marked(board: Driver) -> list[str]:
    """Return the lines of the screen that have the sign."""
    return [line for line in board.text.splitlines() if SIGN in line]


def changes(team: Shop) -> int:
    """Return how many changes stand in the history."""
    return len(team.json("log", "-n", "1000"))


@made_once
def calls(shop: Shop) -> Shop:
    """Four activities by hand, each due an hour after the one before, and a colleague."""
    shop.do("user", "add", "bo")
    for hour, name in enumerate(("Ring", "Write", "Visit", "Fetch"), start=10):
        shop.do("activity", "add", name, "--due", f"today {hour}:00")
    return shop


def due(team: Shop) -> dict[str, str]:
    """Return when each open activity is due."""
    return {one["name"]: one["due"][:10] for one in team.json("activity", "list")}


@pytest.mark.parametrize("size", [(40, 20), (80, 24), (160, 50)], ids=str)
@pytest.mark.parametrize("place", ["f2", "f4"])
def test_marked_activities_are_put_off_together(
    calls: Shop, place: str, size: tuple[int, int]
) -> None:
    """`p` asks once and puts all marked ones off in one change, which one `u` takes back."""
    before = changes(calls)

    async def steps(board: Driver) -> None:
        await board.press(place, "g", "space", "j", "space")
        assert ["Ring", "Visit"] == [
            name for line in marked(board) for name in due(calls) if name in line
        ]
        assert "2 marked" in bar(board)
        await board.press("p")
        assert "Postpone 2 activities" in board.text
        await board.type("2026-12-01")
        await board.press("enter")
        assert {"Ring": "2026-12-01", "Visit": "2026-12-01"}.items() <= due(calls).items()
        assert {"Write": "2026-11-23", "Fetch": "2026-11-23"}.items() <= due(calls).items()
        assert before + 1 == changes(calls)
        newest = calls.json("log", "-n", "1")[0]["command"]
        assert "postpone ACT-1, ACT-3: 2026-12-01" == newest
        assert [] == marked(board)
        await board.press("u")
        assert f"Undid: {newest}" == board.told
        assert {"2026-11-23"} == set(due(calls).values())

    at_the_board(calls, steps, size)


@pytest.mark.parametrize(("place", "name"), [("f4", "ACT-2:"), ("f2", "Write:")])
def test_what_cannot_be_done_is_told_and_stays_marked(calls: Shop, place: str, name: str) -> None:
    """One that somebody else has closed meanwhile is named with its reason; the rest is done.

    It is named as the screen shows it.
    """

    async def steps(board: Driver) -> None:
        await board.press(place, "asterisk")
        assert "4 marked" in bar(board)
        await board.press("x")
        assert "Cancel 4 activities" in board.text
        assert "Cancel them" in board.text
        calls.do("done", "ACT-2", me="bo")
        await board.press("ctrl+s")
        assert isinstance(board.app.screen, PopUp)
        assert "Canceled 3 activities, of 4" in board.text
        assert name in board.text
        assert "bo" in board.text
        await board.press("enter")

    at_the_board(calls, steps)
    states = dict(calls.rows("SELECT number, state FROM activity"))
    assert {1: "canceled", 2: "done", 3: "canceled", 4: "canceled"} == states


def test_what_nothing_of_can_be_done_changes_nothing(calls: Shop) -> None:
    """A time that cannot be read is refused in the form, which stays open; the marks stay too."""
    before = calls.dump()

    async def steps(board: Driver) -> None:
        await board.press("f4", "asterisk", "p")
        await board.type("someday")
        await board.press("enter")
        assert isinstance(board.app.screen, Form)
        assert "someday" in board.text
        await board.press("escape")
        assert "4 marked" in bar(board)

    at_the_board(calls, steps)
    assert before == calls.dump()


def test_marked_activities_are_completed_together(calls: Shop) -> None:
    """`Enter` asks for one result; all of them get it."""

    async def steps(board: Driver) -> None:
        await board.press("f4", "space", "space", "enter")
        assert "Complete 2 activities" in board.text
        await board.press("1")

    at_the_board(calls, steps)
    closed = calls.rows("SELECT name, result FROM activity WHERE state = 'done' ORDER BY number")
    assert [("Ring", "completed"), ("Write", "completed")] == closed


@pytest.mark.parametrize(
    ("place", "told"),
    [("f2", "does not end with a result alone"), ("f4", "do not offer the same results")],
)
def test_different_results_are_refused(team: Shop, place: str, told: str) -> None:
    """Steps that offer other results than each other are not completed together.

    They are named as the screen shows them: on Today by no handle.
    """
    before = team.dump()

    async def steps(board: Driver) -> None:
        await board.press(place, "asterisk", "enter")
        assert told in board.told
        assert ("ACT-" in board.told) == (place == "f4")
        assert (" · " in board.told) == (place == "f2")

    at_the_board(team, steps)
    assert before == team.dump()


def test_a_filter_hides_marks_and_says_so(calls: Shop) -> None:
    """The bar counts what a filter hides, the question tells of it, and `Esc` clears the marks."""

    async def steps(board: Driver) -> None:
        await board.press("f4", "asterisk", "slash")
        await board.type("visit")
        await board.press("enter")
        assert "4 marked, 3 hidden" in bar(board)
        await board.press("p")
        assert "Hidden by the filter and meant too: ACT-1, ACT-2, ACT-4" in board.text
        await board.press("escape", "escape")
        assert "marked" not in bar(board)
        assert "/visit" in board.text
        await board.press("escape")
        assert "/visit" not in board.text

    at_the_board(calls, steps)


def test_all_that_is_shown_are_marked(calls: Shop) -> None:
    """`*` marks what the filter leaves, beside what is marked already, and takes it away again."""

    async def steps(board: Driver) -> None:
        await board.press("f4", "space", "slash")
        await board.type("visit")
        await board.press("enter", "asterisk")
        assert "2 marked, 1 hidden" in bar(board)
        await board.press("asterisk")
        assert "1 marked, 1 hidden" in bar(board)

    at_the_board(calls, steps)


def test_marks_stay_with_their_records(calls: Shop) -> None:
    """What others change meanwhile moves the marks; what is gone is not marked any more."""

    async def steps(board: Driver) -> None:
        await board.press("f4", "space", "space")
        await board.app.watch_store()
        calls.do("activity", "add", "Soon", "--due", "today 9:30")
        calls.do("done", "ACT-1")
        await board.app.watch_store()
        await board.settle()
        assert "1 marked" in bar(board)
        (line,) = marked(board)
        assert "Write" in line
        await board.press("u")

    at_the_board(calls, steps)


def test_keys_that_take_one_act_on_the_cursor(calls: Shop) -> None:
    """`y` copies what the cursor is on, whatever is marked."""

    async def steps(board: Driver) -> None:
        await board.press("f4", "space", "space", "y")
        assert "ACT-3" == board.app.clipboard

    at_the_board(calls, steps)


def test_marked_cards_move_together(team: Shop) -> None:
    """`m` moves the marked cards of any column to one stage in one change."""

    async def steps(board: Driver) -> None:
        await on_card(board, "needs-analysis")
        await board.press("space")
        await on_card(board, "negotiations")
        await board.press("space", "m")
        assert "Move 2 sales to" in board.text
        names = [one["stage"] for one in team.json("pipeline")["stages"]]
        await board.press(str(names.index("proposal") + 1))
        stages = {one["name"]: one["stage"] for one in team.json("opportunity", "list")}
        assert {"Boiler": "proposal", "Pumps": "proposal"} == stages
        await board.press("u")

    at_the_board(team, steps, WIDE)
    stages = {one["name"]: one["stage"] for one in team.json("opportunity", "list")}
    assert {"Boiler": "needs-analysis", "Pumps": "negotiations"} == stages


def test_marked_cards_that_stand_there_already_are_left_alone(team: Shop) -> None:
    """A move of all begins no stage again: who stands in it is told, and the others are moved."""

    async def steps(board: Driver) -> None:
        await on_card(board, "negotiations")
        await board.press("space", "m")
        names = [one["stage"] for one in team.json("pipeline")["stages"]]
        number = str(names.index("negotiations") + 1)
        before = team.dump()
        await board.press(number)
        assert "`OPP-2` is in Negotiations already" in board.told
        assert before == team.dump()
        await on_card(board, "needs-analysis")
        await board.press("space", "m")
        assert "Move 2 sales to" in board.text
        await board.press(number)
        assert "`OPP-2` is in Negotiations already" in board.told
        assert [] == marked(board)

    at_the_board(team, steps, WIDE)
    assert [("negotiations",)] == team.rows(
        "SELECT v.stage FROM stage_visit v JOIN process_run r ON r.id = v.run_id"
        " JOIN opportunity o ON o.id = r.opportunity_id"
        " WHERE o.name = 'Pumps' AND v.stage = 'negotiations'"
    )
    stages = {one["name"]: one["stage"] for one in team.json("opportunity", "list")}
    assert {"Boiler": "negotiations", "Pumps": "negotiations"} == stages


@pytest.mark.parametrize("ending", [False, True])
def test_a_move_of_all_that_is_marked_asks_before_it_cancels(team: Shop, ending: bool) -> None:
    """What is agreed with a customer is named, and `Esc` leaves all of it as it is."""
    team.do("schedule", "OPP-1", "wed 14:00")
    before = team.dump()

    async def steps(board: Driver) -> None:
        await on_card(board, "needs-analysis")
        await board.press("space")
        await on_card(board, "negotiations")
        await board.press("space", "m", *(("G", "enter") if ending else ("6",)))
        assert "This cancels" in board.text
        assert "Collect customer information" in board.text
        await board.press("escape")

    at_the_board(team, steps, WIDE)
    assert before == team.dump()


def test_marked_cards_end_together(team: Shop) -> None:
    """An ending asks once for what each of them needs, and ends all of them."""

    async def steps(board: Driver) -> None:
        await on_card(board, "needs-analysis")
        await board.press("space")
        await on_card(board, "negotiations")
        await board.press("space", "m", "G", "enter")
        assert "End 2 sales: Closed rejected" in board.text
        board.fill("reason", "Not our business")
        await board.press("ctrl+s")
        await board.press("escape")

    at_the_board(team, steps, WIDE)
    endings = team.rows("SELECT stage, reason FROM opportunity WHERE closed_at IS NOT NULL")
    assert [("closed-rejected", "Not our business")] * 2 == endings


@pytest.mark.parametrize(
    ("place", "noun", "count"), [("f5", "account", 3), ("f6", "lead", 2)], ids=str
)
def test_marked_records_get_another_owner(team: Shop, place: str, noun: str, count: int) -> None:
    """`e` asks which field, and gives all marked ones the same in one change."""
    for name in ("Zoe Zed", "Yan Yu"):
        team.do("lead", "add", name)
    before = changes(team)

    async def steps(board: Driver) -> None:
        await board.press(place, "asterisk", "e")
        assert f"Change {count} {noun}s" in board.text
        await board.press("G", "enter")
        assert board.form.fields[0].name == "owner"
        await board.type("nobody")
        await board.press("enter")
        assert "nobody" in str(board.form.query_one(".problem.told").render())
        board.fill("owner", "bo")
        await board.press("ctrl+s")

    at_the_board(team, steps)
    assert {"bo"} == {one["owner"] for one in team.json(noun, "list", "--all")}
    assert before + 1 == changes(team)


def test_opportunities_get_another_close_date(team: Shop) -> None:
    """`e` on marked cards gives all of them the same close date."""

    async def steps(board: Driver) -> None:
        for stage in ("needs-analysis", "negotiations"):
            await on_card(board, stage)
            await board.press("space")
        await board.press("e")
        options = [line.strip("│ ") for line in board.text.splitlines() if "Close date" in line]
        assert options
        number = options[0].split(".")[0].split()[-1]
        await board.press(*number)
        await board.type("2026-12-24")
        await board.press("enter")

    at_the_board(team, steps, WIDE)
    dates = {one["close_date"] for one in team.json("opportunity", "list")}
    assert {"2026-12-24"} == dates


def test_all_cards_of_a_column_are_marked(team: Shop) -> None:
    """On the pipeline `*` marks the cards of the column with the keys, and leaves the others."""
    team.do("stage", "OPP-3", "needs-analysis")

    async def steps(board: Driver) -> None:
        await on_card(board, "needs-analysis")
        await board.press("w", "2")
        await on_card(board, "needs-analysis")
        await board.press("asterisk")
        assert "2 marked" in bar(board)
        assert 2 == board.text.count(SIGN)
        await board.press("w", "1")
        assert "1 marked" in bar(board)

    at_the_board(team, steps, WIDE)


def test_a_mark_goes_with_whose_records_are_shown(team: Shop) -> None:
    """What `w` takes out of the list is not marked any more."""
    team.do("account", "edit", "Hooli", "--set", "owner=bo")

    async def steps(board: Driver) -> None:
        await board.press("f5", "w", "asterisk")
        assert "3 marked" in bar(board)
        await board.press("w")
        assert "2 marked" in bar(board)
        assert "hidden" not in bar(board)

    at_the_board(team, steps)


@pytest.mark.parametrize(
    ("place", "told"),
    [("f2", "have no field in common"), ("f8", "has no opportunity yet")],
    ids=str,
)
def test_what_has_no_field_in_common_is_refused(team: Shop, place: str, told: str) -> None:
    """Records of several kinds, and sales without an opportunity, are changed one by one."""
    before = team.dump()

    async def steps(board: Driver) -> None:
        await board.press(place, "asterisk", "e")
        assert told in board.told
        assert "marked" in bar(board)

    at_the_board(team, steps)
    assert before == team.dump()


def test_more_than_can_be_marked_is_told(calls: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """`*` and `Space` mark no more than can be changed at once, and say what else there is."""
    monkeypatch.setattr(marking, "MOST", 3)

    async def steps(board: Driver) -> None:
        await board.press("f4", "asterisk")
        assert "filter them" in board.told
        assert "marked" not in bar(board)
        await board.press("space", "space", "space", "space")
        assert "3 marked" in bar(board)

    at_the_board(calls, steps)


def test_marks_are_made_while_moving(calls: Shop) -> None:
    """Going back takes the marks away again, but never those that were there before."""

    async def steps(board: Driver) -> None:
        await board.press("f4", "G", "space", "g", "shift+down", "shift+down")
        assert "4 marked" in bar(board)
        await board.press("shift+up")
        assert "3 marked" in bar(board)
        await board.press("shift+down", "shift+down", "shift+up", "shift+up", "j", "j")
        assert ["Ring", "Write", "Fetch"] == [
            name for line in marked(board) for name in due(calls) if name in line
        ]
        await board.press("escape", "shift+up", "shift+up")
        assert "3 marked" in bar(board)

    at_the_board(calls, steps)


def test_a_range_goes_as_far_as_the_cursor(shop: Shop) -> None:
    """It reaches over what has not been read yet, and ends with its key, a mark or `Esc`."""
    for number in range(120):
        shop.do("activity", "add", f"Task {number}", "--due", "today 12:00")

    async def steps(board: Driver) -> None:
        await board.press("f4", "g", "V", "G")
        assert "120 marked, range" in bar(board)
        await board.press("g", "j")
        assert "2 marked, range" in bar(board)
        await board.press("V", "j", "j")
        assert "2 marked" in bar(board)
        assert "range" not in bar(board)
        await board.press("V", "j", "space")
        assert "3 marked" in bar(board)
        assert "range" not in bar(board)
        await board.press("escape", "V", "j", "escape", "j")
        assert "marked" not in bar(board)

    at_the_board(shop, steps)


def test_a_range_stays_in_its_column(team: Shop) -> None:
    """On the pipeline it marks cards of one stage; the cursor of another one ends it."""
    for name in ("Tap", "Sink"):
        team.do("opportunity", "add", name, "--stage", "negotiations")

    async def steps(board: Driver) -> None:
        await on_card(board, "negotiations")
        await board.press("g", "V", "G")
        assert "3 marked, range" in bar(board)
        await on_card(board, "needs-analysis")
        await board.press("shift+down")
        assert "4 marked" in bar(board)
        assert "range" not in bar(board)

    at_the_board(team, steps, WIDE)


def test_marking_takes_a_click(calls: Shop) -> None:
    """The key in the line at the bottom can be clicked, as every other one."""

    async def steps(board: Driver) -> None:
        await board.press("f4")
        assert "space Mark" in bar(board)
        await board.pilot.click("KeyBar", offset=(bar(board).index("Mark"), 0))
        await board.settle()
        assert "1 marked" in bar(board)

    at_the_board(calls, steps, (120, 24))


def test_a_note_stands_on_each(team: Shop) -> None:
    """`n` writes the same note on all that is marked."""

    async def steps(board: Driver) -> None:
        await board.press("f5", "asterisk", "n")
        assert "Write a note on 3 accounts" in board.text
        await board.type("They moved")
        await board.press("ctrl+s")
        assert "Noted on" in board.told

    at_the_board(team, steps)
    assert [(3,)] == team.rows("SELECT count(*) FROM note WHERE text = 'They moved'")


@pytest.mark.parametrize("place", ["f2", "f4"])
def test_the_key_that_clears_is_listed_where_it_clears(calls: Shop, place: str) -> None:
    """Esc stands in the help as long as something is marked or filtered."""

    async def steps(board: Driver) -> None:
        await board.press(place, "f1")
        assert "Clear the marks" not in board.text
        await board.press("escape", "space", "f1")
        assert "Clear the marks" in board.text
        await board.press("escape", "escape", "slash", *"ring", "enter", "f1")
        assert "Clear the marks" in board.text

    at_the_board(calls, steps, (80, 50))


def test_an_empty_list_has_nothing_to_mark(shop: Shop) -> None:
    """Both keys say that there is nothing."""

    async def steps(board: Driver) -> None:
        for key in ("space", "asterisk"):
            await board.press("f6", key)
            assert "nothing under the cursor" in board.told
            await board.press("escape")

    at_the_board(shop, steps)
