"""Undo: whatever a command changed comes back, and what somebody else did since stays."""

import itertools
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salescli.store.engine import FILE_NAME
from salescli.store.rows import CHILDREN_FIRST as HISTORIC
from salescli.store.verification import breaks
from tests.changes import CHANGES, Dump, Words, filled, newest
from tests.changes import busy as busy  # noqa: PLC0414 - a fixture
from tests.changes import prepared_store as prepared_store  # noqa: PLC0414 - a fixture
from tests.shop import Answer, Clock, Shop


def _last_change(shop: Shop) -> str:
    return f"CS-{newest(shop)}"


class Versions:
    """Remembers what each version of each record was like."""

    def __init__(self, shop: Shop) -> None:
        self._seen: dict[tuple[str, bytes, int], tuple[Any, ...]] = {}
        self.assert_new(shop)

    def assert_new(self, shop: Shop) -> None:
        """Assert that a version of a record always stands for the same."""
        with shop.looking() as store:
            for table in HISTORIC:
                for row in store.execute(f'SELECT id, version, * FROM "{table}"'):
                    assert row == self._seen.setdefault((table, row[0], row[1]), row)


@pytest.mark.parametrize("words", CHANGES, ids=" ".join)
def test_undo_gives_the_store_back(busy: Shop, tmp_path: Path, words: Words) -> None:
    """B57: undoing a command leaves every record as before it; doing it again, as after it.

    No record ever gets a version that it has had before.
    """
    words = filled(words, tmp_path)
    versions = Versions(busy)
    before = busy.dump()
    busy.do(*words)
    versions.assert_new(busy)
    after = busy.dump()
    assert before != after
    told = busy.json("undo")["undone"]
    versions.assert_new(busy)
    assert [([], [])] == [(entry["kept"], entry["failed"]) for entry in told]
    assert before == busy.dump()
    busy.do("redo")
    versions.assert_new(busy)
    assert after == busy.dump()
    busy.do("undo", _last_change(busy))
    versions.assert_new(busy)
    assert before == busy.dump()
    assert "undone by" in busy.json("log", told[0]["reference"])[0]["undone"]


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


def test_redo_goes_forward_as_far_as_undo_went_back(busy: Shop) -> None:
    """B57: `redo` does again what was undone, the last undo first; then there is no more of it."""
    states = [busy.dump()]
    for city in ("Oslo", "Bern", "Rome"):
        busy.do("account", "edit", "Acme Ltd", "--city", city)
        states.append(busy.dump())
    for back in (2, 1, 0):
        busy.do("undo")
        assert states[back] == busy.dump()
    for forward in (1, 2):
        busy.do("redo")
        assert states[forward] == busy.dump()
    busy.do("undo")
    assert states[1] == busy.dump()
    for forward in (2, 3):
        busy.do("redo")
        assert states[forward] == busy.dump()
    assert 4 == busy.run("redo").code
    assert states[3] == busy.dump()


def test_a_change_of_mine_ends_what_can_be_done_again(busy: Shop) -> None:
    """B57: after a new change there is nothing to do again; what others do changes nothing."""
    before = busy.json("account", "show", "Acme Ltd")["city"]
    busy.do("account", "edit", "Acme Ltd", "--city", "Oslo")
    busy.do("undo")
    assert 4 == busy.run("redo", me="bo").code
    busy.do("contact", "edit", "Mia Ray", "--title", "Buyer", me="bo")
    busy.do("redo")
    assert "Oslo" == busy.json("account", "show", "Acme Ltd")["city"]
    busy.do("undo")
    busy.do("contact", "edit", "Mia Ray", "--phone", "1")
    answer = busy.run("redo")
    assert (4, "") == (answer.code, answer.out)
    assert "nothing of yours to do again" in answer.err
    assert before == busy.json("account", "show", "Acme Ltd")["city"]


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


ONE_SALE = [words for words in CHANGES if "OPP-1" in words]
ANY = st.one_of(st.sampled_from(CHANGES), st.sampled_from(ONE_SALE))
"""Any change; every second one is of the same sale, so that they meet."""

BACK = st.integers(0, 9).map(lambda back: ("undo", f"CS-newest-{back}"))
"""The undo of a change set by its number, so many before the newest; it can be an undo itself."""

