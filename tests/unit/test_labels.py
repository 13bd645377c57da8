"""Ids in the words of people."""

import pytest

from salescli.domain.fields import SALE_FIELDS
from salescli.domain.labels import in_words, label_of, labelled, say_result, without_options


@pytest.mark.parametrize("field", SALE_FIELDS)
def test_a_field_in_backticks_is_named_as_in_its_form(field: str) -> None:
    """Only a field in backticks is meant; a word that looks like one stays."""
    label = SALE_FIELDS[field].label
    assert f"Note {label} and {field}" == labelled(f"Note `{field}` and {field}")
    assert label == label_of(field)


def test_other_literals_stay() -> None:
    """A command or an unknown name keeps its backticks."""
    for text in ("Type `sales note`", "Fill `no_such_field`", "One ` alone"):
        assert text == labelled(text)
    assert "no_such_field" == label_of("no_such_field")


def test_a_result_is_read_as_words() -> None:
    """Hyphens are blanks, and the first letter is a capital; others stay."""
    assert "Not interested" == say_result("not-interested")
    assert "Sent to HQ" == say_result("sent-to-HQ")
    assert not say_result("")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("close_date: empty -> Tue 15 Dec", "Close date: empty -> Tue 15 Dec"),
        ("Changed it\ndue: today -> Fri", "Changed it\nDue: today -> Fri"),
        ("other_thing: 1 -> 2", "other_thing: 1 -> 2"),
        ("need: as it was", "need: as it was"),
        ("Completed `ACT-1` Call: not-now", "Completed `ACT-1` Call: Not now"),
        (
            "The stage ended without `budget`, `decision_date`",
            "The stage ended without Budget, Decision date",
        ),
        ("Moved `OPP-1` to `Proposal`", "Moved `OPP-1` to `Proposal`"),
    ],
)
def test_sentences_are_told_in_the_words_of_the_forms(told: str, said: str) -> None:
    """Fields before their change or in backticks, and results, are named as people name them."""
    assert said == in_words(told)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('give it along: --set contact="NAME"', "give it along: Main contact"),
        ("--set amount=... and --set need=x y", "Amount and Need y"),
        ("`sales continue OPP-1 --set need=x`", "`sales continue OPP-1 --set need=x`"),
        ("change it: --set FIELD=VALUE", "change it: --set FIELD=VALUE"),
    ],
)
def test_options_are_named_as_fields(text: str, said: str) -> None:
    """Without a shell a field is named for the option that gives it; commands stay whole."""
    assert said == without_options(text)
