"""Hostile text: whatever is typed or lies in the store, no command crashes or steers a terminal."""

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from salescli.domain.fields import LONG_TEXT, NOUNS, TEXT
from salescli.store.engine import FILE_NAME
from tests.every_command import NAMES, Command, commands, copied, fill, lines, write_files
from tests.shop import Shop
from tests.terminal import on_terminal

HOSTILE = {
    "markup": "Acme [/] [bold red]Ltd[/bold red] [link=file:///etc]x[/link] :smile: \\[/",
    "escape": "Acme \x1b]0;owned\x07\x1b[31mred\x1b[2J\x1bc",
    "c1": "Acme \x9b31m\x9d0;owned\x9c\x90",
    "bidi": "Acme \u202egnp.exe\u202c \u2066x\u2069 \u200f\u061c",
    "nul": "Acme\x00Ltd",
    "lines": "Acme\nerror: forged\r\nhint: x\u2028y\u2029z\x0bv\x0cf\x85n\ttab",
    "surrogates": "Acme \udcff\ud800",
    "private": "Acme \ue000\ufff9\U000e0041\U0010ffff",
    "rubout": "Acme\b\b\b\b\x7fEvil",
    "fillers": "\u3164\u115f\uffa0 \u200b\ufeff",
    "accents": "A" + "\u0301" * 9_000,
    "long": "Acme " * 2_000,
    "spreadsheet": "=cmd|' /C calc'!A0",
    "format": "%s %n {0} {__class__} $HOME `id` ; DROP TABLE account; --",
}

TOGETHER = {
    "unseen": (
        "escape",
        "c1",
        "nul",
        "rubout",
        "lines",
        "bidi",
        "surrogates",
        "private",
        "fillers",
    ),
    "lookalikes": ("markup", "format", "spreadsheet"),
    "long": ("accents", "long"),
}
"""What is typed in one go, to go through all entrances in few rounds."""

LONGEST = 10_000 + len("...") - len("…")
"""What is cut ends with an ellipsis, which a key that is looked for spells in dots."""

PLAIN, DUMB = {"NO_COLOR": "1"}, {"TERM": "dumb"}
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
STYLE = re.compile(r"\x1b\[[0-9;]*m")
"""How a style is written."""


def _steering(text: str, *, kept: str = "\n\t") -> set[str]:
    """Return the characters that steer a terminal, reorder text or end a line unseen."""
    return {
        char
        for char in text
        if char not in kept
        and (char in BIDI or unicodedata.category(char) in {"Cc", "Cs", "Co", "Zl", "Zp"})
    }


def _entrances(command: Command, text: str) -> Iterator[tuple[str, ...]]:
    """Yield the command once for every argument and option that takes a value, with the text."""
    place = len(command.name.split())
    for parameter in command.parser.params:
        if parameter.param_type_name == "argument":
            words = list(command.line)
            words[place : place + 1] = [text]
            place += 1
            yield tuple(words)
        elif not parameter.is_flag:
            yield (*command.line, parameter.opts[0], text)


def _special(text: str) -> Iterator[tuple[str, ...]]:
    """Yield commands that take text in another way."""
    for name in ("need", "tactics", "requested", "stakeholders", "competitors", "offers", "amount"):
        yield ("continue", "OPP-1", "--set", f"{name}={text}")
    yield from [
        ("continue", "OPP-1", "--set", f"{text}=1"),
        ("run-process", "corporate-sale", "--new", "--set", f"account={text}"),
        ("lead", "add", "Zoe", "--company", text, "--status", "Awaiting sale", "--need", text),
        ("note", "ACC-1", text),
        ("config", "currency", text),
        ("config", "me", text),
        (text,),
        ("account", text),
        ("pipeline", f"--{text}"),
        ("--home", f"{text[:20]}/x", "account", "list"),
    ]


def _is_typable(words: tuple[str, ...]) -> bool:
    """No operating system hands over a word with these."""
    return not any("\0" in word or "\ud800" in word for word in words)


