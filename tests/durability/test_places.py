"""Where a store lies: any name of a folder works, and a place of no use is told plainly."""

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from salescli.store import engine
from salescli.store.engine import FILE_NAME
from tests.durability.killing import own_environment
from tests.durability.mounted import PROGRAM, in_mounts, read_only, small
from tests.durability.records import faults, state_of
from tests.durability.refusals import assert_refused
from tests.forked import program
from tests.shop import Answer, Clock, Shop

NAMES = (
    "with spaces",
    'it\'s "quoted"',
    "Ünïcödé 売上 🙂",
    "100% #1 a?b&c=d",
    "file:x?mode=ro",
    "semi;colon\\back",
    "-dash",
    "new\nline",
    "x" * 200,
)


def sales(home: Path, *words: str, **environment: str | None) -> Answer:
    """Run the program; a variable that is None is taken away."""
    merged = os.environ | own_environment(home) | environment
    variables = {name: value for name, value in merged.items() if value is not None}
    return Answer(*program(words, variables))


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_may_have_any_name(tmp_path: Path, clock: Clock, name: str) -> None:
    """A store is made, filled and found again in a folder of that name, and nowhere else."""
    shop = Shop(tmp_path / name, clock)
    shop.do("account", "add", "Acme")
    assert ["Acme"] == [account["name"] for account in shop.json("account", "list")]
    assert [tmp_path / name] == list(tmp_path.iterdir())


def test_a_folder_may_have_a_name_that_is_no_text(tmp_path: Path) -> None:
    """Bytes that no encoding explains are a name like any other."""
    home = tmp_path / os.fsdecode(b"caf\xe9 \xff")
    assert 0 == sales(home, "account", "add", "Acme").code
    assert "Acme" in sales(home, "account", "list").out


def test_a_path_that_is_too_long_is_told(tmp_path: Path, clock: Clock) -> None:
    """SQLite takes no path of that length."""
    shop = Shop(tmp_path.joinpath(*["x" * 150] * 4), clock)
    assert_refused(shop.run("account", "add", "Acme"), "too long", "--home")


def test_a_folder_named_like_the_store_is_told(tmp_path: Path, clock: Clock) -> None:
    """A folder cannot be the store."""
    (tmp_path / FILE_NAME).mkdir()
    assert_refused(Shop(tmp_path, clock).run("pipeline"), "it is a folder", "--home")


FOLDER_IN_ITS_PLACE = """
import json, pathlib, subprocess, sys
home, program = sys.argv[1:]
(pathlib.Path(home) / "sales.db").mkdir()
done = subprocess.run([program, "pipeline"], capture_output=True, text=True)
print(json.dumps((done.returncode, done.stdout, done.stderr)))
"""


def test_a_folder_named_like_the_store_is_told_on_any_disk(tmp_path: Path) -> None:
    """On some disks a folder has a size of a few bytes, which is no store that was cut off."""
    told = in_mounts(tmp_path, small(tmp_path, 64), FOLDER_IN_ITS_PLACE, PROGRAM)
    assert_refused(Answer(*json.loads(told)), "it is a folder", "--home")


def test_a_home_that_is_a_file_is_told(tmp_path: Path, clock: Clock) -> None:
    """Neither a file nor something in a file can be the folder of the store."""
    file = tmp_path / "file"
    file.write_text("mine")
    for home in (file, file / "below"):
        assert_refused(Shop(home, clock).run("pipeline"), str(home), "--home")
    assert "mine" == file.read_text()


def test_a_link_to_a_store_is_followed(shop: Shop, tmp_path: Path, clock: Clock) -> None:
    """Changes go to the file that the link names."""
    elsewhere = Shop(tmp_path / "elsewhere", clock)
    elsewhere.home.mkdir()
    (elsewhere.home / FILE_NAME).symlink_to(shop.home / FILE_NAME)
    elsewhere.do("account", "add", "Acme")
    assert ["Acme"] == [account["name"] for account in shop.json("account", "list")]


def test_a_link_to_nothing_makes_no_store(tmp_path: Path, clock: Clock) -> None:
    """Where the disk with the store is away, no empty one takes its place."""
    (tmp_path / "disk").mkdir()
    (tmp_path / FILE_NAME).symlink_to(tmp_path / "disk" / FILE_NAME)
    assert_refused(Shop(tmp_path, clock).run("pipeline"), "link", "not there")
    assert [] == list((tmp_path / "disk").iterdir())


# A home that is missing


def test_without_home_the_system_knows_it(tmp_path: Path) -> None:
    """`XDG_DATA_HOME` alone says where the store is."""
    answer = sales(
        tmp_path, "account", "add", "Acme", SALES_HOME=None, HOME=None, XDG_DATA_HOME=str(tmp_path)
    )
    assert 0 == answer.code, answer
    assert (tmp_path / "sales" / FILE_NAME).exists()


