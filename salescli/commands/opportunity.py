"""`sales opportunity`: the records, their history, and what hangs on them."""

from typing import Annotated, Any

import typer

from salescli.commands.shared import completions
from salescli.commands.shared.catalog import EPILOG
from salescli.commands.shared.nouns import noun_app

app = noun_app("opportunity")
stakeholder = typer.Typer(no_args_is_help=True, help="People with a part in the sale")
competitor = typer.Typer(no_args_is_help=True, help="Rivals in the sale")
line = typer.Typer(no_args_is_help=True, help="Offers in the sale, with quantity and price")
app.add_typer(stakeholder, name="stakeholder")
app.add_typer(competitor, name="competitor")
app.add_typer(line, name="line")

Sale = Annotated[
    str, typer.Argument(metavar="REF", help="The opportunity", autocompletion=completions.sales)
]
Name = Annotated[str, typer.Argument(help="The name")]
Role = Annotated[str, typer.Option(help="Such as: decision maker, user, buyer")]
Influence = Annotated[int | None, typer.Option(metavar="1..5", help="How much they can move")]
Loyalty = Annotated[int | None, typer.Option(metavar="-2..2", help="From opponent to supporter")]
Motivation = Annotated[str, typer.Option(help="What moves them")]
Strengths = Annotated[str, typer.Option(help="Where they are strong")]
Weaknesses = Annotated[str, typer.Option(help="Where they are weak")]
Quantity = Annotated[int, typer.Option("--quantity", "-n", help="How many")]
Price = Annotated[str, typer.Option(metavar="AMOUNT", help="Unit price; the offer's by default")]


@app.command("history", epilog=EPILOG)
def show_history(context: typer.Context, reference: Sale) -> None:
    """Show stages, activities and notes of an opportunity in order

    Example: sales opportunity history acme
    """
    from salescli.domain.moments import say_moment
    from salescli.services import opportunities

    record, events = opportunities.history(context.obj.unit, reference)
    output = context.obj.output
    if output.as_json:
        output.document([event._asdict() | {"at": event.at.isoformat()} for event in events])
        return
    if output.is_terminal:
        output.line(f"{record.reference} {record.name}", style="bold")
    now = context.obj.now()
    local = [event.at.astimezone(now.tzinfo) for event in events]
    output.table(
        ("When", "Kind", "", "What", "State", "Who"),
        [
            (say_moment(at, now) if output.is_terminal else at.isoformat(), *tuple(event)[1:])
            for at, event in zip(local, events, strict=True)
        ],
    )


@stakeholder.command("add", epilog=EPILOG)
def add_stakeholder(
    context: typer.Context,
    reference: Sale,
    name: Name,
    role: Role = "",
    influence: Influence = None,
    loyalty: Loyalty = None,
    motivation: Motivation = "",
) -> None:
    """Add a contact, known or new, with their part in the sale

    Example: sales opportunity stakeholder add OPP-12 "Mia Ray" --role "decision maker"
    """
    from salescli.services import opportunities

    given = {"role": role, "influence": influence, "loyalty": loyalty, "motivation": motivation}
    told = opportunities.add_stakeholder(context.obj.unit, reference, name, **given)
    _tell(context, reference, told)


@stakeholder.command("edit", epilog=EPILOG)
def edit_stakeholder(
    context: typer.Context,
    reference: Sale,
    name: Name,
    role: Role = "",
    influence: Influence = None,
    loyalty: Loyalty = None,
    motivation: Motivation = "",
) -> None:
    """Change a stakeholder's part in the sale

    Example: sales opportunity stakeholder edit OPP-12 "Mia Ray" --influence 5 --loyalty 1
    """
    given = {"role": role, "influence": influence, "loyalty": loyalty, "motivation": motivation}
    _edit(context, "stakeholder", reference, name, given)


@stakeholder.command("remove", epilog=EPILOG)
def remove_stakeholder(context: typer.Context, reference: Sale, name: Name) -> None:
    """Remove a stakeholder; the contact stays

    Example: sales opportunity stakeholder remove OPP-12 "Mia Ray"
    """
    _remove(context, "stakeholder", reference, name)


@competitor.command("add", epilog=EPILOG)
def add_competitor(
    context: typer.Context,
    reference: Sale,
    name: Name,
    strengths: Strengths = "",
    weaknesses: Weaknesses = "",
) -> None:
    """Add a rival

    Example: sales opportunity competitor add OPP-12 Globex --strengths price
    """
    from salescli.services import opportunities

    given = {"strengths": strengths, "weaknesses": weaknesses}
    told = opportunities.add_competitor(context.obj.unit, reference, name, **given)
    _tell(context, reference, told)


@competitor.command("edit", epilog=EPILOG)
def edit_competitor(
    context: typer.Context,
    reference: Sale,
    name: Name,
    strengths: Strengths = "",
    weaknesses: Weaknesses = "",
) -> None:
    """Change what is known of a rival

    Example: sales opportunity competitor edit OPP-12 Globex --weaknesses "no service nearby"
    """
    given = {"strengths": strengths, "weaknesses": weaknesses}
    _edit(context, "competitor", reference, name, given)


@competitor.command("remove", epilog=EPILOG)
def remove_competitor(context: typer.Context, reference: Sale, name: Name) -> None:
    """Remove a rival

    Example: sales opportunity competitor remove OPP-12 Globex
    """
    _remove(context, "competitor", reference, name)


@line.command("add", epilog=EPILOG)
def add_line(
    context: typer.Context, reference: Sale, name: Name, quantity: Quantity = 1, price: Price = ""
) -> None:
    """Add an offer, known or new, to the sale

    Example: sales opportunity line add OPP-12 "Standby generator" --quantity 2
    """
    from salescli.services import opportunities

    told = opportunities.add_line(context.obj.unit, reference, name, quantity=quantity, price=price)
    _tell(context, reference, told)


@line.command("edit", epilog=EPILOG)
def edit_line(
    context: typer.Context, reference: Sale, name: Name, quantity: Quantity = 1, price: Price = ""
) -> None:
    """Change quantity and price of an offer in the sale

    Example: sales opportunity line edit OPP-12 "Standby generator" --quantity 3
    """
    _edit(context, "line", reference, name, {"quantity": quantity, "price": price})


@line.command("remove", epilog=EPILOG)
def remove_line(context: typer.Context, reference: Sale, name: Name) -> None:
    """Remove an offer from the sale

    Example: sales opportunity line remove OPP-12 "Standby generator"
    """
    _remove(context, "line", reference, name)


def _edit(
    context: typer.Context, kind: str, reference: str, name: str, given: dict[str, Any]
) -> None:
    from salescli.services import opportunities

    told = opportunities.edit_part(context.obj.unit, kind, reference, name, **given)
    _tell(context, reference, told)


def _remove(context: typer.Context, kind: str, reference: str, name: str) -> None:
    from salescli.services import opportunities

    _tell(context, reference, opportunities.remove_part(context.obj.unit, kind, reference, name))


def _tell(context: typer.Context, reference: str, told: list[str]) -> None:
    output = context.obj.output
    if output.as_json:
        output.document({"changed": told})
        return
    for sentence in told:
        output.line(sentence)
    output.line(f"Next: sales opportunity show {reference}")
