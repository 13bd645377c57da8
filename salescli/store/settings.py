"""Stored settings, and the user that the setting `me` names."""

from salescli.store.rows import insert, new_key, update
from salescli.store.unit_of_work import UnitOfWork


def save(unit: UnitOfWork, name: str, value: str) -> None:
    """Write a setting."""
    row = unit.connection.execute("SELECT id FROM setting WHERE name = ?", (name,)).fetchone()
    if row:
        update(unit.connection, "setting", row[0], {"value": value})
    else:
        columns = {"id": new_key(), "created_in": unit.change_set, "name": name, "value": value}
        insert(unit.connection, "setting", columns)


def make_user(unit: UnitOfWork, login: str) -> None:
    """Add the user with that login, unless there is one."""
    row = unit.connection.execute('SELECT 1 FROM "user" WHERE login = ?', (login,)).fetchone()
    if row is None:
        columns = {
            "id": new_key(),
            "created_in": unit.change_set,
            "login": login,
            "name": login,
        }
        insert(unit.connection, "user", columns)
