"""The process in memory and in the store, as multiples of the smallest change there is."""

import time
from collections.abc import Callable, Iterator
from itertools import cycle
from sqlite3 import Connection
from statistics import median
from typing import Any, NamedTuple

from bench.measure import seconds_each
from bench.report import Figure, heading, lines
from bench.shops import Shop
from bench.team import ME, NOW
from salescli.domain.process.engine import Walk
from salescli.services.sale import Sale
from salescli.services.sessions import open_store
from salescli.store import chain
from salescli.store.rows import new_key
from salescli.store.unit_of_work import UnitOfWork

REPEATED, STEPS = 200, 20
"""In a round a part is measured so many times; a whole step needs a fresh sale each time."""

COMMITTED = 50
"""So many changes are committed one by one."""

_STEP, _RESULT = "collect", "collected"


class Bench(NamedTuple):
    """An open transaction, the sales that stand on the same step, and rows to change."""

    unit: UnitOfWork
    runs: Iterator[bytes]
    rows: Iterator[bytes]


def open_unit(shop: Shop) -> UnitOfWork:
    """Return a unit of work on a shop's store."""
    return UnitOfWork(
        shop.home,
        clock=lambda: NOW,
        overrides={"me": ME, "currency": "EUR"},
        command="bench",
        open_store=lambda folder: open_store(folder, lambda: NOW),
    )


def measure(shop: Shop, rounds: int) -> list[Figure]:
    """Measure a step in memory, then with its load and its save, and the seal of a change."""
    heading(
        "The process",
        "CPU in this process, as multiples of an UPDATE of one row by its key, without triggers and"
        " without COMMIT",
    )
    unit = open_unit(shop)
    with unit:
        connection = unit.connection
        bench = Bench(unit, _standing(unit), cycle(_keys(unit, "SELECT id FROM opportunity")))
        connection.execute("CREATE TEMP TABLE bare AS SELECT * FROM opportunity")
        connection.execute("CREATE UNIQUE INDEX temp.bare_id ON bare (id)")
        parts: dict[str, Callable[[], object]] = {
            "bare": lambda: _update(bench, "bare"),
            "history": lambda: _update(bench, "opportunity"),
            "walk": _walk(bench),
            "whole": lambda: _step(bench),
        }
        taken: dict[str, list[float]] = {name: [] for name in parts}
        for _ in range(rounds):
            for name, action in parts.items():
                repeat = STEPS if name == "whole" else REPEATED
                taken[name].append(seconds_each(repeat, action))
    sealed = _seal_share(unit, bench.runs)
    unit.close()
    bare, history, walk, whole = (median(taken[name]) for name in parts)
    figures = [
        Figure("one bare UPDATE", bare * 1e6, "µs"),
        Figure("one UPDATE with its history", history / bare),
        Figure("a step in memory", walk / bare, "x", 5),
        Figure("load, step, save with history", whole / bare, "x", 20),
        Figure("load, step, save / UPDATE with its history", whole / history),
        Figure("a change set with its seal / without", sealed),
    ]
    lines(figures)
    return figures


def _seal_share(unit: UnitOfWork, runs: Iterator[bytes]) -> float:
    """Return what a whole change set takes, by what it would take without its seal."""
    seal, spent = chain.seal, 0.0

    def timed(connection: Connection, change_set: bytes) -> None:
        nonlocal spent
        began = time.process_time()
        seal(connection, change_set)
        spent += time.process_time() - began

    def change() -> None:
        with unit:
            _step(Bench(unit, runs, iter(())))

    chain.seal = timed
    whole = seconds_each(COMMITTED, change) * COMMITTED
    chain.seal = seal
    return whole / (whole - spent)


def _keys(unit: UnitOfWork, query: str, *parameters: Any) -> list[bytes]:
    return [row[0] for row in unit.connection.execute(query, parameters)]


def _standing(unit: UnitOfWork) -> Iterator[bytes]:
    """Yield sales that stand on the step, each of them once."""
    query = "SELECT run_id FROM step_visit WHERE step = ? AND closed_at IS NULL"
    yield from _keys(unit, query, _STEP)
    raise SystemExit(f"the store has too few sales on `{_STEP}`: take a larger one")


def _update(bench: Bench, table: str) -> None:
    bench.unit.connection.execute(
        f"UPDATE {table} SET amount = amount + 1 WHERE id = ?", (next(bench.rows),)
    )


def _walk(bench: Bench) -> Callable[[], object]:
    sale = Sale(bench.unit, next(bench.runs))
    spec, run, facts = sale.spec, sale.stored.run, sale.facts()
    step = run.open_step
    assert step is not None

    def walk() -> None:
        moves = Walk(
            spec, run, facts, now=NOW, new_key=new_key, newest=spec, facts_of=lambda _values: {}
        )
        moves.complete(step, _RESULT, {})

    return walk


def _step(bench: Bench) -> None:
    sale = Sale(bench.unit, next(bench.runs))
    walk = sale.walk()
    step = sale.stored.run.open_step
    assert step is not None
    walk.complete(step, _RESULT, {})
    sale.save(walk)
