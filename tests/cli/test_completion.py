"""The shell completes commands, handles, stages and results from the store."""

import os
import subprocess
import sys

import pytest

from salescli.services.shipped import PROCESSES
from tests.shop import Shop, made_once


def completed(shop: Shop, *words: str) -> list[str]:
    """Return what bash would offer for the last of the words."""
    environment = os.environ | {
        "_SALES_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(("sales", *words)),
        "COMP_CWORD": str(len(words)),
        "SALES_HOME": str(shop.home),
        "SALES_ME": shop.me,
    }
    done = subprocess.run(
        [sys.executable, "-m", "salescli"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


@made_once
def selling(shop: Shop) -> Shop:
    """A shop whose only sale stands at the first call of needs analysis."""
    shop.do("user", "add", "bo")
    shop.do("opportunity", "add", "Pumps", "--stage", "needs-analysis")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shop.do("done", "OPP-1", "collected")
    return shop


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("oppo",), {"opportunity"}),
        (("opportunity", "sh"), {"show"}),
        (("opportunity", "show", "OPP"), {"OPP-1"}),
        (("done", "OPP"), {"OPP-1"}),
        (("done", "OPP-1", ""), {"presentation-agreed", "redial-later", "not-interested"}),
        (("stage", "OPP-1", "pr"), {"presentation", "proposal"}),
        (("close", "OPP-1", "re"), {"rerouted", "rejected"}),
        (("assign", "OPP-1", "b"), {"bo"}),
        (("run-process", "corp"), {path.stem for path in PROCESSES.glob("corp*.toml")}),
    ],
)
def test_words_are_completed(selling: Shop, words: tuple[str, ...], expected: set[str]) -> None:
    """Each place offers what can stand there and begins so, and nothing else."""
    assert expected == set(completed(selling, *words))


def test_an_unreadable_store_completes_nothing(selling: Shop) -> None:
    """Trouble with the store never lands in the middle of a command line."""
    (selling.home / "sales.db").write_bytes(b"no database")
    assert [] == completed(selling, "opportunity", "show", "OPP")


def test_the_script_of_each_shell_is_printed(shop: Shop) -> None:
    """`sales completion SHELL` prints a script that asks the program."""
    for shell in ("bash", "zsh", "fish", "powershell"):
        assert "_SALES_COMPLETE" in shop.do("completion", shell).out
    assert shop.run("completion", "tcsh").code == 3
