"""New processes and new versions: from a file, from another process, from an editor."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from salescli.commands.process.options import Division, ForDivision, Process, Yes

if TYPE_CHECKING:
    from salescli.context import AppContext
    from salescli.services.publishing import Publication


class _Text(NamedTuple):
    """A text to publish, what it is called in messages, and for whom it is."""

    source: str
    name: str
    division: str = ""
    seen: int | None = None
    is_new: bool = False


def add_process(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A definition in TOML")
    ] = None,
    name: Annotated[
        str,
        typer.Option("--name", help="What it is called; without a file, a small one to begin with"),
    ] = "",
    yes: Yes = False,
) -> None:
    """Add a process of your own: from a file, or a small sound one under a name

    Examples: sales process add mine.toml; sales process add --name "Service contract"
    """
    from salescli.errors import UsageError
    from salescli.services import definitions, process_texts

    if file is None and not name:
        raise UsageError(
            "A file or a name is needed", hint='sales process add --name "Service contract"'
        )
    if file is None:
        source, called = process_texts.skeleton(name), "the new process"
    else:
        source, called = definitions.read(file)[0], file.name
        source = process_texts.renamed(source, name) if name else source
    _publish(context.obj, _Text(source, called, is_new=True), yes=yes)


def copy_process(
    context: typer.Context,
    name: Process,
    new_name: Annotated[str, typer.Argument(metavar="NEW-NAME", help="What the copy is called")],
) -> None:
    """Copy a process, as version 1 of one with a name of its own

    Example: sales process copy corporate-sale "Key accounts"
    """
    from salescli.services import process_texts

    done = process_texts.copy(context.obj.unit, name, new_name)
    output = context.obj.output
    if output.as_json:
        output.document(done._asdict())
        return
    output.line(f"Published version {done.revision} of `{done.process}`")
    output.line(f"Next: sales process edit {done.process}")


def edit_process(
    context: typer.Context,
    name: Process,
    editor: Annotated[
        str, typer.Option("--editor", help="The editor; otherwise $VISUAL, $EDITOR or vi")
    ] = "",
    division: Division = "",
    yes: Yes = False,
) -> None:
    """Edit a process in your editor, and publish it as the next version

    Examples: sales process edit corporate-sale; sales process edit corporate-sale --editor nano

    A text with problems is not published: they are told with their lines, and you can go on
    editing. Elsewhere than on a terminal the text is kept in a file.
    """
    from salescli.commands.process import editor as editors
    from salescli.services import process_log, publishing

    app: AppContext = context.obj
    process, seen, source = process_log.newest_text(app.unit, name, division=division)
    command = editors.command(app, editor, process)
    text = source
    while True:
        text = editors.edited_again(command, text, source, process)
        if text == source:
            _tell_unchanged(app, publishing.Publication(process, seen, division))
            return
        with editors.keeping(app, text, process) as attempt:
            publishing.require_id(text, process, process)
            meant = _Text(text, process, division, seen)
            attempt.is_done = _publish(app, meant, yes=yes)
        if not attempt.goes_on:
            return


def _tell_unchanged(app: "AppContext", unchanged: "Publication") -> None:
    if app.output.as_json:
        app.output.document(unchanged._asdict() | {"standing": {}, "is_published": False})
    else:
        app.output.line("Nothing was changed, so nothing was published.")


def publish_process(
    context: typer.Context,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A definition in TOML; its NAME with --shipped")
    ],
    division: ForDivision = "",
    shipped: Annotated[
        bool, typer.Option("--shipped", help="Publish the text that the program ships")
    ] = False,
    yes: Yes = False,
) -> None:
    """Publish a definition file as the newest version of its process

    Examples: sales process publish mine.toml; sales process publish mine.toml --division west

    Running sales keep the version that their current stage began with, and take the new one when
    they enter their next stage.
    """
    from salescli.services import definitions, process_texts

    if shipped:
        source, name = process_texts.shipped_text(context.obj.unit, file), file
    else:
        source, name = definitions.read(Path(file))[0], Path(file).name
    _publish(context.obj, _Text(source, name, division), yes=yes)


def _publish(app: "AppContext", text: _Text, *, yes: bool) -> bool:
    """Ask, publish and tell; return whether it was meant."""
    from salescli.diagnostics import warning
    from salescli.domain.text import shell_word
    from salescli.services import publishing

    output = app.output
    standing = publishing.standing(app.unit, text.source, text.name, division=text.division)
    asks = bool(standing) and app.is_interactive and not yes
    if asks:
        for stage, count in standing.items():
            output.line(f"  {count} running in {stage}")
        if not typer.confirm("Publish it?"):
            output.line("Nothing was published.")
            return False
    done = publishing.publish(
        app.unit,
        text.source,
        text.name,
        division=text.division,
        seen=text.seen,
        is_new=text.is_new,
    )
    for sentence in done.warnings:
        warning(sentence)
    if output.as_json:
        output.document(done._asdict() | {"standing": standing, "is_published": True})
        return True
    whose = f" for `{done.division}`" if done.division else ""
    output.line(f"Published version {done.revision} of `{done.process}`{whose}")
    for stage, count in standing.items() if not asks else ():
        output.line(f"  {count} running in {stage}")
    if standing:
        output.line(f"Next: sales process migrate {done.process}")
    else:
        option = f" --division {shell_word(done.division)}" if done.division else ""
        output.line(f"Next: sales process show {done.process}{option}")
    return True
