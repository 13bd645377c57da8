"""What the board remembers from day to day: the theme, and the lines that were typed."""

from collections.abc import Sequence
from pathlib import Path

from salescli.tui import private_file

FILE_NAME = "board.json"


class Memory:
    """Kept beside the store; where no file can be kept, nothing is remembered."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE_NAME
        self._known = private_file.read(self._path) or {}

    @property
    def theme(self) -> str:
        """The theme that was chosen last, or an empty text."""
        return str(self._known.get("theme", ""))

    @property
    def lines(self) -> list[str]:
        """The lines that were typed, the newest last."""
        known = self._known.get("lines", [])
        return [str(line) for line in known] if isinstance(known, list) else []

    def keep(self, *, theme: str | None = None, lines: Sequence[str] | None = None) -> None:
        """Remember a theme or lines, beside what another board has remembered since."""
        changed = {"theme": theme, "lines": None if lines is None else list(lines)}
        self._known = private_file.read(self._path) or self._known
        self._known |= {name: value for name, value in changed.items() if value is not None}
        private_file.write(self._path, self._known)
