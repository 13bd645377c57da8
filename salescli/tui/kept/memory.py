"""What the board remembers from day to day: theme, typed lines, the columns of the lists."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from salescli.tui.kept import private_file

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

    @property
    def columns(self) -> dict[str, list[str]]:
        """List -> the fields whose columns were chosen for it."""
        known = self._known.get("columns", {})
        found = known.items() if isinstance(known, dict) else ()
        return {name: [*map(str, fields)] for name, fields in found if isinstance(fields, list)}

    def keep(
        self,
        *,
        theme: str | None = None,
        lines: Sequence[str] | None = None,
        columns: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Remember a theme, lines or columns, beside what another board has remembered since."""
        self._known = private_file.read(self._path) or self._known
        changed = {
            "theme": theme,
            "lines": None if lines is None else list(lines),
            "columns": None if columns is None else {**self.columns, **columns},
        }
        self._known |= {name: value for name, value in changed.items() if value is not None}
        private_file.write(self._path, self._known)
