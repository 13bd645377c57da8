"""The plan against performance in a few lines: quota, won, pace, weighted pipeline, and the bar."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from textual.content import Content

from salescli import charts
from salescli.domain.charted import PlanBar
from salescli.domain.money import short_amount
from salescli.services.plans import Plan
from salescli.tui.texts.cells import fit
from salescli.tui.widgets.drawn import Drawn


class PlanPanel(Drawn):
    """Shows a plan."""

    _plan: Plan | None = None

    def show(self, plan: Plan) -> None:
        """Show a plan at the width that there is."""
        self._plan = plan
        self.on_resize()

    def on_resize(self) -> None:
        """Draw at the width that there is."""
        if self._plan is not None:
            lines = lines_of(self._plan, max(self.app.size.width - 2, 20))
            self.put(Content("\n".join(lines)))


def lines_of(plan: Plan, width: int) -> list[str]:
    """Return whose plan it is, goal and performance in words, and the bar below them.

    The words go on in a further line rather than be cut. Each amount has its currency, and what is
    in another one is counted beside them.
    """
    one = plan.performance
    whose = f"{one.login} · {plan.period.name}"
    if one.quota is None:
        missing = f"No quota; :plan set me {plan.period.name} AMOUNT"
        return [*_lines([whose, missing], width), *_lines(_told(plan, "", ""), width)]
    goal = f"{whose} goal {short_amount(one.quota, one.currency)}"
    bar = charts.plan_bar(PlanBar(one.won, one.quota, one.elapsed, one.weighted), width)
    return [*_lines([goal, *_told(plan, "█ ", "▒ ")], width), *bar]


def _told(plan: Plan, won: str, weighted: str) -> list[str]:
    """Return the performance in words, each with the sign that stands for it in the bar."""
    one = plan.performance
    share = "" if one.attainment is None else f" ({one.attainment:.0%})"
    told = [f"{won}won {short_amount(one.won, one.currency)}{share}"]
    if one.pace is not None:
        told.append(f"pace {one.pace:.0%}")
    told.append(f"{weighted}weighted {short_amount(one.weighted, one.currency)}")
    others = [f"{n} {what}" for n, what in ((plan.elsewhere, "won"), (plan.foreign, "open")) if n]
    return [*told, f"in other currencies {', '.join(others)}"] if others else told


def _lines(words: Sequence[str], width: int) -> Iterator[str]:
    line = ""
    for word in words:
        longer = f"{line} · {word}" if line else word
        if line and cell_len(longer) > width:
            yield fit(line, width)
            longer = word
        line = longer
    yield fit(line, width)
