"""Stores of any size for the measurements: a team's pipeline, made in bulk under all triggers."""

import hashlib
import subprocess
import sys
from pathlib import Path

from bench.copies import Copier
from bench.team import ME, NOW, Team
from salescli.services.sessions import open_store
from salescli.store import definitions, settings
from salescli.store.engine import FILE_NAME
from salescli.store.unit_of_work import UnitOfWork

BLOCK = 1000
"""So many sales are drawn one by one; a larger store repeats them."""


def store(cache: Path, count: int) -> Path:
    """Return the home folder of a store with that many opportunities, made unless it is cached."""
    home = cache / f"{count}-{_fingerprint()}"
    if not (home / "made").exists():
        # In a process of its own: a child's peak memory begins with its parent's.
        subprocess.run([sys.executable, "-m", "bench.stores", str(home), str(count)], check=True)
    return home


def build(home: Path, count: int) -> None:
    """Fill a new store; above a thousand, `count` is a number of thousands.

    A thousand sales are a change set like any other. Its copies belong to it too, but its seal
    does not cover them: reading them all again would take longer than writing them.
    """
    home.mkdir(parents=True, exist_ok=True)
    (home / FILE_NAME).unlink(missing_ok=True)
    unit = UnitOfWork(
        home,
        clock=lambda: NOW,
        overrides={"me": ME},
        command="bench",
        open_store=lambda folder: open_store(folder, lambda: NOW),
    )
    # A build that is interrupted is thrown away, and what is copied refers to what was copied.
    unit.connection.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;"
        " PRAGMA cache_size = -200000"
    )
    with unit:
        settings.save(unit, "me", ME)
        settings.save(unit, "currency", "EUR")
        Team(unit, min(count, BLOCK)).fill()
    Copier(unit.connection).copy(count // BLOCK - 1)
    unit.connection.executescript("PRAGMA analysis_limit = 400; ANALYZE; PRAGMA journal_mode = WAL")
    unit.close()
    (home / "made").touch()


def _fingerprint() -> str:
    """Return what changes whenever a cached store is out of date."""
    package = Path(definitions.__file__).parent
    sources = [
        *(Path(__file__).with_name(name) for name in ("stores.py", "team.py", "copies.py")),
        *(package / name for name in ("tables.py", "triggers.py", "unit_of_work.py")),
        *sorted((package / "migrations").rglob("*.py")),
        *sorted((package.parent / "processes").glob("*.toml")),
    ]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources))
    return digest.hexdigest()[:12]


if __name__ == "__main__":
    build(Path(sys.argv[1]), int(sys.argv[2]))
