"""What the program does to words: make them safe to show, comparable, and easy to guess at."""

import unicodedata
from collections.abc import Iterable, Sequence

REPLACEMENT = "\ufffd"
_JOINERS = "\u200c\u200d"
_VISIBLE_FORMATS = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
_LAST_TWO = 0xFFFE
"""The last two characters of every plane are none, and XML has no way to write them."""

_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_IGNORED_IN_KEYS = dict.fromkeys([0x200C, 0x200D, *range(0xFE00, 0xFE10)])
_WORD_BREAKS = frozenset(" -\u2013\u2014/\\.,:;&+|@_()[]{}<>'\"\u2019\u2018\u201c\u201d«»„")


_LEGAL_FORMS = frozenset(
    (
        *("ab", "ag", "as", "bv", "co", "company", "corp", "corporation", "gmbh", "inc", "kg"),
        *("incorporated", "limited", "llc", "llp", "ltd", "nv", "oy", "plc", "pty", "sa", "se"),
        *("sarl", "spa", "srl", "the"),
    )
)
_ALIKE = 0.85


def clean(text: str, *, limit: int = 10_000, lines: bool = False) -> str:
    """Return text that can be stored and shown: NFC, stripped, at most `limit` characters.

    Whatever steers a terminal, hides or reorders its neighbours, or has no meaning outside one
    program becomes U+FFFD. Line breaks and tabs become spaces, unless `lines` keeps them.
    Joiners stay, because names and emoji are spelled with them.
    """
    if not (text.isascii() and text.isprintable()):
        text = _breaks_settled(text, lines=lines).strip()
        # Cut before normalising: the time that NFC takes grows with the square of stacked accents.
        overlong = len(text) > limit
        text = _replaced(unicodedata.normalize("NFC", text[:limit]), kept="\n\t" if lines else "")
        return _cut(text, limit) if overlong or len(text) > limit else text
    text = text.strip()
    return _cut(text, limit) if len(text) > limit else text


def _breaks_settled(text: str, *, lines: bool) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if lines else text.replace("\n", " ").replace("\t", " ")


def _replaced(text: str, *, kept: str) -> str:
    if text.isprintable() and (text.isascii() or _FILLERS.isdisjoint(text)):
        return text
    return "".join(char if char in kept or _is_safe(char) else REPLACEMENT for char in text)


def _is_safe(char: str) -> bool:
    if char in _JOINERS or char in _VISIBLE_FORMATS:
        return True
    is_noncharacter = ord(char) & _LAST_TWO == _LAST_TWO or "\ufdd0" <= char <= "\ufdef"
    return not (
        is_noncharacter or char in _FILLERS or unicodedata.category(char) in _HIDDEN_CATEGORIES
    )


def _cut(text: str, limit: int) -> str:
    return text[: limit - 1].rstrip() + "…"


def key(text: str) -> str:
    """Return what two spellings of one name share: width, case, spacing and joiners are gone.

    Accents and punctuation stay, so `Acme, Inc.` and `Acme Inc` have different keys.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKC", text.translate(_IGNORED_IN_KEYS)).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).translate(_IGNORED_IN_KEYS).split())


def slug(text: str) -> str:
    """Return the identifier behind a label: `Corporate sale` and `CORPORATE_sale` share one."""
    spaced = (char if _belongs_to_word(char) else " " for char in key(text))
    return "-".join("".join(spaced).split())


def _belongs_to_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char).startswith("M")


def words_match(query_key: str, name_key: str) -> bool:
    """Say whether every word of the query begins some word of the name; both are keys.

    A word of the name begins after a space or punctuation: `nord` finds `acme-nord (eu)`.
    """
    return all(_begins_a_word(word, name_key) for word in query_key.split())


def _begins_a_word(start: str, name_key: str) -> bool:
    found = name_key.find(start)
    while found > 0 and name_key[found - 1] not in _WORD_BREAKS:
        found = name_key.find(start, found + 1)
    return found >= 0


def few(texts: Sequence[str], most: int) -> str:
    """Return texts in a row, and of more than `most` how many are left: `A, B, C and 5 more`."""
    more = f" and {len(texts) - most:,} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more


def company_words(name: str) -> tuple[str, ...]:
    """Return the words that tell a company from others: its name without the legal form."""
    words = slug(name).split("-")
    return tuple(word for word in words if word not in _LEGAL_FORMS) or tuple(words)


def is_like_company(name: str, other: str) -> bool:
    """Say whether two names may mean one company: one begins the other, or a letter differs."""
    from difflib import SequenceMatcher

    own, others = company_words(name), company_words(other)
    shared = min(len(own), len(others))
    if own[:shared] == others[:shared]:
        return True
    return SequenceMatcher(None, "".join(own), "".join(others)).ratio() >= _ALIKE


def nearest(word: str, candidates: Iterable[str], n: int = 3) -> list[str]:
    """Return up to `n` candidates that look like a misspelled `word`, the likeliest first."""
    from difflib import get_close_matches

    by_key = {key(candidate): candidate for candidate in candidates}
    wanted = key(word)
    begun = sorted((name for name in by_key if wanted and name.startswith(wanted)), key=len)
    alike = [name for name in get_close_matches(wanted, by_key, n) if name not in begun]
    return [by_key[name] for name in (begun + alike)[:n]]


def guesses(word: str, candidates: Iterable[str], n: int = 8) -> list[str]:
    """Return what a word may have meant: what looks like it, or else `n` words, the most alike."""
    from difflib import SequenceMatcher

    known, wanted = list(candidates), key(word)
    return (
        nearest(word, known)
        or sorted(known, key=lambda name: -SequenceMatcher(None, wanted, key(name)).ratio())[:n]
    )


def escaped(document: str) -> str:
    """Return a JSON document whose characters that steer or hide are escaped, as JSON allows."""
    flat = document.replace("\n", "")
    if flat.isprintable() and (flat.isascii() or _FILLERS.isdisjoint(flat)):
        return document
    return "".join(
        char if char == "\n" or _is_safe(char) else _json_escape(char) for char in document
    )


def _json_escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def printable(text: str) -> str:
    """Return text as it may reach a terminal: as it is, but for what `clean` would replace."""
    return _replaced(text, kept="\n\t")


def shell_word(word: str) -> str:
    """Return a word as a shell has to be given it: in quotes where it needs them."""
    from shlex import quote

    return quote(word)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, as in `1 stage` and `1,200 activities`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1]}ies" if noun.endswith("y") else f"{number:,} {noun}s"
