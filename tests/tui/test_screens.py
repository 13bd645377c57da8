"""Every screen at every size: what it shows, and that nothing that is stored can harm it."""

import unicodedata
from unittest import mock

import pytest
from rich.color import Color
from rich.style import Style
from textual.binding import Binding
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES
from textual.widgets._toast import Toast

from salescli.store.engine import FILE_NAME
from salescli.tui.places import PLACES
from salescli.tui.screens.main import MainScreen
from salescli.tui.widgets.key_bar import PLACE_KEY, bindings_of, in_words, keys_of
from salescli.tui.widgets.rows import Rows
from tests.shop import Shop, behind_the_back
from tests.tui.harness import Driver, at_the_board

SIZES = [(40, 20), (80, 24), (160, 50)]
RAW = "Evil\x1b]0;owned\x07\x9b31m\u202e[/] [bold]x[/] $title [@click=app.bell]y\x00\r\nz\u2028"


async def everywhere(board: Driver) -> list[tuple[str, str]]:
    """Go to every screen, a sale's page and each of its tabs; return what was shown."""
    shown = []
    for number, place in enumerate(PLACES, start=2):
        await board.press(f"f{number}")
        shown.append((place, board.text))
    await board.press("f3")
    board.app.open_sale("OPP-1")
    await board.settle()
    shown.append(("sale", board.text))
    for _ in range(8):
        await board.press("tab")
        shown.append(("tab", board.text))
    await board.press("f1")
    shown.append(("help", board.text))
    return shown


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_screen_fits(team: Shop, size: tuple[int, int]) -> None:
    """F44, B48: every screen is drawn at every size, no line is wider, and the team is on it."""

    async def steps(board: Driver) -> None:
        shown = await everywhere(board)
        assert len(shown) == len(PLACES) + 10
        for place, text in shown:
            assert max(len(line) for line in text.splitlines()) <= size[0], place
        told = dict(shown)
        assert "Send the brochure" in told["today"]
        assert "Boiler" in told["pipeline"]
        assert "Globex" in told["accounts"]
        assert "RUN-1" in told["log"]
        assert "Back to where" in told["help"]

    at_the_board(team, steps, size)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_what_is_the_same_is_not_laid_out_anew(team: Shop, size: tuple[int, int]) -> None:
    """A screen that reads what it shows already, as after each change, moves nothing."""

    async def steps(board: Driver) -> None:
        for keys in (*(f"f{number}" for number, _ in enumerate(PLACES, start=2)), "f4 o"):
            await board.press(*keys.split())
            assert isinstance(board.app.screen, MainScreen)
            with mock.patch.object(Screen, "_refresh_layout") as laid_out:
                board.app.screen.refill()
                await board.settle()
            assert not laid_out.called, keys

    at_the_board(team, steps, size)


@pytest.mark.parametrize("size", SIZES[:2], ids=str)
def test_hostile_names_harm_no_screen(team: Shop, size: tuple[int, int]) -> None:
    """Markup and control characters in records are shown as text on every screen and dialog."""
    with behind_the_back(team.home / FILE_NAME) as store:
        for table, columns in {
            "account": "name industry city phone",
            "opportunity": "name need tactics",
            "activity": "name",
            "contact": "name",
            "process_run": "subject",
        }.items():
            for column in columns.split():
                store.execute(f"UPDATE {table} SET {column} = ?", (RAW,))

    async def steps(board: Driver) -> None:
        shown = await everywhere(board)
        await board.press("escape", "escape", "f2")
        for key in ("enter", "s", "p", "x", "n", "question_mark"):
            await board.press(key)
            shown.append((key, board.text))
            await board.press("escape")
        for place, text in shown:
            harmful = {
                char
                for char in text.replace("\n", "")
                if unicodedata.category(char) in {"Cc", "Cs", "Co", "Zl", "Zp"}
            }
            assert set() == harmful, place
        assert any("[bold]x[/]" in text for _place, text in shown) or size[0] == 40

    at_the_board(team, steps, size)


