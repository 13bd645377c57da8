"""Bad input: one clear sentence and a way out on stderr, the right exit code, nothing changed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

import pytest

from salescli.cli import run
from salescli.domain.fields import NOUNS
from tests.shop import Answer, Shop, made_once

LONG = "x" * 10_000

UNKNOWN = [
    # (what is typed, exit code, a part of the sentence)
    (("done", "OPP-99", "meet"), 3, "There is no `OPP-99`"),
    (("continue", "RUN-99"), 3, "There is no `RUN-99`"),
    (("schedule", "ACT-99", "tue 10"), 3, "There is no `ACT-99`"),
    (("note", "LEAD-99", "x"), 3, "There is no `LEAD-99`"),
    (("hint", "nobody"), 3, "No sale matches `nobody`"),
    (("assign", "nobody", "ana"), 3, "No sale matches `nobody`"),
    (("assign", "RUN-1", "nobody"), 3, "There is no user `nobody`"),
    (("opportunity", "show", "OPP-99"), 3, "There is no opportunity `OPP-99`"),
    (("opportunity", "show", "99"), 3, "There is no opportunity `OPP-99`"),
    (("opportunity", "show", "ACC-1"), 3, "`ACC-1` is an account"),
    (("account", "show", "nobody"), 3, "There is no account `nobody`"),
    (("account", "show", "ACC-0"), 3, "ACC-0"),
    (("account", "show", "ACC-999999999999999999999999"), 3, "ACC-9999"),
    (("contact", "edit", "nobody", "--phone", "1"), 3, "There is no contact `nobody`"),
    (("lead", "show", "LEAD-7"), 3, "There is no lead `LEAD-7`"),
    (("user", "show", "nobody"), 3, "There is no user `nobody`"),
    (("division", "remove", "nowhere"), 3, "There is no division `nowhere`"),
    (("activity", "show", "ACT-99"), 3, "There is no activity `ACT-99`"),
    (("stage", "RUN-1", "Nedds"), 3, "The `corporate-sale` process has no stage `Nedds`"),
    (("reopen", "OPP-99", "--reason", "x"), 3, "There is no `OPP-99`"),
    (("close", "RUN-1", "sold"), 3, "A sale cannot end as `sold`"),
    (("done", "RUN-1", "maybe"), 3, "has no result `maybe`"),
    (("schedule", "RUN-1", "someday"), 2, "`someday` is not a date"),
    (("schedule", "RUN-1", "3/4/2027"), 2, "`3/4/2027` could mean two days"),
    (("postpone", "RUN-1", "0001-01-01"), 2, "year 1"),
    (("postpone", "RUN-1"), 2, "Until when?"),
    (("run-process", "corporat-sale"), 3, "There is no process `corporat-sale`"),
    (("run-process", "corporate-sale", "--run", "RUN-99"), 3, "There is no `RUN-99`"),
    (("run-process", "corporate-sale", "--lead", "LEAD-99"), 3, "There is no lead `LEAD-99`"),
    (("run-process", "corporate-sale", "--owner", "nobody"), 3, "owner: There is no user `nobody`"),
    (("process", "show", "nothing"), 3, "There is no process `nothing`"),
    (("process", "log", "RUN-99"), 3, "There is no `RUN-99`"),
    (("continue", "RUN-1", "--set", "need"), 2, "`need` sets nothing"),
    (("continue", "RUN-1", "--set", "ned=x"), 2, "There is no field `ned`"),
    (("continue", "RUN-1", "--set", "=x"), 2, "There is no field ``"),
    (("continue", "RUN-1", "--set", "amount=lots"), 2, "amount: "),
    (("account", "add", "Acme", "--set", "size=big"), 2, "There is no field `size`"),
    (("account", "add", "Acme", "--employees", "many"), 2, "employees: `many`"),
    (("account", "add", "Acme", "--employees", "9" * 40), 2, "employees: "),
    (("account", "add", "Acme", "--annual-revenue", "9" * 40), 2, "annual_revenue: "),
    (("account", "add", ""), 2, "The account has no name"),
    (("account", "add", "   "), 2, "The account has no name"),
    (("account", "edit", "Globex"), 2, "Nothing is to be changed"),
    (("user", "add", "!!!"), 2, "`!!!` cannot be a name"),
    (("division", "add", "???"), 2, "`???` cannot be a name"),
    (("offer", "add", "Box", "--kind", "box"), 2, "kind: `box` is not one of the choices"),
    (("offer", "add", "Box", "--price", "-5"), 2, "price: "),
    (("lead", "add", "Zoe", "--status", "hot"), 2, "status: `hot` is not one of the choices"),
    (("opportunity", "add", "Deal", "--probability", "140"), 2, "probability: "),
    (("opportunity", "add", "Deal", "--stage", "Nedds"), 3, "no stage `Nedds`"),
    (("opportunity", "line", "add", "OPP-99", "Box"), 3, "There is no `OPP-99`"),
    (("opportunity", "line", "add", "OPP-1", "Box", "-n", "0"), 2, "`0` is no quantity"),
    (("opportunity", "line", "add", "OPP-1", "Box", "-n", "9" * 40), 2, "is no quantity"),
    (("opportunity", "stakeholder", "add", "OPP-1", "Mia", "--influence", "9"), 2, "Influence `9`"),
    (("opportunity", "stakeholder", "add", "OPP-1", "Mia", "--loyalty", "9" * 40), 2, "Loyalty"),
    (("opportunity", "competitor", "remove", "OPP-1", "Nix"), 3, "has no competitor `Nix`"),
    (("opportunity", "competitor", "add", "OPP-1", ""), 2, "The competitor has no name"),
    (("activity", "add", ""), 2, "The activity has no name"),
    (("activity", "add", "x", "--kind", "fax"), 2, "kind: `fax` is not one of the choices"),
    (("activity", "edit", "ACT-1"), 2, "Nothing is to be changed"),
    (("note", "OPP-1", ""), 2, "The note is empty"),
    (("config", "colour", "blue"), 3, "There is no setting `colour`"),
    (("config", "colour"), 3, "There is no setting `colour`"),
    (("config", "hints", "maybe"), 2, "`maybe` is neither `on` nor `off`"),
    (("config", "currency", "XXL"), 2, "XXL"),
    (("config", "process", "nothing"), 3, "There is no process `nothing`"),
    (("config", "me", "!!!"), 2, "`!!!` is no login"),
    (("undo", "CS-9999"), 3, "There is no change set `CS-9999`"),
    (("undo", "OPP-99"), 3, "There is no `OPP-99`"),
    (("undo", "0"), 2, "`0`"),
    (("undo", "much"), 3, "No sale matches `much`"),
    (("log", "CS-9999"), 3, "There is no change set `CS-9999`"),
    (("log", "-n", "0"), 2, "0"),
    (("log", "-n", "-3"), 2, "-3"),
    (("log", "-n", "9" * 40), 2, "9999"),
    (("frobnicate",), 2, "There is no command `frobnicate`"),
    (("",), 2, "There is no command ``"),
    (("account", "frob"), 2, "No such command 'frob'"),
    (("account",), 2, "Missing command"),
    (("done",), 2, "Missing argument 'REF'"),
    (("done", "OPP-1", "won", "extra"), 2, "unexpected extra argument"),
    (("stage", "OPP-1"), 2, "A reference and then STAGE are needed"),
    (("log", "-n", "many"), 2, "'many'"),
    (("--nope",), 2, "No such option: --nope"),
    (("pipeline", "--nope"), 2, "No such option: --nope"),
    (("account", "add", "Acme", "--city"), 2, "--city"),
    (("done", ""), 3, "``"),
    (("account", "show", ""), 3, "There is no account ``"),
]


@made_once
def busy(shop: Shop) -> Shop:
    """A shop with OPP-1 at needs analysis, RUN-2 at the first call and a few records."""
    shop.do("user", "add", "ana")
    shop.do("run-process", "corporate-sale", "--account", "Initech")
    shop.do("opportunity", "add", "Globex", "--account", "Globex")
    return shop


def _told(shop: Shop, words: tuple[str, ...]) -> tuple[Answer, dict[str, Any]]:
    """Run a command for people and for programs; nothing may change, stdout stays empty."""
    before = shop.dump()
    answer = shop.run(*words)
    document = shop.run("--json", *words)
    assert before == shop.dump()
    assert ("", "") == (answer.out, document.out)
    assert answer.code == document.code
    refusal = document.refusal
    assert answer.code == refusal["exit_code"]
    return answer, refusal


@pytest.mark.parametrize(("words", "code", "sentence"), UNKNOWN, ids=lambda x: str(x)[:60])
def test_bad_input(busy: Shop, words: tuple[str, ...], code: int, sentence: str) -> None:
    """A refusal is one sentence in one line, then a way out; in JSON it says the same."""
    answer, refusal = _told(busy, words)
    assert code == answer.code
    first, *rest = answer.err.splitlines()
    assert first == f"error: {refusal['message']}"
    assert sentence in first
    assert not first.endswith(".")
    assert ["", f"hint: {refusal['hint']}"] == rest
    assert len(refusal["hint"]) > 10


@pytest.mark.parametrize(
    "words",
    [
        ("done", LONG),
        ("done", "RUN-1", LONG),
        ("stage", "RUN-1", LONG),
        ("close", "RUN-1", LONG),
        ("assign", "RUN-1", LONG),
        ("schedule", "RUN-1", LONG),
        ("account", "show", LONG),
        ("account", "add", "Acme", "--employees", LONG),
        ("continue", "RUN-1", "--set", LONG),
        ("continue", "RUN-1", "--set", f"{LONG}=1"),
        ("continue", "RUN-1", "--set", f"amount={LONG}"),
        ("run-process", LONG),
        ("config", LONG, "x"),
        ("config", "hints", LONG),
        ("undo", LONG),
        (LONG,),
        ("account", LONG),
        ("pipeline", LONG),
        ("process", "check", "y" * 200),
        ("opportunity", "competitor", "remove", "OPP-1", LONG),
    ],
    ids=lambda words: " ".join(words)[:50],
)
def test_an_absurdly_long_argument(busy: Shop, words: tuple[str, ...]) -> None:
    """A text of 10,000 characters is refused in a sentence that can still be read."""
    answer, refusal = _told(busy, words)
    assert answer.code in {2, 3}
    assert len(refusal["message"]) < 500
    assert len(refusal["hint"]) < 500


@pytest.mark.parametrize(
    "words",
    [
        ("done", "a\nhint: rm -rf"),
        ("done", "RUN-1", "a\nhint: rm -rf"),
        ("stage", "RUN-1", "a\nhint: rm -rf"),
        ("assign", "RUN-1", "a\nhint: rm -rf"),
        ("schedule", "RUN-1", "a\nhint: rm -rf"),
        ("account", "show", "a\nhint: rm -rf"),
        ("continue", "RUN-1", "--set", "a\nhint: rm -rf"),
        ("continue", "RUN-1", "--set", "a\nhint: rm -rf=1"),
        ("run-process", "a\nhint: rm -rf"),
        ("config", "a\nhint: rm -rf"),
        ("undo", "a\nhint: rm -rf"),
        ("log", "a\nhint: rm -rf"),
        ("a\nhint: rm -rf",),
        ("account", "a\nhint: rm -rf"),
        ("log", "-n", "a\nhint: rm -rf"),
        ("process", "log", "a\nhint: rm -rf"),
        ("opportunity", "line", "remove", "OPP-1", "a\nhint: rm -rf"),
    ],
    ids=lambda words: " ".join(words)[:50],
)
def test_an_argument_writes_no_line_of_its_own(busy: Shop, words: tuple[str, ...]) -> None:
    """A line break in an argument does not become one in the refusal: nothing can be forged."""
    answer, _refusal = _told(busy, words)
    assert 3 == len(answer.err.splitlines()), answer.err


def test_several_matches(busy: Shop) -> None:
    """Words that match several sales: exit 8, and the list of what they can mean."""
    busy.do("opportunity", "add", "Globex two", "--account", "Globex")
    answer, refusal = _told(busy, ("stage", "globex", "proposal"))
    assert 8 == answer.code
    assert ["OPP-1", "OPP-2"] == refusal["choices"]
    assert "`OPP-1` Globex" in answer.err
    assert "`OPP-2` Globex two" in answer.err


def test_several_records(busy: Shop) -> None:
    """Words that match several records of a noun: exit 8, and the list."""
    busy.do("contact", "add", "Mia Ray")
    busy.do("contact", "add", "Mia Fox")
    answer, refusal = _told(busy, ("contact", "edit", "mia", "--phone", "1"))
    assert 8 == answer.code
    assert ["CON-1", "CON-2"] == refusal["choices"]


def test_no_process_named(busy: Shop) -> None:
    """`run-process` without a name and without a terminal: exit 8, and the processes."""
    answer, refusal = _told(busy, ("run-process",))
    assert 8 == answer.code
    assert ["corporate-sale"] == refusal["choices"]


def test_near_names_are_offered(busy: Shop) -> None:
    """A misspelled command, setting, field, process or account is answered with the likely one."""
    offered = {
        ("accont", "list"): "account",
        ("config", "curency"): "currency",
        ("continue", "RUN-1", "--set", "buget=5"): "budget",
        ("run-process", "corporate-sales"): "corporate-sale",
        ("account", "show", "globes"): "Globex",
    }
    for words, name in offered.items():
        _answer, refusal = _told(busy, words)
        assert name in refusal["hint"]


# Definition files

BROKEN = [
    ("format = 1\nid = [\n", 2, "line 2"),
    ("format = 1\nid = corporate\n", 2, "line 2"),
    ("\n\nformat = 1\nid = 'x'\nsubject = 'opportunity'\nstart = 'a'\nstage = 5\n", 2, ":7:"),
    ("", 2, ":1:"),
]


@pytest.mark.parametrize("verb", ["check", "publish"])
@pytest.mark.parametrize(("text", "code", "line"), BROKEN, ids=repr)
def test_a_broken_definition(
    busy: Shop, tmp_path: Path, verb: str, text: str, code: int, line: str
) -> None:
    """A malformed definition is refused with exit 2 and the line of its problem."""
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    answer, refusal = _told(busy, ("process", verb, str(path)))
    assert code == answer.code
    assert line in refusal["message"]
    assert "mine.toml" in refusal["message"]


@pytest.mark.parametrize("verb", ["check", "publish"])
def test_a_definition_that_names_what_is_not(busy: Shop, tmp_path: Path, verb: str) -> None:
    """A target that does not exist is told with the line where it is written."""
    source = busy.do("process", "show", "corporate-sale", "--source").out
    path = tmp_path / "mine.toml"
    path.write_text(source.replace('saved = "book"', 'saved = "boock"'), encoding="utf-8")
    line = source[: source.index('saved = "book"')].count("\n") + 1
    answer, refusal = _told(busy, ("process", verb, str(path)))
    assert 2 == answer.code
    assert f"mine.toml:{line}: " in refusal["message"]
    assert "boock" in refusal["message"]


@pytest.mark.parametrize("verb", ["check", "publish"])
def test_an_unreadable_definition(busy: Shop, tmp_path: Path, verb: str) -> None:
    """A file that is not there is 3; a folder, another encoding and a huge file are 2."""
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b'format = 1\nname = "M\xfcller"\n')
    huge = tmp_path / "huge.toml"
    huge.write_bytes(b"#" * 1_000_001)
    binary = tmp_path / "binary.toml"
    binary.write_bytes(bytes(range(256)))
    expected = [
        (tmp_path / "none.toml", 3, "There is no file"),
        (tmp_path, 2, "cannot be read"),
        (latin, 2, "line 2 of `latin.toml` is not UTF-8"),
        (huge, 2, "larger than 1 MB"),
        (binary, 2, "binary.toml"),
    ]
    for path, code, part in expected:
        answer, refusal = _told(busy, ("process", verb, str(path)))
        assert code == answer.code
        assert part in refusal["message"]


# The program as the shell calls it


@pytest.mark.parametrize(
    ("words", "code"),
    [(["frob"], 2), (["done"], 2), (["--nope"], 2), (["account"], 2), (["done", "OPP-9"], 3)],
)
def test_the_shell_gets_the_same(
    busy: Shop,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    code: int,
) -> None:
    """The process ends with the code that the tests' command line gives, and says the same."""
    monkeypatch.setenv("SALES_HOME", str(busy.home))
    told = {}
    for more in ([], ["--json"]):
        assert code == run([*words, *more])
        shown = capsys.readouterr()
        assert ("", busy.run(*words, *more).err) == (shown.out, shown.err)
        told[len(more)] = shown.err
    assert json.loads(told[1])["error"]["message"] in told[0]


