"""The demo store: a team, its customers, and sales that the process itself has played so far."""

import shutil
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from salescli.domain.knowledge import TAGS
from salescli.domain.text import clean
from salescli.errors import RuleError, UsageError
from salescli.services import configuration, knowledge, moves, processes, records, scheduling
from salescli.services.answers import Answers
from salescli.services.sessions import DEFAULTS, open_unit
from salescli.services.standing import Standing, StepView
from salescli.services.starting import Subject
from salescli.store.engine import FILE_NAME, is_begun, plain_errors
from salescli.store.unit_of_work import UnitOfWork, operating_system_user

STORY = Path(__file__).parent.parent / "demo" / "story.toml"
MARK, MADE = "demo", b"sales demo made this store\n"
"""The file beside a store that says that it is a demo, and what is in it."""

PROCESS = "corporate-sale"
LONGEST_SHOWN = 200
"""Characters of a path that a refusal shows."""

_RECORDS = ("offer", "account", "lead")
_AHEAD = timedelta(days=30)
"""The team and the offers are older than the first sale by so much."""


class Demo(NamedTuple):
    """The demo store: where it lies, whether it was made now, and the customer to try it with.

    `facts` is field -> what that customer tells, as it is typed.
    """

    home: Path
    is_new: bool
    account: str
    facts: Mapping[str, str]


def home_beside(home: Path) -> Path:
    """Return the folder of the demo store that lies beside a user's store."""
    return home.with_name(f"{home.name}-demo")


def make(
    home: Path,
    clock: Callable[[], datetime],
    login: str,
    *,
    anew: bool = False,
    is_rehearsal: bool = False,
) -> Demo:
    """Make the demo store in a folder, unless it is there; with `anew` begin it again.

    A rehearsal only says what would be done.

    Raises:
        RuleError: the folder holds something else.
        UsageError: it can be no folder.
    """
    story = tomllib.loads(STORY.read_text(encoding="utf-8"))
    customer = story["customer"]
    is_there = _is_demo(home)
    if (anew or not is_there) and not is_rehearsal:
        _play(home, clock(), login, story)
    return Demo(home, anew or not is_there, customer["account"], customer["facts"])


def _is_demo(home: Path) -> bool:
    """Return whether a folder holds a demo; refuse one that holds anything else."""
    try:
        mark = home / MARK
        is_marked = mark.is_file() and mark.read_bytes() == MADE and is_begun(home / FILE_NAME)
        is_empty = not home.exists() or not any(home.iterdir())
    except (OSError, ValueError) as error:
        raise UsageError(
            f"`{clean(str(home), limit=LONGEST_SHOWN)}` can be no folder of a demo",
            hint="name another one: `sales demo FOLDER`",
        ) from error
    if not (is_marked or is_empty):
        raise RuleError(
            f"`{clean(str(home))}` holds something that is no demo",
            hint="name another folder: `sales demo FOLDER`",
        )
    return is_marked


def seller() -> str:
    """Return the login that owns the demo's own sales: whoever sits at the machine."""
    return operating_system_user()


def _play(home: Path, now: datetime, login: str, story: Mapping[str, Any]) -> None:
    """Play the story in a new folder, which then takes the place of an earlier demo.

    The earlier one is moved aside first and removed last, so that nothing is gone in between.
    """
    with plain_errors(home):
        home.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".sales-demo-", dir=home.parent))
    try:
        with plain_errors(home):
            stage = _Stage(aside / "new", now, login)
            stage.home.mkdir(mode=0o700)
            stage.play(story)
            (stage.home / MARK).write_bytes(MADE)
            if home.exists():
                home.rename(aside / "old")
            stage.home.rename(home)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


