"""Plan and performance on the board: the same figures as `sales plan show`."""

import re
from decimal import Decimal

import pytest

from salescli.store.engine import FILE_NAME
from salescli.tui.texts.cells import CUT
from salescli.tui.widgets.plan_panel import PlanPanel
from tests.shop import Shop, behind_the_back
from tests.tui.harness import Driver, at_the_board

COUNT = re.compile(r"[█·▏▎▍▌▋▊▉] +(\d+)")
"""What stands behind the bar of a stage."""


def short(amount: str) -> str:
    """Return an amount as the board writes it: grouped, and whole without decimals."""
    return f"{Decimal(amount):,}".removesuffix(".00")


def selling(team: Shop) -> Shop:
    """Give the team a quota and a win."""
    team.do("plan", "set", "me", "2026-Q4", "20k")
    team.do("opportunity", "add", "Crane", "--set", "account=Umbrella", "--set", "amount=5000")
    team.do("close", "OPP-4", "won")
    return team


def test_the_day_has_goal_plan_pace_and_activities(team: Shop) -> None:
    """B28: goal, performance, plan bar and vital activities stand on one screen of 80x24."""
    told = selling(team).json("plan", "show")

    async def steps(board: Driver) -> None:
        lines = board.text.splitlines()
        bar = next(place for place, line in enumerate(lines) if "Q" in line.split())
        head = " ".join(lines[1:bar])
        assert "goal 20,000 EUR" in head
        assert f"won 5,000 EUR ({told['attainment']:.0%})" in head
        assert f"pace {told['pace']:.0%}" in head
        assert f"weighted {short(told['weighted'])} EUR" in head
        assert {"v", "pace", "Q", "quota"} == set(lines[bar].split())
        assert "█" in lines[bar + 1]
        assert "Send the brochure" in board.text
        assert len(lines) <= 24

    at_the_board(team, steps)


def test_without_a_quota_it_says_how_to_set_one(team: Shop) -> None:
    """The panel names the command, and what was won stands there all the same."""

    async def steps(board: Driver) -> None:
        assert "plan set me" in board.text
        assert "won 0 EUR" in board.text

    at_the_board(team, steps)


def test_periods_are_turned(team: Shop) -> None:
    """B51: another period or kind of period shows its own figures; charts stand below."""
    selling(team)

    async def steps(board: Driver) -> None:
        await board.press("f7")
        for title in ("Won by day", "Open by stage", "Days in the stage", "Leaderboard"):
            assert title in board.text
        await board.press("l")
        assert "2027-Q1" in board.text
        assert "Open by stage" not in board.text
        assert "Days in the stage" not in board.text
        assert "No quota" in board.text
        await board.press("h", "t")
        assert "Leaderboard 2026" in board.text

    at_the_board(team, steps, (100, 60))


def test_the_funnel_is_mine_or_everybodys(team: Shop) -> None:
    """`w` counts everybody's open opportunities, as `sales pipeline` does."""
    everybody = sum(one["count"] for one in team.json("pipeline")["stages"])
    mine = sum(one["count"] for one in team.json("pipeline", "--mine")["stages"])
    assert everybody > mine

    async def steps(board: Driver) -> None:
        def counted() -> int:
            after = board.text.split("Open by stage")[1].split("Days in the stage")[0]
            return sum(int(count) for count in COUNT.findall(after))

        await board.press("f7")
        assert mine == counted()
        assert "Open by stage today, mine" in board.text
        await board.press("w")
        assert "Open by stage today, everybody's" in board.text
        assert everybody == counted()
        await board.press("l", "w")
        assert "with the present period" in board.told
        await board.press("h")
        assert everybody == counted()

    at_the_board(team, steps, (100, 60))


def test_the_keys_that_move_through_lists_scroll_the_charts(team: Shop) -> None:
    """`j`, `k`, `g`, `G` and the page keys scroll the charts; the arrows turn the period."""

    async def steps(board: Driver) -> None:
        await board.press("f7")
        charts = board.app.screen.query_one("#charts")
        assert charts.max_scroll_y > 1
        for key, place in [("j", 1), ("k", 0), ("G", charts.max_scroll_y), ("g", 0)]:
            await board.press(key)
            assert place == charts.scroll_y, key
        await board.press("right")
        assert "2027-Q1" in board.text
        await board.press("left")
        assert "2026-Q4" in board.text

    at_the_board(team, steps, (80, 14))


@pytest.mark.parametrize("size", [(40, 20), (80, 24), (160, 50)])
def test_the_plan_says_whose_it_is_and_what_it_leaves_out(
    team: Shop, size: tuple[int, int]
) -> None:
    """The panel names the login, cuts nothing, and counts what stands in another currency."""
    selling(team)
    team.do("opportunity", "add", "Tower", "--set", "account=Oilco", "--set", "amount=900")
    team.do("opportunity", "edit", "OPP-5", "--close-date", "2026-12-20")
    with behind_the_back(team.home / FILE_NAME) as store:
        store.execute("UPDATE opportunity SET currency = 'USD' WHERE number = 5")
    shown = team.json("plan", "show")
    assert (0, 1) == (shown["elsewhere"], shown["foreign"])

    async def steps(board: Driver) -> None:
        for key in ("f2", "f7"):
            await board.press(key)
            text = str(board.app.screen.query_one(PlanPanel).content)
            assert text.startswith("ana · 2026-Q4")
            assert "in other currencies 1 open" in text
            assert CUT not in text

    at_the_board(team, steps, size)


def test_another_span_keeps_to_the_time_that_is_shown(team: Shop) -> None:
    """From a quarter one comes to its year and first month, from the present one to this month."""

    async def steps(board: Driver) -> None:
        async def shows(*periods: str) -> None:
            for period in periods:
                assert f" · {period} · " in board.text
                await board.press("t")

        await board.press("f7")
        await shows("2026-Q4", "2026", "2026-11")
        await board.press("l")
        await shows("2027-Q1", "2027", "2027-01", "2027-Q1", "2027")
        assert "Funnel" not in board.text
        await board.press("t", "h", "h", "h", "h")
        await shows("2026-Q1", "2026")
        await board.press("t", "t")
        assert "today, mine" in board.text
        await board.press("t", "t", "l", "l", "l")
        await shows("2026-Q4", "2026", "2026-11")

    at_the_board(team, steps)


@pytest.mark.parametrize(("screen", "widest"), [(80, 78), (160, 157), (300, 161)])
def test_charts_are_as_wide_as_there_is_room(team: Shop, screen: int, widest: int) -> None:
    """The charts take the width of the screen, up to a width at which a bar can be followed."""
    selling(team)

    async def steps(board: Driver) -> None:
        await board.press("f7")
        lines = board.text.split("Open by stage")[1].splitlines()
        bars = [len(line) for line in lines if "█" in line and "·" in line]
        assert widest - 4 <= max(bars) <= widest

    at_the_board(team, steps, (screen, 50))
