"""What a sale is loaded from: row by row for one, or for many sales with as few statements."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from salescli.domain.fields import Reference
from salescli.store import definitions, organization, participants, parts, records, relations, runs
from salescli.store.definitions import Definition
from salescli.store.records import Record
from salescli.store.runs import StoredRun


class Details(NamedTuple):
    """An opportunity with the names of what hangs on it."""

    record: Record
    names: dict[str, tuple[str, ...]]


class SaleRows:
    """Reads the rows of one sale when they are asked for."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def run(self, key: bytes) -> StoredRun:
        """Return a run."""
        return runs.load(self.connection, key)

    def newest(self, process: str, owner: bytes | None) -> Definition | None:
        """Return the version that a sale of an owner takes with its next stage."""
        return definitions.newest(self.connection, process, owner)

    def definition(self, key: bytes) -> Definition:
        """Return the version that a stay in a stage keeps."""
        return definitions.by_key(self.connection, key)

    def opportunity(self, key: bytes) -> Details:
        """Return an opportunity."""
        record = records.load(self.connection, "opportunity", key)
        return Details(record, parts.names(self.connection, key))

    def account(self, key: bytes) -> tuple[str, str | None]:
        """Return an account's name and history."""
        return relations.account(self.connection, key)

    def contact(self, key: bytes) -> dict[str, str]:
        """Return what is known of a contact, by column."""
        return relations.contacts(self.connection, (key,)).get(key, {})

    def attendees(self, run: bytes) -> tuple[str, ...]:
        """Return who attends the meeting of a run."""
        return participants.attendees_of_many(self.connection, (run,)).get(run, ())

    def divisions(self) -> int:
        """Return how many divisions there are."""
        return organization.division_count(self.connection)

    def manager(self, user: bytes) -> Reference | None:
        """Return whom a user reports to."""
        return organization.manager_reference(self.connection, user)


class Prefetched(SaleRows):
    """Has read the rows of many sales at once; their fields must not change meanwhile."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._runs: dict[bytes, StoredRun] = {}
        self._details: dict[bytes, Details] = {}
        self._accounts: dict[bytes, tuple[str, str | None]] = {}
        self._contacts: dict[bytes, dict[str, str]] = {}
        self._attendees: dict[bytes, tuple[str, ...]] = {}
        self._newest: dict[tuple[str, bytes | None], Definition | None] = {}
        self._definitions: dict[bytes, Definition] = {}
        self._divisions: int | None = None
        self._managers: dict[bytes, Reference | None] = {}

    def fetch(self, keys: Sequence[bytes]) -> None:
        """Read runs and their sales, and forget those before them."""
        self._runs = runs.load_many(self.connection, keys)
        sales = tuple({r.opportunity for r in self._runs.values() if r.opportunity is not None})
        names = parts.names_of_many(self.connection, sales)
        found = records.select(
            self.connection, "opportunity", f"WHERE t.id IN {runs.marks(sales)}", sales
        )
        self._details = {r.key: Details(r, names.get(r.key, {})) for r in found}
        accounts = tuple({r.values["account"].key for r in found if r.values["account"]})
        self._accounts = relations.accounts(self.connection, accounts)
        people = tuple({r.values["contact"].key for r in found if r.values["contact"]})
        self._contacts = relations.contacts(self.connection, people)
        attendees = participants.attendees_of_many(self.connection, keys)
        self._attendees = {key: attendees.get(key, ()) for key in self._runs}

    def run(self, key: bytes) -> StoredRun:
        """Return a run, read before or read now."""
        return self._runs.get(key) or super().run(key)

    def opportunity(self, key: bytes) -> Details:
        """Return an opportunity, read before or read now."""
        return self._details.get(key) or super().opportunity(key)

    def account(self, key: bytes) -> tuple[str, str | None]:
        """Return an account's name and history, read before or read now."""
        return self._accounts.get(key) or super().account(key)

    def contact(self, key: bytes) -> dict[str, str]:
        """Return what is known of a contact, read before or read now."""
        known = self._contacts.get(key)
        return super().contact(key) if known is None else known

    def attendees(self, run: bytes) -> tuple[str, ...]:
        """Return who attends the meeting of a run, read before or read now."""
        known = self._attendees.get(run)
        return super().attendees(run) if known is None else known

    def newest(self, process: str, owner: bytes | None) -> Definition | None:
        """Return the newest version for an owner, which is looked up once."""
        if (process, owner) not in self._newest:
            self._newest[process, owner] = super().newest(process, owner)
        return self._newest[process, owner]

    def definition(self, key: bytes) -> Definition:
        """Return a version, which is looked up once."""
        if key not in self._definitions:
            self._definitions[key] = super().definition(key)
        return self._definitions[key]

    def divisions(self) -> int:
        """Return how many divisions there are, counted once."""
        if self._divisions is None:
            self._divisions = super().divisions()
        return self._divisions

    def manager(self, user: bytes) -> Reference | None:
        """Return whom a user reports to, looked up once."""
        if user not in self._managers:
            self._managers[user] = super().manager(user)
        return self._managers[user]
