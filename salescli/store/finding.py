"""The index that `sales find` asks: a cache beside the store, brought up to date when it is asked.

Commands that change records pay nothing for it. It follows the change history: rows that were made
since, and rows that the history tells of. One that does not belong to this history is made anew.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from salescli.domain.finding import Term, keys, nearest_words, tolerance, words
from salescli.errors import StoreError
from salescli.store import findable
from salescli.store.engine import REVISION
from salescli.store.findable import SOURCES, Texts
from salescli.store.unit_of_work import UnitOfWork

T = TypeVar("T")

FILE_NAME = "find.db"

MANY = 20_000
"""From so many rows on, making the index takes long enough to tell."""

_FORM = f"1 of {REVISION}"
"""Counts up when the index holds something else; one of another form is made anew."""

RANKED = 3_000
"""So many rows are ranked by how well they fit: of more, those are shown that come first."""

_PATIENCE = 30.0
_AT_ONCE = 2_000
_NAME_WEIGHT, _TEXT_WEIGHT = 10.0, 1.0

_TABLES = (
    "CREATE TABLE state (form TEXT, change_set BLOB, number INTEGER, seq INTEGER)",
    "CREATE TABLE entry (id INTEGER PRIMARY KEY, source TEXT, key BLOB, UNIQUE (source, key))",
    (
        "CREATE TABLE name_word (length INTEGER, word TEXT, said TEXT, PRIMARY KEY (length, word))"
        " WITHOUT ROWID"
    ),
    "CREATE VIRTUAL TABLE text_index USING fts5(kind, name, body, tokenize = 'ascii')",
)
"""The texts come as keys of words, so all that the index does with them is to part them."""

_LASTING = ("locked", "readonly", "unable to open", "full", "I/O", "attempt to write", "busy")
"""What SQLite says where making the file anew would not help."""


class UnusableIndexError(Exception):
    """The index cannot be used as it is; making it anew may help where it `is_damaged`."""

    def __init__(self, cause: sqlite3.Error) -> None:
        super().__init__(str(cause))
        self.is_damaged = not any(said in str(cause) for said in _LASTING)


class Found(NamedTuple):
    """A row that the index names: its table and its key."""

    table: str
    key: bytes


class _State(NamedTuple):
    """The last change set that the index knows, and the last line of the change history."""

    change_set: bytes
    number: int
    seq: int


def asked(unit: UnitOfWork, ask: Callable[["Index"], T], announce: Callable[[int], None]) -> T:
    """Return what `ask` gets from the index, brought up to date; it reads the store as it is then.

    A damaged index is made anew; where its file is of no use, one in memory takes its place.
    `announce` is told the number of rows when a large index is begun.

    Raises:
        StoreError: this Python's SQLite cannot search texts.
    """
    path = unit.home / FILE_NAME
    with unit.reading():
        pass  # the store is opened first: a new one makes its folder
    for place in (path, path, None):
        try:
            with _opened(place) as index:
                index.catch_up(unit, announce)
                with unit.reading():
                    return ask(index)
        except UnusableIndexError as trouble:
            if place and trouble.is_damaged:
                with suppress(OSError):
                    path.unlink(missing_ok=True)
                    path.with_name(f"{FILE_NAME}-journal").unlink(missing_ok=True)
    raise StoreError(
        "The SQLite of this Python cannot search texts: it is built without FTS5",
        hint="use another Python; lists can be searched with `sales opportunity list --where ...`",
    )


@contextmanager
def _opened(path: Path | None) -> Iterator["Index"]:
    connection = None
    try:
        with _trouble():
            if path is not None:
                path.touch(mode=0o600)
            connection = sqlite3.connect(
                path or ":memory:", timeout=_PATIENCE, isolation_level=None
            )
            connection.execute("PRAGMA synchronous = NORMAL")
        yield Index(connection)
    finally:
        if connection is not None:
            connection.close()


@contextmanager
def _trouble() -> Iterator[None]:
    """Tell what SQLite says of the index apart from what it says of the store."""
    try:
        yield
    except sqlite3.Error as error:
        raise UnusableIndexError(error) from error
    except OSError as error:
        raise UnusableIndexError(sqlite3.OperationalError("unable to open")) from error


class Index:
    """Which rows have which words, as far as the change history was read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def settled(self, term: Term, nouns: Sequence[str]) -> Term | None:
        """Return a term as it is looked for; None when no row has it.

        A beginning that is a whole word in many rows is taken for that word: there is no need to
        gather all those that begin with it.
        """
        if term.is_prefix:
            whole = term._replace(is_prefix=False)
            if self.count([whole], nouns, "AND") > RANKED:
                return whole
        found = self._run(f"{_MATCHING} LIMIT 1", (_expression([term], nouns, "AND"),))
        return term if found else None

    def count(self, terms: Sequence[Term], nouns: Sequence[str], link: str) -> int:
        """Return how many rows have all of the terms (`AND`), or any (`OR`).

        More than `RANKED` are not counted.
        """
        rows = self._run(
            f"SELECT count(*) FROM ({_MATCHING} LIMIT {RANKED + 1})",
            (_expression(terms, nouns, link),),
        )
        return int(rows[0][0])

    def first(
        self, terms: Sequence[Term], nouns: Sequence[str], link: str, limit: int
    ) -> list[Found]:
        """Return some of the very many rows that have the terms: names that begin so come first.

        To tell which of them are the best, all of them would have to be read.
        """
        found: dict[Found, None] = {}
        for columns, sign in (("name", "^"), ("name", ""), ("name body", "")):
            expression = _expression(terms, nouns, link, columns=columns, sign=sign)
            rows = self._run(
                "SELECT source, key FROM text_index t JOIN entry ON id = t.rowid"
                " WHERE text_index MATCH ? ORDER BY t.rowid LIMIT ?",
                (expression, limit),
            )
            found |= dict.fromkeys(Found(*row) for row in rows)
            if len(found) >= limit:
                break
        return list(found)[:limit]

    def best(
        self, terms: Sequence[Term], nouns: Sequence[str], link: str, limit: int
    ) -> list[Found]:
        """Return the rows that have the terms, the best first; all for 0."""
        rows = self._run(
            "SELECT source, key FROM (SELECT rowid AS place, bm25(text_index, 0.0,"
            f" {_NAME_WEIGHT}, {_TEXT_WEIGHT}) AS score FROM text_index WHERE text_index MATCH ?"
            " ORDER BY score, place DESC LIMIT ?) JOIN entry ON id = place ORDER BY score, id DESC",
            (_expression(terms, nouns, link), limit or -1),
        )
        return [Found(*row) for row in rows]

    def alike(self, word: str) -> dict[str, str]:
        """Return the words of names that a misspelled one may mean: key -> as it was written."""
        most = tolerance(word)
        rows = self._run(
            "SELECT word, said FROM name_word WHERE length BETWEEN ? AND ?",
            (len(word) - most, len(word) + most),
        )
        said = dict(rows)
        return {near: said[near] for near in nearest_words(word, said)}

    def catch_up(self, unit: UnitOfWork, announce: Callable[[int], None]) -> None:
        """Read the change history on from where it was left, or everything anew."""
        if self._is_current(unit.connection):
            return
        self._run("BEGIN IMMEDIATE")
        try:
            with unit.reading():
                self._follow(unit.connection, announce)
            self._run("COMMIT")
        finally:
            with suppress(UnusableIndexError):
                if self._connection.in_transaction:
                    self._run("ROLLBACK")

    def _is_current(self, store: sqlite3.Connection) -> bool:
        state = self._state()
        newest = store.execute("SELECT id FROM change_set ORDER BY number DESC LIMIT 1").fetchone()
        return state is not None and newest is not None and state.change_set == newest[0]

    def _follow(self, store: sqlite3.Connection, announce: Callable[[int], None]) -> None:
        state = self._state()
        if state is not None and _is_in_history(store, state):
            self._add_made(store, state)
            self._renew_changed(store, state)
        else:
            self._begin(store, announce)
        row = store.execute(
            "SELECT id, number, (SELECT coalesce(max(seq), 0) FROM change)"
            " FROM change_set ORDER BY number DESC LIMIT 1"
        ).fetchone()
        self._run("DELETE FROM state")
        self._run("INSERT INTO state VALUES (?, ?, ?, ?)", (_FORM, *row))

    def _begin(self, store: sqlite3.Connection, announce: Callable[[int], None]) -> None:
        for name in ("state", "entry", "name_word", "text_index"):
            self._run(f"DROP TABLE IF EXISTS {name}")
        for statement in _TABLES:
            self._run(statement)
        rows = findable.count(store)
        if rows >= MANY:
            announce(rows)
        for table in SOURCES:
            self._add(table, findable.texts(store, table))

    def _add_made(self, store: sqlite3.Connection, state: _State) -> None:
        since = "t.created_in IN (SELECT id FROM change_set WHERE number > ?)"
        for table in SOURCES:
            self._add(table, findable.texts(store, table, since, (state.number,)))

    def _renew_changed(self, store: sqlite3.Connection, state: _State) -> None:
        changed = store.execute(
            "SELECT table_name, row_id FROM change WHERE seq > ?", (state.seq,)
        ).fetchall()
        rows = {(row[0], row[1]) for row in changed} | _tagged(store, state)
        for table, key in sorted(rows):
            if table in SOURCES:
                self._remove(table, key)
                self._add(table, findable.texts(store, table, "t.id = ?", (key,)))

    def _add(self, table: str, rows: Iterator[Texts]) -> None:
        place = self._run("SELECT coalesce(max(id), 0) FROM entry")[0][0]
        noun = SOURCES[table].noun
        while batch := list(islice(rows, _AT_ONCE)):
            numbered = list(enumerate(batch, place + 1))
            place += len(batch)
            self._run_many(
                "INSERT INTO entry VALUES (?, ?, ?)", ((id_, table, t.key) for id_, t in numbered)
            )
            self._run_many(
                "INSERT INTO text_index (rowid, kind, name, body) VALUES (?, ?, ?, ?)",
                ((id_, noun, _keys(t.names), _keys(t.texts)) for id_, t in numbered),
            )
            self._run_many(
                "INSERT OR IGNORE INTO name_word VALUES (?, ?, ?)",
                (word for t in batch for _field, name in t.names for word in _name_words(name)),
            )

    def _remove(self, table: str, key: bytes) -> None:
        for (place,) in self._run(
            "SELECT id FROM entry WHERE source = ? AND key = ?", (table, key)
        ):
            self._run("DELETE FROM entry WHERE id = ?", (place,))
            self._run("DELETE FROM text_index WHERE rowid = ?", (place,))

    def _state(self) -> _State | None:
        """Return how far the index has come; None for a new one and for one of another form."""
        names = self._run("SELECT 1 FROM sqlite_master WHERE name = 'state'")
        rows = self._run("SELECT form, change_set, number, seq FROM state") if names else []
        return _State(*rows[0][1:]) if rows and rows[0][0] == _FORM else None

    def _run(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        with _trouble():
            return self._connection.execute(statement, parameters).fetchall()

    def _run_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        with _trouble():
            self._connection.executemany(statement, rows)


_MATCHING = "SELECT 1 FROM text_index WHERE text_index MATCH ?"


def _is_in_history(store: sqlite3.Connection, state: _State) -> bool:
    row = store.execute(
        "SELECT 1 FROM change_set WHERE id = ? AND number = ?", state[:2]
    ).fetchone()
    return row is not None


def _tagged(store: sqlite3.Connection, state: _State) -> set[tuple[str, bytes]]:
    """Return the documents whose tags have changed: a tag is found as a text of its document."""
    rows = store.execute(
        "SELECT hex(document_id) FROM document_tag WHERE created_in IN"
        " (SELECT id FROM change_set WHERE number > ?)"
        " UNION SELECT json_extract(before, '$.document_id') FROM change"
        " WHERE seq > ? AND table_name = 'document_tag' AND operation <> 'insert'",
        (state.number, state.seq),
    )
    return {("document", bytes.fromhex(row[0])) for row in rows}


def _expression(
    terms: Sequence[Term],
    nouns: Sequence[str],
    link: str,
    *,
    columns: str = "name body",
    sign: str = "",
) -> str:
    """Return what FTS5 is asked: keys are letters and digits, never taken for its signs."""
    phrases = [f'"{" ".join(term.keys)}"{" *" if term.is_prefix else ""}' for term in terms]
    wanted = sign + f" {link} ".join(phrases)
    kinds = " OR ".join(f'"{noun}"' for noun in nouns)
    return f"{f'kind : ({kinds}) AND ' if kinds else ''}{{{columns}}} : ({wanted})"


def _keys(fields: findable.Fields) -> str:
    return " ".join(filter(None, (keys(text) for _field, text in fields)))


def _name_words(name: str) -> Iterator[tuple[int, str, str]]:
    """Yield the words of a name that a misspelled one may mean."""
    for word in words(name):
        if len(word.key) > 1 and not word.key.isdecimal():
            yield len(word.key), word.key, name[word.start : word.end]
