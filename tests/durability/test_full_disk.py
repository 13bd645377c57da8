"""A full disk: a sentence, no loss, no half change, and all goes on once there is room."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from salescli.store.engine import FILE_NAME
from tests.durability.mounted import PROGRAM, in_mounts, small
from tests.durability.records import faults, state_of
from tests.durability.refusals import assert_refused
from tests.durability.scenes import first_revision, write_files
from tests.shop import Answer, Clock, Shop

CHANGES = (
    ("note", "OPP-1", "x" * 9_000),
    ("stage", "OPP-1", "proposal"),
    ("account", "add", "Umbrella", "--city", "y" * 1_000),
    ("undo",),
    ("process", "publish", "{files}/edited.toml", "--yes"),
    ("import", "{files}/accounts.csv", "{files}/contacts.csv", "{files}/deals.csv"),
)


@contextmanager
def pages_at_most(count: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no store grow beyond so many pages, as a disk that is full."""
    connect = sqlite3.connect

    def limited(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.execute(f"PRAGMA max_page_count = {count}")
        return connection

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", limited)
        yield


def pages(home: Path) -> int:
    """Return how many pages a store has."""
    connection = sqlite3.connect(home / FILE_NAME)
    count: int = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.close()
    return count


@pytest.mark.parametrize("words", CHANGES, ids=lambda words: words[0])
def test_a_change_that_finds_no_room_is_refused_whole(
    worked: Shop, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P18: at whatever page the disk is full, the command is done or changes nothing; with room it
    works.
    """
    write_files(tmp_path / "files")
    typed = [word.replace("{files}", str(tmp_path / "files")) for word in words]
    before, used, room = state_of(worked.home), pages(worked.home), 0
    while True:
        with pages_at_most(used + room, monkeypatch):
            answer = worked.run(*typed)
        if not answer.code:
            break
        assert_refused(answer, "The disk is full", "make room")
        assert before == state_of(worked.home)
        assert [] == faults(worked.home)
        room += 1 + room // 2
    assert before != state_of(worked.home)
    assert [] == faults(worked.home)


@pytest.mark.parametrize("room", [1, 2, 20, 60, 100])
def test_a_first_use_that_finds_no_room_is_refused(
    tmp_path: Path, clock: Clock, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that could not be made is made by the next command that finds room."""
    shop = Shop(tmp_path / "store", clock)
    with pages_at_most(room, monkeypatch):
        assert_refused(shop.run("account", "add", "Acme"), "The disk is full")
    assert [] == faults(shop.home)
    shop.do("account", "add", "Acme")
    assert ["Acme"] == [account["name"] for account in shop.json("account", "list")]


def test_an_update_that_finds_no_room_leaves_the_older_store(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store stays at its revision, copied before, and is updated once there is room."""
    home = tmp_path / "store"
    first_revision(home)
    shop = Shop(home, clock)
    before = state_of(home)
    with pages_at_most(pages(home) + 1, monkeypatch):
        assert_refused(shop.run("account", "list"), "The disk is full", "make room")
    assert before == state_of(home)
    assert 0 == shop.run("account", "list").code
    assert [] == faults(home)


COPY = """
import json, os, subprocess, sys
home, program, disk = sys.argv[1:4]
done = subprocess.run([program, "backup", "--to", disk], capture_output=True, text=True)
print(json.dumps([[done.returncode, done.stdout, done.stderr], os.listdir(disk)]))
"""


def test_a_copy_that_finds_no_room_is_refused(worked: Shop, tmp_path: Path) -> None:
    """Nothing that could be taken for a copy is left, and the store is as it was."""
    disk = tmp_path / "disk"
    disk.mkdir()
    before = state_of(worked.home)
    answer, left = json.loads(in_mounts(worked.home, small(disk, 200), COPY, PROGRAM, disk))
    assert_refused(Answer(*answer), "The disk is full", "make room")
    assert ([], before) == (left, state_of(worked.home))


SPEND = """
import json, shutil, subprocess, sys
from pathlib import Path
home, program, template = sys.argv[1:4]
def sales(*words):
    done = subprocess.run([program, *words], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr
if Path(template).exists():
    shutil.copyfile(template, Path(home) / "sales.db")
answers = []
while not answers or answers[-1][0] == 0 and len(answers) < 400:
    answers.append(sales("account", "add", f"Firm {len(answers)}", "--history", "x" * 7000))
subprocess.run(["mount", "-o", "remount,size=16m", home], check=True)
again = sales("account", "add", "The last")
listed = json.loads(sales("account", "list", "--all", "--json")[1])
print(json.dumps([answers, again, [account["name"] for account in listed]]))
"""


def spent(tmp_path: Path, kilobytes: int, template: Path) -> tuple[list[Answer], list[str]]:
    """Add accounts until the disk is full, make room, add one more; return the answers and names.

    The last answer is that of the command that found room again.
    """
    home = tmp_path / "disk"
    home.mkdir()
    told = in_mounts(home, small(home, kilobytes), SPEND, PROGRAM, template)
    answers, again, names = json.loads(told)
    return [Answer(*answer) for answer in [*answers, again]], names


def test_a_small_disk_fills_up_without_loss(worked: Shop, tmp_path: Path) -> None:
    """Every account that was answered is there, the refused one is not, and with room on the
    disk the next one is added.
    """
    connection = sqlite3.connect(worked.home / FILE_NAME)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    kilobytes = (worked.home / FILE_NAME).stat().st_size // 1024 + 600
    answers, names = spent(tmp_path, kilobytes, worked.home / FILE_NAME)
    *added, refused, again = answers
    assert len(added) > 2
    assert_refused(refused, "The disk is full", "make room")
    assert 0 == again.code
    known = [account["name"] for account in worked.json("account", "list", "--all")]
    assert sorted([*known, *(f"Firm {n}" for n in range(len(added))), "The last"]) == sorted(names)


@pytest.mark.parametrize("kilobytes", [64, 300, 700, 900])
def test_a_first_use_on_a_small_disk_is_refused(tmp_path: Path, kilobytes: int) -> None:
    """A disk on which a new store has no room says so; with room the store is made."""
    answers, names = spent(tmp_path, kilobytes, tmp_path / "no template")
    assert_refused(answers[0], "The disk is full")
    assert 0 == answers[-1].code
    assert ["The last"] == names
