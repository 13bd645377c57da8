"""`sales stale`: open sales in which nothing has happened for too long, and those left alone."""

from typing import TYPE_CHECKING, Annotated

import typer

from salescli.commands.shared import completions
from salescli.commands.shared.catalog import EPILOG
from salescli.commands.shared.options import Explain, Limit, Reason, ReferenceText

if TYPE_CHECKING:
    from salescli.output import Output
    from salescli.services.stale import StageOfStale, StaleReport, StaleSale

app = typer.Typer(add_completion=False)


@app.callback(invoke_without_command=True, epilog=EPILOG)
def stale(
    context: typer.Context,
    everybody: Annotated[bool, typer.Option("--all", "-a", help="Everybody's sales")] = False,
    stage: Annotated[
        str,
        typer.Option(metavar="STAGE", help="Only this stage", autocompletion=completions.stages),
    ] = "",
    snoozed: Annotated[
        bool, typer.Option("--snoozed", help="Those too that are snoozed, stale or not")
    ] = False,
    limit: Limit = None,
    explain: Explain = False,
) -> None:
    """List my open sales in which nothing has happened for too long, by stage

    Examples: sales stale; sales stale --all --stage proposal; sales stale snooze acme --until "1
    dec" --reason "their budget round"; sales stale wake acme

    Days are working days. A stage says in the process file how many it allows (`stale_days`). What
    counts is a completed activity or step, and a move to another stage; what is planned ahead too,
    unless `sales config stale-policy activity` says otherwise.
    """
    if context.invoked_subcommand is not None:
        return
    from salescli.commands.shared import lists
    from salescli.services import stale as service

    most = lists.most(context.obj, limit)
    report = service.stale_sales(
        context.obj.unit, everybody=everybody, stage=stage, with_snoozed=snoozed, limit=most
    )
    output = context.obj.output
    if output.as_json:
        document = service.as_document(report)
        if explain:
            from salescli.domain.figures import as_documents

            document["explain"] = as_documents(service.explain(report))
        output.document(document)
    else:
        _show(output, report)
        if explain:
            from salescli.commands.shared import explained

            explained.show(output, service.explain(report))
        _say_next(output, report)
    lists.tell_rest(sum(len(one.sales) for one in report.shown), len(report.sales))


@app.command("snooze", epilog=EPILOG)
def snooze(
    context: typer.Context,
    reference: ReferenceText,
    until: Annotated[
        str, typer.Option("--until", metavar="DAY", help="The day on which it comes back")
    ] = "",
    reason: Reason = "",
) -> None:
    """Leave an opportunity alone until a day, for a good reason

    Example: sales stale snooze acme --until "1 dec" --reason "their budget round"
    """
    from salescli.services import snoozing

    context.obj.output.changed(
        [snoozing.snooze(context.obj.unit, reference, until, reason)], "sales stale"
    )


@app.command("wake", epilog=EPILOG)
def wake(context: typer.Context, reference: ReferenceText) -> None:
    """Look at a snoozed opportunity again, before its day

    Example: sales stale wake acme
    """
    from salescli.services import snoozing

    context.obj.output.changed([snoozing.wake(context.obj.unit, reference)], "sales stale")


def _show(output: "Output", report: "StaleReport") -> None:
    if not output.is_terminal:
        output.table((), [_row(one, entry) for one in report.shown for entry in one.sales])
    else:
        for one in report.shown:
            _show_stage(output, one)
    if not report.sales:
        _say_nothing(output, report)
    elif output.is_terminal:
        output.line(_summary(report))


def _show_stage(output: "Output", one: "StageOfStale") -> None:
    output.line(one.name, style="bold")
    for entry in one.sales:
        sale = entry.sale
        title = (f"{sale.reference} {sale.title}", _money(entry), sale.owner)
        output.line(" · ".join(filter(None, title)), indent=2)
        output.line(f"{_told(entry)}; {entry.sign}", indent=4)
        if entry.is_snoozed:
            output.line(_until(entry), indent=4)
    output.line()


def _money(entry: "StaleSale") -> str:
    from salescli.domain.money import format_amount

    sale = entry.sale
    return "no amount" if sale.amount is None else format_amount(sale.amount, sale.currency)


def _told(entry: "StaleSale") -> str:
    days = "working day" if entry.days == 1 else "working days"
    return f"Nothing for {entry.days} {days} ({entry.allowed} allowed)"


def _until(entry: "StaleSale") -> str:
    return f"Snoozed until {entry.sale.life.snoozed_until}: {entry.sale.snooze_reason}"


def _row(one: "StageOfStale", entry: "StaleSale") -> tuple[object, ...]:
    from salescli.domain.money import plain_amount

    sale = entry.sale
    return (
        sale.reference,
        one.stage,
        entry.days,
        entry.allowed,
        sale.life.last_sign.isoformat(),
        entry.sign,
        sale.owner,
        None if sale.amount is None else plain_amount(sale.amount, sale.currency),
        sale.currency,
        sale.title,
        sale.life.snoozed_until if entry.is_snoozed else "",
        sale.snooze_reason if entry.is_snoozed else "",
        entry.next_command,
    )


def _summary(report: "StaleReport") -> str:
    are = "is" if 1 in {report.stale, report.open} else "are"
    told = f"{report.stale} of {_open(report)} {are} stale"
    if not report.snoozed:
        return told
    which = "listed too" if report.with_snoozed else "left out; --snoozed lists them"
    return f"{told}; {report.snoozed} snoozed, {which}"


def _say_nothing(output: "Output", report: "StaleReport") -> None:
    """Say that nothing is stale; in a pipe, where rows are expected, on stderr."""
    sentence = f"Nothing is stale: {_summary(report)}" if report.open else "There is no open sale"
    if output.is_terminal:
        output.line(f"{sentence}.")
        return
    from salescli.diagnostics import warning

    warning(sentence)


def _say_next(output: "Output", report: "StaleReport") -> None:
    if not output.is_terminal:
        return
    awake = [entry for entry in report.sales if not entry.is_snoozed]
    output.line()
    output.line(f"Next: {awake[0].next_command if awake else 'sales pipeline'}")
    opportunity = next((e.sale.reference for e in awake if e.sale.reference[:3] == "OPP"), "")
    if opportunity:
        output.line(f"Or leave it alone: sales stale snooze {opportunity} --until DAY --reason ...")


def _open(report: "StaleReport") -> str:
    whose = "your " if report.owner else ""
    return f"{whose}{report.open} open {'sale' if report.open == 1 else 'sales'}"