UNDOS = st.one_of(BACK, BACK, st.sampled_from([("undo",), ("undo", "2"), ("undo", "OPP-1")]))

MOVES = st.tuples(
    st.one_of(st.sampled_from([*CHANGES, ("undo", "ACC-1")]), UNDOS),
    st.sampled_from(["ana", "bo"]),
)
"""A command, and who types it."""

MEETING = (
    ("account", "add", "Wayne"),
    ("account", "edit", "Acme Ltd", "--city", "Oslo"),
    ("account", "edit", "Acme Ltd", "--city", "Bern"),
    ("contact", "edit", "Mia Ray", "--title", "Buyer"),
    ("opportunity", "stakeholder", "add", "OPP-1", "Tom Fox", "--role", "user"),
    ("opportunity", "stakeholder", "edit", "OPP-1", "Mia Ray", "--influence", "5"),
    ("opportunity", "stakeholder", "remove", "OPP-1", "Mia Ray"),
    ("contact", "edit", "Tom Fox", "--title", "Cook"),
    ("done", "OPP-1", "collected"),
    ("stage", "OPP-1", "OPP-3", "negotiations"),
    ("assign", "OPP-1", "OPP-3", "bo"),
    ("assign", "OPP-1", "cy"),
    ("import", "{accounts}"),
    ("account", "edit", "Wayne", "--city", "Rome"),
)
"""Changes of few records, so that the undo of one keeps what another has changed since."""

PAST_EACH_OTHER = st.tuples(
    st.one_of(st.sampled_from(MEETING), UNDOS, UNDOS), st.sampled_from(["ana", "bo", "dee"])
)
"""A command, and who types it; dee is not known to the store before her first one."""

Step = tuple[str, Dump]
"""A change set, and every record as it was before it."""


@contextmanager
def _walk(
    prepared_store: Path,
    tmp_path_factory: pytest.TempPathFactory,
    moves: Sequence[tuple[Words, str]],
) -> Iterator[tuple[Shop, list[Step]]]:
    """Give a copy of the prepared store on which moves were made, with each that took effect."""
    home = tmp_path_factory.mktemp("walk")
    shutil.copyfile(prepared_store, home / FILE_NAME)
    (home / FILE_NAME).chmod(0o600)
    clock = Clock()
    clock.advance(days=1)
    shop = Shop(home, clock)
    with shop.kept_open():
        versions = Versions(shop)
        steps: list[Step] = []
        for words, me in moves:
            clock.advance(minutes=1)
            before, last = shop.dump(), newest(shop)
            answer = shop.run(*_numbered(filled(words, home), last), me=me)
            _assert_sound(shop)
            versions.assert_new(shop)
            if newest(shop) == last:
                assert before == shop.dump(), answer
            else:
                steps.append((f"CS-{last + 1}", before))
        yield shop, steps
    shutil.rmtree(home)


def _numbered(words: Words, last: int) -> Words:
    """Return a line with the change set that it names as so many before the newest."""
    _undo, _newest, back = words[-1].partition("CS-newest-")
    return (*words[:-1], f"CS-{last - int(back)}") if back else words


def _assert_sound(shop: Shop) -> None:
    """Assert that the history is as it was sealed, and that no sale stands at two steps."""
    unit = shop.unit
    assert [] == breaks(unit.connection)
    unit.close()
    open_steps = "SELECT run_id FROM step_visit WHERE closed_at IS NULL AND voided_by_id IS NULL"
    assert [] == shop.rows(f"SELECT run_id FROM ({open_steps}) GROUP BY 1 HAVING count(*) > 1")


def _undo_all(shop: Shop, steps: Sequence[Step]) -> list[Step]:
    """Undo change sets from the last to the first; each leads to the state before it."""
    undos: list[Step] = []
    for reference, before in reversed(steps):
        undos.append((f"CS-{newest(shop) + 1}", shop.dump()))
        undone = shop.json("undo", reference)["undone"]
        assert {((), (), 0, 0)} == {
            (tuple(u["kept"]), tuple(u["failed"]), u["kept_rows"], u["failed_rows"]) for u in undone
        }
        assert before == shop.dump(), reference
        _assert_sound(shop)
    return undos


