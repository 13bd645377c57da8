"""One command is one change set: what changes something writes it once, what does not, none."""

from pathlib import Path

import pytest

from tests.changes import (
    CHANGES,
    READS,
    REDO,
    REFUSED,
    REPLACING,
    UNDOS,
    Words,
    filled,
    name_of,
    names,
    newest,
)
from tests.changes import busy as busy  # noqa: PLC0414 - a fixture
from tests.changes import prepared_store as prepared_store  # noqa: PLC0414 - a fixture
from tests.shop import Shop

CHANGING = {name_of(words) for words in (*CHANGES, *UNDOS, REDO)}


def test_every_command_has_a_case() -> None:
    """F46: a command changes something or only reads; a new one has to say which, and be tried."""
    reading = {name_of(words) for words in READS} - {""}
    assert names() == CHANGING | reading | REPLACING | {"board", "serve"}
    assert {"process log", "config"} == CHANGING & reading


def test_every_change_has_a_refusal() -> None:
    """F46: each command that changes something is also tried with words that it refuses."""
    assert {name_of(words) for words in REFUSED} == CHANGING


@pytest.mark.parametrize("words", CHANGES, ids=" ".join)
def test_a_change_is_one_change_set(busy: Shop, tmp_path: Path, words: Words) -> None:
    """F46: whatever a command changes, in however many records, is in one change set."""
    line = filled(words, tmp_path)
    before = newest(busy)
    busy.do(*line)
    assert before + 1 == newest(busy)
    assert [(busy.me, "cli", None)] == busy.rows(
        "SELECT login, front_end, parent_id FROM change_set WHERE number > ?", before
    )


@pytest.mark.parametrize("words", UNDOS, ids=" ".join)
def test_an_undo_is_one_change_set_for_each_change(busy: Shop, words: Words) -> None:
    """F46: `undo 3` takes three changes back, each in a part of its own that names the first."""
    before = newest(busy)
    undone = busy.json(*words)["undone"]
    made = busy.rows("SELECT id, parent_id FROM change_set WHERE number > ? ORDER BY 1", before)
    assert len(undone) == len(made)
    assert [None, *[made[0][0]] * (len(made) - 1)] == [parent for _key, parent in made]


def test_a_redo_is_one_change_set_for_each_undo(busy: Shop) -> None:
    """F46: what `undo 3` took back comes back at once, each in a part of its own."""
    busy.do("undo", "3")
    before = newest(busy)
    assert 3 == len(busy.json(*REDO)["undone"])
    made = busy.rows("SELECT id, parent_id FROM change_set WHERE number > ? ORDER BY 1", before)
    assert [None, made[0][0], made[0][0]] == [parent for _key, parent in made]


@pytest.mark.parametrize("words", READS, ids=" ".join)
def test_reading_writes_no_change_set(busy: Shop, tmp_path: Path, words: Words) -> None:
    """F46: a command that only reads leaves every record and the history as they were."""
    line = filled(words, tmp_path)
    before, last = busy.dump(), newest(busy)
    busy.do(*line)
    assert (before, last) == (busy.dump(), newest(busy))


@pytest.mark.parametrize("words", REFUSED, ids=" ".join)
def test_a_refusal_writes_no_change_set(busy: Shop, words: Words) -> None:
    """F46: a command that is refused has changed nothing, and no number is used up."""
    before, last = busy.dump(), newest(busy)
    counters = busy.rows("SELECT noun, next FROM counter ORDER BY noun")
    answer = busy.run(*words)
    assert answer.code in {2, 3, 4, 6, 8}, answer
    assert (before, last) == (busy.dump(), newest(busy))
    assert counters == busy.rows("SELECT noun, next FROM counter ORDER BY noun")