def test_the_day_is_the_screen_below_all_others(team: Shop) -> None:
    """Nothing is drawn before the day, and it has what changed while others were over it."""

    async def steps(board: Driver) -> None:
        day = board.app.screen
        for keys in ((), ("f3", "f4", "o"), ("f5", "f3")):
            await board.press(*keys)
            assert day is board.app.screen_stack[0]
        team.do("activity", "add", "Bring the kettle", "--due", "today")
        await board.press("f2")
        assert [day] == board.app.screen_stack
        assert "Bring the kettle" in board.text

    at_the_board(team, steps)


def test_the_bar_is_right_after_a_screen_was_made_smaller(team: Shop) -> None:
    """Each screen is named by its own title, also one that lay below while the size changed."""

    async def steps(board: Driver) -> None:
        await board.press("f3")
        await board.pilot.resize_terminal(40, 20)
        await board.settle()
        for key, title in (("f2", "Today"), ("f3", "Pipeline"), ("f2", "Today")):
            await board.press(key)
            assert title in board.text.splitlines()[0]

    at_the_board(team, steps)


@pytest.mark.parametrize("size", [(10, 3), (5, 5), (2, 2), (1, 24)], ids=str)
def test_no_size_ends_the_board(team: Shop, size: tuple[int, int]) -> None:
    """However small a terminal is made, lists, questions, forms and pages go on."""

    async def steps(board: Driver) -> None:
        for keys in (("f3",), ("R",), ("R", "enter"), ("f4", "o"), ("f1",), ("colon",)):
            await board.press(*keys)
            await board.pilot.resize_terminal(*size)
            await board.settle()
            await board.pilot.resize_terminal(80, 24)
            await board.settle()
            await board.press("escape", "escape")
        await board.press("f2")
        assert "Today" in board.text

    at_the_board(team, steps)


def test_the_bar_is_clicked_and_turned(team: Shop) -> None:
    """A click on the bar, `[` and `]` show the other screens, and come round."""

    async def steps(board: Driver) -> None:
        assert "today" == board.app.place
        await board.pilot.click("PlaceBar", offset=(12, 0))
        await board.settle()
        assert "pipeline" == board.app.place
        await board.press("left_square_bracket", "left_square_bracket")
        assert list(PLACES)[-1] == board.app.place
        await board.press("right_square_bracket")
        assert "today" == board.app.place

    at_the_board(team, steps)


def test_escape_leads_back_to_the_list(team: Shop) -> None:
    """From the page of a sale Esc leads back to where it was opened, with the cursor there."""

    async def steps(board: Driver) -> None:
        await board.press("f4")
        before = board.reference
        await board.press("o")
        assert "▸ Needs analysis" in board.text
        await board.press("escape")
        assert before == board.reference

    at_the_board(team, steps)


def test_mine_and_everybodys(team: Shop) -> None:
    """Lists show mine, and with `w` everybody's; a condition narrows them."""

    async def steps(board: Driver) -> None:
        await board.press("f5", "w")
        assert "Hooli" in board.text
        await board.press("slash")
        await board.type("name = Globex")
        await board.press("enter")
        assert "Globex" in board.text
        assert "Hooli" not in board.text

    at_the_board(team, steps)


def test_a_lead_starts_its_sale(team: Shop) -> None:
    """P10: setting a lead to awaiting sale on the board begins exactly one run of it."""
    team.do("lead", "add", "Zoe Zed", "--company", "Umbrella")
    before = len(team.json("process", "log", "--all"))

    async def steps(board: Driver) -> None:
        await board.press("f6", "A")

    at_the_board(team, steps)
    assert before + 1 == len(team.json("process", "log", "--all"))


