"""`sales opportunity`: the records, their history, and what hangs on them."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import typer

from salescli.commands.shared import completions
from salescli.commands.shared.catalog import EPILOG
from salescli.commands.shared.nouns import noun_app

app = noun_app("opportunity")
stakeholder = typer.Typer(name="stakeholder", help="People with a part in the sale")
competitor = typer.Typer(name="competitor", help="Rivals in the sale")
line = typer.Typer(name="line", help="Offers in the sale, with quantity and price")
app.add_typer(stakeholder)
app.add_typer(competitor)
app.add_typer(line)

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
Quantity = Annotated[
    int | None, typer.Option("--quantity", "-n", help="How many; 1 for a new line")
]
Price = Annotated[str, typer.Option(metavar="AMOUNT", help="Unit price; the offer's by default")]


Saves = TypeVar("Saves", bound=Callable[..., None])


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
        titles=("", "What"),
    )


def _adds_and_edits(part: typer.Typer, noun: str, options: str) -> Callable[[Saves], Saves]:
    """Register a command as `add` and as `edit`; `edit` wants one that is there already."""

    def register(save: Saves) -> Saves:
        for verb, line in (("add", f"Add a {noun}, or change it"), ("edit", f"Change a {noun}")):
            example = f"sales opportunity {part.info.name} {verb} OPP-12 {options}"
            part.command(verb, epilog=EPILOG, help=f"{line}\n\nExample: {example}")(save)
        return save

    return register


@_adds_and_edits(stakeholder, "stakeholder", '"Mia Ray" --role "decision maker" --influence 5')
def save_stakeholder(
    context: typer.Context,
    reference: Sale,
    name: Name,
    role: Role = "",
    influence: Influence = None,
    loyalty: Loyalty = None,
    motivation: Motivation = "",
) -> None:
    """Save what is known of a contact, known or new, in this sale."""
    given = {"role": role, "influence": influence, "loyalty": loyalty, "motivation": motivation}
    _save(context, "stakeholder", reference, name, given)


@_adds_and_edits(competitor, "rival", 'Globex --strengths price --weaknesses "no service"')
def save_competitor(
    context: typer.Context,
    reference: Sale,
    name: Name,
    strengths: Strengths = "",
    weaknesses: Weaknesses = "",
) -> None:
    """Save what is known of a rival in this sale."""
    given = {"strengths": strengths, "weaknesses": weaknesses}
    _save(context, "competitor", reference, name, given)


@_adds_and_edits(line, "line for an offer", '"Standby generator" --quantity 2')
def save_line(
    context: typer.Context,
    reference: Sale,
    name: Name,
    quantity: Quantity = None,
    price: Price = "",
) -> None:
    """Save quantity and price of an offer, known or new, in this sale."""
    _save(context, "line", reference, name, {"quantity": quantity, "price": price})


@stakeholder.command("remove", epilog=EPILOG)
def remove_stakeholder(context: typer.Context, reference: Sale, name: Name) -> None:
    """Remove a stakeholder; the contact stays

    Example: sales opportunity stakeholder remove OPP-12 "Mia Ray"
    """
    _remove(context, "stakeholder", reference, name)


@competitor.command("remove", epilog=EPILOG)
def remove_competitor(context: typer.Context, reference: Sale, name: Name) -> None:
    """Remove a rival

    Example: sales opportunity competitor remove OPP-12 Globex
    """
    _remove(context, "competitor", reference, name)


@line.command("remove", epilog=EPILOG)
def remove_line(context: typer.Context, reference: Sale, name: Name) -> None:
    """Remove an offer from the sale

    Example: sales opportunity line remove OPP-12 "Standby generator"
    """
    _remove(context, "line", reference, name)


def _save(
    context: typer.Context, kind: str, reference: str, name: str, given: dict[str, Any]
) -> None:
    from salescli.services import opportunities

    is_new = context.info_name == "add"
    save = opportunities.save_part
    told = save(context.obj.unit, kind, reference, name, given, must_exist=not is_new)
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
