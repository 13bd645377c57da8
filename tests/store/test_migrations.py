"""The migrations build exactly the schema that `tables.py` describes."""

import hashlib
import sqlite3
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from salescli.store.engine import FILE_NAME, REVISION, open_connection
from salescli.store.migrations.runner import alembic_config
from salescli.store.triggers import trigger_statements
from tests.shop import Shop


def indexes(path: Path) -> dict[str, str]:
    """Return the statement of each index of a file, with the blanks of its author taken out."""
    connection = sqlite3.connect(path)
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    connection.close()
    return {name: " ".join(statement.split()) for name, statement in found}


def test_the_program_knows_the_newest_migration() -> None:
    """A store of that revision opens without Alembic."""
    assert ScriptDirectory.from_config(alembic_config()).get_current_head() == REVISION


def test_a_migrated_store_is_what_the_models_describe(shop: Shop) -> None:
    """Alembic finds nothing to add, to drop or to change, types included."""
    engine = create_engine(f"sqlite:///{shop.home / FILE_NAME}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, SQLModel.metadata)
    engine.dispose()
    assert [found for found in differences if "alembic_version" not in str(found)] == []


def test_its_indexes_are_those_of_the_models(shop: Shop, tmp_path: Path) -> None:
    """Alembic does not compare the condition of a partial index, so their statements are."""
    path = tmp_path / "models.db"
    engine = create_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    assert indexes(shop.home / FILE_NAME) == indexes(path)


def test_its_triggers_are_the_generated_ones(shop: Shop) -> None:
    """No other trigger is left from an earlier revision, and none is missing."""
    found = shop.rows("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
    assert sorted(statement for (statement,) in found) == sorted(trigger_statements())


def test_opening_a_store_again_changes_nothing(shop: Shop) -> None:
    """The file keeps every byte."""
    path = shop.home / FILE_NAME
    before = hashlib.sha256(path.read_bytes()).digest()
    open_connection(shop.home).close()
    assert hashlib.sha256(path.read_bytes()).digest() == before
