"""Runs the migrations in one exclusive transaction: a store is at one revision or the next."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from filelock import FileLock, Timeout
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from salescli import clock
from salescli.errors import DamagedError, StoreError
from salescli.store import backups, verification
from salescli.store.engine import recorded_revision
from salescli.store.triggers import drop_triggers, renew_triggers

PATIENCE = 60
"""Seconds that a program waits for another one that migrates the same store."""

BEFORE_THE_CHAIN = "0001"
"""The last revision whose change sets were not sealed."""


class _HeldConnection(sqlite3.Connection):
    """A connection whose transaction only the runner ends; SQLAlchemy's ends do nothing."""

    def commit(self) -> None:
        """Leave the transaction open."""

    def rollback(self) -> None:
        """Leave the transaction open."""


def alembic_config(connection: Any = None) -> Config:
    """Return Alembic's configuration for the migrations beside this module."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def upgrade(path: Path) -> None:
    """Bring a store to the newest revision, whoever else is about to do the same.

    A store with something in it is copied into its backups first.

    Raises:
        StoreError: the store was written by a newer program, or another one is migrating it.
    """
    with _lock(path), closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as first:
        revision = recorded_revision(first)
        if revision == _newest(path, revision):
            return
        if not revision and backups.listing(path.parent):
            raise DamagedError(
                f"The store `{path}` is empty, and there are backups of it",
                hint="put the newest one back: `sales restore`",
            )
        first.execute("PRAGMA journal_mode = WAL")
        with closing(_held_connection(path)) as held:
            held.execute("BEGIN EXCLUSIVE")
            if revision:
                backups.make(
                    first,
                    path.parent,
                    now=clock.now(),
                    kind=backups.MIGRATION,
                    kept=_kept(first),
                )
            _run(held, revision)
            held.execute("COMMIT")


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold the lock of a store's migration; it ends with its process."""
    lock = FileLock(path.with_name(f"{path.name}.lock"), timeout=PATIENCE, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreError(
            f"The store `{path}` is being brought to a new version by another program",
            hint="try again when it has finished",
        ) from error
    try:
        yield
    finally:
        lock.release()


def _kept(connection: sqlite3.Connection) -> int:
    """Return how many copies the store's setting keeps of each kind."""
    row = connection.execute("SELECT value FROM setting WHERE name = 'backups'").fetchone()
    return int(row[0]) if row and int(row[0]) else backups.KEPT


def _newest(path: Path, revision: str) -> str:
    scripts = ScriptDirectory.from_config(alembic_config())
    known = {script.revision for script in scripts.walk_revisions()}
    if revision and revision not in known:
        raise StoreError(
            f"The store `{path}` was written by a newer version of the program ({revision})",
            hint="update the program to that version or a newer one",
        )
    return str(scripts.get_current_head())


def _held_connection(path: Path) -> sqlite3.Connection:
    held = sqlite3.connect(path, timeout=30, isolation_level=None, factory=_HeldConnection)
    held.row_factory = sqlite3.Row
    held.executescript("PRAGMA foreign_keys = OFF; PRAGMA synchronous = FULL")
    return held


def _run(held: sqlite3.Connection, revision: str) -> None:
    drop_triggers(held)
    engine = create_engine("sqlite://", creator=lambda: held, poolclass=StaticPool)
    with _as_sqlite_says(), engine.connect() as connection:
        command.upgrade(alembic_config(connection), "head")
    held.execute("INSERT OR IGNORE INTO current_change_set (id) VALUES (1)")
    if revision == BEFORE_THE_CHAIN:
        verification.seal_past(held)
        verification.mark_past(held)
    renew_triggers(held)
    orphan = held.execute("PRAGMA foreign_key_check").fetchone()
    if orphan:
        raise StoreError(
            f"The store cannot be brought to the new version: {orphan[0]} {orphan[1]} refers to"
            f" a record of {orphan[2]} that is missing",
            hint="nothing was changed; `sales doctor` tells more",
        )


@contextmanager
def _as_sqlite_says() -> Iterator[None]:
    """Raise SQLite's own error where SQLAlchemy wraps it: that one is told in plain words."""
    try:
        yield
    except DBAPIError as error:
        raise (error.orig or error) from error
