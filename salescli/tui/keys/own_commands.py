"""Commands of one's own on keys: lines of the shell in the table `[commands]` of `keys.toml`."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual.app import App
from textual.binding import Binding

from salescli.domain.text import clean
from salescli.errors import UsageError
from salescli.tui.keys import keymap
from salescli.tui.lines import shell

TABLE = keymap.COMMANDS

_HINT = 'write lines such as: "ctrl+g" = "stage . proposal"'


def read(path: Path, keys: Mapping[str, str]) -> dict[str, str]:
    """Return key -> line; `keys` are those that the file gives what the board can do.

    Raises:
        UsageError: a key is none or has another use, or a line cannot be run.
    """
    table = tomllib.loads(path.read_text(encoding="utf-8")).get(TABLE, {})
    if not isinstance(table, dict):
        raise UsageError(f"{path.name}: `{TABLE}` is no table", hint=f"begin it with [{TABLE}]")
    taken = _taken(keys)
    commands: dict[str, str] = {}
    for written, line in table.items():
        key = _read_key(path, written)
        if key in taken:
            raise UsageError(
                f"{path.name}: `{clean(written)}` already means {', '.join(taken[key])}",
                hint="give the command another key",
            )
        commands[key] = _read_line(path, written, line)
        taken[key] = [f"`{commands[key]}`"]
    return commands


def _read_key(path: Path, written: str) -> str:
    if "," in written or not keymap.is_key(written.strip()):
        raise UsageError(f"{path.name}: there is no key `{clean(written)}`", hint=_HINT)
    (binding,) = Binding.make_bindings([Binding(written.strip(), "")])
    return binding.key


def _read_line(path: Path, written: str, line: Any) -> str:
    text = clean(line).strip(": ") if isinstance(line, str) else ""
    if not text:
        raise UsageError(f"{path.name}: `{clean(written)}` has no command", hint=_HINT)
    try:
        shell.words_of(text)
    except UsageError as refusal:
        refusal.message = f"{path.name}: `{clean(written)}`: {refusal.message}"
        raise
    return text


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
