"""B52: words and their keys, terms, typing errors, and the part of a text that is shown."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.domain import finding
from salescli.domain.finding import EXCERPT, Term
from salescli.domain.text import key as text_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller", "muller"),
        ("STRASSE", "straße"),
        ("Łódź", "lodz"),
        ("Ångström", "angstrom"),
        ("Møller", "moller"),
        ("\uff21\uff43\uff4d\uff45", "acme"),
        ("ﬁne", "fine"),
        ("e\u0301lan", "élan"),
        ("İzmir", "izmir"),
    ],
)
def test_case_width_and_accents_make_no_difference(one: str, other: str) -> None:
    """B52: both spellings have one key."""
    assert finding.keys(one) == finding.keys(other)


@given(st.text(max_size=40))
def test_what_shares_a_name_key_shares_its_words(text: str) -> None:
    """B52: two names that are one name to the store are one to the search, ASCII as they are."""
    plain = "".join(char for char in text if char.isascii())
    assert finding.keys(plain) == finding.keys(text_key(plain))


@given(st.text(max_size=60))
def test_keys_never_hold_a_sign_of_the_query_language(text: str) -> None:
    """B52: letters, digits and the marks that belong to them, parted by single spaces."""
    signs = set("\"'*():^-+{}<>=,;\x00")
    assert not signs & set(finding.keys(text))


@given(st.text(max_size=60))
def test_a_text_is_found_by_each_of_its_words(text: str) -> None:
    """B52: where a word stands is told by its first and last character."""
    for word in finding.words(text):
        own = text[word.start : word.end]
        assert any(
            start <= word.start and word.end <= end
            for start, end in finding.spans(text, finding.terms(own))
        ), own


def test_writing_without_spaces_is_found_from_its_middle() -> None:
    """B52: each character is a word, and several are looked for in their order."""
    (term,) = finding.terms("京電")
    assert ("京", "電") == term.keys
    assert ((1, 3),) == finding.spans("東京電力", [term])
    assert () == finding.spans("電京", [term])


def test_only_the_last_word_may_go_on() -> None:
    """B52: the one that is being typed."""
    assert [False, True] == [term.is_prefix for term in finding.terms("acme pu")]


@pytest.mark.parametrize("text", ["", " ", '"', "* - ( )", "🎉🎉", "\u0301", "…"])
def test_signs_alone_are_no_term(text: str) -> None:
    """B52: there is nothing to look for."""
    assert [] == finding.terms(text)


def one_error(word: str, letters: str) -> set[str]:
    """Return every word that one typing error makes of a word."""
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    missing = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    wrong = {a + letter + b[1:] for a, b in cuts if b for letter in letters}
    added = {a + letter + b for a, b in cuts for letter in letters}
    return (missing | swapped | wrong | added) - {word}


def test_one_error_is_one_letter_wrong_missing_too_many_or_swapped() -> None:
    """B52: the distance is 1 for exactly the words that one error makes, among all short ones."""
    letters = "abc"
    for word in ("abca", "aab", "cabb"):
        errors = one_error(word, letters)
        for length in range(2, 6):
            for other in map("".join, product(letters, repeat=length)):
                expected = 0 if other == word else 1 if other in errors else 2
                assert expected == finding.errors_between(word, other, 1), (word, other)


def test_long_words_may_have_two_errors_and_tiny_ones_none() -> None:
    """B52: two letters are too few to guess from."""
    assert ["Rheinmetall"] == finding.nearest_words("Reinmetal", ["Rheinmetall", "Reinhardt"])
    assert [] == finding.nearest_words("ab", ["ac"])
    assert ["acme"] == finding.nearest_words("amce", ["acme", "globex"])


@given(st.integers(0, 600), st.integers(0, 600))
def test_an_excerpt_shows_what_was_found(before: int, after: int) -> None:
    """B52: at any place of a long text, the word is in the part that is shown, and marked."""
    text = "lorem " * before + "needle" + " ipsum" * after
    marked = finding.spans(text, [Term(("needle",), "needle")])
    shown = finding.excerpt(text, marked)
    assert ["needle"] == [shown.text[start:end] for start, end in shown.spans]
    assert len(shown.text) <= EXCERPT + len("… ") + len(" …")
    assert shown.text.startswith("… ") or text.startswith(shown.text[:20])


def test_a_word_without_an_end_is_shown_whole_enough() -> None:
    """B52: one long word in a text is no reason to leave out the place."""
    text = "x" * 500 + " needle " + "y" * 500
    shown = finding.excerpt(text, finding.spans(text, [Term(("needle",), "needle")]))
    assert ["needle"] == [shown.text[start:end] for start, end in shown.spans]
