"""Undo: whatever a command changed comes back, and what somebody else did since stays."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salescli.commands.shared.catalog import COMMANDS
from salescli.errors import SalesError
from salescli.services import activities, configuration, history, moves, notes, processes, records
from salescli.services.answers import Answers
from salescli.services.starting import Subject
from salescli.store.engine import FILE_NAME
from salescli.store.unit_of_work import UnitOfWork
from tests.shop import Answer, Clock, Shop

Dump = dict[str, list[tuple[Any, ...]]]

PREPARED = (
    ("user", "add", "bo"),
    ("user", "add", "cy"),
    ("division", "add", "West", "--head", "bo"),
    ("account", "add", "Acme Ltd", "--city", "Riga"),
    ("contact", "add", "Mia Ray", "--account", "Acme Ltd"),
    ("lead", "add", "Zoe Zed", "--company", "Zed Co"),
    ("offer", "add", "Standby generator", "--price", "1000"),
    # OPP-1, guided, stands at needs analysis on the task ACT-2
    ("run-process", "corporate-sale", "--account", "Acme Ltd", "--result", "no-interest"),
    ("stage", "RUN-1", "needs-analysis"),
    ("opportunity", "stakeholder", "add", "OPP-1", "Mia Ray", "--role", "user"),
    ("opportunity", "competitor", "add", "OPP-1", "Globex"),
    ("opportunity", "line", "add", "OPP-1", "Standby generator"),
    # OPP-2, guided, is closed
    ("run-process", "corporate-sale", "--account", "Umbrella", "--result", "no-interest"),
    ("stage", "RUN-2", "proposal"),
    ("close", "OPP-2", "lost", "--reason", "no budget"),
    # OPP-3 is guided by no process
    ("opportunity", "add", "Hooli", "--account", "Hooli", "--stage", "proposal"),
    ("activity", "add", "Send the brochure", "--opportunity", "OPP-3"),
    # RUN-3 stands at the first call, RUN-4 on a form; neither has an opportunity yet
    ("run-process", "corporate-sale", "--account", "Initech"),
    ("run-process", "corporate-sale", "--account", "Stark", "--result", "meet"),
)

CHANGES = (
    ("run-process", "corporate-sale", "--account", "Wayne"),
    ("run-process", "corporate-sale", "--opportunity", "OPP-3"),
    ("run-process", "corporate-sale", "--lead", "LEAD-1", "--owner", "bo"),
    ("run-process", "corporate-sale", "--run", "RUN-3", "--result", "meet"),
    ("run-process", "corporate-sale", "--run", "RUN-3", "--at", "thu 10"),
    ("done", "OPP-1", "collected", "--set", "need=Backup power", "--set", "stakeholders=Tom Fox"),
    ("done", "OPP-1", "collected", "--set", "company_history=Since 1901"),
    ("done", "RUN-3", "not-now", "--text", "after the fair"),
    ("done", "RUN-3", "no-interest", "--set", "account=Initech", "--next", "needs-analysis"),
    ("done", "ACT-5", "Sent it"),
    ("continue", "RUN-4", "--set", "meeting_at=thu 10"),
    ("continue", "RUN-4", "--set", "meeting_at=thu 10", "--set", "account=Stark"),
    ("schedule", "OPP-1", "thu 10"),
    ("schedule", "ACT-5", "thu 10"),
    ("postpone", "OPP-1", "fri 10"),
    ("postpone", "RUN-4", "fri 10"),
    ("postpone", "ACT-5", "fri 10"),
    ("cancel", "OPP-1", "nobody there"),
    ("cancel", "ACT-5"),
    ("cancel", "RUN-4"),
    ("stage", "OPP-1", "proposal"),
    ("stage", "OPP-1", "needs-analysis"),
    ("stage", "OPP-1", "OPP-3", "negotiations"),
    ("stage", "RUN-3", "presentation"),
    ("close", "OPP-1", "won", "--set", "amount=100"),
    ("close", "OPP-3", "rerouted", "--reason", "another need"),
    ("close", "RUN-3", "rejected", "--reason", "too small"),
    ("reopen", "OPP-2", "--reason", "they have a budget again"),
    ("reopen", "OPP-2", "--reason", "again", "--stage", "contracting"),
    ("assign", "OPP-1", "bo"),
    ("assign", "OPP-1", "OPP-3", "RUN-3", "cy"),
    ("note", "OPP-1", "They called"),
    ("note", "LEAD-1", "They wrote"),
    ("config", "hints", "off"),
    ("config", "currency", "USD"),
    ("opportunity", "add", "Soylent", "--account", "Acme Ltd"),
    ("opportunity", "edit", "OPP-3", "--amount", "5000", "--owner", "bo"),
    ("opportunity", "edit", "OPP-1", "--stage", "proposal"),
    ("opportunity", "stakeholder", "add", "OPP-1", "Tom Fox"),
    ("opportunity", "stakeholder", "edit", "OPP-1", "Mia Ray", "--influence", "5"),
    ("opportunity", "stakeholder", "remove", "OPP-1", "Mia Ray"),
    ("opportunity", "competitor", "add", "OPP-1", "Wonka"),
    ("opportunity", "competitor", "edit", "OPP-1", "Globex", "--strengths", "price"),
    ("opportunity", "competitor", "remove", "OPP-1", "Globex"),
    ("opportunity", "line", "add", "OPP-1", "Service contract", "--quantity", "2"),
    ("opportunity", "line", "edit", "OPP-1", "Standby generator", "--quantity", "3"),
    ("opportunity", "line", "remove", "OPP-1", "Standby generator"),
    ("activity", "add", "Ring the bell", "--opportunity", "OPP-1"),
    ("activity", "edit", "ACT-5", "--name", "Send two brochures"),
    ("account", "add", "Wayne"),
    ("account", "edit", "Acme Ltd", "--city", "Oslo"),
    ("contact", "add", "Tom Fox"),
    ("contact", "edit", "Mia Ray", "--title", "Buyer"),
    ("lead", "add", "Yan Yes", "--status", "Awaiting sale"),
    ("lead", "edit", "LEAD-1", "--status", "Awaiting sale"),
    ("lead", "edit", "LEAD-1", "--phone", "1234"),
    ("offer", "add", "Service contract"),
    ("offer", "edit", "OFF-1", "--price", "1200"),
    ("user", "add", "di", "--manager", "bo"),
    ("user", "edit", "cy", "--manager", "bo", "--active", "no"),
    ("division", "add", "East", "--head", "cy"),
    ("division", "edit", "West", "--head", "cy"),
    ("division", "remove", "West"),
    ("process", "publish", "{definition}"),
    ("process", "log", "--continue", "RUN-5"),
)
"""Commands that change something, each on the prepared store."""

READING = {"hint", "next", "log", "pipeline", "risk", "org", "completion"}
"""Commands that change nothing."""

ELSEWHERE = {"undo", "import", "backup", "restore", "doctor"}
"""Commands that change something and are proven by tests of their own."""


@pytest.fixture(scope="session")
def prepared_store(tmp_path_factory: pytest.TempPathFactory, _template_store: Path) -> Path:
    home = tmp_path_factory.mktemp("prepared")
    shutil.copyfile(_template_store, home / FILE_NAME)
    clock = Clock()
    shop = Shop(home, clock)
    for words in PREPARED:
        shop.do(*words)
        clock.advance(minutes=1)
    # RUN-5 has a form that was put off
    shop.do("run-process", "corporate-sale", "--account", "Tyrell", "--result", "meet")
    shop.do("postpone", "RUN-5", "wed 10")
    return home / FILE_NAME


@pytest.fixture
def busy(shop: Shop, prepared_store: Path) -> Shop:
    """A shop with sales at several places, and an hour gone since."""
    shutil.copyfile(prepared_store, shop.home / FILE_NAME)
    shop.clock.advance(hours=1)
    return shop


def _definition(shop: Shop, tmp_path: Path) -> str:
    source = shop.do("process", "show", "corporate-sale", "--source").out
    path = tmp_path / "corporate-sale.toml"
    path.write_text(source.replace("Corporate sale", "Company sale"), encoding="utf-8")
    return str(path)


def _last_change(shop: Shop) -> str:
    return str(shop.json("log", "-n", "1")[0]["reference"])


@pytest.mark.parametrize("words", CHANGES, ids=" ".join)
def test_undo_gives_the_store_back(busy: Shop, tmp_path: Path, words: tuple[str, ...]) -> None:
    """Undoing a command leaves every record as it was before it; undoing the undo, as after it."""
    if "{definition}" in words:
        words = (*words[:-1], _definition(busy, tmp_path))
    before = busy.dump()
    busy.do(*words)
    after = busy.dump()
    assert before != after
    told = busy.json("undo")["undone"]
    assert [([], [])] == [(entry["kept"], entry["failed"]) for entry in told]
    assert before == busy.dump()
    busy.do("undo", _last_change(busy))
    assert after == busy.dump()
    busy.do("undo", _last_change(busy))
    assert before == busy.dump()
    assert "undone by" in busy.json("log", told[0]["reference"])[0]["undone"]


def test_every_command_is_undone_by_a_test() -> None:
    """A command either reads only, or one of the tests above undoes it."""
    tried = {words[0] for words in CHANGES}
    assert set(COMMANDS) == tried | READING | ELSEWHERE
    assert set() == tried & (READING | ELSEWHERE)


def test_every_part_of_a_noun_is_undone_by_a_test() -> None:
    """`add` and `edit` of every noun, and each `remove` that there is, are undone above."""
    tried = {words[:2] for words in CHANGES}
    nouns = {"opportunity", "activity", "account", "contact", "lead", "offer", "user", "division"}
    assert {(noun, verb) for noun in nouns for verb in ("add", "edit")} <= tried
    assert ("division", "remove") in tried


@pytest.mark.parametrize("words", [("hint", "OPP-1"), ("next",), ("log",), ("pipeline",), ()])
def test_reading_leaves_no_change(busy: Shop, words: tuple[str, ...]) -> None:
    """A command that only reads changes no record and leaves nothing to undo."""
    before, last = busy.dump(), _last_change(busy)
    busy.do(*words)
    assert before == busy.dump()
    assert last == _last_change(busy)


def test_undo_several(busy: Shop) -> None:
    """`undo 3` takes the last three changes back, newest first."""
    before = busy.dump()
    busy.do("account", "edit", "Acme Ltd", "--city", "Oslo")
    busy.do("account", "edit", "Acme Ltd", "--city", "Bern")
    busy.do("done", "OPP-1", "collected")
    commands = [entry["reference"] for entry in busy.json("log", "-n", "3")]
    undone = busy.json("undo", "3")["undone"]
    assert commands == [entry["reference"] for entry in undone]
    assert before == busy.dump()


def test_undo_goes_further_back_each_time(busy: Shop) -> None:
    """A second bare `undo` takes back the change before, it does not redo the first."""
    before = busy.dump()
    busy.do("account", "edit", "Acme Ltd", "--city", "Oslo")
    busy.do("account", "edit", "Acme Ltd", "--phone", "1234")
    busy.do("undo")
    busy.do("undo")
    assert before == busy.dump()


def test_undo_of_one_named_change_leaves_the_others(busy: Shop) -> None:
    """`undo CS-n` takes back that change only; a later one of another record stays."""
    busy.do("contact", "edit", "Mia Ray", "--title", "Buyer")
    named = _last_change(busy)
    busy.do("account", "edit", "Acme Ltd", "--city", "Oslo")
    busy.do("undo", named)
    assert busy.json("contact", "show", "Mia Ray")["title"] is None
    assert "Oslo" == busy.json("account", "show", "Acme Ltd")["city"]


def test_bare_undo_takes_back_only_mine(busy: Shop) -> None:
    """Bare `undo` and `undo N` reach my own changes, however many others made since."""
    busy.do("contact", "edit", "Mia Ray", "--title", "Buyer")
    busy.do("account", "edit", "Acme Ltd", "--city", "Oslo", me="bo")
    busy.do("undo")
    assert busy.json("contact", "show", "Mia Ray")["title"] is None
    assert "Oslo" == busy.json("account", "show", "Acme Ltd")["city"]
    answer = busy.run("undo", me="cy")
    assert (4, "") == (answer.code, answer.out)
    assert "There is nothing of yours to undo" in answer.err
    assert "Oslo" == busy.json("account", "show", "Acme Ltd")["city"]


def test_a_row_that_was_changed_since_is_kept(busy: Shop) -> None:
    """A record that somebody changed since stays as it is, and undo says by which change."""
    busy.do("account", "edit", "Acme Ltd", "--city", "Oslo")
    mine = _last_change(busy)
    busy.do("account", "edit", "Acme Ltd", "--phone", "1234", me="bo")
    theirs = _last_change(busy)
    before = busy.dump()
    answer = busy.run("undo", mine)
    assert (6, "") == (answer.code, answer.out)
    assert f"`ACC-1` Acme Ltd: changed since by bo (`{theirs}`)" in answer.err
    assert before == busy.dump()
    busy.do("undo", theirs)
    busy.do("undo", mine)
    assert "Riga" == busy.json("account", "show", "Acme Ltd")["city"]


def test_only_the_row_that_was_changed_since_is_kept(busy: Shop) -> None:
    """Of several records, those that nobody touched since come back."""
    before = {row[0]: row for row in busy.dump()["contact"]}
    busy.do("opportunity", "stakeholder", "add", "OPP-1", "Tom Fox", "--role", "user")
    mine = _last_change(busy)
    busy.do("contact", "edit", "Tom Fox", "--title", "Cook", me="bo")
    answer = busy.run("undo", mine, "--json")
    assert 9 == answer.code
    undone = answer.document["undone"][0]
    people = busy.json("opportunity", "show", "OPP-1")
    assert 1 == undone["reversed"]
    assert 1 == len(undone["kept"])
    assert "Cook" == busy.json("contact", "show", "Tom Fox")["title"]
    assert "Tom Fox" not in str(people)
    assert len(before) + 1 == len(busy.dump()["contact"])


def test_a_sale_that_has_gone_on_is_kept(busy: Shop) -> None:
    """A step is not taken back from under the steps that followed it."""
    busy.do("done", "OPP-1", "collected")
    first = _last_change(busy)
    busy.do("done", "OPP-1", "redial-later")
    second = _last_change(busy)
    before = busy.dump()
    answer = busy.run("undo", first)
    assert (6, "") == (answer.code, answer.out)
    assert second in answer.err
    assert before == busy.dump()


def test_after_the_later_change_is_undone_the_earlier_can_be(busy: Shop) -> None:
    """What stands in the way of an undo stops doing so once it is undone itself."""
    before = busy.dump()
    busy.do("done", "OPP-1", "collected")
    first = _last_change(busy)
    busy.do("done", "OPP-1", "redial-later")
    busy.do("undo")
    busy.do("undo", first)
    assert before == busy.dump()


def test_redo_after_an_earlier_undo_keeps_the_row(busy: Shop) -> None:
    """Undoing an undo does not bring back, with the row, an older change that is undone too."""
    busy.do("account", "edit", "Acme Ltd", "--city", "Oslo")
    busy.do("account", "edit", "Acme Ltd", "--phone", "1234")
    busy.do("undo")
    second = _last_change(busy)
    busy.do("undo")
    assert 6 == busy.run("undo", second).code
    assert "Riga" == busy.json("account", "show", "Acme Ltd")["city"]


def test_a_change_is_undone_once(busy: Shop) -> None:
    """Undoing what is undone is refused with exit 4, names the way to redo, changes nothing."""
    busy.do("account", "edit", "Acme Ltd", "--city", "Oslo")
    change = _last_change(busy)
    busy.do("undo")
    before = busy.dump()
    answer = busy.run("undo", change)
    assert (4, "") == (answer.code, answer.out)
    assert f"sales undo {_last_change(busy)}" in answer.err
    assert before == busy.dump()


def test_undo_says_what_it_did(busy: Shop) -> None:
    """The answer names the change and how many records are as before."""
    busy.do("account", "edit", "Acme Ltd", "--city", "Oslo")
    change = _last_change(busy)
    answer: Answer = busy.do("undo")
    assert change in answer.out
    assert "1 record as before" in answer.out


def _start(account: str) -> Callable[[UnitOfWork], object]:
    return lambda unit: processes.run_process(
        unit, "corporate-sale", Subject(account=account), Answers()
    )


def _done(reference: str, result: str) -> Callable[[UnitOfWork], object]:
    answers = Answers(result, ("meeting_at=thu 10", "account=Acme Ltd"))
    return lambda unit: processes.complete(unit, reference, answers)


def _stage(reference: str, stage: str) -> Callable[[UnitOfWork], object]:
    given = ("account=Initech", "reason=why not", "amount=5")
    return lambda unit: moves.change_stage(unit, [reference], stage, given)


SALES = st.sampled_from(["OPP-1", "OPP-2", "OPP-3", "RUN-3", "RUN-4", "RUN-5", "RUN-6", "ACT-5"])
STAGES = st.sampled_from(
    ["needs-analysis", "qualification", "presentation", "proposal", "won", "lost", "rejected"]
)
RESULTS = st.sampled_from(["meet", "not-now", "no-interest", "collected", "saved", "completed"])
NAMES = st.sampled_from(["Acme Ltd", "Initech", "Wayne"])
OPERATIONS = st.one_of(
    st.builds(_start, NAMES),
    st.builds(_done, SALES, RESULTS),
    st.builds(_stage, SALES, STAGES),
    st.builds(lambda r: lambda unit: processes.cancel(unit, r, "no time"), SALES),
    st.builds(lambda r: lambda unit: activities.schedule(unit, r, "thu 10"), SALES),
    st.builds(lambda r: lambda unit: activities.postpone(unit, r, "fri 10"), SALES),
    st.builds(lambda r: lambda unit: moves.assign(unit, [r], "bo"), SALES),
    st.builds(lambda r: lambda unit: moves.reopen(unit, r, "again"), SALES),
    st.builds(lambda r: lambda unit: notes.write(unit, r, "said so"), SALES),
    st.builds(lambda n: lambda unit: records.edit(unit, "account", "ACC-1", [f"city={n}"]), NAMES),
    st.builds(lambda n: lambda unit: records.add(unit, "account", n, []), NAMES),
    st.just(lambda unit: records.edit(unit, "lead", "LEAD-1", ["status=Awaiting sale"])),
    st.just(lambda unit: records.remove(unit, "division", "West")),
    st.just(lambda unit: configuration.change(unit, "hints", "off")),
)


@given(operations=st.lists(OPERATIONS, min_size=1, max_size=8))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_is_undone_one_by_one(
    prepared_store: Path,
    tmp_path_factory: pytest.TempPathFactory,
    operations: list[Callable[[UnitOfWork], object]],
) -> None:
    """Whatever was done in whatever order, undoing it change by change leads back to the start."""
    home = tmp_path_factory.mktemp("walk")
    shutil.copyfile(prepared_store, home / FILE_NAME)
    clock = Clock()
    clock.advance(days=1)
    shop = Shop(home, clock)
    states = [shop.dump()]
    unit = shop.unit
    for operation in operations:
        clock.advance(minutes=1)
        try:
            operation(unit)
        except SalesError:
            continue
        now = shop.dump()
        if now != states[-1]:
            states.append(now)
    for state in reversed(states[:-1]):
        undone = history.undo(unit)
        assert [()] == [entry.kept + entry.failed for entry in undone]
        assert state == shop.dump()
    unit.close()
    shutil.rmtree(home)


def test_several_undos_can_be_undone_together_and_lose_nothing(busy: Shop) -> None:
    """`undo N` takes each change back by itself, and undoing it brings every one of them back."""
    busy.do("account", "add", "Globex")
    busy.do("account", "edit", "Globex", "--city", "Oslo")
    busy.do("user", "edit", "bo", "--name", "Bo Lind")
    after = busy.dump()
    before_undo = _last_change(busy)
    busy.do("undo", "3")
    assert 3 == busy.run("account", "show", "Globex").code
    number = int(before_undo.removeprefix("CS-")) + 1
    busy.do("undo", f"CS-{number}")
    assert after == busy.dump()


def test_the_next_change_set_cannot_undo_itself(busy: Shop) -> None:
    """An undo is not found by its own number: there is no such change set yet."""
    before = busy.dump()
    number = int(_last_change(busy).removeprefix("CS-")) + 1
    assert 3 == busy.run("undo", f"CS-{number}").code
    assert before == busy.dump()


def test_a_sale_is_taken_back_whole_or_not_at_all(busy: Shop) -> None:
    """An opportunity that a later activity hangs on keeps its run, its stay and its steps."""
    busy.do("run-process", "corporate-sale", "--account", "Globex", "--result", "meet")
    busy.do("continue", "globex", "--set", "meeting_at=tue 10")
    busy.do("continue", "globex", "--set", "name=Pumps")
    made = _last_change(busy)
    busy.do("activity", "add", "Send a card", "--opportunity", "Pumps")
    before = busy.dump()
    answer = busy.run("undo", made)
    assert (6, "") == (answer.code, answer.out)
    assert before == busy.dump()
