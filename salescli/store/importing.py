"""Writes the records of an import in bulk, and finds those that came in before."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from salescli.domain.fields import NOUNS
from salescli.domain.text import key as text_key
from salescli.store.records import NUMBERED, PRICED, label_column
from salescli.store.rows import insert_many, new_key, take_numbers
from salescli.store.unit_of_work import UnitOfWork

_MOST_PARAMETERS = 500
_HEAD = ("id", "created_in")
_NUMBERED_HEAD = (*_HEAD, "number", "name_key")
_OWN_COLUMNS = {
    "opportunity": ("stage_since", "created_at", "updated_at", "closed_at"),
    "division": ("slug",),
}


class Known(NamedTuple):
    """A record that is there: its key, and whether this import has made it."""

    key: bytes
    is_new: bool


def insert(unit: UnitOfWork, noun: str, records: Sequence[Mapping[str, Any]]) -> list[bytes]:
    """Insert records, each as column -> stored value, in one go; return their keys in order.

    Handle numbers are taken as one block; `name_key` is made here.
    """
    if not records:
        return []
    keys = [new_key() for _ in records]
    columns = _columns(noun)
    rows: Iterator[tuple[Any, ...]]
    if noun in NUMBERED:
        first = take_numbers(unit.connection, noun, len(records))
        rows = (
            (key, unit.change_set, number, text_key(record["name"]), *map(record.get, columns))
            for number, (key, record) in enumerate(zip(keys, records, strict=True), start=first)
        )
        insert_many(unit.connection, noun, (*_NUMBERED_HEAD, *columns), rows)
    else:
        rows = (
            (key, unit.change_set, *map(record.get, columns))
            for key, record in zip(keys, records, strict=True)
        )
        insert_many(unit.connection, noun, (*_HEAD, *columns), rows)
    return keys


def insert_lines(unit: UnitOfWork, lines: Sequence[tuple[bytes, bytes, int | None]]) -> None:
    """Insert one line of quantity 1 for each (opportunity, offer, unit price)."""
    insert_many(
        unit.connection,
        "opportunity_line",
        (*_HEAD, "opportunity_id", "offer_id", "price", "quantity"),
        ((new_key(), unit.change_set, *line, 1) for line in lines),
    )


def by_external_id(unit: UnitOfWork, noun: str, ids: Collection[str]) -> dict[str, Known]:
    """Return the records that came in with one of the external ids."""
    return _found(unit, noun, "external_id", ids)


def by_name_key(unit: UnitOfWork, noun: str, keys: Collection[str]) -> dict[str, Known]:
    """Return the records with one of the folded names; the oldest, where several share one."""
    return _found(unit, noun, "name_key", keys)


def contacts(unit: UnitOfWork, keys: Collection[str]) -> dict[tuple[str, bytes | None], bytes]:
    """Return (folded name, account) -> contact for the contacts with one of the folded names."""
    found: dict[tuple[str, bytes | None], bytes] = {}
    for part in _parts(keys):
        marks = ", ".join("?" * len(part))
        rows = unit.connection.execute(
            "SELECT name_key, account_id, id FROM contact"
            f" WHERE name_key IN ({marks}) ORDER BY number",
            part,
        )
        for name_key, account, key in rows:
            found.setdefault((name_key, account), key)
    return found


def everybody(connection: sqlite3.Connection, noun: str) -> list[tuple[bytes, str, str]]:
    """Return (key, label, name) of every record of a noun with few of them, oldest first."""
    rows = connection.execute(f'SELECT id, {label_column(noun)}, name FROM "{noun}" ORDER BY id')
    return [tuple(row) for row in rows]


def first_open(unit: UnitOfWork) -> int | None:
    """Return the lowest handle number of the open opportunities that this import has made."""
    row = unit.connection.execute(
        "SELECT min(number) FROM opportunity WHERE created_in = ? AND closed_at IS NULL",
        (unit.change_set,),
    ).fetchone()
    return row[0] if row else None


def _columns(noun: str) -> tuple[str, ...]:
    """Return the columns of a noun after its head, in the order in which they are inserted."""
    fields = tuple(field.stored_as for field in NOUNS[noun])
    external = ("external_id",) if noun in NUMBERED else ()
    currency = ("currency",) if noun in PRICED else ()
    return (*external, *fields, *currency, *_OWN_COLUMNS.get(noun, ()))


def _found(unit: UnitOfWork, noun: str, column: str, texts: Collection[str]) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for part in _parts(texts):
        marks = ", ".join("?" * len(part))
        rows = unit.connection.execute(
            f'SELECT {column}, id, created_in = ? FROM "{noun}"'
            f" WHERE {column} IN ({marks}) ORDER BY number",
            (unit.change_set, *part),
        )
        for text, key, is_new in rows:
            found.setdefault(text, Known(key, bool(is_new)))
    return found


def _parts(texts: Collection[str]) -> Iterator[tuple[str, ...]]:
    remaining = iter(texts)
    while part := tuple(islice(remaining, _MOST_PARAMETERS)):
        yield part
