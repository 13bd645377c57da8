"""What belongs around an opportunity: its account, contact, run and activities."""

import sqlite3
from collections.abc import Sequence

from salescli.domain.reference import handle
from salescli.store.rows import update
from salescli.store.unit_of_work import UnitOfWork


def currency(connection: sqlite3.Connection, opportunity: bytes) -> str:
    """Return the currency of an opportunity's amounts."""
    row = connection.execute(
        "SELECT currency FROM opportunity WHERE id = ?", (opportunity,)
    ).fetchone()
    return str(row[0])


def is_open(connection: sqlite3.Connection, opportunity: bytes) -> bool:
    """Whether an opportunity has not been closed."""
    row = connection.execute(
        "SELECT closed_at IS NULL FROM opportunity WHERE id = ?", (opportunity,)
    ).fetchone()
    return bool(row[0])


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


CONTACT_COLUMNS = ("title", "email", "phone")
"""What a sale knows of its main contact beside the name."""


def contacts(connection: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, dict[str, str]]:
    """Return what is known of contacts, by key and column."""
    rows = connection.execute(
        f"SELECT id, {', '.join(CONTACT_COLUMNS)} FROM contact"
        f" WHERE id IN ({', '.join('?' * len(keys))})",
        keys,
    )
    return {row["id"]: {name: row[name] for name in CONTACT_COLUMNS if row[name]} for row in rows}


def contact_with_email(connection: sqlite3.Connection, opportunity: bytes, email: str) -> str:
    """Return the handle of a contact of an opportunity's account, or nothing where none has it."""
    row = connection.execute(
        "SELECT c.number FROM opportunity o JOIN contact c ON c.account_id = o.account_id"
        " WHERE o.id = ? AND lower(c.email) = lower(?) ORDER BY c.number LIMIT 1",
        (opportunity, email),
    ).fetchone()
    return handle("contact", row[0]) if row else ""


def attach_run(unit: UnitOfWork, run: bytes, opportunity: bytes, account: bytes | None) -> None:
    """Tie a run and what hangs on it to the opportunity that it has created."""
    columns = {"opportunity_id": opportunity, "account_id": account}
    update(unit.connection, "process_run", run, columns)
    unit.connection.execute(
        "UPDATE activity SET opportunity_id = ?, account_id = ?, version = version + 1"
        " WHERE run_id = ?",
        (opportunity, account, run),
    )
    for table in ("note", "attachment"):
        unit.connection.execute(
            f"UPDATE {table} SET opportunity_id = ?, version = version + 1"
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
        # The plus keeps the planner from reading all that the former owner has.
        " WHERE +state = 'open' AND +owner_id = ? AND (run_id = ? OR opportunity_id = ?)",
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
    connection: sqlite3.Connection, run: bytes | None, opportunity: bytes | None, owner: bytes
) -> int:
    """Return how many open activities of a sale are a user's."""
    row = connection.execute(
        "SELECT count(*) FROM activity WHERE +state = 'open' AND +owner_id = ?"
        " AND (run_id = ? OR opportunity_id = ?)",
        (owner, run, opportunity),
    ).fetchone()
    return int(row[0])


def documents(connection: sqlite3.Connection, column: str, owner: bytes) -> list[dict[str, str]]:
    """Return the handles and names of what is attached to a record by `opportunity_id` etc."""
    rows = connection.execute(
        "SELECT d.number, d.name FROM document d JOIN attachment a ON a.document_id = d.id"
        f" WHERE a.{column} = ? GROUP BY d.id ORDER BY min(a.id)",
        (owner,),
    )
    return [{"document": handle("document", row[0]), "name": row[1]} for row in rows]
