"""`sales doctor`: silent when all is well; each planted fault is found, named and explained."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from salescli.services.doctor import CHECKS
from salescli.store.engine import FILE_NAME
from tests.selling import sell
from tests.shop import Shop


@contextmanager
def behind_the_back(shop: Shop) -> Iterator[sqlite3.Connection]:
    """Open the store without what guards it, as another program would."""
    with closing(sqlite3.connect(shop.home / FILE_NAME)) as connection:
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _statement in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        yield connection
        for _name, statement in triggers:
            connection.execute(statement)
        connection.commit()


def run_sql(*statements: str) -> Callable[[Shop], None]:
    """Return a fault: statements that somebody runs past the program."""

    def plant(shop: Shop) -> None:
        with behind_the_back(shop) as connection:
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


def age(shop: Shop) -> None:
    shop.do("config", "backups", "0")
    shop.clock.advance(days=30)
    shop.do("account", "add", "Much later")


FAULTS: dict[str, tuple[str, Callable[[Shop], None], str]] = {
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


@pytest.fixture
def selling(shop: Shop) -> Shop:
    """A store with a sale that has come as far as its proposal."""
    sell(shop, until="proposal")
    return shop


def test_all_is_well_after_any_sale(selling: Shop) -> None:
    """The doctor is silent and ends with 0, in text and in JSON."""
    assert (0, "", "") == selling.run("doctor")
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
    """`--mend` leaves the records as they are, and the doctor silent; the log says so."""
    check, plant, _word = FAULTS[fault]
    plant(selling)
    before = selling.dump()
    assert (0, "") == selling.run("doctor", "--mend")[:2]
    assert (0, "") == selling.run("doctor", check)[:2]
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
    assert 0 == selling.run("doctor", "integrity", "modes").code
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
