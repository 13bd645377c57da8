"""What the daily commands ask of the store: every statement, as SQLite is given it."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from salescli.domain.listing import Shown, Sort
from salescli.errors import ChangedMeanwhileError
from salescli.services import (
    answers,
    board,
    completion,
    hints,
    listed,
    moves,
    next_thing,
    notes,
    pipeline,
    planned,
    processes,
    records,
    risk,
    scheduling,
    today,
)
from salescli.services.sessions import open_store
from salescli.store.unit_of_work import UnitOfWork
from tests.shop import MONDAY


def _too_late(unit: UnitOfWork) -> None:
    late = answers.Answers("collected", ("need=Power",), seen="collect")
    with suppress(ChangedMeanwhileError):
        processes.complete(unit, "OPP-1", late)
    late = answers.Answers(assignments=("need=Power",), shown={"need": "None"})
    with suppress(ChangedMeanwhileError):
        processes.move_down(unit, "OPP-1", late)


Command = Callable[[UnitOfWork], object]

READS: dict[str, Command] = {
    "sales": today.today,
    "next": next_thing.next_thing,
    "activity list": lambda unit: planned.listing(unit, everything=False),
    "opportunity list": lambda unit: listed.listing(unit, "opportunity"),
    "opportunity show": lambda unit: listed.show(unit, "opportunity", "OPP-1"),
    "hint": lambda unit: hints.of(unit, "OPP-1"),
    "hint by words": lambda unit: hints.of(unit, "acme"),
    "hint of an activity": lambda unit: hints.of(unit, "ACT-1"),
    "pipeline": pipeline.by_stage,
    "marked activities": lambda unit: planned.handles(
        unit, Shown(Sort("due")), 9, among=["ACT-1", "ACT-2"]
    ),
    "marked accounts": lambda unit: listed.handles(
        unit, "account", Shown(Sort("name"), everything=True), 9, among=["ACC-1", "ACC-2"]
    ),
    "activities by owner": lambda unit: planned.page(unit, Shown(Sort("owner")), 0, 9),
    "activities by what they are about": lambda unit: planned.page(
        unit, Shown(Sort("about", is_falling=True)), 0, 9
    ),
    "accounts by city": lambda unit: listed.page(
        unit, "account", Shown(Sort("city")), 0, 9, names=["name", "city"]
    ),
    "leads by owner": lambda unit: listed.page(
        unit, "lead", Shown(Sort("owner", is_falling=True)), 0, 9, names=["name", "owner"]
    ),
    "marked cards": lambda unit: board.handles(
        unit, board.Shown("", asked="amount > 5"), 9, among=["OPP-1", "OPP-2"]
    ),
    "pipeline --mine": lambda unit: pipeline.by_stage(unit, "me"),
    "risk": risk.at_risk,
    "day with counts": lambda unit: today.today(unit, counts=True),
    "completion": completion.sales,
    "completion of results": lambda unit: completion.results(unit, "OPP-1"),
}
WRITES: dict[str, Command] = {
    "note": lambda unit: notes.write(unit, "OPP-1", "Approved"),
    "schedule": lambda unit: scheduling.schedule(unit, "OPP-1", "2026-11-24 10:00"),
    "postpone": lambda unit: scheduling.postpone(unit, "OPP-1", "2026-11-25 10:00"),
    "done": lambda unit: processes.complete(unit, "OPP-1", answers.Answers("collected")),
    "stage": lambda unit: moves.change_stage(unit, ["OPP-1"], "negotiations"),
    "continue --set": lambda unit: processes.move_down(
        unit, "OPP-1", answers.Answers(assignments=("tactics=Listen",))
    ),
    "stage again": lambda unit: moves.change_stage(unit, ["OPP-1"], "proposal"),
    "cancel": lambda unit: processes.cancel(unit, "OPP-1", "on holiday"),
    "edit": lambda unit: records.edit(unit, "opportunity", "OPP-1", ["need=Power"]),
    "edit again": lambda unit: records.edit(unit, "opportunity", "OPP-1", ["need=Backup power"]),
    "an answer that comes too late": _too_late,
    "assign": lambda unit: moves.assign(unit, ["OPP-1"], "bo"),
}


class Trace(NamedTuple):
    """The statements of a command, without those of triggers, and the steps that they took."""

    statements: list[str]
    steps: int


def trace(home: Path, command: Command, *, me: str = "ana") -> Trace:
    """Run a command as a new process would and return what the store was asked."""
    statements: list[str] = []
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 10

    def open_traced(folder: Path) -> sqlite3.Connection:
        connection = open_store(folder, lambda: MONDAY)
        connection.set_trace_callback(statements.append)
        connection.set_progress_handler(count, 10)
        return connection

    unit = UnitOfWork(
        home,
        clock=lambda: MONDAY,
        overrides={"me": me, "currency": "EUR"},
        command="test",
        open_store=open_traced,
    )
    command(unit)
    unit.close()
    own = ("SELECT", "INSERT", "UPDATE", "DELETE")
    return Trace([text for text in statements if text.startswith(own)], steps)
