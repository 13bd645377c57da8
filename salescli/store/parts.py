"""What hangs on an opportunity by name: stakeholders, competitors, conditions and lines."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from salescli.domain import parts as texts
from salescli.domain.fields import Reference
from salescli.domain.money import format_amount, parse_amount
from salescli.domain.reference import parse_handle
from salescli.domain.stakeholder import read_influence, read_loyalty
from salescli.domain.text import key as text_key
from salescli.errors import RuleError
from salescli.store import records
from salescli.store.rows import insert, new_key, update
from salescli.store.unit_of_work import UnitOfWork


class Part(NamedTuple):
    """A stakeholder, competitor, condition or line of an opportunity, by its name."""

    key: bytes
    name: str


_SELECTS = {
    "stakeholder": (
        "SELECT p.opportunity_id, p.id, c.name_key, c.name, p.role, p.influence, p.loyalty,"
        " p.motivation FROM stakeholder p JOIN contact c ON c.id = p.contact_id"
    ),
    "competitor": (
        "SELECT p.opportunity_id, p.id, p.name_key, p.name, p.strengths, p.weaknesses"
        " FROM competitor p"
    ),
    "condition": (
        "SELECT p.opportunity_id, p.id, p.name_key, p.name, p.asked, p.offered, p.agreed"
        ' FROM "condition" p'
    ),
    "line": (
        "SELECT p.opportunity_id, p.id, o.name_key, o.name, p.quantity, p.price,"
        " o.price AS list_price, o.currency AS list_currency, s.currency"
        " FROM opportunity_line p JOIN offer o ON o.id = p.offer_id"
        " JOIN opportunity s ON s.id = p.opportunity_id"
    ),
}
"""Kind -> its rows as `p`, with the keys first."""

_HIDDEN = frozenset({"opportunity_id", "id", "name_key"})
_TABLES = {"line": "opportunity_line"}
_FIELDS = {
    "stakeholders": "stakeholder",
    "competitors": "competitor",
    "conditions": "condition",
    "offers": "line",
}
FIELDS = frozenset(_FIELDS)
"""The fields of a sale whose values are such parts."""


def part(connection: sqlite3.Connection, kind: str, opportunity: bytes, name: str) -> Part | None:
    """Return the part of that name; a stakeholder may be named by the handle of its contact.

    Raises:
        RuleError: several are called so.
    """
    parsed = parse_handle(name) if kind == "stakeholder" else None
    if parsed and parsed[0] == "contact":
        row = connection.execute(
            "SELECT p.id, c.name FROM stakeholder p JOIN contact c ON c.id = p.contact_id"
            " WHERE p.opportunity_id = ? AND c.number = ?",
            (opportunity, parsed[1]),
        ).fetchone()
        return Part(*row) if row else None
    wanted = text_key(name)
    rows = [row for row in _rows(connection, kind, (opportunity,)) if row["name_key"] == wanted]
    if len(rows) > 1:
        raise RuleError(
            f"Several of them are called `{name}`",
            hint="name the one that is meant by the handle of the contact, such as `CON-3`",
        )
    return Part(rows[0]["id"], rows[0]["name"]) if rows else None


def of_kind(connection: sqlite3.Connection, kind: str, opportunity: bytes) -> list[dict[str, Any]]:
    """Return the details of every part of a kind, in the order in which they came."""
    return [
        {name: value for name, value in dict(row).items() if name not in _HIDDEN}
        for row in _rows(connection, kind, (opportunity,))
    ]


def keys_of(connection: sqlite3.Connection, kind: str, opportunity: bytes) -> list[bytes]:
    """Return the keys of the parts of a kind, in the order in which they came."""
    return [row["id"] for row in _rows(connection, kind, (opportunity,))]


def names(connection: sqlite3.Connection, opportunity: bytes) -> dict[str, tuple[str, ...]]:
    """Return field -> its parts as forms show them, where there are any."""
    return names_of_many(connection, (opportunity,)).get(opportunity, {})


def names_of_many(
    connection: sqlite3.Connection, opportunities: Sequence[bytes]
) -> dict[bytes, dict[str, tuple[str, ...]]]:
    """Return what `names` returns, by opportunity, with as many statements as for one."""
    found: dict[bytes, dict[str, tuple[str, ...]]] = {}
    for field, kind in _FIELDS.items():
        for row in _rows(connection, kind, opportunities):
            known = found.setdefault(row["opportunity_id"], {})
            known[field] = (*known.get(field, ()), _said(field, row))
    return found


def add_names(
    unit: UnitOfWork,
    opportunity: bytes,
    account: Reference | None,
    field: str,
    typed: Sequence[str],
    money: str,
) -> list[str]:
    """Add parts as a form gives them, or change those of that name; tell each new record.

    Raises:
        UsageError: a detail in the brackets is out of range.
        NotFoundError: a handle stands for no contact.
    """
    made: list[str] = []
    for text in typed:
        name, details = texts.read(field, text)
        if field == "stakeholders":
            columns = stakeholder_columns(details)
            made += save_stakeholder(unit, opportunity, account, name, columns)
        elif field == "offers":
            quantity, price = line_columns(details, money)
            made += save_line(unit, opportunity, name, quantity, price, money)[1]
        else:
            save_named(unit, _FIELDS[field], opportunity, name, details)
    return made


def remove_names(
    unit: UnitOfWork,
    opportunity: bytes,
    account: Reference | None,
    field: str,
    typed: Sequence[str],
    dropped: Collection[str] | None,
) -> list[str]:
    """Remove the parts called as in `dropped`, or with None any, that are not typed; tell each."""
    if dropped is not None and not dropped:
        return []
    kind, told = _FIELDS[field], []
    kept = {_meant(unit, kind, opportunity, account, texts.name_of(field, one)) for one in typed}
    for row in _rows(unit.connection, kind, (opportunity,)):
        is_dropped = dropped is None or row["name_key"] in dropped
        if is_dropped and row["id"] not in kept:
            remove(unit, kind, row["id"])
            told.append(f"Removed {kind} {row['name']}")
    return told


def _meant(
    unit: UnitOfWork, kind: str, opportunity: bytes, account: Reference | None, name: str
) -> bytes | None:
    """Return the key of the part that a name means, which may be a first name of a stakeholder."""
    found = part(unit.connection, kind, opportunity, name)
    if found is None and kind == "stakeholder":
        from salescli.store import people

        contact = people.known(unit.connection, account, name)
        found = contact and part(unit.connection, kind, opportunity, contact.reference)
    return found.key if found else None


def stakeholder_columns(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns of what is given of a stakeholder; an empty text empties one.

    Raises:
        UsageError: influence or loyalty is out of range.
    """
    readers = {"influence": read_influence, "loyalty": read_loyalty}
    return {
        name: (readers[name](text) if name in readers else text) if text else None
        for name, text in given.items()
    }


