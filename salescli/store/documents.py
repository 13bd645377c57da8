"""Documents, what they are about, and what they are attached to."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from salescli.domain.knowledge import Document, Tag
from salescli.domain.text import key as text_key
from salescli.store.rows import insert, new_key, take_numbers, update
from salescli.store.unit_of_work import UnitOfWork

_SELECT = (
    "SELECT d.id, d.number, d.name, coalesce(d.kind, ''), coalesce(d.address, ''),"
    " coalesce(d.sha256, ''), coalesce(d.size, 0), d.in_library FROM document d"
)

_AT_ONCE = 500
"""So many documents are asked for their tags in one statement."""


def add(unit: UnitOfWork, name: str, tags: Iterable[Tag] = (), **columns: Any) -> bytes:
    """Insert a document with its tags and return its key."""
    key = new_key()
    values = {"id": key, "created_in": unit.change_set, "name": name, "name_key": text_key(name)}
    number = take_numbers(unit.connection, "document")
    insert(unit.connection, "document", values | {"number": number} | columns)
    add_tags(unit, key, tags)
    return key


def add_tags(unit: UnitOfWork, key: bytes, tags: Iterable[Tag]) -> None:
    """Add what a document is about; a tag that it has already stays one."""
    for kind, name in {tag.folded: tag for tag in tags}.values():
        known = unit.connection.execute(
            "SELECT 1 FROM document_tag WHERE document_id = ? AND kind = ? AND name_key = ?",
            (key, kind, text_key(name)),
        ).fetchone()
        if not known:
            values = {"id": new_key(), "created_in": unit.change_set, "document_id": key}
            tag = {"kind": kind, "name": name, "name_key": text_key(name)}
            insert(unit.connection, "document_tag", values | tag)


def replace_tags(unit: UnitOfWork, key: bytes, kind: str, names: Sequence[str]) -> None:
    """Let a document have these tags of a kind and no others."""
    wanted = {text_key(name) for name in names}
    rows = unit.connection.execute(
        "SELECT id, name_key FROM document_tag WHERE document_id = ? AND kind = ?", (key, kind)
    ).fetchall()
    for row in rows:
        if row[1] not in wanted:
            unit.connection.execute("DELETE FROM document_tag WHERE id = ?", (row[0],))
    add_tags(unit, key, [Tag(kind, name) for name in names])


def change(unit: UnitOfWork, key: bytes, **columns: Any) -> None:
    """Change a document; a new name brings its search key."""
    if "name" in columns:
        columns["name_key"] = text_key(columns["name"])
    update(unit.connection, "document", key, columns)


def remove(unit: UnitOfWork, key: bytes) -> None:
    """Delete a document with its tags; its file stays where it is."""
    unit.connection.execute("DELETE FROM document_tag WHERE document_id = ?", (key,))
    unit.connection.execute("DELETE FROM document WHERE id = ?", (key,))


def uses(connection: sqlite3.Connection, key: bytes) -> int:
    """Return how often a document is attached."""
    row = connection.execute("SELECT count(*) FROM attachment WHERE document_id = ?", (key,))
    return int(row.fetchone()[0])


def library(connection: sqlite3.Connection, kind: str = "") -> list[Document]:
    """Return the documents of the knowledge base by name, of one kind or all."""
    where = " AND d.kind = ?" if kind else ""
    return _with_tags(
        connection,
        f"{_SELECT} WHERE d.in_library = 1{where} ORDER BY d.name_key, d.number",
        (kind,) if kind else (),
    )


def by_number(connection: sqlite3.Connection, number: int) -> Document | None:
    """Return the document with a handle number, also one that is only attached."""
    found = _with_tags(connection, f"{_SELECT} WHERE d.number = ?", (number,))
    return found[0] if found else None


def by_name(connection: sqlite3.Connection, name: str) -> list[Document]:
    """Return the documents of the knowledge base that are called so."""
    where = "WHERE d.in_library = 1 AND d.name_key = ? ORDER BY d.number"
    return _with_tags(connection, f"{_SELECT} {where}", (text_key(name),))


def kept(connection: sqlite3.Connection) -> list[Document]:
    """Return every document that has a file."""
    return _with_tags(connection, f"{_SELECT} WHERE d.sha256 IS NOT NULL ORDER BY d.number", ())


def load(connection: sqlite3.Connection, key: bytes) -> Document:
    """Return a document by its key."""
    return _with_tags(connection, f"{_SELECT} WHERE d.id = ?", (key,))[0]


def tags_of_sale(connection: sqlite3.Connection, opportunity: bytes, stage: str) -> list[Tag]:
    """Return what an opportunity is about: its offers, its account's industry, its stage."""
    offers = connection.execute(
        "SELECT o.name FROM opportunity_line l JOIN offer o ON o.id = l.offer_id"
        " WHERE l.opportunity_id = ? ORDER BY l.id",
        (opportunity,),
    )
    tags = [Tag("offer", row[0]) for row in offers]
    industry = connection.execute(
        "SELECT a.industry FROM opportunity o JOIN account a ON a.id = o.account_id"
        " WHERE o.id = ? AND a.industry IS NOT NULL",
        (opportunity,),
    ).fetchone()
    tags += [Tag("vertical", industry[0])] if industry else []
    return [*tags, Tag("stage", stage)]


def attach(unit: UnitOfWork, document: bytes, **owners: bytes | None) -> None:
    """Attach a document to an opportunity, a run or an activity, given by its column."""
    values = {"id": new_key(), "created_in": unit.change_set, "document_id": document}
    insert(
        unit.connection,
        "attachment",
        values | owners | {"at": unit.now_text, "login": unit.login},
    )


def attached(connection: sqlite3.Connection, column: str, owner: bytes) -> list[Document]:
    """Return what is attached to a record; `column` is `opportunity_id` and the like."""
    return _with_tags(
        connection,
        f"{_SELECT} JOIN attachment a ON a.document_id = d.id WHERE a.{column} = ?"
        " GROUP BY d.id ORDER BY min(a.id)",
        (owner,),
    )


def detach(unit: UnitOfWork, document: bytes, column: str, owner: bytes) -> None:
    """Take a document off a record; `column` is `opportunity_id` and the like."""
    unit.connection.execute(
        f"DELETE FROM attachment WHERE document_id = ? AND {column} = ?", (document, owner)
    )


def _with_tags(
    connection: sqlite3.Connection, statement: str, parameters: Sequence[Any]
) -> list[Document]:
    rows = connection.execute(statement, parameters).fetchall()
    tags: dict[bytes, list[Tag]] = {row[0]: [] for row in rows}
    for start in range(0, len(rows), _AT_ONCE):
        keys = [row[0] for row in rows[start : start + _AT_ONCE]]
        found = connection.execute(
            "SELECT document_id, kind, name FROM document_tag"
            f" WHERE document_id IN ({', '.join('?' * len(keys))}) ORDER BY kind, name_key",
            keys,
        )
        for key, kind, name in found:
            tags[key].append(Tag(kind, name))
    return [Document._make([*row, tuple(tags[row[0]])]) for row in rows]
