"""`python -m tests.store.keep_revision`: keep a store of the present schema revision for ever.

Run it once, when a revision is finished; what is kept is never made again.
"""

import gzip
import sqlite3
import sys
import tempfile
from contextlib import chdir
from pathlib import Path

from salescli.store.engine import FILE_NAME, REVISION
from tests.selling import sell
from tests.shop import Clock, Shop

REVISIONS = Path(__file__).with_name("revisions")
"""The folder of the kept stores, one for each revision, compressed."""

FIRMS = 40
"""So many accounts are imported into a kept store."""


def main() -> None:
    """Write the store, unless there is one of that revision."""
    kept = REVISIONS / f"{REVISION}.db.gz"
    if kept.exists():
        sys.exit(f"{kept.name} is kept already")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "store"
        fill(Shop(home, Clock()))
        connection = sqlite3.connect(home / FILE_NAME)
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")
        connection.close()
        kept.write_bytes(gzip.compress((home / FILE_NAME).read_bytes(), 9, mtime=0))


def fill(shop: Shop) -> None:
    """Give a store a past: a sale, a team, changes by two people, and undos of every depth."""
    sell(shop)
    _say(shop, "user", "add", "bo")
    _say(shop, "division", "add", "West")
    _say(shop, "config", "hints", "off")
    _say(shop, "account", "add", "Borealis Foods", "--city", "Riga")
    shop.clock.advance(days=1)
    _say(shop, "account", "edit", "Borealis Foods", "--city", "Oslo", me="bo")
    _say(shop, "undo", me="bo")
    _say(shop, "undo", _last(shop), me="bo")
    _say(shop, "lead", "add", "Mia Quist", "--company", "Cobalt Mills")
    _say(shop, "note", "ACC-2", "Called them: they think it over")
    _say(shop, "opportunity", "add", "Cold store", "--account", "Borealis Foods")
    _say(shop, "opportunity", "edit", "OPP-2", "--amount", "42000")
    _say(shop, "run-process", "corporate-sale", "--opportunity", "OPP-2")
    _say(shop, "stage", "OPP-2", "proposal", me="bo")
    _say(shop, "opportunity", "stakeholder", "add", "OPP-2", "Tom Fox", "--role", "user")
    _say(shop, "opportunity", "competitor", "add", "OPP-2", "Hooli")
    _fill_whole_sale(shop)
    _say(shop, "assign", "OPP-2", "bo")
    _say(shop, "division", "remove", "West")
    _say(shop, "activity", "add", "Send a card", "--opportunity", "OPP-2")
    _say(shop, "undo", "2")
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        lines = [f"Firm {number},Tartu" for number in range(FIRMS)]
        Path("firms.csv").write_text("\n".join(["name,city", *lines]), encoding="utf-8")
        _say(shop, "import", "firms.csv", "--as", "account")
    _say(shop, "undo")
    _say(shop, "undo", _last(shop))


def _fill_whole_sale(shop: Shop) -> None:
    """Give OPP-2 what the third revision can hold, bo a quota, the store a disabled process."""
    _say(shop, "opportunity", "condition", "add", "OPP-2", "Discount", "--asked", "15 %")
    _say(shop, "kb", "add", "https://example.org/hall", "--name", "Hall", "--stage", "proposal")
    _say(shop, "opportunity", "attach", "OPP-2", "Hall")
    _say(shop, "activity", "participant", "add", _newest_activity(shop), "Tom Fox")
    _say(shop, "view", "save", "mine", "--where", "owner = me")
    _say(shop, "stale", "snooze", "OPP-2", "--until", "+20 days", "--reason", "the fair")
    _say(shop, "plan", "set", "bo", "2026-Q4", "50k")
    _say(shop, "process", "add", "--name", "Spare")
    _say(shop, "process", "disable", "spare", "--reason", "not ready")


def _say(shop: Shop, *words: str, me: str = "") -> None:
    """Run a command whose words go into the history."""
    sys.argv = ["sales", *words]
    shop.do(*words, me=me)


def _newest_activity(shop: Shop) -> str:
    return f"ACT-{shop.rows('SELECT max(number) FROM activity')[0][0]}"


def _last(shop: Shop) -> str:
    return f"CS-{shop.rows('SELECT max(number) FROM change_set')[0][0]}"


if __name__ == "__main__":
    main()
