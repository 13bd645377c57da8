"""`sales import` as a person and a program see it, and imported sales led to the end."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.driver import lead_to_the_end
from tests.forked import program
from tests.rehearsal import SHIPPED, WORKING
from tests.shop import Shop

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
CONTROL = frozenset(map(chr, [*range(9), *range(11, 32), *range(127, 160)]))

WHOLE = """\
Added 2 accounts, 2 opportunities worth 30.00 EUR + 10.50 USD
  made because others name them: 2 accounts
Skipped 2 opportunities:
  {file}:3: stage: The `corporate-sale` process has no stage `Nedds`
  {file}:4: has 2 cells where the header has 5
Next: mend these lines and import the file again; nothing is added twice
"""


@pytest.fixture
def sales_file(tmp_path: Path) -> Path:
    """A file with two opportunities and two rows that cannot be used."""
    path = tmp_path / "sales.csv"
    path.write_text(
        "name,account,stage,amount,currency\n"
        "Pumps,Acme Ltd,Proposal,30,\n"
        "Valves,Acme Ltd,Nedds,1,\n"
        "Pipes,Acme Ltd\n"
        "Taps,Beta Ltd,Prospecting,10.50,USD\n",
        encoding="utf-8",
    )
    return path


def test_an_import_says_what_it_did(shop: Shop, sales_file: Path) -> None:
    """What came in, its sums by currency, each row that did not, and exit code 9 for those."""
    answer = shop.run("import", str(sales_file))
    assert (answer.code, answer.err) == (9, "")
    assert WHOLE.format(file=sales_file) == answer.out


def test_an_import_of_everything_names_the_next_command(shop: Shop) -> None:
    """When all rows came in the code is 0, and the first open opportunity can be run at once."""
    answer = shop.do("import", *map(str, sorted(EXAMPLES.glob("*.csv"))))
    assert "Next: sales run-process corporate-sale --opportunity OPP-1\n" in answer.out
    assert answer.err == ""
    assert shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1").code == 0


def test_a_second_import_says_that_all_is_there(shop: Shop) -> None:
    """It is no mistake to import a file twice."""
    folder = str(EXAMPLES / "salesforce-tree")
    shop.do("import", "salesforce-tree", folder)
    assert shop.do("import", "salesforce-tree", folder).out == (
        "Added nothing\n"
        "There already, and left as they are: 4 accounts, 5 contacts, 3 leads, 10 opportunities\n"
        "Next: sales opportunity list --all\n"
    )


def test_columns_that_have_no_place_are_named_once_on_stderr(shop: Shop, tmp_path: Path) -> None:
    """Nothing is lost in silence, and the result is not mixed with what is left out."""
    path = tmp_path / "a.csv"
    path.write_text("account name,Fax,website,Sic\nAcme,1,,2\nBeta,3,,4\n", encoding="utf-8")
    answer = shop.do("import", str(path))
    assert answer.err == f"note: {path}: left out the columns `Fax`, `Sic`\n"


def test_an_import_as_json(shop: Shop, sales_file: Path) -> None:
    """One document: counts by noun, sums as text, the problems with file, line, field, reason."""
    answer = shop.run("import", str(sales_file), "--json", "--dry-run")
    assert (answer.code, answer.err) == (9, "note: This was a dry run: nothing of it was kept\n")
    assert answer.document == {
        "added": {"account": 2, "opportunity": 2},
        "made": {"account": 2},
        "known": {},
        "skipped": {"opportunity": 2},
        "sums": {"EUR": "30.00", "USD": "10.50"},
        "problems": [
            {
                "file": str(sales_file),
                "line": 3,
                "field": "stage",
                "reason": "The `corporate-sale` process has no stage `Nedds`",
            },
            {
                "file": str(sales_file),
                "line": 4,
                "field": "",
                "reason": "has 2 cells where the header has 5",
            },
        ],
        "remarks": [],
        "started": [],
        "next_command": "sales run-process corporate-sale --opportunity OPP-1",
        "dry_run": True,
    }
    assert shop.rows("SELECT count(*) FROM opportunity") == [(0,)]


def test_a_dry_run_says_so(shop: Shop) -> None:
    """Nobody takes it for the import itself."""
    answer = shop.do("import", "--dry-run", str(EXAMPLES / "accounts.csv"))
    assert answer.out == ("Would add 12 accounts\nNext: the same command without --dry-run\n")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["none.csv"], 3, "There is no file `none.csv`"),
        (["salesforce-tree"], 2, "Which folder?"),
        (["salesforce-tree", "none"], 3, "There is no folder `none`"),
        (["salesforce-tree", "examples", "--as", "lead"], 2, "say what they hold"),
        (["examples"], 2, "`examples` is a folder"),
        (["examples/leads.csv", "--as", "deal"], 2, "`deal` cannot be imported"),
        (["examples/README.md"], 2, "none of the columns"),
    ],
)
def test_what_cannot_be_imported_is_refused_with_a_way_out(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, words: list[str], code: int, told: str
) -> None:
    """The error says what is wrong; stdout stays empty."""
    monkeypatch.chdir(ROOT)
    answer = shop.run("import", *words)
    assert (answer.code, answer.out) == (code, "")
    assert told in answer.err


def test_an_undone_import_can_be_done_again(shop: Shop) -> None:
    """`undo` takes all of it back in one step, and the files come in again as at first."""
    words = ("import", *map(str, sorted(EXAMPLES.glob("*.csv"))))
    before = shop.dump()
    first = shop.json(*words)["added"]
    shop.do("undo")
    assert before == shop.dump()
    assert shop.json(*words)["added"] == first


@pytest.mark.realdata
def test_naughty_strings_print_no_control_bytes(
    shop: Shop, tmp_path: Path, shared_data: Path
) -> None:
    """Neither as names nor in the list of problems can a file steer the terminal."""
    blns = json.loads((shared_data / "csv-abuse" / "blns" / "blns.json").read_text("utf-8"))
    live = json.loads(
        (shared_data / "csv-abuse/terminal-escapes/pyrit-ansi.json").read_text("utf-8")
    )
    strings = [*blns, *live["live"], *live["escaped_text_must_stay_text"]]
    lines = ["name,stage"]
    for text in strings:
        cell = '"' + text.replace('"', '""') + '"'
        lines += [f"{cell},", f"x,{cell}"]
    path = tmp_path / "s.csv"
    path.write_bytes("\r\n".join(lines).encode("utf-8", "surrogatepass"))
    imported = shop.run("import", str(path))
    assert imported.code == 9
    shown = (imported, shop.do("opportunity", "list", "--all"), shop.run("import", str(path)))
    for answer in shown:
        assert not CONTROL & set(answer.out + answer.err)


@pytest.fixture(scope="module")
def imported_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with our own examples, imported by the program."""
    home = tmp_path_factory.mktemp("imported")
    execute(home)("import", *map(str, sorted(EXAMPLES.glob("*.csv"))))
    return home


