"""Every command on a prepared store: what changes something, what only reads, what is refused."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from salescli.store.engine import FILE_NAME
from scripts.docs.commands import every_command
from tests.every_command import SHIPPED
from tests.shop import Clock, Shop

Words = tuple[str, ...]
Dump = dict[str, list[tuple[Any, ...]]]

PREPARED = (
    ("user", "add", "bo"),
    ("user", "add", "cy"),
    ("division", "add", "West", "--head", "bo"),
    ("account", "add", "Acme Ltd", "--city", "Riga"),
    ("contact", "add", "Mia Ray", "--account", "Acme Ltd"),
    ("lead", "add", "Zoe Zed", "--company", "Zed Co"),
    ("offer", "add", "Standby generator", "--price", "1000"),
    # OPP-1, guided, stands at needs analysis on the task ACT-2
    ("run-process", "corporate-sale", "--account", "Acme Ltd", "--result", "no-interest"),
    ("stage", "RUN-1", "needs-analysis"),
    ("opportunity", "stakeholder", "add", "OPP-1", "Mia Ray", "--role", "user"),
    ("opportunity", "competitor", "add", "OPP-1", "Globex"),
    ("kb", "add", "https://example.org/hall", "--name", "The hall", "--stage", "proposal"),
    ("opportunity", "attach", "OPP-1", "https://example.org/offer"),
    ("opportunity", "condition", "add", "OPP-1", "Discount (asked 15 %)"),
    ("opportunity", "line", "add", "OPP-1", "Standby generator"),
    ("view", "save", "mine", "--where", "owner = me"),
    ("plan", "set", "me", "2026-Q4", "50k"),
    # OPP-2, guided, is closed
    ("run-process", "corporate-sale", "--account", "Umbrella", "--result", "no-interest"),
    ("stage", "RUN-2", "proposal"),
    ("close", "OPP-2", "lost", "--reason", "no budget"),
    # OPP-3 is guided by no process
    ("opportunity", "add", "Hooli", "--account", "Hooli", "--stage", "proposal"),
    ("activity", "add", "Send the brochure", "--opportunity", "OPP-3"),
    ("stale", "snooze", "OPP-3", "--until", "+9 days", "--reason", "the fair"),
    ("activity", "participant", "add", "ACT-5", "Pam Poe"),
    ("note", "OPP-3", "They asked"),
    # RUN-3 stands at the first call, RUN-4 on a form; neither has an opportunity yet
    ("run-process", "corporate-sale", "--account", "Initech"),
    ("run-process", "corporate-sale", "--account", "Stark", "--result", "meet"),
)

SPARE = (
    # RUN-6 stands on a step that a newer version lacks, RUN-7 on one that it has
    ("process", "add", "--name", "Spare"),
    ("run-process", "spare", "--account", "Vandelay"),
    ("run-process", "spare", "--account", "Dunder", "--result", "interested"),
    ("process", "edit", "spare", "--editor", 'sed -i \'s/id   = "call"/id = "ring"/\''),
    ("process", "disable", "spare", "--reason", "not ready"),
)

CHANGES = (
    ("run-process", "corporate-sale", "--account", "Wayne"),
    ("run-process", "corporate-sale", "--opportunity", "OPP-3"),
    ("run-process", "corporate-sale", "--lead", "LEAD-1", "--owner", "bo"),
    ("run-process", "corporate-sale", "--run", "RUN-3", "--result", "meet"),
    ("run-process", "corporate-sale", "--run", "RUN-3", "--at", "thu 10"),
    ("done", "OPP-1", "collected", "--set", "need=Backup power", "--set", "stakeholders=Tom Fox"),
    ("done", "OPP-1", "collected", "--set", "company_history=Since 1901"),
    ("done", "RUN-3", "not-now", "--text", "after the fair"),
    ("done", "RUN-3", "no-interest", "--set", "account=Initech", "--next", "needs-analysis"),
    ("done", "ACT-5", "Sent it"),
    ("continue", "RUN-4", "--set", "meeting_at=thu 10"),
    ("continue", "RUN-4", "--set", "meeting_at=thu 10", "--set", "account=Stark"),
    ("schedule", "OPP-1", "thu 10"),
    ("schedule", "ACT-5", "thu 10"),
    ("postpone", "OPP-1", "fri 10"),
    ("postpone", "RUN-4", "fri 10"),
    ("postpone", "ACT-5", "fri 10"),
    ("cancel", "OPP-1", "nobody there"),
    ("cancel", "ACT-5"),
    ("cancel", "RUN-4"),
    ("stage", "OPP-1", "proposal"),
    ("stage", "OPP-1", "needs-analysis"),
    ("stage", "OPP-1", "OPP-3", "negotiations"),
    ("stage", "RUN-3", "presentation"),
    ("close", "OPP-1", "won", "--set", "amount=100"),
    ("close", "OPP-3", "rerouted", "--reason", "another need"),
    ("close", "RUN-3", "rejected", "--reason", "too small"),
    ("reopen", "OPP-2", "--reason", "they have a budget again"),
    ("reopen", "OPP-2", "--reason", "again", "--stage", "contracting"),
    ("assign", "OPP-1", "bo"),
    ("assign", "OPP-1", "OPP-3", "RUN-3", "cy"),
    ("stale", "snooze", "OPP-1", "--until", "+9 days", "--reason", "their budget round"),
    ("stale", "snooze", "OPP-3", "--until", "+99 days", "--reason", "they build until then"),
    ("stale", "wake", "OPP-3"),
    ("note", "OPP-1", "They called"),
    ("note", "LEAD-1", "They wrote"),
    ("note", "OPP-3", "They asked", "--remove"),
    ("config", "hints", "off"),
    ("config", "currency", "USD"),
    ("opportunity", "add", "Soylent", "--account", "Acme Ltd"),
    ("opportunity", "edit", "OPP-3", "--amount", "5000", "--owner", "bo"),
    ("opportunity", "edit", "OPP-1", "--stage", "proposal"),
    ("opportunity", "stakeholder", "add", "OPP-1", "Tom Fox"),
    ("opportunity", "stakeholder", "edit", "OPP-1", "Mia Ray", "--influence", "5"),
    ("opportunity", "stakeholder", "remove", "OPP-1", "Mia Ray"),
    ("kb", "add", "https://example.org/cold", "--vertical", "Food storage"),
    ("kb", "edit", "The hall", "--stage", "presentation"),
    ("kb", "remove", "The hall"),
    ("opportunity", "attach", "OPP-1", "The hall"),
    ("opportunity", "detach", "OPP-1", "DOC-2"),
    ("opportunity", "competitor", "add", "OPP-1", "Wonka"),
    ("opportunity", "competitor", "edit", "OPP-1", "Globex", "--strengths", "price"),
    ("opportunity", "competitor", "remove", "OPP-1", "Globex"),
    ("opportunity", "condition", "add", "OPP-1", "Payment", "--agreed", "30 days"),
    ("opportunity", "condition", "edit", "OPP-1", "Discount", "--offered", "8 %"),
    ("opportunity", "condition", "remove", "OPP-1", "Discount"),
    ("opportunity", "line", "add", "OPP-1", "Service contract", "--quantity", "2"),
    ("opportunity", "line", "add", "OPP-1", "Standby generator", "-n", "2", "--recompute"),
    ("opportunity", "line", "edit", "OPP-1", "Standby generator", "--quantity", "3"),
    ("opportunity", "line", "remove", "OPP-1", "Standby generator"),
    ("activity", "add", "Ring the bell", "--opportunity", "OPP-1"),
    ("activity", "edit", "ACT-5", "--name", "Send two brochures"),
    ("activity", "participant", "add", "ACT-5", "Quin Roe (CFO)"),
    ("activity", "participant", "remove", "ACT-5", "Pam Poe"),
    ("continue", "OPP-1", "--set", "conditions=Discount (agreed 9 %), Payment (asked 60 days)"),
    ("continue", "OPP-1", "--set", "contact=Mia Ray", "--set", "contact_title=CFO"),
    ("continue", "OPP-1", "--set", "attendees=Mia Ray"),
    ("account", "add", "Wayne"),
    ("account", "edit", "Acme Ltd", "--city", "Oslo"),
    ("contact", "add", "Tom Fox"),
    ("contact", "edit", "Mia Ray", "--title", "Buyer"),
    ("lead", "add", "Yan Yes", "--status", "Awaiting sale"),
    ("lead", "edit", "LEAD-1", "--status", "Awaiting sale"),
    ("lead", "edit", "LEAD-1", "--phone", "1234"),
    ("offer", "add", "Service contract"),
    ("offer", "edit", "OFF-1", "--price", "1200"),
    ("user", "add", "di", "--manager", "bo"),
    ("user", "edit", "cy", "--manager", "bo", "--active", "no"),
    ("division", "add", "East", "--head", "cy"),
    ("division", "edit", "West", "--head", "cy"),
    ("division", "remove", "West"),
    ("process", "publish", "{definition}"),
    ("process", "log", "--continue", "RUN-5"),
    ("process", "publish", "{definition}", "--division", "West"),
    ("process", "add", "--name", "Service contract"),
    ("process", "copy", "corporate-sale", "Key accounts"),
    ("process", "edit", "corporate-sale", "--editor", "sed -i s/Corporate/Company/"),
    ("process", "disable", "corporate-sale", "--reason", "too old"),
    ("process", "enable", "spare"),
    ("process", "migrate", "spare", "--now"),
    ("batch", "{changes}"),
    ("stage", "negotiations", "--where", "owner = me"),
    ("close", "lost", "--where", "stage = proposal", "--reason", "price"),
    ("assign", "cy", "--where", "owner = me"),
    ("view", "save", "stuck", "--where", "stage_age > 30"),
    ("view", "save", "mine", "--where", "owner = me and state = open"),
    ("view", "remove", "mine"),
    ("plan", "set", "me", "2026-12", "20k"),
    ("plan", "set", "me", "2026-Q4", "60k"),
    ("plan", "remove", "me", "2026-Q4"),
    ("plan", "import", "{quotas}"),
    ("import", "{accounts}"),
)
"""Commands that change something, each on the prepared store."""

UNDOS: tuple[Words, ...] = (("undo",), ("undo", "3"), ("undo", "ACT-5"))
"""What takes changes back; each change that goes back is a change set of its own."""

REDO: Words = ("redo",)
"""What does again what was undone."""

READS: tuple[Words, ...] = (
    (),
    ("hint", "OPP-1"),
    ("next",),
    ("find", "acme"),
    ("stale",),
    ("log",),
    ("log", "OPP-1", "--details"),
    ("pipeline",),
    ("risk",),
    ("opportunity", "list"),
    ("opportunity", "list", "--where", "state = lost"),
    ("opportunity", "list", "--view", "mine"),
    ("view", "list"),
    ("view", "run", "mine"),
    ("plan", "show"),
    ("plan", "show", "--team"),
    ("plan", "chart", "ageing"),
    ("opportunity", "show", "OPP-1"),
    ("opportunity", "history", "OPP-1"),
    ("activity", "list"),
    ("activity", "show", "ACT-5"),
    ("activity", "results", "ACT-2"),
    ("activity", "participant", "list", "ACT-5"),
    ("opportunity", "tactics", "OPP-1"),
    ("opportunity", "stakeholder", "list", "OPP-1"),
    ("opportunity", "competitor", "list", "OPP-1"),
    ("opportunity", "attachments", "OPP-1"),
    ("kb", "list"),
    ("kb", "show", "The hall"),
    ("kb", "path", "The hall"),
    ("kb", "suggest", "OPP-1"),
    ("opportunity", "condition", "list", "OPP-1"),
    ("opportunity", "condition", "log", "OPP-1"),
    ("opportunity", "line", "list", "OPP-1"),
    ("account", "list"),
    ("account", "show", "ACC-1"),
    ("contact", "list"),
    ("contact", "show", "CON-1"),
    ("lead", "list"),
    ("lead", "show", "LEAD-1"),
    ("offer", "list"),
    ("offer", "show", "OFF-1"),
    ("user", "list"),
    ("user", "show", "bo"),
    ("division", "list"),
    ("division", "show", "West"),
    ("org", "tree"),
    ("process", "list"),
    ("process", "show", "corporate-sale"),
    ("process", "check", "{definition}"),
    ("process", "diff", "corporate-sale", "{definition}"),
    ("process", "log"),
    ("config",),
    ("completion", "bash"),
    ("demo",),
    ("backup",),
    ("doctor",),
)
"""Commands that change no record."""

REPLACING = {"restore"}
"""Commands that put another store in the place of this one, with the history of that one."""

REFUSED: tuple[Words, ...] = (
    ("batch", "no-such-file.jsonl"),
    ("stage", "closed-lost", "--where", "owner = me"),
    ("view", "save", "odd", "--where", "no_such_field = 1"),
    ("view", "remove", "nobody's"),
    ("plan", "set", "me", "2026-Q9", "1"),
    ("plan", "remove", "me", "2031"),
    ("plan", "import", "no-such-file.csv"),
    ("run-process", "no-such-process"),
    ("done", "OPP-1", "no-such-result"),
    ("continue", "OPP-99"),
    ("schedule", "OPP-1", "no such day"),
    ("postpone", "OPP-1", "no such day"),
    ("cancel", "ACT-99"),
    ("stage", "OPP-1", "OPP-99", "proposal"),
    ("close", "OPP-1", "OPP-3", "lost"),
    ("reopen", "OPP-1", "--reason", "it is open"),
    ("assign", "OPP-1", "OPP-3", "nobody"),
    ("stale", "snooze", "OPP-2", "--until", "+9 days", "--reason", "it is closed"),
    ("stale", "wake", "OPP-1"),
    ("note", "OPP-1", " "),
    ("note", "OPP-1", "Nobody said this", "--remove"),
    ("config", "currency", "no-such-currency"),
    ("undo", "CS-999"),
    ("redo",),
    ("import", "no-such-file.csv"),
    ("process", "publish", "no-such-file.toml"),
    ("process", "add", "no-such-file.toml"),
    ("process", "copy", "corporate-sale", "corporate sale"),
    ("process", "edit", "corporate-sale", "--editor", "no-such-editor"),
    ("process", "disable", "spare", "--reason", "again"),
    ("process", "enable", "corporate-sale"),
    ("process", "migrate", "no-such-process", "--now"),
    ("process", "log", "--continue", "RUN-99"),
    ("opportunity", "stakeholder", "add", "OPP-99", "Tom Fox"),
    ("opportunity", "stakeholder", "edit", "OPP-1", "Nobody", "--influence", "5"),
    ("opportunity", "stakeholder", "remove", "OPP-1", "Nobody"),
    ("kb", "add", "no-such-file.pdf"),
    ("kb", "edit", "nothing such", "--name", "Wonka"),
    ("kb", "remove", "nothing such"),
    ("opportunity", "attach", "OPP-99", "The hall"),
    ("opportunity", "detach", "OPP-1", "The hall"),
    ("opportunity", "competitor", "add", "OPP-99", "Wonka"),
    ("opportunity", "competitor", "edit", "OPP-1", "Nobody", "--strengths", "price"),
    ("opportunity", "competitor", "remove", "OPP-1", "Nobody"),
    ("opportunity", "condition", "add", "OPP-99", "Payment", "--asked", "60 days"),
    ("opportunity", "condition", "edit", "OPP-1", "Nothing", "--agreed", "yes"),
    ("opportunity", "condition", "remove", "OPP-1", "Nothing"),
    ("opportunity", "line", "add", "OPP-1", "Pump", "--quantity", "0"),
    ("opportunity", "line", "edit", "OPP-1", "Nothing", "--quantity", "3"),
    ("opportunity", "line", "remove", "OPP-1", "Nothing"),
    *(
        (noun, "add", "Wayne", "--set", "no_such_field=1")
        for noun in ("opportunity", "account", "contact", "lead", "offer", "user", "division")
    ),
    ("activity", "add", "Ring the bell", "--due", "no such day"),
    *(
        (noun, "edit", "nobody such", "--name", "Wayne")
        for noun in ("opportunity", "account", "contact", "lead", "offer", "user", "division")
    ),
    ("activity", "edit", "ACT-99", "--name", "Wayne"),
    ("activity", "participant", "add", "ACT-5", "CON-99"),
    ("activity", "participant", "remove", "ACT-5", "Nobody"),
    ("division", "remove", "North"),
)
"""Each command that changes something, with words that it refuses."""


def names() -> set[str]:
    """Return the full name of every command of the tree."""
    return {name.removeprefix("sales ") for name, _parser in every_command()}


def name_of(words: Words) -> str:
    """Return the name of the command that a line runs."""
    lines = (" ".join(words[:length]) for length in range(len(words), 0, -1))
    return next((line for line in lines if line in names()), "")


def filled(words: Words, folder: Path) -> Words:
    """Return a line with the files that it names, written into the folder."""
    if not any(word.startswith("{") for word in words):
        return words
    definition, accounts = folder / "corporate-sale.toml", folder / "accounts.csv"
    definition.write_text(SHIPPED.replace("Corporate sale", "Company sale"), encoding="utf-8")
    accounts.write_text(ACCOUNTS, encoding="utf-8")
    changes = folder / "changes.jsonl"
    changes.write_text(CHANGES_IN_FILE, encoding="utf-8")
    paths = {"{definition}": str(definition), "{accounts}": str(accounts)}
    paths["{changes}"] = str(changes)
    quotas = folder / "quotas.csv"
    quotas.write_text("login,period,amount\nana,2026-Q4,70000\nana,2027,90k\n", encoding="utf-8")
    paths["{quotas}"] = str(quotas)
    return tuple(paths.get(word, word) for word in words)


ACCOUNTS = "name,industry,parent\nWayne,Steel,\nWayne North,Steel,Wayne\nAcme Ltd,Food,\n"
"""An import of two accounts, one below the other, and of one that is there."""


CHANGES_IN_FILE = (
    '{"do": "stage", "ref": "OPP-1", "stage": "proposal"}\n'
    '{"do": "stage", "ref": "OPP-3", "stage": "negotiations"}\n'
    '{"do": "close", "ref": "OPP-1", "ending": "lost", "reason": "price"}\n'
    '{"do": "note", "ref": "LEAD-1", "text": "They wrote"}\n'
)
"""A batch of four changes to three records."""


def newest(shop: Shop) -> int:
    """Return the number of the newest change set."""
    return int(shop.rows("SELECT max(number) FROM change_set")[0][0])


@pytest.fixture(scope="session")
def prepared_store(tmp_path_factory: pytest.TempPathFactory, _template_store: Path) -> Path:
    """A store with sales at several places."""
    home = tmp_path_factory.mktemp("prepared")
    shutil.copyfile(_template_store, home / FILE_NAME)
    clock = Clock()
    shop = Shop(home, clock)
    for words in PREPARED:
        shop.do(*words)
        clock.advance(minutes=1)
    # RUN-5 has a form that was put off
    shop.do("run-process", "corporate-sale", "--account", "Tyrell", "--result", "meet")
    shop.do("postpone", "RUN-5", "wed 10")
    for words in SPARE:
        shop.do(*words)
    return home / FILE_NAME


@pytest.fixture
def busy(shop: Shop, prepared_store: Path) -> Shop:
    """A shop with that store, and an hour gone since."""
    shutil.copyfile(prepared_store, shop.home / FILE_NAME)
    shop.clock.advance(hours=1)
    return shop
