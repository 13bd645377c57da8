"""Several people at once: nothing is lost, nobody is refused, and who looks never waits."""

import json
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from salescli.services import records
from tests.durability.killing import own_environment
from tests.durability.racing import MIXED, Report, flag, look, race, write
from tests.durability.records import faults
from tests.durability.scenes import first_revision
from tests.forked import Forked
from tests.shop import Clock, Shop

LOGINS = ("ana", "bo", "cy", "dee")
CHANGES = 150
"""So many changes each of four writers makes."""

Property = Callable[[str, object], None]


def test_four_writers_lose_nothing(worked: Shop, record_property: Property) -> None:
    """Of 600 changes of four processes, to the same and to other records, each is there in a
    change set of its own, none was refused, and who looked meanwhile saw none by half.
    """
    worked.do("account", "add", "Start")
    before = {table: len(rows) for table, rows in worked.dump().items()}
    (first,) = worked.rows("SELECT max(number) FROM change_set")[0]
    over = flag()

    def writing(login: str) -> Report:
        return write(worked.home, login, CHANGES)

    def looking() -> Report:
        return look(worked.home, over.is_set)

    def finishing() -> Report:
        reports = race(*(partial(writing, login) for login in LOGINS))
        over.set()
        worst = max(report.worst for report in reports)
        refusals = [refusal for report in reports for refusal in report.refusals]
        return Report(tuple(refusals), worst, sum(report.times for report in reports))

    writers, reader = race(finishing, looking)
    record_property("worst wait of a writer, ms", round(writers.worst * 1000))
    record_property("worst wait of a reader, ms", round(reader.worst * 1000))
    assert ((), ()) == (writers.refusals, reader.refusals)
    each = len(LOGINS) * CHANGES // len(MIXED)
    after = {table: len(rows) for table, rows in worked.dump().items()}
    for table in ("note", "account"):
        assert each == after[table] - before[table], table
    edits = "SELECT count(*) FROM change JOIN account a ON a.id = row_id WHERE a.number = 2"
    assert each == worked.rows(f"{edits} AND change_set_id IN ({_since(first)})")[0][0]
    visits = "SELECT count(*) FROM stage_visit WHERE created_in IN"
    assert each == worked.rows(f"{visits} ({_since(first)})")[0][0]
    numbers = worked.rows(_since(first).replace("SELECT id", "SELECT number") + " ORDER BY number")
    assert list(range(first + 1, first + 1 + writers.times)) == [number for (number,) in numbers]
    assert [] == faults(worked.home)


def _since(number: int) -> str:
    return f"SELECT id FROM change_set WHERE number > {number}"


def test_who_looks_does_not_wait(worked: Shop) -> None:
    """While a change is being written, others see the store as it was, at once."""
    before = worked.dump()
    with worked.unit as unit:
        unit.connection.execute("UPDATE account SET city = 'Rome'")
        answers = [worked.do(*words) for words in (("account", "show", "Acme"), ("log",), ())]
        assert [] == [answer for answer in answers if "Rome" in answer.out]
        assert before == worked.dump()
    assert {"Rome"} == {city for (city,) in worked.rows("SELECT city FROM account")}


def programs(home: Path, commands: Sequence[tuple[str, ...]]) -> list[tuple[int, str]]:
    """Run commands at once as programs of their own; return how each ended."""
    running = [
        Forked(words, os.environ | own_environment(home) | {"SALES_ME": login})
        for words, login in zip(commands, LOGINS * len(commands), strict=False)
    ]
    ended = [program.wait() for program in running]
    return [(one.code, one.err) for one in ended]


def test_programs_at_once_lose_nothing(worked: Shop) -> None:
    """Sixteen programs at once write on one account, and every note is there."""
    commands = [("note", "ACC-1", f"note {number}") for number in range(16)]
    assert [(0, "")] * 16 == programs(worked.home, commands)
    texts = {text for (text,) in worked.rows("SELECT text FROM note")}
    assert {words[2] for words in commands} <= texts
    assert [] == faults(worked.home)


# The first use, and the update of an older store


def add_firm(home: Path, login: str) -> str:
    """Add an account as the first thing that a process does."""
    return records.add(Shop(home, Clock(), me=login).unit, "account", f"Firm {login}", [])[0].name


