"""How plan and performance are shown."""

from typing import Any

from salescli.commands.shared import chart_view, explained
from salescli.context import AppContext
from salescli.domain.figures import as_documents
from salescli.domain.money import plain_amount
from salescli.output import Output
from salescli.services import plan_charts
from salescli.services.plans import Plan, Team, explain


def show(context: AppContext, plan: Plan, *, explains: bool) -> None:
    """Show one person's plan: the figures, the bar and the burn-up."""
    output = context.output
    if output.as_json:
        made = {"explain": as_documents(explain(plan))} if explains else {}
        output.document(_document(plan) | made)
        return
    if not output.is_terminal:
        (period, *told), rank = plan_charts.performance(plan).rows[0], None
        output.table((), [(period, rank, *told)])
    else:
        _show_figures(output, plan)
        _show_charts(output, plan)
    if explains:
        explained.show(output, explain(plan))


def _show_figures(output: Output, plan: Plan) -> None:
    one, shown = plan.performance, plan_charts.performance(plan)
    output.line(shown.of, style="bold")
    if one.quota is None:
        output.line(
            f"There is no quota; set one: sales plan set {one.login} {plan.period.name} AMOUNT"
        )
    for label, text in shown.told:
        output.field(label, text)
    for text in shown.notes:
        output.line(text)


def _show_charts(output: Output, plan: Plan) -> None:
    if plan.performance.quota is None:
        return
    shown = [plan_charts.performance(plan)]
    if plan.days:
        shown.append(plan_charts.burn_up(plan))
    for chart in shown:
        output.line()
        output.line(chart.title, style="bold")
        chart_view.draw(output, chart)


def show_team(context: AppContext, team: Team) -> None:
    """Show the leaderboard of a period."""
    output, shown = context.output, plan_charts.standings(team)
    if output.as_json:
        places = [dict(zip(shown.keys[1:], row[1:], strict=True)) for row in shown.rows]
        output.document({"period": team.period.name, "places": places, "elsewhere": team.elsewhere})
        return
    if not output.is_terminal:
        output.table((), shown.rows)
        return
    if not shown.rows:
        output.line(f"Nobody has a quota or has won anything in {team.period.name}.")
        output.line(f"Next: sales plan set me {team.period.name} AMOUNT")
        return
    output.line(shown.title, style="bold")
    output.table(shown.heads, shown.told, titles=("Rank", "Login"))
    for text in shown.notes:
        output.line(text)


def _document(plan: Plan) -> dict[str, Any]:
    money, shown = plan.performance.currency, plan_charts.performance(plan)
    return {
        **dict(zip(shown.keys, shown.rows[0], strict=True)),
        "start": plan.period.start.isoformat(),
        "end": plan.period.end.isoformat(),
        "days": [
            {"day": day.isoformat(), "won": plain_amount(amount, money)}
            for day, amount in plan.days
        ],
        "elsewhere": plan.elsewhere,
        "undated": plan.undated,
        "foreign": plan.foreign,
    }
