"""Several sellers at once, each in a process of its own, and somebody who only looks."""

import multiprocessing
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from salescli.errors import SalesError
from salescli.services import activities, moves, notes, records
from salescli.store.unit_of_work import UnitOfWork
from tests.shop import Clock, Shop

PATIENCE = 120
"""Seconds after which a process that has not reported is given up."""

_FORK = multiprocessing.get_context("fork")

Change = Callable[[UnitOfWork, str], object]
"""A change that somebody makes; the text is a name that nobody else gives."""


def _move_on(unit: UnitOfWork, name: str) -> None:
    stages = ("proposal", "negotiations")
    moves.change_stage(unit, ["OPP-1"], stages[int(name.rpartition(" ")[2]) % 2])


MIXED: tuple[Change, ...] = (
    lambda unit, name: notes.write(unit, "ACC-1", name),
    lambda unit, name: records.add(unit, "account", name, []),
    lambda unit, name: records.edit(unit, "account", "ACC-2", [f"city={name}"]),
    _move_on,
    lambda unit, name: activities.add(unit, name, ("account=ACC-1",)),
)
"""What a writer does in turn: to the same records as all others, and to records of its own."""


class Report(NamedTuple):
    """What a process tells: refusals, its longest wait in seconds, how often it did its thing."""

    refusals: tuple[str, ...]
    worst: float
    times: int


def write(home: Path, login: str, changes: int) -> Report:
    """Make changes one after the other, each with a store opened anew as a command does."""
    refusals, worst = [], 0.0
    shop = Shop(home, Clock(), me=login)
    for number in range(changes):
        began = time.monotonic()
        unit = shop.unit
        try:
            MIXED[number % len(MIXED)](unit, f"{login} {number}")
        except SalesError as refusal:
            refusals.append(refusal.message)
        finally:
            unit.close()
        worst = max(worst, time.monotonic() - began)
    return Report(tuple(refusals), worst, changes)


def look(home: Path, is_over: Callable[[], bool]) -> Report:
    """Look until it is over: a running sale stands in one stage whenever somebody looks."""
    wrong, worst, count = [], 0.0, 0
    shop = Shop(home, Clock(), me="cy")
    while not is_over() or not count:
        began = time.monotonic()
        unit = shop.unit
        with unit.reading():
            standing = unit.connection.execute(
                "SELECT count(*) FROM process_run r WHERE state = 'running' AND 1 <> (SELECT"
                " count(*) FROM stage_visit WHERE run_id = r.id AND left_at IS NULL)"
            ).fetchone()[0]
        unit.close()
        worst, count = max(worst, time.monotonic() - began), count + 1
        wrong += [f"{standing} sales in no stage or in two"] * bool(standing)
    return Report(tuple(wrong), worst, count)


def race(*jobs: Callable[[], Any]) -> list[Any]:
    """Run jobs at once, each in a process of its own, and return what they return."""
    barrier = _FORK.Barrier(len(jobs))
    answers = _FORK.SimpleQueue()

    def run(number: int) -> None:
        barrier.wait(PATIENCE)
        answers.put((number, jobs[number]()))
        os._exit(0)

    processes = [_FORK.Process(target=run, args=(number,)) for number in range(len(jobs))]
    for process in processes:
        process.start()
    for process in processes:
        process.join(PATIENCE)
    assert [0] * len(jobs) == [process.exitcode for process in processes]
    found = dict(answers.get() for _process in processes)
    return [found[number] for number in range(len(jobs))]


def flag() -> Any:
    """Return an event that all jobs see."""
    return _FORK.Event()
