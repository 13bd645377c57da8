"""The queries of the daily commands in the largest store: time, and steps of SQLite's machine."""

import sqlite3
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from statistics import median

from bench.engine import open_unit
from bench.report import Figure, heading, table
from bench.shops import Shop
from bench.team import BUSY, ME, NOW
from salescli.store import activities, agenda, reports, runs, search
from salescli.store.records import by_label
from salescli.store.unit_of_work import UnitOfWork

MOST_MS = 10
REPEATED = 51
LOOKUP = "a lookup by key"
TONIGHT = NOW + timedelta(hours=15)

Query = Callable[[sqlite3.Connection, bytes], object]

FOR_SOMEBODY: dict[str, Query] = {
    "overdue activities": lambda c, me: activities.due(c, me, before=NOW, limit=11),
    "activities due today": lambda c, me: activities.due(
        c, me, since=NOW, before=TONIGHT, limit=11
    ),
    "waiting sales": lambda c, me: list(islice(agenda.waiting(c, me), 11)),
    "quiet sales": lambda c, me: agenda.quiet(c, me, NOW.date(), 11),
    "list of activities": lambda c, me: activities.page(
        c, activities.Scope(me, is_open=True), limit=50
    ),
    "a sale of mine by words": lambda c, me: search.open_sales(c, "power 0000", me),
    "newest sales, for completion": lambda c, me: search.my_open_sales(c, me, 50),
}
"""Asked for the seller with few sales and for the one with a fiftieth of all."""

NO_CHANCES = reports.Chances("", {})
FOR_ANYBODY: dict[str, Query] = {
    "a sale by its handle": lambda c, _me: search.target_row(c, "opportunity", 500),
    "a record by its name": lambda c, _me: by_label(c, "account", "fjord rail 0000333"),
    "a sale by words that nothing has": lambda c, me: search.open_sales(c, "no such", me),
    "the pipeline": lambda c, _me: reports.open_sums(c, NO_CHANCES),
}
"""Asked once: who asks makes no difference."""

UNBOUNDED = {"the pipeline", "a sale by words that nothing has"}
"""A sum over all open sales reads them all, and a word may stand anywhere in a name."""


def measure(shop: Shop, size: int) -> list[Figure]:
    """Ask each query again and again in a warm store, and print milliseconds and steps."""
    heading(
        f"Queries in the store of {size:,}",
        "Milliseconds in this process (median), as multiples of a lookup by key, and steps",
    )
    unit = open_unit(shop)
    with unit.reading():
        asked = _queries(unit)
        taken = {name: _milliseconds(ask) for name, ask in asked.items()}
        steps = {name: _steps(unit.connection, ask) for name, ask in asked.items()}
    unit.close()
    figures, rows = [], []
    for name, found in taken.items():
        goal = None if name in UNBOUNDED else MOST_MS
        figure = Figure(f"query: {name}", found, "ms", goal)
        figures.append(figure)
        rows.append(
            (name, f"{found:.3f}", f"{found / taken[LOOKUP]:.0f}", f"{steps[name]:,}", figure)
        )
    table(["", "ms", "x lookup", "steps"], rows)
    return figures


def _queries(unit: UnitOfWork) -> dict[str, Callable[[], object]]:
    connection = unit.connection
    key = connection.execute("SELECT id FROM opportunity WHERE number = 500").fetchone()[0]
    run = connection.execute(
        "SELECT id FROM process_run WHERE state = 'running' ORDER BY number LIMIT 1"
    ).fetchone()[0]
    lookup = "SELECT number FROM opportunity WHERE id = ?"
    asked: dict[str, Callable[[], object]] = {
        LOOKUP: lambda: connection.execute(lookup, (key,)).fetchone(),
        "a sale with its process": lambda: runs.load(connection, run),
    }
    for login in (ME, BUSY):
        me = connection.execute("SELECT id FROM user WHERE login = ?", (login,)).fetchone()[0]
        whose = "" if login == ME else ", busy"
        for name, query in FOR_SOMEBODY.items():
            asked[name + whose] = lambda query=query, me=me: query(connection, me)  # type: ignore[misc]  # bound now
    for name, query in FOR_ANYBODY.items():
        asked[name] = lambda query=query, me=me: query(connection, me)  # type: ignore[misc]  # bound now
    return asked


def _milliseconds(ask: Callable[[], object]) -> float:
    ask()
    taken = []
    for _ in range(REPEATED):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    return median(taken) * 1000


def _steps(connection: sqlite3.Connection, ask: Callable[[], object]) -> int:
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    connection.set_progress_handler(count, 1)
    ask()
    connection.set_progress_handler(None, 0)
    return steps
