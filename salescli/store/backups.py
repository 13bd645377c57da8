"""Copies of the store: made while others write, verified, put in place at once, a few kept."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from salescli.domain.text import shell_word
from salescli.errors import ChangedMeanwhileError, StoreError
from salescli.store.daily import FOLDER, moment
from salescli.store.engine import FILE_NAME, connect, plain_errors

KEPT = 7
"""So many copies of each kind are kept unless the setting `backups` says otherwise."""

DAILY, ASKED, MIGRATION, RESTORE = "daily", "asked", "migration", "restore"
"""Why a copy was made: once a day, by `sales backup`, before a migration, before a restore."""

_STAMP = "%Y%m%dT%H%M%S.%fZ"


class Backup(NamedTuple):
    """A copy in the folder of backups."""

    path: Path
    made_at: datetime
    kind: str

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.path.stem


def listing(home: Path) -> list[Backup]:
    """Return the copies of a store, newest first."""
    try:
        found = [_parsed(path) for path in (home / FOLDER).iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted((backup for backup in found if backup), key=lambda b: b.made_at, reverse=True)


def make(
    connection: sqlite3.Connection,
    home: Path,
    *,
    now: datetime,
    kind: str,
    kept: int = KEPT,
    spared: Path | None = None,
) -> Backup:
    """Copy the store into its folder of backups and let the oldest of that kind go.

    Args:
        connection: the store.
        home: its folder.
        now: the moment that the copy is named after.
        kind: why it is made, one of `DAILY`, `ASKED`, `MIGRATION` and `RESTORE`.
        kept: how many of that kind are kept, this one always among them.
        spared: a copy that must stay, since it is in use.

    Raises:
        StoreError: there is no room, no right to write, or the copy is not whole.
    """
    folder = home / FOLDER
    stamp = now.astimezone(UTC).strftime(_STAMP)
    backup = Backup(folder / f"{stamp}-{kind}.db", now.astimezone(UTC), kind)
    with _copy_errors(backup.path):
        folder.mkdir(mode=0o700, exist_ok=True)
    copy(connection, backup.path)
    others = [other for other in listing(home) if other.kind == kind and other != backup]
    for old in others[max(kept - 1, 0) :]:
        if old.path != spared:
            old.path.unlink(missing_ok=True)
    return backup


def copy(connection: sqlite3.Connection, target: Path) -> None:
    """Write a verified copy of the store to a file; the name is taken when the copy is whole.

    Raises:
        StoreError: there is no room, no right to write, or the copy is not whole.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    with _copy_errors(target), _removed_on_failure(part):
        _remove_leftovers(target)
        part.touch(mode=0o600)
        with closing(sqlite3.connect(part, isolation_level=None)) as made:
            connection.backup(made)
            made.execute("PRAGMA journal_mode = DELETE")
            _verify(made, target)
        _put_in_place(part, target)


def size(home: Path) -> int:
    """Return how many bytes a store has."""
    return (home / FILE_NAME).stat().st_size


def has_room(home: Path, size: int) -> bool:
    """Return whether the disk has room for a copy, and as much again to work with."""
    from shutil import disk_usage

    return disk_usage(home).free > 2 * size


def start_beside(home: Path) -> None:
    """Start a process that makes the copy of the day and ends; nobody waits for it."""
    nowhere = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_RDWR, 0) for stream in range(3)]
    words = [sys.executable, "-m", "salescli", "--home", str(home), "backup", "--beside"]
    os.posix_spawn(sys.executable, words, os.environ, file_actions=nowhere, setsid=True)


