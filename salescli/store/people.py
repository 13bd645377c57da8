"""The contact that a name in a sale means: one of its account, or a new one."""

import sqlite3
from typing import Any

from salescli.domain.fields import Reference
from salescli.domain.reference import handle, parse_handle
from salescli.domain.text import key as text_key
from salescli.errors import NotFoundError, RuleError
from salescli.store import records
from salescli.store.records import Match
from salescli.store.unit_of_work import UnitOfWork


def known(connection: sqlite3.Connection, account: Reference | None, name: str) -> Match | None:
    """Return the contact of an account that a name means: the whole one, or a first or last name.

    Raises:
        RuleError: several people of the account have that first or last name.
    """
    wanted = text_key(name)
    named, alike = [], []
    for key, number, called, whole in _of(connection, account, wanted):
        match = Match("contact", key, handle("contact", number), called)
        if whole == wanted:
            named.append(match)
        elif wanted in {*whole.split()[:1], *whole.split()[-1:]}:
            alike.append(match)
    if len(alike) > 1 and not named:
        people = ", ".join(f"{match.name} (`{match.reference}`)" for match in alike)
        raise RuleError(
            f"Several people at {account} are called `{name}`: {people}",
            hint="give the whole name, or the handle in its place",
        )
    return next(iter(named or alike), None)


def person(
    unit: UnitOfWork, account: Reference | None, name: str, **details: Any
) -> tuple[Match, list[str]]:
    """Return a contact by handle, or by name at the account, made where it is new; and tell that.

    Raises:
        NotFoundError: a handle stands for no contact.
        RuleError: a first or last name may mean several people of the account.
    """
    parsed = parse_handle(name)
    if parsed and parsed[0] == "contact":
        match = records.by_number(unit.connection, *parsed)
        if match is None:
            raise NotFoundError(
                f"There is no contact `{name.upper()}`", hint="see them: `sales contact list --all`"
            )
        return match, []
    match = known(unit.connection, account, name)
    if match is not None:
        return match, meant(name, match)
    at = {"account": account} if account else {}
    match = records.add(unit, "contact", {"name": name} | at | details)
    return match, [f"Added contact `{match.reference}` {match.name}"]


def meant(name: str, match: Match) -> list[str]:
    """Say whom a first or last name was taken for; a whole name needs no word."""
    is_whole = text_key(match.name) == text_key(name)
    return [] if is_whole else [f"`{name}` is `{match.reference}` {match.name}"]


def _of(
    connection: sqlite3.Connection, account: Reference | None, wanted: str
) -> list[sqlite3.Row]:
    """Return who may be meant: anybody at the account, or without one who is called so."""
    select = "SELECT id, number, name, name_key FROM contact WHERE account_id IS ?"
    if account and account.key:
        return connection.execute(f"{select} ORDER BY number", (account.key,)).fetchall()
    return connection.execute(f"{select} AND name_key = ?", (None, wanted)).fetchall()
