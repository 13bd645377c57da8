"""A small team's store for each test of this folder, made once."""

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
