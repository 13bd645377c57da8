"""Whole commands in stores of several sizes, as multiples of a Python that does nothing."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from bench.measure import Reading
from bench.report import Figure, heading, table
from bench.shops import NAIVE, PROGRAM, Shop
from bench.team import ME
from salescli.commands.shared.catalog import COMMANDS

BASE = 10_000
"""Growth is told from a store of this size to the largest one."""


class Case(NamedTuple):
    """A command line, with `{pool}` where a fresh record is named, and its goal in xB."""

    name: str
    words: str
    goal: float | None = 7.5
    program: Sequence[str] = PROGRAM
    completes: bool = False
    is_busy: bool = False


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
    Case("find", "find power"),
    Case("find by a name", "find fjord 0000333"),
    Case("find misspelled", "find fjrod"),
    Case("risk", "risk"),
    Case("activity list", "activity list"),
    Case("opportunity list", "opportunity list"),
    Case("opportunity show", "opportunity show {planned}"),
    Case("pipeline", "pipeline"),
    Case("--version", "--version"),
    Case("complete a handle", "sales hint OPP-1", completes=True),
    Case("--help", "--help", 15),
    Case("opportunity --help", "opportunity --help", 15),
    Case("busy: sales", "", is_busy=True),
    Case("busy: next", "next", is_busy=True),
    Case("busy: activity list", "activity list -n 50", is_busy=True),
    Case("busy: opportunity list", "opportunity list -n 50", is_busy=True),
    Case("naive list", f"list {ME}", None, NAIVE),
    Case("naive stage", "stage {number} contracting", None, NAIVE),
)
"""A busy seller owns a fiftieth of all sales; everybody else as many as they can look after."""


class Ratio(NamedTuple):
    """What a command took beside a bare Python: CPU, time on the clock, and peak memory in MB."""

    cpu: float
    wall: float
    memory: float


def cases(names: Sequence[str] = ()) -> list[Case]:
    """Return the cases with these names, or all whose command exists."""
    wanted = [case for case in CASES if not names or case.name in names]
    return [case for case in wanted if _exists(case)]


def measure(shops: dict[int, Shop], chosen: Sequence[Case], rounds: int) -> list[Figure]:
    """Measure, print a line for each command, and return what has a goal."""
    readings = _readings(list(shops.values()), chosen, rounds)
    sizes = [f"{size:,}" for size in shops]
    growth = BASE if BASE in shops and max(shops) > BASE else min(shops)
    heading(
        "Commands",
        "CPU and time on the clock as multiples of `python -c pass`; medians. Growth: CPU in the"
        f" largest store / in that of {growth:,}",
    )
    columns = ["", *(f"CPU {size}" for size in sizes), *(f"clock {size}" for size in sizes)]
    figures, rows = [], []
    for case in chosen:
        found = [readings[place, case.name] for place in range(len(shops))]
        of_base = found[list(shops).index(growth)].cpu
        told = [*(f"{ratio.cpu:.2f}" for ratio in found), *(f"{ratio.wall:.1f}" for ratio in found)]
        figure = Figure(case.name, max(ratio.cpu for ratio in found), "xB", case.goal)
        memory = max(ratio.memory for ratio in found)
        rows.append((case.name, *told, f"{found[-1].cpu / of_base:.2f}", f"{memory:.0f}", figure))
        figures.append(figure)
    table([*columns, "growth", "MB"], rows)
    return figures


def _exists(case: Case) -> bool:
    command = case.words.partition(" ")[0]
    is_ours = case.program is PROGRAM and not case.completes and command.isalpha()
    return not is_ours or command in COMMANDS


def _readings(
    shops: Sequence[Shop], chosen: Sequence[Case], rounds: int
) -> dict[tuple[int, str], Ratio]:
    """Return the medians, after a round that fills caches and compiles bytecode.

    Each command is divided by the bare Python beside it, so a machine that slows down meanwhile
    slows both.
    """
    taken: dict[tuple[int, str], list[Ratio]] = {}
    for turn in range(rounds + 1):
        for case in chosen:
            for place, shop in enumerate(shops):
                bare, reading = shop.bare(), _run(shop, case)
                if reading.code:
                    raise SystemExit(f"{case.name} ended with {reading.code}: {reading.output}")
                if turn:
                    ratio = Ratio(reading.cpu / bare.cpu, reading.wall / bare.wall, reading.memory)
                    taken.setdefault((place, case.name), []).append(ratio)
    return {key: Ratio(*map(median, zip(*found, strict=True))) for key, found in taken.items()}


def _run(shop: Shop, case: Case) -> Reading:
    if case.completes:
        return shop.complete(case.words)
    return shop.run(case.words, case.program, is_busy=case.is_busy)
