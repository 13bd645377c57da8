"""The command line of the board and Textual's palette: the words of the shell, run from within."""

import pytest

from salescli.commands.shared.catalog import COMMANDS
from salescli.errors import UsageError
from salescli.tui.kept import memory
from salescli.tui.keys.own_keys import OWN_KEYS
from salescli.tui.lines import shell
from salescli.tui.lines.palette import Commands, Records
from salescli.tui.widgets.command_line import CommandLine
from salescli.tui.widgets.completing import MOST_LINES, Offered
from salescli.tui.widgets.prompt import Prompt
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
        assert "Run process Corporate sale" in board.text
        await board.press("enter", "enter")
        assert "Call to verify the interest" in board.text

    at_the_board(team, steps, (100, 30))
    assert before + 1 == len(team.json("process", "log", "--all"))


def test_run_process_alone_asks(team: Shop) -> None:
    """P7: without a name the picker asks for it, where there is more than one."""
    team.do("process", "copy", "corporate-sale", "Repair")

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


def test_a_line_goes_on_as_in_a_shell(team: Shop) -> None:
    """P7: Tab asks what a shell would be told: one word is taken, of several the beginning."""

    async def steps(board: Driver) -> None:
        await board.press("colon")
        await board.type("stage OPP-1 pr")
        await board.press("tab")
        line = board.app.screen.query_one(CommandLine)
        assert ["presentation", "proposal"] == offered(board)
        assert "stage OPP-1 pr" == line.value
        await board.type("o")
        assert [] == offered(board)
        await board.press("tab")
        assert "stage OPP-1 proposal " == line.value
        await board.press("enter")
        await board.printed()

    at_the_board(team, steps)
    assert "proposal" == team.json("opportunity", "show", "OPP-1")["stage"]


def offered(board: Driver) -> list[str]:
    """Return what the list above the line has, where it is shown."""
    shown = [one for one in board.app.screen.query(Offered) if one.display]
    return [str(option.prompt) for one in shown for option in one.options]


def test_a_point_is_what_the_cursor_is_on(team: Shop) -> None:
    """`.` in a line stands for the handle under the cursor; where there is none, it is refused."""

    async def steps(board: Driver) -> None:
        await board.press("f3")
        reference = board.reference
        await board.press("colon")
        await board.type("stage . negotiations")
        await board.press("enter")
        await board.printed()
        assert f"Moved `{reference}`" in board.text
        await board.press("escape", "f7", "colon")
        await board.type("stage . proposal")
        await board.press("enter")
        assert "that is nothing" in board.told

    at_the_board(team, steps)


def test_lines_and_the_theme_are_remembered(team: Shop) -> None:
    """The next board has the theme and the lines of this one, in a file for its user's eyes."""

    async def choose(board: Driver) -> None:
        board.app.theme = "textual-light"
        await board.press("colon")
        await board.type("run process nothing")
        await board.press("enter")

    async def again(board: Driver) -> None:
        assert "textual-light" == board.app.theme
        await board.press("colon", "up")
        assert "run process nothing" == board.app.screen.query_one(CommandLine).value

    at_the_board(team, choose)
    assert 0o600 == (team.home / memory.FILE_NAME).stat().st_mode & 0o777
    at_the_board(team, again)


@pytest.mark.parametrize("content", ["[", '["a"]', '{"theme": 3, "lines": "x"}'])
def test_a_memory_that_cannot_be_read_is_none(team: Shop, content: str) -> None:
    """A damaged file keeps nobody from the board, which then begins as usual."""
    (team.home / memory.FILE_NAME).write_text(content, encoding="utf-8")

    async def steps(board: Driver) -> None:
        assert "textual-dark" == board.app.theme
        assert [] == board.app.lines

    at_the_board(team, steps)


def test_keys_of_ones_own(team: Shop) -> None:
    """`keys.toml` gives what the board can do other keys, in the line of keys and the help too."""
    (team.home / OWN_KEYS).write_text('schedule = "t"\n', encoding="utf-8")

    async def steps(board: Driver) -> None:
        assert "t Schedule" in board.text
        await board.press("s")
        assert "When, such as" not in board.text
        await board.press("t")
        assert "When, such as" in board.text
        await board.press("escape", "f1")
        assert "Marked: ⏎, t, p, x, e, n act on all that are" in board.text

    at_the_board(team, steps, (80, 50))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("x", "cannot be read"),
        ('schedul = "t"', "did you mean `schedule`"),
        ("schedule = 3", "`schedule`: write its keys between quotes"),
        ('schedule = " "', "`schedule` has no keys"),
        ('postpone = "j"', "`postpone` cannot be `j`, which moves through lists"),
        ('form-save = "x"', "`form-save` cannot be `x`, which types"),
        ('form-save = "ctrl+t, space"', "`form-save` cannot be `space`, which types"),
        ('filter-end = "slash"', "`filter-end` cannot be `slash`"),
        ('command-run = "X"', "`command-run` cannot be `X`"),
        ('list-take = "x"', "`list-take` cannot be `x`"),
        ('search-keep = "n"', "`search-keep` cannot be `n`"),
        ('schedule = "foo"', "`schedule`: there is no key `foo`"),
        ('schedule = "t,ctl+t"', "`schedule`: there is no key `ctl+t`"),
        ('qqq = "t"', "there is no `qqq`\n"),
        (
            'schedul = "t"\nzzz = "y"\n' + "".join(f"q{n} = 1\n" for n in range(6)),
            "there is no `schedul`; did you mean `schedule`?\nthere is no `zzz`\n",
        ),
        (
            'schedul = "t"\nzzz = "y"\n' + "".join(f"q{n} = 1\n" for n in range(6)),
            "and 2 more\n",
        ),
    ],
)
def test_keys_that_cannot_be_read_are_told(team: Shop, content: str, told: str) -> None:
    """A mistake in `keys.toml` is told with a way out, and the usual keys work."""
    (team.home / OWN_KEYS).write_text(content, encoding="utf-8")

    async def steps(board: Driver) -> None:
        assert told in board.told
        await board.press("escape", "s")
        assert "When, such as" in board.text
        await board.press("escape")

    at_the_board(team, steps)


