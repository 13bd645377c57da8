"""A damaged file: told in a sentence, never made worse, never taken for an empty store."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from salescli.store.engine import FILE_NAME
from tests.durability.records import faults, state_of
from tests.durability.refusals import assert_refused
from tests.durability.scenes import copy_store
from tests.shop import Shop, made_once

PAGE = 4096
COMMANDS = (
    ("pipeline",),
    ("account", "list"),
    ("opportunity", "show", "OPP-1"),
    ("log",),
    ("account", "edit", "Acme", "--city", "Rome"),
    ("stage", "OPP-1", "proposal"),
    ("account", "add", "Umbrella"),
    ("undo",),
)
"""What people do; some of it touches what is damaged."""


@made_once
def settled(worked: Shop) -> Shop:
    """The store of a small team, all of it in the one file."""
    connection = sqlite3.connect(worked.home / FILE_NAME)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return worked


def truncate(share: float) -> Callable[[bytes], bytes]:
    return lambda content: content[: int(len(content) * share)]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "one byte": lambda content: content[:1],
    "half a header": lambda content: content[:50],
    "the header alone": lambda content: content[:100],
    "one page": lambda content: content[:PAGE],
    "a third": truncate(1 / 3),
    "two thirds": truncate(2 / 3),
    "without its last page": lambda content: content[:-PAGE],
    "without its last bytes": lambda content: content[:-100],
    "another magic": lambda content: b"SQLite format 9\0" + content[16:],
    "a header of zeros": lambda content: bytes(100) + content[100:],
    "a page size of nonsense": lambda content: content[:16] + b"\x12\x34" + content[18:],
    "a first page of zeros": lambda content: content[:100] + bytes(PAGE - 100) + content[PAGE:],
    "a text": lambda _content: b"Dear diary, today I sold nothing.\n" * 100,
    "a picture": lambda _content: b"\x89PNG\r\n\x1a\n" + bytes(5_000),
}
"""What may befall a file -> what is left of it."""


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_store_is_told(settled: Shop, damage: str) -> None:
    """Every command works or is refused in a sentence that names the way back; the doctor is
    not silent, and changes nothing.
    """
    store = settled.home / FILE_NAME
    store.write_bytes(DAMAGES[damage](store.read_bytes()))
    left = store.read_bytes()
    assert faults(settled.home)
    assert left == store.read_bytes()
    for words in COMMANDS:
        answer = settled.run(*words)
        if answer.code:
            assert_refused(answer._replace(out=""), "damaged", "sales restore", "sales doctor")
    assert faults(settled.home)


def test_a_damaged_page_is_told(settled: Shop) -> None:
    """Whichever page is damaged, table or index, a command that needs it says so, and the
    others work; none breaks down.
    """
    store = settled.home / FILE_NAME
    sound = store.read_bytes()
    chance = random.Random(1)
    pages = chance.sample(range(1, len(sound) // PAGE), 25)
    for page in pages:
        for filling in (bytes(PAGE), chance.randbytes(PAGE)):
            store.write_bytes(sound[: page * PAGE] + filling + sound[(page + 1) * PAGE :])
            for words in COMMANDS:
                answer = settled.run(*words)
                assert answer.code != 1, (page, answer)
                if answer.code == 7:
                    assert_refused(answer._replace(out=""), "store", "sales restore")
            for ending in ("-wal", "-shm"):
                store.with_name(FILE_NAME + ending).unlink(missing_ok=True)


def test_an_empty_file_is_a_new_store(settled: Shop, tmp_path: Path) -> None:
    """A first use that was killed leaves an empty file; the next command makes the store."""
    home = tmp_path / "new"
    home.mkdir(mode=0o700)
    (home / FILE_NAME).touch(mode=0o600)
    shop = Shop(home, settled.clock)
    shop.do("account", "add", "Acme")
    assert [] == faults(home)


def test_an_emptied_store_is_not_taken_for_a_new_one(settled: Shop) -> None:
    """An empty file beside backups or a journal was a store once; nothing takes its place."""
    settled.do("backup")
    (settled.home / FILE_NAME).write_bytes(b"")
    for words in COMMANDS:
        assert_refused(settled.run(*words), "empty", "sales restore")


# The journal


def in_journal(shop: Shop, tmp_path: Path) -> Path:
    """Return a copy of the store on which a change is in the journal alone, as after a kill."""
    reader = sqlite3.connect(shop.home / FILE_NAME)
    reader.execute("SELECT 1 FROM note").fetchone()
    shop.do("account", "edit", "Acme", "--city", "Rome")
    home = tmp_path / "left"
    copy_store(shop.home, home)
    reader.close()
    return home


def test_a_journal_that_ends_anywhere_holds_all_or_nothing(settled: Shop, tmp_path: Path) -> None:
    """A journal that lost its end, as in a loss of power, gives back whole changes only."""
    before = state_of(settled.home)
    left = in_journal(settled, tmp_path)
    after = state_of(settled.home)
    journal = (left / f"{FILE_NAME}-wal").read_bytes()
    ends = [*range(0, len(journal), 997), *range(32, len(journal), PAGE + 24), len(journal)]
    seen = []
    for end in sorted(set(ends)):
        home = tmp_path / f"until {end}"
        shutil.copytree(left, home)
        (home / f"{FILE_NAME}-wal").write_bytes(journal[:end])
        state = state_of(home)
        assert state in (before, after), end
        seen.append(state == after)
        assert [] == faults(home)
        shutil.rmtree(home)
    assert sorted(seen) == seen
    assert {False, True} == set(seen)


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_journal_gives_back_no_half_change(
    settled: Shop, tmp_path: Path, seed: int
) -> None:
    """A flipped byte in the journal ends it there; the store is as before the change."""
    before = state_of(settled.home)
    left = in_journal(settled, tmp_path)
    after = state_of(settled.home)
    journal = bytearray((left / f"{FILE_NAME}-wal").read_bytes())
    journal[random.Random(seed).randrange(len(journal))] ^= 0xFF
    (left / f"{FILE_NAME}-wal").write_bytes(journal)
    assert state_of(left) in (before, after)
    Shop(left, settled.clock).do("account", "edit", "Acme", "--city", "Oslo")
    assert [] == faults(left)


@pytest.mark.parametrize("content", [b"", b"\0", b"nonsense" * 4096])
def test_a_damaged_index_of_the_journal_is_made_anew(
    settled: Shop, tmp_path: Path, content: bytes
) -> None:
    """What lies beside the journal is no more than its index: nothing depends on it."""
    left = in_journal(settled, tmp_path)
    (left / f"{FILE_NAME}-shm").write_bytes(content)
    shop = Shop(left, settled.clock)
    assert "Rome" in shop.do("account", "show", "Acme").out
    shop.do("account", "edit", "Acme", "--city", "Oslo")
    assert [] == faults(left)
