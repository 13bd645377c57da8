"""What was typed into forms and not saved: kept as typed, beside the store, for the next time."""

from collections.abc import Mapping
from pathlib import Path

from salescli.tui.kept import private_file

FILE_NAME = "drafts.json"


class Drafts:
    """Texts by what the form was about and by field; where no file can be kept, for this run."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE_NAME
        self._kept: dict[str, dict[str, str]] = {}

    def of(self, about: str) -> Mapping[str, str]:
        """Return what was typed into a form about this."""
        self._read()
        return self._kept.get(about, {})

    def keep(self, about: str, fields: Mapping[str, str]) -> None:
        """Keep what was typed; nothing typed ends the draft."""
        self._read()
        before = self._kept.pop(about, {})
        if fields:
            self._kept[about] = dict(fields)
        if self._kept.get(about, {}) != before:
            private_file.write(self._path, self._kept)

    def _read(self) -> None:
        """Read what another board may have kept."""
        found = private_file.read(self._path)
        if found is not None:
            self._kept = {
                about: fields for about, fields in found.items() if isinstance(fields, dict)
            }
