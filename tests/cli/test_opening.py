"""`sales board` alone goes past the parser, and behaves as with it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from salescli.store.engine import FILE_NAME
from tests.cli.test_import_hygiene import SPY
from tests.shop import Shop

OPENED = """
import os
from salescli.commands.shared import opening
def opened(context):
    print("opened", context.home)
    return 7
opening.open_board = opened
"""
HEADLESS = "textual.drivers.headless_driver:HeadlessDriver"


def ran(
    home: Path, *words: str, program: str = "", driver: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the program, or a changed one, in a process of its own without a terminal."""
    environment = os.environ | {"SALES_HOME": str(home), "SALES_ME": "ana"}
    if driver:
        environment["TEXTUAL_DRIVER"] = driver
    start = ["-c", program] if program else ["-m", "salescli"]
    return subprocess.run(
        [sys.executable, *start, *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("words", [["board"], ["--quiet", "board"], ["board", "--read-only"]])
def test_the_board_is_opened_with_and_without_options(tmp_path: Path, words: list[str]) -> None:
    """Its code is the program's; without options the parser is not imported at all."""
    done = ran(tmp_path, *words, program=OPENED + SPY)
    assert done.stdout == f"opened {tmp_path}\n"
    assert done.returncode == 7
    modules = done.stderr.partition("\nimported:")[2].split()
    assert ("typer" in modules) == (words != ["board"])


def test_without_a_terminal_it_is_refused_alike(tmp_path: Path) -> None:
    """A script is told what to run instead, and no store is made."""
    plain, with_options = ran(tmp_path, "board"), ran(tmp_path, "--quiet", "board")
    assert "needs a terminal" in plain.stderr
    assert (plain.returncode, plain.stderr) == (with_options.returncode, with_options.stderr)
    assert not list(tmp_path.iterdir())


def test_a_store_that_cannot_be_read_is_refused_alike(shop: Shop) -> None:
    """The sentence, the way out and the code are those of every other command."""
    (shop.home / FILE_NAME).write_bytes(b"no store" * 512)
    plain = ran(shop.home, "board", driver=HEADLESS)
    listed = ran(shop.home, "opportunity", "list")
    assert plain.returncode == listed.returncode
    assert plain.stderr == listed.stderr
    assert plain.stderr.startswith("error: ")
