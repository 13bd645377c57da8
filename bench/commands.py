"""Measures whole commands, interleaved with a bare Python, and prints the medians."""

import argparse
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.measure import Reading, run
from bench.stores import ME, NOW, store
from salescli.store.engine import FILE_NAME

PROGRAM = str(Path(sys.executable).with_name("sales"))
NAIVE = str(Path(__file__).with_name("naive.py"))


class Case(NamedTuple):
    """A command line, with `{pool}` where a fresh record is named, and its goal in xB."""

    name: str
    words: str
    goal: float | None = 7.5
    program: tuple[str, ...] = (PROGRAM,)
    completes: bool = False


CASES = (
    Case("sales", ""),
    Case("next", "next"),
    Case("done", "done {collecting} collected"),
    Case("done, by its name", "done {mine} --text called"),
    Case("hint, by a name", "hint {anybody}"),
    Case("schedule", "schedule {planned} 2026-12-01T10:00"),
    Case("postpone", "postpone {planned} mon"),
    Case("cancel", "cancel {planned}"),
    Case("stage", "stage {planned} contracting"),
    Case("continue --set", "continue {filling} --set tactics=Listen"),
    Case("note", "note {planned} Approved"),
    Case("hint", "hint {planned}"),
    Case("activity list", "activity list"),
    Case("opportunity list", "opportunity list"),
    Case("opportunity show", "opportunity show {planned}"),
    Case("pipeline", "pipeline"),
    Case("--version", "--version"),
    Case("complete a handle", "sales hint OPP-1", completes=True),
    Case("--help", "--help", 15),
    Case("opportunity --help", "opportunity --help", 15),
    Case("naive list", f"list {ME}", None, (sys.executable, NAIVE)),
    Case("naive stage", "stage {number} contracting", None, (sys.executable, NAIVE)),
)

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
"""Where the fresh records of a case come from; a pool that runs out begins again."""


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
        self.pools = {name: self._references(query) for name, query in POOLS.items()}

    def measure(self, case: Case) -> Reading:
        """Run a case once, on a record that no earlier run has touched."""
        words = [self._fill(word) for word in case.words.split()]
        if case.completes:
            asked = {"_SALES_COMPLETE": "complete_bash", "COMP_WORDS": " ".join(words)}
            return run(case.program, self.environment | asked | {"COMP_CWORD": "2"})
        return run([*case.program, *words], self.environment)

    def bare(self) -> float:
        """Return what a Python takes that does nothing."""
        return run([sys.executable, "-c", "pass"], self.environment).cpu

    def _fill(self, word: str) -> str:
        return next(self.pools[word[1:-1]]) if word.startswith("{") else word

    def _references(self, query: str) -> Iterator[str]:
        connection = sqlite3.connect(self.home / FILE_NAME)
        found = [str(row[0]) for row in connection.execute(query)]
        connection.close()
        while True:
            yield from found


class Result(NamedTuple):
    """What a case took in one store: its median ratio and its peak memory."""

    ratio: float
    memory: float


def measure(shops: Sequence[Shop], cases: Sequence[Case], rounds: int) -> list[dict[str, Result]]:
    """Return the medians for each shop, after a round that fills caches and compiles bytecode.

    Each command is divided by the bare Python beside it, so a machine that slows down meanwhile
    slows both.
    """
    readings: dict[tuple[int, str], list[Result]] = {}
    for turn in range(rounds + 1):
        for case in cases:
            for place, shop in enumerate(shops):
                bare, reading = shop.bare(), shop.measure(case)
                if reading.code and not turn:
                    sys.stderr.write(f"{case.name} ended with {reading.code}: {reading.output}\n")
                if turn:
                    result = Result(reading.cpu / bare, reading.memory)
                    readings.setdefault((place, case.name), []).append(result)
    return [
        {case.name: _middle(readings[place, case.name]) for case in cases}
        for place in range(len(shops))
    ]


def _middle(results: Sequence[Result]) -> Result:
    return Result(
        median(result.ratio for result in results), max(result.memory for result in results)
    )


def main(arguments: Sequence[str]) -> int:
    """Measure, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", default="1000,100000", help="opportunities in the stores")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--cache", type=Path, help="folder that keeps the stores")
    parser.add_argument("--only", default="", help="commands, separated by commas")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a goal is missed")
    options = parser.parse_args(arguments)
    wanted = set(options.only.split(",")) if options.only else {case.name for case in CASES}
    cases = [case for case in CASES if case.name in wanted]
    sizes = [int(size) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        stores = [store(options.cache or Path(folder), size) for size in sizes]
        shops = [Shop(made, Path(folder) / f"copy-{made.name}") for made in stores]
        results = measure(shops, cases, options.rounds)
    missed = _print(cases, dict(zip(sizes, results, strict=True)))
    return int(options.strict and missed)


def _print(cases: Sequence[Case], results: dict[int, dict[str, Result]]) -> bool:
    """Print a line for each command and return whether a goal was missed."""
    sizes = "".join(f"{f'{size:,}':>10}" for size in results)
    print("xB: CPU of the whole process / that of `python -c pass`; median of the rounds\n")
    print(f"{'Command':20}{sizes}{'goal':>8}{'':>8}{'peak MB':>9}")
    missed = False
    for case in cases:
        found = [result[case.name] for result in results.values()]
        is_met = case.goal is None or all(result.ratio <= case.goal for result in found)
        missed |= not is_met
        ratios = "".join(f"{result.ratio:10.2f}" for result in found)
        goal, told = (f"{case.goal:g}", "met" if is_met else "MISSED") if case.goal else ("", "")
        memory = max(result.memory for result in found)
        print(f"{case.name:20}{ratios}{goal:>8}{told:>8}{memory:9.0f}")
    return missed