def line_columns(given: Mapping[str, str], money: str) -> tuple[int | None, int | None]:
    """Return the quantity and the unit price, in minor units, that are given of a line.

    Raises:
        UsageError: one of them is none.
    """
    quantity, price = given.get("quantity"), given.get("price")
    return (
        texts.read_quantity(quantity) if quantity else None,
        parse_amount(price, money) if price else None,
    )


def save_named(
    unit: UnitOfWork, kind: str, opportunity: bytes, name: str, details: Mapping[str, Any]
) -> bytes:
    """Add a competitor or condition, or change the one of that name; return its key."""
    known = part(unit.connection, kind, opportunity, name)
    columns = {column: value or None for column, value in details.items()}
    if known:
        update(unit.connection, kind, known.key, columns)
        return known.key
    key = new_key()
    own = {"name": name, "name_key": text_key(name)}
    insert(unit.connection, kind, _belongs(unit, key, opportunity) | own | columns)
    return key


def save_stakeholder(
    unit: UnitOfWork,
    opportunity: bytes,
    account: Reference | None,
    name: str,
    columns: Mapping[str, Any],
) -> list[str]:
    """Add a contact, made where it is new, as a stakeholder, or change its part in the sale.

    Raises:
        NotFoundError: a handle stands for no contact.
        RuleError: several stakeholders of the opportunity are called so, or several people there.
    """
    known = part(unit.connection, "stakeholder", opportunity, name)
    if known is not None:
        update(unit.connection, "stakeholder", known.key, columns)
        return []
    from salescli.store import people

    contact, made = people.person(unit, account, name)
    row = unit.connection.execute(
        "SELECT id FROM stakeholder WHERE opportunity_id = ? AND contact_id = ?",
        (opportunity, contact.key),
    ).fetchone()
    if row:
        update(unit.connection, "stakeholder", row[0], columns)
    else:
        own = {"contact_id": contact.key}
        insert(
            unit.connection,
            "stakeholder",
            _belongs(unit, new_key(), opportunity) | own | dict(columns),
        )
    return made


def save_line(
    unit: UnitOfWork,
    opportunity: bytes,
    name: str,
    quantity: int | None,
    price: int | None,
    money: str,
) -> tuple[int, list[str]]:
    """Add a line for an offer, or change what is given of its line; one line an offer.

    Return the quantity that the line has then, and a sentence for an offer that had to be made.
    """
    made: list[str] = []
    exact = records.by_label(unit.connection, "offer", name)
    if exact:
        match = exact[0]
    else:
        match = records.add(unit, "offer", {"name": name}, currency=money)
        made.append(f"Added offer `{match.reference}` {match.name}")
    given = {"quantity": quantity, "price": price}
    columns = {column: value for column, value in given.items() if value is not None}
    row = unit.connection.execute(
        "SELECT id, quantity FROM opportunity_line WHERE opportunity_id = ? AND offer_id = ?",
        (opportunity, match.key),
    ).fetchone()
    if row:
        update(unit.connection, "opportunity_line", row[0], columns)
        return columns.get("quantity", row[1]), made
    columns.setdefault("quantity", 1)
    own = {"offer_id": match.key}
    insert(
        unit.connection, "opportunity_line", _belongs(unit, new_key(), opportunity) | own | columns
    )
    return columns["quantity"], made


def remove(unit: UnitOfWork, kind: str, key: bytes) -> None:
    """Delete a part; the change history keeps it."""
    unit.connection.execute(f'DELETE FROM "{_TABLES.get(kind, kind)}" WHERE id = ?', (key,))


def _belongs(unit: UnitOfWork, key: bytes, opportunity: bytes) -> dict[str, Any]:
    return {"id": key, "created_in": unit.change_set, "opportunity_id": opportunity}


def _rows(
    connection: sqlite3.Connection, kind: str, opportunities: Sequence[bytes]
) -> list[sqlite3.Row]:
    among = f"({', '.join('?' * len(opportunities))})"
    return connection.execute(
        f"{_SELECTS[kind]} WHERE p.opportunity_id IN {among} ORDER BY p.id", opportunities
    ).fetchall()


def _said(field: str, row: sqlite3.Row) -> str:
    details = dict(row)
    if field == "offers":
        if details["price"] is not None:
            money = details["currency"]
            details["price"] = format_amount(details["price"], money)
        if details["quantity"] == 1:
            del details["quantity"]
    return texts.say(field, details["name"], details)
