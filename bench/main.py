"""Chooses what is measured, measures it in copies of the stores, and tells which goals are missed.

What runs whole processes comes first: a child's peak memory begins with its parent's, which the
parts that work in this process make larger.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import batch, board, commands, day, imports
from bench.report import Figure, missed
from bench.shops import Shop
from bench.stores import store

PARTS = ("commands", "board", "day", "imports", "batch", "process", "queries")
SIZES = "1000,10000,100000,1000000"


def main(arguments: Sequence[str]) -> int:
    """Measure, print the tables, and return the exit code."""
    options = _parser().parse_args(arguments)
    wanted = [word for word in options.only.split(",") if word]
    names = [word for word in wanted if word not in PARTS]
    chosen = commands.cases(names)
    if len(chosen) < len(names):
        raise SystemExit(f"there is no such part or command in {options.only}")
    asked = {*wanted, "commands"} if names else set(wanted)
    parts = [part for part in PARTS if part in asked or not asked]
    sizes = [int(size) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        templates = {size: store(options.cache or folder, size) for size in sizes}
        shops = {size: Shop(made, folder / f"{size}") for size, made in templates.items()}
        smallest, largest = shops[min(sizes)], shops[max(sizes)]
        measures: dict[str, Callable[[], list[Figure]]] = {
            "commands": lambda: commands.measure(shops, chosen, options.rounds),
            "board": lambda: board.measure(shops, options.rounds),
            "day": lambda: day.measure(smallest),
            "imports": lambda: imports.measure(
                templates[min(sizes)], folder, max(1, options.rounds // 4)
            ),
            "batch": lambda: batch.measure(
                batch.fitting(templates), folder, max(1, options.rounds // 4)
            ),
            "process": lambda: _process(largest, options.rounds),
            "queries": lambda: _queries(largest, max(sizes)),
        }
        figures = [figure for part in parts for figure in measures[part]()]
    behind = missed(figures)
    print("\nEvery goal is met" if not behind else f"\nMissed: {', '.join(behind)}")
    return int(options.strict and bool(behind))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help="opportunities in the stores, in thousands")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--cache", type=Path, help="folder that keeps the stores")
    parser.add_argument(
        "--only", default="", help=f"{', '.join(PARTS)}, or commands by name, separated by commas"
    )
    parser.add_argument("--strict", action="store_true", help="exit 1 when a goal is missed")
    return parser


def _process(shop: Shop, rounds: int) -> list[Figure]:
    from bench import engine

    return engine.measure(shop, rounds)


def _queries(shop: Shop, size: int) -> list[Figure]:
    from bench import queries

    return queries.measure(shop, size)
