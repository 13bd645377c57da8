"""SIGKILL at any moment: an answered change is there, and no change is there by half."""

import itertools
import os
import random
from collections import Counter
from collections.abc import Callable

import pytest

from salescli.commands.shared.catalog import READERS
from tests.durability.harness import Harness
from tests.durability.writers import WRITERS, command_of, commands

PARTS = 10
KILLS = int(os.environ.get("KILLS", "100"))
"""How many programs are killed in all; `make soak` kills more."""

CLOSELY = next(writer for writer in WRITERS if writer.words[0] == "done")
"""A writer that is killed at each of its statements."""

IS_SOAK = "KILLS" in os.environ
SAMPLE = 40 if IS_SOAK else 4
"""So many statements of another have to do; in less than a soak, of a third of the plain ones."""


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
    for writer in itertools.cycle(writers):
        if tally["kills"] == KILLS // PARTS:
            break
        tally += harness.kill_at_random(writer, chance)
    for what, count in tally.items():
        record_property(what, count)
    assert tally["while writing"]


def test_every_command_that_writes_is_killed() -> None:
    """A command is in the table of writers or known to only look."""
    assert commands() == READERS | {command_of(writer) for writer in WRITERS}


def test_a_kill_at_any_statement_leaves_all_or_nothing(harness: Harness) -> None:
    """P18: a command that is killed before any of its statements leaves all or nothing."""
    for number in range(1, harness.statements(CLOSELY) + 1):
        harness.kill_at_statement(CLOSELY, number)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_kill_at_some_statement_leaves_all_or_nothing(
    harness: Harness, part: int, chance: random.Random
) -> None:
    """P18: so do all other commands, the update of a store and its first use among them."""
    for writer in WRITERS[part::PARTS]:
        if IS_SOAK or writer.scene != "team" or chance.random() < 1 / 3:
            numbers = range(1, harness.statements(writer) + 1)
            for number in chance.sample(numbers, min(SAMPLE, len(numbers))):
                harness.kill_at_statement(writer, number)
