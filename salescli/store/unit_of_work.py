"""One transaction, one change set: who acts, what time it is, and the connection to do it with."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from salescli.domain.moments import to_utc_text
from salescli.errors import OPEN_TO_WRITE, RuleError
from salescli.store.engine import FILE_NAME, open_connection, plain_errors
from salescli.store.rows import insert, new_key, take_numbers

UPKEEP = "upkeep"
"""The front end of change sets that concern the store itself, such as a restore."""


class UnitOfWork:
    """A transaction on the store, begun by `with unit:` and ended by leaving it.

    Leaving it after an error takes everything back; leaving it without a change writes nothing.
    A rehearsal does everything and takes it back at the end, as if an error had come. `prepare` is
    called before the first change. `remarks` are for the user, beside the answer.
    `with unit.reading():` reads a consistent state and takes no lock. A unit that is read-only
    refuses every transaction.
    """

    def __init__(
        self,
        home: Path,
        *,
        clock: Callable[[], datetime],
        overrides: Mapping[str, str] | None = None,
        command: str = "",
        is_rehearsal: bool = False,
        open_store: Callable[[Path], sqlite3.Connection] = open_connection,
        prepare: Callable[["UnitOfWork"], None] | None = None,
    ) -> None:
        self.home = home
        self.front_end = "cli"
        self.command = command
        self.is_rehearsal = is_rehearsal
        self.is_read_only = False
        self.remarks: list[str] = []
        self.change_set: bytes = b""
        self._command_change_set: bytes = b""
        self._clock = clock
        self._overrides = dict(overrides or {})
        self._settings: dict[str, str] | None = None
        self._open_store = open_store
        self._prepare = prepare
        self._connection: sqlite3.Connection | None = None
        self._user_id: bytes | None = None
        self._changes_before = 0
        self._is_joined = False

    @property
    def connection(self) -> sqlite3.Connection:
        """The one connection of this unit, opened on first use."""
        if self._connection is None:
            self._connection = self._open_store(self.home)
        return self._connection

    @property
    def settings(self) -> dict[str, str]:
        """The settings by name: what the store holds, and over it what the caller overrides."""
        if self._settings is None:
            rows = self.connection.execute("SELECT name, value FROM setting").fetchall()
            self._settings = {row[0]: row[1] for row in rows} | self._overrides
        return self._settings

    @property
    def login(self) -> str:
        """Who acts: the setting `me`, or the user of the operating system."""
        return self.settings.get("me") or operating_system_user()

    @property
    def now(self) -> datetime:
        """The time by the user's clock, in the user's zone."""
        return self._clock()

    @property
    def now_text(self) -> str:
        """The time as the store writes it."""
        return to_utc_text(self.now)

    @property
    def zone(self) -> str:
        """The name of the user's time zone, kept beside what is agreed with a customer."""
        zone = self.now.tzinfo
        return str(getattr(zone, "key", zone))

    @property
    def user_id(self) -> bytes:
        """The row of the user who acts; made by the first change that needs it.

        While only reading, a user without a row gets a key that matches nothing.
        """
        if self._user_id is None:
            self._user_id = self._find_user() or (self._add_user() if self.change_set else None)
        return self._user_id or b""

    def __enter__(self) -> "UnitOfWork":
        if self._is_joined:
            return self
        if self.is_read_only:
            raise RuleError("The store is open only to be read", hint=OPEN_TO_WRITE)
        with plain_errors(self.home / FILE_NAME):
            if self._prepare is not None:
                self._prepare(self)
                self._prepare = None
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                self._open_change_set()
            except BaseException:
                self._roll_back()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: object
    ) -> None:
        if self._is_joined:
            return
        with plain_errors(self.home / FILE_NAME):
            if isinstance(error, sqlite3.DatabaseError):
                self._roll_back()
                raise error
            has_changed = self.connection.total_changes != self._changes_before
            if kind is not None or self.is_rehearsal or not has_changed:
                self._roll_back()
                return
            try:
                self._seal()
                self.connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            finally:
                self.change_set = b""

    @contextmanager
    def reading(self) -> Iterator["UnitOfWork"]:
        """Read one consistent state; nothing can be written inside."""
        if self._is_joined:
            yield self
            return
        with plain_errors(self.home / FILE_NAME):
            self.connection.execute("BEGIN")
            try:
                yield self
            finally:
                self.connection.execute("ROLLBACK")

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Let services that begin a transaction of their own take part in the open one instead."""
        before, self._is_joined = self._is_joined, True
        try:
            yield
        finally:
            self._is_joined = before

    def keep(self) -> None:
        """Let a change set without records stay, as upkeep of the store: it is never undone."""
        self.connection.execute(
            "UPDATE change_set SET front_end = ? WHERE id = ?", (UPKEEP, self.change_set)
        )

    def begin_part(self) -> None:
        """Go on in a change set of its own, tied to the command's: each can be undone alone."""
        self._seal()
        self._open_change_set(parent=self._command_change_set)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Take back only what happens inside when it fails; the error goes on."""
        self.connection.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK TO part")
            raise
        finally:
            self.connection.execute("RELEASE part")

    def expect_much(self) -> None:
        """Prepare for a savepoint around many changes, before the transaction begins.

        What it would take back is kept in a file: in memory SQLite walks through all of it at the
        end of each statement.
        """
        with plain_errors(self.home / FILE_NAME):
            self.connection.execute("PRAGMA temp_store = FILE")

    def refresh_statistics(self) -> None:
        """Let SQLite look at the tables again, within bounds, after many rows have come."""
        with plain_errors(self.home / FILE_NAME):
            self.connection.execute("PRAGMA analysis_limit = 400")
            self.connection.execute("PRAGMA optimize")

    def version(self) -> int:
        """Return a number that changes when another connection has changed the store."""
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    def forget(self) -> None:
        """Read settings and the user who acts anew: another connection may have changed them."""
        self._settings = None
        self._user_id = None

    def close(self) -> None:
        """Close the connection, if one was opened."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open_change_set(self, parent: bytes | None = None) -> None:
        self.change_set = new_key()
        self._command_change_set = parent or self.change_set
        number = take_numbers(self.connection, "change_set")
        insert(
            self.connection,
            "change_set",
            {
                "id": self.change_set,
                "number": number,
                "at": self.now_text,
                "login": self.login,
                "front_end": self.front_end,
                "command": self.command,
                "parent_id": parent,
            },
        )
        self.connection.execute(
            "UPDATE current_change_set SET change_set_id = ?", (self.change_set,)
        )
        if parent is None:
            self._changes_before = self.connection.total_changes

    def _seal(self) -> None:
        from salescli.store import chain

        chain.seal(self.connection, self.change_set)
        self.connection.execute("UPDATE current_change_set SET change_set_id = NULL")

    def _roll_back(self) -> None:
        self.change_set = b""
        self._user_id = None
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def _find_user(self) -> bytes | None:
        row = self.connection.execute(
            'SELECT id FROM "user" WHERE login = ?', (self.login,)
        ).fetchone()
        return row[0] if row else None

    def _add_user(self) -> bytes:
        key = new_key()
        insert(
            self.connection,
            "user",
            {"id": key, "created_in": self.change_set, "login": self.login, "name": self.login},
        )
        return key


@contextmanager
def repair(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction without a change set, to mend what change sets rest on."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def operating_system_user() -> str:
    """Return the login of whoever runs the program."""
    from getpass import getuser

    try:
        return getuser()
    except (OSError, KeyError):
        return "me"
