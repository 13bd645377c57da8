"""What hangs on an opportunity: stakeholders, competitors, lines, its run and its activities."""

import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple

from salescli.domain.fields import Reference
from salescli.domain.text import key as text_key
from salescli.store import records
from salescli.store.rows import insert, new_key, update
from salescli.store.unit_of_work import UnitOfWork


class Part(NamedTuple):
    """A stakeholder, competitor or line of an opportunity, by its name."""

    key: bytes
    name: str


_PARTS = {
    "stakeholder": (
        "SELECT s.id, c.name, c.name_key, s.role, s.influence, s.loyalty, s.motivation"
        " FROM stakeholder s JOIN contact c ON c.id = s.contact_id WHERE s.opportunity_id = ?"
        " ORDER BY s.id"
    ),
    "competitor": (
        "SELECT id, name, name_key, strengths, weaknesses FROM competitor"
        " WHERE opportunity_id = ? ORDER BY id"
    ),
    "line": (
        "SELECT l.id, o.name, o.name_key, l.quantity, coalesce(l.price, o.price) AS price,"
        " o.currency FROM opportunity_line l JOIN offer o ON o.id = l.offer_id"
        " WHERE l.opportunity_id = ? ORDER BY l.id"
    ),
}

_TABLES = {"stakeholder": "stakeholder", "competitor": "competitor", "line": "opportunity_line"}


def part(connection: sqlite3.Connection, kind: str, opportunity: bytes, name: str) -> Part | None:
    """Return the stakeholder, competitor or line of that name."""
    rows = connection.execute(_PARTS[kind], (opportunity,)).fetchall()
    return next((Part(row[0], row[1]) for row in rows if row[2] == text_key(name)), None)


def names_of(connection: sqlite3.Connection, kind: str, opportunity: bytes) -> list[Part]:
    """Return every stakeholder, competitor or line of an opportunity."""
    return [Part(row[0], row[1]) for row in connection.execute(_PARTS[kind], (opportunity,))]


def parts(connection: sqlite3.Connection, opportunity: bytes) -> dict[str, list[dict[str, Any]]]:
    """Return the details of everything that hangs on an opportunity; prices in minor units."""
    return {
        f"{kind}s": [
            {name: value for name, value in dict(row).items() if name not in {"id", "name_key"}}
            for row in connection.execute(statement, (opportunity,))
        ]
        for kind, statement in _PARTS.items()
    }


def remove(unit: UnitOfWork, kind: str, key: bytes) -> None:
    """Delete a stakeholder, competitor or line."""
    unit.connection.execute(f"DELETE FROM {_TABLES[kind]} WHERE id = ?", (key,))


_LISTED = {
    "stakeholders": "c.name FROM stakeholder p JOIN contact c ON c.id = p.contact_id",
    "competitors": "p.name FROM competitor p",
    "offers": "o.name FROM opportunity_line p JOIN offer o ON o.id = p.offer_id",
}
"""Field -> the name of each of its parts, and where they are found as `p`."""


def names(connection: sqlite3.Connection, opportunity: bytes) -> dict[str, tuple[str, ...]]:
    """Return the names of the stakeholders, competitors and offers, where there are any."""
    return names_of_many(connection, (opportunity,)).get(opportunity, {})


def names_of_many(
    connection: sqlite3.Connection, opportunities: Sequence[bytes]
) -> dict[bytes, dict[str, tuple[str, ...]]]:
    """Return what `names` returns, by opportunity, with as many statements as for one."""
    among = f"({', '.join('?' * len(opportunities))})"
    found: dict[bytes, dict[str, tuple[str, ...]]] = {}
    for field, named in _LISTED.items():
        rows = connection.execute(
            f"SELECT p.opportunity_id, {named} WHERE p.opportunity_id IN {among} ORDER BY p.id",
            opportunities,
        )
        for key, name in rows:
            known = found.setdefault(key, {})
            known[field] = (*known.get(field, ()), name)
    return found


def currency(connection: sqlite3.Connection, opportunity: bytes) -> str:
    """Return the currency of an opportunity's amounts."""
    row = connection.execute(
        "SELECT currency FROM opportunity WHERE id = ?", (opportunity,)
    ).fetchone()
    return str(row[0])


def account(connection: sqlite3.Connection, key: bytes) -> tuple[str, str | None]:
    """Return an account's name and history."""
    row = connection.execute("SELECT name, history FROM account WHERE id = ?", (key,)).fetchone()
    return row[0], row[1]


