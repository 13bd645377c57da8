"""What a search looks for and where it stands: words and their keys, terms, misspellings, excerpts.

Words share a key where they differ in case, width or accents only. Writing without spaces, such as
Chinese, has a key for each character, and a term of several keys means them in that order.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from salescli.domain.text import key as text_key

MOST_WORDS = 32
"""So many words of a query are looked for."""

LONGEST_WORD = 64
"""So many characters of a word are compared."""

EXCERPT = 160
"""About so many characters of a long text are shown around what was found."""

_BEFORE = 50
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")
_LETTERS = str.maketrans("øłđħ\u0131ð", "oldhid") | str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"})
"""Letters that no accent explains, as people without them on the keyboard type them."""

_ACCENTS = dict.fromkeys(range(0x300, 0x370))
_UNSPACED = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FDF), (0x3005, 0x3007)),
    *((0x3041, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF)),
    (0x20000, 0x3FFFF),
)
"""Thai and its neighbours, Han and kana: scripts that put no space between words."""


class Word(NamedTuple):
    """A word of a text: its key, and where it stands."""

    key: str
    start: int
    end: int


class Term(NamedTuple):
    """Words that follow each other, by their keys; of a prefix the last may go on."""

    keys: tuple[str, ...]
    said: str
    is_prefix: bool = False


class Excerpt(NamedTuple):
    """A part of a text, and the places in it that were looked for."""

    text: str
    spans: tuple[tuple[int, int], ...]


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text in order."""
    if text.isascii():
        for found in _ASCII_WORD.finditer(text):
            yield Word(found[0].lower()[:LONGEST_WORD], found.start(), found.end())
        return
    for start, end in _runs(text):
        folded = _folded(text[start:end])
        if folded:
            yield Word(folded[:LONGEST_WORD], start, end)


def keys(text: str) -> str:
    """Return the keys of a text's words, as the index keeps them."""
    return " ".join(word.key for word in words(text))


def terms(query: str) -> list[Term]:
    """Return what a query looks for: a term for each piece between spaces; the last may go on."""
    found: list[Term] = []
    spare = MOST_WORDS
    for piece in query.split():
        own = tuple(word.key for word in words(piece))[:spare]
        spare -= len(own)
        if own:
            found.append(Term(own, piece))
    return [*found[:-1], *(term._replace(is_prefix=True) for term in found[-1:])]


def is_cut(query: str) -> bool:
    """Whether a query has more words than are looked for."""
    return sum(1 for _word in words(query)) > MOST_WORDS


def spans(text: str, looked_for: Iterable[Term]) -> tuple[tuple[int, int], ...]:
    """Return where the terms stand in a text; what touches is one place."""
    own = list(words(text))
    wanted = list(looked_for)
    marked: list[tuple[int, int]] = []
    for place, word in enumerate(own):
        length = max((len(t.keys) for t in wanted if _begins(t, own[place:])), default=0)
        if not length:
            continue
        end = own[place + length - 1].end
        if marked and word.start <= marked[-1][1]:
            marked[-1] = (marked[-1][0], max(end, marked[-1][1]))
        else:
            marked.append((word.start, end))
    return tuple(marked)


def excerpt(text: str, marked: Sequence[tuple[int, int]]) -> Excerpt:
    """Return a text in one line, or where it is long the part of it around the first place."""
    flat = "".join(" " if char.isspace() else char for char in text)
    begin = 0
    if marked and len(flat) > EXCERPT:
        begin = max(0, min(marked[0][0] - _BEFORE, len(flat) - EXCERPT))
        begin = _word_after(flat, begin, marked[0][0]) if begin else 0
    end = min(len(flat), max(begin + EXCERPT, marked[0][1] if marked else 0))
    if end < len(flat):
        end = max(flat.rfind(" ", begin, end), marked[0][1] if marked else 0, begin + _BEFORE)
    head, tail = "… " if begin else "", " …" if end < len(flat) else ""
    shift = len(head) - begin
    kept = tuple((start + shift, stop + shift) for start, stop in marked if stop <= end)
    return Excerpt(head + flat[begin:end] + tail, kept)


def tolerance(word: str) -> int:
    """Return how many typing errors a word may have to be taken for another one."""
    if len(word) < 3:
        return 0
    return 1 if len(word) < 8 else 2


def errors_between(word: str, other: str, most: int) -> int:
    """Return how many letters are wrong, missing, too many or swapped; `most` + 1 when more are."""
    if abs(len(word) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(word, 1):
        earlier, before, row = before, row, [place]
        for column, wanted in enumerate(other, 1):
            best = min(before[column] + 1, row[-1] + 1, before[column - 1] + (letter != wanted))
            is_swapped = (
                column > 1
                and place > 1
                and (letter, word[place - 2])
                == (
                    other[column - 2],
                    wanted,
                )
            )
            row.append(min(best, earlier[column - 2] + 1) if is_swapped else best)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def nearest_words(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words that a misspelled one may mean: those with the fewest errors."""
    most = tolerance(word)
    letters = set(word)
    found: list[str] = []
    for other in known:
        if len(letters.difference(other)) > most:
            continue
        count = errors_between(word, other, most)
        if count < most:
            most, found = count, [other]
        elif count == most and count:
            found.append(other)
    return found


def _begins(term: Term, own: Sequence[Word]) -> bool:
    """Say whether a term stands at the beginning of some words."""
    length = len(term.keys)
    if length > len(own):
        return False
    *whole, last = term.keys
    if any(key != word.key for key, word in zip(whole, own, strict=False)):
        return False
    found = own[length - 1].key
    return found.startswith(last) if term.is_prefix else found == last


def _word_after(flat: str, begin: int, latest: int) -> int:
    """Return where the next word begins, or the place itself where no space comes in time."""
    space = flat.find(" ", begin, latest)
    return begin if space < 0 else space + 1


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the words of a text begin and end."""
    start = -1
    for place, char in enumerate(text):
        is_word = char.isalnum() or (start >= 0 and _goes_on(char))
        stands_alone = is_word and not char.isascii() and _is_unspaced(ord(char))
        if start >= 0 and (not is_word or stands_alone):
            yield start, place
            start = -1
        if is_word and start < 0:
            start = place
        if stands_alone:
            yield start, place + 1
            start = -1
    if start >= 0:
        yield start, len(text)


def _goes_on(char: str) -> bool:
    """Say whether a character belongs to the word before it: an accent, a vowel sign, a joiner."""
    return not char.isascii() and (unicodedata.category(char)[0] == "M" or char in "\u200c\u200d")


def _is_unspaced(code: int) -> bool:
    return any(first <= code <= last for first, last in _UNSPACED)


def _folded(word: str) -> str:
    """Return the key of a word: folded as names are, without accents, letters and digits only."""
    plain = unicodedata.normalize("NFD", text_key(word)).translate(_ACCENTS)
    plain = unicodedata.normalize("NFC", plain).translate(_LETTERS)
    return "".join(char for char in plain if char.isalnum() or _goes_on(char))
