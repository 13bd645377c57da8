"""Stores of every schema revision are brought to the present one, whole or not at all."""

import gzip
import hashlib
import itertools
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory

from salescli.errors import StoreError
from salescli.services import doctor, history
from salescli.store import backups, engine, verification
from salescli.store.engine import FILE_NAME, REVISION, open_connection, recorded_revision
from salescli.store.migrations.runner import alembic_config
from tests.shop import Clock, Shop
from tests.store.keep_revision import REVISIONS

KEPT = sorted(path.name.partition(".")[0] for path in REVISIONS.iterdir())
OLDER = [revision for revision in KEPT if revision != REVISION]


def old_shop(revision: str, folder: Path) -> Shop:
    """Return a shop with the kept store of a revision."""
    home = folder / "store"
    home.mkdir(mode=0o700)
    path = home / FILE_NAME
    path.touch(mode=0o600)
    path.write_bytes(gzip.decompress((REVISIONS / f"{revision}.db.gz").read_bytes()))
    clock = Clock()
    clock.advance(days=2)
    return Shop(home, clock)


def revision_of(shop: Shop) -> str:
    with closing(sqlite3.connect(shop.home / FILE_NAME)) as connection:
        return recorded_revision(connection)


def filled(shop: Shop) -> dict[str, list[dict[str, Any]]]:
    """Return every record with the columns that hold something: a revision may add empty ones."""
    with closing(sqlite3.connect(shop.home / FILE_NAME)) as connection:
        connection.row_factory = sqlite3.Row
        tables = {
            table: connection.execute(f'SELECT * FROM "{table}" ORDER BY id').fetchall()
            for table in shop.dump()
        }
    return {
        table: [{name: row[name] for name in row.keys() if row[name] is not None} for row in rows]  # noqa: SIM118 - a row iterates over its values
        for table, rows in tables.items()
        if rows
    }


def killed_at(statement: int, action: Callable[[], object]) -> bool:
    """Run an action in a process that is killed before that statement; return whether it was."""
    pid = os.fork()
    if pid == 0:
        try:
            with before_each_statement(lambda number: _kill_at(statement, number)):
                action()
            os._exit(0)
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert code in {0, -signal.SIGKILL}
    return code != 0


def _kill_at(statement: int, number: int) -> None:
    if number == statement:
        os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def before_each_statement(call: Callable[[int], object]) -> Iterator[None]:
    """Call something with its number before each statement that any connection runs."""
    numbers = itertools.count(1)
    connect = sqlite3.connect

    def traced(*places: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*places, **options)
        connection.set_trace_callback(lambda _text: call(next(numbers)))
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", traced)
        yield


class Remains:
    """What a killed process would leave on the disk, at each statement that it could be killed at.

    The system keeps what a killed process has written, so a copy of the files is what is left.
    """

    def __init__(self, home: Path, folder: Path) -> None:
        self.home = home
        self.folder = folder
        self.statements = 0
        self._seen: set[bytes] = set()

    def keep(self, number: int) -> None:
        """Copy the files, unless a statement before has left the same."""
        self.statements = number
        files = sorted(path for path in self.home.glob(f"{FILE_NAME}*") if path.suffix != ".lock")
        contents = {path.name: path.read_bytes() for path in files if "shm" not in path.name}
        fingerprint = hashlib.blake2b()
        for name, content in contents.items():
            fingerprint.update(f"{name} {len(content)} ".encode())
            fingerprint.update(content)
        if fingerprint.digest() in self._seen:
            return
        self._seen.add(fingerprint.digest())
        home = self.folder / str(number)
        home.mkdir(mode=0o700)
        for name, content in contents.items():
            (home / name).touch(mode=0o600)
            (home / name).write_bytes(content)


def test_each_revision_has_a_kept_store() -> None:
    """A new migration comes with a store of the revision before it and of its own."""
    scripts = ScriptDirectory.from_config(alembic_config())
    assert {script.revision for script in scripts.walk_revisions()} == set(KEPT)


@pytest.mark.parametrize("revision", KEPT)
def test_a_kept_store_says_its_revision(revision: str, tmp_path: Path) -> None:
    """What is kept under a name is of that revision."""
    assert revision == revision_of(old_shop(revision, tmp_path))


@pytest.mark.parametrize("revision", KEPT)
def test_an_old_store_loses_nothing(revision: str, tmp_path: Path) -> None:
    """Every record is there after the upgrade, the doctor is silent, and the chain is whole."""
    shop = old_shop(revision, tmp_path)
    before = filled(shop)
    open_connection(shop.home).close()
    assert before == filled(shop)
    assert REVISION == revision_of(shop)
    shop.clock.advance(days=-1)
    assert [] == doctor.examine(shop.unit)


@pytest.mark.parametrize("revision", KEPT)
def test_the_past_of_an_old_store_can_be_undone(revision: str, tmp_path: Path) -> None:
    """An undo, and the undo of that, work across the upgrade, and the chain holds on."""
    shop = old_shop(revision, tmp_path)
    unit = shop.unit
    with unit:
        pass
    before = shop.dump()
    undone = history.undo(unit, "2")
    assert any(entry.reversed for entry in undone)
    assert before != shop.dump()
    number = shop.rows("SELECT max(number) FROM change_set")[0][0] - 1
    history.undo(unit, f"CS-{number}")
    assert before == shop.dump()
    assert [] == verification.breaks(unit.connection)
    unit.close()


