"""Opens the store's file: pragmas, schema revision, and the errors of SQLite in plain words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from salescli.errors import SalesError, StoreError

REVISION = "0002"
"""The newest schema revision; a test compares it with Alembic's head."""

FILE_NAME = "sales.db"


def open_connection(home: Path) -> sqlite3.Connection:
    """Open the store in `home`, making or migrating it first where needed.

    Raises:
        StoreError: the folder or the file cannot be used, or the store is newer than the program.
    """
    path = home / FILE_NAME
    with plain_errors(path):
        if not path.exists():
            _create_file(path)
        connection = connect(path)
        if recorded_revision(connection) != REVISION:
            from salescli.store.migrations.runner import upgrade

            upgrade(path)
    return connection


def is_new(connection: sqlite3.Connection) -> bool:
    """Return whether nobody has changed anything in the store yet."""
    return connection.execute("SELECT 1 FROM change_set LIMIT 1").fetchone() is None


def is_published(connection: sqlite3.Connection, process: str) -> bool:
    """Return whether a process of that id is published."""
    row = connection.execute(
        "SELECT 1 FROM process_definition WHERE key = ? LIMIT 1", (process,)
    ).fetchone()
    return row is not None


def connect(path: Path) -> sqlite3.Connection:
    """Open a connection that begins no transaction by itself."""
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.executescript(
        "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY"
    )
    return connection


def recorded_revision(connection: sqlite3.Connection) -> str:
    """Return the schema revision that a store records; empty for one without a schema."""
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return ""
        raise
    return row[0] if row else ""


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system say into a sentence with a way out."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise SalesError(f"The store refused the change: {error}") from error
    except sqlite3.DatabaseError as error:
        raise _explain(str(error), path) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            f"The store `{path}` cannot be used: {reason}",
            hint="name another folder with --home or SALES_HOME",
        ) from error


def _explain(message: str, path: Path) -> StoreError:
    text = message.lower()
    for words, told, hint in _TROUBLES:
        if any(word in text for word in words):
            return StoreError(told.format(path=path, message=message), hint=hint)
    return StoreError(f"The store `{path}` failed: {message}", hint="run it again with --debug")


_TROUBLES = (
    (
        ("locked", "busy"),
        "The store `{path}` is busy: another program has been writing for 30 seconds",
        "try again when it has finished",
    ),
    (("full",), "The disk is full: nothing was written to `{path}`", "make room and try again"),
    (
        ("readonly", "unable to open"),
        "The store `{path}` cannot be written: {message}",
        "mend its rights, or name another folder with --home or SALES_HOME",
    ),
    (
        ("malformed", "not a database"),
        "The store `{path}` is damaged: {message}",
        "put a copy of it back, or name another folder with --home or SALES_HOME",
    ),
)
"""Words of SQLite's messages, what to say then, and the way out."""


def _create_file(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
