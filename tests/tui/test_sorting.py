"""Lists in the order of any column: what stands first, which head says so, and a click on it."""

from collections.abc import Callable
from typing import Any

from textual.widgets import Static

from salescli.domain.listing import Sort
from salescli.tui.widgets.rows import PAGE, Rows
from tests.shop import Shop, made_once
from tests.tui.harness import Driver, at_the_board

CITIES = ("Oslo", "bergen", "", "Arendal", "Oslo")


@made_once
def towns(shop: Shop) -> Shop:
    """Five accounts in some towns, one in none, and a colleague's."""
    shop.do("user", "add", "bo")
    for number, city in enumerate(CITIES, start=1):
        name = f"{'EDCBA'[number - 1]} Ltd"
        shop.do("account", "add", name, *(["--set", f"city={city}"] if city else []))
    shop.do("account", "edit", "ACC-4", "--set", "owner=bo")
    return shop


def listed(board: Driver) -> list[str]:
    """Return the handles of the entries that are shown, from above."""
    rows = board.app.focused
    assert isinstance(rows, Rows)
    return [rows._entries[place].reference for place in range(rows.total)]


def test_the_same_column_again_turns_the_order_round() -> None:
    """Another column begins with the first again."""
    sort = Sort("city").turned("city")
    assert (Sort("city", is_falling=True), "▼") == (sort, sort.sign)
    assert (Sort("city"), "▲") == (sort.turned("city"), sort.turned("city").sign)
    assert Sort("name") == sort.turned("name")


def test_accounts_are_sorted_by_any_column(towns: Shop) -> None:
    """`S` and the number of a column: in its order, whatever the case; what is empty is last."""
    by_city = ["ACC-4", "ACC-2", "ACC-1", "ACC-5", "ACC-3"]
    turned = ["ACC-1", "ACC-5", "ACC-2", "ACC-4", "ACC-3"]
    names = ["ACC-5", "ACC-4", "ACC-3", "ACC-2", "ACC-1"]

    async def steps(board: Driver) -> None:
        await board.press("f5", "w")
        assert names == listed(board)
        assert "Name ▲" in board.text
        await board.press("S", "1")
        assert names[::-1] == listed(board)
        assert "Handle ▲" in board.text.splitlines()[2]
        await board.press("S", "3")
        assert by_city == listed(board)
        assert "City ▲" in board.text
        assert "Name ▲" not in board.text
        await board.press("S", "enter")
        assert turned == listed(board)
        assert "by City ▼" in board.text.splitlines()[1]
        await board.press("S", "5")
        assert "ACC-4" == listed(board)[-1]
        await board.press("S", "1")
        assert sorted(names) == listed(board)
        await board.press("S", "2")
        assert names == listed(board)

    at_the_board(towns, steps)


def test_a_click_on_a_head_sorts_by_it(towns: Shop) -> None:
    """A click on the head of a column does what its number does, and once more turns it round."""

    async def steps(board: Driver) -> None:
        await board.press("f5")
        heads = board.app.screen.query_one("#heads", Static)
        for first in ("ACC-2", "ACC-1"):
            at = str(heads.content).index("City")
            await board.pilot.click("#heads", offset=(at + 1, 0))
            await board.settle()
            assert first == listed(board)[0]

    at_the_board(towns, steps)


def test_every_page_follows_the_order(towns: Shop) -> None:
    """What is read further down goes on where the page before ended."""
    for number in range(PAGE + 20):
        towns.do("account", "add", f"Z {number:03}", "--set", f"city=Town {PAGE + 19 - number:03}")

    async def steps(board: Driver) -> None:
        await board.press("f5", "S", "3", "S", "3")
        assert "Town 119" in board.text
        await board.press("G")
        assert "ACC-3" in board.text
        rows = board.app.focused
        assert isinstance(rows, Rows)
        rows.cursor = PAGE
        await board.settle()
        assert f"Town {119 - PAGE:03}" in board.text

    at_the_board(towns, steps)


@made_once
def calls(shop: Shop) -> Shop:
    """Activities of several people about several things, one of them done."""
    shop.do("user", "add", "bo")
    shop.do("opportunity", "add", "Boiler", "--set", "account=Globex")
    shop.do("activity", "add", "Visit", "--due", "today 15:00", "--account", "Globex")
    shop.do("activity", "add", "ask", "--due", "tomorrow 10:00", me="bo")
    shop.do("activity", "add", "Ring", "--due", "today 12:00", "--opportunity", "OPP-1")
    shop.do("activity", "add", "Fetch", "--due", "today 17:00")
    shop.do("done", "ACT-4")
    return shop


KEYS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "1": lambda one: int(one["reference"][4:]),
    "2": lambda one: one["name"].casefold(),
    "3": lambda one: one["due"],
    "4": lambda one: (one["owner"], int(one["reference"][4:])),
}


def test_activities_are_sorted_by_any_column(calls: Shop) -> None:
    """Handle, name, due date and owner, as `sales activity list` tells them, both ways."""
    told = calls.json("activity", "list", "--all")

    async def steps(board: Driver) -> None:
        await board.press("f4", "w", "w", "S", "2")
        for key, value in KEYS.items():
            await board.press("S", key)
            first = listed(board)
            assert first == [one["reference"] for one in sorted(told, key=value)]
            await board.press("S", key)
            assert listed(board)[0] != first[0]
        await board.press("S", "5")
        assert ["ACT-3", "ACT-1"] == listed(board)[:2]
        await board.press("S", "6")
        assert ["ACT-4"] == listed(board)[:1]

    at_the_board(calls, steps)


def test_runs_are_sorted_by_any_column(team: Shop) -> None:
    """The process log begins with the newest; its columns are sorted by as those of other lists."""

    async def steps(board: Driver) -> None:
        await board.press("f8")
        rows = board.app.focused
        assert isinstance(rows, Rows)

        def runs() -> list[str]:
            return [rows._entries[place].run for place in range(rows.total)]

        newest = runs()
        assert newest == sorted(newest, reverse=True)
        await board.press("S", "1")
        assert newest[::-1] == runs()
        await board.press("S", "2")
        titles = [rows._entries[place].title for place in range(rows.total)]
        assert titles == sorted(titles)
        for key in "3456":
            await board.press("S", key)
            assert sorted(newest) == sorted(runs())

    at_the_board(team, steps)
