"""Accounts and leads on the board: the page of one, and sales that are begun for it."""

import pytest

from salescli.store.engine import FILE_NAME
from salescli.tui.screens.opportunity import OpportunityScreen
from salescli.tui.screens.record import Entry, _draw
from salescli.tui.widgets.key_bar import keys_of
from salescli.tui.widgets.rows import Rows
from tests.shop import Shop, behind_the_back
from tests.tui.harness import Driver, at_the_board
from tests.tui.test_screens import styles


async def on_line(board: Driver, text: str) -> None:
    """Put the cursor on the line of a record's page that has a text."""
    rows = board.app.screen.query_one("#lines", Rows)
    assert text in board.text
    for place in range(rows.total):
        rows.cursor = place
        await board.settle()
        if text in f"{rows.entry}":
            return


def test_an_account_shows_all_that_belongs_to_it(team: Shop) -> None:
    """Fields, sales, activities, people and notes stand on one page; a sale opens from there."""
    for line in [
        ("account", "edit", "Globex", "--set", "city=Oslo"),
        ("contact", "add", "Sanne Wit", "--set", "account=Globex", "--set", "email=s@globex.eu"),
        ("note", "ACC-1", "They like calls"),
    ]:
        team.do(*line)

    async def steps(board: Driver) -> None:
        await board.press("f5", "enter")
        for text in ("ACC-1 Globex", "Oslo", "Boiler · Needs analysis", "Send the brochure"):
            assert text in board.text
        for text in ("s@globex.eu", "They like calls"):
            assert text in board.text
        await board.press("g", "enter")
        assert "Enter opens a sale" in board.told
        await on_line(board, "Boiler")
        await board.press("enter")
        assert "OPP-1 Boiler" in board.text
        await board.press("escape", "escape", "escape")
        assert "accounts · mine" in board.text

    at_the_board(team, steps)


@pytest.mark.parametrize("keys", [("R",), ("P",), ("enter", "R"), ("enter", "P")])
def test_a_sale_begins_for_the_account_under_the_cursor(team: Shop, keys: tuple[str, ...]) -> None:
    """`R` and `P` start one run for the account, from the list and from its page."""
    team.do("account", "add", "Umbrella")
    before = {one["run"] for one in team.json("process", "log")}

    async def steps(board: Driver) -> None:
        await board.press("f5", "G", *keys)
        assert "Run process for ACC" in board.text
        await board.press("enter")

    at_the_board(team, steps)
    begun = [one for one in team.json("process", "log") if one["run"] not in before]
    assert ["Umbrella"] == [one["title"] for one in begun]


def test_a_lead_shows_its_sale(team: Shop) -> None:
    """The page of a lead has its fields, and once it has begun its sale."""
    team.do("lead", "add", "Zoe Zed", "--company", "Umbrella")

    async def steps(board: Driver) -> None:
        await board.press("f6", "enter")
        assert "Umbrella" in board.text
        assert "None yet; R begins one" in board.text
        await board.press("R", "enter")
        page = board.app.screen
        assert isinstance(page, OpportunityScreen)
        reference = page.reference
        await board.press("escape")
        assert "LEAD-1 Zoe Zed" in board.text
        assert reference in board.text
        await on_line(board, reference)
        await board.press("enter")
        assert f"{reference} " in board.text.splitlines()[1]

    at_the_board(team, steps)


def test_p_runs_a_process_for_what_the_day_has(team: Shop) -> None:
    """`P` on the day resumes the sale of what the cursor is on."""
    before = team.json("process", "log", "--all")

    async def steps(board: Driver) -> None:
        while "brochure" not in f"{board.app.screen.query_one('#vital', Rows).entry}":
            await board.press("j")
        await board.press("P", "enter")
        assert "OPP-1 Boiler" in board.text

    at_the_board(team, steps)
    assert before == team.json("process", "log", "--all")


@pytest.mark.parametrize("page", ["f5", "f6"])
def test_the_page_of_a_record_is_left_as_that_of_a_sale(team: Shop, page: str) -> None:
    """`q` goes back to the list and ends nothing; Esc closes what was told before it goes back."""
    team.do("lead", "add", "Zoe Zed")

    async def steps(board: Driver) -> None:
        for keys in (("q",), ("escape", "q"), ("escape", "escape")):
            await board.press(page, "enter")
            board.app.notify("Told")
            await board.press(*keys)
            assert not board.app._exit
            assert 2 == len(board.app.screen_stack)
        await board.press("enter")
        board.app.notify("Told")
        await board.press("escape")
        assert 3 == len(board.app.screen_stack)

    at_the_board(team, steps)


@pytest.mark.parametrize("keys", ["f2", "f4", "f8", "f4 o"])
def test_what_has_begun_is_not_begun_again(team: Shop, keys: str) -> None:
    """`P` on a sale that has no opportunity yet says so, and asks nothing."""
    before = team.dump()

    async def steps(board: Driver) -> None:
        place, *further = keys.split()
        await board.press(place, "G")
        rows = board.app.focused
        assert isinstance(rows, Rows)
        while "RUN-1'" not in f"{rows.entry}":
            await board.press("k")
        await board.press(*further, "P")
        assert "guides it already" in board.told

    at_the_board(team, steps)
    assert before == team.dump()


