"""Commands of one's own on keys: lines of the shell in the table `[commands]` of `keys.toml`."""

from collections.abc import Mapping
from typing import Any

from textual.app import App
from textual.binding import Binding

from salescli.domain.text import clean
from salescli.errors import UsageError
from salescli.tui.keys import keymap
from salescli.tui.lines import shell

TABLE = keymap.COMMANDS

HINT = 'write lines such as: "ctrl+g" = "stage . proposal"'


def read(table: Any, keys: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return key -> line, and what is wrong; `keys` are those that the board's own doings have.

    Wrong is a key that is none or has another use, and a line that cannot be run.
    """
    if not isinstance(table, dict):
        return {}, [f"`{TABLE}` is no table: begin it with [{TABLE}]"]
    taken = _taken(keys) if table else {}
    commands: dict[str, str] = {}
    wrong: list[str] = []
    for written, line in table.items():
        key, text = _key(written), clean(line).strip(": ") if isinstance(line, str) else ""
        if problem := _problem(key, text, taken):
            wrong.append(f"`{clean(written)}`: {problem}")
        else:
            commands[key] = text
            taken[key] = [f"`{text}`"]
    return commands, wrong


def _problem(key: str, text: str, taken: Mapping[str, list[str]]) -> str:
    """Return what is wrong with a line of the table, or an empty text."""
    if not key:
        return "there is no such key"
    if key in taken:
        return f"it already means {', '.join(taken[key])}"
    if not text:
        return "it has no command"
    try:
        shell.words_of(text)
    except UsageError as refusal:
        return refusal.message
    return ""


def _key(written: str) -> str:
    """Return the name of a key as the library calls it; empty where there is none."""
    if "," in written or not keymap.is_key(written.strip()):
        return ""
    (binding,) = Binding.make_bindings([Binding(written.strip(), "")])
    return binding.key


def _taken(keys: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the keys that act anywhere on the board, and the names of what they do, in order."""
    toolkit = [one for one in App.BINDINGS if isinstance(one, Binding)]
    palette = Binding(App.COMMAND_PALETTE_BINDING, "command_palette", "the palette")
    taken: dict[str, list[str]] = {}
    for binding in (*toolkit, palette, *keymap.bindings()):
        name = binding.id or binding.tooltip or binding.description
        written = keys.get(binding.id or "", binding.key)
        for one in Binding.make_bindings([Binding(written, "")]):
            taken.setdefault(one.key, []).append(f"`{name}`")
    return {key: list(dict.fromkeys(names)) for key, names in taken.items()}
