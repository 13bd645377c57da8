"""Filters of the screens: words of names, handles and conditions, on every list alike."""

from textual.widgets import OptionList

from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.rows import Rows
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board

WIDE = (220, 40)


async def filter_by(board: Driver, text: str) -> None:
    """Type a filter and ask for it."""
    await board.press("slash")
    await board.type(text)
    await board.press("enter")


NARROWED = [
    ("f3", "glob", "Globex", "Initech"),
    ("f3", "OPP-2", "Initech", "Globex"),
    ("f3", "sanne", "Globex", "Initech"),
    ("f3", "mia", "Initech", "Globex"),
    ("f4", "broch", "Send the brochure", "Call to verify"),
    ("f4", "globex", "Send the brochure", "Call to verify"),
    ("f4", "state = open and due is empty", "Nothing meets", "Call to verify"),
    ("f5", "glo", "Globex", "Initech"),
    ("f5", "sanne", "Globex", "Initech"),
    ("f5", "name = Globex", "Globex", "Initech"),
    ("f6", "umb", "Zoe Zed", "Yan Yu"),
    ("f6", "LEAD-2", "Yan Yu", "Zoe Zed"),
    ("f8", "boiler", "Boiler", "Acme"),
    ("f8", "initech", "Pumps", "Boiler"),
    ("f8", "RUN-1", "Acme", "Pumps"),
]
"""A screen, what is asked, what meets it and what does not."""


def test_a_filter_narrows(team: Shop) -> None:
    """What meets a filter is shown and nothing else, on every list; Esc shows all again."""
    for line in [
        ("contact", "add", "Sanne Wit", "--set", "account=Globex"),
        ("opportunity", "edit", "OPP-1", "--set", "contact=Sanne Wit"),
        ("opportunity", "stakeholder", "add", "OPP-2", "Mia Ray"),
        ("lead", "add", "Zoe Zed", "--company", "Umbrella"),
        ("lead", "add", "Yan Yu", "--company", "Tyrell"),
    ]:
        team.do(*line)

    async def steps(board: Driver) -> None:
        for key, asked, shown, hidden in NARROWED:
            await board.press(key)
            before = board.text
            assert hidden in before, asked
            await filter_by(board, asked)
            assert shown in board.text, asked
            assert hidden not in board.text, asked
            await board.press("escape")
            assert before.replace("▸", " ") == board.text.replace("▸", " "), asked

    at_the_board(team, steps, WIDE)


def test_the_day_is_narrowed_by_words_and_handles(team: Shop) -> None:
    """What is to be done is looked through by what it is, whom it is about, or a handle.

    The filter stands beside the keys as long as it is in force.
    """

    async def steps(board: Driver) -> None:
        await board.press("G", "g")
        assert "Acme" in board.text
        assert "Pumps" in board.text
        before = board.text
        for asked in ("acm", "verify", "RUN-1"):
            await filter_by(board, asked)
            assert "Acme" in board.text, asked
            assert "Pumps" not in board.text, asked
            assert f"/{asked} " in board.text.splitlines()[-1]
            await board.press("escape", "g")
            assert before == board.text, asked

    at_the_board(team, steps, WIDE)


def test_marks_that_a_filter_of_the_day_hides_are_kept(team: Shop) -> None:
    """A mark outlives the filter that hides what it is on, and `*` marks what is shown alone."""

    async def steps(board: Driver) -> None:
        await filter_by(board, "pumps")
        await board.press("asterisk")
        assert "1 marked" in board.text
        await board.press("slash", *["backspace"] * 5)
        await board.type("acme")
        await board.press("enter")
        assert "1 marked, 1 hidden" in board.text
        shown = board.app.screen.query_one("#vital", Rows).total
        await board.press("asterisk")
        assert f"{shown + 1} marked, 1 hidden" in board.text

    at_the_board(team, steps, WIDE)


def test_a_filter_that_nothing_meets_says_so(team: Shop) -> None:
    """An empty list says that it is the filter, and how to end it."""

    async def steps(board: Driver) -> None:
        for key in ("f2", "f3", "f4", "f5", "f6", "f8"):
            await board.press(key)
            await filter_by(board, "zzz")
            assert "Nothing meets the filter; Esc ends it" in board.text, key
            await board.press("escape")
            assert "Nothing meets" not in board.text, key

    at_the_board(team, steps)


