"""Plan and performance on the board: the same figures as `sales plan show`."""

import re

from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board

COUNT = re.compile(r"[█·▏▎▍▌▋▊▉] +(\d+)")
"""What stands behind the bar of a stage."""


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
        head = lines[1]
        assert "20,000.00 EUR" in head
        assert "5,000.00" in head
        assert f"{told['attainment']:.0%}" in head
        assert f"pace {told['pace']:.0%}" in head
        assert {"v", "Q"} <= set(lines[2].split())
        assert "█" in lines[3]
        assert "Send the brochure" in board.text
        assert len(lines) <= 24

    at_the_board(team, steps)


def test_without_a_quota_it_says_how_to_set_one(team: Shop) -> None:
    """The panel names the command, and what was won stands there all the same."""

    async def steps(board: Driver) -> None:
        assert "plan set me" in board.text
        assert "Won 0.00 EUR" in board.text

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
