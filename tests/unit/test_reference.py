"""Handles: what names a record and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.domain import reference


@given(st.sampled_from(sorted(reference.PREFIXES)), st.integers(1, 10**18 - 1), st.booleans())
def test_a_handle_reads_back(noun: str, number: int, lower: bool) -> None:
    """Every handle names its own record, in either case."""
    written = reference.handle(noun, number)
    assert (noun, number) == reference.parse_handle(written.lower() if lower else written)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "OPP",
        "OPP-",
        "OPP-x",
        "OPP12",
        "#12",
        "12",
        "OPP-0",
        "OPP-012",
        "OPP--1",
        "OPP- 1",
        "OPP-1 2",
        "OPP-1-2",
        "XYZ-1",
        "OPP-¹",
        "OPP-१",
        "OPP-" + "9" * 19,
        "acme OPP-1",
    ],
)
def test_other_words_are_no_handle(words: str) -> None:
    """Only a known prefix, a hyphen and a plain number from 1 make a handle."""
    assert reference.parse_handle(words) is None


def test_a_handle_may_stand_in_spaces() -> None:
    """What a shell or a file leaves around a handle does not matter."""
    assert ("activity", 31) == reference.parse_handle(" act-31\n")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("12", 12),
        (" 7 ", 7),
        ("0", None),
        ("07", None),
        ("-1", None),
        ("1.0", None),
        ("", None),
        ("²", None),
        ("9" * 5000, None),
    ],
)
def test_a_bare_number_is_plain(words: str, expected: int | None) -> None:
    """Plain ASCII digits without a leading zero, short enough for the store."""
    assert expected == reference.bare_number(words)


@given(st.text(max_size=30))
def test_any_text_gets_an_answer(words: str) -> None:
    """No text makes the parser raise."""
    reference.parse_handle(words)
    reference.bare_number(words)