@given(moves=st.lists(MOVES, min_size=1, max_size=6))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_is_undone_three_levels_deep(
    prepared_store: Path,
    tmp_path_factory: pytest.TempPathFactory,
    moves: list[tuple[Words, str]],
) -> None:
    """B57: whatever two people did in whatever order, undoing it change by change leads back.

    Undoing those undos leads to the end again, and undoing these to the beginning.
    """
    with _walk(prepared_store, tmp_path_factory, moves) as (shop, steps):
        undos = _undo_all(shop, steps)
        redos = _undo_all(shop, undos)
        _undo_all(shop, redos)
        assert [] == shop.json("doctor")


@given(moves=st.lists(PAST_EACH_OTHER, min_size=3, max_size=9))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_people_undo_past_each_other(
    prepared_store: Path,
    tmp_path_factory: pytest.TempPathFactory,
    moves: list[tuple[Words, str]],
) -> None:
    """B57: undos of undos of undos, in part or whole, by number: the history stays in one piece.

    After each of them `sales log verify` finds nothing, and undoing them one by one leads back.
    """
    with _walk(prepared_store, tmp_path_factory, moves) as (shop, steps):
        _undo_all(shop, steps)
        assert [] == shop.json("doctor")


def test_an_undo_that_finds_nothing_left_is_refused(shop: Shop) -> None:
    """What came back by one undo and went by another is not taken back once more."""
    shop.do("account", "add", "Acme")
    made = newest(shop)
    shop.do("undo", f"CS-{made}")
    shop.do("undo", f"CS-{made + 1}")
    shop.do("undo", f"CS-{made}")
    before = shop.dump()
    answer = shop.run("undo", f"CS-{made + 2}")
    assert (6, "") == (answer.code, answer.out)
    assert f"Acme: removed since by ana (`CS-{made + 3}`)" in answer.err
    assert before == shop.dump()
    shop.do("log", "verify")


def test_what_an_undo_kept_still_holds_what_is_below(busy: Shop) -> None:
    """A change that is undone in part stays in force for the sale that was kept."""
    busy.do("done", "OPP-1", "collected")
    below = _last_change(busy)
    busy.do("stage", "OPP-1", "OPP-3", "negotiations")
    both = _last_change(busy)
    busy.do("stage", "OPP-1", "contracting", me="bo")
    theirs = _last_change(busy)
    assert 9 == busy.run("undo", both).code
    busy.do("undo", theirs, me="bo")
    before = busy.dump()
    answer = busy.run("undo", below)
    assert (6, "") == (answer.code, answer.out)
    assert f"gone on since by ana (`{both}`)" in answer.err
    assert before == busy.dump()


def test_a_record_that_an_undo_kept_is_not_overwritten(busy: Shop) -> None:
    """So it does for a record: it still holds what was changed, though the change is undone."""
    busy.do("opportunity", "edit", "OPP-3", "--amount", "5000")
    below = _last_change(busy)
    busy.do("assign", "OPP-1", "OPP-3", "cy", me="bo")
    both = _last_change(busy)
    busy.do("opportunity", "edit", "OPP-3", "--amount", "6000")
    assert 9 == busy.run("undo", both, me="bo").code
    busy.do("undo")
    answer = busy.run("undo", below)
    assert (6, "") == (answer.code, answer.out)
    assert f"changed since by bo (`{both}`)" in answer.err
    assert "cy" == busy.json("opportunity", "show", "OPP-3")["owner"]


TOUCHED = (
    "SELECT table_name, row_id FROM change WHERE change_set_id = ?1"
    " UNION SELECT table_name, row_id FROM change WHERE operation = 'delete'"
    " AND json_extract(before, '$.created_in') = hex(?1)"
)


def _touched(shop: Shop, reference: str) -> set[tuple[str, bytes]]:
    """Return the rows that a change set has touched, whatever became of them."""
    number = int(reference.removeprefix("CS-"))
    key = shop.rows("SELECT id FROM change_set WHERE number = ?", number)[0][0]
    rows = {(table, row) for table, row in shop.rows(TOUCHED, key)}
    with shop.looking() as store:
        for table in HISTORIC:
            made = store.execute(f'SELECT id FROM "{table}" WHERE created_in = ?', (key,))
            rows |= {(table, row) for (row,) in made}
    return rows


