"""A command imports what it needs and nothing else: no clock can tell, `sys.modules` can."""

import os
import subprocess
import sys

import pytest

from salescli.commands.shared.catalog import COMMANDS
from tests.shop import MONDAY, Shop, made_once

SPY = """
import os, sys
leave = os._exit
def tell(code):
    sys.stdout.flush()
    sys.stderr.write("\\nimported:" + " ".join(sys.modules))
    sys.stderr.flush()
    leave(code)
os._exit = tell
from salescli.__main__ import main
main()
"""

HEAVY = frozenset(
    {
        *("alembic", "dateparser", "icalendar", "platformdirs", "psycopg", "pydantic", "rich"),
        *("sqlalchemy", "sqlmodel", "textual", "tzlocal", "typing_extensions"),
        *("asyncio", "dataclasses", "email", "http", "importlib.metadata", "logging", "socket"),
        *("multiprocessing", "tempfile", "tomllib", "unittest", "zoneinfo"),
    }
)
"""What no daily command imports; the last two lines come with Python."""

OTHERS = frozenset({"annotated_doc", "shellingham", "typer", "uuid_utils"})
"""The only packages that a daily command may bring: Typer with what it needs, and our keys."""

DAILY = {
    "": 34,
    "next": 67,
    "activity list": 30,
    "opportunity list": 41,
    "opportunity show OPP-1": 67,
    "pipeline": 33,
    "risk": 36,
    "find acme": 34,
    "stale": 36,
    "note OPP-1 Approved": 39,
    "hint OPP-1": 57,
    "schedule OPP-1 2026-11-24T10:00": 67,
    "postpone OPP-1 tue": 67,
    "done OPP-1 collected": 66,
    "stage OPP-1 proposal": 70,
    "continue OPP-1 --set tactics=Listen": 73,
    "cancel ACT-1": 66,
    "--version": 13,
}
"""Each daily command with the most modules of ours that it may import."""

MOST = 235
"""Modules that a daily command has loaded in the end, with those that Python itself needs."""

LISTS = ("", "activity list", "opportunity list", "note OPP-1 Approved")


@made_once
def sale(shop: Shop) -> Shop:
    """A shop with one guided sale that stands in needs analysis, and a call for today."""
    shop.do("opportunity", "add", "Acme generator", "--set", "account=Acme Ltd")
    shop.do("stage", "OPP-1", "needs-analysis")
    shop.do("activity", "add", "Call them")
    return shop


def imported(shop: Shop, words: str, **environment: str) -> set[str]:
    """Run a command in a process of its own, in a pipe, and return the modules it has loaded."""
    done = subprocess.run(
        [sys.executable, "-c", SPY, *words.split()],
        env=os.environ
        | {"SALES_HOME": str(shop.home), "SALES_NOW": MONDAY.isoformat(), "SALES_ME": shop.me}
        | {"TZ": "UTC"}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    said, _, modules = done.stderr.partition("\nimported:")
    assert done.returncode == 0, said
    return set(modules.split())


def packages(modules: set[str]) -> set[str]:
    """Return the packages of others among modules."""
    names = {module.partition(".")[0] for module in modules}
    return names - sys.stdlib_module_names - {"salescli", "__main__"}


def ours(modules: set[str]) -> list[str]:
    """Return our own modules."""
    return sorted(module for module in modules if module.startswith("salescli"))


@pytest.mark.parametrize("words", DAILY)
def test_a_daily_command_is_light(sale: Shop, words: str) -> None:
    """It loads no heavy library, no package that is not listed, and few modules (B56)."""
    modules = imported(sale, words)
    assert modules & HEAVY == set()
    assert {name for name in packages(modules) if not name.startswith("_")} <= OTHERS
    assert len(ours(modules)) <= DAILY[words], ours(modules)
    assert len(modules) <= MOST


@pytest.mark.parametrize("words", LISTS)
def test_what_only_lists_needs_no_process(sale: Shop, words: str) -> None:
    """The engine is imported by what moves a sale."""
    assert "salescli.domain.process.engine" not in imported(sale, words)


def test_a_completion_is_light(sale: Shop) -> None:
    """The shell waits for it at every key."""
    asked = {"COMP_WORDS": "sales hint OPP-", "COMP_CWORD": "2"}
    modules = imported(sale, "", _SALES_COMPLETE="complete_bash", **asked)
    assert modules & HEAVY == set()
    assert "salescli.domain.process.engine" not in modules


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_opens_no_store(shop: Shop, name: str) -> None:
    """Help is plain text, and needs neither a store nor what reads one."""
    modules = imported(shop, f"{name} --help".strip())
    assert modules & (HEAVY - {"dataclasses", "logging"}) == set()
    assert "sqlite3" not in modules
