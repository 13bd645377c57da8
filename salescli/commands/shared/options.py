"""Arguments and options that several commands share."""

from collections.abc import Sequence
from typing import Annotated

import typer

from salescli.commands.shared import completions
from salescli.commands.shared.catalog import MOST

ReferenceText = Annotated[
    str,
    typer.Argument(
        metavar="REF",
        help="A handle (`OPP-12`, `ACT-31`, `RUN-3`) or words of an account's or sale's name",
        autocompletion=completions.sales,
    ),
]
Assignments = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="FIELD=VALUE", help="Fill a field; repeat it for more"),
]
NextStage = Annotated[
    str,
    typer.Option("--next", metavar="STAGE", help="Go on to this stage when the current one ends"),
]
Limit = Annotated[
    int | None,
    typer.Option("--limit", "-n", min=0, max=MOST, help="List so many; 0 for all, as in a pipe"),
]
ShowAll = Annotated[bool, typer.Option("--all", "-a", help="Everybody's, and closed ones too")]
Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="CONDITION",
        help="Those that meet a condition, such as: stage = proposal and amount > 5000; repeat it"
        " for those that meet each",
    ),
]
View = Annotated[
    str,
    typer.Option(
        "--view",
        metavar="NAME",
        help="Those of a view that `sales view save` keeps",
        autocompletion=completions.views,
    ),
]
FromFile = Annotated[
    str,
    typer.Option(
        "--file",
        metavar="FILE",
        help="Those of a CSV file with a header: reference, and what is to be set; - is stdin",
    ),
]
OnError = Annotated[
    str,
    typer.Option(
        "--on-error",
        metavar="stop|continue",
        help="At a refusal take all back (stop, the default), or do the other rows",
    ),
]
BatchId = Annotated[
    str, typer.Option("--batch-id", metavar="ID", help="A name that makes a repeat do nothing")
]
Yes = Annotated[
    bool, typer.Option("--yes", "-y", help="Change more than ten records without a question")
]
Explain = Annotated[
    bool,
    typer.Option("--explain", help="Tell each figure's formula, source and number of records"),
]
IfStep = Annotated[
    str,
    typer.Option(
        "--if-step",
        metavar="STEP",
        help="Only while the sale stands on that step: its id, or the `place` that --json tells",
    ),
]
IfVersion = Annotated[
    int | None,
    typer.Option("--if-version", metavar="N", help="Only while it has the version of --json"),
]
Reason = Annotated[str, typer.Option("--reason", help="Why, in a few words")]


def asked_by(where: Sequence[str] | None) -> str:
    """Return the one condition that all of --where make; empty where there is none."""
    if not where:
        return ""
    from salescli.domain.process.condition import joined

    return joined(where)
