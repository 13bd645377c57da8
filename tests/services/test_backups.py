"""Backups: whole, kept within bounds, made by themselves, and a way back that can be taken back."""

import os
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from salescli.services import backups, doctor
from salescli.services.sessions import open_unit
from salescli.store import backups as store_backups
from salescli.store import engine
from salescli.store.backups import listing
from salescli.store.daily import FOLDER
from salescli.store.engine import FILE_NAME
from salescli.store.unit_of_work import UnitOfWork
from tests.shop import Shop, behind_the_back


def unit_of(shop: Shop) -> UnitOfWork:
    """Return the unit of work that a front end gets, with the daily backup."""
    return open_unit(shop.home, clock=shop.clock, command="test")


def kinds(shop: Shop) -> list[str]:
    return [backup.kind for backup in listing(shop.home)]


def test_a_backup_holds_what_the_store_holds(shop: Shop, tmp_path: Path) -> None:
    """The copy is a store of its own with every record, readable by its owner alone."""
    shop.do("account", "add", "Acme")
    made = shop.json("backup")
    home = tmp_path / "elsewhere"
    home.mkdir()
    path = shop.home / FOLDER / f"{made['name']}.db"
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert 0o700 == stat.S_IMODE(path.parent.stat().st_mode)
    (home / FILE_NAME).write_bytes(path.read_bytes())
    assert shop.dump() == Shop(home, shop.clock).dump()


def test_a_backup_goes_where_it_is_told(shop: Shop, tmp_path: Path) -> None:
    """`--to` names a file or a folder, and never overwrites what is there (exit 4)."""
    shop.do("backup", "--to", str(tmp_path / "copy.db"))
    before = (tmp_path / "copy.db").read_bytes()
    again = shop.run("backup", "--to", str(tmp_path / "copy.db"))
    assert (4, before) == (again.code, (tmp_path / "copy.db").read_bytes())
    shop.do("backup", "--to", str(tmp_path))
    assert (tmp_path / FILE_NAME).exists()
    assert [] == listing(shop.home)


def test_only_so_many_are_kept_of_each_kind(shop: Shop) -> None:
    """The setting `backups` says how many; the oldest go, those of another kind stay."""
    shop.do("config", "backups", "2")
    first = shop.json("backup")
    shop.clock.advance(hours=1)
    shop.do("restore", "1", "--yes")
    for _ in range(3):
        shop.clock.advance(hours=1)
        shop.do("backup")
    shop.do("config", "backups", "2")
    shop.clock.advance(hours=1)
    shop.do("backup")
    names = [backup.name for backup in listing(shop.home)]
    assert ["asked", "asked", "restore"] == sorted(kinds(shop))
    assert first["name"] not in names


def test_the_first_change_of_a_day_makes_a_copy_of_the_days_before(shop: Shop) -> None:
    """One a day, before the change, and none on the day on which the store began."""
    shop.do("account", "add", "Acme")
    assert [] == kinds(shop)
    shop.clock.advance(days=1)
    before = shop.dump()
    shop.do("account", "add", "Borealis")
    shop.do("account", "add", "Cobalt")
    assert ["daily"] == kinds(shop)
    shop.do("restore", "1", "--yes")
    assert before == shop.dump()


def test_reading_makes_no_copy_and_none_is_made_where_none_is_wanted(shop: Shop) -> None:
    """A reader never waits for a copy; `sales config backups 0` turns the daily one off."""
    shop.clock.advance(days=1)
    shop.do("account", "list")
    shop.do("account", "add", "Acme", "--dry-run")
    assert [] == kinds(shop)
    shop.do("config", "backups", "0")
    made = kinds(shop)
    shop.clock.advance(days=1)
    shop.do("account", "add", "Acme")
    assert made == kinds(shop)


