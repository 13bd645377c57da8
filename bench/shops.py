"""Copies of a store to work in, and the environment of its user."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.measure import Reading, run
from bench.team import BUSY, ME, NOW
from salescli.store.engine import FILE_NAME

PROGRAM = (str(Path(sys.executable).with_name("sales")),)
NAIVE = (sys.executable, str(Path(__file__).with_name("naive.py")))
BARE = (sys.executable, "-c", "pass")

_RUNNING = (
    "FROM opportunity o JOIN process_run r ON r.opportunity_id = o.id AND r.state = 'running'"
    " JOIN step_visit s ON s.run_id = r.id AND s.closed_at IS NULL"
    " LEFT JOIN activity a ON a.step_visit_id = s.id"
)
POOLS = {
    "collecting": f"SELECT 'OPP-' || o.number {_RUNNING} WHERE s.step = 'collect'",
    "planned": f"SELECT 'OPP-' || o.number {_RUNNING} WHERE s.step = 'prepare' AND a.id NOTNULL",
    "filling": f"SELECT 'OPP-' || o.number {_RUNNING} WHERE s.step = 'clarify'",
    "mine": (
        "SELECT o.name_key FROM opportunity o JOIN activity a ON a.opportunity_id = o.id"
        f" AND a.state = 'open' JOIN user u ON u.id = o.owner_id AND u.login = '{ME}'"
        " WHERE o.closed_at IS NULL AND a.run_id IS NULL"
    ),
    "anybody": f"SELECT o.name_key {_RUNNING} WHERE s.step = 'collect'",
    "number": "SELECT number FROM opportunity WHERE closed_at IS NULL AND owner_id IS NOT NULL",
}
"""Where the fresh records of a command come from; a pool that runs out begins again."""

_MOST = 2000


class Shop:
    """A copy of one store, and the environment of a user who works in it."""

    def __init__(self, template: Path, home: Path) -> None:
        self.home = home
        home.mkdir()
        shutil.copyfile(template / FILE_NAME, home / FILE_NAME)
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SALES_", "PYTHON", "COV_"))
        }
        self.environment |= {"SALES_HOME": str(home), "SALES_NOW": NOW.isoformat()}
        self._pools: dict[str, Iterator[str]] = {}

    def run(
        self, words: str, program: Sequence[str] = PROGRAM, *, is_busy: bool = False
    ) -> Reading:
        """Run a command line; `{pool}` stands for a record that no earlier one has named."""
        me = {"SALES_ME": BUSY} if is_busy else {}
        return run([*program, *map(self._fill, words.split())], self.environment | me)

    def complete(self, words: str) -> Reading:
        """Ask for the completions of the last word, as the shell does at a key."""
        asked = {"_SALES_COMPLETE": "complete_bash", "COMP_WORDS": words}
        place = {"COMP_CWORD": str(words.count(" "))}
        return run(PROGRAM, self.environment | asked | place)

    def bare(self) -> Reading:
        """Return what a Python takes that does nothing."""
        return run(BARE, self.environment)

    def _fill(self, word: str) -> str:
        if not word.startswith("{"):
            return word
        name = word[1:-1]
        if name not in self._pools:
            self._pools[name] = self._references(POOLS[name])
        return next(self._pools[name])

    def _references(self, query: str) -> Iterator[str]:
        connection = sqlite3.connect(self.home / FILE_NAME)
        found = [str(row[0]) for row in connection.execute(f"{query} LIMIT {_MOST}")]
        connection.close()
        while True:
            yield from found
