"""Commands of one's own on keys, from `keys.toml`."""

import pytest

from salescli.tui.keys.own_keys import OWN_KEYS
from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.command_line import CommandLine
from salescli.tui.widgets.form import Form
from salescli.tui.widgets.pop_up import PopUp
from salescli.tui.widgets.prompt import Prompt
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board

TABLE = """[commands]
"ctrl+g" = ":stage . negotiations"
B = "risk"
"""


def give(team: Shop, text: str) -> None:
    """Write the file of keys."""
    (team.home / OWN_KEYS).write_text(text, encoding="utf-8")


def test_a_key_runs_a_line(team: Shop) -> None:
    """A line runs on what the cursor is on, as it does when it is typed; it is not remembered."""
    give(team, TABLE)

    async def steps(board: Driver) -> None:
        await board.press("f3")
        reference = board.reference
        await board.press("ctrl+g")
        await board.printed()
        assert f"Moved `{reference}`" in board.text
        await board.press("escape", "f7", "ctrl+g")
        assert "that is nothing" in board.told
        assert [] == board.app.lines

    at_the_board(team, steps)
    assert "negotiations" == team.json("opportunity", "show", "OPP-1")["stage"]


@pytest.mark.parametrize("line", ["colon", "slash"])
def test_no_key_acts_while_a_line_is_typed(team: Shop, line: str) -> None:
    """Keys that type nothing are those of the line then, whatever the file gives them."""
    give(team, 'complete = "enter,f9"\nundo = "u,f10"\n[commands]\nf11 = "risk"\n')
    before = team.dump()

    async def steps(board: Driver) -> None:
        await board.press("f4", "g", line, "f9", "f10", "f11")
        assert isinstance(board.app.focused, Prompt)
        await board.press("f1")
        assert isinstance(board.app.screen, PopUp)
        assert "Undo" not in board.text
        await board.press("escape", "escape", "f9")
        assert isinstance(board.app.screen, Choice | Form)
        await board.press("escape")

    at_the_board(team, steps)
    assert before == team.dump()


def test_keys_and_commands_stand_in_one_file(team: Shop) -> None:
    """A key that the board was told to leave is free for a command."""
    give(team, 'schedule = "t"\nperiod-kind = "T"\n[commands]\ns = "risk"\n')

    async def steps(board: Driver) -> None:
        await board.press("s")
        await board.printed()
        await board.press("escape", "t")
        assert "When, such as" in board.text
        await board.press("escape")

    at_the_board(team, steps)


def test_the_help_and_the_palette_have_the_lines(team: Shop) -> None:
    """The help lists each key with its line, apart from the others; so does the palette."""
    give(team, TABLE)

    async def steps(board: Driver) -> None:
        offered = board.app.get_system_commands(board.app.screen)
        titles = {one.title: one.help for one in offered}
        assert "key B" == titles[":risk"]
        assert ":stage . negotiations" in titles
        await board.press("f1")
        part = board.text.split("Commands of your own")[1].split("On every screen")[0]
        assert ["^g         :stage . negotiations", "B          :risk"] == [
            line.strip(" │▁▂▃▄▅▆▇█").strip() for line in part.splitlines()[1:-2]
        ]

    at_the_board(team, steps, (80, 50))


def test_a_key_is_a_letter_where_one_types(team: Shop) -> None:
    """In the line, a form and a filter a letter is text, and nothing runs while one types."""
    give(team, TABLE)

    async def steps(board: Driver) -> None:
        await board.press("colon", "B", "ctrl+g")
        assert "B" == board.app.screen.query_one(CommandLine).value
        await board.press("escape", "n", "B", "ctrl+g")
        assert "B" == board.form.widget("text").text
        await board.press("escape")
        assert not isinstance(board.app.screen, PopUp)

    at_the_board(team, steps)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("commands = 3", "`commands` is no table"),
        ('[commands]\nn = "risk"', "`n`: it already means `note`"),
        ('[commands]\nj = "risk"', "`j`: it already means `Down`"),
        ('[commands]\n"ctrl+p" = "risk"', "`ctrl+p`: it already means `the palette`"),
        ('[commands]\n"ctrl+q" = "risk"', "`ctrl+q`: it already means"),
        ('schedule = "B"\n[commands]\nB = "risk"', "`B`: it already means `schedule`"),
        ('[commands]\n"%" = "risk"\n"percent_sign" = "stale"', "already means `risk`"),
        ('[commands]\n"ctl+g" = "risk"', "`ctl+g`: there is no such key"),
        ('[commands]\n"B,E" = "risk"', "`B,E`: there is no such key"),
        ('[commands]\n"" = "risk"', "``: there is no such key"),
        ('[commands]\n"+" = " : "', "`+`: it has no command"),
        ("[commands]\nB = 3", "`B`: it has no command"),
        ("[commands]\nB = 'note \"x'", "`B`: The line cannot be read"),
        ('[commands]\nB = "board"', "`board` draws a screen of its own"),
    ],
)
def test_a_mistake_is_told(team: Shop, text: str, told: str) -> None:
    """What is wrong with a command is told with a way out, and the rest of the file counts."""
    give(team, f'redo = "Z"\n{text}')

    async def steps(board: Driver) -> None:
        assert told in board.told
        assert OWN_KEYS in board.told
        assert 3 == len(board.told.splitlines())
        await board.press("escape", "Z")
        assert "There is nothing of yours to do again" in board.told

    at_the_board(team, steps)


def test_all_mistakes_are_told_at_once_and_the_rest_works(team: Shop) -> None:
    """What is wrong with keys and with commands stands in one notice; all else is in force."""
    give(team, 'schedul = "t"\nnote = "T"\n[commands]\nj = "risk"\n"ctl+g" = "risk"\nB = "risk"\n')

    async def steps(board: Driver) -> None:
        for wrong in ("`schedul`", "`j`", "`ctl+g`"):
            assert wrong in board.told
        assert {"B": "risk"} == board.app.own_commands
        await board.press("T")
        assert "Note on" in board.text

    at_the_board(team, steps)
