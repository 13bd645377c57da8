"""Plan and performance: the figures of a period, and how the pipeline stands, in charts."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from salescli import charts
from salescli.charts import Bar
from salescli.domain.board import Column
from salescli.domain.money import format_amount
from salescli.domain.plan import MONTHS, Performance, period_of
from salescli.services import board, plans
from salescli.services.plans import Plan, Team
from salescli.tui.cells import fit
from salescli.tui.screens.main import MainScreen
from salescli.tui.widgets.plan_panel import PlanPanel

BURN_UP_LINES = 8
WIDEST = 100
"""Charts are not drawn wider."""


class PlanScreen(MainScreen):
    """One person's plan, or the team's leaderboard, and their pipeline."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h,left", "period(-1)", "Period before", id="period-before"),
        Binding("l,right", "period(1)", "Next period", id="next-period"),
        Binding("t", "kind", "Month, quarter, year", id="period-kind"),
        Binding("w", "whose", "Mine or all", id="plan-whose", tooltip="My pipeline or everybody's"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.kind = "quarter"
        self.ahead = 0
        self.everything = False

    def compose_body(self) -> ComposeResult:
        """Lay the figures out above the charts."""
        yield PlanPanel()
        with VerticalScroll(id="charts"):
            yield Static(id="chart-text", markup=False)

    def on_mount(self) -> None:
        """Let the arrows scroll the charts."""
        self.query_one("#charts").focus()

    async def fill(self) -> None:
        """Read plan, leaderboard and pipeline."""
        today = self.board.desk.context.now().date()
        period = period_of(today, self.kind, self.ahead).name
        shown = board.Shown(owner="" if self.everything else board.MINE)
        plan = await self.board.desk.look(plans.plan_of, "", period)
        team = await self.board.desk.look(plans.team, period)
        columns = await self.board.desk.look(board.columns, shown)
        ages = await self.board.desk.look(board.ages, shown)
        self.query_one(PlanPanel).show(plan)
        width = max(min(self.app.size.width - 4, WIDEST), charts.NARROWEST)
        parts = [
            burn_up(plan, width),
            funnel(columns, width),
            ageing(ages, width),
            standings(team, width),
        ]
        text = "\n\n".join("\n".join(part) for part in parts if part)
        self.query_one("#chart-text", Static).update(text)

    def action_period(self, by: int) -> None:
        """Show the period before or after."""
        self.ahead += by
        self.refill()

    def action_kind(self) -> None:
        """Show months, quarters or years."""
        kinds = list(MONTHS)
        self.kind, self.ahead = kinds[(kinds.index(self.kind) + 1) % len(kinds)], 0
        self.refill()

    def action_whose(self) -> None:
        """Show everybody's pipeline, or mine again."""
        self.everything = not self.everything
        self.refill()


def burn_up(plan: Plan, width: int) -> list[str]:
    """Return what was won by day against the straight line; nothing without a quota."""
    if not plan.performance.quota:
        return []
    won, line = plans.curve(plan)
    chart = charts.burn_up(won, line, width, BURN_UP_LINES)
    return ["Won by day, and the straight line to the quota", *chart]


def funnel(columns: Sequence[Column], width: int) -> list[str]:
    """Return how many open opportunities stand in each stage, and their sums."""
    entries = []
    for one in columns:
        sums = " + ".join(format_amount(amount, money) for money, amount in one.sums if amount)
        entries.append(Bar(one.name, one.sales, f"{one.sales} {sums}".strip()))
    return ["Open by stage", *charts.bars(entries, width)]


def ageing(ages: Sequence[tuple[str, int]], width: int) -> list[str]:
    """Return for how long the open opportunities have stood in their stages."""
    entries = [Bar(name, count, f"{count}") for name, count in ages]
    return ["Days in the stage", *charts.bars(entries, width)]


def standings(team: Team, width: int) -> list[str]:
    """Return the leaderboard: rank, login, attainment as a bar, and what was won."""
    lines = [f"Leaderboard {team.period.name}"]
    for place in team.places:
        one = place.performance
        rank = "-" if place.rank is None else str(place.rank)
        lines.append(f"{rank:>3} {fit(one.login, 12)} {_standing(one, max(width - 18, 10))}")
    return lines if team.places else []


def _standing(one: Performance, width: int) -> str:
    won = format_amount(one.won, one.currency)
    if one.attainment is None:
        return f"{won}, no quota"
    met = " met" if one.has_met_plan else ""
    told = f" {one.attainment:.0%}{met} {won}"
    return charts.bar(one.attainment, max(width - len(told), 4)) + told
