"""Lists at every size: the cursor, what an empty one says, and how an entry is told apart."""

from typing import Any

import pytest
from textual.strip import Strip
from textual.theme import BUILTIN_THEMES

from salescli.tui.widgets.key_bar import keys_of
from salescli.tui.widgets.rows import PAGE, Rows
from tests.shop import Shop, made_once
from tests.tui.harness import Driver, at_the_board
from tests.tui.test_screens import contrast, styles


def in_sight(board: Driver) -> bool:
    """Whether the whole entry under the cursor is on the screen."""
    rows = board.app.focused
    assert isinstance(rows, Rows)
    top = rows.cursor * rows.row_height - rows.scroll_offset.y
    return 0 <= top <= rows.size.height - rows.row_height


def test_one_entry_is_not_called_several(team: Shop) -> None:
    """The head of a list counts in the singular too."""
    team.do("lead", "add", "Zoe Zed")

    async def steps(board: Driver) -> None:
        await board.press("f6")
        assert "1 lead ·" in board.text
        await board.press("f5")
        assert "3 accounts ·" in board.text

    at_the_board(team, steps)


@pytest.mark.parametrize("place", ["f2", "f3", "f4", "f5", "f6", "f8"])
def test_an_empty_list_names_no_key_that_needs_an_entry(shop: Shop, place: str) -> None:
    """The line of keys, and the help, name what does something there: it begins or adds."""

    async def steps(board: Driver) -> None:
        await board.press(place)
        line = board.text.splitlines()[-1]
        for key in ("R Run", ": Command", "q Quit", "f1 Help"):
            assert key in line
        assert ("a Add" in line) == (place != "f8")
        for label in (
            "Complete",
            "Open",
            "Schedule",
            "Postpone",
            "Note",
            "Go on",
            "Awaiting",
            "Mark",
            "Undo",
        ):
            assert label not in line
        assert "Copy its handle" not in keys_of(board.app.screen)

    at_the_board(shop, steps)


def test_the_first_entry_brings_its_keys(shop: Shop) -> None:
    """As soon as there is something under the cursor, the line names what can be done with it."""

    async def steps(board: Driver) -> None:
        assert "Complete" not in board.text.splitlines()[-1]
        shop.do("activity", "add", "Ring")
        await board.press("r")
        assert "Complete" in board.text.splitlines()[-1]

    at_the_board(shop, steps)


@pytest.mark.parametrize("size", [(40, 20), (80, 24)], ids=str)
def test_the_cursor_stays_in_sight(team: Shop, size: tuple[int, int]) -> None:
    """Whether a hint appears or goes below the list, what the cursor is on can be seen."""
    for number in range(16):
        team.do("activity", "add", f"Ring {number}", "--due", "today 8:00")

    async def steps(board: Driver) -> None:
        total = board.app.screen.query_one("#vital", Rows).total
        for key in ["j"] * total + ["g", "G"]:
            await board.press(key)
            assert in_sight(board)
        await board.press("G")
        for lower in (size[1] - 6, size[1]):
            await board.pilot.resize_terminal(size[0], lower)
            await board.settle()
            assert in_sight(board)

    at_the_board(team, steps, size)


@pytest.mark.parametrize("size", [(40, 20), (80, 24)], ids=str)
def test_an_empty_list_says_all_that_it_has_to_say(shop: Shop, size: tuple[int, int]) -> None:
    """The sentence of an empty list is never cut, and names a key that leads on."""

    async def steps(board: Driver) -> None:
        for place in ("f2", "f4", "f5", "f6", "f8"):
            await board.press(place)
            rows = board.app.focused
            assert isinstance(rows, Rows)
            assert rows.empty in " ".join(board.text.split())

    at_the_board(shop, steps, size)


def test_details_recede_and_can_be_read(team: Shop) -> None:
    """In every theme, light or dark, details have from 4.5:1 to 7.5:1: readable, never loud."""

    async def steps(board: Driver) -> None:
        wrong = []
        for theme in BUILTIN_THEMES.values():
            if "ansi" not in theme.name:
                board.app.theme = theme.name
                await board.press("f2", "g")
                found = [contrast(style) for style in styles(board, "Acme Ltd")]
                assert found
                wrong += [(theme.name, one) for one in found if not 4.5 <= one <= 7.5]
        assert [] == wrong

    at_the_board(team, steps, (50, 24))


def test_q_leads_back_from_every_page(team: Shop) -> None:
    """`q` on the page of a sale, an account or a lead goes back, and quits nothing."""
    team.do("lead", "add", "Zoe Zed")

    async def steps(board: Driver) -> None:
        for place, key in (("f4", "o"), ("f5", "enter"), ("f6", "enter")):
            await board.press(place, key)
            assert len(board.app.screen_stack) == 3
            await board.press("q")
            assert len(board.app.screen_stack) == 2

    at_the_board(team, steps)


def line_with(board: Driver, text: str) -> str:
    """Return the line of the screen that has a text."""
    (line,) = [line for line in board.text.splitlines() if text in line]
    return line


@made_once
def three(shop: Shop) -> Shop:
    """An overdue activity of ana's, one done and one canceled; one of bo's that is open."""
    shop.do("user", "add", "bo")
    for name in ("Ring", "Write", "Visit"):
        shop.do("activity", "add", name, "--due", "today 10:00")
    shop.do("done", "ACT-2")
    shop.do("cancel", "ACT-3", "--reason", "no time")
    shop.do("activity", "add", "Fetch", "--due", "tomorrow 10:00", me="bo")
    shop.clock.advance(hours=3)
    return shop


