"""Reads and writes the records of every noun by the list of its fields."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from salescli.domain.fields import NOUNS, REFERENCES, Field, Reference
from salescli.domain.moments import from_utc_text
from salescli.domain.reference import handle
from salescli.domain.text import key as text_key
from salescli.errors import RuleError
from salescli.store.rows import insert, new_key, take_numbers, update
from salescli.store.unit_of_work import UnitOfWork
from salescli.store.values import from_stored, to_stored

if TYPE_CHECKING:
    from salescli.domain.listing import Sort

NUMBERED = frozenset({"opportunity", "account", "contact", "lead", "offer", "activity"})
"""Nouns whose records have a handle."""

PRICED = frozenset({"opportunity", "account", "offer"})
"""Nouns whose records carry the currency of their amounts."""

LABELS = {"user": "login", "division": "slug"}
"""The column by which a record is called, where that is not its name."""


class Record(NamedTuple):
    """A record of any noun: its key, handle or own name, version and the values of its fields."""

    noun: str
    key: bytes
    reference: str
    version: int
    values: Mapping[str, Any]
    currency: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.values.get("name") or self.reference)


class Match(NamedTuple):
    """A record that a reference can mean."""

    noun: str
    key: bytes
    reference: str
    name: str


def label_column(noun: str) -> str:
    """Return the column by which people call a record of that noun."""
    return LABELS.get(noun, "name")


def load(connection: sqlite3.Connection, noun: str, key: bytes) -> Record:
    """Return one record; KeyError when there is none with that key."""
    records = select(connection, noun, "WHERE t.id = ?", (key,))
    if not records:
        raise KeyError(key)
    return records[0]


def select(
    connection: sqlite3.Connection,
    noun: str,
    clause: str = "",
    parameters: Sequence[Any] = (),
    *,
    names: Collection[str] = (),
) -> list[Record]:
    """Return the records that a WHERE, ORDER and LIMIT clause over the alias `t` selects.

    Only the fields in `names` are read, where there are any.
    """
    fields = tuple(field for field in NOUNS[noun] if field.name in names) or NOUNS[noun]
    number = "t.number" if noun in NUMBERED else f"t.{label_column(noun)}"
    currency = "t.currency" if noun in PRICED else "''"
    columns = ["t.id", number, "t.version", currency, *(_column(field) for field in fields)]
    joins = " ".join(
        f'LEFT JOIN "{field.kind}" AS {field.name}_ ON {field.name}_.id = t.{field.stored_as}'
        for field in fields
        if field.kind in REFERENCES
    )
    rows = connection.execute(
        f'SELECT {", ".join(columns)} FROM "{noun}" AS t {joins} {clause}',
        parameters,
    ).fetchall()
    return [_record(noun, fields, tuple(row)) for row in rows]


def first(
    connection: sqlite3.Connection,
    noun: str,
    scope: tuple[str, str, Sequence[Any]],
    *,
    names: Collection[str],
    limit: int,
    offset: int = 0,
) -> list[Record]:
    """Return `limit` records from the one at `offset` on, or all for 0.

    `scope` is a WHERE clause, an ORDER BY clause and the parameters.

    They are chosen before what they refer to is looked up, so that only those shown pay for it.
    """
    where, order, parameters = scope
    if not limit:
        return select(connection, noun, f"{where} {order}", parameters, names=names)
    chosen = f'SELECT t.id FROM "{noun}" AS t {where} {order} LIMIT ? OFFSET ?'
    clause = f"WHERE t.id IN ({chosen}) {order}"
    return select(connection, noun, clause, [*parameters, limit, offset], names=names)


def order(noun: str, sort: "Sort") -> str:
    """Return an ORDER BY clause over the alias `t`; what has no value comes last.

    By name it follows an index; by any other field the records of a scope are read through.
    """
    way = " DESC" if sort.is_falling else ""
    if sort.by == "number":
        return f"ORDER BY t.number{way}"
    if sort.by == "name":
        return f"ORDER BY t.name_key{way}"
    field = next(field for field in NOUNS[noun] if field.name == sort.by)
    value = f"t.{field.stored_as}"
    if field.kind in REFERENCES:
        label = label_column(field.kind)
        value = f'(SELECT r.{label} FROM "{field.kind}" AS r WHERE r.id = {value})'
    return f"ORDER BY coalesce({value}, '') = '', {value} COLLATE NOCASE{way}, t.number"


def numbers(
    connection: sqlite3.Connection,
    noun: str,
    scope: tuple[str, str, Sequence[Any]],
    *,
    among: Sequence[int] | None,
    limit: int,
) -> list[int]:
    """Return the numbers of the records of a scope, or of those among some; see `first`."""
    where, order, parameters = scope
    if among is not None:
        clause = f"t.number IN ({', '.join('?' * len(among))})"
        where = (
            f"WHERE ({where.removeprefix('WHERE ')}) AND {clause}" if where else f"WHERE {clause}"
        )
    rows = connection.execute(
        f'SELECT t.number FROM "{noun}" AS t {where} {order} LIMIT ?',
        (*parameters, *(among or ()), limit),
    )
    return [row[0] for row in rows]


def count(connection: sqlite3.Connection, noun: str, where: str, parameters: Sequence[Any]) -> int:
    """Return how many records a WHERE clause over the alias `t` selects."""
    row = connection.execute(f'SELECT count(*) FROM "{noun}" AS t {where}', parameters).fetchone()
    return int(row[0])


def add(unit: UnitOfWork, noun: str, values: Mapping[str, Any], **columns: Any) -> Match:
    """Insert a record; `columns` are stored as they are, beside the fields' values."""
    key = new_key()
    row: dict[str, Any] = {"id": key, "created_in": unit.change_set}
    row |= stored_columns(noun, values) | columns
    reference = row.get(label_column(noun), "")
    if noun in NUMBERED:
        row["number"] = take_numbers(unit.connection, noun)
        reference = handle(noun, row["number"])
    insert(unit.connection, noun, row)
    return Match(noun, key, reference, row.get("name") or reference)


