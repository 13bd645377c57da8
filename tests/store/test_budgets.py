"""What a daily command asks of the store costs as much in a large store as in a small one.

Steps of SQLite's machine are counted, which no other program on the computer can disturb. A seller
has as many sales in the store of 10,000 as in that of 1,000, so one budget has to do for both.
"""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.shops import POOLS
from bench.stores import build
from salescli.services import answers, moves, notes, pipeline, processes, scheduling
from salescli.store import search
from salescli.store.engine import FILE_NAME
from salescli.store.unit_of_work import UnitOfWork
from tests.store.test_plans import scans
from tests.store.traces import READS, Command, trace

SIZES = (1_000, 10_000)

ReferenceCommand = Callable[[UnitOfWork, str], object]

READ_STEPS = {
    "sales": 4_000,
    "next": 400,
    "activity list": 3_300,
    "opportunity list": 4_800,
    "opportunity show": 200,
    "hint": 600,
    "hint of an activity": 200,
    "pipeline --mine": 1_600,
    "risk": 7_500,
    "day with counts": 7_500,
    "completion": 3_800,
    "completion of results": 600,
    "marked activities": 100,
    "marked accounts": 100,
    "marked cards": 200,
    "activities by owner": 3_000,
    "activities by what they are about": 3_000,
    "accounts by city": 100,
    "leads by owner": 100,
}
"""Steps of what is only read, for a seller with 100 sales, of which some 40 are open."""

WRITE_STEPS: dict[str, tuple[str, int, ReferenceCommand]] = {
    "done": (
        "collecting",
        3_200,
        lambda unit, sale: processes.complete(unit, sale, answers.Answers("collected")),
    ),
    "schedule": (
        "planned",
        2_300,
        lambda unit, sale: scheduling.schedule(unit, sale, "2026-11-24 10:00"),
    ),
    "postpone": (
        "planned",
        2_300,
        lambda unit, sale: scheduling.postpone(unit, sale, "2026-11-25 10:00"),
    ),
    "cancel": (
        "planned",
        3_200,
        lambda unit, sale: processes.cancel(unit, sale, "on holiday"),
    ),
    "stage": (
        "planned",
        4_000,
        lambda unit, sale: moves.change_stage(unit, [sale], "contracting"),
    ),
    "continue --set": (
        "filling",
        2_800,
        lambda unit, sale: processes.move_down(
            unit, sale, answers.Answers(assignments=("tactics=Listen",))
        ),
    ),
    "note": ("planned", 1_000, lambda unit, sale: notes.write(unit, sale, "Approved")),
    "assign": ("planned", 3_500, lambda unit, sale: moves.assign(unit, [sale], "bo")),
}
"""Where the sale comes from that is changed, the steps with history and seal, the change."""

PER_SALE: dict[str, tuple[int, Command]] = {
    "pipeline": (7, pipeline.by_stage),
    "words that nothing matches": (
        6,
        lambda unit: search.open_sales(unit.connection, "such words", unit.user_id),
    ),
}
"""What has to look at every sale, and the steps that it may take for each of them."""


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size:,}")
def size(request: pytest.FixtureRequest) -> int:
    """The opportunities in the store of a team."""
    found: int = request.param
    return found


@pytest.fixture(scope="module")
def team(size: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a whole team, with the statistics that SQLite has of it."""
    home = tmp_path_factory.mktemp("team")
    build(home, size)
    return home


def one_of(home: Path, pool: str) -> str:
    """Return the handle of a sale that stands where a command wants it."""
    connection = sqlite3.connect(home / FILE_NAME)
    (reference,) = connection.execute(POOLS[pool]).fetchone()
    connection.close()
    return str(reference)


def test_every_read_has_a_budget() -> None:
    """A new daily read needs one; what is found by words is counted for each sale."""
    assert READ_STEPS.keys() | PER_SALE.keys() | {"hint by words"} == READS.keys() | PER_SALE.keys()


@pytest.mark.parametrize("name", READ_STEPS)
def test_a_read_takes_as_many_steps_in_any_store(team: Path, name: str) -> None:
    """What others sell costs me nothing (B56)."""
    assert trace(team, READS[name]).steps <= READ_STEPS[name]


@pytest.mark.parametrize("name", WRITE_STEPS)
def test_a_write_takes_as_many_steps_in_any_store(team: Path, tmp_path: Path, name: str) -> None:
    """A change finds its sale, keeps what was before and seals it, all by keys (B56)."""
    pool, budget, command = WRITE_STEPS[name]
    shutil.copyfile(team / FILE_NAME, tmp_path / FILE_NAME)
    sale = one_of(tmp_path, pool)
    assert trace(tmp_path, lambda unit: command(unit, sale)).steps <= budget


@pytest.mark.parametrize("name", PER_SALE)
def test_what_looks_at_every_sale_takes_few_steps_for_each(
    team: Path, size: int, name: str
) -> None:
    """A sum over the pipeline and a word anywhere in a name read an index and no table (B56)."""
    steps, command = PER_SALE[name]
    assert trace(team, command).steps <= steps * size


@pytest.mark.parametrize("name", READS.keys() - {"hint by words"})
def test_no_read_scans_a_large_table(team: Path, name: str) -> None:
    """With statistics too, every query of a daily command goes through an index (B56)."""
    assert scans(team, trace(team, READS[name]).statements) == set()


@pytest.mark.parametrize("name", WRITE_STEPS)
def test_no_write_scans_a_large_table(team: Path, tmp_path: Path, name: str) -> None:
    """Neither does any statement of a daily change, its history and its seal (B56)."""
    pool, _budget, command = WRITE_STEPS[name]
    shutil.copyfile(team / FILE_NAME, tmp_path / FILE_NAME)
    sale = one_of(tmp_path, pool)
    asked = trace(tmp_path, lambda unit: command(unit, sale)).statements
    assert scans(tmp_path, asked) == set()
