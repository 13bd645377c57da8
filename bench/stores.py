"""Stores of any size for the measurements: a team's pipeline, made in bulk under all triggers."""

import hashlib
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from salescli.domain.moments import to_utc_text
from salescli.domain.process.spec import ProcessSpec, StageSpec
from salescli.domain.text import key as text_key
from salescli.services.sessions import open_store
from salescli.store import definitions, settings
from salescli.store.engine import FILE_NAME
from salescli.store.rows import insert_many, new_key, take_numbers
from salescli.store.unit_of_work import UnitOfWork

ME = "ana"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""The time at which every store stands: a Monday at nine."""

PROCESS = "corporate-sale"
USERS = 50
MINE = 0.02
FEWEST_OF_MINE = 40
OPEN, GUIDED, IDLE, CHOOSING = 0.4, 0.7, 0.5, 0.1
"""Shares: of open sales, of guided ones, of unguided ones without a plan, of ended stages."""

_STAGES = ("needs-analysis", "presentation", "proposal", "negotiations", "contracting")
_FIRST = ("Acme", "Borealis", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbor", "Iris")
_SECOND = ("Energy", "Foods", "Logistics", "Mills", "Optics", "Pumps", "Rail", "Steel", "Textiles")
_WANTED = ("Backup power", "Cold store", "Fleet", "Heat pump", "Lighting", "Service contract")


def store(cache: Path, count: int) -> Path:
    """Return the home folder of a store with that many opportunities, made unless it is cached."""
    home = cache / f"{count}-{_fingerprint()}"
    if not (home / "made").exists():
        # In a process of its own: a child's peak memory begins with its parent's.
        subprocess.run([sys.executable, "-m", "bench.stores", str(home), str(count)], check=True)
    return home


def build(home: Path, count: int) -> None:
    """Fill a new store in one transaction."""
    home.mkdir(parents=True, exist_ok=True)
    (home / FILE_NAME).unlink(missing_ok=True)
    unit = UnitOfWork(
        home,
        clock=lambda: NOW,
        overrides={"me": ME},
        command="bench",
        open_store=lambda folder: open_store(folder, lambda: NOW),
    )
    with unit:
        settings.save(unit, "me", ME)
        settings.save(unit, "currency", "EUR")
        _Team(unit, count).fill()
    unit.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    unit.close()
    (home / "made").touch()


class _Team:
    """The rows of a team's store, table by table, drawn with a fixed seed."""

    def __init__(self, unit: UnitOfWork, count: int) -> None:
        self.unit = unit
        self.count = count
        self.random = random.Random(count)
        newest = definitions.newest(unit.connection, PROCESS)
        assert newest is not None
        self.definition = newest.key
        self.spec: ProcessSpec = newest.spec
        self.users: list[bytes] = []
        self.accounts: list[bytes] = []
        self.contacts: list[bytes] = []
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def fill(self) -> None:
        """Write everything, a thousand sales at a time."""
        self._users()
        self._accounts()
        self._write()
        mine = set(self.random.sample(range(self.count), max(FEWEST_OF_MINE, self._share(MINE))))
        for number in range(self.count):
            owner = self.users[0] if number in mine else self.random.choice(self.users[1:])
            self._sale(number, owner)
            if number % 1000 == 999:
                self._write()
        self._write()

    def _share(self, part: float) -> int:
        return min(self.count, int(self.count * part))

    def _users(self) -> None:
        logins = [ME, *(f"seller-{number}" for number in range(1, USERS))]
        self.users = [self._add("user", login=login, name=login.title()) for login in logins]

    def _accounts(self) -> None:
        for number in range(max(10, self.count // 3)):
            name = f"{_pick(_FIRST, number)} {_pick(_SECOND, number // 9)} {number}"
            owner = self.random.choice(self.users)
            account = self._named("account", name, owner_id=owner, currency="EUR")
            self.accounts.append(account)
            person = self._named("contact", f"Mia {number} Ray", account_id=account)
            self.contacts.append(person)

    def _sale(self, number: int, owner: bytes) -> None:
        place = self.random.randrange(len(self.accounts))
        since = NOW - timedelta(days=self.random.randrange(1, 700), minutes=number % 1000)
        is_open, is_guided = self.random.random() < OPEN, self.random.random() < GUIDED
        stages = self._stages(is_open=is_open)
        sale = {
            "account_id": self.accounts[place],
            "contact_id": self.contacts[place],
            "owner_id": owner,
        }
        opportunity = self._named(
            "opportunity",
            f"{_pick(_WANTED, number)} {number:07}",
            **sale,
            stage=stages[-1].id,
            stage_since=to_utc_text(since),
            amount=self.random.randrange(1, 900) * 100_00,
            currency="EUR" if number % 5 else "USD",
            probability=None if number % 10 else 55,
            close_date=(NOW + timedelta(days=self.random.randrange(-60, 200))).date().isoformat(),
            closed_at=None if is_open else to_utc_text(since),
            created_at=to_utc_text(since),
            updated_at=to_utc_text(since),
        )
        sale["opportunity_id"] = opportunity
        if is_guided:
            self._run(sale, stages, since, is_open=is_open)
        elif not is_open or self.random.random() > IDLE:
            self._activity(sale, "Call them back", since, is_open=is_open)

    def _stages(self, *, is_open: bool) -> list[StageSpec]:
        """Return the way of a sale through the process, up to where it stands."""
        last = self.random.randrange(len(_STAGES))
        ways = [self.spec.stage(name) for name in _STAGES[: last + 1]]
        return ways if is_open else [*ways, self.random.choice(self.spec.endings)]

    def _run(
        self, sale: dict[str, bytes], stages: list[StageSpec], since: datetime, *, is_open: bool
    ) -> None:
        run = self._add(
            "process_run",
            number=take_numbers(self.unit.connection, "run"),
            definition_key=PROCESS,
            **sale,
            draft="{}",
            state="running" if is_open else "ended",
            started_by="command",
            started_at=to_utc_text(since),
        )
        for stage in stages:
            is_present = stage is stages[-1]
            is_choosing = is_present and is_open and self.random.random() < CHOOSING
            moved = not is_present or is_choosing
            at = to_utc_text(since)
            visit = self._add(
                "stage_visit",
                run_id=run,
                definition_id=self.definition,
                stage=stage.id,
                n=1,
                entered_at=at,
                entered_by="chosen",
                login=ME,
                ended_at=at if moved else None,
                ended_by="completed" if moved else None,
                left_at=at if moved and not is_choosing else None,
                left_by="chosen" if moved and not is_choosing else None,
            )
            for step in stage.steps[:1] if not moved else stage.steps[:2]:
                self._step(sale, step, {"run_id": run, "visit_id": visit}, since, is_open=not moved)

    def _step(
        self,
        sale: dict[str, bytes],
        step: Any,
        of: dict[str, bytes],
        at: datetime,
        *,
        is_open: bool,
    ) -> None:
        visit = self._add(
            "step_visit",
            **of,
            step=step.id,
            state="open" if is_open else "done",
            result=None if is_open else next(iter(step.on), None),
            opened_at=to_utc_text(at),
            closed_at=None if is_open else to_utc_text(at),
            closed_by=None if is_open else ME,
        )
        if step.do == "activity":
            made_by = {"run_id": of["run_id"], "step_visit_id": visit, "kind": step.type}
            self._activity(sale, step.name, at, is_open=is_open, **made_by)

    def _activity(
        self, sale: dict[str, bytes], name: str, at: datetime, *, is_open: bool, **columns: Any
    ) -> None:
        due = NOW + timedelta(hours=self.random.randrange(-48, 900)) if is_open else at
        self._add(
            "activity",
            number=take_numbers(self.unit.connection, "activity"),
            name=name,
            **sale,
            due_at=to_utc_text(due),
            state="open" if is_open else "done",
            result=None if is_open else "completed",
            closed_at=None if is_open else to_utc_text(at),
            closed_by=None if is_open else ME,
            **{"kind": "task"} | columns,
        )

    def _named(self, noun: str, name: str, **columns: Any) -> bytes:
        number = take_numbers(self.unit.connection, noun)
        return self._add(noun, number=number, name=name, name_key=text_key(name), **columns)

    def _add(self, table: str, **columns: Any) -> bytes:
        key = new_key()
        row = {"id": key, "created_in": self.unit.change_set} | columns
        self.rows.setdefault(table, []).append(row)
        return key

    def _write(self) -> None:
        for table in _ORDER:
            for columns, rows in _alike(self.rows.pop(table, [])):
                insert_many(self.unit.connection, table, columns, rows)


_ORDER = (
    *("user", "account", "contact", "opportunity"),
    *("process_run", "stage_visit", "step_visit", "activity"),
)
"""Parents before children."""


def _alike(
    rows: list[dict[str, Any]],
) -> Iterator[tuple[tuple[str, ...], list[tuple[Any, ...]]]]:
    """Yield the rows in groups that have the same columns."""
    groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for row in rows:
        groups.setdefault(tuple(row), []).append(tuple(row.values()))
    yield from groups.items()


def _pick(words: tuple[str, ...], number: int) -> str:
    return words[number % len(words)]


def _fingerprint() -> str:
    """Return what changes whenever a cached store is out of date."""
    store_package = Path(definitions.__file__).parent
    sources = [
        Path(__file__),
        *sorted(store_package.rglob("*.py")),
        *sorted((store_package.parent / "processes").glob("*.toml")),
    ]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources))
    return digest.hexdigest()[:12]


if __name__ == "__main__":
    build(Path(sys.argv[1]), int(sys.argv[2]))
