"""Which columns a list shows: what is chosen, what of it is remembered, and what sorts then."""

import json

import pytest

from salescli.tui.kept.memory import FILE_NAME
from tests.shop import Shop, made_once
from tests.tui.harness import Driver, at_the_board


def heads(board: Driver) -> list[str]:
    """Return the heads of the list."""
    return board.text.splitlines()[2].replace("▲", "").replace("▼", "").split()


def number(board: Driver, label: str) -> str:
    """Return the number of an option of the open question."""
    (line,) = [line for line in board.text.splitlines() if f" {label} " in line and "." in line]
    return line.split(".")[0].split()[-1]


@made_once
def known(team: Shop) -> Shop:
    """An account of which a little is known."""
    sets = ("city=Oslo", "country=Norway", "employees=1200", "industry=Mining")
    team.do("account", "edit", "Globex", *(word for one in sets for word in ("--set", one)))
    return team


async def turn(board: Driver, *labels: str) -> None:
    """Show or hide the columns of some heads; `1` waits, as `10` begins with it."""
    await board.press("v")
    for label in labels:
        digits = number(board, label)
        await board.press(*digits, *(["enter"] if digits == "1" else []))
    await board.press("escape")


def test_columns_are_chosen_and_remembered(known: Shop) -> None:
    """`v` shows what the list had not shown, hides what it had, and the next board knows it."""

    async def choose(board: Driver) -> None:
        await board.press("f5")
        assert ["Name", "City", "Industry"] == heads(board)
        await turn(board, "Industry", "Country", "Employees")
        assert ["Name", "City", "Country", "Employees"] == heads(board)
        assert "Norway" in board.text
        assert "1200" in board.text.replace(",", "")
        assert "Mining" not in board.text

    async def look(board: Driver) -> None:
        await board.press("f5")
        assert ["Name", "City", "Country", "Employees"] == heads(board)
        await board.press("f6")
        assert "Country" not in board.text

    at_the_board(known, choose, (100, 24))
    at_the_board(known, look, (100, 24))
    kept = json.loads((known.home / FILE_NAME).read_text(encoding="utf-8"))["columns"]
    assert {"city", "phone", "owner", "country", "employees"} == {*kept["accounts"]}


def test_what_is_hidden_sorts_nothing(known: Shop) -> None:
    """A column that is hidden is not offered to sort by, and the list goes back to its order."""

    async def steps(board: Driver) -> None:
        await board.press("f5", "S", "3")
        assert "by City ▲" in board.text
        await turn(board, "City")
        assert "by City" not in board.text
        assert "Name ▲" in board.text
        await board.press("S")
        assert ". City" not in board.text
        await board.press("escape")

    at_the_board(known, steps)


def test_a_chosen_column_is_sorted_by(known: Shop) -> None:
    """What was chosen can be sorted by, numbers as numbers."""
    known.do("account", "edit", "Initech", "--set", "employees=90")

    async def steps(board: Driver) -> None:
        await board.press("f5")
        await turn(board, "Employees")
        await board.press("S")
        await board.press(number(board, "Employees"))
        assert "by Employees ▲" in board.text
        places = [board.text.index(name) for name in ("Initech", "Globex", "Hooli")]
        assert sorted(places) == places

    at_the_board(known, steps, (100, 24))


def test_columns_of_activities_are_hidden(team: Shop) -> None:
    """Other lists can hide theirs; below sixty columns that takes them from the second line."""

    async def steps(board: Driver) -> None:
        await board.press("f4")
        assert "About" in heads(board)
        await turn(board, "About")
        assert "About" not in heads(board)
        await board.pilot.resize_terminal(40, 20)
        await board.settle()
        assert " · Boiler" not in board.text

    at_the_board(team, steps)


@pytest.mark.parametrize("kept", ["{}", '{"columns": 3}', '{"columns": {"accounts": [1, "no"]}}'])
def test_what_is_remembered_wrongly_does_no_harm(known: Shop, kept: str) -> None:
    """Whatever stands in the file, the list shows its names."""
    (known.home / FILE_NAME).write_text(kept, encoding="utf-8")

    async def steps(board: Driver) -> None:
        await board.press("f5")
        assert "Globex" in board.text

    at_the_board(known, steps)