def accounts(
    connection: sqlite3.Connection, keys: Sequence[bytes]
) -> dict[bytes, tuple[str, str | None]]:
    """Return the names and histories of accounts by key."""
    rows = connection.execute(
        f"SELECT id, name, history FROM account WHERE id IN ({', '.join('?' * len(keys))})", keys
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def attach_run(unit: UnitOfWork, run: bytes, opportunity: bytes, account: bytes | None) -> None:
    """Tie a run and its activities to the opportunity that they have created."""
    columns = {"opportunity_id": opportunity, "account_id": account}
    update(unit.connection, "process_run", run, columns)
    unit.connection.execute(
        "UPDATE activity SET opportunity_id = ?, account_id = ?, version = version + 1"
        " WHERE run_id = ?",
        (opportunity, account, run),
    )
    unit.connection.execute(
        "UPDATE note SET opportunity_id = ?, version = version + 1"
        " WHERE run_id = ? AND opportunity_id IS NULL",
        (opportunity, run),
    )


def move_account(unit: UnitOfWork, opportunity: bytes, account: bytes | None) -> None:
    """Let the runs and the open activities of an opportunity follow it to another account."""
    for table, only in (("process_run", ""), ("activity", " AND state = 'open'")):
        unit.connection.execute(
            f"UPDATE {table} SET account_id = ?, version = version + 1"
            f" WHERE opportunity_id = ? AND account_id IS NOT ?{only}",
            (account, opportunity, account),
        )


def hand_over(unit: UnitOfWork, run: bytes, opportunity: bytes | None, owner: bytes) -> None:
    """Give a run and the open activities of its former owner to another user."""
    before = unit.connection.execute(
        "SELECT owner_id FROM process_run WHERE id = ?", (run,)
    ).fetchone()
    if before[0] == owner:
        return
    update(unit.connection, "process_run", run, {"owner_id": owner})
    unit.connection.execute(
        "UPDATE activity SET owner_id = ?, version = version + 1"
        " WHERE state = 'open' AND owner_id = ? AND (run_id = ? OR opportunity_id = ?)",
        (owner, before[0], run, opportunity),
    )


def give(unit: UnitOfWork, opportunity: bytes, owner: bytes) -> None:
    """Give an opportunity that no running process guides, with all of it, to another user."""
    unit.connection.execute(
        "UPDATE activity SET owner_id = ?, version = version + 1 WHERE state = 'open'"
        " AND opportunity_id = ? AND owner_id IS"
        " (SELECT owner_id FROM opportunity WHERE id = ?)",
        (owner, opportunity, opportunity),
    )
    unit.connection.execute(
        "UPDATE process_run SET owner_id = ?, version = version + 1"
        " WHERE opportunity_id = ? AND owner_id IS NOT ?",
        (owner, opportunity, owner),
    )
    update(unit.connection, "opportunity", opportunity, {"owner_id": owner})


def open_activities(
    connection: sqlite3.Connection, run: bytes | None, opportunity: bytes | None
) -> int:
    """Return how many open activities a sale has."""
    row = connection.execute(
        "SELECT count(*) FROM activity WHERE state = 'open' AND (run_id = ? OR opportunity_id = ?)",
        (run, opportunity),
    ).fetchone()
    return int(row[0])


def add_names(
    unit: UnitOfWork,
    opportunity: bytes,
    account: Reference | None,
    field: str,
    typed: tuple[str, ...],
    money: str,
) -> list[str]:
    """Add stakeholders, competitors or offers by name; return a sentence for each new record."""
    made: list[str] = []
    for text in typed:
        if field == "competitors":
            add_competitor(unit, opportunity, text)
        elif field == "stakeholders":
            name, role = split_role(text)
            made += add_stakeholder(unit, opportunity, account, name, {"role": role})
        else:
            made += save_line(unit, opportunity, text, None, None, money)[1]
    return made


def split_role(text: str) -> tuple[str, str | None]:
    """Split `Mia Ray (decision maker)` into name and role."""
    name, bracket, role = text.partition("(")
    return name.strip(), role.rstrip(") ").strip() or None if bracket else None


def add_competitor(unit: UnitOfWork, opportunity: bytes, name: str, **columns: Any) -> bytes:
    """Add a competitor, or change the one of that name; return its key."""
    row = unit.connection.execute(
        "SELECT id FROM competitor WHERE opportunity_id = ? AND name_key = ?",
        (opportunity, text_key(name)),
    ).fetchone()
    if row:
        update(unit.connection, "competitor", row[0], columns)
        key: bytes = row[0]
        return key
    key = new_key()
    insert(
        unit.connection,
        "competitor",
        {
            "id": key,
            "created_in": unit.change_set,
            "opportunity_id": opportunity,
            "name": name,
            "name_key": text_key(name),
        }
        | columns,
    )
    return key


def add_stakeholder(
    unit: UnitOfWork,
    opportunity: bytes,
    account: Reference | None,
    name: str,
    columns: dict[str, Any],
) -> list[str]:
    """Add a contact, made where it is new, as a stakeholder, or change its part in the sale."""
    made: list[str] = []
    contact = _contact(unit, account, name)
    if contact is None:
        values: dict[str, Any] = {"name": name}
        if account:
            values["account"] = account
        match = records.add(unit, "contact", values)
        contact = match.key
        made.append(f"Added contact `{match.reference}` {match.name}")
    row = unit.connection.execute(
        "SELECT id FROM stakeholder WHERE opportunity_id = ? AND contact_id = ?",
        (opportunity, contact),
    ).fetchone()
    given = {column: value for column, value in columns.items() if value is not None}
    if row:
        update(unit.connection, "stakeholder", row[0], given)
        return made
    insert(
        unit.connection,
        "stakeholder",
        {
            "id": new_key(),
            "created_in": unit.change_set,
            "opportunity_id": opportunity,
            "contact_id": contact,
        }
        | given,
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
    keys = {"id": new_key(), "created_in": unit.change_set}
    owners = {"opportunity_id": opportunity, "offer_id": match.key}
    insert(unit.connection, "opportunity_line", keys | owners | columns)
    return columns["quantity"], made


def _contact(unit: UnitOfWork, account: Reference | None, name: str) -> bytes | None:
    row = unit.connection.execute(
        "SELECT id FROM contact WHERE name_key = ? AND account_id IS ? ORDER BY number LIMIT 1",
        (text_key(name), account.key if account else None),
    ).fetchone()
    return row[0] if row else None