def test_racing_first_uses_make_one_store(tmp_path: Path) -> None:
    """Of four first commands at once one makes the store and publishes the processes, and all
    are done.
    """
    for attempt in range(3):
        home = tmp_path / str(attempt)
        firms = race(*(partial(add_firm, home, login) for login in LOGINS))
        assert [f"Firm {login}" for login in LOGINS] == firms
        _assert_one_store(Shop(home, Clock()))


def test_racing_first_programs_make_one_store(tmp_path: Path) -> None:
    """So do four programs."""
    home = tmp_path / "store"
    commands = [("account", "add", f"Firm {login}") for login in LOGINS]
    assert [(0, "")] * 4 == programs(home, commands)
    _assert_one_store(Shop(home, Clock()))


def _assert_one_store(shop: Shop) -> None:
    assert [("first use",)] == shop.rows("SELECT command FROM change_set WHERE number = 1")
    assert [(1, 5)] == shop.rows("SELECT min(number), max(number) FROM change_set")
    published = shop.rows("SELECT key, count(*) FROM process_definition GROUP BY key")
    assert {1} == {count for _key, count in published}
    names = {account["name"] for account in shop.json("account", "list", "--all")}
    assert {f"Firm {login}" for login in LOGINS} == names
    assert [] == faults(shop.home)


@pytest.mark.parametrize("as_programs", [False, True])
def test_racing_updates_bring_a_store_up_once(tmp_path: Path, as_programs: bool) -> None:
    """Of four commands at once on an older store one updates it, after one copy, and all are
    done; the one that brought its processes up, in a change set of its own, tells of it.
    """
    home = tmp_path / "store"
    first_revision(home)
    shop = Shop(home, Clock())
    (before,) = shop.rows("SELECT max(number) FROM change_set")[0]
    if as_programs:
        commands = [("account", "add", f"Firm {login}") for login in LOGINS]
        ended = programs(home, commands)
        assert {0} == {code for code, _complaint in ended}
        told = [complaint for _code, complaint in ended if complaint]
        assert 1 == len(told)
        assert "has the text of this program now" in told[0]
    else:
        race(*(partial(add_firm, home, login) for login in LOGINS))
    assert [(before + 5,)] == shop.rows("SELECT max(number) FROM change_set")
    stored = json.loads(shop.do("restore", "--json").out)
    assert ["migration"] == [copy["kind"] for copy in stored if copy["kind"] == "migration"]
    assert [] == faults(home)


# Batches


def test_racing_repeats_of_a_batch_are_done_once(worked: Shop, tmp_path: Path) -> None:
    """Of eight programs with one batch id one does the batch, and all are done."""
    file = tmp_path / "changes.jsonl"
    file.write_text('{"do": "note", "ref": "ACC-1", "text": "once"}\n' * 50, "utf-8")
    words = ("batch", str(file), "--yes", "--batch-id", "monday")
    ended = programs(worked.home, [words] * 8)
    assert {0} == {code for code, _complaint in ended}
    assert 7 == sum("was done before" in complaint for _code, complaint in ended)
    assert [(50,)] == worked.rows("SELECT count(*) FROM note WHERE text = 'once'")
    assert [(1,)] == worked.rows("SELECT count(*) FROM change_set WHERE batch_id LIKE 'monday%'")
    assert [] == faults(worked.home)


def test_racing_batches_lose_nothing(worked: Shop, tmp_path: Path) -> None:
    """Four writers whose batches touch the same records are all done, one after the other."""
    commands = []
    for login in LOGINS:
        file = tmp_path / f"{login}.jsonl"
        row = {"do": "note", "ref": "ACC-1", "text": f"by {login}"}
        move = {"do": "stage", "ref": "OPP-1", "stage": "proposal"}
        file.write_text(f"{json.dumps(row)}\n{json.dumps(move)}\n" * 30, "utf-8")
        commands.append(("batch", str(file), "--yes", "--on-error", "continue"))
    (before,) = worked.rows("SELECT count(*) FROM stage_visit")[0]
    assert [(0, "")] * 4 == programs(worked.home, commands)
    written = worked.rows("SELECT text, count(*) FROM note WHERE text LIKE 'by %' GROUP BY text")
    assert {(f"by {login}", 30) for login in LOGINS} == set(written)
    assert [(before + 4 * 30,)] == worked.rows("SELECT count(*) FROM stage_visit")
    assert [] == faults(worked.home)