@contextmanager
def alone(home: Path) -> Iterator[bool]:
    """Yield whether no other process is making the copy of the day."""
    from filelock import FileLock, Timeout

    (home / FOLDER).mkdir(mode=0o700, exist_ok=True)
    lock = FileLock(home / FOLDER / ".daily.lock", timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def check(path: Path) -> None:
    """Raise StoreError when a file is no whole copy of a store, or not all of one."""
    journal = path.with_name(f"{path.name}-wal")
    if journal.exists() and journal.stat().st_size:
        raise StoreError(
            f"The last changes of `{path}` are in its journal, which a copy does not have",
            hint="make a copy of that store:"
            f" sales --home {shell_word(str(path.parent))} backup --to FILE",
        )
    with _copy_errors(path), closing(_read_only(path)) as connection:
        _verify(connection, path)


def revision(path: Path) -> str:
    """Return the schema revision that a copy records."""
    with _copy_errors(path), closing(_read_only(path)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a copy for reading."""
    with _copy_errors(path), closing(_read_only(path)) as connection:
        yield connection


def put_back(path: Path, home: Path, *, last: int) -> None:
    """Replace the contents of the store with a copy, in one transaction, whoever reads it.

    Raises:
        ChangedMeanwhileError: the store's last change set is not number `last` any more; nothing
            was replaced.
        StoreError: the copy cannot be read or the store cannot be written.
    """
    store = home / FILE_NAME
    with (
        plain_errors(store),
        closing(_read_only(path)) as source,
        closing(connect(store)) as live,
        closing(connect(store)) as reader,
    ):
        source.backup(live, pages=1, progress=_Watch(reader, last))


class _Watch:
    """Looks at a replacement once its transaction has begun, when nobody can write any more.

    The first page begins it. `backup` itself would wait for another writer without an end.
    """

    def __init__(self, reader: sqlite3.Connection, last: int) -> None:
        self._reader = reader
        self._last = last
        self._has_begun = False

    def __call__(self, status: int, _remaining: int, _total: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise sqlite3.OperationalError("database is locked")
        if not self._has_begun:
            self._has_begun = True
            row = self._reader.execute("SELECT max(number) FROM change_set").fetchone()
            if row[0] != self._last:
                raise ChangedMeanwhileError(
                    "Somebody has changed the store meanwhile, so nothing was put back",
                    hint="look at the changes with `sales log`, then restore again",
                )


def obstacle(home: Path) -> str:
    """Return why no copy can be made beside a store; empty when one can."""
    folder = home / FOLDER
    if folder.exists() and not (folder.is_dir() and os.access(folder, os.W_OK)):
        return f"nothing can be written in `{folder}`"
    return ""


def put_in_place_of_damaged(path: Path, home: Path, now: datetime) -> Path | None:
    """Put a copy where a store is damaged or lost; return where the damaged one is kept."""
    store = home / FILE_NAME
    stamp = now.astimezone(UTC).strftime(_STAMP)
    aside = store.with_name(f"{store.name}.damaged-{stamp}")
    with plain_errors(store), closing(_read_only(path)) as source:
        part = store.with_name(f".{store.name}.{os.getpid()}.part")
        _remove_leftovers(store)
        with _removed_on_failure(part):
            part.touch(mode=0o600)
            with closing(sqlite3.connect(part, isolation_level=None)) as made:
                source.backup(made)
                made.execute("PRAGMA journal_mode = DELETE")
            for ending in ("-wal", "-shm"):
                if (old := store.with_name(store.name + ending)).exists():
                    old.rename(aside.with_name(aside.name + ending))
            was_there = store.exists()
            if was_there:
                aside.hardlink_to(store)
            _put_in_place(part, store)
    return aside if was_there else None


def _read_only(path: Path) -> sqlite3.Connection:
    """Open a copy; nothing is written beside it."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.row_factory = sqlite3.Row
    return connection


@contextmanager
def _copy_errors(path: Path) -> Iterator[None]:
    """Tell what SQLite and the file system say of a copy as a trouble of that file."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if "full" in str(error):
            raise StoreError(
                "The disk is full: no copy was made", hint="make room, then try again"
            ) from error
        raise StoreError(
            f"The file `{path}` is no whole copy of a store: {error}",
            hint="see the others: `sales restore`",
        ) from error
    except OSError as error:
        raise StoreError(
            f"The copy `{path}` cannot be used: {error.strerror or error}",
            hint="name another file, such as `sales backup --to FILE`",
        ) from error


def _verify(connection: sqlite3.Connection, path: Path) -> None:
    told = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if told != "ok":
        raise StoreError(
            f"The file `{path}` is no whole copy of a store: {told}",
            hint="see the others: `sales restore`; `sales doctor` looks at the store itself",
        )


def _put_in_place(part: Path, target: Path) -> None:
    """Give a file its name so that it is there whole, also after a loss of power."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(target)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _removed_on_failure(part: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        part.unlink(missing_ok=True)
        part.with_name(part.name + "-journal").unlink(missing_ok=True)
        raise


def _remove_leftovers(target: Path) -> None:
    """Remove what killed processes have left half written beside a copy or a store."""
    name = "*.db" if target.parent.name == FOLDER else target.name
    for part in target.parent.glob(f".{name}.*.part*"):
        pid = part.name.partition(".part")[0].rpartition(".")[2]
        if not _lives(pid):
            part.unlink(missing_ok=True)


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return int(pid) != os.getpid()


def _parsed(path: Path) -> Backup | None:
    kind, made_at = path.stem.partition("-")[2], moment(path.name)
    if path.suffix != ".db" or not kind or made_at is None:
        return None
    return Backup(path, made_at, kind)