def test_p_goes_on_with_the_sale_of_the_log(team: Shop) -> None:
    """`P` on a run of the process log is about its sale, and resumes it."""
    before = team.json("process", "log", "--all")

    async def steps(board: Driver) -> None:
        await board.press("f8")
        sale = next(one["opportunity"] for one in before if one["run"] in board.text)
        await board.press("P")
        assert f"Run process for {sale}" in board.text
        await board.press("enter")
        assert f"{sale} " in board.text.splitlines()[1]

    at_the_board(team, steps)
    assert before == team.json("process", "log", "--all")


def test_the_page_of_an_account_begins_where_enter_acts(team: Shop) -> None:
    """The cursor stands on the first sale, Enter opens it, and coming back finds it there."""
    team.do("account", "edit", "Globex", "--set", "city=Oslo", "--set", "industry=Energy")

    async def steps(board: Driver) -> None:
        await board.press("f5", "enter")
        assert "Oslo" in board.text
        await board.press("enter")
        assert "OPP-1 Boiler" in board.text
        await board.press("escape", "j")
        rows = board.app.screen.query_one("#lines", Rows)
        assert rows.entry is not None
        assert not rows.entry.label.startswith("  OPP-1")
        await board.press("r")
        assert not rows.entry.label.startswith("  OPP-1")

    at_the_board(team, steps)


def test_an_account_says_what_its_open_sales_are_worth(team: Shop) -> None:
    """Open sales are counted and added up by currency; those that have ended are not."""
    for name, amount in (("Fan", "1500"), ("Roof", "700"), ("Gate", "9000")):
        team.do("opportunity", "add", name, "--set", "account=Globex", "--set", f"amount={amount}")
    with behind_the_back(team.home / FILE_NAME) as store:
        store.execute("UPDATE opportunity SET currency = 'USD' WHERE name = 'Roof'")
        store.commit()
    team.do("close", "OPP-6", "lost", "--reason", "price")

    async def steps(board: Driver) -> None:
        await board.press("f5", "enter")
        (line,) = [line for line in board.text.splitlines() if line.startswith("Sales")]
        assert "3 open · 9,500.00 EUR + 700.00 USD" in line

    at_the_board(team, steps)


def test_overdue_activities_of_an_account_are_marked(team: Shop) -> None:
    """An activity past its time has its mark, and its time is loud; one to come has not."""
    team.do("activity", "add", "Ring", "--opportunity", "OPP-1", "--due", "+30 days")
    team.clock.advance(days=9)

    async def steps(board: Driver) -> None:
        await board.press("f5", "enter")
        (late,) = [line for line in board.text.splitlines() if "Send the brochure" in line]
        (soon,) = [line for line in board.text.splitlines() if "· Ring" in line]
        assert late.startswith("! ACT")
        assert soon.startswith("  ACT")
        (name,) = styles(board, "· Send the brochure")
        assert all(mark.bold for mark in styles(board, "! ACT"))
        assert not name.bold

    at_the_board(team, steps)


@pytest.mark.parametrize("text", ["Mon 1 Dec", "Mon 1 Dec · Call", "Call"])
def test_a_line_is_told_whole_however_much_of_it_is_loud(text: str) -> None:
    """Where a line is wrapped right behind what is loud, or before it, nothing of it is lost."""
    (line,) = _draw(Entry("! ACT-1", text, loud="Mon 1 Dec"), 40)
    told = line.text + "".join(piece.text for piece in line.further)
    assert told.endswith(f" {text}")


def test_a_lead_awaits_its_sale_on_its_page(team: Shop) -> None:
    """`A` begins the sale of a lead from its page too; an account has no such key."""
    team.do("lead", "add", "Zoe Zed", "--company", "Umbrella")

    async def steps(board: Driver) -> None:
        await board.press("f5", "enter", "f1")
        assert "Start its sale" not in board.text
        await board.press("escape", "q", "f6", "enter", "A")
        assert "Changed `LEAD-1` Zoe Zed" in board.told
        assert "Awaiting sale" in board.text

    at_the_board(team, steps, (100, 40))
    assert "Awaiting sale" == team.json("lead", "show", "LEAD-1")["status"]


def test_the_page_of_a_lead_lists_no_key_that_adds(team: Shop) -> None:
    """Where nothing can be added, neither the help nor the line of keys names `a`."""
    team.do("lead", "add", "Zoe Zed", "--company", "Umbrella")
    adding = "Add what belongs here"

    async def steps(board: Driver) -> None:
        for place, has_it in [("f5", True), ("f6", False), ("f8", False)]:
            await board.press(place, "enter") if place != "f8" else await board.press(place)
            assert has_it == (adding in keys_of(board.app.screen))
            await board.press("q") if place != "f8" else None

    at_the_board(team, steps, (160, 50))
