"""What is said twice: conditions are joined, every other second value is refused."""

import pytest

from tests.shop import Shop, made_once

BOTH = ("--where", "need = Power or need = Water", "--where", "amount > 50")


@made_once
def three(shop: Shop) -> Shop:
    """A shop with three sales, one of which meets both conditions."""
    for name, need, amount in (("A", "Power", "90"), ("B", "Water", "10"), ("C", "Heat", "90")):
        fields = ("--need", need, "--amount", amount)
        shop.do("opportunity", "add", name, "--account", name, *fields)
    return shop


@pytest.mark.parametrize(
    "words",
    [
        ("stage", "proposal"),
        ("close", "lost", "--reason", "price"),
        ("assign", "bo"),
    ],
    ids=str,
)
def test_a_batch_is_of_those_that_meet_each_condition(three: Shop, words: tuple[str, ...]) -> None:
    """No condition is forgotten, and an `or` in one of them stays within it."""
    three.do("user", "add", "bo")
    told = three.json(*words, *BOTH)
    assert ["OPP-1"] == [row["ref"] for row in told]


def test_lists_and_views_meet_each_condition(three: Shop) -> None:
    """`list` and `view save` read several conditions as batches do."""
    three.do("view", "save", "both", *BOTH)
    for words in (("opportunity", "list", *BOTH), ("view", "run", "both")):
        assert ["OPP-1"] == [row["reference"] for row in three.json(*words)]


@pytest.mark.parametrize(
    "conditions",
    [
        ("",),
        ("  ", "amount > 50"),
        ("amount > 50", ""),
        ("amount = 90) or (amount = 10", "need = Heat"),
    ],
)
def test_a_condition_that_is_none_is_refused(three: Shop, conditions: tuple[str, ...]) -> None:
    """An empty one would mean all sales, or none; halves of brackets are no conditions."""
    before = three.dump()
    where = [word for text in conditions for word in ("--where", text)]
    for words in (("stage", "proposal"), ("opportunity", "list"), ("view", "save", "odd")):
        answer = three.run(*words, *where)
        assert (2, "") == (answer.code, answer.out)
        assert 1 == answer.err.count("hint:")
    assert before == three.dump()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("close", "OPP-1", "lost", "--reason", "a", "--reason", "b"), "`--reason` is given twice"),
        (("assign", "--file", "a", "--file", "b"), "`--file` is given twice"),
        (("stale", "--limit", "3", "-n", "4"), "`--limit` is given twice"),
        (("opportunity", "edit", "OPP-1", "--need", "a", "--need", "b"), "`--need` is given twice"),
        (("--home", "a", "--home", "b"), "`--home` is given twice"),
        (("opportunity", "edit", "OPP-1", "--set", "need=a", "--set", "need=b"), "`need` is set"),
        (("opportunity", "edit", "OPP-1", "--need", "a", "--set", "need=b"), "`need` is set"),
        (
            ("stage", "OPP-1", "proposal", "--set", "close-date=eom", "--set", "close_date=eom"),
            "`close_date` is set",
        ),
        (("stage", "proposal", *BOTH, "--set", "need=a", "--set", "need=b"), "`need` is set"),
        (("close", "OPP-1", "lost", "--reason", "a", "--set", "reason=b"), "`reason` is set"),
    ],
    ids=str,
)
def test_a_second_value_is_refused(three: Shop, words: tuple[str, ...], told: str) -> None:
    """One of two values would be forgotten, so neither is taken."""
    before = three.dump()
    answer = three.run(*words)
    assert (2, "") == (answer.code, answer.out)
    assert told in answer.err
    assert 1 == answer.err.count("hint:")
    assert before == three.dump()


def test_a_reason_is_told_as_it_is_kept(three: Shop) -> None:
    """Spaces around it are no part of it, in JSON either."""
    told = three.json("process", "disable", "corporate-sale", "--reason", "  too old ")
    assert "too old" == told["reason"]


def test_a_flag_may_stand_there_twice(three: Shop) -> None:
    """It says the same each time."""
    three.do("stage", "proposal", *BOTH, "--yes", "-y", "--quiet", "-q")
