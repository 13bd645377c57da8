"""The stores on which commands are killed, and the files that they read."""

import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from salescli.services.shipped import PROCESSES
from salescli.store.engine import FILE_NAME
from tests.shop import MONDAY, Clock, Shop

REVISIONS = Path(__file__).parents[1] / "store" / "revisions"
"""A store of each schema revision that there was."""

KEPT = "20261123T090000.000000Z-asked"
"""The name of the copy in the scene `kept`."""

WORK = (
    ("user", "add", "bo", "--name", "Bo Berg"),
    ("user", "add", "cy"),
    ("division", "add", "North"),
    ("division", "add", "Spare"),
    ("account", "add", "Acme"),
    ("account", "add", "Globex"),
    ("contact", "add", "Mia Ray", "--account", "Acme"),
    ("offer", "add", "Pump", "--price", "1200"),
    ("offer", "add", "Valve", "--price", "30"),
    ("lead", "add", "Zoe Kim", "--company", "Initech"),
    ("run-process", "corporate-sale"),
    ("done", "RUN-1", "meet", "--at", "tue 10"),
    ("continue", "RUN-1", "--set", "account=Acme", "--set", "amount=5000"),
    ("run-process", "corporate-sale", "--account", "Globex", "--new"),
    ("run-process", "corporate-sale", "--account", "Acme", "--new"),
    ("done", "RUN-3", "meet", "--at", "wed 11"),
    ("opportunity", "add", "Retrofit", "--account", "Globex", "--close-date", "2027-03-01"),
    ("close", "OPP-2", "lost", "--reason", "price"),
    ("opportunity", "stakeholder", "add", "OPP-1", "Mia Ray"),
    ("opportunity", "competitor", "add", "OPP-1", "Rivalon"),
    ("kb", "add", "https://example.org/hall", "--name", "Hall", "--stage", "proposal"),
    ("opportunity", "attach", "OPP-1", "https://example.org/offer"),
    ("opportunity", "condition", "add", "OPP-1", "Discount", "--asked", "15 %"),
    ("opportunity", "line", "add", "OPP-1", "Pump", "-n", "2"),
    ("activity", "add", "Visit the fair", "--account", "Acme", "--at", "2026-11-27"),
    ("activity", "participant", "add", "ACT-6", "Mia Ray"),
    ("note", "ACC-1", "They have moved"),
    ("stale", "snooze", "OPP-1", "--until", "2026-12-15", "--reason", "the fair"),
    ("view", "save", "mine", "--where", "owner = me"),
    ("plan", "set", "ana", "2026-12", "20k"),
    ("process", "add", "--name", "Spare"),
    ("process", "disable", "spare", "--reason", "not ready"),
    ("account", "edit", "Acme", "--phone", "555 010"),
    ("account", "edit", "Globex", "--phone", "555 020"),
)
"""A team's first days: a record of every kind, three running sales and a lost one."""


def team(home: Path, day: datetime = MONDAY) -> None:
    """Fill the store of a small team in a day."""
    home.mkdir(mode=0o700)
    shop = Shop(home, Clock(day))
    for words in WORK:
        shop.do(*words)


def since_yesterday(home: Path) -> None:
    """Fill the store the day before: the first change copies it."""
    team(home, MONDAY - timedelta(days=1))


def kept(home: Path) -> None:
    """Copy the store as `KEPT`, and go on."""
    shop = Shop(home, Clock())
    shop.do("backup")
    shop.do("account", "add", "Umbrella")
    shop.do("stage", "OPP-1", "proposal")


def edited(home: Path) -> None:
    """Publish a process without the step that one of its sales stands on."""
    change = '0,/id *= "call"/s//id = "ring"/'
    Shop(home, Clock()).do("process", "edit", "corporate-sale", "--editor", f"sed -i '{change}'")


def undone(home: Path) -> None:
    """Take the last change back."""
    Shop(home, Clock()).do("undo")


def unwell(home: Path) -> None:
    """Take away what keeps the history of the accounts."""
    connection = sqlite3.connect(home / FILE_NAME)
    connection.execute('DROP TRIGGER "account_update"')
    connection.close()


def first_revision(home: Path) -> None:
    """Unpack the store that a program of the first schema revision has left."""
    home.mkdir(mode=0o700)
    store = home / FILE_NAME
    store.touch(mode=0o600)
    store.write_bytes(gzip.decompress((REVISIONS / "0001.db.gz").read_bytes()))


def nothing(home: Path) -> None:
    """Leave the folder to the first command."""


SCENES: dict[str, Callable[[Path], None]] = {
    "team": team,
    "yesterday": since_yesterday,
    "first revision": first_revision,
    "nothing": nothing,
}
"""Name -> what makes the store in a folder."""

AFTER_TEAM: dict[str, Callable[[Path], None]] = {
    "kept": kept,
    "edited": edited,
    "undone": undone,
    "unwell": unwell,
}
"""Name -> what goes on in a copy of the team's store."""


def write_files(folder: Path, rows: int = 100) -> None:
    """Write what commands read: three tables to import, and a process to publish."""
    folder.mkdir()
    accounts = [f"Firm {n},City {n % 7}" for n in range(rows)]
    contacts = [f"Person {n},Firm {n},p{n}@firm{n}.example" for n in range(rows)]
    deals = [f"Deal {n},Firm {n},{n + 1}000,2027-0{n % 9 + 1}-15" for n in range(rows)]
    _write(folder / "accounts.csv", "name,city", accounts)
    _write(folder / "contacts.csv", "name,account,email", contacts)
    _write(folder / "deals.csv", "name,account,amount,close_date", deals)
    notes = [json.dumps({"do": "note", "ref": "OPP-1", "text": f"Call {n}"}) for n in range(rows)]
    _write(folder / "changes.jsonl", _MOVED, notes)
    _write(folder / "quotas.csv", "login,period,amount", ["ana,2026-11,5000", "bo,2026-11,4000"])
    _write(folder / "stages.csv", "reference,stage", ["OPP-1,proposal", "RUN-2,negotiations"])
    source = (PROCESSES / "corporate-sale.toml").read_text("utf-8")
    (folder / "edited.toml").write_text(f"{source}\n# edited by the team\n", "utf-8")


_MOVED = '{"do": "stage", "ref": "OPP-1", "stage": "proposal"}'


def _write(path: Path, header: str, lines: list[str]) -> None:
    path.write_text("\n".join([header, *lines, ""]), "utf-8")


def copy_store(source: Path, target: Path) -> None:
    """Copy a store with the journal that lies beside it, as a killed process left both."""
    if not source.exists():
        return
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(f"{FILE_NAME}-shm"))
