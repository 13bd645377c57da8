"""Keys of one's own, from a file beside the store: for what the board can do, and for commands."""

from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from textual.app import App
from textual.widgets import Input

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard

OWN_KEYS = "keys.toml"
"""The file beside the store that gives the board other keys."""

CHANGING = frozenset({"undo", "redo", "run_process", "own_command"})
"""What the app itself does that may change something."""


class OwnKeys(App[int]):
    """An app whose keys the user can change."""

    own_commands: dict[str, str] = {}  # noqa: RUF012 - replaced as a whole
    """Key -> the line that it runs."""

    async def take_keys(self, path: Path) -> None:
        """Let the keys do what a file says; what is wrong in it is left out, and told at once.

        Raises:
            UsageError: the file cannot be read, or something is left out.
        """
        from salescli.tui.keys import keymap, own_commands

        lines = keymap.load(path)
        table = lines.pop(keymap.COMMANDS, {})
        keys, wrong = keymap.read(lines)
        self.own_commands, unbound = own_commands.read(table, keys)
        self.set_keymap(keys)
        for key, line in self.own_commands.items():
            self.bind(key, f"own_command('{key}')", description=f":{line}", show=False)
        if wrong or unbound:
            hint = keymap.HINT if wrong else own_commands.HINT
            raise keymap.refusal(path, [*wrong, *unbound], hint)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let the keys that change something do nothing while a line is typed."""
        if action in CHANGING and isinstance(self.focused, Input):
            return False
        return super().check_action(action, parameters)

    def action_own_command(self, key: str) -> None:
        """Run the line of a key."""
        cast("SalesBoard", self).flow(self._run_line(self.own_commands[key]))

    def _run_line(self, line: str) -> Coroutine[Any, Any, None]:
        from salescli.tui.lines import colon

        return colon.run(cast("SalesBoard", self), line)