def test_a_home_that_cannot_be_written_is_told() -> None:
    """Nothing can be made below /proc."""
    answer = sales(Path("/proc"), "pipeline", SALES_HOME=None, XDG_DATA_HOME=None, HOME="/proc")
    assert_refused(answer, "/proc", "--home")


# What may only be read

LOOK = """
import json, subprocess, sys
home, program = sys.argv[1:3]
answers = []
for words in ("pipeline", "opportunity show OPP-1", "account show ACC-1", "note OPP-1 x"):
    done = subprocess.run([program, *words.split()], capture_output=True, text=True)
    answers.append((done.returncode, done.stdout, done.stderr))
print(json.dumps(answers))
"""


def read_only_answers(home: Path, locked: Path) -> list[Answer]:
    """Look three times at a store that nobody can write, and try to write a note."""
    told = in_mounts(home, read_only(locked), LOOK, PROGRAM)
    return [Answer(*answer) for answer in json.loads(told)]


@pytest.mark.parametrize("place", ["folder", "file"])
@pytest.mark.parametrize("journal", ["in use", "without"])
def test_a_read_only_store_can_be_read(worked: Shop, place: str, journal: str) -> None:
    """What only looks works where nothing can be written; what writes says why it cannot."""
    worked.do("note", "ACC-1", "the last thing")
    reader = sqlite3.connect(worked.home / FILE_NAME)
    reader.execute("SELECT 1 FROM note").fetchone()
    if journal == "without":
        reader.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        reader.close()
    before = state_of(worked.home)
    locked = worked.home if place == "folder" else worked.home / FILE_NAME
    *looks, change = read_only_answers(worked.home, locked)
    assert [0, 0, 0] == [look.code for look in looks], looks
    assert "the last thing" in looks[2].out
    assert_refused(change, "read-only", "--home")
    reader.close()
    assert before == state_of(worked.home)


def test_a_journal_that_cannot_be_read_is_told(worked: Shop, tmp_path: Path) -> None:
    """Changes that are still in the journal are never left out of an answer without a word."""
    reader = sqlite3.connect(worked.home / FILE_NAME)
    reader.execute("SELECT 1 FROM note").fetchone()
    worked.do("note", "ACC-1", "the last thing")
    copy = tmp_path / "copy"
    shutil.copytree(worked.home, copy, ignore=shutil.ignore_patterns("*-shm"))
    reader.close()
    for answer in read_only_answers(copy, copy):
        assert_refused(answer, "journal", "copy the folder")
    assert "the last thing" in Shop(copy, worked.clock).do("account", "show", "ACC-1").out


def test_a_first_use_in_a_read_only_folder_is_told(tmp_path: Path) -> None:
    """No store can be made there."""
    for answer in read_only_answers(tmp_path, tmp_path):
        assert_refused(answer, "Read-only", "--home")


# Too few of something


@pytest.mark.parametrize("handles", range(5, 16))
def test_too_few_file_handles_are_told(worked: Shop, handles: int) -> None:
    """A command that may open too few files is done or changes nothing, and says why."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (handles, handles))

    before = state_of(worked.home)
    done = subprocess.run(
        [sys.executable, PROGRAM, "note", "OPP-1", "x"],
        env=os.environ | own_environment(worked.home),
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )
    answer = Answer(done.returncode, done.stdout, done.stderr)
    if answer.code:
        assert_refused(answer, "oo many files are open", "ulimit")
        assert before == state_of(worked.home)
    else:
        assert before != state_of(worked.home)
    assert [] == faults(worked.home)
    worked.do("note", "OPP-1", "x")


def test_a_store_that_another_one_writes_is_told(
    worked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its patience a command gives up, reading goes on, and then the command works."""
    monkeypatch.setattr(engine, "PATIENCE", 0.05)
    other = engine.connect(worked.home / FILE_NAME)
    other.execute("BEGIN IMMEDIATE")
    before = worked.dump()
    assert_refused(worked.run("note", "OPP-1", "x"), "busy", "0.05 seconds", "try again")
    assert 0 == worked.run("pipeline").code
    other.execute("ROLLBACK")
    other.close()
    assert before == worked.dump()
    worked.do("note", "OPP-1", "x")


@pytest.mark.parametrize("now", ["1970-01-01T00:00:00+00:00", "2199-12-31T23:59:59+00:00"])
def test_a_clock_that_is_far_off_loses_nothing(worked: Shop, now: str) -> None:
    """Changes are in their order whatever the clock said, and go back in it."""
    before = worked.dump()
    assert 0 == sales(worked.home, "account", "edit", "Acme", "--city", "Rome", SALES_NOW=now).code
    assert before != worked.dump()
    newest = json.loads(sales(worked.home, "log", "-n", "1", "--json", SALES_NOW=now).out)
    assert "--city Rome" in newest[0]["command"]
    worked.do("undo")
    assert before == worked.dump()
