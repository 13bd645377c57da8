"""`sales config`: the few settings."""

from typing import Annotated

import typer


def config(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="The setting; none shows them all")] = "",
    value: Annotated[str, typer.Argument(help="Its new value")] = "",
) -> None:
    """Show the settings, one of them, or set one

    Examples: sales config; sales config me ana; sales config currency EUR; sales config hints off
    """
    from salescli.services import configuration

    output = context.obj.output
    if not key:
        settings = configuration.everything(context.obj.unit)
        if output.as_json:
            output.document({entry.name: entry.value for entry in settings})
            return
        output.table(("Setting", "Value", "Meaning"), [tuple(entry) for entry in settings])
        return
    if not value:
        shown = configuration.value(context.obj.unit, key)
        output.document({key: shown}) if output.as_json else output.line(shown)
        return
    stored = configuration.change(context.obj.unit, key, value)
    if output.as_json:
        output.document({"changed": [f"{key} = {stored}"]})
        return
    output.line(f"`{key}` is `{stored}` now")
    output.line("Next: sales config")
