"""What the tabs of a sale show: columns with names, what is to come apart, a way on where empty."""

from decimal import Decimal

import pytest
from textual.widgets import Static, Tab, TabbedContent

from salescli.tui.screens.opportunity import WIDE, WIDEST
from salescli.tui.texts.sale_tabs import TABS, fitting
from salescli.tui.texts.sale_text import EMPTY, RULE, WITHOUT_RECORD
from salescli.tui.widgets.key_bar import keys_of
from salescli.tui.widgets.step_panel import StepPanel
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board

SIZES = [(40, 60), (80, 40), (160, 50)]


def parted(team: Shop) -> Shop:
    """Give a sale a supporter, an opponent, two offers, a competitor and a condition."""
    for words in [
        ("stakeholder", "add", "OPP-1", "Mia Ray (decision maker, influence 2, supporter)"),
        ("stakeholder", "add", "OPP-1", "Tom Fox (user, influence 3, opponent)"),
        ("competitor", "add", "OPP-1", "Wonka (strong: price; weak: service)"),
        ("condition", "add", "OPP-1", "Discount (asked 15 %, agreed 10 %)"),
        ("line", "add", "OPP-1", "Pump (quantity 3, price 12000)"),
        ("line", "add", "OPP-1", "Valve (quantity 1000, price 1.5)"),
    ]:
        team.do("opportunity", *words)
    return team


async def shown(board: Driver, reference: str) -> dict[str, str]:
    """Return what each tab of a sale shows, in one line."""
    board.app.open_sale(reference)
    await board.settle()
    found: dict[str, str] = {}
    tabs = board.app.screen.query_one(TabbedContent)
    for name in TABS:
        is_beside = name == "details" and board.app.size.width >= WIDEST
        if not is_beside:
            tabs.active = name
            await board.settle()
        where = "#beside" if is_beside else f"#{name}-text"
        place = board.app.screen.query_one(where).region
        lines = board.text.splitlines()[place.y : place.bottom]
        found[name] = " ".join(" ".join(line[place.x : place.right] for line in lines).split())
    return found


@pytest.mark.parametrize("size", SIZES)
def test_parts_stand_in_columns_with_names(team: Shop, size: tuple[int, int]) -> None:
    """Each figure is named, by the head of its column or before it; who is against us is marked."""
    parted(team)

    async def steps(board: Driver) -> None:
        tabs = await shown(board, "OPP-1")
        people = tabs["people"].lower()
        for word in ("role", "influence", "loyalty", "weight", "decision maker"):
            assert word in people
        assert "▼ -2 opponent" in people
        assert "▲ +2 supporter" in people
        rivals = tabs["rivals"].lower()
        for word in ("strengths", "weaknesses", "wonka", "price", "service"):
            assert word in rivals
        assert rivals.index("strengths") < rivals.index("price")
        assert rivals.index("price") < rivals.index("service")

    at_the_board(team, steps, size)


@pytest.mark.parametrize("size", SIZES)
def test_offers_have_sums_with_a_currency(team: Shop, size: tuple[int, int]) -> None:
    """Every amount is grouped and has its currency: price, quantity x price, and their total."""
    parted(team)

    async def steps(board: Driver) -> None:
        offers = (await shown(board, "OPP-1"))["offers"]
        for amount in ("12,000.00", "36,000.00", "1.50", "1,500.00", "37,500.00"):
            assert f"{amount} EUR" in offers
        assert "1,000" in offers
        assert "Total" in offers
        for text in ("Discount", "15 %", "10 %"):
            assert text in offers

    at_the_board(team, steps, size)


def test_what_is_to_come_stands_apart(team: Shop) -> None:
    """Above the line is what is open, below it what has been; each with the newest on top."""
    for name, due in (("Later", "+9 days"), ("Sooner", "+2 days"), ("Gone", "+1 day")):
        team.do("activity", "add", name, "--opportunity", "OPP-1", "--due", due)
    (gone,) = [one for one in team.json("activity", "list") if one["name"] == "Gone"]
    team.do("done", gone["reference"], "completed")
    team.clock.advance(minutes=1)
    team.do("note", "OPP-1", "First")
    team.clock.advance(minutes=1)
    team.do("note", "OPP-1", "Second")

    async def steps(board: Driver) -> None:
        tabs = await shown(board, "OPP-1")
        for tab, order in {
            "history": (
                "Later",
                "Sooner",
                f"{RULE} now {RULE}",
                "Second",
                "First",
                "Gone",
                "stage",
            ),
            "activities": ("Sooner", "Later", f"{RULE} done {RULE}", "Completed", "Gone"),
        }.items():
            places = [tabs[tab].index(text) for text in order]
            assert sorted(places) == places
        assert "due" not in tabs["activities"].split(RULE)[-1]

    at_the_board(team, steps, (160, 50))


