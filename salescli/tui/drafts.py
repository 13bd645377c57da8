"""What was typed into forms and not saved: kept as typed, beside the store, for the next time."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

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
            self._write()

    def _read(self) -> None:
        """Read what another board may have kept."""
        with suppress(OSError, ValueError, AttributeError):
            found = json.loads(self._path.read_text(encoding="utf-8"))
            self._kept = {str(about): dict(fields) for about, fields in found.items()}

    def _write(self) -> None:
        with suppress(OSError):
            if not self._kept:
                self._path.unlink(missing_ok=True)
                return
            new = self._path.with_suffix(".new")
            file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(file, "w", encoding="utf-8") as out:
                json.dump(self._kept, out, ensure_ascii=False)
            new.replace(self._path)