@pytest.mark.parametrize("revision", OLDER)
def test_a_copy_is_made_before_the_upgrade(revision: str, tmp_path: Path) -> None:
    """The copy is the store as it was, of its old revision."""
    shop = old_shop(revision, tmp_path)
    before = shop.dump()
    open_connection(shop.home).close()
    (copy,) = backups.listing(shop.home)
    assert (backups.MIGRATION, revision) == (copy.kind, backups.revision(copy.path))
    other = Shop(tmp_path / "other", shop.clock)
    other.home.mkdir()
    (other.home / FILE_NAME).write_bytes(copy.path.read_bytes())
    assert before == other.dump()


@pytest.mark.parametrize("revision", OLDER)
def test_an_upgrade_that_ends_at_any_statement_has_not_begun(revision: str, tmp_path: Path) -> None:
    """Wherever it is killed, the store is the old one or the new one, whole, and can go on."""
    shop = old_shop(revision, tmp_path)
    before = filled(shop)
    remains = Remains(shop.home, _made(tmp_path / "remains"))
    with before_each_statement(remains.keep):
        open_connection(shop.home).close()
    remains.keep(remains.statements + 1)
    shops = [Shop(home, shop.clock) for home in remains.folder.iterdir()]
    assert {revision, REVISION} == {revision_of(left) for left in shops}
    for left in shops:
        assert before == filled(left)
        assert [] == doctor.examine(left.unit)
        open_connection(left.home).close()
        assert (REVISION, before) == (revision_of(left), filled(left))
        assert [] == verification.breaks(engine.connect(left.home / FILE_NAME))


@pytest.mark.parametrize("revision", OLDER)
def test_an_upgrade_that_is_killed_has_not_begun(revision: str, tmp_path: Path) -> None:
    """So it is with processes that are really killed, and with the next one beside their lock."""
    shop = old_shop(revision, tmp_path)
    before = filled(shop)
    number, step = 1, 60
    while killed_at(number, lambda: open_connection(shop.home)):
        assert (revision, before) == (revision_of(shop), filled(shop))
        number += step
    assert number > step
    assert (REVISION, before) == (revision_of(shop), filled(shop))


def test_a_first_use_that_ends_at_any_statement_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    """Wherever it is killed, the doctor is silent and the next command makes the store."""
    shop = Shop(_made(tmp_path / "store"), Clock())
    remains = Remains(shop.home, _made(tmp_path / "remains"))
    with before_each_statement(remains.keep):
        shop.do("account", "add", "Acme")
    for home in remains.folder.iterdir():
        left = Shop(home, shop.clock)
        assert [] == doctor.examine(left.unit)
        left.do("account", "add", "Borealis")
        assert [] == doctor.examine(left.unit)
        assert 1 == len(left.json("process", "list"))


def test_a_newer_store_is_left_alone(shop: Shop) -> None:
    """A program that does not know the schema says so, and changes nothing (exit 7)."""
    with closing(sqlite3.connect(shop.home / FILE_NAME)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = shop.dump()
    answer = shop.run("account", "add", "Acme")
    assert (7, "", before) == (answer.code, answer.out, shop.dump())
    assert "newer version of the program (9999)" in answer.err
    assert "9999" == revision_of(shop)
    assert ["revision"] == [finding.check for finding in doctor.examine(shop.unit)]


def test_the_marks_of_old_undos_are_set_by_the_present_rule(tmp_path: Path) -> None:
    """What an earlier program marked otherwise is no alteration: the chain says nothing of it."""
    shop = old_shop("0001", tmp_path)
    with closing(sqlite3.connect(shop.home / FILE_NAME)) as connection:
        connection.execute(
            "UPDATE change_set SET undone_by_id = NULL WHERE undone_by_id IS NOT NULL"
        )
        connection.commit()
    open_connection(shop.home).close()
    assert [] == verification.breaks(engine.connect(shop.home / FILE_NAME))
    assert shop.rows("SELECT 1 FROM change_set WHERE undone_by_id IS NOT NULL")


@pytest.mark.parametrize("revision", OLDER)
def test_an_upgrade_that_would_leave_orphans_is_taken_back(revision: str, tmp_path: Path) -> None:
    """A store whose records refer to missing ones stays at its revision, and says which."""
    shop = old_shop(revision, tmp_path)
    with closing(sqlite3.connect(shop.home / FILE_NAME)) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE opportunity SET account_id = zeroblob(16)")
        connection.commit()
    before = shop.dump()
    with pytest.raises(StoreError, match="opportunity"):
        open_connection(shop.home)
    assert (revision, before) == (revision_of(shop), shop.dump())


def test_opening_needs_alembic_only_for_an_upgrade(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store of the present revision is opened without asking the runner."""
    monkeypatch.setattr(engine, "REVISION", "never")
    with pytest.raises(AssertionError, match="asked"):
        _open_with_a_runner_that_fails(shop, monkeypatch)
    monkeypatch.undo()
    _open_with_a_runner_that_fails(shop, monkeypatch)


def _open_with_a_runner_that_fails(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_path: Path) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr("salescli.store.migrations.runner.upgrade", fail)
    open_connection(shop.home).close()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
