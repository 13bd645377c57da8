"""`sales opportunity stakeholder`: who has a part in the sale, and what they think of it."""

from typing import Annotated

import typer

from salescli.commands.opportunity import options
from salescli.commands.opportunity.options import Name, Sale
from salescli.commands.shared.catalog import EPILOG

stakeholder = typer.Typer(name="stakeholder", help="People with a part in the sale")

People = Annotated[
    str, typer.Argument(help="The name, or several: 'Mia Ray (decision maker), Tom Fox'")
]
Role = Annotated[str | None, typer.Option(help="Such as: decision maker, user, buyer")]
Influence = Annotated[str | None, typer.Option(metavar="1..5", help="How much they can move")]
Loyalty = Annotated[
    str | None,
    typer.Option(metavar="-2..2", help="On which side: also opponent, neutral or supporter"),
]
Motivation = Annotated[
    list[str] | None, typer.Option(help="What moves them; repeat it for more", metavar="TEXT")
]


@options.adds_and_edits(stakeholder, "stakeholder", '"Mia Ray" --role "decision maker"')
def save_stakeholder(
    context: typer.Context,
    reference: Sale,
    name: People,
    role: Role = None,
    influence: Influence = None,
    loyalty: Loyalty = None,
    motivation: Motivation = None,
) -> None:
    """Save what is known of a contact, known or new, in this sale."""
    from salescli.domain.stakeholder import one_text

    motives = None if motivation is None else one_text(motivation)
    given = {"role": role, "influence": influence, "loyalty": loyalty, "motivation": motives}
    options.save(context, "stakeholder", reference, name, given)


@stakeholder.command("remove", epilog=EPILOG)
def remove_stakeholder(context: typer.Context, reference: Sale, name: Name) -> None:
    """Remove a stakeholder; the contact stays

    Example: sales opportunity stakeholder remove OPP-12 "Mia Ray"
    """
    options.remove(context, "stakeholder", reference, name)


@stakeholder.command("list", epilog=EPILOG)
def list_stakeholders(context: typer.Context, reference: Sale) -> None:
    """List who has a part in the sale, by influence x loyalty; warn when nobody decides

    Example: sales opportunity stakeholder list OPP-12
    """
    from salescli.diagnostics import warning
    from salescli.domain.stakeholder import say_loyalty
    from salescli.services import sale_parts

    entries, flag = sale_parts.listing(context.obj.unit, "stakeholder", reference)
    output = context.obj.output
    if output.as_json:
        output.document({"stakeholders": entries, "red_flags": [flag] if flag else []})
        return
    output.table(
        ("Stakeholder", "Role", "Influence", "Loyalty", "Weight", "Motivation"),
        [
            (
                entry["name"],
                entry["role"],
                entry["influence"],
                *(
                    None if n is None else say_loyalty(n)
                    for n in (entry["loyalty"], entry["weight"])
                ),
                "; ".join(entry["motives"]),
            )
            for entry in entries
        ],
    )
    if flag:
        warning(flag)