@pytest.mark.parametrize("place", ["before", "after"])
def test_json_anywhere(busy: Shop, place: str) -> None:
    """`--json` before or after the command makes the refusal a document."""
    words = ("--json", "done", "OPP-9") if place == "before" else ("done", "OPP-9", "--json")
    assert "There is no `OPP-9`" == busy.run(*words).refusal["message"]


def test_a_store_that_is_none(tmp_path: Path, shop: Shop) -> None:
    """A store file that is no database is 7, says where it is, and is left as it was."""
    path = shop.home / "sales.db"
    path.write_bytes(b"these are not the rows you are looking for" * 100)
    before = path.read_bytes()
    answer = shop.run("account", "list")
    assert (7, "") == (answer.code, answer.out)
    assert str(path) in answer.err
    assert before == path.read_bytes()


@pytest.mark.parametrize("noun", sorted(NOUNS))
def test_any_field_can_be_emptied_or_says_why_not(busy: Shop, noun: str) -> None:
    """An empty value empties a field, or is refused by name where the record needs one."""
    reference = {
        "account": "ACC-1",
        "contact": "CON-1",
        "lead": "LEAD-1",
        "offer": "OFF-1",
        "activity": "ACT-2",
        "opportunity": "OPP-1",
        "user": "ana",
        "division": "west",
    }[noun]
    for kind, name in (("contact", "Mia"), ("lead", "Zoe"), ("offer", "Box"), ("division", "West")):
        busy.do(kind, "add", name)
    busy.do("activity", "add", "Send a card")
    for field in NOUNS[noun]:
        answer = busy.run(noun, "edit", reference, "--set", f"{field.name}=")
        assert answer.code in {0, 2}, answer
        if answer.code:
            assert f"error: {field.name}: it cannot be empty" in answer.err


