"""`R`: a sale begins for somebody, in as few keys as may be."""

import pytest

from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.form import Form
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board

WIDE = (130, 30)


def begun(team: Shop) -> str:
    """Return the handle of the run that began last."""
    ((number,),) = team.rows("SELECT max(number) FROM process_run")
    return f"RUN-{number}"


def test_a_sale_is_called_by_whom_it_began_for(team: Shop) -> None:
    """The account that `R` asks for stands on the page, on the card and in the day."""

    async def steps(board: Driver) -> None:
        await board.press("R", "enter", *"Umbrella", "enter", "enter")
        assert f"{begun(team)} Umbrella" in board.text
        await board.press("q")
        assert "Umbrella" in board.text
        await board.press("f3")
        assert "Umbrella" in board.text
        assert "New sale" not in board.text

    at_the_board(team, steps, WIDE)
    newest = team.json("log", "-n", "1")[0]["command"]
    assert "sales run-process corporate-sale --new --account Umbrella" == newest
    sale = team.json("continue", begun(team))["sale"]
    assert ("Umbrella", "interest-verification") == (sale["title"], sale["stage"])


def test_a_known_account_is_suggested(team: Shop) -> None:
    """`Tab` takes the name of an account that is there, and no second one is made."""
    accounts = team.rows("SELECT count(*) FROM account")

    async def steps(board: Driver) -> None:
        await board.press("R", "enter", *"glo", "tab", "enter", "enter")

    at_the_board(team, steps)
    run = begun(team)
    assert "Globex" == team.json("continue", run)["sale"]["title"]
    for line in [("done", run, "meet", "--set", "meeting_at=tue 10"), ("done", run)]:
        team.do(*line)
    assert accounts == team.rows("SELECT count(*) FROM account")


def test_the_name_of_the_sale_is_kept_for_its_opportunity(team: Shop) -> None:
    """A name that is given with the account is that of the opportunity which the process makes."""

    async def steps(board: Driver) -> None:
        await board.press("R", "enter")
        board.fill("account", "Umbrella")
        board.fill("name", "New roof")
        await board.press("ctrl+s")

    at_the_board(team, steps)
    team.do("done", begun(team), "meet", "--set", "meeting_at=tue 10")
    team.do("done", begun(team))
    shown = team.json("opportunity", "show", "OPP-4")
    assert ("New roof", "Umbrella") == (shown["name"], shown["account"])


def test_a_sale_may_have_a_name_alone(team: Shop) -> None:
    """Where no account is named, lists call the sale by its name."""

    async def steps(board: Driver) -> None:
        await board.press("R", "enter")
        board.fill("name", "New roof")
        await board.press("ctrl+s", "f3")
        assert "New roof" in board.text

    at_the_board(team, steps, WIDE)


def test_both_may_stay_empty(team: Shop) -> None:
    """`Enter` alone begins a sale for nobody yet; what it is called is its account's later."""

    async def steps(board: Driver) -> None:
        await board.press("R", "enter", "enter", "enter")
        assert f"{begun(team)} New sale" in board.text

    at_the_board(team, steps)
    team.do("continue", begun(team), "--set", "name=New roof")
    team.do("continue", begun(team), "--set", "account=Umbrella")
    titles = [one["title"] for one in team.json("process", "log") if one["run"] == begun(team)]
    assert ["Umbrella"] == titles


@pytest.mark.parametrize("text", ["ACC-99", "OPP-1"])
def test_an_account_that_is_none_is_told(team: Shop, text: str) -> None:
    """A handle of no account is refused below its field, and nothing has begun."""
    before = team.dump()

    async def steps(board: Driver) -> None:
        await board.press("R", "enter", *text, "enter", "enter")
        assert isinstance(board.app.screen, Form)
        assert f"`{text}`" in board.text
        await board.press("escape")

    at_the_board(team, steps)
    assert before == team.dump()


def test_the_process_is_chosen_first(team: Shop) -> None:
    """P6: `R` lists the processes, a double click chooses one too, then it is asked for whom."""
    team.do("process", "copy", "corporate-sale", "Repair")

    async def steps(board: Driver) -> None:
        await board.press("R")
        assert isinstance(board.app.screen, Choice)
        await board.pilot.click("#options", offset=(3, 0), times=2)
        await board.settle()
        await board.press(*"Umbrella", "enter", "enter")
        assert f"{begun(team)} Umbrella" in board.text

    at_the_board(team, steps)