def test_a_form_is_saved_by_a_key_of_ones_own(team: Shop) -> None:
    """A key that types nothing is taken for a form, a line or a filter."""
    (team.home / OWN_KEYS).write_text('form-save = "f9,ctrl+t"\n', encoding="utf-8")

    async def steps(board: Driver) -> None:
        await board.press("n")
        assert "f9 Save" in board.text
        await board.type("Rang")
        await board.press("ctrl+t")
        assert "Noted on" in board.told

    at_the_board(team, steps)


def test_the_palette_finds_records(team: Shop) -> None:
    """P7: words of any record find it in the palette; chosen, it is shown."""
    team.do("contact", "add", "Mia Ray", "--account", "Globex")

    async def steps(board: Driver) -> None:
        for query, reference, shown in [
            ("boiler", "OPP-1", "▸ Needs analysis"),
            ("initech", "ACC-2", "Sales"),
            ("mia ray", "CON-1", "Account:"),
        ]:
            hits = [hit async for hit in Records(board.app.screen).search(query)]
            (hit,) = [one for one in hits if reference in str(one.prompt)]
            hit.command()
            if reference.startswith("CON"):
                await board.printed()
            await board.settle()
            assert shown in board.text, query
            await board.press("escape")

    at_the_board(team, steps, (100, 40))


def test_the_palette_finds_nothing_quietly(team: Shop) -> None:
    """Words that nothing has, or one letter, offer no record and tell nothing."""

    async def steps(board: Driver) -> None:
        for query in ("q", "zzzzzz"):
            assert [] == [hit async for hit in Records(board.app.screen).search(query)]
        assert "" == board.told

    at_the_board(team, steps)


def test_every_run_without_a_name_begins_a_sale(team: Shop) -> None:
    """P7: `R` begins a sale each time; one that has only just begun is not taken for it."""
    before = len(team.json("process", "log", "--all"))

    async def steps(board: Driver) -> None:
        for _again in range(2):
            await board.press("f2", "R", "enter", "enter", "enter")

    at_the_board(team, steps)
    assert before + 2 == len(team.json("process", "log", "--all"))


def test_a_name_finds_the_record_before_any_command(team: Shop) -> None:
    """Letters of a name that stand somewhere in a command do not bring the command up."""
    team.do("contact", "add", "Mia Ray")

    async def steps(board: Driver) -> None:
        screen = board.app.screen
        assert [] == [hit async for hit in Commands(screen).search("mia")]
        titles = [str(hit.prompt) async for hit in Commands(screen).search("put off")]
        assert any("Put it off" in title for title in titles)
        assert [hit async for hit in Records(screen).search("mia")]

    at_the_board(team, steps)


def test_a_command_that_is_begun_is_not_guessed(team: Shop) -> None:
    """Where several commands begin so, Tab shows them and takes none."""

    async def steps(board: Driver) -> None:
        await board.press("colon")
        await board.type("st")
        await board.press("tab")
        assert "st" == board.app.screen.query_one(CommandLine).value.rstrip("a")
        assert ["stage", "stale"] == offered(board)

    at_the_board(team, steps)


def test_a_command_is_chosen_from_the_list(team: Shop) -> None:
    """The commands that begin so stand above the line; an arrow and Enter take one, and run none.

    With no choice Enter runs the line as it is typed, and `Esc` closes the list before the line.
    """

    async def steps(board: Driver) -> None:
        board.app.commands += sorted(COMMANDS)
        await board.press("colon", "s", "t")
        assert ["stage", "stale"] == offered(board)
        await board.press("down", "down", "enter")
        line = board.app.screen.query_one(CommandLine)
        assert "stale " == line.value
        assert [] == offered(board)
        await board.press("ctrl+u", "r", "i", "escape")
        assert [] == offered(board)
        assert line is board.app.focused
        await board.press("s", "k", "enter")
        await board.printed()
        assert "sales risk" in board.text

    at_the_board(team, steps)


def test_the_list_lies_above_the_line(team: Shop) -> None:
    """However many commands begin so, at most five stand there, and the line stays in sight."""

    async def steps(board: Driver) -> None:
        board.app.commands += sorted(COMMANDS)
        await board.press("colon", "r")
        (shown,) = board.app.screen.query(Offered)
        assert shown.option_count > MOST_LINES == shown.region.height
        line = board.app.screen.query_one(CommandLine)
        assert shown.region.bottom == line.region.y
        await board.pilot.click(Offered, offset=(3, 1))
        await board.settle()
        assert f"{shown.options[1].prompt} " == line.value

    at_the_board(team, steps, (40, 20))
