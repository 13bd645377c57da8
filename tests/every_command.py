"""Every command of the program with words that it can work with, taken from the command tree."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from salescli.services.shipped import PROCESSES
from scripts.docs.commands import every_command
from tests.shop import Shop

NAMES = {
    "opportunity": ("OPP-1", "Second deal", "--need", "Power"),
    "account": ("ACC-1", "Globex", "--city", "Oslo"),
    "contact": ("CON-1", "Tom Fox", "--phone", "123"),
    "lead": ("LEAD-1", "Ann Archer", "--need", "Power"),
    "offer": ("OFF-1", "Crate", "--family", "Boxes"),
    "user": ("ana", "bo", "--email", "bo@example.org"),
    "division": ("west", "East", "--name", "Far west"),
}
"""Noun -> a record in the store of `fill`, the name of a new one, a change."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "done": ("OPP-1", "collected"),
    "continue": ("OPP-1",),
    "stage": ("OPP-1", "proposal"),
    "close": ("OPP-1", "lost", "--reason", "no budget"),
    "reopen": ("OPP-2", "--reason", "they have a budget again"),
    "assign": ("OPP-1", "ana"),
    "hint": ("OPP-1",),
    "schedule": ("ACT-4", "thu 14:00"),
    "postpone": ("ACT-4", "fri 9"),
    "cancel": ("ACT-4",),
    "find": ("acme",),
    "stale snooze": ("OPP-1", "--until", "+9 days", "--reason", "their budget round"),
    "stale wake": ("OPP-1",),
    "note": ("OPP-1", "They called"),
    "activity show": ("ACT-2",),
    "activity results": ("ACT-2",),
    "activity add": ("Ring them",),
    "activity edit": ("ACT-4", "--name", "Ring twice"),
    "process show": ("corporate-sale",),
    "process check": ("mine.toml",),
    "process publish": ("mine.toml", "--yes"),
    "process diff": ("corporate-sale", "mine.toml"),
    "process add": ("--name", "Service contract"),
    "process copy": ("corporate-sale", "Key accounts"),
    "process edit": ("corporate-sale", "--editor", "sed -i s/Corporate/Company/", "--yes"),
    "process enable": ("spare",),
    "process disable": ("corporate-sale", "--reason", "too old"),
    "process migrate": ("corporate-sale", "--now", "--yes"),
    "import": ("accounts.csv",),
    "completion": ("bash",),
    "opportunity history": ("OPP-1",),
    "opportunity stakeholder add": ("OPP-1", "Mia Ray", "--role", "user"),
    "opportunity stakeholder edit": ("OPP-1", "Mia Ray", "--role", "buyer"),
    "opportunity stakeholder remove": ("OPP-1", "Mia Ray"),
    "opportunity competitor add": ("OPP-1", "Hooli", "--strengths", "price"),
    "opportunity competitor edit": ("OPP-1", "Globex", "--strengths", "price"),
    "opportunity competitor remove": ("OPP-1", "Globex"),
    "opportunity stakeholder list": ("OPP-1",),
    "opportunity competitor list": ("OPP-1",),
    "opportunity condition add": ("OPP-1", "Payment", "--asked", "60 days"),
    "opportunity condition edit": ("OPP-1", "Discount", "--agreed", "10 %"),
    "opportunity condition remove": ("OPP-1", "Discount"),
    "opportunity condition list": ("OPP-1",),
    "opportunity condition log": ("OPP-1",),
    "opportunity line list": ("OPP-1",),
    "opportunity tactics": ("OPP-1",),
    "activity participant list": ("ACT-4",),
    "activity participant add": ("ACT-4", "Tom Fox"),
    "activity participant remove": ("ACT-4", "Mia Ray"),
    "opportunity line add": ("OPP-1", "Box", "--quantity", "2"),
    "opportunity line edit": ("OPP-1", "Box", "--quantity", "3"),
    "opportunity line remove": ("OPP-1", "Box"),
    "kb add": ("https://example.org/cold", "--kind", "presentation", "--vertical", "Food"),
    "kb show": ("DOC-1",),
    "kb edit": ("DOC-1", "--stage", "proposal"),
    "kb remove": ("DOC-1",),
    "kb path": ("DOC-1",),
    "kb suggest": ("OPP-1",),
    "opportunity attach": ("OPP-1", "DOC-1"),
    "opportunity attachments": ("OPP-1",),
    "opportunity detach": ("OPP-1", "DOC-2"),
    **{f"{noun} show": words[:1] for noun, words in NAMES.items()},
    **{f"{noun} add": words[1:2] for noun, words in NAMES.items()},
    **{f"{noun} edit": (words[0], *words[2:]) for noun, words in NAMES.items()},
    "division remove": ("west",),
    "batch": ("changes.jsonl",),
    "plan set": ("ana", "2026-Q4", "50k"),
    "plan remove": ("ana", "2026-12"),
    "plan import": ("quotas.csv",),
    "plan chart": ("funnel",),
    "view save": ("stuck", "--where", "stage_age > 30"),
    "view run": ("mine",),
    "view remove": ("mine",),
}
"""What each command that cannot stand alone is given. A new one has to be added here."""

