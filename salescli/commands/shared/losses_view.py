"""How losses are shown."""

from salescli.context import AppContext
from salescli.domain.money import format_amount, plain_amount
from salescli.output import Output
from salescli.services.losses import Losses, explain


def show(context: AppContext, losses: Losses, *, explains: bool) -> None:
    """Show count and sum for each winner and currency."""
    output = context.output
    if output.as_json:
        document: dict[str, object] = {
            "losses": [
                {
                    "winner": loss.winner,
                    "currency": loss.currency,
                    "count": loss.sales,
                    "amount": plain_amount(loss.amount, loss.currency),
                }
                for loss in losses.entries
            ],
            "apart": losses.apart,
        }
        if explains:
            from salescli.domain.figures import as_documents

            document["explain"] = as_documents(explain(losses))
        output.document(document)
        return
    _show_table(output, losses)
    if explains:
        from salescli.commands.shared import explained

        explained.show(output, explain(losses))


def _show_table(output: Output, losses: Losses) -> None:
    if not output.is_terminal:
        rows = [
            (e.winner, e.sales, plain_amount(e.amount, e.currency), e.currency)
            for e in losses.entries
        ]
        output.table(("Won by", "Lost", "Sum", "Currency"), rows)
        return
    if losses.entries:
        told = [(e.winner, e.sales, format_amount(e.amount, e.currency)) for e in losses.entries]
        output.table(("Won by", "Lost", "Sum"), told)
    else:
        output.line("Nothing is lost so far.")
    apart = [f"{count} {ending}" for ending, count in losses.apart.items() if count]
    if apart:
        output.line(f"Neither won nor lost: {', '.join(apart)}")