def change(
    unit: UnitOfWork,
    noun: str,
    key: bytes,
    values: Mapping[str, Any],
    **columns: Any,
) -> None:
    """Update fields of a record."""
    update(unit.connection, noun, key, stored_columns(noun, values) | columns)


def remove(unit: UnitOfWork, noun: str, key: bytes) -> None:
    """Delete a record.

    Raises:
        RuleError: other records refer to it.
    """
    try:
        unit.connection.execute(f'DELETE FROM "{noun}" WHERE id = ?', (key,))
    except sqlite3.IntegrityError as error:
        raise RuleError(
            f"Other records, such as closed opportunities, still name that {noun}",
            hint="keep it, or change them first: `sales opportunity list --all`",
        ) from error


def stored_columns(noun: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return column -> stored value of the fields that `values` names."""
    fields = {field.name: field for field in NOUNS[noun]}
    columns = {
        fields[name].stored_as: to_stored(fields[name], value) for name, value in values.items()
    }
    if "name" in values and noun in NUMBERED - {"activity"}:
        columns["name_key"] = text_key(str(values["name"]))
    return columns


def exists(connection: sqlite3.Connection, noun: str, key: bytes) -> bool:
    """Whether a record is there."""
    row = connection.execute(f'SELECT 1 FROM "{noun}" WHERE id = ?', (key,)).fetchone()
    return row is not None


def confirmed_at(connection: sqlite3.Connection, opportunity: bytes) -> datetime | None:
    """Return when somebody last said that an opportunity is up to date."""
    row = connection.execute(
        "SELECT confirmed_at FROM opportunity WHERE id = ?", (opportunity,)
    ).fetchone()
    return from_utc_text(row[0]) if row[0] else None


def by_number(connection: sqlite3.Connection, noun: str, number: int) -> Match | None:
    """Return the record with that handle number."""
    row = connection.execute(
        f'SELECT id, name FROM "{noun}" WHERE number = ?',
        (number,),
    ).fetchone()
    return Match(noun, row[0], handle(noun, number), row[1]) if row else None


def by_label(connection: sqlite3.Connection, noun: str, text: str) -> list[Match]:
    """Return the records that are called exactly so, whatever the case."""
    folded = text_key(text)
    if noun not in NUMBERED:
        column = label_column(noun)
        rows = connection.execute(
            f'SELECT id, {column}, {column} FROM "{noun}" WHERE lower({column}) = ?',
            (folded,),
        ).fetchall()
        return [Match(noun, *row) for row in rows]
    rows = connection.execute(
        f'SELECT id, number, name FROM "{noun}" WHERE name_key = ? ORDER BY number',
        (folded,),
    ).fetchall()
    return [Match(noun, row[0], handle(noun, row[1]), row[2]) for row in rows]


def _column(field: Field) -> str:
    if field.kind not in REFERENCES:
        return f"t.{field.stored_as}"
    label = "number" if field.kind == "opportunity" else label_column(field.kind)
    return f"{field.name}_.id, {field.name}_.{label}"


def _record(noun: str, fields: tuple[Field, ...], row: tuple[Any, ...]) -> Record:
    key, reference, version, currency, *cells = row
    values: dict[str, Any] = {}
    remaining = iter(cells)
    for field in fields:
        if field.kind not in REFERENCES:
            values[field.name] = from_stored(field, next(remaining))
            continue
        target, label = next(remaining), next(remaining)
        text = handle("opportunity", label) if field.kind == "opportunity" and label else label
        values[field.name] = Reference(text, target) if target else None
    if noun in NUMBERED:
        reference = handle(noun, reference)
    return Record(noun, key, reference, version, values, currency or "")
