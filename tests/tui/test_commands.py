"""The command line of the board and Textual's palette: the words of the shell, run from within."""

import pytest

from salescli.errors import UsageError
from salescli.tui import shell
from salescli.tui.widgets.command_line import CommandLine, Prompt
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board


def test_a_command_of_the_shell(team: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line runs on the board's own store, its words are shown, and undo takes it back."""
    monkeypatch.setenv("SALES_NOW", team.clock().isoformat())
    before = team.dump()

    async def steps(board: Driver) -> None:
        app = board.app
        await app.desk.look(str)
        printed = await shell.run(team.home, shell.words_of('note OPP-1 "They called"'), 80)
        assert 0 == printed.code
        assert "Noted on" in printed.text
        refused = await shell.run(team.home, ["stage", "OPP-9", "proposal"], 80)
        assert 3 == refused.code
        assert "There is no `OPP-9`" in refused.text
        await board.press("u")

    at_the_board(team, steps)
    assert before == team.dump()


@pytest.mark.parametrize(
    "text",
    [
        "Run process Corporate sale",
        "run-process corporate-sale",
        ":sales run-process 'Corporate sale'",
    ],
)
def test_run_process_by_name(team: Shop, text: str) -> None:
    """P7: "Run process", then the name of the process, starts it in any spelling."""
    before = len(team.json("process", "log", "--all"))

    async def steps(board: Driver) -> None:
        await board.press("colon")
        await board.type(text)
        await board.press("enter")
        assert "Call to verify the interest" in board.text

    at_the_board(team, steps, (100, 30))
    assert before + 1 == len(team.json("process", "log", "--all"))


def test_run_process_alone_asks(team: Shop) -> None:
    """P7: without a name the picker asks for it."""

    async def steps(board: Driver) -> None:
        await board.press("colon")
        await board.type("Run process")
        await board.press("enter")
        assert "1. Corporate sale" in board.text

    at_the_board(team, steps)


def test_an_unknown_process_is_told(team: Shop) -> None:
    """P7: the nearest names are offered, and nothing is started."""
    before = team.dump()

    async def steps(board: Driver) -> None:
        await board.press("colon")
        await board.type("run process corporat sale")
        await board.press("enter")
        assert "did you mean `corporate-sale`" in board.told

    at_the_board(team, steps)
    assert before == team.dump()


def test_lines_are_completed_and_called_back(team: Shop) -> None:
    """The right arrow takes the suggestion; the up arrow calls the line before back."""

    async def steps(board: Driver) -> None:
        await board.press("colon")
        await board.type("run pro")
        await board.press("right", "right", "escape")
        await board.press("colon")
        await board.type("run process nothing")
        await board.press("enter")
        await board.press("colon", "up")
        assert "run process nothing" in board.text
        await board.press("escape")
        assert "Rows" == board.focused

    at_the_board(team, steps)


@pytest.mark.parametrize(("text", "told"), [('note "x', "cannot be read"), ("board", "of its own")])
def test_lines_that_cannot_run(text: str, told: str) -> None:
    """A missing quotation mark and a command with a screen of its own are refused."""
    with pytest.raises(UsageError) as refusal:
        shell.words_of(text)
    assert told in refusal.value.message


def test_the_palette_has_the_screens(team: Shop) -> None:
    """P7: the palette offers the screens, and what the keys do, to run a process and to undo."""

    async def steps(board: Driver) -> None:
        titles = {one.title for one in board.app.get_system_commands(board.app.screen)}
        assert {"Today", "Pipeline", "Plan"} <= titles
        for words in ("Run process", "Undo"):
            assert any(words in title for title in titles)
        await board.press("ctrl+p")
        await board.type("pipeline")
        await board.press("enter")
        assert "pipeline" == board.app.place

    at_the_board(team, steps)


def test_tab_completes_and_never_leaves_the_prompt(team: Shop) -> None:
    """What is typed after Tab is still typed into the line, and into the filter."""
    before = team.dump()

    async def steps(board: Driver) -> None:
        await board.press("colon", "tab", "shift+tab")
        await board.type("run pro")
        await board.press("tab")
        await board.type(" no")
        assert "Run process no" == board.app.screen.query_one(CommandLine).value
        await board.press("escape", "f4", "slash", "tab")
        await board.type("on")
        assert "on" == board.app.screen.query_one("#filter-line", Prompt).value

    at_the_board(team, steps)
    assert before == team.dump()


@pytest.mark.parametrize("line", ["q", "quit"])
def test_the_prompt_takes_the_words_for_leaving(team: Shop, line: str) -> None:
    """`:q` quits, as it does elsewhere."""

    async def steps(board: Driver) -> None:
        await board.press("colon")
        await board.type(line)
        await board.press("enter")
        assert board.app._exit

    at_the_board(team, steps)


def test_one_key_goes_back_or_quits(team: Shop) -> None:
    """`q` leaves a page before it leaves the board, and Ctrl+C tells that key."""

    async def steps(board: Driver) -> None:
        board.app.open_sale("OPP-1")
        await board.press("ctrl+c", "q")
        assert "q quits" in board.told
        assert not board.app._exit
        await board.press("q")
        assert board.app._exit

    at_the_board(team, steps)
