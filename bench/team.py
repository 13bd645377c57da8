"""The sales of a team, drawn one by one with a fixed seed, as rows of every table."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from salescli.domain.moments import to_utc_text
from salescli.domain.process.spec import ProcessSpec, StageSpec
from salescli.domain.text import key as text_key
from salescli.store import definitions
from salescli.store.rows import insert_many, take_numbers
from salescli.store.unit_of_work import UnitOfWork

ME, BUSY = "ana", "bo"
"""A seller with as many sales in every store, and one who owns a fiftieth of each store."""

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""The time at which every store stands: a Monday at nine."""

PROCESS = "corporate-sale"
USERS = 50
MINE, BUSY_SHARE = 100, 0.02
OPEN, GUIDED, IDLE, CHOOSING = 0.4, 0.7, 0.5, 0.1
"""Shares: of open sales, of guided ones, of unguided ones without a plan, of ended stages."""

CALLS = 2
"""Calls that every sale had already, apart from its process."""

NAMED = ("account", "contact", "opportunity")
TABLES = (*NAMED, "process_run", "stage_visit", "step_visit", "activity")
"""Parents before children."""

DIGITS = 7
"""Every name ends with a number of so many digits."""

_BEGAN = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000)
_STAGES = ("needs-analysis", "presentation", "proposal", "negotiations", "contracting")
_FIRST = ("Acme", "Borealis", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbor", "Iris")
_SECOND = ("Energy", "Foods", "Logistics", "Mills", "Optics", "Pumps", "Rail", "Steel", "Textiles")
_WANTED = ("Backup power", "Cold store", "Fleet", "Heat pump", "Lighting", "Service contract")


def key_prefix(block: int) -> bytes:
    """Return the beginning of the keys of a block: its millisecond, as in a UUIDv7."""
    return (_BEGAN + block).to_bytes(6, "big")


class Team:
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
        self.made = 0
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def fill(self) -> None:
        """Write everything."""
        self._users()
        self._accounts()
        owners = [self.users[0]] * min(MINE, self.count // 2)
        owners += [self.users[1]] * int(self.count * BUSY_SHARE)
        owners += self.random.choices(self.users[2:], k=self.count - len(owners))
        self.random.shuffle(owners)
        for number, owner in enumerate(owners, start=1):
            self._sale(number, owner)
        for table in ("user", *TABLES):
            for columns, rows in _alike(self.rows.pop(table, [])):
                insert_many(self.unit.connection, table, columns, rows)

    def _users(self) -> None:
        logins = [ME, BUSY, *(f"seller-{number}" for number in range(2, USERS))]
        self.users = [self._add("user", login=login, name=login.title()) for login in logins]

    def _accounts(self) -> None:
        for number in range(1, max(10, self.count // 3) + 1):
            name = f"{_pick(_FIRST, number)} {_pick(_SECOND, number // 9)}"
            owner = self.random.choice(self.users[1:])
            account = self._named("account", name, number, owner_id=owner, currency="EUR")
            self.accounts.append(account)
            self.contacts.append(self._named("contact", "Mia Ray", number, account_id=account))

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
            _pick(_WANTED, number),
            number,
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
        for _ in range(CALLS):
            self._activity(sale, "Call them", since, is_open=False, kind="call")
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

    def _named(self, noun: str, name: str, number: int, **columns: Any) -> bytes:
        called = f"{name} {number:0{DIGITS}}"
        taken = take_numbers(self.unit.connection, noun)
        return self._add(noun, number=taken, name=called, name_key=text_key(called), **columns)

    def _add(self, table: str, **columns: Any) -> bytes:
        """Note a row down and return its key, a UUIDv7 whose order is that of the rows."""
        self.made += 1
        key = key_prefix(0) + b"\x70\x00" + (1 << 63 | self.made).to_bytes(8, "big")
        row = {"id": key, "created_in": self.unit.change_set} | columns
        self.rows.setdefault(table, []).append(row)
        return key


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
