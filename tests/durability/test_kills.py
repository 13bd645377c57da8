"""SIGKILL at any moment: an answered change is there, and no change is there by half."""

import os
import random
from collections import Counter
from collections.abc import Callable

import pytest

from tests.durability.harness import Harness
from tests.durability.writers import READERS, WRITERS, Writer, command_of, commands

PARTS = 10
KILLS = int(os.environ.get("KILLS", "300"))
"""How many programs are killed in all; `make soak` kills more."""

CLOSELY = ("team: done RUN-2 meet --at thu 10",)
"""Writers that are killed at each of their statements; of the others a few have to do."""

SAMPLE = 6 if "KILLS" not in os.environ else 40


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Chance that comes again with the same `--randomly-seed`."""
    seed = request.config.getoption("randomly_seed")
    return random.Random(f"{seed} {request.node.name}")


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Harness:
    """The scenes, and what is learned of each command, once for all tests."""
    return Harness(tmp_path_factory.mktemp("kills"))


@pytest.mark.parametrize("part", range(PARTS))
def test_a_killed_program_leaves_all_or_nothing(
    harness: Harness,
    part: int,
    chance: random.Random,
    record_property: Callable[[str, object], None],
) -> None:
    """P18: whatever command is killed, whenever: what it has answered is stored, the rest of its
    change is there as a whole or not at all, the file is sound, and the next command works.
    """
    tally: Counter[str] = Counter()
    writers = WRITERS[part::PARTS]
    for number in range(KILLS // PARTS):
        tally += harness.kill_at_random(writers[number % len(writers)], chance)
    for what, count in tally.items():
        record_property(what, count)
    assert tally["while writing"]


def test_every_command_that_writes_is_killed() -> None:
    """A command is in the table of writers or known to only look."""
    assert commands() == READERS | {command_of(writer) for writer in WRITERS}


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)
def test_a_kill_at_a_statement_leaves_all_or_nothing(
    harness: Harness, writer: Writer, chance: random.Random
) -> None:
    """P18: a command that is killed between two of its statements was not given at all."""
    numbers = list(range(1, harness.statements(writer) + 1))
    if writer.name not in CLOSELY:
        few = SAMPLE if writer.scene != "team" else SAMPLE // 3
        numbers = chance.sample(numbers, few)
    for number in numbers:
        harness.kill_at_statement(writer, number)
