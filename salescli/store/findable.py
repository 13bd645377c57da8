"""What can be found in each table: the names and the texts of its rows, and whose part a row is."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from salescli.domain.fields import EMAIL, LONG_TEXT, NAMES, NOUNS, SALE_FIELDS, TEXT
from salescli.domain.reference import PREFIXES, handle

Fields = tuple[tuple[str, str], ...]
"""Field and text, of those that are filled."""


class Source(NamedTuple):
    """What of a table is searched: its names weigh more than its texts.

    `noun` is what people call a row of it; `parents` are the records that one can be a part of.
    """

    noun: str
    names: tuple[str, ...]
    texts: tuple[str, ...]
    parents: tuple[str, ...] = ()


class Texts(NamedTuple):
    """What a row says: its key, its names and its texts."""

    key: bytes
    names: Fields
    texts: Fields


class Head(NamedTuple):
    """What people call a row: the handle of its record, what it is called, and what that is."""

    reference: str
    name: str
    noun: str


_SALE = ("opportunity",)

SOURCES = {
    "account": Source(
        "account",
        ("name",),
        (
            *("industry", "website", "phone", "street", "city", "state", "country", "history"),
            *("rating", "flag", "kind"),
        ),
    ),
    "contact": Source(
        "contact", ("name",), ("title", "department", "email", "phone", "mobile", "source")
    ),
    "lead": Source(
        "lead",
        ("name", "company"),
        ("title", "email", "phone", "city", "country", "industry", "source", "rating", "need"),
    ),
    "opportunity": Source(
        "opportunity",
        ("name",),
        ("need", "tactics", "next_steps", "reason", "winner", "source", "kind", "snooze_reason"),
    ),
    "offer": Source("offer", ("name",), ("family", "kind")),
    "activity": Source("activity", ("name",), ("text",)),
    "note": Source(
        "note", (), ("text",), ("opportunity", "account", "contact", "lead", "process_run")
    ),
    "stakeholder": Source("stakeholder", (), ("role", "motivation"), _SALE),
    "competitor": Source("competitor", ("name",), ("strengths", "weaknesses"), _SALE),
    "condition": Source("condition", ("name",), ("asked", "offered", "agreed"), _SALE),
    "document": Source("document", ("name",), ("kind", "address", "tags")),
    "user": Source("user", ("login", "name"), ("email",)),
    "division": Source("division", ("slug", "name"), ()),
    "process_run": Source("run", ("subject",), ("reason", "draft"), _SALE),
}
"""Table -> what of it can be found."""

_COMPUTED = {
    ("document", "tags"): (
        "(SELECT group_concat(g.name, ', ') FROM document_tag g WHERE g.document_id = t.id)"
    ),
}
_FIELDS = {
    (noun, field.stored_as): field.name for noun, fields in NOUNS.items() for field in fields
}
_DRAFTED = {
    name: field
    for name, field in SALE_FIELDS.items()
    if field.kind in {TEXT, LONG_TEXT, NAMES, EMAIL}
}


def count(connection: sqlite3.Connection) -> int:
    """Return how many rows the tables have."""
    counts = " + ".join(f'(SELECT count(*) FROM "{table}")' for table in SOURCES)
    return int(connection.execute(f"SELECT {counts}").fetchone()[0])


def texts(
    connection: sqlite3.Connection, table: str, where: str = "1", parameters: Sequence[Any] = ()
) -> Iterator[Texts]:
    """Yield what the rows of a table say that a condition over the alias `t` selects.

    A run that is undone says nothing any more.
    """
    source = SOURCES[table]
    columns = (*source.names, *source.texts)
    chosen = ", ".join(_COMPUTED.get((table, column), f"t.{column}") for column in columns)
    living = " AND t.voided_by_id IS NULL" if table == "process_run" else ""
    rows = connection.execute(
        f"SELECT t.id, {'t.opportunity_id' if table == 'process_run' else 'NULL'}, {chosen}"
        f' FROM "{table}" t WHERE {where}{living}',
        parameters,
    )
    for key, sale, *cells in rows:
        filled = [(column, cell) for column, cell in zip(columns, cells, strict=True) if cell]
        names = tuple((_field(table, c), cell) for c, cell in filled if c in source.names)
        said: list[tuple[str, str]] = []
        for column, cell in filled:
            if column == "draft":
                said += _drafted(cell, has_opportunity=sale is not None)
            elif column not in source.names:
                said.append((_field(table, column), cell))
        yield Texts(key, names, tuple(said))


def head(connection: sqlite3.Connection, table: str, key: bytes) -> Head | None:
    """Return what people call a row; a part of a record by the record. None when it is gone."""
    row = connection.execute(f'SELECT * FROM "{table}" WHERE id = ?', (key,)).fetchone()
    if row is None:
        return None
    noun = SOURCES[table].noun
    parent = next((p for p in SOURCES[table].parents if row[_column(p)]), "")
    own = _called(connection, table, row)
    if not parent:
        return Head(_reference(noun, row), own, noun)
    whole = head(connection, parent, row[_column(parent)])
    if whole is None:
        return None
    return Head(whole.reference, " · ".join(filter(None, (whole.name, own))), noun)


def _called(connection: sqlite3.Connection, table: str, row: sqlite3.Row) -> str:
    """Return the own name of a row; empty for one that has none, and for a run of a sale."""
    if table == "stakeholder":
        found = connection.execute(
            "SELECT name FROM contact WHERE id = ?", (row["contact_id"],)
        ).fetchone()
        return str(found[0]) if found else ""
    if table == "process_run":
        return "" if row["opportunity_id"] else str(row["subject"] or "New sale")
    return str(row["name"] or "") if "name" in row.keys() else ""  # noqa: SIM118 - of a row


def _reference(noun: str, row: sqlite3.Row) -> str:
    if noun in PREFIXES and "number" in row.keys():  # noqa: SIM118 - a row is no mapping
        return handle(noun, row["number"])
    return str(row[{"user": "login", "division": "slug"}.get(noun, "name")])


def _column(parent: str) -> str:
    return "run_id" if parent == "process_run" else f"{parent}_id"


def _field(table: str, column: str) -> str:
    return _FIELDS.get((table, column), column)


def _drafted(draft: str, *, has_opportunity: bool) -> Iterator[tuple[str, str]]:
    """Yield what a run holds for its sale: all its texts until the opportunity has them."""
    for name, stored in json.loads(draft).items():
        field = _DRAFTED.get(name)
        if field is None or (has_opportunity and field.record != "run"):
            continue
        text = ", ".join(map(str, stored)) if isinstance(stored, list) else stored
        if text:
            yield name, str(text)
