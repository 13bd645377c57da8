"""Arguments and options of the commands on processes."""

from pathlib import Path
from typing import Annotated

import typer

from salescli.commands.shared import completions
from salescli.commands.shared.catalog import MOST

Process = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="The process, in any spelling", autocompletion=completions.processes
    ),
]
DefinitionFile = Annotated[Path, typer.Argument(metavar="FILE", help="A definition in TOML")]
Division = Annotated[str, typer.Option("--division", help="The version of this division")]
ForDivision = Annotated[
    str, typer.Option("--division", help="For the sales of this division's owners only")
]
Version = Annotated[
    int | None,
    typer.Option("--version", min=1, max=MOST, metavar="N", help="The version of this number"),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask")]
