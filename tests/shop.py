"""A small sales team for the tests: a store, a clock that is moved by hand, a command line."""

import inspect
import json
import shlex
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer import testing

from salescli.cli import app
from salescli.context import AppContext
from salescli.services.sessions import open_store
from salescli.store.engine import FILE_NAME
from salescli.store.unit_of_work import UnitOfWork

testing._get_command = cache(testing._get_command)  # type: ignore[attr-defined]
"""The root of the tree is made once, not for each command."""

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""The time at which every test begins: a Monday at nine."""


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        """Move the clock on, as in `clock.advance(days=1)`."""
        self.now += timedelta(**span)


class Answer(NamedTuple):
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Stdout as JSON."""
        return json.loads(self.out)

    @property
    def refusal(self) -> dict[str, Any]:
        """The error of a `--json` command."""
        found: dict[str, Any] = json.loads(self.err)["error"]
        return found


def next_words(answer: Answer) -> list[str]:
    """Return what the `Next:` line of an answer says, as a shell would take it."""
    (line,) = [line for line in answer.out.splitlines() if line.startswith("Next: ")]
    return shlex.split(line.removeprefix("Next: "))


class Shop:
    """A store of its own for one test, with a command line and a unit of work on it."""

    def __init__(self, home: Path, clock: Clock, me: str = "ana") -> None:
        self.home = home
        self.clock = clock
        self.me = me
        self._keeps = False
        self._kept: tuple[int, sqlite3.Connection] | None = None

    @property
    def unit(self) -> UnitOfWork:
        """A new unit of work, as a new process would open it."""
        return self._unit()

    @property
    def rehearsal(self) -> UnitOfWork:
        """One that takes back at its end what it has done."""
        return self._unit(is_rehearsal=True)

    def _unit(self, *, is_rehearsal: bool = False) -> UnitOfWork:
        return UnitOfWork(
            self.home,
            clock=self.clock,
            overrides={"me": self.me, "currency": "EUR"},
            command="test",
            is_rehearsal=is_rehearsal,
            open_store=lambda home: open_store(home, self.clock),
        )

    def run(self, *words: str, me: str = "") -> Answer:
        """Run a command in this process, as `me` or as another user."""
        context = AppContext(home=self.home, now=self.clock)
        environment = {"SALES_ME": me or self.me, "SALES_CURRENCY": "EUR"}
        result = testing.CliRunner().invoke(app, list(words), obj=context, env=environment)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    def do(self, *words: str, me: str = "") -> Answer:
        """Run a command that has to succeed."""
        answer = self.run(*words, me=me)
        assert answer.code == 0, answer
        return answer

    def json(self, *words: str, me: str = "") -> Any:
        """Run a command that has to succeed and return its document."""
        return self.do(*words, "--json", me=me).document

    def rows(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Return what a query finds in the store."""
        with self.looking() as connection:
            return [tuple(row) for row in connection.execute(statement, parameters)]

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every record, leaving out change history, undo marks, versions and counters."""
        hidden = {"change", "change_set", "counter", "current_change_set", "alembic_version"}
        with self.looking() as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            tables = sorted(name for (name,) in names if name not in hidden)
            return {
                table: _living(connection, table)
                for table in tables
                if not table.startswith("sqlite_")
            }

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Look at the store through one connection: to open one takes longer than most looks.

        While it is open no command is the last one that closes the store, which takes long too.
        """
        self._keeps = True
        try:
            yield
        finally:
            self._keeps = False
            self._let_go()

    def _let_go(self) -> None:
        if self._kept is not None:
            self._kept[1].close()
            self._kept = None

    @contextmanager
    def looking(self) -> Iterator[sqlite3.Connection]:
        """Give the connection that is kept open, or a new one; another file has one of its own."""
        path = self.home / FILE_NAME
        if not self._keeps:
            with closing(sqlite3.connect(path)) as connection:
                yield connection
            return
        file = path.stat().st_ino
        if self._kept is None or self._kept[0] != file:
            self._let_go()
            self._kept = file, sqlite3.connect(path)
        yield self._kept[1]


def made_once(fill: Callable[[Shop], Shop]) -> Callable[..., Shop]:
    """Make a fixture of what fills a shop: it runs once in a process, its store is copied then."""
    kept: list[tuple[Path, datetime]] = []

    def made(tmp_path_factory: pytest.TempPathFactory, **given: Shop) -> Shop:
        (shop,) = given.values()
        if kept:
            folder, shop.clock.now = kept[0]
            shutil.copytree(folder, shop.home, dirs_exist_ok=True)
            return shop
        fill(shop)
        folder = tmp_path_factory.mktemp("kept") / "home"
        shutil.copytree(shop.home, folder)
        kept.append((folder, shop.clock.now))
        return shop

    factory = inspect.Parameter("tmp_path_factory", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    asked = inspect.signature(fill)
    made.__signature__ = asked.replace(  # type: ignore[attr-defined]  # what pytest goes by
        parameters=[*asked.parameters.values(), factory]
    )
    made.__name__, made.__doc__ = fill.__name__, fill.__doc__
    return pytest.fixture(made)


@contextmanager
def behind_the_back(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a store without what guards it, as another program would; its triggers come back."""
    with closing(sqlite3.connect(path)) as connection:
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _statement in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        yield connection
        for _name, statement in triggers:
            connection.execute(statement)
        connection.commit()


def _living(connection: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    living = " WHERE voided_by_id IS NULL" if "voided_by_id" in columns else ""
    told = ", ".join(column for column in columns if column != "version")
    return connection.execute(f'SELECT {told} FROM "{table}"{living} ORDER BY id').fetchall()
