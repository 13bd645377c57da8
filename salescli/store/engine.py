"""Opens the store's file: pragmas, schema revision, and the errors of SQLite in plain words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from salescli.errors import SalesError, StoreError

REVISION = "0004"
"""The newest schema revision; a test compares it with Alembic's head."""

FILE_NAME = "sales.db"

SMALLEST = 512
"""SQLite takes a file of fewer bytes for an empty one."""

PATIENCE = 30.0
"""Seconds that a command waits for another one that writes."""


def open_connection(home: Path) -> sqlite3.Connection:
    """Open the store in `home`, making or migrating it first where needed.

    Raises:
        StoreError: the folder or the file cannot be used, or the store is newer than the program.
    """
    path = home / FILE_NAME
    with plain_errors(path):
        if not is_begun(path):
            _create_file(path)
        connection = open_file(path)
        if recorded_revision(connection) != REVISION:
            from salescli.store.migrations.runner import upgrade

            upgrade(path)
    return connection


def open_to_read(home: Path) -> sqlite3.Connection:
    """Open the store in `home` so that nothing can change it, not even to make or migrate it.

    Raises:
        StoreError: there is none, it cannot be read, or it has another schema than the program.
    """
    path = home / FILE_NAME
    with plain_errors(path):
        if not is_begun(path):
            raise StoreError(f"There is no store in `{home}`", hint="name its folder: --home DIR")
        connection = open_file(path)
        if recorded_revision(connection) != REVISION:
            connection.close()
            raise StoreError(
                f"The store `{path}` is of another version of the program",
                hint="open it once without --read-only, which brings it up to this one",
            )
        connection.execute("PRAGMA query_only = ON")
    return connection


def is_begun(path: Path) -> bool:
    """Return whether there is the file of a store.

    Raises:
        DamagedError: there was one, and it is lost or cut off.
    """
    if path.exists() and path.stat().st_size >= SMALLEST:
        return True
    from salescli.store import troubles

    troubles.refuse_lost_store(path)
    return False


def edition(connection: sqlite3.Connection) -> int:
    """Return which edition of the program's processes a store has been brought to."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def set_edition(connection: sqlite3.Connection, number: int) -> None:
    """Write that a store has the processes of an edition of the program."""
    connection.execute(f"PRAGMA user_version = {number:d}")


def is_new(connection: sqlite3.Connection) -> bool:
    """Return whether nobody has changed anything in the store yet."""
    return connection.execute("SELECT 1 FROM change_set LIMIT 1").fetchone() is None


def connect(path: Path, *, is_fixed: bool = False) -> sqlite3.Connection:
    """Open a connection that begins no transaction by itself.

    A fixed store is one that nobody can change while it is open, so nothing is written beside it.
    """
    place = f"{path.absolute().as_uri()}?mode=ro&immutable=1" if is_fixed else path
    connection = sqlite3.connect(place, timeout=PATIENCE, isolation_level=None, uri=is_fixed)
    connection.row_factory = sqlite3.Row
    connection.executescript(
        "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY"
    )
    return connection


def open_file(path: Path) -> sqlite3.Connection:
    """Open a store as it is, also one that can only be read."""
    try:
        connection = connect(path)
        recorded_revision(connection)
    except sqlite3.OperationalError as error:
        from salescli.store import troubles

        if "unable to open" not in str(error) or not troubles.is_fixed(path):
            raise
        connection = connect(path, is_fixed=True)
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
        raise SalesError(
            f"The store refused the change: {error}",
            hint="nothing was changed; report what --debug prints",
        ) from error
    except sqlite3.DatabaseError as error:
        from salescli.store import troubles

        raise troubles.of_sqlite(str(error), path, PATIENCE) from error
    except OSError as error:
        from salescli.store import troubles

        raise troubles.of_system(error, path) from error


def _create_file(path: Path) -> None:
    """Make the file of a new store, readable by its owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
