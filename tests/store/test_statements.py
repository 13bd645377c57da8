"""Every plain statement fits the schema that `tables.py` describes."""

import ast
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from sqlmodel import SQLModel

import salescli.store
from salescli.store import tables
from tests.shop import Shop
from tests.store.test_plans import sale as sale  # noqa: PLC0414 - a fixture
from tests.store.traces import READS, WRITES, trace

assert tables.OpportunityRow.metadata is SQLModel.metadata

STORE = Path(salescli.store.__file__).parent


def written_out(node: ast.AST) -> Iterator[str]:
    """Yield the statements that stand whole in the source; those put together are traced."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.JoinedStr):
            continue
        if isinstance(child, ast.Constant) and str(child.value).startswith(VERBS):
            yield str(child.value)
        yield from written_out(child)


VERBS = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ")
ELSEWHERE = {"triggers", "finding"}
"""Modules whose statements are made of the models, or work on a file of their own."""

MODULES = [
    ast.parse(path.read_bytes()) for path in STORE.glob("*.py") if path.stem not in ELSEWHERE
]
WRITTEN_OUT = sorted({text for module in MODULES for text in written_out(module)})


@pytest.fixture(scope="module")
def described() -> Iterator[sqlite3.Connection]:
    """An empty store made from the models alone."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    SQLModel.metadata.create_all(engine)
    connection.execute("CREATE TABLE alembic_version (version_num)")
    yield connection
    engine.dispose()


def test_statements_are_found() -> None:
    """The search for them has not lost its way."""
    assert len(WRITTEN_OUT) > 30


@pytest.mark.parametrize("statement", WRITTEN_OUT, ids=lambda text: text[:50])
def test_a_statement_fits_the_models(described: sqlite3.Connection, statement: str) -> None:
    """SQLite prepares it."""
    described.execute(f"EXPLAIN {statement}", [None] * statement.count("?"))


def test_what_commands_ask_fits_the_models(sale: Shop, described: sqlite3.Connection) -> None:
    """So does what is put together while a command runs."""
    for command in (READS | WRITES).values():
        for statement in trace(sale.home, command).statements:
            described.execute(f"EXPLAIN {statement}")
