"""The hash chain: what is altered behind the program's back is found, and told where."""

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salescli.store import verification
from salescli.store.chain import HEADER
from salescli.store.engine import FILE_NAME, connect
from salescli.store.rows import CHILDREN_FIRST
from salescli.store.verification import Break
from tests.shop import Clock, Shop
from tests.store.keep_revision import fill


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a past: a sale, a team, changes by two people, undos of every depth."""
    home = tmp_path_factory.mktemp("past") / "store"
    fill(Shop(home, Clock()))
    connection = connect(home / FILE_NAME)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    return home / FILE_NAME


@pytest.fixture(scope="module")
def unguarded(past: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of it that can be altered: no trigger stands in the way."""
    path = tmp_path_factory.mktemp("unguarded") / FILE_NAME
    shutil.copyfile(past, path)
    with closing(connect(path)) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        drops = [f'DROP TRIGGER "{name}"' for (name,) in triggers]
        connection.executescript(";".join(("BEGIN", *drops, "COMMIT")))
    return path


@pytest.fixture
def store(unguarded: Path, tmp_path: Path) -> sqlite3.Connection:
    """A copy of that one for each test."""
    return altered(unguarded, tmp_path)


def altered(unguarded: Path, folder: Path) -> sqlite3.Connection:
    shutil.copyfile(unguarded, folder / FILE_NAME)
    connection = connect(folder / FILE_NAME)
    connection.execute("PRAGMA foreign_keys = OFF")
    return connection


def numbers(connection: sqlite3.Connection) -> set[int]:
    return {found.number for found in verification.breaks(connection)}


def test_an_untouched_history_is_whole(store: sqlite3.Connection) -> None:
    """F47: nothing is found in a store that only the program has written."""
    assert [] == verification.breaks(store)
    sealed = store.execute("SELECT count(*), count(link), max(number) FROM change_set").fetchone()
    assert sealed[0] == sealed[1] == sealed[2]


