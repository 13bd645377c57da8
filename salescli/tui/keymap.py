"""Other keys for what the board can do, from a file of one's own beside the store."""

import inspect
import pkgutil
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from textual.binding import Binding

from salescli.domain.text import clean, guesses
from salescli.errors import UsageError

COMMANDS = "commands"
"""The table of `salescli.tui.own_commands` in the same file."""

_HINT = 'write lines such as: schedule = "t"'


def read(path: Path) -> dict[str, str]:
    """Return name of what the board can do -> its keys, between commas.

    Raises:
        UsageError: the file cannot be read, or names what the board cannot do.
    """
    try:
        keys = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path.name} cannot be read: {clean(str(error))}", hint=_HINT) from None
    keys.pop(COMMANDS, None)
    known = set(names())
    for name, key in keys.items():
        if name not in known:
            near = ", ".join(f"`{other}`" for other in guesses(name, sorted(known)))
            raise UsageError(f"{path.name}: there is no `{name}`", hint=f"did you mean {near}?")
        if not isinstance(key, str) or not key.strip():
            raise UsageError(f"{path.name}: `{name}` has no keys", hint=_HINT)
    return keys


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