def test_a_condition_where_only_words_are_looked_for_is_refused(team: Shop) -> None:
    """The day and the process log have no conditions: one is refused with what they take."""

    async def steps(board: Driver) -> None:
        for key in ("f2", "f8"):
            await board.press(key, "G", "g")
            before = board.text
            await filter_by(board, "state = running")
            assert "only words are looked for" in board.text
            await board.press("escape", "g")
            assert before == board.text

    at_the_board(team, steps)


def test_the_filter_keeps_to_whose_is_shown(team: Shop) -> None:
    """A filter narrows what the heading says: mine, and with `w` everybody's."""
    team.do("assign", "OPP-3", "bo")
    team.do("account", "edit", "Hooli", "--set", "owner=bo")

    async def steps(board: Driver) -> None:
        await board.press("f5")
        await filter_by(board, "name = Hooli")
        assert "mine" in board.text
        assert "Nothing meets" in board.text
        await board.press("w")
        assert "everybody's" in board.text
        assert "Nothing meets" not in board.text

    at_the_board(team, steps)


def test_a_filter_narrows_while_it_is_typed(team: Shop) -> None:
    """Each letter narrows what is shown; a condition counts as soon as it can be read."""

    async def steps(board: Driver) -> None:
        for key in ("f3", "f5"):
            await board.press(key, "slash")
            await board.type("init")
            assert "Initech" in board.text
            assert "Globex" not in board.text
            await board.press(*["backspace"] * 4)
            assert "Globex" in board.text
            await board.type("account =" if key == "f3" else "name =")
            assert "Globex" in board.text
            await board.type(" Initech")
            assert "Globex" not in board.text
            await board.press("escape")
            assert "Globex" in board.text

    at_the_board(team, steps, WIDE)


def test_a_refused_filter_stays_to_be_mended(team: Shop) -> None:
    """What is wrong stands below the line, which keeps what was typed and the keys."""

    async def steps(board: Driver) -> None:
        for key in ("f3", "f5"):
            await board.press(key)
            await filter_by(board, "owner = ana and amuont > 1")
            assert "There is no field `amuont`" in board.text or "has no field" in board.text
            assert "FilterLine" == board.focused
            await board.type("0")
            assert "amuont > 10" in board.text
            assert "has no field" not in board.text
            await board.press("escape")
            assert "FilterLine" != board.focused

    at_the_board(team, steps, WIDE)


def test_the_pipeline_shows_its_hits_while_a_filter_is_typed(team: Shop) -> None:
    """A column beyond the edge comes into view when it has the only card that fits so far."""

    async def steps(board: Driver) -> None:
        await board.press("f3")
        assert "Initech" not in board.text
        await board.press("slash", *"init")
        assert "Initech" in board.text

    at_the_board(team, steps)


def test_a_filter_begins_again_at_its_end(team: Shop) -> None:
    """`/` opens the filter in force, to be typed on."""

    async def steps(board: Driver) -> None:
        await board.press("f5")
        await filter_by(board, "glo")
        await board.press("slash")
        await board.type("bex")
        await board.press("enter")
        assert "/globex" in board.text

    at_the_board(team, steps)


def test_the_cursor_is_on_a_card_that_meets_the_filter(team: Shop) -> None:
    """Where a filter leaves the column with the keys empty, they go to one with cards."""

    async def steps(board: Driver) -> None:
        await board.press("f3")
        assert "OPP-1" == board.reference
        await filter_by(board, "pumps")
        assert "OPP-2" == board.reference

    at_the_board(team, steps)


def test_what_was_told_is_over_where_something_is_asked(team: Shop) -> None:
    """What was told does not stand beside a line or a form that a later key opens."""

    async def steps(board: Driver) -> None:
        for key, widget in (("n", "Lines"), ("colon", "CommandLine")):
            await board.press("f5", "y")
            told = board.told
            assert told
            await board.press(key)
            assert "" == board.told
            assert told not in board.text
            assert widget == board.focused
            await board.press("escape")

    at_the_board(team, steps)


def test_a_move_begins_behind_the_present_stage(team: Shop) -> None:
    """`m` names the sale, marks the stage where it stands, and begins at the next one."""

    async def steps(board: Driver) -> None:
        stages = [one["name"] for one in team.json("pipeline")["stages"]]
        for key in ("f3", "enter"):
            await board.press(key, "m")
            assert "Boiler" in board.text
            assert "Needs analysis (now)" in board.text
            choice = board.app.screen
            assert isinstance(choice, Choice)
            marked = choice.query_one(OptionList).highlighted
            assert marked == stages.index("Needs analysis") + 1
            await board.press("escape")

    at_the_board(team, steps)