FURTHER = [
    ("run-process", "corporate-sale", "--account", "Hooli"),
    ("continue", "RUN-2"),
    ("next", "OPP-1"),
    ("undo", "2"),
    ("log", "OPP-1"),
    ("log", "-n", "1000"),
    ("process", "log", "--all"),
    ("process", "log", "RUN-1"),
    ("process", "show", "corporate-sale", "--source"),
    ("activity", "show", "ACT-3"),
    ("activity", "list", "--all"),
    ("opportunity", "list", "--all"),
    ("opportunity", "list", "--where", "state = lost"),
    ("stage", "proposal", "--where", "owner = me"),
    ("plan", "show", "--team"),
    ("plan", "chart", "leaderboard", "--period", "2026-12", "--format", "html"),
    ("plan", "chart", "plan", "--period", "2026-12", "--format", "csv"),
    ("config", "me"),
    ("config", "hints", "off"),
    ("--version",),
    (),
]
"""More that commands show when they are given more."""

NOT_ALONE = frozenset({"run-process", "board", "serve"})
"""Commands that ask where nothing is given or draw screens, and refuse where nobody can look."""


class Command(NamedTuple):
    """A command of the tree, and words that it works with."""

    name: str
    words: tuple[str, ...]
    parser: Any

    @property
    def line(self) -> tuple[str, ...]:
        """The whole command line."""
        return (*self.name.split(), *self.words)


def commands() -> Iterator[Command]:
    """Yield every command with its words; fail for one that needs some and has none."""
    for full_name, parser in every_command():
        name = full_name.removeprefix("sales ")
        needs = any(p.required for p in parser.params if p.param_type_name == "argument")
        assert not needs or name in REQUIRED, f"add `{name}` to tests/every_command.py"
        yield Command(name, REQUIRED.get(name, ()), parser)


def lines() -> list[tuple[str, ...]]:
    """Return a command line for every command, and some more."""
    return [*(c.line for c in commands() if c.name not in NOT_ALONE), *FURTHER]


def fill(shop: Shop) -> Shop:
    """Put a record of each noun into a shop; OPP-1 stands at needs analysis, OPP-2 is lost."""
    for line in [
        ("user", "add", "ana"),
        ("run-process", "corporate-sale", "--account", "Acme", "--result", "no-interest"),
        ("stage", "RUN-1", "needs-analysis"),
        ("run-process", "corporate-sale", "--account", "Initech"),
        ("activity", "add", "Ring the bell", "--opportunity", "OPP-1"),
        ("contact", "add", "Mia Ray", "--account", "Acme"),
        ("lead", "add", "Zoe Zed"),
        ("offer", "add", "Box", "--price", "5"),
        ("division", "add", "West", "--head", "ana"),
        ("opportunity", "stakeholder", "add", "OPP-1", "Mia Ray", "--role", "user"),
        ("opportunity", "competitor", "add", "OPP-1", "Globex"),
        ("opportunity", "condition", "add", "OPP-1", "Discount", "--asked", "15 %"),
        ("opportunity", "line", "add", "OPP-1", "Box"),
        ("activity", "participant", "add", "ACT-4", "Mia Ray"),
        ("note", "OPP-1", "They called"),
        ("kb", "add", "https://example.org/hall", "--name", "The hall"),
        ("opportunity", "attach", "OPP-1", "https://example.org/offer"),
        ("stale", "snooze", "OPP-1", "--until", "+9 days", "--reason", "the fair"),
        ("view", "save", "mine", "--where", "owner = me"),
        ("plan", "set", "ana", "2026-12", "20k"),
        ("run-process", "corporate-sale", "--new", "--account", "Umbrella"),
        ("stage", "RUN-3", "proposal"),
        ("close", "OPP-2", "lost", "--reason", "too late"),
        ("process", "add", "--name", "Spare"),
        ("process", "disable", "spare", "--reason", "not ready"),
        ("note", "OPP-1", "A slip"),
        ("undo",),
    ]:
        shop.do(*line)
    return shop


SHIPPED = (PROCESSES / "corporate-sale.toml").read_text(encoding="utf-8")
"""The process file that comes with the program."""


def write_files(folder: Path) -> None:
    """Write the files that the command lines name."""
    (folder / "mine.toml").write_text(f"{SHIPPED}\n# changed\n", encoding="utf-8")
    (folder / "accounts.csv").write_text("name,city\nSoylent,Oslo\n", encoding="utf-8")
    (folder / "changes.jsonl").write_text(CHANGES, encoding="utf-8")
    (folder / "quotas.csv").write_text("login,period,amount\nana,2027,90k\n", encoding="utf-8")


CHANGES = (
    '{"do": "stage", "ref": "OPP-1", "stage": "proposal"}\n'
    '{"do": "note", "ref": "OPP-1", "text": "They called"}\n'
)
"""A batch of two changes."""


def copied(shop: Shop, folder: Path) -> Shop:
    """Return a copy of a shop, with a folder of its own to work in, which it enters."""
    shutil.copytree(shop.home, folder / "store", dirs_exist_ok=True)
    (folder / "work").mkdir(exist_ok=True)
    os.chdir(folder / "work")
    other = Shop(folder / "store", shop.clock, shop.me)
    write_files(folder / "work")
    return other
