"""Runs a script where file systems are mounted that nobody else sees, and none stays behind."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.durability.killing import own_environment

PROGRAM = Path(sys.executable).parent / "sales"
"""The program as it is installed."""


def in_mounts(home: Path, mounts: Sequence[str], script: str, *arguments: Path) -> str:
    """Run shell commands that mount, then a Python script, and return what it prints.

    A private name space for mounts is what root may make, and on most systems everybody; the
    mounts vanish with its last process.
    """
    commands = "\n".join(["set -e", *mounts, 'exec "$@"'])
    shell = ["unshare", "--mount", "--map-root-user", "sh", "-c", commands, "sh"]
    done = subprocess.run(
        [*shell, sys.executable, "-c", script, str(home), *map(str, arguments)],
        env=os.environ | own_environment(home),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def read_only(place: Path) -> list[str]:
    """Return the commands that let nobody write to a file or a folder."""
    return [f"mount --bind '{place}' '{place}'", f"mount -o remount,bind,ro '{place}'"]


def small(place: Path, kilobytes: int) -> list[str]:
    """Return the command that makes a folder a disk of so many kilobytes."""
    return [f"mount -t tmpfs -o size={kilobytes}k tmpfs '{place}'"]