class _Stage:
    """Plays a story into a store: everybody acts under their own name, on the day it happened."""

    def __init__(self, home: Path, now: datetime, login: str) -> None:
        self.home = home
        self.today = now.replace(hour=9, minute=0, second=0, microsecond=0)
        self.login = login
        self.at = self.today
        self.facts: Mapping[str, str] = {}
        self._units: dict[str, UnitOfWork] = {}

    def play(self, story: Mapping[str, Any]) -> None:
        """Play the whole story."""
        first = max(day for sale in story["sale"] for day, _stage in sale["path"])
        self.at = self.today - timedelta(days=first) - _AHEAD
        try:
            self._prepare(story)
            self._close()
            self.facts = story["facts"]
            for sale in sorted(story["sale"], key=lambda sale: -sale["path"][0][0]):
                self._play_sale(sale)
            self.at = self.today
            configuration.change(self._unit(self.login), "backups", DEFAULTS["backups"])
        finally:
            self._close()

    def _close(self) -> None:
        for unit in self._units.values():
            unit.close()
        self._units.clear()

    def _unit(self, login: str) -> UnitOfWork:
        if login not in self._units:
            self._units[login] = open_unit(
                self.home, clock=lambda: self.at, command="sales demo", login=login
            )
        return self._units[login]

    def _prepare(self, story: Mapping[str, Any]) -> None:
        unit = self._unit(self.login)
        for name, value in (("backups", "0"), ("currency", story["currency"]), ("me", self.login)):
            configuration.change(unit, name, value)
        for user in story["user"]:
            if user["login"] != self.login:
                records.add(unit, "user", user["login"], _sets(user, "login"))
        for noun in _RECORDS:
            for record in story[noun]:
                records.add(unit, noun, record["name"], _sets(record, "name"))
        for one in story["document"]:
            tags = {name: one[name] for name in TAGS if name in one}
            knowledge.add(unit, one["place"], knowledge.About(one["name"], one["kind"], tags))

    def _play_sale(self, sale: Mapping[str, Any]) -> None:
        unit = self._unit(sale.get("owner", self.login))
        self.at = self._day(sale["path"][0][0])
        subject = Subject(account=sale["account"])
        standing = processes.run_process(unit, PROCESS, subject, Answers(), anew=True).standing
        for (_day, stage), following in zip(sale["path"], [*sale["path"][1:], None], strict=True):
            while standing.step is not None and standing.state == "running":
                if following is None and standing.step.id == sale.get("stops"):
                    self._leave_open(unit, sale, standing.step)
                    return
                self.at += timedelta(days=1)
                standing = self._play_step(unit, sale, stage, standing)
            if following is None:
                return
            self.at = max(self.at, self._day(following[0]))
            standing = moves.change_stage(
                unit, [standing.run], following[1], self._asked(sale, ("reason", "competitor"))
            )[0].standing

    def _play_step(
        self, unit: UnitOfWork, sale: Mapping[str, Any], stage: str, standing: Standing
    ) -> Standing:
        step = standing.step
        assert step is not None, "a stage is played while a step is open"
        fields = self._asked(sale, tuple(field.name for field in step.fields))
        if step.kind == "form":
            answers = Answers("saved", fields)
            return processes.move_down(unit, standing.run, answers).standing
        if step.kind == "wait":
            processes.complete(unit, step.activity, Answers())
            return processes.look(unit, standing.run).standing
        result = sale.get("results", {}).get(f"{stage}.{step.id}", step.results[0])
        return processes.move_down(unit, standing.run, Answers(result, fields)).standing

    def _leave_open(self, unit: UnitOfWork, sale: Mapping[str, Any], step: StepView) -> None:
        if step.activity and "due" in sale:
            scheduling.schedule(unit, step.activity, self._seen_from_today(sale["due"]))

    def _asked(self, sale: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str, ...]:
        facts = {**self.facts, "account": sale["account"], **sale["facts"]}
        return tuple(
            f"{name}={self._seen_from_today(facts[name])}" for name in names if name in facts
        )

    def _seen_from_today(self, text: str) -> str:
        """Return a text, with a day such as `today+2` written as a date."""
        if not text.startswith("today"):
            return text
        days, _, clock = text.removeprefix("today").partition(" ")
        return f"{(self.today + timedelta(days=int(days))).date()} {clock}".strip()

    def _day(self, days_ago: int) -> datetime:
        return self.today - timedelta(days=days_ago)


def _sets(record: Mapping[str, Any], *but: str) -> list[str]:
    return [f"{name}={value}" for name, value in record.items() if name not in but]
