"""Saved views: the conditions that users keep under a name."""

import sqlite3
from typing import NamedTuple

from salescli.domain.text import key as text_key
from salescli.store.rows import insert, new_key, update
from salescli.store.unit_of_work import UnitOfWork

_SELECT = "SELECT id, name, noun, condition FROM saved_view WHERE owner_id = ?"


class View(NamedTuple):
    """A list that a user has saved; one without a key is not in the store yet."""

    key: bytes
    name: str
    noun: str
    condition: str


def listing(connection: sqlite3.Connection, owner: bytes) -> list[View]:
    """Return the views of a user by name."""
    rows = connection.execute(f"{_SELECT} ORDER BY name_key", (owner,)).fetchall()
    return [View(*row) for row in rows]


def find(connection: sqlite3.Connection, owner: bytes, name_key: str) -> View | None:
    """Return a user's view by the search key of its name."""
    row = connection.execute(f"{_SELECT} AND name_key = ?", (owner, name_key)).fetchone()
    return View(*row) if row else None


def save(unit: UnitOfWork, view: View) -> None:
    """Write a view of the user who acts, or what has changed of it."""
    values = {
        "name": view.name,
        "name_key": text_key(view.name),
        "noun": view.noun,
        "condition": view.condition,
    }
    if view.key:
        update(unit.connection, "saved_view", view.key, values)
        return
    own = {"id": new_key(), "created_in": unit.change_set, "owner_id": unit.user_id}
    insert(unit.connection, "saved_view", own | values)


def remove(unit: UnitOfWork, key: bytes) -> None:
    """Delete a view."""
    unit.connection.execute("DELETE FROM saved_view WHERE id = ?", (key,))
