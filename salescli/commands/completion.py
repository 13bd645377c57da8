"""`sales completion`: the script that teaches a shell to complete commands and references."""

import sys
from typing import Annotated

import typer

SHELLS = ("bash", "zsh", "fish", "powershell")


def completion(
    shell: Annotated[str, typer.Argument(metavar="|".join(SHELLS), help="Your shell")],
) -> None:
    """Print the completion script of a shell

    Example: sales completion bash >> ~/.bashrc
    """
    from typer._completion_shared import get_completion_script

    from salescli.errors import NotFoundError

    if shell not in SHELLS:
        raise NotFoundError(
            f"There is no completion for `{shell}`",
            hint="there is one for " + ", ".join(f"`{name}`" for name in SHELLS),
        )
    script = get_completion_script(prog_name="sales", complete_var="_SALES_COMPLETE", shell=shell)
    sys.stdout.write(f"{script}\n")
