"""How the pipeline is shown."""

from collections.abc import Sequence

from salescli.context import AppContext
from salescli.domain.money import format_amount, plain_amount
from salescli.services.pipeline import StageSum


def show(context: AppContext, sums: Sequence[StageSum]) -> None:
    """Show the stages and a total for each currency."""
    output = context.output
    totals = _totals(sums)
    if output.as_json:
        output.document(
            {"stages": [_document(s) for s in sums], "totals": [_document(t) for t in totals]}
        )
        return
    rows = [*sums, *totals]
    if output.is_terminal:
        output.table(
            ("Stage", "Count", "Sum", "Weighted"),
            [
                (
                    s.name,
                    s.sales,
                    format_amount(s.amount, s.currency),
                    format_amount(s.weighted, s.currency),
                )
                for s in rows
            ],
        )
        output.line()
        output.line("Next: sales opportunity list --all")
        return
    output.table(
        ("Stage", "Count", "Sum", "Weighted", "Currency"),
        [
            (
                s.stage,
                s.sales,
                plain_amount(s.amount, s.currency),
                plain_amount(s.weighted, s.currency),
                s.currency,
            )
            for s in rows
        ],
    )


def _totals(sums: Sequence[StageSum]) -> list[StageSum]:
    currencies = dict.fromkeys(s.currency for s in sums)
    return [
        StageSum(
            "total",
            "Total",
            currency,
            sum(s.sales for s in sums if s.currency == currency),
            sum(s.amount for s in sums if s.currency == currency),
            sum(s.weighted for s in sums if s.currency == currency),
        )
        for currency in currencies
    ]


def _document(entry: StageSum) -> dict[str, object]:
    return {
        "stage": entry.stage,
        "name": entry.name,
        "currency": entry.currency,
        "count": entry.sales,
        "amount": plain_amount(entry.amount, entry.currency),
        "weighted": plain_amount(entry.weighted, entry.currency),
    }
