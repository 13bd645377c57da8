"""How the pipeline is shown."""

from salescli.context import AppContext
from salescli.diagnostics import warning
from salescli.domain.money import format_amount, plain_amount
from salescli.output import Output
from salescli.services.pipeline import Pipeline, StageSum, explain


def show(context: AppContext, pipeline: Pipeline, *, explains: bool = False) -> None:
    """Show the stages and a total for each currency."""
    output = context.output
    if output.as_json:
        _document(output, pipeline, explains=explains)
        return
    if pipeline.strays:
        _warn_of_strays(pipeline)
    rows = [*pipeline.stages, *pipeline.totals]
    if output.is_terminal:
        output.table(("Stage", "Count", "Sum", "Weighted"), [_for_people(s) for s in rows])
        _draw(output, pipeline)
    else:
        columns = ("Stage", "Count", "Sum", "Weighted", "Currency")
        output.table(columns, [_for_pipes(s) for s in rows])
    if explains:
        from salescli.commands.shared import explained

        explained.show(output, explain(pipeline))
    if output.is_terminal:
        output.line()
        output.line("Next: sales opportunity list --all")


def _draw(output: Output, pipeline: Pipeline) -> None:
    from salescli.commands.shared import chart_view
    from salescli.services.plan_charts import funnel

    chart = funnel(pipeline)
    output.line()
    output.line(chart.title, style="bold")
    chart_view.draw(output, chart)


def _for_people(entry: StageSum) -> tuple[object, ...]:
    amounts = (entry.amount, entry.weighted)
    return entry.name, entry.sales, *(format_amount(minor, entry.currency) for minor in amounts)


def _for_pipes(entry: StageSum) -> tuple[object, ...]:
    amounts = (plain_amount(minor, entry.currency) for minor in (entry.amount, entry.weighted))
    return entry.stage, entry.sales, *amounts, entry.currency


def _warn_of_strays(pipeline: Pipeline) -> None:
    count = sum(pipeline.strays.values())
    stand = "opportunity stands" if count == 1 else "opportunities stand"
    names = ", ".join(f"`{name}`" for name in pipeline.strays)
    warning(
        f"{count} open {stand} in a stage that no process has ({names}), and"
        " counts nowhere here; move it with `sales stage REF STAGE`"
    )


def _document(output: Output, pipeline: Pipeline, *, explains: bool) -> None:
    document: dict[str, object] = {
        "stages": [_entry(s) for s in pipeline.stages],
        "totals": [_entry(t) for t in pipeline.totals],
    }
    if explains:
        from salescli.domain.figures import as_documents

        document["explain"] = as_documents(explain(pipeline))
    output.document(document)


def _entry(entry: StageSum) -> dict[str, object]:
    return {
        "stage": entry.stage,
        "name": entry.name,
        "currency": entry.currency,
        "count": entry.sales,
        "amount": plain_amount(entry.amount, entry.currency),
        "weighted": plain_amount(entry.weighted, entry.currency),
    }
