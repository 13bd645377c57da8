"""`sales risk`: open sales that break a rule, each with the command that mends it."""

from typing import TYPE_CHECKING, Annotated

import typer

from salescli.commands.shared import completions
from salescli.commands.shared.options import Explain, Limit

if TYPE_CHECKING:
    from salescli.context import AppContext
    from salescli.output import Output
    from salescli.services.risk import Breach, RiskReport, RiskySale


def risk(
    context: typer.Context,
    everybody: Annotated[bool, typer.Option("--all", "-a", help="Everybody's sales")] = False,
    rule: Annotated[
        str,
        typer.Option(metavar="NAME", help="Only this rule", autocompletion=completions.rules),
    ] = "",
    limit: Limit = None,
    explain: Explain = False,
) -> None:
    """List my open sales that break a rule, the gravest rule and the largest amount first

    Examples: sales risk; sales risk --all --rule overdue

    The rules: overdue, close-date-past, no-next-step, no-close-date, no-amount.
    """
    from salescli.commands.shared import lists
    from salescli.services import risk as service

    most = lists.most(context.obj, limit)
    report = service.at_risk(context.obj.unit, everybody=everybody, rule=rule, limit=most)
    output = context.obj.output
    if output.as_json:
        document = service.as_document(report)
        if explain:
            from salescli.domain.figures import as_documents

            document["explain"] = as_documents(service.explain(report))
        output.document(document)
        lists.tell_rest(len(report.shown), len(report.sales))
        return
    _show(context.obj, report)
    if explain:
        from salescli.commands.shared import explained

        explained.show(output, service.explain(report))
    if output.is_terminal:
        following = report.sales[0].breaches[0].mend if report.sales else "sales pipeline"
        output.line()
        output.line(f"Next: {following}")
    lists.tell_rest(len(report.shown), len(report.sales))


def _show(context: "AppContext", report: "RiskReport") -> None:
    output = context.output
    if not output.is_terminal:
        output.table((), [_row(risky, b) for risky in report.shown for b in risky.breaches])
    elif report.sales:
        for risky in report.shown:
            _show_sale(context, output, risky)
    if not report.sales:
        _say_nothing(output, report)
    elif output.is_terminal:
        output.line(_summary(report))


def _show_sale(context: "AppContext", output: "Output", risky: "RiskySale") -> None:
    from salescli.domain.moments import say_moment, say_span
    from salescli.domain.money import format_amount

    sale, now = risky.sale, context.now()
    amount = sale.facts.amount
    money = "no amount" if amount is None else format_amount(amount, sale.currency)
    title = (f"{sale.reference} {sale.title}", sale.stage, money, sale.owner)
    output.line(" · ".join(filter(None, title)), style="bold")
    for breach in risky.breaches:
        span = f" ({say_span(now - breach.since)})" if breach.days else ""
        about = f", {breach.about}" if breach.about else ""
        since = f"since {say_moment(breach.since, now)}{span}{about}"
        output.line(f"{breach.rule.name}: {breach.rule.words}; {since}", indent=2)
        output.line(f"Mend it: {breach.mend}", indent=4)
    output.line()


def _row(risky: "RiskySale", breach: "Breach") -> tuple[object, ...]:
    from salescli.domain.money import plain_amount

    sale = risky.sale
    amount = sale.facts.amount
    return (
        sale.reference,
        breach.rule.name,
        breach.since.isoformat(),
        breach.days,
        sale.owner,
        None if amount is None else plain_amount(amount, sale.currency),
        sale.currency,
        sale.stage,
        sale.title,
        breach.about,
        breach.rule.words,
        breach.mend,
    )


def _summary(report: "RiskReport") -> str:
    from salescli.domain.money import format_amount

    counts = ", ".join(f"{count} {rule}" for rule, count in report.counts.items() if count)
    sums = ", ".join(format_amount(minor, currency) for currency, minor in report.amounts.items())
    told = f"{len(report.sales)} of {_open(report)} at risk: {counts}"
    return f"{told}; {sums}" if sums else told


def _say_nothing(output: "Output", report: "RiskReport") -> None:
    """Say that nothing is at risk; in a pipe, where rows are expected, on stderr."""
    rule = f"the rule `{report.rules[0].name}`" if len(report.rules) == 1 else "a rule"
    sentence = f"Nothing is at risk: none of {_open(report)} breaks {rule}"
    if output.is_terminal:
        output.line(f"{sentence}.")
        return
    from salescli.diagnostics import warning

    warning(sentence)


def _open(report: "RiskReport") -> str:
    whose = "your " if report.owner else ""
    return f"{whose}{report.open} open {'sale' if report.open == 1 else 'sales'}"
