"""A batch of stage moves beside the same work written object by object with SQLModel."""

import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from bench.measure import Reading, run
from bench.report import Figure, heading, lines
from bench.shops import Shop
from salescli.store.engine import FILE_NAME

NAIVE = (sys.executable, "-m", "bench.naive_batch")
MOVED = 10_000
STAGE = "negotiations"
GOAL = 0.2
"""At least five times as quick."""

_GUIDED = (
    "SELECT o.number FROM process_run r JOIN opportunity o ON o.id = r.opportunity_id"
    " WHERE r.state = 'running' AND o.closed_at IS NULL ORDER BY r.number LIMIT ?"
)


def fitting(templates: Mapping[int, Path]) -> Path:
    """Return the smallest store with enough guided sales, or the largest."""
    return templates[min((s for s in templates if s >= MOVED * 5), default=max(templates))]


def measure(template: Path, folder: Path, rounds: int) -> list[Figure]:
    """Move the same sales both ways, each time in a fresh copy of the store."""
    numbers = _numbers(template)
    heading(
        "A batch",
        f"CPU of whole processes that move {len(numbers):,} sales to {STAGE} in one transaction,"
        f" with the same history; ours checks every rule and seals the change set; {rounds} rounds",
    )
    table, plain = folder / "batch.csv", folder / "batch.txt"
    table.write_text("\n".join(["reference", *(f"OPP-{number}" for number in numbers)]), "utf-8")
    plain.write_text("\n".join(map(str, numbers)), "utf-8")
    taken: dict[str, list[Reading]] = {"ours": [], "naive": [], "undo": []}
    for turn in range(rounds):
        ours = Shop(template, folder / f"batch-{turn}")
        naive = Shop(template, folder / f"naive-batch-{turn}")
        taken["ours"].append(ours.run(f"stage {STAGE} --file {table} --yes"))
        taken["naive"].append(run([*NAIVE, str(plain)], naive.environment))
        taken["undo"].append(ours.run("undo --no-input"))
    for name, readings in taken.items():
        if any(reading.code for reading in readings):
            raise SystemExit(f"{name} ended with an error: {readings[0].output[-300:]}")
    cpu = {name: median(reading.cpu for reading in found) for name, found in taken.items()}
    figures = [
        Figure(f"a batch of {len(numbers):,} moves", cpu["ours"], "s"),
        Figure("the same with session.add", cpu["naive"], "s"),
        Figure("a batch / session.add", cpu["ours"] / cpu["naive"], "x", GOAL),
        Figure("undo / batch", cpu["undo"] / cpu["ours"], "x", 5),
    ]
    lines(figures)
    return figures


def _numbers(template: Path) -> list[int]:
    connection = sqlite3.connect(template / FILE_NAME)
    found = [row[0] for row in connection.execute(_GUIDED, (MOVED,))]
    connection.close()
    return found
