"""Words: cleaning at the entrance, search keys, slugs and guesses."""

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from salescli.domain import text

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)


@pytest.mark.parametrize(
    ("hostile", "expected"),
    [
        ("\x1b]0;owned\x07Acme", "\ufffd]0;owned\ufffdAcme"),
        ("Acme\x9b31m", "Acme\ufffd31m"),
        ("a\x7fb\x00c", "a\ufffdb\ufffdc"),
        ("abc\u202etxt.exe", "abc\ufffdtxt.exe"),
        ("a\u2066b\u2069c\u200ed\u061ce", "a\ufffdb\ufffdc\ufffdd\ufffde"),
        ("a\u2028b\u2029c", "a\ufffdb\ufffdc"),
        ("a\ud800b\ue000c", "a\ufffdb\ufffdc"),
        ("zero\u200bwidth\ufeff", "zero\ufffdwidth\ufffd"),
        ("hidden\U000e0041", "hidden\ufffd"),
        ("x\u3164y\uffffz", "x\ufffdy\ufffdz"),
    ],
)
def test_clean_replaces_what_steers_hides_or_reorders(hostile: str, expected: str) -> None:
    """A character that a reader cannot see for what it is becomes U+FFFD."""
    assert expected == text.clean(hostile)


@pytest.mark.parametrize(
    "harmless",
    [
        "Acme [/] Ltd",
        "Škoda",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "👩\u200d💻",
        "❤\ufe0f",
        "東京 株式会社",
        "12\u00a0€",
    ],
)
def test_clean_leaves_ordinary_names_alone(harmless: str) -> None:
    """Markup, accents, joiners and every script pass unchanged."""
    assert harmless == text.clean(harmless)


def test_clean_makes_one_line() -> None:
    """Line breaks and tabs become spaces, and the ends are stripped."""
    assert "a b c d" == text.clean(" a\r\nb\tc\rd\n")


def test_clean_keeps_lines_on_request() -> None:
    """With `lines`, breaks stay as one newline each and tabs stay; other controls do not."""
    assert "a\nb\tc\n\nd\ufffde" == text.clean("a\r\nb\tc\r\r\nd\x0be\n", lines=True)


def test_clean_composes_letters() -> None:
    """A letter and its accent become one character, so equal names are equal bytes."""
    assert "\u0160koda" == text.clean("S\u030ckoda")


@pytest.mark.parametrize("letter", ["a", "é", "a "])
def test_clean_cuts_with_an_ellipsis(letter: str) -> None:
    """Longer text than the limit ends in an ellipsis and never exceeds the limit."""
    cut = text.clean(letter * 50, limit=10)
    assert cut.endswith("…")
    assert len(cut) <= 10


@given(ANY_TEXT, st.integers(2, 50), st.booleans())
def test_clean_is_idempotent_and_safe(raw: str, limit: int, lines: bool) -> None:
    """Cleaning twice changes nothing more, and the result is printable, NFC and short enough."""
    cleaned = text.clean(raw, limit=limit, lines=lines)
    assert cleaned == text.clean(cleaned, limit=limit, lines=lines)
    assert len(cleaned) <= limit
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == cleaned.encode().decode()
    categories = {unicodedata.category(char) for char in cleaned if char not in "\n\t"}
    assert categories.isdisjoint({"Cc", "Cs", "Co", "Zl", "Zp"})


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("ACME  GmbH ", "acme gmbh"),
        ("Straße", "STRASSE"),
        ("\uff21\uff23\uff2d\uff25", "acme"),
        ("Ac\u200dme", "acme"),
        ("a\u00a0b", "A B"),
    ],
)
def test_key_is_shared_by_spellings_of_a_name(left: str, right: str) -> None:
    """Case, width, spacing and joiners do not make two names."""
    assert text.key(left) == text.key(right)


def test_key_keeps_punctuation_and_accents() -> None:
    """Punctuation and accents do make two names."""
    assert "acme, inc." == text.key("Acme, Inc.")
    assert text.key("Skoda") != text.key("Škoda")


@given(ANY_TEXT)
@example("\u0345\u03b1")
def test_key_is_idempotent(raw: str) -> None:
    """The key of a key is that key."""
    assert text.key(raw) == text.key(text.key(raw))


def test_key_of_every_character_is_a_key() -> None:
    """No single character needs a second folding."""
    keys = {text.key(chr(number)) for number in range(sys.maxunicode + 1)}
    assert [] == [found for found in keys if text.key(found) != found]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Corporate sale", "corporate-sale"),
        ("CORPORATE_sale", "corporate-sale"),
        ("  Id. decision makers ", "id-decision-makers"),
        ("Étape n°2", "étape-n-2"),
        ("--", ""),
    ],
)
def test_slug_reads_labels_and_identifiers_alike(label: str, expected: str) -> None:
    """Words in lower case, joined by single hyphens."""
    assert expected == text.slug(label)


@given(ANY_TEXT)
def test_slug_is_idempotent(raw: str) -> None:
    """The slug of a slug is that slug."""
    assert text.slug(raw) == text.slug(text.slug(raw))


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        ("acm", "acme gmbh", True),
        ("gm ac", "acme gmbh", True),
        ("cme", "acme gmbh", False),
        ("nord", "acme-nord (eu)", True),
        ("eu", "acme-nord (eu)", True),
        ("ana", "banana ana", True),
        ("acme ltd", "acme gmbh", False),
        ("", "acme", True),
    ],
)
def test_words_match_by_their_beginnings(query: str, name: str, expected: bool) -> None:
    """Each word of the query begins a word of the name, in any order."""
    assert expected is text.words_match(query, name)


@given(st.lists(st.text("abc", min_size=1, max_size=5), min_size=1, max_size=4), st.data())
def test_any_beginnings_of_a_name_match_it(words: list[str], data: st.DataObject) -> None:
    """Shortened words of a name in any order always match that name."""
    shortened = [word[: data.draw(st.integers(1, len(word)))] for word in words]
    query = data.draw(st.permutations(shortened))
    assert text.words_match(" ".join(query), " ".join(words))


def test_nearest_guesses_what_was_meant() -> None:
    """A beginning comes before a likeness, and nothing like it gives nothing."""
    stages = ["Needs analysis", "Negotiations", "Presentation", "Proposal"]
    assert "Needs analysis" == text.nearest("need-analysis", stages)[0]
    assert "Proposal" == text.nearest("prop", stages)[0]
    assert [] == text.nearest("xyz", stages)
    assert 1 == len(text.nearest("ne", stages, n=1))


WORDS = st.lists(st.text(st.characters(categories=["Ll"]), min_size=1), unique=True, max_size=12)


@given(st.text(), WORDS)
def test_guesses_come_in_the_order_of_likeness(word: str, known: list[str]) -> None:
    """Whatever order the words are in: the nearest are first, and there always is a guess."""
    found = text.guesses(word, known)
    assert set(found) <= set(known)
    assert bool(found) == bool(known)
    begun = [name for name in found if text.key(word) and text.key(name).startswith(text.key(word))]
    assert begun == found[: len(begun)]
    assert begun == sorted(begun, key=lambda name: len(text.key(name)))


@pytest.mark.parametrize(
    ("word", "first"),
    [("currency", "currencies"), ("stages", "stage"), ("mount", "amount"), ("na", "name")],
)
def test_the_nearest_is_guessed_first(word: str, first: str) -> None:
    """In whatever order the words are known."""
    known = ["account", "amount", "currencies", "names", "name", "stage_age", "stage"]
    for order in (known, known[::-1]):
        assert first == text.guesses(word, order)[0]
