"""Names the keys of the board where a sentence names commands of the shell.

Services tell a way out as a command, such as `sales stage OPP-1 STAGE`. On the board that is a key
where the screen has one for it; any other command is typed after `:`.
"""

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from salescli.domain.labels import labelled
from salescli.domain.reference import parse_handle
from salescli.tui.screens.acting import ActingScreen
from salescli.tui.screens.main import MainScreen
from salescli.tui.widgets.key_bar import bindings_of

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard

OF_THIS: Mapping[str, tuple[str, ...]] = {
    "stage": ("move", "complete"),
    "close": ("move",),
    "continue": ("complete", "go-on"),
    "done": ("complete", "go-on"),
    "run-process": ("run-here",),
    **{verb: (verb,) for verb in ("schedule", "postpone", "cancel", "hint", "note")},
    **{f"{noun} edit": ("edit",) for noun in ("opportunity", "activity", "account", "lead")},
}
"""A command about what the cursor is on -> the bindings that do the same, the best one first."""

ANYWHERE: Mapping[str, str] = {
    "undo": "undo",
    "redo": "redo",
    "run-process": "run-process",
    "next": "place-today",
    "pipeline": "place-pipeline",
    "opportunity list": "place-pipeline",
    "activity list": "place-activities",
    "account list": "place-accounts",
    "lead list": "place-leads",
    "plan show": "place-plan",
    "process log": "place-log",
}
"""A whole command -> the binding that does the same on every screen."""

_COMMAND = re.compile(r"`sales ([^`]+)`")
_ALL = " --all"


def in_keys(app: "SalesBoard", text: str) -> str:
    """Return a text with a key in the place of each command that one does, else with `:`."""
    commands = set(_COMMAND.findall(text))
    keys = _keys(app, commands) if commands else {}
    return _COMMAND.sub(lambda found: keys.get(found[1]) or f"`:{found[1]}`", text)


def _keys(app: "SalesBoard", commands: Collection[str]) -> dict[str, str]:
    """Return command -> the key of the screen that does the same, of those that have one.

    From a dialog one comes there with Esc.
    """
    screen = next((one for one in reversed(app.screen_stack) if isinstance(one, MainScreen)), None)
    if screen is None:
        return {}
    first = "" if screen is app.screen else "Esc, then "
    bound = {one.id: one for one in bindings_of(screen)}
    found = {command: _bindings(screen, command) for command in commands}
    return {
        command: first + app.get_key_display(bound[name]).replace("⏎", "Enter")
        for command, names in found.items()
        for name in [one for one in names if one in bound][:1]
    }


def _bindings(screen: MainScreen, command: str) -> tuple[str, ...]:
    """Return the names of the bindings that do what a command does.

    A verb alone, as a hint says it, is about what the cursor is on.
    """
    words = command.split()
    handles = {word for word in words if parse_handle(word)}
    whole = command.removesuffix(_ALL)
    if whole in ANYWHERE:
        return (ANYWHERE[whole],)
    if not handles and "REF" not in words and command not in OF_THIS:
        return ()
    here = {screen.here, screen.sale} if isinstance(screen, ActingScreen) else set()
    if not handles <= here:
        return ()
    return OF_THIS.get(" ".join(words[:2])) or OF_THIS.get(words[0], ())


def hint_in_keys(app: "SalesBoard", hint: str) -> str:
    """Return a hint with the labels of its fields, and the keys for its commands."""
    return in_keys(app, labelled(hint))
