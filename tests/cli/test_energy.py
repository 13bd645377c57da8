"""`--energy` tells what a command took, and changes nothing else about it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from salescli.energy import Meter
from tests.shop import MONDAY, Answer, Shop

LINE = r"energy: \d+ ms of CPU, \d+ ms on the clock; .*(J|joules).*\n"


def sales(shop: Shop, *words: str) -> Answer:
    """Run the real program in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "salescli", *words],
        env=os.environ
        | {"SALES_HOME": str(shop.home), "SALES_NOW": MONDAY.isoformat(), "SALES_ME": shop.me}
        | {"SALES_CURRENCY": "EUR"},
        capture_output=True,
        text=True,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def zone(powercap: Path, name: str, microjoules: str) -> None:
    """Let a counter of a made-up machine stand at a value."""
    (powercap / name).mkdir(exist_ok=True)
    (powercap / name / "energy_uj").write_text(f"{microjoules}\n", encoding="ascii")


@pytest.mark.parametrize(
    "words",
    [
        ("--energy", "opportunity", "list"),
        ("opportunity", "--energy", "list"),
        ("opportunity", "list", "--energy"),
    ],
)
def test_one_line_follows_the_command(shop: Shop, words: tuple[str, ...]) -> None:
    """Wherever the flag stands, stdout is as without it and stderr has one line (B56)."""
    shop.do("opportunity", "add", "Backup power", "--account", "Acme")
    plain = sales(shop, "opportunity", "list")
    told = sales(shop, *words)
    assert (plain.code, plain.out) == (told.code, told.out)
    assert "" == plain.err
    assert re.fullmatch(LINE, told.err)


def test_a_program_gets_it_as_json(shop: Shop) -> None:
    """With --json the document stays as it is; stderr has a document of its own (B56)."""
    told = sales(shop, "pipeline", "--json", "--energy")
    assert shop.json("pipeline") == told.document
    energy = json.loads(told.err)["energy"]
    assert {"cpu_ms", "wall_ms", "joules"} == set(energy)
    assert energy["cpu_ms"] > 0


def test_a_refusal_took_something_too(shop: Shop) -> None:
    """The exit code and the error come as without it, and the line comes last."""
    told = sales(shop, "opportunity", "show", "OPP-9", "--energy")
    assert 3 == told.code
    assert told.err.startswith("error: ")
    assert told.err.splitlines()[-1].startswith("energy: ")


def test_after_two_dashes_it_is_a_word(shop: Shop) -> None:
    """What stands behind `--` is no flag."""
    shop.do("opportunity", "add", "Backup power", "--account", "Acme")
    told = sales(shop, "note", "OPP-1", "--", "--energy")
    assert "" == told.err
    assert [("--energy",)] == shop.rows("SELECT text FROM note")


def test_joules_are_those_of_the_whole_processors(tmp_path: Path) -> None:
    """Each processor counts once; the parts of one are counted in it already (B56)."""
    for name, before, after in (
        ("intel-rapl:0", "1000000", "1250000"),
        ("intel-rapl:0:0", "5", "999999"),
        ("intel-rapl:1", "7", "500007"),
    ):
        zone(tmp_path, name, before)
        zone(tmp_path / name, "later", after)
    meter = Meter(tmp_path)
    for counter in tmp_path.glob("*/later/energy_uj"):
        counter.replace(counter.parents[1] / "energy_uj")
    assert 0.75 == meter.read().joules


@pytest.mark.parametrize("after", ["5", "", "none"])
def test_a_counter_that_began_anew_tells_nothing(tmp_path: Path, after: str) -> None:
    """No joules are better than wrong ones: wrapped, emptied or unreadable counters tell none."""
    zone(tmp_path, "intel-rapl:0", "1000")
    meter = Meter(tmp_path)
    zone(tmp_path, "intel-rapl:0", after)
    assert meter.read().joules is None


def test_a_machine_without_counters_says_so(tmp_path: Path) -> None:
    """The times are told all the same."""
    taken = Meter(tmp_path / "none").read()
    assert taken.joules is None
    assert taken.cpu_ms > 0
    assert taken.wall_ms > 0
