"""`sales view`: lists that are kept under a name."""

from typing import Annotated

import typer

from salescli.commands.shared import completions
from salescli.commands.shared.catalog import EPILOG
from salescli.commands.shared.options import Limit, Where, asked_by

app = typer.Typer(add_completion=False, help="Save, list, run and remove views")

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Its name", autocompletion=completions.views)
]


@app.command("list", epilog=EPILOG)
def list_views(context: typer.Context) -> None:
    """List my views

    Example: sales view list
    """
    from salescli.services import filters

    found = filters.list_views(context.obj.unit)
    output = context.obj.output
    if output.as_json:
        keys = ("name", "noun", "condition")
        output.document([{key: getattr(view, key) for key in keys} for view in found])
    elif found or not output.is_terminal:
        rows = [(view.name, view.noun, view.condition) for view in found]
        output.table(("View", "Of", "Condition"), rows)
    else:
        output.line("You have saved no view. Save one: sales view save NAME --where CONDITION")


@app.command("run", epilog=EPILOG)
def run_view(context: typer.Context, name: Name, limit: Limit = None) -> None:
    """List what a view selects now

    Example: sales view run waiting
    """
    from salescli.commands.shared import planned, tables
    from salescli.services import filters

    view = filters.view_named(context.obj.unit, name)
    if view.noun == "activity":
        planned.list_activities(context.obj, limit=limit, view=view.name)
    else:
        tables.list_records(context.obj, view.noun, limit=limit, view=view.name)


@app.command("save", epilog=EPILOG)
def save_view(
    context: typer.Context,
    name: Name,
    where: Where = None,
    noun: Annotated[
        str, typer.Option("--noun", metavar="NOUN", help="What it lists")
    ] = "opportunity",
) -> None:
    """Keep a condition under a name; an older one of that name is replaced

    Example: sales view save stuck --where "owner = me and state = open and stage_age > 30"
    """
    from salescli.domain.text import shell_word
    from salescli.services import filters

    view, is_new = filters.save_view(context.obj.unit, name, noun, asked_by(where))
    verb = "Saved" if is_new else "Changed"
    following = f"sales view run {shell_word(view.name)}"
    context.obj.output.changed([f"{verb} the view `{view.name}`"], following)


@app.command("remove", epilog=EPILOG)
def remove_view(context: typer.Context, name: Name) -> None:
    """Remove a view; what it lists stays

    Example: sales view remove stuck
    """
    from salescli.services import filters

    view = filters.remove_view(context.obj.unit, name)
    context.obj.output.changed([f"Removed the view `{view.name}`"], "sales undo, to have it back")