def test_the_keys_of_help_and_leaving_are_always_shown(team: Shop) -> None:
    """However narrow, the line of keys ends with Quit and Help, and has no key cut."""

    async def steps(board: Driver) -> None:
        for place, text in await everywhere(board):
            if place != "help":
                last = text.splitlines()[-1]
                assert last.endswith("f1 Help"), place
                assert "q Back" in last or "q Quit" in last, place

    at_the_board(team, steps, SIZES[0])


def test_a_key_of_the_line_is_clicked(team: Shop) -> None:
    """A click on a key does what the key does."""

    async def steps(board: Driver) -> None:
        lines = board.text.splitlines()
        await board.pilot.click(offset=(lines[-1].index("Help"), len(lines) - 1))
        await board.settle()
        assert "Take your last change back" in board.text

    at_the_board(team, steps, (80, 40))


def test_help_begins_with_the_keys_of_the_screen(team: Shop) -> None:
    """Help tells what this screen can do before what all can, and nothing of the toolkit's."""
    team.do("lead", "add", "Zoe Zed")

    async def steps(board: Driver) -> None:
        for number in range(2, 2 + len(PLACES)):
            await board.press(f"f{number}")
            own = [b.tooltip for b in board.app.screen.BINDINGS if isinstance(b, Binding)]
            lines = keys_of(board.app.screen).splitlines()
            told = [line[10:].strip() for line in lines]
            assert set(filter(None, own)) <= set(told)
            everywhere_else = min(map(told.index, ("Take your last change back", "Read anew")))
            assert all(told.index(text) < everywhere_else for text in own if text)
            assert not [line for line in lines if "super" in line or "Scroll" in line]

    at_the_board(team, steps)


def test_the_palette_has_what_the_screen_can_do(team: Shop) -> None:
    """Every key of a screen is in the palette, by words, and does there what the key does."""

    async def steps(board: Driver) -> None:
        for number in range(2, 2 + len(PLACES)):
            await board.press(f"f{number}")
            screen = board.app.screen
            titles = {one.title for one in board.app.get_system_commands(screen)}
            for binding in bindings_of(screen):
                if not str(binding.id).startswith(PLACE_KEY):
                    assert in_words(binding) in titles
        await board.press("f2", "ctrl+p")
        await board.type("Put it off")
        await board.press("enter")
        await board.settle()
        assert "Until" in board.text

    at_the_board(team, steps)


def brightness(colour: Color | None) -> float:
    """Return how bright a colour is, from 0 to 1."""
    assert colour
    parts = [part / 255 for part in colour.get_truecolor()]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(style: Style) -> float:
    """Return the ratio of the brighter to the darker colour of a style."""
    dark, bright = sorted((brightness(style.color), brightness(style.bgcolor)))
    return (bright + 0.05) / (dark + 0.05)


def styles(board: Driver, text: str) -> list[Style]:
    """Return in which styles a text is shown."""
    strips = board.app.screen._compositor.render_strips()
    return [s.style for strip in strips for s in strip if text in s.text and s.style]


def test_every_theme_can_be_read(team: Shop) -> None:
    """The cursor's line, overdue lines, the line of keys and the tabs have 4.5:1 in all themes."""
    team.clock.advance(days=9)

    async def steps(board: Driver) -> None:
        faint = []
        for theme in BUILTIN_THEMES.values():
            if "ansi" in theme.name:
                continue
            board.app.theme = theme.name
            await board.press("f2", "g")
            seen = {text: styles(board, text) for text in ("Call to verify", "brochure", "Help")}
            board.app.open_sale("OPP-1")
            await board.settle()
            await board.press("tab")
            seen |= {text: styles(board, text) for text in ("Details", "History")}
            assert all(seen.values()), seen
            faint += [
                (theme.name, text, round(contrast(style), 1))
                for text, found in seen.items()
                for style in found
                if contrast(style) < 4.5
            ]
        assert [] == faint

    at_the_board(team, steps)


