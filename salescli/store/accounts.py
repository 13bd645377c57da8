"""What belongs to an account."""

import sqlite3

from salescli.store.records import Record, first


def contacts_of(connection: sqlite3.Connection, account: bytes, limit: int) -> list[Record]:
    """Return the contacts of an account by name, as many as the limit allows."""
    scope = "WHERE t.account_id = ?", "ORDER BY t.name_key, t.number", (account,)
    return first(connection, "contact", scope, names=("name", "title", "email"), limit=limit)


def opportunities_of(connection: sqlite3.Connection, account: bytes, limit: int) -> list[Record]:
    """Return the opportunities of an account: open ones first, then the newest."""
    scope = "WHERE t.account_id = ?", "ORDER BY t.closed_at IS NOT NULL, t.number DESC", (account,)
    names = ("name", "stage", "amount", "owner")
    return first(connection, "opportunity", scope, names=names, limit=limit)
