"""The lines after `:` that are known without asking the shell how they go on, and what is kept."""

from collections.abc import Sequence

from salescli.tui.places import PLACES

SPOKEN = ("Run process", "Run process Corporate sale")
"""What can be typed beside the commands of the shell and the names of the screens."""


def known_lines(commands: Sequence[str], *, is_read_only: bool = False) -> list[str]:
    """Return what can be typed, the commands of the shell among it."""
    places = (line_to(name, is_command=name in commands) for name in PLACES)
    return [*(() if is_read_only else SPOKEN), *commands, *places]


def line_to(name: str, *, is_command: bool) -> str:
    """Return the line that shows a screen; one that is a command as well needs a slash."""
    return f"{name} /" if is_command else name


def keep(lines: list[str], commands: str) -> None:
    """Keep commands of the shell that were not given, for `:` to call them back."""
    typed = [one.removeprefix("sales ") for one in commands.split(" && ") if one]
    lines += [line for line in reversed(typed) if line not in lines]
