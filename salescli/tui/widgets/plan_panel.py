"""The plan against performance in a few lines: quota, won, pace, weighted pipeline, and the bar."""

from textual.widgets import Static

from salescli import charts
from salescli.domain.charted import PlanBar
from salescli.domain.money import format_amount
from salescli.services.plans import Plan
from salescli.tui.cells import fit

NARROW = 60


class PlanPanel(Static):
    """Shows a plan."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._plan: Plan | None = None

    def show(self, plan: Plan) -> None:
        """Show a plan at the width that there is."""
        self._plan = plan
        self.on_resize()

    def on_resize(self) -> None:
        """Draw at the width that there is."""
        if self._plan is not None:
            self.update("\n".join(lines_of(self._plan, max(self.app.size.width - 2, 20))))


def lines_of(plan: Plan, width: int) -> list[str]:
    """Return the goal and the performance in words, and the bar below them."""
    one = plan.performance
    won = format_amount(one.won, one.currency)
    weighted = f"weighted {format_amount(one.weighted, one.currency)}"
    if one.quota is None:
        goal = f"No quota in {plan.period.name}; :plan set me {plan.period.name} AMOUNT"
        return [fit(goal, width), fit(f"Won {won} · {weighted}", width)]
    quota = format_amount(one.quota, one.currency)
    pace = "" if one.pace is None else f"pace {one.pace:.0%}"
    bare = won.removesuffix(f" {one.currency}")
    weighted = weighted.removesuffix(f" {one.currency}")
    goal = f"{plan.period.name} goal {quota}"
    told = [goal, f"won {bare} ({one.attainment:.0%})", pace, weighted]
    bar = charts.plan_bar(PlanBar(one.won, one.quota, one.elapsed, one.weighted), width)
    if width < NARROW:
        return [fit(" · ".join(told[:1]), width), fit(f"{told[1]} · {pace}", width), *bar]
    return [fit(" · ".join(filter(None, told)), width), *bar]
