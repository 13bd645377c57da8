"""Users and divisions: who reports to whom, who heads what, what still belongs to a division."""

import sqlite3

from salescli.domain.fields import Reference

_ABOVE = {"user": "manager_id", "account": "parent_id"}


def above(connection: sqlite3.Connection, noun: str, key: bytes) -> bytes | None:
    """Return whom a user reports to, or the parent of an account."""
    row = connection.execute(f'SELECT {_ABOVE[noun]} FROM "{noun}" WHERE id = ?', (key,)).fetchone()
    return row[0] if row else None


def manager_reference(connection: sqlite3.Connection, user: bytes) -> Reference | None:
    """Return the login of whom a user reports to."""
    row = connection.execute(
        'SELECT m.login, m.id FROM "user" u JOIN "user" m ON m.id = u.manager_id WHERE u.id = ?',
        (user,),
    ).fetchone()
    return Reference(row[0], row[1]) if row else None


def division_headed_by(connection: sqlite3.Connection, user: bytes) -> tuple[str, str] | None:
    """Return name and slug of a division that a user heads."""
    row = connection.execute(
        "SELECT name, slug FROM division WHERE head_id = ?", (user,)
    ).fetchone()
    return (row[0], row[1]) if row else None


def work_of_division(connection: sqlite3.Connection, division: bytes) -> tuple[int, int]:
    """Return how many open sales, with an opportunity or yet without, and users a division has."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM opportunity WHERE division_id = ? AND closed_at IS NULL),"
        " (SELECT count(*) FROM process_run WHERE state = 'running' AND opportunity_id IS NULL"
        "  AND json_extract(draft, '$.division[0]') = ?),"
        ' (SELECT count(*) FROM "user" WHERE division_id = ? AND is_active = 1)',
        (division, division.hex(), division),
    ).fetchone()
    return row[0] + row[1], row[2]


def division_count(connection: sqlite3.Connection) -> int:
    """Return how many divisions there are."""
    return int(connection.execute("SELECT count(*) FROM division").fetchone()[0])
