"""A seller's day, command by command, in this program and in the naive build."""

from bench.measure import Reading
from bench.report import Figure, heading, lines
from bench.shops import NAIVE, Shop
from bench.team import ME

READS = {
    "": 20,
    "next": 20,
    "opportunity list": 15,
    "activity list": 15,
    "opportunity show {planned}": 20,
    "hint {planned}": 5,
    "pipeline": 5,
    "find power": 5,
}
WRITES = {
    "done {collecting} collected": 12,
    "schedule {planned} 2026-12-01T10:00": 8,
    "note {planned} Approved": 8,
    "stage {planned} contracting": 6,
    "postpone {planned} mon": 3,
    "continue {filling} --set tactics=Listen": 3,
}
"""How often each command is given: 100 reads and 40 writes."""


def measure(shop: Shop) -> list[Figure]:
    """Live through the day in both, a command of the one beside a command of the other."""
    ours = theirs = 0.0
    for commands, naive in ((READS, f"list {ME}"), (WRITES, "stage {number} contracting")):
        for words, times in commands.items():
            for _ in range(times):
                ours += _cpu(shop.run(words), words)
                theirs += _cpu(shop.run(naive, NAIVE), naive)
    heading("A day", "100 reads and 40 writes as whole processes: CPU beside Typer with SQLModel")
    figures = [
        Figure("CPU of the naive build", theirs, "s"),
        Figure("CPU of this program", ours, "s"),
        Figure("share of the naive build", ours / theirs, "x", 1 / 6),
    ]
    lines(figures)
    return figures


def _cpu(reading: Reading, words: str) -> float:
    if reading.code:
        raise SystemExit(f"`{words}` ended with {reading.code}: {reading.output}")
    return reading.cpu