def test_overdue_is_not_dimmer_without_colours(team: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR what is overdue is as bright as the rest, and bold."""
    monkeypatch.setenv("NO_COLOR", "1")
    team.do("schedule", "ACT-1", "+20 days")
    team.clock.advance(days=9)

    async def steps(board: Driver) -> None:
        await board.press("f4", "j")
        overdue, plain = styles(board, "! ")[0], styles(board, "Call to verify")[0]
        assert overdue.bold
        assert brightness(overdue.color) >= brightness(plain.color)

    at_the_board(team, steps)


def test_keys_say_when_there_is_nothing_under_the_cursor(shop: Shop) -> None:
    """On an empty list a key that needs an entry says so, and changes nothing."""
    before = shop.dump()
    needing = {"f2": "spxoney", "f4": "spxoney", "f5": "ney", "f6": "nAey", "f8": "cney"}
    hints = {"f2", "f4"}

    async def steps(board: Driver) -> None:
        for place, keys in needing.items():
            await board.press(place)
            for key in (*keys, "enter", *(["question_mark"] if place in hints else [])):
                await board.press("escape", key)
                assert "nothing under the cursor" in board.told, (place, key)

    at_the_board(shop, steps)
    assert before == shop.dump()


def test_what_has_nothing_to_act_on_is_not_named(shop: Shop) -> None:
    """Where there is nothing to mark or to undo no key is named for it, until there is."""
    shop.do("account", "list")

    async def steps(board: Driver) -> None:
        for place in ("f2", "f4", "f7"):
            await board.press(place)
            named = board.text.split("\n")[-1]
            assert "Mark" not in named
            assert "Undo" not in named
        await board.press("f2", "u")
        assert "There is nothing of yours to undo" in board.told
        await board.press("R", "enter")
        await board.press("ctrl+s", "escape")
        named = board.text.split("\n")[-1]
        assert "space Mark" in named
        assert "u Undo" in named

    at_the_board(shop, steps, (120, 24))


def test_notices_of_one_kind_are_one(team: Shop) -> None:
    """What is told again, or beside what stands, is one notice of each kind, a few lines high."""

    async def steps(board: Driver) -> None:
        app = board.app
        await board.press("ctrl+c", "ctrl+c", "ctrl+c")
        assert ["q quits; Esc leaves a form or a dialog first"] == board.told.split("\n")
        app.notify("Saved", markup=False)
        await board.settle()
        assert 1 == len(app._notifications)
        assert ["q quits; Esc leaves a form or a dialog first", "Saved"] == board.told.split("\n")
        app.notify("Beware", severity="warning", markup=False)
        await board.settle()
        assert 2 == len(app._notifications)
        await board.press("escape")
        assert "" == board.told
        app.notify("One\nTwo\nThree", markup=False)
        app.notify("Three\nFour\nFive\nSix", markup=False)
        await board.settle()
        assert "Three\nFour\nFive\nSix" == board.told

    at_the_board(team, steps)


@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
def test_a_notice_hides_nothing(team: Shop, size: tuple[int, int]) -> None:
    """The strip of what is told takes its lines from the list, which keeps its cursor in sight.

    Over a dialog it stands on the line of keys, so that options and buttons can be seen.
    """

    async def steps(board: Driver) -> None:
        await board.press("G")
        rows = board.app.focused
        assert isinstance(rows, Rows)
        height = rows.size.height
        board.app.notify("Told in one line", markup=False)
        await board.settle()
        toast = board.app.screen.query_one(Toast)
        assert rows.region.bottom <= toast.region.y
        assert toast.region.bottom == size[1] - 1
        assert rows.size.height < height
        assert rows.scroll_y <= rows.cursor < rows.scroll_y + rows.size.height
        await board.press("escape")
        assert height == rows.size.height
        await board.press("enter")
        before = board.text.split("\n")[:-1]
        board.app.notify("Told in one line", markup=False)
        await board.settle()
        assert before == board.text.split("\n")[:-1]
        assert board.text.split("\n")[-1].endswith("Told in one line")

    at_the_board(team, steps, size)
