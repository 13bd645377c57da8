"""Plan and performance: the figures of a period, and how the pipeline stands, in charts."""

from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from salescli import charts
from salescli.domain import charted
from salescli.domain.plan import MONTHS, Period, period_of
from salescli.services import plan_charts, plans
from salescli.services.plan_charts import Asked
from salescli.tui.screens.main import MainScreen
from salescli.tui.widgets.drawn import Flowing
from salescli.tui.widgets.paper import Paper
from salescli.tui.widgets.plan_panel import PlanPanel

WIDEST = 160
"""Charts are not drawn wider: a longer bar leads the eye too far from its name."""


class PlanScreen(MainScreen):
    """One person's plan, or the team's leaderboard, and their pipeline."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "period(-1)", "Before", id="period-before", tooltip="The period before"),
        Binding("right,l", "period(1)", "Next", id="next-period", tooltip="The next period"),
        Binding("t", "kind", "Span", id="period-kind", tooltip="By month, quarter or year"),
        Binding("w", "whose", "Whose", id="whose", tooltip="My pipeline or everybody's"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.kind = "quarter"
        self.day: date | None = None
        self.everything = False

    def compose_body(self) -> ComposeResult:
        """Lay the figures out above the charts."""
        yield PlanPanel()
        with Paper(id="charts"):
            yield Flowing(id="chart-text", markup=False)

    def on_mount(self) -> None:
        """Let keys scroll the charts."""
        self.query_one("#charts").focus()

    @property
    def today(self) -> date:
        """The day."""
        return self.board.desk.context.now().date()

    @property
    def period(self) -> Period:
        """The period that is shown: the one that the day is in which is looked at."""
        return period_of(self.day or self.today, self.kind)

    @property
    def _is_present(self) -> bool:
        return self.period.start <= self.today < self.period.end

    async def fill(self) -> None:
        """Read plan, leaderboard and pipeline."""
        period = self.period.name
        pipeline = Asked(everybody=self.everything)
        plan = await self.board.desk.look(plans.plan_of, "", period)
        asked = (
            [] if not self._is_present else [(charted.FUNNEL, pipeline), (charted.AGEING, pipeline)]
        )
        asked.append((charted.STANDINGS, Asked(period=period)))
        shown = [await self.board.desk.look(plan_charts.chart, *one) for one in asked]
        self.query_one(PlanPanel).show(plan)
        if plan.performance.quota:
            shown.insert(0, plan_charts.burn_up(plan))
        width = max(min(self.app.size.width - 4, WIDEST), charts.NARROWEST)
        parts = [
            [self._titled(chart), *charts.drawn(chart.drawing, width)]
            for chart in shown
            if chart.told
        ]
        text = "\n\n".join("\n".join(part) for part in parts)
        self.query_one("#chart-text", Flowing).put(text)

    def _titled(self, chart: charted.Chart) -> str:
        """Say of what stands open now that it does, and whose it is."""
        whose = "everybody's" if self.everything else "mine"
        is_open = chart.name in {charted.FUNNEL, charted.AGEING}
        return f"{chart.title} today, {whose}" if is_open else chart.title

    def action_period(self, by: int) -> None:
        """Show the period before or after."""
        self.day = period_of(self.period.start, self.kind, by).start
        if self._is_present:
            self.day = None
        self.refill()

    def action_kind(self) -> None:
        """Show months, quarters or years, of the time that is shown."""
        kinds = list(MONTHS)
        self.kind = kinds[(kinds.index(self.kind) + 1) % len(kinds)]
        self.refill()

    def action_whose(self) -> None:
        """Show everybody's pipeline, or mine again; other periods have no pipeline to show."""
        if not self._is_present:
            self.say("The pipeline is shown with the present period")
            return
        self.everything = not self.everything
        self.refill()
