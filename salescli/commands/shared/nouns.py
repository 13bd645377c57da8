"""Builds `list`, `show`, `add`, `edit` and `remove` of a noun from the list of its fields."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from salescli.commands.shared import completions
from salescli.commands.shared.catalog import EPILOG
from salescli.commands.shared.options import IfVersion, Limit, ShowAll, View, Where, asked_by
from salescli.domain.fields import NOUNS, Field

PLURALS = {"opportunity": "opportunities"}


def noun_app(noun: str, *, removable: bool = False) -> typer.Typer:
    """Return the commands of one noun."""
    plural = PLURALS.get(noun, f"{noun}s")
    app = typer.Typer(add_completion=False, help=f"List, show, add and edit {plural}")
    app.command("list", epilog=EPILOG, help=_help(f"List {plural}", f"sales {noun} list"))(
        _list(noun)
    )
    app.command("show", epilog=EPILOG, help=_help(f"Show {_a(noun)}", f"sales {noun} show REF"))(
        _show(noun)
    )
    example = f'sales {noun} add "NAME" --{_first_option(noun)} ...'
    app.command("add", epilog=EPILOG, help=_help(f"Add {_a(noun)}", example))(_add(noun))
    example = f"sales {noun} edit REF --{_first_option(noun)} ..."
    app.command("edit", epilog=EPILOG, help=_help(f"Change {_a(noun)}", example))(_edit(noun))
    if removable:
        example = f"sales {noun} remove NAME"
        app.command("remove", epilog=EPILOG, help=_help(f"Remove {_a(noun)}", example))(
            _remove(noun)
        )
    return app


def _list(noun: str) -> Callable[..., None]:
    def list_records(
        context: typer.Context,
        everything: ShowAll = False,
        limit: Limit = None,
        where: Where = None,
        view: View = "",
    ) -> None:
        from salescli.commands.shared import tables

        asked = asked_by(where)
        tables.list_records(
            context.obj, noun, everything=everything, limit=limit, asked=asked, view=view
        )

    return list_records


def _show(noun: str) -> Callable[..., None]:
    def show_record(context: typer.Context, reference: _reference(noun)) -> None:  # type: ignore[valid-type]  # made for the noun
        from salescli.commands.shared import tables
        from salescli.services import listed

        record = listed.show(context.obj.unit, noun, reference)
        tables.show_record(context.obj, record)

    return show_record


def _add(noun: str) -> Callable[..., None]:
    name = inspect.Parameter(
        "name",
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        annotation=Annotated[str, typer.Argument(help=f"What the {noun} is called")],
    )

    def add_record(context: typer.Context, name: str, **given: Any) -> None:
        from salescli.commands.shared import tables
        from salescli.services import records

        record, told = records.add(context.obj.unit, noun, name, _assignments(given))
        tables.show_change(context.obj, f"Added {noun} `{record.reference}`", record, told)

    return _with_options(add_record, noun, name, skipped={"name", "login"} - _second_name(noun))


def _edit(noun: str) -> Callable[..., None]:
    reference = inspect.Parameter(
        "reference", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=_reference(noun)
    )

    def edit_record(context: typer.Context, reference: str, **given: Any) -> None:
        from salescli.commands.shared import tables
        from salescli.services import records

        version = given.pop("if_version", None)
        sets = _assignments(given)
        record, told = records.edit(context.obj.unit, noun, reference, sets, if_version=version)
        tables.show_change(context.obj, f"Changed {noun} `{record.reference}`", record, told)

    version = _keyword("if_version", IfVersion, None)
    return _with_options(edit_record, noun, reference, version, skipped={"login"})


def _remove(noun: str) -> Callable[..., None]:
    def remove_record(context: typer.Context, reference: _reference(noun)) -> None:  # type: ignore[valid-type]  # made for the noun
        from salescli.services import records

        sentence = records.remove(context.obj.unit, noun, reference)
        context.obj.output.changed([sentence], "sales undo, to have it back")

    return remove_record


def _with_options(
    command: Callable[..., None],
    noun: str,
    first: inspect.Parameter,
    *others: inspect.Parameter,
    skipped: set[str],
) -> Callable[..., None]:
    """Give a command one option for each field of the noun, beside `--set FIELD=VALUE`."""
    fields = [field for field in NOUNS[noun] if field.name not in skipped]
    parameters = [_context_parameter(), first, *(_option(field) for field in fields)]
    assignments = Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Fill a field; repeat it for more"),
    ]
    parameters += [_keyword("assignments", assignments, None), *others]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # typer reads it
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    return command


def _option(field: Field) -> inspect.Parameter:
    metavar = "|".join(field.options) if field.options else field.kind.upper().replace(" ", "-")
    flag = f"--{field.name.replace('_', '-')}"
    annotation = Annotated[str | None, typer.Option(flag, metavar=metavar, help=field.label)]
    return _keyword(f"field_{field.name}", annotation, None)


def _keyword(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default
    )


def _context_parameter() -> inspect.Parameter:
    return inspect.Parameter(
        "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )


def _assignments(given: dict[str, Any]) -> list[str]:
    sets = list(given.pop("assignments", None) or ())
    named = ((name.removeprefix("field_"), text) for name, text in given.items())
    return [*sets, *(f"{name}={text}" for name, text in named if text is not None)]


def _reference(noun: str) -> Any:
    return Annotated[
        str,
        typer.Argument(
            metavar="REF",
            help="Its handle, number or name",
            autocompletion=completions.records(noun),
        ),
    ]


def _second_name(noun: str) -> set[str]:
    """A user is added by login and has a name beside it."""
    return {"name"} if noun == "user" else set()


def _first_option(noun: str) -> str:
    named = next(f for f in NOUNS[noun] if f.name not in {"name", "login"})
    return named.name.replace("_", "-")


def _help(line: str, example: str) -> str:
    return f"{line}\n\nExample: {example}"


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" and noun != "user" else f"a {noun}"
