"""What the commands about parts of an opportunity share: their arguments, and how they answer."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

import typer

from salescli.commands.shared import completions
from salescli.commands.shared.catalog import EPILOG

Sale = Annotated[
    str, typer.Argument(metavar="REF", help="The opportunity", autocompletion=completions.sales)
]
Name = Annotated[str, typer.Argument(help="The name")]

Saves = TypeVar("Saves", bound=Callable[..., None])


def adds_and_edits(part: typer.Typer, noun: str, options: str) -> Callable[[Saves], Saves]:
    """Register a command as `add` and as `edit`; `edit` wants one that is there already."""

    def register(save: Saves) -> Saves:
        for verb, line in (("add", f"Add a {noun}, or change it"), ("edit", f"Change a {noun}")):
            example = f"sales opportunity {part.info.name} {verb} OPP-12 {options}"
            part.command(verb, epilog=EPILOG, help=f"{line}\n\nExample: {example}")(save)
        return save

    return register


def save(
    context: typer.Context,
    kind: str,
    reference: str,
    name: str,
    given: Mapping[str, str | None],
    *,
    recomputes: bool = False,
) -> None:
    """Save a part under the verb that was typed, and answer."""
    from salescli.domain.text import shell_word
    from salescli.services import sale_parts

    told = sale_parts.save(
        context.obj.unit,
        kind,
        reference,
        name,
        given,
        must_exist=context.info_name != "add",
        recomputes=recomputes,
    )
    context.obj.output.changed(told, f"sales opportunity {kind} list {shell_word(reference)}")


def remove(
    context: typer.Context, kind: str, reference: str, name: str, *, recomputes: bool = False
) -> None:
    """Remove a part, and answer."""
    from salescli.domain.text import shell_word
    from salescli.services import sale_parts

    told = sale_parts.remove(context.obj.unit, kind, reference, name, recomputes=recomputes)
    context.obj.output.changed(told, f"sales opportunity {kind} list {shell_word(reference)}")


def show_rows(
    context: typer.Context,
    kind: str,
    reference: str,
    labels: Mapping[str, str],
    told: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict,
) -> None:
    """Show the parts of one kind; `labels` are detail -> the column's label.

    `told` makes of a part what a table shows of it.
    """
    from salescli.services import sale_parts

    entries, _flag = sale_parts.listing(context.obj.unit, kind, reference)
    output = context.obj.output
    if output.as_json:
        output.document(entries)
        return
    rows = [[shown[detail] for detail in labels] for shown in map(told, entries)]
    output.table(tuple(labels.values()), rows)
