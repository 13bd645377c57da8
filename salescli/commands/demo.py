"""`sales demo`: a store with a made-up team, apart from the user's own."""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="Where; beside your store if you do not say"),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Make it anew if it is there")] = False,
) -> None:
    """Make a store with a made-up team and its sales, and tell how to close a sale in it

    Example: sales demo

    Your own store is neither read nor changed.
    """
    from salescli.domain.text import shell_word
    from salescli.services import demo as service

    app = context.obj
    home = (folder or service.home_beside(app.home)).absolute()
    made = service.make(home, app.now, service.seller(), anew=again, is_rehearsal=app.dry_run)
    start = f"sales run-process {service.PROCESS} --account {shell_word(made.account)}"
    output = app.output
    if output.as_json:
        output.document(
            {"home": str(home), "is_new": made.is_new, "account": made.account}
            | {"facts": dict(made.facts), "next_command": start}
        )
        return
    if not made.is_new:
        output.line("The demo store is there already, with whatever was done in it:")
        output.source(f"  export SALES_HOME={shell_word(str(home))}\n")
        output.line("Next: sales; or begin it again: sales demo --again")
        return
    output.line("Made a demo store:")
    output.source(f"  {home}\n")
    output.line()
    output.line(f"{made.account} has called. What they tell you when you ask:", style="bold")
    output.table(("Field", "What they say"), [(name, text) for name, text in made.facts.items()])
    output.line()
    output.line("Work in it from this shell, then start their sale and follow each `Next:` line:")
    output.source(f"  export SALES_HOME={shell_word(str(home))}\n")
    output.line(f"Next: {start}")