def test_an_open_activity_says_since_when_it_is_overdue(team: Shop) -> None:
    """What is past its time is marked; what has time is only due."""
    team.do("activity", "add", "Late", "--opportunity", "OPP-1", "--due", "+2 days")
    team.do("activity", "add", "Timely", "--opportunity", "OPP-1", "--due", "+9 days")
    team.clock.advance(days=4)

    async def steps(board: Driver) -> None:
        rows = (await shown(board, "OPP-1"))["activities"]
        assert "! open overdue since" in rows.split("Late")[0]
        assert "open due" in rows.split("Late")[1].split("Timely")[0]

    at_the_board(team, steps, (160, 50))


def test_the_log_has_the_newest_on_top(team: Shop) -> None:
    """The log runs as the history does."""
    team.do("stage", "OPP-1", "proposal")
    team.clock.advance(minutes=1)
    team.do("stage", "OPP-1", "negotiations")
    stages = [step["stage"] for step in team.json("process", "log", "OPP-1")["steps"]]
    assert len(set(stages)) > 2

    async def steps(board: Driver) -> None:
        log = (await shown(board, "OPP-1"))["log"]
        names = ("Negotiations", "Proposal", "Needs analysis")
        places = [log.index(name) for name in names]
        assert sorted(places) == places

    at_the_board(team, steps, (160, 50))


@pytest.mark.parametrize("size", SIZES)
def test_an_empty_tab_names_the_key_that_adds_to_it(team: Shop, size: tuple[int, int]) -> None:
    """No tab says only that it is empty, and the key that it names does what it says."""

    async def steps(board: Driver) -> None:
        tabs = await shown(board, "OPP-2")
        for name in ("people", "offers", "rivals", "notes"):
            assert EMPTY[name] in tabs[name]
        tabs = await shown(board, "RUN-1")
        for name in ("people", "offers", "rivals"):
            assert WITHOUT_RECORD in tabs[name]
        await shown(board, "OPP-2")
        board.app.screen.query_one(TabbedContent).active = "people"
        await board.press("a")
        assert "Stakeholder" in board.text.split("Name")[0]

    at_the_board(team, steps, size)


@pytest.mark.parametrize("size", SIZES)
def test_the_page_says_on_top_what_is_wrong(team: Shop, size: tuple[int, int]) -> None:
    """What the card tells is on the page too, with the red flag; none of it names a command."""

    async def top(board: Driver, reference: str) -> str:
        board.app.open_sale(reference)
        await board.settle()
        return " ".join(str(board.app.screen.query_one("#sale-state", Static).content).split())

    async def planned(board: Driver) -> None:
        told = await top(board, "OPP-1")
        assert told.endswith("0 days in the stage")
        assert not {"overdue", "stale", "plan"} & set(told.split())
        assert "no plan" in await top(board, "OPP-3")
        assert "no plan" not in await top(board, "OPP-2"), "its form is open on the page"

    at_the_board(team, planned, size)
    flag = team.json("opportunity", "show", "OPP-1")["red_flags"]
    team.clock.advance(days=60)

    async def late(board: Driver) -> None:
        told = await top(board, "OPP-1")
        for text in ("! overdue since", "! stale", "60 days in the stage"):
            assert text in told
        assert "sales" not in told
        assert ("! No stakeholder is a decision maker" in told) == bool(flag)
        place = board.app.screen.query_one("#sale-state").region
        assert place.y == 2
        assert "overdue" in board.text.splitlines()[2]

    at_the_board(team, late, size)
    team.do("close", "OPP-1", "lost", "--reason", "price")

    async def closed(board: Driver) -> None:
        assert "" == await top(board, "OPP-1")

    at_the_board(team, closed, size)