@pytest.mark.parametrize("column", [c for c in HEADER if c not in {"number", "id", "batch_id"}])
def test_an_altered_change_set_is_found(store: sqlite3.Connection, column: str) -> None:
    """F47: who, when, with which words, and what it belongs to cannot be rewritten."""
    number = 20
    store.execute(f"UPDATE change_set SET {column} = x'00' || 'x' WHERE number = ?", (number,))
    assert number in {b.number for b in verification.breaks(store) if b.part == "header"}


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_altered_character_of_the_history_is_found(
    unguarded: Path, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """F47: one flipped byte in what is kept of a row is found, and the row is named."""
    chance = random.Random(seed)
    store = altered(unguarded, tmp_path_factory.mktemp("altered"))
    rows = store.execute(
        "SELECT c.seq, c.before, c.table_name, c.row_id, s.number FROM change c"
        " JOIN change_set s ON s.id = c.change_set_id WHERE c.operation <> 'insert'"
    ).fetchall()
    seq, before, table, key, number = chance.choice(rows)
    place = chance.randrange(len(before))
    flipped = chr(ord(before[place]) ^ 1)
    text = before[:place] + flipped + before[place + 1 :]
    store.execute("UPDATE change SET before = ? WHERE seq = ?", (text, seq))
    found = {b.number: b for b in verification.breaks(store) if b.part == "records"}
    assert number in found
    assert (table, key) in found[number].rows
    store.close()


@pytest.mark.parametrize("table", [name for name in CHILDREN_FIRST if name != "division"])
def test_an_altered_record_is_found(store: sqlite3.Connection, table: str) -> None:
    """F47: so is one that was changed without the program, in any table, and it is named.

    The kept past has no division left; those that it had are in its history.
    """
    row = store.execute(f'SELECT id, version FROM "{table}" ORDER BY id LIMIT 1').fetchone()
    store.execute(f'UPDATE "{table}" SET version = 77 WHERE id = ?', (row["id"],))
    (found,) = verification.breaks(store)
    assert ("records", True) == (found.part, (table, row["id"]) in found.rows)


def test_a_record_that_was_slipped_in_or_taken_out_is_found(store: sqlite3.Connection) -> None:
    """F47: a record that no change set made, and one that none has deleted."""
    whole = "id, created_in, version, number, name, name_key"
    store.execute(
        f"INSERT INTO account ({whole}) SELECT x'77', created_in, 1, 999, 'Evil', 'evil'"
        " FROM account LIMIT 1"
    )
    assert 1 == len(numbers(store))
    store.execute("DELETE FROM account WHERE number = 999")
    assert set() == numbers(store)
    store.execute("DELETE FROM note")
    assert 1 == len(numbers(store))


def test_a_missing_change_set_is_found(store: sqlite3.Connection) -> None:
    """F47: one that was taken out is named; so are the last ones."""
    last = store.execute("SELECT max(number) FROM change_set").fetchone()[0]
    store.execute("DELETE FROM change_set WHERE number IN (20, ?)", (last,))
    missing = [b.number for b in verification.breaks(store) if b.part == "missing"]
    assert [20, last] == missing


def test_a_line_of_the_history_that_was_taken_out_is_found(store: sqlite3.Connection) -> None:
    """F47: a change without its line is none."""
    number = store.execute(
        "SELECT s.number FROM change c JOIN change_set s ON s.id = c.change_set_id"
        " WHERE c.table_name = 'account' ORDER BY c.seq LIMIT 1"
    ).fetchone()[0]
    store.execute(
        "DELETE FROM change WHERE seq = (SELECT min(seq) FROM change WHERE table_name = 'account')"
    )
    assert number in numbers(store)


def test_a_moved_undo_mark_is_found(store: sqlite3.Connection) -> None:
    """F47: what is undone follows from the undos alone."""
    marked = store.execute(
        "SELECT number FROM change_set WHERE undone_by_id IS NOT NULL LIMIT 1"
    ).fetchone()[0]
    store.execute("UPDATE change_set SET undone_by_id = NULL WHERE number = ?", (marked,))
    assert [Break(marked, "undo mark")] == verification.breaks(store)


def test_a_rewritten_seal_breaks_the_next_link(store: sqlite3.Connection) -> None:
    """F47: a digest that was made to fit an altered record no longer fits its link."""
    number = 20
    store.execute("UPDATE change_set SET digest = zeroblob(32) WHERE number = ?", (number,))
    assert "header" in {b.part for b in verification.breaks(store) if b.number == number}
    store.execute("UPDATE change_set SET link = zeroblob(32) WHERE number = ?", (number,))
    assert number + 1 in {b.number for b in verification.breaks(store) if b.part == "header"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE change_set SET command = 'nothing' WHERE number = 3",
        "UPDATE change_set SET link = NULL WHERE number = 3",
        "DELETE FROM change_set WHERE number = 3",
        "UPDATE change SET before = '{}' WHERE seq = 1",
        "DELETE FROM change WHERE seq = 1",
    ],
)
def test_the_store_itself_refuses_to_rewrite_the_past(past: Path, statement: str) -> None:
    """F47: no statement changes the history while its triggers are there."""
    connection = connect(past)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    connection.close()


def test_an_unlabelled_write_fails(past: Path) -> None:
    """F47: a record cannot be made without a change set that says who made it."""
    connection = connect(past)
    whole = "id, created_in, version, number, name, name_key"
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(
            f"INSERT INTO account ({whole}) SELECT x'77', created_in, 1, 999, 'Evil', 'evil'"
            " FROM account LIMIT 1"
        )
    connection.close()


TYPES = (
    "UPDATE change SET before = CAST(before AS BLOB) WHERE seq = 5",
    "UPDATE change SET row_id = CAST(row_id AS TEXT) WHERE seq = 5",
    "UPDATE change SET before = 'x' WHERE operation = 'delete'",
    "UPDATE change SET table_name = 'nothing' WHERE seq = 5",
    "UPDATE change_set SET id = CAST(id AS TEXT) WHERE number = 7",
    "UPDATE change_set SET link = 'x' WHERE number = 7",
    "UPDATE change_set SET digest = 'x' WHERE number = 7",
    "UPDATE change_set SET number = 'x' WHERE number = 7",
    "UPDATE account SET owner_id = hex(owner_id)",
    "UPDATE account SET name = CAST(name AS BLOB)",
    "UPDATE account SET created_in = x'77' WHERE number = 1",
    "UPDATE change SET change_set_id = x'77' WHERE seq = 5",
    "INSERT INTO change SELECT 9999, x'77', table_name, row_id, operation, before FROM change",
)
"""What one flipped bit in the head of a record makes of it, and what somebody can slip in."""


@pytest.mark.parametrize("statement", [*TYPES[:-1], f"{TYPES[-1]} WHERE seq = 5"])
def test_a_value_of_another_type_is_found(store: sqlite3.Connection, statement: str) -> None:
    """F47: neither a text where a key was nor a line that nobody wrote ends the search."""
    store.execute(statement)
    assert [] != verification.breaks(store)
