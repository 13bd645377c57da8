"""An import beside the quickest plain way into the same tables, and its undo beside the import."""

import csv
import random
import sys
from pathlib import Path
from statistics import median

from bench.measure import Reading, run
from bench.report import Figure, heading, lines
from bench.shops import Shop
from bench.team import NOW

PLAIN = (sys.executable, str(Path(__file__).with_name("plain_import.py")))
FEW, MANY = 10_000, 100_000
HEADER = ("name", "account", "amount", "close_date", "stage")
STAGES = ("Qualification", "Needs analysis", "Presentation", "Proposal", "Negotiations")


def measure(template: Path, folder: Path, rounds: int) -> list[Figure]:
    """Import files of two sizes and undo one of them; every time in a fresh copy of the store."""
    heading(
        "Import and undo",
        f"CPU of whole processes; the plain way is csv.reader with executemany; {rounds} rounds",
    )
    files = {count: _file(folder, count) for count in (FEW, MANY)}
    taken: dict[tuple[str, int], list[Reading]] = {}
    for turn in range(rounds):
        for count, file in files.items():
            ours = Shop(template, folder / f"import-{count}-{turn}")
            plain = Shop(template, folder / f"plain-{count}-{turn}")
            found = {"import": ours.run(f"import {file}")}
            found["plain"] = run([*PLAIN, str(plain.home), str(file)], plain.environment)
            if count == FEW:
                found["undo"] = ours.run("undo --no-input")
            for name, reading in found.items():
                if reading.code:
                    raise SystemExit(f"{name} ended with {reading.code}: {reading.output}")
                taken.setdefault((name, count), []).append(reading)
    cpu = {key: median(reading.cpu for reading in found) for key, found in taken.items()}
    memory = {key: max(reading.memory for reading in found) for key, found in taken.items()}
    figures = [
        Figure(f"import of {FEW:,} opportunities", cpu["import", FEW], "s"),
        Figure(f"import / plain, {FEW:,}", cpu["import", FEW] / cpu["plain", FEW], "x", 8),
        Figure(f"import / plain, {MANY:,}", cpu["import", MANY] / cpu["plain", MANY], "x", 8),
        Figure("peak memory, ten times as many", memory["import", MANY] / memory["import", FEW]),
        Figure("peak memory of the larger one", memory["import", MANY], "MB"),
        Figure(f"undo / import, {FEW:,}", cpu["undo", FEW] / cpu["import", FEW], "x", 2),
    ]
    lines(figures)
    return figures


def _file(folder: Path, count: int) -> Path:
    """Write a CSV file of opportunities, three to an account."""
    draw = random.Random(count)
    path = folder / f"opportunities-{count}.csv"
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(HEADER)
        for number in range(count):
            day = f"{NOW.year + 1}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}"
            amount = draw.randrange(1, 900) * 100
            account = f"Fjord Rail {number // 3}"
            writer.writerow((f"Fleet {number}", account, amount, day, draw.choice(STAGES)))
    return path
