"""The user's editor: which one it is, what it left, and where a text goes that was refused."""

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from salescli.domain.text import shell_word
from salescli.errors import DecisionNeededError, SalesError, UsageError

if TYPE_CHECKING:
    from salescli.context import AppContext

OTHERWISE = "set EDITOR, or give --editor; or publish a file: sales process publish FILE"


class Attempt:
    """One attempt to publish what was edited."""

    is_done = False
    goes_on = False


def command(app: "AppContext", named: str, process: str) -> list[str]:
    """Return the words that start the editor.

    Raises:
        DecisionNeededError: nobody can edit: there is no terminal and no editor is named.
        UsageError: the words cannot be read.
    """
    if app.no_input:
        raise DecisionNeededError(
            "No editor is opened with --no-input",
            hint=f"write its text to a file: `sales process show {process} --source`;"
            " publish that: `sales process publish FILE`",
        )
    text = named or os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    if not text.strip() and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise DecisionNeededError(
            "There is no terminal for an editor, and no editor is named", hint=OTHERWISE
        )
    try:
        return shlex.split(text) or ["vi"]
    except ValueError:
        raise UsageError(f"The editor `{text}` has an open quote", hint=OTHERWISE) from None


def edited(words: list[str], text: str, name: str) -> str:
    """Return a text as the editor left it.

    Raises:
        UsageError: the editor cannot be started, fails, or leaves no text in UTF-8.
    """
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8")
        try:
            code = subprocess.run([*words, str(path)], check=False).returncode  # noqa: S603 - the user's own editor
        except OSError as error:
            reason = error.strerror or str(error)
            raise UsageError(
                f"The editor `{words[0]}` cannot be started: {reason}", hint=OTHERWISE
            ) from None
        if code != 0:
            raise UsageError(
                f"The editor `{words[0]}` ended with {code}, so nothing was published",
                hint=OTHERWISE,
            )
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise UsageError(
                f"The editor `{words[0]}` left no text in UTF-8", hint=OTHERWISE
            ) from None


def edited_again(words: list[str], text: str, source: str, process: str) -> str:
    """Return a text as the editor left it; where it fails, what was written before is kept."""
    try:
        return edited(words, text, f"{process}.toml")
    except UsageError as refusal:
        if text != source:
            refusal.hint = f"{refusal.hint}; your text is in `{keep(text, process)}`"
        raise


@contextmanager
def keeping(app: "AppContext", text: str, process: str) -> Iterator[Attempt]:
    """Try to publish a text: after a refusal a person may go on editing, else it is kept."""
    attempt = Attempt()
    try:
        yield attempt
    except (typer.Abort, KeyboardInterrupt):
        app.output.line(f"Your text is in `{keep(text, process)}`")
        raise
    except SalesError as refusal:
        attempt.goes_on = app.is_interactive and _goes_on(refusal)
        if not attempt.goes_on:
            place = keep(text, process)
            refusal.hint = (
                f"{refusal.hint}; your text is in `{place}`, publish it when it is mended:"
                f" sales process publish {shell_word(place)}"
            )
            raise
        return
    if not attempt.is_done:
        app.output.line(f"Your text is in `{keep(text, process)}`")


def _goes_on(refusal: SalesError) -> bool:
    """Tell a refusal and ask whether to go on; an interrupt means no."""
    from salescli import diagnostics

    diagnostics.error(refusal)
    try:
        return typer.confirm("Go on editing?", default=True)
    except typer.Abort:
        return False


def keep(text: str, process: str) -> str:
    """Write a text into a file that was not there before, here or in the home folder."""
    for folder in (Path(), Path.home()):
        for number in range(1, 1000):
            path = folder / (f"{process}.toml" if number == 1 else f"{process}-{number}.toml")
            try:
                with path.open("x", encoding="utf-8") as file:
                    file.write(text)
            except FileExistsError:
                continue
            except OSError:
                break
            return str(path)
    raise UsageError("The edited text cannot be kept in a file", hint="free some space") from None