PATHS = frozenset({"check", "publish", "import", "--home", "backup", "restore", "demo", "process"})
"""Words of commands that take the name of a file."""

ANSWERS = {0, 2, 3, 4, 6, 7, 8, 9}
"""Done, or a refusal; 1 would be a failure of the program."""

FINDS = ("doctor",), ("log", "verify")
"""Commands that end with 1 when they have found what they look for, such as poisoned records."""


@pytest.fixture
def busy(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop with a record of each noun, in a folder with the files that commands name."""
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)
    return fill(shop)


def _poke(shop: Shop) -> None:
    """Write raw control bytes into every text that people fill, as a foreign program could."""
    raw = "Evil\x1b]0;owned\x07\x9b31m\x9d\u202e[/]\x00\r\x7f\nx\u2028\ue000"
    texts = {
        "account": "name kind industry website phone street city state country history rating",
        "contact": "name title department email phone mobile source",
        "lead": "name company title email phone city country industry source rating need",
        "offer": "name family",
        "opportunity": "name need source kind tactics next_steps reason winner",
        "activity": "name text result",
        "note": "text login",
        "competitor": "name strengths weaknesses",
        "stakeholder": "role motivation",
        "division": "name",
        "user": "name email",
        "process_run": "subject reason",
    }
    with shop.unit as unit:
        for table, columns in texts.items():
            sets = ", ".join(f"{column} = ?" for column in columns.split())
            values = [raw] * len(columns.split())
            unit.connection.execute(f'UPDATE "{table}" SET {sets}', values)
        draft = json.dumps({"need": raw, "requested": raw})
        unit.connection.execute("UPDATE process_run SET draft = ?", (draft,))
    unit.close()
    with closing(sqlite3.connect(shop.home / FILE_NAME)) as foreign:
        foreign.execute("DROP TRIGGER change_set_is_sealed")
        foreign.execute("UPDATE change_set SET command = ?, login = ?", (raw, raw))
        foreign.commit()


def test_the_command_lines_below_work(busy: Shop, tmp_path: Path) -> None:
    """The rest means something: without hostile text every command does what it is there for."""
    for number, words in enumerate(lines()):
        copied(busy, tmp_path / str(number)).do(*words)


@pytest.mark.parametrize(
    ("kinds", "is_json"),
    [*((kinds, False) for kinds in TOGETHER), ("unseen", True)],
)
def test_every_entrance(busy: Shop, tmp_path: Path, kinds: str, is_json: bool) -> None:
    """Text is made safe at every argument: no crash, nothing raw in the store or on the way out."""
    text = " ".join(HOSTILE[kind] for kind in TOGETHER[kinds])
    cases = [(c.name, list(_entrances(c, text))) for c in commands()]
    for name, entrances in [*cases, ("special", list(_special(text)))]:
        shop = copied(busy, tmp_path / name)
        for words in entrances:
            if PATHS.isdisjoint(words) or _is_typable(words):
                answer = shop.run(*words, *(["--json"] if is_json else []))
                assert answer.code in ANSWERS, (words, answer)
                assert set() == _steering(answer.out + answer.err), words
        stored = _stored(shop)
        assert set() == {char for cell in stored for char in _steering(cell)}, name
        assert LONGEST >= max(len(cell) for cell in stored)


def _stored(shop: Shop) -> list[str]:
    """Return every text in the store but the process files and the drafts, which are JSON."""
    return [
        cell
        for rows in shop.dump().values()
        for row in rows
        for cell in row
        if isinstance(cell, str) and not cell.startswith(("#", "{"))
    ]


@pytest.mark.parametrize("kind", ["markup", "format", "spreadsheet"])
def test_harmless_text_stays_as_it_is(busy: Shop, kind: str) -> None:
    """What only looks like markup or a command is kept, and shown, letter by letter."""
    text = HOSTILE[kind]
    busy.do("account", "add", text)
    assert [(text,)] == busy.rows("SELECT name FROM account WHERE name = ?", text)
    assert text in busy.do("account", "list", "--all").out
    shown = on_terminal(busy, "account", "list", "--all", columns=200, environment=PLAIN).text
    assert text in shown


@pytest.mark.parametrize("is_json", [False, True], ids=["people", "json"])
def test_raw_bytes_in_a_pipe(busy: Shop, tmp_path: Path, is_json: bool) -> None:
    """No byte of a poisoned record reaches a pipe, and a cell keeps to its line."""
    poisoned = copied(busy, tmp_path / "poisoned")
    _poke(poisoned)
    for number, words in enumerate(lines()):
        shop = copied(poisoned, tmp_path / str(number))
        answer = shop.run(*words, *(["--json"] if is_json else []))
        assert answer.code in ANSWERS or words[:2] in FINDS, (words, answer)
        assert set() == _steering(answer.out + answer.err), words
        if "list" in words and not is_json:
            assert len(busy.do(*words).out.splitlines()) == len(answer.out.splitlines()), words


def test_json_holds_the_text_as_it_is_stored(busy: Shop) -> None:
    """JSON escapes what a terminal would obey, so that no program loses it."""
    _poke(busy)
    ((stored,),) = busy.rows("SELECT name FROM account WHERE number = 1")
    assert "\x9b" in stored
    assert stored == busy.json("account", "show", "ACC-1")["name"]


@pytest.mark.parametrize(
    ("columns", "environment"),
    [(80, {"TERM": "xterm-256color"}), (40, {"TERM": "dumb"})],
    ids=str,
)
def test_raw_bytes_on_a_terminal(
    busy: Shop, tmp_path: Path, columns: int, environment: dict[str, str]
) -> None:
    """On a terminal nothing but styles is written, on a dumb one nothing at all; no crash."""
    _poke(busy)
    for number, words in enumerate(lines()):
        shop = copied(busy, tmp_path / str(number))
        shown = on_terminal(shop, *words, "--no-input", columns=columns, environment=environment)
        assert shown.code in ANSWERS or words[:2] in FINDS, (words, shown)
        assert "Something went wrong" not in shown.text, (words, shown)
        text = shown.text.replace("\r\n", "\n")
        assert set() == _steering(STYLE.sub("", text) if columns == 80 else text), words


CANARY = (
    "Ω é e\u0323 東京 👩\u200d💻 [/] [bold]x[/] %s {} {0} \\n \\x1b"
    """ $HOME `id` "q" 'q' =cmd() & <b>"""
)
"""Text that looks like an order to somebody, and has to come back letter by letter."""


@pytest.mark.parametrize("noun", NAMES)
def test_a_canary_comes_back_whole(busy: Shop, noun: str) -> None:
    """What is typed once is shown letter by letter, in a pipe, in JSON and on a terminal."""
    reference = NAMES[noun][0]
    typed = {
        field.name: f"{CANARY} {field.name}"
        for field in NOUNS[noun]
        if field.kind in {TEXT, LONG_TEXT} and field.name not in {"login", "stage"}
    }
    sets = [word for name, text in typed.items() for word in ("--set", f"{name}={text}")]
    busy.do(noun, "edit", reference, *sets)
    document = busy.json(noun, "show", reference)
    shown = on_terminal(busy, noun, "show", reference, columns=500, environment=PLAIN).text
    piped = busy.do(noun, "show", reference).out
    for name, text in typed.items():
        expected = unicodedata.normalize("NFC", text)
        assert expected == document[name]
        assert expected in piped, name
        assert expected in shown, name
    named = unicodedata.normalize("NFC", f"{CANARY} name")
    listed = on_terminal(busy, noun, "list", "--all", columns=500, environment=PLAIN).text
    assert named in listed
    assert named in busy.do(noun, "list", "--all").out


def test_a_canary_in_the_sale_comes_back_whole(busy: Shop) -> None:
    """Notes, results, reasons and what hangs on a sale keep each letter as well."""
    text = unicodedata.normalize("NFC", CANARY)
    busy.do("note", "OPP-1", f"{text} note")
    busy.do("done", "ACT-4", f"{text} result")
    busy.do("opportunity", "competitor", "add", "OPP-1", f"{text} rival", "--strengths", text)
    busy.do("opportunity", "stakeholder", "add", "OPP-1", f"{text} person", "--role", text)
    busy.do("activity", "add", f"{text} task", "--opportunity", "OPP-1")
    busy.do("close", "OPP-1", "lost", "--reason", f"{text} reason")
    told = {
        ("opportunity", "history", "OPP-1"): ("note", "result", "task"),
        ("opportunity", "show", "OPP-1"): ("note", "rival", "person", "reason"),
        ("activity", "list", "--all"): ("task",),
    }
    for words, endings in told.items():
        piped = busy.do(*words).out
        shown = on_terminal(busy, *words, columns=2000, environment=PLAIN).text
        document = json.dumps(busy.json(*words), ensure_ascii=False)
        for ending in endings:
            assert f"{text} {ending}" in piped, (words, ending)
            assert f"{text} {ending}" in shown, (words, ending)
            assert json.dumps(f"{text} {ending}", ensure_ascii=False)[1:-1] in document


@pytest.mark.parametrize("name", ["-x", "--json", "--home", "-"])
def test_a_name_that_begins_like_an_option(busy: Shop, name: str) -> None:
    """After `--` a leading dash is part of a name."""
    busy.do("account", "add", "--", name)
    assert name in [account["name"] for account in busy.json("account", "list", "--all")]
    assert name in busy.do("account", "list", "--all").out


def test_styles_are_written_where_they_are_wanted(busy: Shop) -> None:
    """The test above means something: with colour a title is bold, without it is not."""
    assert "\x1b[1m" in on_terminal(busy, "account", "show", "1").text
    assert "\x1b" not in on_terminal(busy, "account", "show", "1", environment=PLAIN).text
    assert "\x1b" not in on_terminal(busy, "account", "show", "1", "--no-color").text
    assert "\x1b" not in on_terminal(busy, "account", "show", "1", environment=DUMB).text


def test_refusals_on_a_terminal(busy: Shop) -> None:
    """A refusal that quotes hostile text, typed or stored, shows none of its bytes."""
    _poke(busy)
    hostile = HOSTILE["escape"] + HOSTILE["c1"] + HOSTILE["bidi"]
    for words in (("done", hostile), ("stage", "OPP-1", hostile), ("evil", hostile), (hostile,)):
        shown = on_terminal(busy, *words, "--no-input")
        assert shown.code in {2, 3}
        assert set() == _steering(shown.text.replace("\r\n", "\n"))


def test_prompts_on_a_terminal(busy: Shop) -> None:
    """Questions and the values that they offer show no raw byte either."""
    busy.do("stage", "OPP-1", "negotiations")
    _poke(busy)
    shown = on_terminal(
        busy,
        *("run-process", "corporate-sale", "--opportunity", "OPP-1"),
        typed=[("Budget", ""), ("Enter goes on", "tactics"), ("Tactics [", "\x03")],
    )
    assert 130 == shown.code
    assert set() == _steering(STYLE.sub("", shown.text.replace("\r\n", "\n")).replace("\r", ""))


def test_the_command_line_is_kept_safely(busy: Shop) -> None:
    """The history keeps the command as it was typed, made safe like every other text."""
    on_terminal(busy, "note", "OPP-1", "said \x1b]0;owned\x07 \x9b31m")
    ((command,),) = busy.rows("SELECT command FROM change_set ORDER BY number DESC LIMIT 1")
    assert command.startswith("sales note OPP-1 ")
    assert set() == _steering(command)
