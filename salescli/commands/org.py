"""`sales org`: who reports to whom."""

import typer

from salescli.commands.shared.catalog import EPILOG

app = typer.Typer(add_completion=False, help="Show who reports to whom")


@app.callback()
def org() -> None:
    """Show who reports to whom"""


@app.command("tree", epilog=EPILOG)
def show_tree(context: typer.Context) -> None:
    """Show the users as a tree, each below the one they report to

    Example: sales org tree
    """
    from salescli.services import organization

    people = organization.tree(context.obj.unit)
    output = context.obj.output
    if output.as_json:
        output.document([person._asdict() for person in people])
        return
    for person in people:
        heads = f", head of {', '.join(person.heads)}" if person.heads else ""
        division = f" ({person.division})" if person.division else ""
        inactive = "" if person.is_active else ", not active"
        name = "" if person.name == person.login else f" {person.name}"
        output.line(f"{'  ' * person.depth}{person.login}{name}{division}{heads}{inactive}")
    if output.is_terminal:
        output.line("Next: sales user edit LOGIN --manager LOGIN")
