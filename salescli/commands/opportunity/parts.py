"""`sales opportunity competitor`, `condition` and `line`: what else hangs on an opportunity."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from salescli.commands.opportunity import options
from salescli.commands.opportunity.options import Name, Sale
from salescli.commands.shared.catalog import EPILOG

competitor = typer.Typer(name="competitor", help="Rivals in the sale")
condition = typer.Typer(name="condition", help="Conditions: what is asked, offered and agreed")
line = typer.Typer(name="line", help="Offers in the sale, with quantity and price")

Strengths = Annotated[str | None, typer.Option(help="Where they are strong")]
Weaknesses = Annotated[str | None, typer.Option(help="Where they are weak")]
Asked = Annotated[str | None, typer.Option(help="What the customer asks for")]
Offered = Annotated[str | None, typer.Option(help="What we offer")]
Agreed = Annotated[str | None, typer.Option(help="What both sides agree on")]
Quantity = Annotated[
    str | None,
    typer.Option("--quantity", "-n", metavar="INTEGER", help="How many; 1 for a new line"),
]
Price = Annotated[
    str | None, typer.Option(metavar="AMOUNT", help="Unit price; the offer's by default")
]
Recompute = Annotated[
    bool, typer.Option("--recompute", help="Make the amount the sum of the lines")
]


@options.adds_and_edits(competitor, "rival", 'Globex --strengths price --weaknesses "no service"')
def save_competitor(
    context: typer.Context,
    reference: Sale,
    name: Name,
    strengths: Strengths = None,
    weaknesses: Weaknesses = None,
) -> None:
    """Save what is known of a rival in this sale."""
    given = {"strengths": strengths, "weaknesses": weaknesses}
    options.save(context, "competitor", reference, name, given)


@options.adds_and_edits(condition, "condition", 'Discount --asked "15 %" --offered "8 %"')
def save_condition(
    context: typer.Context,
    reference: Sale,
    name: Name,
    asked: Asked = None,
    offered: Offered = None,
    agreed: Agreed = None,
) -> None:
    """Save how far a condition has been negotiated."""
    given = {"asked": asked, "offered": offered, "agreed": agreed}
    options.save(context, "condition", reference, name, given)


@options.adds_and_edits(line, "line for an offer", '"Standby generator" --quantity 2')
def save_line(
    context: typer.Context,
    reference: Sale,
    name: Name,
    quantity: Quantity = None,
    price: Price = None,
    recompute: Recompute = False,
) -> None:
    """Save quantity and price of an offer, known or new, in this sale."""
    given = {"quantity": quantity, "price": price}
    options.save(context, "line", reference, name, given, recomputes=recompute)


@competitor.command("remove", epilog=EPILOG)
def remove_competitor(context: typer.Context, reference: Sale, name: Name) -> None:
    """Remove a rival

    Example: sales opportunity competitor remove OPP-12 Globex
    """
    options.remove(context, "competitor", reference, name)


@condition.command("remove", epilog=EPILOG)
def remove_condition(context: typer.Context, reference: Sale, name: Name) -> None:
    """Remove a condition

    Example: sales opportunity condition remove OPP-12 Discount
    """
    options.remove(context, "condition", reference, name)


@line.command("remove", epilog=EPILOG)
def remove_line(
    context: typer.Context, reference: Sale, name: Name, recompute: Recompute = False
) -> None:
    """Remove an offer from the sale

    Example: sales opportunity line remove OPP-12 "Standby generator"
    """
    options.remove(context, "line", reference, name, recomputes=recompute)


@competitor.command("list", epilog=EPILOG)
def list_competitors(context: typer.Context, reference: Sale) -> None:
    """List the rivals in the sale

    Example: sales opportunity competitor list OPP-12
    """
    labels = {"name": "Competitor", "strengths": "Strengths", "weaknesses": "Weaknesses"}
    options.show_rows(context, "competitor", reference, labels)


@condition.command("list", epilog=EPILOG)
def list_conditions(context: typer.Context, reference: Sale) -> None:
    """List what is asked, offered and agreed

    Example: sales opportunity condition list OPP-12
    """
    labels = {"name": "Condition", "asked": "Asked", "offered": "Offered", "agreed": "Agreed"}
    options.show_rows(context, "condition", reference, labels)


@condition.command("log", epilog=EPILOG)
def log_conditions(context: typer.Context, reference: Sale) -> None:
    """Show every round of the talks: how each condition has stood, since when, and who wrote it

    Example: sales opportunity condition log OPP-12
    """
    from salescli.domain.moments import say_moment
    from salescli.services import text_history

    record, rounds = text_history.rounds(context.obj.unit, reference)
    output, now = context.obj.output, context.obj.now()
    if output.as_json:
        output.document({"opportunity": record.reference, "rounds": [r._asdict() for r in rounds]})
        return
    local = [one.at.astimezone(now.tzinfo) for one in rounds]
    output.table(
        ("Since", "Who", "Condition", "Asked", "Offered", "Agreed"),
        [
            (
                say_moment(at, now) if output.is_terminal else at.isoformat(),
                *(one.login, one.name + (" (removed)" if one.is_removed else "")),
                *(one.asked, one.offered, one.agreed),
            )
            for at, one in zip(local, rounds, strict=True)
        ],
        titles=("Since", "Condition"),
    )


@line.command("list", epilog=EPILOG)
def list_lines(context: typer.Context, reference: Sale) -> None:
    """List the offers in the sale

    Example: sales opportunity line list OPP-12
    """
    labels = {"name": "Offer", "quantity": "Quantity", "price": "Price", "sum": "Sum"}
    if context.obj.output.is_terminal:
        options.show_rows(context, "line", reference, labels, _for_people)
    else:
        options.show_rows(context, "line", reference, {**labels, "currency": "Currency"})


def _for_people(line: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a line with its amounts as people read them."""
    from salescli.domain.money import say_plain

    sums = {n: line[n] and say_plain(line[n], line["currency"]) for n in ("price", "sum")}
    return {**line, **sums}