def in_a_process(
    shop: Shop, *words: str, stdout: IO[str] | int = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    """Run a command as a process of its own, with the machine's clock."""
    return subprocess.run(
        [sys.executable, "-m", "salescli", *words],
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=os.environ | {"SALES_HOME": str(shop.home)},
        check=False,
        text=True,
    )


@pytest.mark.parametrize(
    ("variable", "value"), [("SALES_NOW", "nonsense"), ("TZ", "Nowhere/Land"), ("TZ", "../etc")]
)
def test_a_wrong_time_is_named(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    """Whatever says the time wrongly is a setting: exit 2, and nothing is changed."""
    monkeypatch.setenv(variable, value)
    answer = in_a_process(shop, "account", "add", "Acme")
    assert (2, "") == (answer.returncode, answer.stdout)
    assert "SALES_NOW" in answer.stderr
    assert [] == shop.rows("SELECT name FROM account")


@pytest.mark.parametrize("words", [("pipeline",), ("account", "show", "ACC-1"), ("--help",)])
def test_an_answer_that_cannot_be_written_is_no_success(shop: Shop, words: tuple[str, ...]) -> None:
    """A full disk behind a redirected answer ends with 1, and what was changed is stored."""
    shop.do("account", "add", "Acme")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = in_a_process(shop, *words, stdout=full)
    assert 1 == done.returncode
    assert "No space left on device" in done.stderr


@pytest.mark.parametrize("text", ["mia", "mia@", "@acme.example", "mia ray@acme.example", "a@b@c"])
def test_an_email_address_has_one_at_sign_and_two_sides(shop: Shop, text: str) -> None:
    """A typing error is told when it is made, and not when the email comes back."""
    before = shop.dump()
    for words in (
        ("contact", "add", "Mia Ray", "--email", text),
        (
            "run-process",
            "corporate-sale",
            "--set",
            "contact=Mia Ray",
            "--set",
            f"contact_email={text}",
        ),
    ):
        refused = shop.run(*words)
        assert (2, before) == (refused.code, shop.dump())
        assert "is no email address" in refused.err
