"""A small team's store for each test of this folder, made once; and what the tests have counted."""

from collections import Counter
from pathlib import Path

import pytest

from tests.durability.scenes import copy_store, team
from tests.shop import Clock, Shop


@pytest.fixture(scope="session")
def _team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("team") / "store"
    team(home)
    return home


@pytest.fixture
def worked(tmp_path: Path, clock: Clock, _team: Path) -> Shop:
    """The store of a small team, with its last changes in the journal."""
    home = tmp_path / "store"
    copy_store(_team, home)
    return Shop(home, clock)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Tell what was counted, the worst wait of all, and how to do it again."""
    counted: Counter[str] = Counter()
    worst: dict[str, int] = {}
    for report in terminalreporter.getreports("passed"):
        for what, number in report.user_properties:
            if str(what).startswith("worst"):
                worst[what] = max(worst.get(what, 0), number)
            else:
                counted[what] += number
    for what, number in {**counted, **worst}.items():
        terminalreporter.line(f"{what}: {number:,}")
    terminalreporter.line(f"seed: {config.getoption('randomly_seed')}")
