"""An opportunity that takes the place of another: its link, and what it takes over."""

import sqlite3

from salescli.domain.fields import SALE_FIELDS
from salescli.domain.reference import handle
from salescli.store.records import Match
from salescli.store.rows import insert, new_key, update
from salescli.store.unit_of_work import UnitOfWork


def link(unit: UnitOfWork, new: bytes, old: bytes) -> None:
    """Say which opportunity a new one takes the place of."""
    update(unit.connection, "opportunity", new, {"rerouted_from_id": old})


def copy_parts(unit: UnitOfWork, field: str, old: bytes, new: bytes) -> None:
    """Copy the stakeholders, competitors, lines or conditions of one opportunity to another."""
    table = SALE_FIELDS[field].record
    rows = unit.connection.execute(
        f'SELECT * FROM "{table}" WHERE opportunity_id = ? ORDER BY id', (old,)
    ).fetchall()
    for row in rows:
        values = {name: value for name, value in dict(row).items() if name != "version"}
        values |= {"id": new_key(), "created_in": unit.change_set, "opportunity_id": new}
        insert(unit.connection, table, values)


def origin(connection: sqlite3.Connection, opportunity: bytes) -> Match | None:
    """Return the opportunity whose place one has taken."""
    row = connection.execute(
        "SELECT o.id, o.number, o.name FROM opportunity n"
        " JOIN opportunity o ON o.id = n.rerouted_from_id WHERE n.id = ?",
        (opportunity,),
    ).fetchone()
    return Match("opportunity", row[0], handle("opportunity", row[1]), row[2]) if row else None


def successors(connection: sqlite3.Connection, opportunity: bytes) -> list[Match]:
    """Return the opportunities that have taken the place of one."""
    return _successors(connection, opportunity, "")


def open_successors(connection: sqlite3.Connection, opportunity: bytes) -> list[Match]:
    """Return those that have taken the place of one and are not closed."""
    return _successors(connection, opportunity, "AND closed_at IS NULL")


def _successors(connection: sqlite3.Connection, opportunity: bytes, test: str) -> list[Match]:
    rows = connection.execute(
        "SELECT id, number, name FROM opportunity"
        f" WHERE rerouted_from_id = ? {test} ORDER BY number",
        (opportunity,),
    ).fetchall()
    return [Match("opportunity", row[0], handle("opportunity", row[1]), row[2]) for row in rows]