def execute(home: Path) -> Callable[..., Any]:
    """Return what runs the program in a process of its own and returns its JSON document."""
    environment = {"PATH": os.environ["PATH"], "SALES_HOME": str(home), "SALES_ME": "ana"}

    def run(*words: str) -> Any:
        done = program([*words, "--json"], environment)
        assert done.code == 0, (words, done.err)
        return json.loads(done.out)

    return run


@pytest.mark.parametrize("stage", WORKING)
def test_an_imported_opportunity_goes_from_its_stage_to_closed_won(
    imported_home: Path, tmp_path: Path, stage: str
) -> None:
    """P3, P9: the process starts at the stage that the opportunity stands in and ends won.

    Only the first step of that stage is made; a second start resumes the sale; from there every
    following stage is passed in the order of the definition, but for Qualification, which nobody
    recommends where there is no division.
    """
    home = tmp_path / "store"
    shutil.copytree(imported_home, home)
    run = execute(home)
    opportunities = run("opportunity", "list", "--all")
    reference = next(o["reference"] for o in opportunities if o["stage"] == stage)
    started = run("run-process", "corporate-sale", "--opportunity", reference)["sale"]
    first = next(spec for spec in SHIPPED["stage"] if spec["id"] == stage)["step"][0]
    assert (started["stage"], started["visit"]) == (stage, 1)
    if first["do"] == "activity":
        assert started["step"]["id"] == first["id"]
    again = run("run-process", "corporate-sale", "--opportunity", reference)
    assert again["sale"]["run"] == started["run"]
    assert "running already: resumed" in " ".join(again["warnings"])
    passed = lead_to_the_end(run, reference, started)
    following = WORKING[WORKING.index(stage) + 1 :]
    expected = [stage, *(name for name in following if name != "qualification"), "closed-won"]
    assert passed == expected
    shown = run("opportunity", "show", reference)
    assert shown["stage"] == "closed-won"
    sale = next(o for o in opportunities if o["reference"] == reference)
    assert shown["amount"] == sale["amount"]