@pytest.mark.parametrize(("own", "said"), [("40", "40 %"), ("", "that of the stage")])
def test_the_details_weigh_the_amount(team: Shop, own: str, said: str) -> None:
    """The weighted amount is that of `sales pipeline`, by the sale's own probability or not."""
    team.do("opportunity", "edit", "OPP-1", "--probability", own)
    stages = team.json("pipeline", "--mine")["stages"]
    (worth,) = [one["weighted"] for one in stages if one["stage"] == "needs-analysis"]

    async def steps(board: Driver) -> None:
        details = (await shown(board, "OPP-1"))["details"]
        assert said in details
        assert f"weighted {Decimal(worth):,} EUR" in details

    at_the_board(team, steps, (80, 40))


@pytest.mark.parametrize("width", [40, 60, 64, 80, WIDE - 1, WIDE, 120, WIDEST - 1, WIDEST, 160])
def test_no_tab_is_out_of_sight(team: Shop, width: int) -> None:
    """At every width each tab can be seen, with its first letter, whatever is shown."""

    async def steps(board: Driver) -> None:
        board.app.open_sale("OPP-1")
        await board.settle()
        tabs = board.app.screen.query_one(TabbedContent)
        for key in ("D", "N", "L"):
            await board.press(key)
            seen = [tab for tab in tabs.query(Tab) if tab.display]
            lines = board.text.splitlines()
            for tab in seen:
                place = tab.region
                text = lines[place.y][place.x : place.right].strip()
                assert place.right <= width
                assert text == tab.label.plain
            letters = [tab.label.plain[0] for tab in seen]
            whole = [title[0] for title, _shorter in TABS.values()]
            assert letters == (whole[1:] if width >= WIDEST else whole)

    at_the_board(team, steps, (width, 40))


@pytest.mark.parametrize("width", range(20, 120))
def test_titles_of_tabs_fit_as_long_as_letters_do(width: int) -> None:
    """Titles are as long as the width allows, and never longer."""
    titles, is_tight = fitting(list(TABS.values()), width)
    taken = sum(len(one) + (1 if is_tight else 2) for one in titles)
    letters = sum(3 + 1 for _ in TABS)
    assert taken <= max(width, letters)
    whole = [title for title, _shorter in TABS.values()]
    assert (titles == whole) == (sum(len(one) + 1 for one in whole) <= width)


@pytest.mark.parametrize("size", SIZES)
def test_a_letter_shows_its_tab(team: Shop, size: tuple[int, int]) -> None:
    """Each tab is one key away, and the list of keys says so; none of them does anything else."""
    letters = [title[0] for title, _shorter in TABS.values()]
    assert len(letters) == len(set(letters))

    async def steps(board: Driver) -> None:
        board.app.open_sale("OPP-1")
        await board.settle()
        keys = board.app.screen.active_bindings
        tabs = board.app.screen.query_one(TabbedContent)
        for name, letter in zip(TABS, letters, strict=True):
            assert f"tab-{name}" == keys[letter].binding.id
            await board.press(letter)
            is_beside = name == "details" and size[0] >= WIDEST
            assert is_beside or name == tabs.active
        others = [one.binding.id for key, one in keys.items() if key in letters]
        assert len(letters) == len(others)
        assert "Show the tab that begins with the letter" in keys_of(board.app.screen)

    at_the_board(team, steps, size)


def test_a_wide_page_has_the_details_beside_the_tabs(team: Shop) -> None:
    """Step, details and a tab stand beside each other where there is room, after resizing too."""

    async def steps(board: Driver) -> None:
        board.app.open_sale("OPP-1")
        await board.settle()
        for width in (WIDEST, WIDEST - 1, WIDE - 1, WIDEST):
            await board.pilot.resize_terminal(width, 40)
            await board.settle()
            screen = board.app.screen
            beside, tabs = screen.query_one("#beside"), screen.query_one(TabbedContent)
            step = screen.query_one(StepPanel).region
            assert beside.display == (width >= WIDEST)
            assert (step.right <= tabs.region.x) == (width >= WIDE)
            assert "8,000.00 EUR" in board.text
            if width >= WIDEST:
                assert step.right <= beside.region.x < beside.region.right <= tabs.region.x
                assert "details" != tabs.active
            else:
                tabs.active = "details"
                await board.settle()

    at_the_board(team, steps, (WIDEST, 40))
