"""Whether the copy of the day is made: asked before every change, and so in a small module."""

import os
import sqlite3
from datetime import datetime
from pathlib import Path

from salescli.domain.moments import from_utc_text

FOLDER = "backups"
"""Where the copies of a store are, beside it; their names begin with the moment in UTC."""


def is_made(connection: sqlite3.Connection, home: Path, now: datetime) -> bool:
    """Return whether there is a copy of today, or nothing from earlier days to be copied."""
    return _began_today(connection, now) or any(
        made_at.astimezone(now.tzinfo).date() == now.date() for made_at in _moments(home)
    )


def moment(name: str) -> datetime | None:
    """Return when a copy was made, by its file's name; None for a file that is no copy."""
    try:
        return datetime.fromisoformat(name.partition("-")[0])
    except ValueError:
        return None


def _began_today(connection: sqlite3.Connection, now: datetime) -> bool:
    row = connection.execute("SELECT at FROM change_set WHERE number = 1").fetchone()
    return row is None or from_utc_text(row[0]).astimezone(now.tzinfo).date() >= now.date()


def _moments(home: Path) -> list[datetime]:
    try:
        names = os.listdir(home / FOLDER)  # noqa: PTH208 - a path for each would be for nothing
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [made_at for name in names if (made_at := moment(name))]
