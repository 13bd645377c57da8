"""What every test can rely on: no settings and no store of the user's, and the real input."""

import gc
import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from salescli.services.sessions import open_store
from salescli.store.engine import FILE_NAME
from tests.shop import Clock, Shop

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
GARBAGE = 500_000
"""So many objects are made before some are looked for that are in use no more: a board has many."""

IN_MEMORY, ROOM = Path("/dev/shm"), 4 << 30
"""Where files lie in memory on most systems, and so many bytes have to be free there."""

DISPLAY = ("COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "PAGER")

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, max_examples=100, print_blob=True)
settings.register_profile("deterministic", deadline=None, derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "default"))


def pytest_configure() -> None:
    """Refuse to pass over the real input where the whole suite has to run.

    The stores of the tests lie in memory where there is room: every change waits until the disk has
    it, which takes longer than the change, and no test lets the power fail.
    """
    gc.set_threshold(GARBAGE)
    if IN_CI and not SHARED_DATA.is_dir():
        raise pytest.UsageError("CI is set, but ../shared/data is missing: realdata tests need it")
    if os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free >= ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the `realdata` tests out of a plain clone."""
    if SHARED_DATA.is_dir():
        return
    without = [item for item in items if item.get_closest_marker("realdata")]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if item not in without]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Say how to repeat the order of a run that failed."""
    if exitstatus != pytest.ExitCode.OK:
        terminalreporter.line(
            f"to repeat this order: --randomly-seed={config.getoption('randomly_seed', '')}"
        )


def pytest_collection_finish() -> None:
    """Look no more through what stays to the end when garbage is collected."""
    gc.freeze()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real input; a test that asks for it is marked `realdata`."""
    return SHARED_DATA


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    base = tmp_path_factory.mktemp("homes")
    return (base / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def user_home(monkeypatch: pytest.MonkeyPatch, _homes: Iterator[Path]) -> Path:
    """A home folder of the test's own, without settings, store or `SALES_*` variables.

    Whatever folder a test goes to, the next one begins at the root of the project.
    """
    monkeypatch.chdir(Path(__file__).parents[1])
    for name in [name for name in os.environ if name.startswith("SALES_") or name in DISPLAY]:
        monkeypatch.delenv(name)
    home = next(_homes)
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for kind in ("CACHE", "CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / f".{kind.lower()}"))
    for kind in ("CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{kind}_DIRS", str(home / "system" / kind.lower()))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    return home


@pytest.fixture(scope="session")
def _template_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store as the first command makes it, made once and copied for each test."""
    home = tmp_path_factory.mktemp("template")
    connection = open_store(home, Clock())
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return home / FILE_NAME


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at Monday, nine o'clock."""
    return Clock()


@pytest.fixture
def shop(tmp_path: Path, clock: Clock, _template_store: Path) -> Iterator[Shop]:
    """A new store with the command line and a unit of work on it; `ana` works with it."""
    home = tmp_path / "store"
    home.mkdir()
    shutil.copy(_template_store, home / FILE_NAME)
    shop = Shop(home, clock)
    with shop.kept_open():
        yield shop