@pytest.mark.parametrize("width", [40, 64, 80, 160])
def test_the_state_of_an_activity_is_always_marked(three: Shop, width: int) -> None:
    """However narrow, an entry begins with whether it is overdue, done, canceled or open."""

    async def steps(board: Driver) -> None:
        await board.press("f4", "w", "w")
        for name, mark in {"Ring": "!", "Write": "✓", "Visit": "×", "Fetch": " "}.items():
            assert line_with(board, name)[0] == mark

    at_the_board(three, steps, (width, 24))


def test_whose_activities_are_shown(three: Shop) -> None:
    """`w` goes from mine to what is open of everybody's, to all in any state, and to mine."""

    async def steps(board: Driver) -> None:
        await board.press("f4")
        names = {"Ring": (1, 1, 1), "Fetch": (0, 1, 1), "Write": (0, 0, 1), "Visit": (0, 0, 1)}
        for turn in (0, 1, 2, 0):
            shown = {name: int(f" {name} " in board.text) for name in names}
            assert shown == {name: there[turn] for name, there in names.items()}
            assert (turn > 0) == (" bo" in board.text)
            await board.press("w")

    at_the_board(three, steps)


def test_below_sixty_columns_an_entry_has_two_lines(team: Shop) -> None:
    """What has no room beside the name of an entry stands below it, in every list."""
    team.do("activity", "add", "Ring", "--account", "Globex", "--due", "today 15:00")
    team.do("account", "edit", "Globex", "--set", "city=Oslo", "--set", "phone=+47 55 90 12 34")
    team.do("lead", "add", "Zoe Zed", "--company", "Umbrella")
    below = {
        "f4": ("Ring", "ACT-", "today 15:00", "Globex"),
        "f5": ("Globex", "ACC-1", "Oslo", "+47 55 90 12 34"),
        "f6": ("Zoe Zed", "LEAD-1", "Umbrella", "Open"),
        "f8": ("OPP-2 Pumps", "RUN-", "Negotiations", "running"),
    }

    async def steps(board: Driver) -> None:
        for place, (name, handle, *details) in below.items():
            await board.press(place)
            lines = board.text.splitlines()
            (at,) = [at for at, line in enumerate(lines) if line[:16].strip("! ").startswith(name)]
            assert handle in lines[at]
            assert all(text in lines[at + 1] for text in details)
            await board.press("G")
            assert in_sight(board)

    for width in (40, 59):
        at_the_board(team, steps, (width, 20))


@pytest.mark.parametrize("width", range(60, 121, 12))
def test_columns_are_as_wide_as_what_they_show(team: Shop, width: int) -> None:
    """A phone number is whole or not there, names take what is left, and I am not named."""
    team.do("account", "edit", "Globex", "--set", "phone=+47 55 90 12 34", "--set", "city=Oslo")
    team.do("account", "edit", "Initech", "--set", "name=Initech Machines and Tools of Bergen")

    async def steps(board: Driver) -> None:
        await board.press("f5")
        assert "Owner" not in board.text
        assert "+47" not in board.text.replace("+47 55 90 12 34", "")
        if width >= 84:
            assert "Initech Machines and Tools of Bergen" in board.text
            assert "+47 55 90 12 34" in board.text
        await board.press("w")
        assert "Owner" in board.text

    at_the_board(team, steps, (width, 20))


def test_a_column_without_content_is_left_out(team: Shop) -> None:
    """A column that is empty in every row takes no room, and comes with the first content."""

    async def steps(board: Driver) -> None:
        await board.press("f5")
        assert "Phone" not in board.text
        team.do("account", "edit", "Globex", "--set", "phone=+47 55 90 12 34")
        await board.press("r")
        assert "Phone" in board.text

    at_the_board(team, steps)


def test_columns_stay_where_they_are(team: Shop) -> None:
    """Scrolling reads no more than is shown, and moves no column, whatever comes into view."""
    for number in range(2 * PAGE):
        name = f"Aa {number:03}" if number < PAGE else f"Bbb {number:03} and its daughters"
        team.do("account", "add", name, "--set", "city=Oslo")

    async def steps(board: Driver) -> None:
        await board.press("f5")
        rows = board.app.focused
        assert isinstance(rows, Rows)
        heads = line_with(board, "City")
        assert len(rows._entries) == PAGE
        for key in ("pagedown", "j", "G", "k", "g", "G"):
            await board.press(key)
            assert heads == line_with(board, "City")

    at_the_board(team, steps)


def test_a_move_of_the_cursor_draws_two_entries(
    busy: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the cursor leaves and what it comes to; the other lines stand as they were drawn."""
    drawn: list[int] = []
    draw = Rows.render_line

    def counted(rows: Rows[Any], y: int) -> Strip:
        drawn.append(y)
        return draw(rows, y)

    async def steps(board: Driver) -> None:
        await board.press("f4")
        monkeypatch.setattr(Rows, "render_line", counted)
        rows = board.app.focused
        assert isinstance(rows, Rows)
        assert rows.total > 3
        await board.press("j")
        assert {0, 1} == {y // rows.row_height for y in drawn}

    at_the_board(busy, steps, (120, 40))
