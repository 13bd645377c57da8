"""`sales doctor`: says that all is well; each planted fault is found, named and explained."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from salescli.services import files
from salescli.services.doctor import CHECKS
from salescli.store.engine import FILE_NAME
from tests.selling import sell
from tests.shop import Shop, behind_the_back, made_once
from tests.terminal import on_terminal


def run_sql(*statements: str) -> Callable[[Shop], None]:
    """Return a fault: statements that somebody runs past the program."""

    def plant(shop: Shop) -> None:
        with behind_the_back(shop.home / FILE_NAME) as connection:
            for statement in statements:
                connection.execute(statement)

    return plant


def drop_trigger(shop: Shop) -> None:
    with closing(sqlite3.connect(shop.home / FILE_NAME)) as connection:
        connection.execute('DROP TRIGGER "account_update"')
        connection.commit()


def weaken_trigger(shop: Shop) -> None:
    with closing(sqlite3.connect(shop.home / FILE_NAME)) as connection:
        connection.execute('DROP TRIGGER "change_no_delete"')
        connection.execute(
            "CREATE TRIGGER change_no_delete AFTER DELETE ON note BEGIN SELECT 1; END"
        )
        connection.commit()


def break_index(shop: Shop) -> None:
    """Let an index and its table disagree, as a lost write does."""
    with closing(sqlite3.connect(shop.home / FILE_NAME, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'owner_id', 'contact_id')"
            " WHERE name = 'ix_opportunity_account'"
        )


def open_to_all(shop: Shop) -> None:
    (shop.home / FILE_NAME).chmod(0o644)


def lose_document(shop: Shop) -> None:
    """Let the file of a document be gone, as after a copy of the store alone."""
    paper = shop.home / "paper.txt"
    paper.write_text("the text")
    shop.do("kb", "add", str(paper))
    paper.unlink()
    for path in (shop.home / files.FOLDER).iterdir():
        path.unlink()


def age(shop: Shop) -> None:
    shop.do("config", "backups", "0")
    shop.clock.advance(days=30)
    shop.do("account", "add", "Much later")


FAULTS: dict[str, tuple[str, Callable[[Shop], None], str]] = {
    "a lost document": ("documents", lose_document, "paper.txt is missing"),
    "a broken index": ("integrity", break_index, "ix_opportunity_account"),
    "a missing parent": (
        "foreign-keys",
        run_sql("UPDATE opportunity SET account_id = x'00000000000000000000000000000000'"),
        "account",
    ),
    "a missing index": ("schema", run_sql("DROP INDEX ix_activity_due"), "ix_activity_due"),
    "a missing trigger": ("triggers", drop_trigger, "account_update"),
    "another trigger": ("triggers", weaken_trigger, "change_no_delete"),
    "a handle twice": (
        "handles",
        run_sql("UPDATE counter SET next = 1 WHERE noun = 'opportunity'"),
        "opportunity",
    ),
    "an open change set": (
        "change-set",
        run_sql(
            "UPDATE current_change_set SET change_set_id = (SELECT id FROM change_set LIMIT 1)"
        ),
        "open",
    ),
    "two open stays": (
        "visits",
        run_sql(
            "UPDATE stage_visit SET left_at = NULL, left_by = NULL WHERE run_id IN"
            " (SELECT run_id FROM stage_visit GROUP BY run_id)"
        ),
        "RUN-1",
    ),
    "an open step too many": (
        "visits",
        run_sql("UPDATE step_visit SET closed_at = NULL, state = 'open'"),
        "open steps",
    ),
    "a stage of its own": (
        "stages",
        run_sql("UPDATE opportunity SET stage = 'closed-lost'"),
        "OPP-1",
    ),
    "an altered process": (
        "definitions",
        run_sql("UPDATE process_definition SET source = source || ' '"),
        "corporate-sale",
    ),
    "an altered past": (
        "history",
        run_sql("UPDATE change_set SET login = 'eve' WHERE number = 3"),
        "CS-3",
    ),
    "an altered record": ("history", run_sql("UPDATE opportunity SET amount = 1"), "CS-"),
    "open files": ("modes", open_to_all, "sales.db"),
    "an old backup": ("backup", age, "backup"),
}
"""Fault -> the check that must find it, how it comes about, and a word of what is told."""


@made_once
def selling(shop: Shop) -> Shop:
    """A store with a sale that has come as far as its proposal."""
    sell(shop, until="proposal")
    return shop


def test_all_is_well_after_any_sale(selling: Shop) -> None:
    """The doctor says so in one line, in a pipe and on a terminal, and finds nothing for JSON."""
    told = selling.do("doctor")
    assert (1, "") == (len(told.out.splitlines()), told.err)
    assert told.out.startswith("The store is well: ")
    assert told.out.strip() == on_terminal(selling, "doctor").text.strip()
    assert [] == selling.json("doctor")


@pytest.mark.parametrize("fault", FAULTS)
def test_each_planted_fault_is_found_and_explained(selling: Shop, fault: str) -> None:
    """The right check names what is wrong and a way out, and the exit code is 1."""
    check, plant, word = FAULTS[fault]
    plant(selling)
    answer = selling.run("doctor")
    told = [line for line in answer.out.splitlines() if line.startswith(f"{check}: ")]
    assert 1 == answer.code
    assert any(word in line for line in told), answer
    assert "Next: " in answer.out


@pytest.mark.parametrize(
    "fault",
    ["a missing trigger", "another trigger", "a handle twice", "an open change set", "open files"],
)
def test_what_can_be_mended_without_a_loss_is_mended(selling: Shop, fault: str) -> None:
    """`--mend` leaves the records as they are, and the doctor finds nothing; the log says so."""
    check, plant, _word = FAULTS[fault]
    plant(selling)
    before = selling.dump()
    assert [] == selling.json("doctor", "--mend")
    assert [] == selling.json("doctor", check)
    assert before == selling.dump()
    selling.do("account", "add", "Goes on")


def test_a_dry_run_mends_nothing(selling: Shop) -> None:
    """It only says what is wrong."""
    drop_trigger(selling)
    assert 1 == selling.run("doctor", "--mend", "--dry-run").code
    assert 1 == selling.run("doctor").code


def test_looking_changes_nothing(selling: Shop) -> None:
    """The doctor writes neither a change set nor a record."""
    before = selling.rows("SELECT count(*) FROM change_set"), selling.dump()
    selling.do("doctor")
    assert before == (selling.rows("SELECT count(*) FROM change_set"), selling.dump())


def test_only_the_named_checks_run(selling: Shop) -> None:
    """What another check would find is not told; an unknown name ends with 3."""
    drop_trigger(selling)
    assert selling.do("doctor", "integrity", "modes").out == "Nothing is wrong: integrity, modes\n"
    answer = selling.run("doctor", "trigers")
    assert (3, "") == (answer.code, answer.out)
    assert "triggers" in answer.err


def test_every_check_has_a_fault_that_it_finds() -> None:
    """A new check comes with a planted fault."""
    assert set(CHECKS) == {check for check, _plant, _word in FAULTS.values()}


def test_a_store_that_was_never_begun_is_well(shop: Shop) -> None:
    """No file is no fault; a file that vanished beside its backups is one."""
    empty = Shop(shop.home / "none", shop.clock)
    assert (0, "") == empty.run("doctor")[:2]
    shop.do("backup")
    for path in shop.home.glob(f"{FILE_NAME}*"):
        path.unlink()
    answer = shop.run("doctor")
    assert 1 == answer.code
    assert "sales restore" in answer.out


@pytest.mark.parametrize("check", ["store", "revision", "integrity"])
def test_every_check_of_the_list_can_be_named(selling: Shop, check: str) -> None:
    """Also those that come before all others."""
    assert [] == selling.json("doctor", check)


def test_a_home_that_is_no_folder_is_found(shop: Shop) -> None:
    """Where no command works the doctor says so; where nothing was begun, a note says so."""
    other = Shop(shop.home / FILE_NAME, shop.clock)
    answer = other.run("doctor")
    assert (1, True) == (answer.code, "is no folder" in answer.out)
    nowhere = Shop(shop.home / "nowhere", shop.clock).run("doctor")
    assert (0, "") == nowhere[:2]
    assert "There is no store" in nowhere.err


def test_a_journal_without_its_store_is_left_alone(selling: Shop) -> None:
    """No command makes a new store beside it: SQLite would throw the journal away."""
    path = selling.home / FILE_NAME
    keeper = sqlite3.connect(path)
    keeper.execute("SELECT count(*) FROM account").fetchone()
    selling.do("account", "add", "Borealis")
    before = selling.dump()
    journal = path.with_name(f"{FILE_NAME}-wal").read_bytes()
    away = selling.home / "away"
    path.rename(away)
    for words in ((), ("account", "list"), ("account", "add", "Cobalt")):
        answer = selling.run(*words)
        assert (7, "") == (answer.code, answer.out)
    assert 1 == selling.run("doctor").code
    assert journal == path.with_name(f"{FILE_NAME}-wal").read_bytes()
    away.rename(path)
    keeper.close()
    assert before == selling.dump()


def test_an_unwritable_folder_of_backups_is_found(selling: Shop) -> None:
    """A copy could not be made there."""
    (selling.home / "backups").write_text("in the way", encoding="utf-8")
    answer = selling.run("doctor", "backup")
    assert (1, True) == (answer.code, "nothing can be written" in answer.out)
