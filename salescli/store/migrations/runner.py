"""Runs the migrations in one exclusive transaction: a store is at one revision or the next."""

import sqlite3
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from salescli.errors import StoreError
from salescli.store.triggers import trigger_statements


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


def upgrade(connection: sqlite3.Connection, path: Path, revision: str) -> None:
    """Migrate the store that `connection` has open; `revision` is what it records, or empty.

    Raises:
        StoreError: the store was written by a newer program.
    """
    known = {
        script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()
    }
    if revision and revision not in known:
        raise StoreError(
            f"The store `{path}` was written by a newer version of the program ({revision})",
            hint="update the program: pip install --upgrade salescli",
        )
    connection.execute("PRAGMA journal_mode = WAL")
    held = sqlite3.connect(path, timeout=30, isolation_level=None, factory=_HeldConnection)
    held.execute("PRAGMA foreign_keys = OFF")
    try:
        held.execute("BEGIN EXCLUSIVE")
        _run(held)
        held.execute("COMMIT")
    finally:
        if held.in_transaction:
            held.execute("ROLLBACK")
        held.close()


def _run(held: sqlite3.Connection) -> None:
    _drop_triggers(held)
    engine = create_engine("sqlite://", creator=lambda: held, poolclass=StaticPool)
    with engine.connect() as connection:
        command.upgrade(alembic_config(connection), "head")
    for statement in trigger_statements():
        held.execute(statement)
    held.execute("INSERT OR IGNORE INTO current_change_set (id) VALUES (1)")
    if held.execute("PRAGMA foreign_key_check").fetchone():
        raise StoreError("The migration would leave records without their parents", hint="restore")


def _drop_triggers(held: sqlite3.Connection) -> None:
    for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        held.execute(f'DROP TRIGGER "{name}"')
