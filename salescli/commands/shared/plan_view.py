"""How plan and performance are shown."""

from typing import Any

from salescli import charts
from salescli.commands.shared import explained
from salescli.context import AppContext
from salescli.domain.figures import as_documents
from salescli.domain.money import format_amount, plain_amount
from salescli.domain.plan import Performance
from salescli.output import Output
from salescli.services.plans import Plan, Team, curve, explain

CHART_LINES = 8


def show(context: AppContext, plan: Plan, *, explains: bool) -> None:
    """Show one person's plan: the figures, the bar and the burn-up."""
    output = context.output
    if output.as_json:
        told = {"explain": as_documents(explain(plan))} if explains else {}
        output.document(_document(plan) | told)
        return
    one = plan.performance
    if not output.is_terminal:
        output.table((), [_row(plan.period.name, None, one)])
    else:
        _show_figures(output, plan)
        _show_charts(output, plan)
    if explains:
        explained.show(output, explain(plan))


def _show_figures(output: Output, plan: Plan) -> None:
    one = plan.performance
    output.line(f"{one.login} · {plan.period.name}", style="bold")
    if one.quota is None:
        output.line(
            f"There is no quota; set one: sales plan set {one.login} {plan.period.name} AMOUNT"
        )
    else:
        output.field("Quota", format_amount(one.quota, one.currency))
    output.field("Won", f"{format_amount(one.won, one.currency)} ({one.sales})")
    if one.attainment is not None:
        output.field("Attainment", f"{one.attainment:.0%}")
    if one.pace is not None:
        output.field("Pace", f"{one.pace:.0%} of the straight line")
    output.field("Gap", "" if one.gap is None else format_amount(one.gap, one.currency))
    output.field("Weighted pipeline", format_amount(one.weighted, one.currency))
    output.field("Period over", f"{one.elapsed:.0%} of its working days")
    for text in left_out(plan):
        output.line(text)


def left_out(plan: Plan) -> list[str]:
    """Return what no sum of a plan counts, in words."""
    told = []
    if plan.elsewhere:
        told.append(f"{plan.elsewhere} won in other currencies are not in these sums")
    if plan.undated:
        told.append(f"{plan.undated} open without a close date are not in the weighted pipeline")
    return told


def _show_charts(output: Output, plan: Plan) -> None:
    one = plan.performance
    if one.quota is None:
        return
    width, plain = min(output.width, 78), output.is_ascii
    output.line()
    for line in charts.plan_bar(
        one.won, one.quota, one.elapsed, one.weighted, width, ascii_only=plain
    ):
        output.line(line)
    output.line("Won, then the weighted pipeline; v: where the pace should be, Q: the quota")
    done, straight = curve(plan)
    if plan.days:
        output.line()
        for line in charts.burn_up(done, straight, width, CHART_LINES, ascii_only=plain):
            output.line(line)
        output.line("Won by day, and the straight line to the quota")


def show_team(context: AppContext, team: Team) -> None:
    """Show the leaderboard of a period."""
    output = context.output
    if output.as_json:
        output.document(
            {
                "period": team.period.name,
                "places": [
                    {"rank": place.rank, **_figures(place.performance)} for place in team.places
                ],
                "elsewhere": team.elsewhere,
            }
        )
        return
    rows = [_row(team.period.name, place.rank, place.performance) for place in team.places]
    if not output.is_terminal:
        output.table((), rows)
        return
    if not rows:
        output.line(f"Nobody has a quota or has won anything in {team.period.name}.")
        output.line(f"Next: sales plan set me {team.period.name} AMOUNT")
        return
    heads = ("Rank", "Login", "Won", "Quota", "Attainment", "Pace", "Plan")
    told = [_cells(place.rank, place.performance) for place in team.places]
    output.line(f"Leaderboard {team.period.name}", style="bold")
    output.table(heads, told, titles=("Rank", "Login"))
    if team.elsewhere:
        output.line(f"{team.elsewhere} won in other currencies are not in these sums")


def _cells(rank: int | None, one: Performance) -> tuple[str, ...]:
    return (
        "-" if rank is None else str(rank),
        one.login,
        format_amount(one.won, one.currency),
        "none" if one.quota is None else format_amount(one.quota, one.currency),
        "" if one.attainment is None else f"{one.attainment:.0%}",
        "" if one.pace is None else f"{one.pace:.0%}",
        "met" if one.has_met_plan else "",
    )


def _row(period: str, rank: int | None, one: Performance) -> tuple[Any, ...]:
    figures = _figures(one)
    return (period, rank, *figures.values())


def _figures(one: Performance) -> dict[str, Any]:
    """Return the figures of a performance for programs; shares are parts of 1."""

    def share(number: float | None) -> float | None:
        return None if number is None else round(number, 4)

    def money(amount: int | None) -> str | None:
        return None if amount is None else plain_amount(amount, one.currency)

    return {
        "login": one.login,
        "currency": one.currency,
        "quota": money(one.quota),
        "won": money(one.won),
        "sales": one.sales,
        "attainment": share(one.attainment),
        "elapsed": share(one.elapsed),
        "pace": share(one.pace),
        "gap": money(one.gap),
        "weighted": money(one.weighted),
        "met_plan": one.has_met_plan,
    }


def _document(plan: Plan) -> dict[str, Any]:
    money = plan.performance.currency
    return {
        "period": plan.period.name,
        "start": plan.period.start.isoformat(),
        "end": plan.period.end.isoformat(),
        **_figures(plan.performance),
        "days": [
            {"day": day.isoformat(), "won": plain_amount(amount, money)}
            for day, amount in plan.days
        ],
        "elsewhere": plan.elsewhere,
        "undated": plan.undated,
    }
