"""Conditions: what the text means, what is refused, and the laws that hold for all of them."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.domain.process import condition
from salescli.domain.process.condition import Condition
from salescli.domain.text import key
from salescli.errors import RuleError, UsageError

FACTS: dict[str, object] = {
    "name": "Acme GmbH",
    "amount": Decimal("12500.50"),
    "visits": 3,
    "hot": True,
    "close_date": date(2026, 12, 1),
    "meeting_at": datetime(2026, 12, 1, 10, 0, tzinfo=timezone(timedelta(hours=1))),
    "offers": ("Licence", "Support"),
    "tactics": "",
    "rivals": [],
    "budget": None,
}

FIELDS = st.sampled_from([*FACTS, "unknown"])
VALUES = st.text(max_size=12).filter(lambda value: bool(key(value)))
LEAVES = st.one_of(
    st.tuples(st.sampled_from([*condition.ORDERS, "contains"]), FIELDS, VALUES),
    st.tuples(st.just("in"), FIELDS, st.lists(VALUES, min_size=1, max_size=3).map(tuple)),
    st.tuples(st.sampled_from(["is set", "is empty"]), FIELDS),
)
SAFE_LEAVES = st.one_of(
    st.tuples(st.sampled_from(["=", "!=", "<", ">="]), st.just("visits"), st.sampled_from("1345")),
    st.tuples(st.sampled_from(["=", "!="]), st.just("hot"), st.sampled_from(["yes", "no"])),
    st.tuples(st.sampled_from(["is set", "is empty"]), FIELDS),
    st.tuples(st.sampled_from(["=", "!=", "<"]), st.just("budget"), st.just("12")),
)


def _trees(leaves: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    def grow(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(inner, min_size=2, max_size=3)
        joined = st.builds(
            lambda word, parts: (word, *parts), st.sampled_from(["and", "or"]), several
        )
        return joined | st.tuples(st.just("not"), inner)

    return st.recursive(leaves, grow, max_leaves=8)


def _holds(text: str) -> bool:
    return condition.evaluate(condition.parse(text), FACTS)


@pytest.mark.parametrize(
    "text",
    [
        "name = 'ACME  gmbh'",
        "name != other",
        "name contains gmb",
        "name in (beta, 'acme gmbh')",
        "name in [beta, 'acme gmbh']",
        "name > abc",
        "amount = 12500.5",
        "amount >= 12500",
        "amount>12e3",
        "visits < 3.5",
        "visits in (1, 3)",
        "hot = yes",
        "hot != false",
        "close_date <= 2026-12-01",
        "close_date in (2026-11-30, 2026-12-01)",
        "meeting_at = 2026-12-01",
        "meeting_at > 2026-12-01T09:59",
        "meeting_at = 2026-12-01T09:00+00:00",
        "meeting_at < '2026-12-01 10:30'",
        "offers contains licence",
        "offers in (training, SUPPORT)",
        "tactics is empty",
        "name IS SET AND NOT budget Is Set",
        "hot = no or visits = 3 and name is set",
        "not (hot = yes and visits = 4)",
        "not hot = no",
    ],
)
def test_what_holds(text: str) -> None:
    """A value takes the type of its fact, text compares without case, `and` binds before `or`."""
    assert _holds(text)


@pytest.mark.parametrize("field", ["tactics", "rivals", "budget", "unknown"])
def test_an_empty_fact_fails_every_comparison_but_one(field: str) -> None:
    """Nothing is known about an empty fact but that it differs from every value."""
    tests = ["= 1", "< 1", "<= 1", "> 1", ">= 1", "in (1)", "contains 1", "is set"]
    assert [False] * len(tests) == [_holds(f"{field} {test}") for test in tests]
    assert _holds(f"{field} != 1")
    assert _holds(f"{field} is empty")


@pytest.mark.parametrize("value", [0, False, Decimal(0)])
def test_zero_and_no_are_known_facts(value: object) -> None:
    """A fact of zero or `no` is set."""
    assert condition.evaluate(("is set", "fact"), {"fact": value})


@pytest.mark.parametrize(
    "text",
    [
        "amount = abc",
        "amount > NaN",
        "amount contains 1",
        "visits in (1x, 3)",
        "visits = 1e999999999999999999999",
        "name < 5",
        "hot = maybe",
        "hot > no",
        "close_date = tomorrow",
        "close_date < 2026-02-30",
        "close_date < 2026-12-01T10:00",
        "meeting_at < 10:00",
        "offers = licence",
        "offers < a",
    ],
)
def test_an_impossible_comparison_names_its_field(text: str) -> None:
    """A value that cannot take the fact's type is an error and not a quiet no."""
    with pytest.raises(RuleError, match=f"`{text.partition(' ')[0]}` is ") as refusal:
        _holds(text)
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("", 1, "a field"),
        ("amount", 7, "`is`"),
        ("amount >", 9, "a value"),
        ("amount = ''", 10, "`is empty`"),
        ("amount = and", 10, "a value"),
        ("5 = amount", 1, "a field"),
        ("'amount' = 5", 1, "a field"),
        ("and = 5", 1, "a field"),
        ("name = Acme GmbH", 13, "`or` or the end; a value with spaces needs quotes"),
        ("name is nice", 9, "`set` or `empty`"),
        ("stage in proposal", 10, "a list"),
        ("stage in ()", 11, "a value"),
        ("stage in (a, b]", 15, "`,` or `)`"),
        ("(a = 1", 7, "`)`"),
        ("a = 1)", 6, "the end"),
        ("a = 1 and", 10, "a field"),
        ("a ; b", 3, "a field, a sign or a value"),
        ("a = 'open", 5, "a field, a sign or a value"),
        ("not " * 51 + "a = 1", 201, "at most 50 levels"),
        ("(" * 51 + "a = 1", 51, "at most 50 levels"),
    ],
)
def test_a_refusal_says_what_was_expected_and_where(text: str, column: int, expected: str) -> None:
    """The message names the column, counted from 1, and what could stand there."""
    with pytest.raises(UsageError) as refusal:
        condition.parse(text)
    assert f"at column {column}: expected " in refusal.value.message
    assert expected in refusal.value.message
    assert refusal.value.hint


