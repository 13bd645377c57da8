"""Small JSON files beside the store that only their owner can read."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any


def read(path: Path) -> dict[str, Any] | None:
    """Return what a file holds; None where there is none, or none that can be read."""
    with suppress(OSError, ValueError):
        text = path.read_text(encoding="utf-8")
        import json

        found = json.loads(text)
        return found if isinstance(found, dict) else None
    return None


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Put a content in the place of what the file holds, or remove the file where it is empty.

    Where no file can be written, nothing happens.
    """
    import json

    with suppress(OSError):
        if not content:
            path.unlink(missing_ok=True)
            return
        new = path.with_suffix(".new")
        file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "w", encoding="utf-8") as out:
            json.dump(content, out, ensure_ascii=False)
        new.replace(path)