@given(
    mine=st.lists(ANY, min_size=1, max_size=3),
    theirs=st.lists(ANY, min_size=1, max_size=4),
)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_is_in_one_bucket(
    prepared_store: Path,
    tmp_path_factory: pytest.TempPathFactory,
    mine: list[Words],
    theirs: list[Words],
) -> None:
    """B57: with changes by somebody else in between, each row goes back, is kept, or failed.

    What goes back is what the undo has touched; nobody's later change is among it, and no sale
    stands at two steps.
    """
    moves = [*((words, "ana") for words in mine), *((words, "bo") for words in theirs)]
    with _walk(prepared_store, tmp_path_factory, moves) as (shop, steps):
        own = [reference for reference, _before in steps if _who(shop, reference) == "ana"]
        later = {row for ref, _ in steps if _who(shop, ref) == "bo" for row in _touched(shop, ref)}
        for reference in reversed(own):
            rows, before = _touched(shop, reference), shop.dump()
            answer = shop.run("undo", reference, "--json")
            if answer.code == 6:
                assert before == shop.dump()
                assert "since by " in answer.err or "others refer to it" in answer.err
                continue
            (undone,) = answer.document["undone"]
            back = _touched(shop, _last_change(shop)) - _renamed_stays(shop)
            assert back <= rows
            assert set() == back & later
            assert len(back) == undone["reversed"]
            assert len(rows) == len(back) + undone["kept_rows"] + undone["failed_rows"]
            assert bool(undone["kept_rows"] + undone["failed_rows"]) == (answer.code == 9)
            assert bool(undone["kept_rows"]) == bool(undone["kept"])
            assert bool(undone["failed_rows"]) == bool(undone["failed"])
            _assert_sound(shop)
        assert [] == shop.json("doctor")


def _renamed_stays(shop: Shop) -> set[tuple[str, bytes]]:
    """Return the voided stays that name another version since the last undo removed theirs."""
    rows = shop.rows(
        "SELECT c.row_id FROM change c JOIN stage_visit v ON v.id = c.row_id"
        " WHERE c.change_set_id = (SELECT id FROM change_set ORDER BY number DESC LIMIT 1)"
        " AND v.voided_by_id IS NOT NULL"
        " AND json_extract(c.before, '$.definition_id') <> hex(v.definition_id)"
    )
    return {("stage_visit", row) for (row,) in rows}


def _who(shop: Shop, reference: str) -> str:
    number = int(reference.removeprefix("CS-"))
    return str(shop.rows("SELECT login FROM change_set WHERE number = ?", number)[0][0])


def test_the_three_buckets(busy: Shop, tmp_path: Path) -> None:
    """B57: of one import a record goes back, one is kept for its later change, one is in use."""
    path = tmp_path / "firms.csv"
    path.write_text("name,industry\nOne,Steel\nTwo,Steel\nThree,Steel\n", encoding="utf-8")
    busy.do("import", str(path), "--as", "account")
    mine = _last_change(busy)
    busy.do("account", "edit", "Two", "--city", "Oslo", me="bo")
    theirs = _last_change(busy)
    busy.do("contact", "add", "Mo Dee", "--account", "Three", me="bo")
    answer = busy.run("undo", mine, "--json")
    assert 9 == answer.code
    (undone,) = answer.document["undone"]
    two, three = (busy.json("account", "show", name)["reference"] for name in ("Two", "Three"))
    assert [f"`{two}` Two: changed since by bo (`{theirs}`)"] == undone["kept"]
    assert [f"`{three}` Three: others refer to it"] == undone["failed"]
    assert (1, 1, 1) == (undone["reversed"], undone["kept_rows"], undone["failed_rows"])
    assert 3 == busy.run("account", "show", "One").code


def test_a_version_that_only_undone_sales_used_can_be_undone(busy: Shop, tmp_path: Path) -> None:
    """The stays of a sale that was taken back do not keep the version that they began with."""
    before = busy.dump()
    busy.do(*filled(("process", "publish", "{definition}"), tmp_path))
    busy.do("run-process", "corporate-sale", "--account", "Wayne")
    after = busy.dump()
    busy.do("undo", "2")
    assert before == busy.dump()
    busy.do("log", "verify")
    busy.do("undo", f"CS-{newest(busy) - 1}")
    assert after == busy.dump()


