"""Finds records by words anywhere in them: the best first, each with what was found in it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from salescli.domain.finding import Excerpt, Term, excerpt, is_cut, spans, terms
from salescli.domain.reference import parse_handle
from salescli.domain.text import clean, nearest, shell_word
from salescli.errors import NotFoundError, UsageError
from salescli.store import findable, finding, records
from salescli.store.finding import RANKED, Found, Index
from salescli.store.records import NUMBERED
from salescli.store.unit_of_work import UnitOfWork

NOUNS = tuple(source.noun for source in findable.SOURCES.values())
"""What can be looked for."""

_LONGEST = 2_000
_HANDLED = NUMBERED | {"document"}


class Matched(NamedTuple):
    """A field in which something was found, and the part of it that has it."""

    field: str
    excerpt: Excerpt


class Hit(NamedTuple):
    """A record that was found; `name` is marked where it has the words itself."""

    noun: str
    reference: str
    name: Excerpt
    matches: tuple[Matched, ...]
    next_command: str


class Hits(NamedTuple):
    """What was found: at most as many as asked for, the best first, of `total`.

    `instead` tells which words nothing has, and what was looked for in their place, if anything.
    `has_all` says whether each hit has all the other words, or only some of them. `is_cut` tells
    that the query had more words than are looked for. Where so many records were found that they
    are not ranked, `total` says only that there are more than `RANKED`.
    """

    query: str
    hits: list[Hit]
    total: int
    instead: dict[str, tuple[str, ...]]
    has_all: bool = True
    is_cut: bool = False
    is_ranked: bool = True


class _Query(NamedTuple):
    """What the index is asked, once misspelled words are replaced."""

    terms: list[Term]
    link: str
    instead: dict[str, tuple[str, ...]]
    total: int


def find(
    unit: UnitOfWork,
    query: str,
    *,
    noun: str = "",
    limit: int = 0,
    announce: Callable[[int], None] = lambda _rows: None,
) -> Hits:
    """Return the records that have the words of a query, whatever their state or owner.

    The words may stand anywhere in a record; the last one may be the beginning of a word. Where no
    record has a word, names that are spelled nearly like it are meant, or it is left out. Where no
    record has all the words, those with some are returned. `limit` 0 returns them all. A handle
    finds its record.

    Raises:
        UsageError: the query has no word.
        NotFoundError: there is no such noun.
        StoreError: this Python's SQLite cannot search texts.
    """
    text = clean(query, limit=_LONGEST)
    wanted = terms(text)
    if not wanted:
        raise UsageError(
            "There is no word to look for" + (f" in `{text}`" if text else ""),
            hint="give some letters or digits, for example: sales find acme pump",
        )
    nouns = [_known(noun)] if noun else []

    def ask(index: Index) -> Hits:
        if named := _by_handle(unit, text, nouns):
            return Hits(text, [named], 1, {})
        asked = _settled(index, wanted, nouns)
        is_ranked = asked.total <= RANKED or not limit
        choose = index.best if is_ranked else index.first
        found = choose(asked.terms, nouns, asked.link, limit) if asked.total else []
        hits = [hit for one in found if (hit := _hit(unit, one, asked.terms))]
        total = asked.total if limit else len(hits)
        has_all = asked.link == "AND"
        return Hits(text, hits, total, asked.instead, has_all, is_cut(query), is_ranked)

    return finding.asked(unit, ask, announce)


def as_document(found: Hits) -> dict[str, Any]:
    """Return the hits for machines; spans count characters of the text that they are in."""
    return {
        "query": found.query,
        "total": found.total,
        "is_ranked": found.is_ranked,
        "has_all_words": found.has_all,
        "instead": {word: list(others) for word, others in found.instead.items()},
        "hits": [
            {
                "noun": hit.noun,
                "reference": hit.reference,
                "name": hit.name.text,
                "name_spans": hit.name.spans,
                "matches": [
                    {"field": match.field, "snippet": match.excerpt.text}
                    | {"spans": match.excerpt.spans}
                    for match in hit.matches
                ],
                "next": hit.next_command,
            }
            for hit in found.hits
        ],
    }


def _known(text: str) -> str:
    noun = clean(text).lower()
    for known in NOUNS:
        if noun in {known, f"{known}s", f"{known[:-1]}ies"}:
            return known
    near = nearest(noun, NOUNS)
    hint = "did you mean " + ", ".join(f"`{name}`" for name in near) + "?" if near else ""
    raise NotFoundError(
        f"There is no noun `{clean(text)}` to look for",
        hint=hint or "look for one of " + ", ".join(f"`{name}`" for name in NOUNS),
    )


def _settled(index: Index, wanted: Sequence[Term], nouns: Sequence[str]) -> _Query:
    """Return what to ask for: all the words as they can be found, or else any of them."""
    instead: dict[str, tuple[str, ...]] = {}
    groups: list[list[Term]] = []
    for term in wanted:
        groups += _spelled(index, term, nouns, instead)
    settled = _Query([], "AND", instead, 0)
    for chosen in _ways(groups) if groups else ():
        total = index.count(chosen, nouns, "AND")
        if total > settled.total:
            said = {word: _meant(others, chosen) for word, others in instead.items()}
            settled = _Query(chosen, "AND", said, total)
    if settled.total or len(groups) <= 1:
        return settled
    some = [term for group in groups for term in group]
    return settled._replace(terms=some, link="OR", total=index.count(some, nouns, "OR"))


def _spelled(
    index: Index, term: Term, nouns: Sequence[str], instead: dict[str, tuple[str, ...]]
) -> list[list[Term]]:
    """Return the ways to read a term: as it is, as its words, or as others that names have."""
    if known := index.settled(term, nouns):
        return [[known]]
    if len(term.keys) > 1:
        *whole, last = (term._replace(keys=(key,), said=key, is_prefix=False) for key in term.keys)
        last = last._replace(is_prefix=term.is_prefix)
        return [way for one in (*whole, last) for way in _spelled(index, one, nouns, instead)]
    near = index.alike(term.keys[0])
    others = [Term((key,), said) for key, said in near.items()]
    others = [other for other in others if index.settled(other, nouns)]
    instead[term.said] = tuple(other.said for other in others)
    return [others] if others else []


def _ways(groups: Sequence[Sequence[Term]]) -> Iterable[list[Term]]:
    """Yield some choices of one term of each group."""
    from itertools import islice, product

    return (list(way) for way in islice(product(*groups), 20))


def _meant(others: tuple[str, ...], chosen: Sequence[Term]) -> tuple[str, ...]:
    said = {term.said for term in chosen}
    return tuple(other for other in others if other in said) or others


def _hit(unit: UnitOfWork, found: Found, wanted: Sequence[Term]) -> Hit | None:
    """Return a hit with what was found in it; None for a row that is gone meanwhile."""
    head = findable.head(unit.connection, found.table, found.key)
    said = next(
        findable.texts(unit.connection, found.table, "t.id = ?", (found.key,)),
        None,
    )
    if head is None or said is None:
        return None
    name = Excerpt(head.name, spans(head.name, wanted))
    matches = []
    for field, text in (*said.names, *said.texts):
        marked = spans(text, wanted)
        if marked and not (field in {"name", "login", "subject"} and text in head.name):
            matches.append(Matched(field, excerpt(text, marked)))
    return Hit(head.noun, head.reference, name, tuple(matches), _next(head.reference, head.noun))


def _by_handle(unit: UnitOfWork, text: str, nouns: Sequence[str]) -> Hit | None:
    """Return the record whose handle the query is."""
    parsed = parse_handle(text)
    if parsed is None or parsed[0] not in _HANDLED or (nouns and parsed[0] not in nouns):
        return None
    match = records.by_number(unit.connection, *parsed)
    return _hit(unit, Found(match.noun, match.key), ()) if match else None


def _next(reference: str, noun: str) -> str:
    """Return the command that shows what was found."""
    parsed = parse_handle(reference)
    shown = parsed[0] if parsed else noun
    instead = {"run": "process log", "document": "kb show"}.get(shown)
    return f"sales {instead or f'{shown} show'} {shell_word(reference)}"