def test_trouble_with_the_daily_copy_is_told_and_stops_nobody(shop: Shop) -> None:
    """The change is made all the same."""
    (shop.home / FOLDER).write_text("in the way", encoding="utf-8")
    shop.clock.advance(days=1)
    answer = shop.do("account", "add", "Acme")
    assert "note: Today's backup could not be made" in answer.err
    assert 1 == len(shop.json("account", "list"))


def test_a_large_store_is_copied_by_a_process_beside(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for it; its copy is as whole as any, and it is made once a day."""
    shop.do("account", "add", "Acme")
    before = shop.dump()
    shop.clock.advance(days=1)
    monkeypatch.setenv("SALES_NOW", shop.clock().isoformat())
    monkeypatch.setattr(backups, "LARGE", 0)
    shop.do("account", "add", "Borealis")
    pid, status = os.wait()
    assert (True, 0) == (pid > 0, os.waitstatus_to_exitcode(status))
    shop.do("account", "add", "Cobalt")
    assert ["daily"] == kinds(shop)
    shop.do("restore", "1", "--yes")
    assert {row[0] for row in before["account"]} <= {row[0] for row in shop.dump()["account"]}
    assert [] == doctor.examine(shop.unit)


def test_without_room_a_large_store_is_not_copied(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, and the change is made all the same."""
    shop.clock.advance(days=1)
    monkeypatch.setattr(backups, "LARGE", 0)
    monkeypatch.setattr("salescli.store.backups.has_room", lambda _home, _size: False)
    answer = shop.do("account", "add", "Acme")
    assert "no room" in answer.err
    assert [] == kinds(shop)


def test_what_a_killed_process_left_is_removed(shop: Shop) -> None:
    """A half-written copy has no name of its own and goes with the next backup."""
    folder = shop.home / FOLDER
    folder.mkdir(mode=0o700)
    left = folder / ".20261123T090000.000000Z-daily.db.999999999.part"
    left.write_bytes(b"half")
    assert [] == listing(shop.home)
    shop.do("backup")
    assert not left.exists()


def test_a_restore_shows_what_would_be_lost(shop: Shop) -> None:
    """Each change since the copy, and the records now and then; a dry run changes nothing."""
    shop.do("backup")
    shop.do("account", "add", "Acme")
    shop.do("account", "add", "Borealis", me="bo")
    before = shop.dump()
    plan = shop.json("restore", "1", "--dry-run")
    assert ["bo", "ana"] == [change["login"] for change in plan["lost"]]
    assert {"now": 2, "then": 0} == plan["records"]["account"]
    assert [] == plan["regained"]
    assert before == shop.dump()


def test_a_restore_has_to_be_confirmed(shop: Shop) -> None:
    """Without a terminal and without `--yes` it ends with 8 and changes nothing."""
    shop.do("backup")
    shop.do("account", "add", "Acme")
    before = shop.dump()
    answer = shop.run("restore", "1")
    assert (8, before) == (answer.code, shop.dump())
    (copy,) = listing(shop.home)
    assert f"sales restore {copy.name} --yes" in answer.err


def test_a_restore_can_be_taken_back(shop: Shop) -> None:
    """The store as it was is kept first; restoring that brings every record back."""
    shop.do("account", "add", "Acme")
    old = shop.dump()
    shop.do("backup")
    shop.clock.advance(hours=1)
    shop.do("account", "add", "Borealis")
    new = shop.dump()
    shop.do("restore", "1", "--yes")
    assert old == shop.dump()
    assert [] == doctor.examine(shop.unit)
    shop.clock.advance(hours=1)
    shop.do("restore", "1", "--yes")
    assert new == shop.dump()
    assert [] == doctor.examine(shop.unit)


def test_a_restore_stays_in_the_log_and_is_not_undone(shop: Shop) -> None:
    """The history says that it was; `undo` passes it by, and refuses it by its name (exit 4)."""
    shop.do("account", "add", "Acme")
    shop.do("backup")
    shop.do("restore", "1", "--yes")
    (entry,) = shop.json("log", "-n", "1")
    assert "ana" == entry["login"]
    answer = shop.run("undo", entry["reference"])
    assert (4, "") == (answer.code, answer.out)
    assert "sales restore" in answer.err
    shop.do("undo")
    assert [] == shop.json("account", "list")


@pytest.mark.parametrize("damage", ["header", "middle", "cut", "text", "empty", "missing"])
def test_a_damaged_store_is_put_aside_and_replaced(shop: Shop, damage: str) -> None:
    """Whatever happened to the file, the copy comes back, and the damaged file is kept."""
    shop.do("account", "add", "Acme")
    whole = shop.dump()
    shop.do("backup")
    path = shop.home / FILE_NAME
    content = bytearray(path.read_bytes())
    for ending in ("-wal", "-shm"):
        (shop.home / f"{FILE_NAME}{ending}").unlink(missing_ok=True)
    if damage == "header":
        content[:32] = os.urandom(32)
    elif damage == "middle":
        content[4096 : len(content) // 2] = bytes(len(content) // 2 - 4096)
    elif damage == "cut":
        del content[len(content) // 3 :]
    elif damage == "text":
        content[:] = b"name,city\nAcme,Riga\n"
    else:
        content.clear()
    path.write_bytes(content)
    if damage == "missing":
        path.unlink()
    found = doctor.examine(shop.unit)
    assert found
    refused = shop.run("account", "add", "Borealis")
    assert (7, "") == (refused.code, refused.out)
    assert "sales restore" in refused.err
    shop.do("restore", "1", "--yes")
    assert whole == shop.dump()
    assert [] == doctor.examine(shop.unit)


def test_a_damaged_copy_is_refused(shop: Shop) -> None:
    """A copy that is not whole is never put in place (exit 7); the doctor finds it."""
    shop.do("account", "add", "Acme")
    made = shop.json("backup")
    path = Path(made["path"])
    content = bytearray(path.read_bytes())
    content[8192:20480] = os.urandom(12288)
    path.write_bytes(content)
    before = shop.dump()
    answer = shop.run("restore", "1", "--yes")
    assert (7, "", before) == (answer.code, answer.out, shop.dump())
    assert ["backup"] == [finding.check for finding in doctor.examine(shop.unit)]


def test_an_unknown_backup_is_named(shop: Shop) -> None:
    """A name, a number or a file that is not there ends with 3."""
    for which in ("1", "0", "nothing", "nothing.db"):
        answer = shop.run("restore", which, "--yes")
        assert (3, "") == (answer.code, answer.out)
        assert "sales restore" in answer.err


def test_somebody_else_may_read_meanwhile(shop: Shop) -> None:
    """A reader that began before a restore sees its own state to its end."""
    shop.do("backup")
    shop.do("account", "add", "Acme")
    reader = shop.unit
    with reader.reading():
        count = "SELECT count(*) FROM account"
        assert 1 == reader.connection.execute(count).fetchone()[0]
        writer = unit_of(shop)
        backups.restore(writer, backups.prepare(writer, "1"))
        writer.close()
        assert 1 == reader.connection.execute(count).fetchone()[0]
    assert 0 == reader.connection.execute(count).fetchone()[0]
    reader.close()


@pytest.mark.parametrize("kept", ["1", "2", "3"])
def test_the_copy_that_is_restored_is_never_let_go(shop: Shop, kept: str) -> None:
    """However few copies are kept, any of those that are listed can be gone back to."""
    shop.do("config", "backups", kept)
    shop.do("account", "add", "Acme")
    shop.do("backup")
    for name in ("Borealis", "Cobalt", "Delta"):
        shop.clock.advance(hours=1)
        shop.do("account", "add", name)
        shop.do("restore", "1", "--yes")
    shop.clock.advance(hours=1)
    oldest = listing(shop.home)[-1]
    shop.do("restore", oldest.name, "--yes")
    assert oldest.path.exists()


def test_no_copies_by_themselves_does_not_mean_none_at_all(shop: Shop) -> None:
    """With `backups 0` those that were asked for stay."""
    shop.do("config", "backups", "0")
    for _ in range(3):
        shop.clock.advance(hours=1)
        shop.do("backup")
    assert ["asked"] * 3 == kinds(shop)


def test_a_copy_is_kept_although_the_clock_was_wrong(shop: Shop) -> None:
    """The one that was just made is never the one to go."""
    shop.do("config", "backups", "1")
    shop.clock.advance(days=300)
    shop.do("backup")
    shop.clock.advance(days=-300)
    made = shop.json("backup")
    assert Path(made["path"]).exists()


def test_a_change_beside_a_restore_is_not_lost(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody adds after the copy was kept ends the restore with 6, undone."""
    shop.do("backup")
    make = store_backups.make

    def and_somebody_adds(*places: Any, **options: Any) -> store_backups.Backup:
        made = make(*places, **options)
        shop.do("account", "add", "Borealis", me="bo")
        return made

    monkeypatch.setattr(store_backups, "make", and_somebody_adds)
    answer = shop.run("restore", "1", "--yes")
    assert 6 == answer.code
    assert ["Borealis"] == [row[0] for row in shop.rows("SELECT name FROM account")]
    assert [] == doctor.examine(shop.unit)


def test_a_restore_waits_for_no_writer_without_an_end(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that another program holds is refused as busy (exit 7)."""
    shop.do("backup")
    monkeypatch.setattr(engine, "PATIENCE", 0.1)
    holder = sqlite3.connect(shop.home / FILE_NAME, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    answer = shop.run("restore", "1", "--yes")
    holder.execute("ROLLBACK")
    holder.close()
    assert (7, True) == (answer.code, "busy" in answer.err)
    assert not list(shop.home.glob("*damaged*"))


def test_only_a_damaged_store_is_put_aside(shop: Shop) -> None:
    """One that is newer than the program is left where it is."""
    shop.do("backup")
    with sqlite3.connect(shop.home / FILE_NAME) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    answer = shop.run("restore", "1", "--yes")
    assert 7 == answer.code
    assert not list(shop.home.glob("*damaged*"))


def test_a_store_with_a_journal_is_no_copy(shop: Shop, tmp_path: Path) -> None:
    """A file whose last changes are in its journal is refused: they would be left out."""
    other = Shop(tmp_path / "other", shop.clock)
    other.do("account", "add", "Acme")
    keeper = sqlite3.connect(other.home / FILE_NAME)
    keeper.execute("SELECT count(*) FROM account").fetchone()
    other.do("account", "add", "Borealis")
    answer = shop.run("restore", str(other.home / FILE_NAME), "--yes")
    keeper.close()
    assert (7, "") == (answer.code, answer.out)
    assert "journal" in answer.err


def test_an_altered_copy_is_told(shop: Shop) -> None:
    """It can be gone back to, but not unseen."""
    shop.do("account", "add", "Acme")
    made = shop.json("backup")
    with behind_the_back(Path(made["path"])) as connection:
        connection.execute("UPDATE account SET name = 'Evil'")
    answer = shop.do("restore", "1", "--dry-run")
    assert "not as the program wrote it" in answer.err


@pytest.mark.parametrize("number", ["abc", "-1", "1000"])
def test_a_wrong_number_of_copies_is_named(shop: Shop, number: str) -> None:
    """Of the setting as of the variable: exit 2, and nothing is changed."""
    assert 2 == shop.run("config", "backups", "--", number).code
    shop.clock.advance(days=1)
    environment = {"SALES_BACKUPS": "abc", "SALES_ME": "ana"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        answer = shop.run("account", "add", "Acme")
    assert (2, "") == (answer.code, answer.out)
    assert [] == shop.rows("SELECT name FROM account")


@pytest.mark.parametrize("target", ["", "-"])
def test_a_copy_needs_a_name(shop: Shop, target: str) -> None:
    """No file of that name is written anywhere."""
    assert 2 == shop.run("backup", "--to", target).code
