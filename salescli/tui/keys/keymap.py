"""Other keys for what the board can do, from a file of one's own beside the store."""

import inspect
import pkgutil
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from textual.binding import Binding
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, key_to_character

from salescli.domain.text import clean, nearest
from salescli.errors import UsageError
from salescli.tui.widgets.rows import Rows

COMMANDS = "commands"
"""The table of `salescli.tui.keys.own_commands` in the same file."""

HINT = 'write lines such as: schedule = "t"'

TOLD = 6
"""So many mistakes are told."""

TYPING = ("form-", "command-", "filter-", "list-", "search-keep", "search-leave")
"""How the names begin of what is done while somebody types."""

MODIFIERS = frozenset({"alt", "ctrl", "shift", "super"})

MOVING = frozenset(
    key
    for binding in Rows.BINDINGS
    if isinstance(binding, Binding) and not binding.id
    for key in binding.key.split(",")
)
"""The keys of every list, which would not let another meaning through."""

_TYPES_NOTHING = re.compile(
    r"(ctrl|alt|super)\+.+|f\d+|(shift\+)?(enter|escape|tab|up|down|pageup|pagedown)"
)


def load(path: Path) -> dict[str, Any]:
    """Return the lines of a file.

    Raises:
        UsageError: the file cannot be read.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path.name} cannot be read: {clean(str(error))}", hint=HINT) from None


def read(lines: Mapping[str, object]) -> tuple[dict[str, str], list[str]]:
    """Return name of what the board can do -> its keys, between commas; and what is wrong.

    Wrong is a name of what the board cannot do, and a key that is none or is needed for typing.
    """
    known = sorted(set(names()))
    told = {name: _problem(name, key, known) for name, key in lines.items()}
    keys = {name: str(key) for name, key in lines.items() if not told[name]}
    return keys, [problem for problem in told.values() if problem]


def refusal(path: Path, wrong: Sequence[str], hint: str) -> UsageError:
    """Return what tells all that is left out of a file."""
    more = [f"and {len(wrong) - TOLD} more"] if len(wrong) > TOLD else []
    return UsageError("\n".join([f"Left out of {path.name}:", *wrong[:TOLD], *more]), hint=hint)


def _problem(name: str, key: object, known: Sequence[str]) -> str:
    """Return what is wrong with a line of the file, or an empty text."""
    if name not in known:
        near = " or ".join(f"`{other}`" for other in nearest(name, known))
        return f"there is no `{clean(name)}`" + (f"; did you mean {near}?" if near else "")
    if not isinstance(key, str) or not key.strip():
        is_empty = isinstance(key, str)
        return f"`{name}` has no keys" if is_empty else f"`{name}`: write its keys between quotes"
    written = [one.strip() for one in key.split(",")]
    if unknown := [one for one in written if not is_key(one)]:
        return f"`{name}`: there is no key `{clean(unknown[0])}`"
    moving = [one for one in written if one in MOVING]
    if moving and not name.startswith(TYPING):
        return f"`{name}` cannot be `{moving[0]}`, which moves through lists"
    typed = [one for one in written if not _TYPES_NOTHING.fullmatch(one)]
    if typed and name.startswith(TYPING):
        return f"`{name}` cannot be `{typed[0]}`, which types; take such as ctrl+t or f9"
    return ""


def is_key(written: str) -> bool:
    """Whether there is such a key: a character or a name, with modifiers and `+` before it."""
    *modifiers, last = written.split("+") if len(written) > 1 else [written]
    named = {one.value for one in Keys} | {*KEY_NAME_REPLACEMENTS.values()}
    is_known = len(last) == 1 or last in named or key_to_character(last) is not None
    return is_known and MODIFIERS.issuperset(modifiers)


def names() -> Iterator[str]:
    """Yield the names of what keys of the board do."""
    return (binding.id for binding in bindings() if binding.id)


def bindings() -> Iterator[Binding]:
    """Yield what the classes of the board bind to keys."""
    import salescli.tui

    for found in pkgutil.walk_packages(salescli.tui.__path__, "salescli.tui."):
        for _name, one in inspect.getmembers(import_module(found.name), inspect.isclass):
            if one.__module__.startswith("salescli.tui"):
                of_class = vars(one).get("BINDINGS", ())
                yield from (binding for binding in of_class if isinstance(binding, Binding))