@pytest.mark.parametrize("text", ["a = " + "x" * 201, "a = 1 and " * 200 + "b = 2"])
def test_a_condition_has_a_length(text: str) -> None:
    """Values and conditions end somewhere, so that a hostile file cannot occupy the program."""
    with pytest.raises(UsageError, match="too long"):
        condition.parse(text)


def test_a_condition_is_plain_data() -> None:
    """The nested tuples are the form that a published process keeps."""
    expected = ("and", (">=", "amount", "10"), ("not", ("in", "stage", ("a", "b c"))))
    assert expected == condition.parse("amount >= 10 and not stage in (a, 'b c')")


def test_quotes_take_a_backslash() -> None:
    """Inside quotes a backslash takes the next character as it is, in either kind of quotes."""
    assert ("=", "a", 'it\'s \\ "so"') == condition.parse(r"""a = 'it\'s \\ "so"' """)
    assert ("=", "a", 'say "x"') == condition.parse(r'a = "say \"x\""')


def test_fields_are_all_that_are_asked_for() -> None:
    """Every field counts once, however deep it stands."""
    parsed = condition.parse("a = 1 or not (b.c is set and a != 2) or d-e in (a)")
    assert {"a", "b.c", "d-e"} == condition.fields(parsed)


@given(_trees(LEAVES))
def test_a_condition_reads_back_from_its_text(tree: Condition) -> None:
    """Parsing what was written gives the same condition."""
    assert tree == condition.parse(condition.unparse(tree))


@given(_trees(LEAVES))
def test_a_condition_means_the_same_from_json(tree: Condition) -> None:
    """Lists in place of tuples change neither the text, the fields nor the answer."""
    loaded = json.loads(json.dumps(tree))
    assert condition.unparse(tree) == condition.unparse(loaded)
    assert condition.fields(tree) == condition.fields(loaded)
    assert _answer(tree) == _answer(loaded)


def _answer(tree: Condition) -> bool | str:
    try:
        return condition.evaluate(tree, FACTS)
    except RuleError as refusal:
        return refusal.message


@given(_trees(SAFE_LEAVES))
def test_double_negation_changes_nothing(tree: Condition) -> None:
    """Not not x is x."""
    assert condition.evaluate(tree, FACTS) is condition.evaluate(("not", ("not", tree)), FACTS)


@given(_trees(SAFE_LEAVES), _trees(SAFE_LEAVES))
def test_de_morgan(left: Condition, right: Condition) -> None:
    """Not (a and b) is not a or not b; not (a or b) is not a and not b."""
    for word, other in (("and", "or"), ("or", "and")):
        outside = condition.evaluate(("not", (word, left, right)), FACTS)
        inside = condition.evaluate((other, ("not", left), ("not", right)), FACTS)
        assert outside is inside


@given(st.text() | st.text("a=<>!'\"()[], \\andotri1"))
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    """No text makes the parser fail in another way than by a UsageError."""
    try:
        parsed = condition.parse(text)
    except UsageError:
        return
    assert parsed == condition.parse(condition.unparse(parsed))


@given(
    _trees(LEAVES),
    st.dictionaries(
        FIELDS, st.sampled_from([*FACTS.values(), 0, datetime(2026, 1, 1, tzinfo=UTC)])
    ),
)
def test_any_facts_give_an_answer_or_a_refusal(tree: Condition, facts: dict[str, object]) -> None:
    """Evaluation answers yes or no, or raises RuleError."""
    with suppress(RuleError):
        assert condition.evaluate(tree, facts) in (True, False)