def test_what_somebody_removed_is_kept_removed(busy: Shop) -> None:
    """A record that is gone already is told with who removed it, and the undo does nothing."""
    busy.do("opportunity", "competitor", "add", "OPP-1", "Wonka")
    mine = _last_change(busy)
    busy.do("opportunity", "competitor", "remove", "OPP-1", "Wonka", me="bo")
    theirs = _last_change(busy)
    before = busy.dump()
    answer = busy.run("undo", mine)
    assert (6, "") == (answer.code, answer.out)
    assert f"competitor Wonka of `OPP-1`: removed since by bo (`{theirs}`)" in answer.err
    assert before == busy.dump()


ACTIONS = [(who, change) for who in ("ana", "bo") for change in (0, 1)]


@pytest.mark.parametrize("order", itertools.permutations(ACTIONS), ids=str)
def test_two_people_undo_past_each_other(busy: Shop, order: Sequence[tuple[str, int]]) -> None:
    """B57: whoever undoes whose change in whatever order, nothing is lost and the second hears it.

    Two changes of one account, ana's first: each goes back once, and not from under a later one.
    """
    changes: list[str] = []
    for who, field in (("ana", "city"), ("bo", "phone")):
        busy.do("account", "edit", "Acme Ltd", f"--{field}", f"new {field}", me=who)
        changes.append(_last_change(busy))
    undone: dict[int, str] = {}
    for who, change in order:
        answer = busy.run("undo", changes[change], me=who)
        if change in undone:
            assert 4 == answer.code
            assert f"`{changes[change]}` is undone already, by {undone[change]}" in answer.err
        elif change == 0 and 1 not in undone:
            assert 6 == answer.code
            assert f"`ACC-1` Acme Ltd: changed since by bo (`{changes[1]}`)" in answer.err
        else:
            assert 0 == answer.code
            undone[change] = who
        shown = busy.json("account", "show", "Acme Ltd")
        assert ("Riga" if 0 in undone else "new city") == shown["city"]
        assert (None if 1 in undone else "new phone") == shown["phone"]


@pytest.mark.parametrize(
    ("words", "reference"),
    [
        (("assign", "OPP-1", "OPP-3", "cy"), "OPP-1"),
        (("stage", "OPP-1", "OPP-3", "negotiations"), "OPP-3"),
        (("run-process", "corporate-sale", "--lead", "LEAD-1", "--result", "no-interest"), "RUN-8"),
        (("import", "{accounts}"), "Wayne North"),
    ],
    ids=str,
)
def test_undo_of_a_sale_takes_back_no_other(
    busy: Shop, tmp_path: Path, words: Words, reference: str
) -> None:
    """`undo REF` is refused when that change touched other sales or records, and names its handle.

    What belongs to the sale, such as a lead that it began with, is no other record.
    """
    before = busy.dump()
    busy.do(*filled(words, tmp_path))
    after, change = busy.dump(), _last_change(busy)
    answer = busy.run("undo", reference)
    if words[0] == "run-process":
        assert (0, before) == (answer.code, busy.dump())
        return
    assert (4, "") == (answer.code, answer.out)
    assert f"`sales undo {change}`" in answer.err
    assert after == busy.dump()
    busy.do("undo", change)
    assert before == busy.dump()


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


def test_a_change_that_another_has_built_on_leads_to_the_one_before_it(busy: Shop) -> None:
    """The refusal says who did what since, and names my next change that can go back, in words."""
    busy.do("contact", "edit", "Mia Ray", "--title", "Buyer")
    free = _last_change(busy)
    busy.do("account", "edit", "Acme Ltd", "--city", "Oslo")
    busy.do("account", "edit", "Acme Ltd", "--city", "Bern", me="bo")
    before = busy.dump()
    for words in (["undo"], ["undo", "2"]):
        told = " ".join(busy.run(*words).err.split())
        assert "since by bo" in told
        assert "City Oslo → Bern" in told
        assert f"Title nothing → Buyer instead: `sales undo {free}`" in told
    assert before == busy.dump()
    busy.do("undo", free)
    told = busy.run("undo").err
    assert "City Oslo → Bern" in told
    assert "instead" not in told or free not in told
