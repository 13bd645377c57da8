"""Hostile text: whatever is typed or lies in the store, no command crashes or steers a terminal."""

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing

import pytest

from salescli.domain.fields import LONG_TEXT, NOUNS, TEXT
from salescli.store.engine import FILE_NAME
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
    "controls": ("escape", "c1", "nul", "rubout", "lines"),
    "unseen": ("bidi", "surrogates", "private", "fillers"),
    "lookalikes": ("markup", "format", "spreadsheet"),
    "accents": ("accents",),
    "long": ("long",),
}
"""What is typed in one go, to go through all entrances in few rounds."""

LONGEST = 10_000
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


def _entrances(text: str) -> Iterator[tuple[str, ...]]:
    """Yield a command for every argument that takes text."""
    for noun in ("account", "contact", "lead", "offer", "user", "division", "opportunity"):
        yield (noun, "add", text)
        for field in NOUNS[noun]:
            is_text = field.kind in {TEXT, LONG_TEXT}
            if is_text and field.name not in {"name", "login", "stage"}:
                yield (noun, "edit", "1", f"--{field.name.replace('_', '-')}", text)
    for name in ("need", "tactics", "requested", "stakeholders", "competitors", "offers"):
        yield ("continue", "OPP-1", "--set", f"{name}={text}")
    yield from [
        ("activity", "add", text, "--opportunity", "OPP-1"),
        ("activity", "edit", "ACT-2", "--name", text),
        ("opportunity", "stakeholder", "add", "OPP-1", text, "--role", text, "--motivation", text),
        ("opportunity", "competitor", "add", "OPP-1", text, "--strengths", text),
        ("opportunity", "line", "add", "OPP-1", text),
        ("note", "OPP-1", text),
        ("note", "ACC-1", text),
        ("run-process", "corporate-sale", "--account", text),
        ("run-process", "corporate-sale", "--new", "--set", f"account={text}"),
        ("opportunity", "add", "Deal", "--account", text, "--contact", text),
        ("lead", "add", "Zoe", "--company", text, "--status", "Awaiting sale", "--need", text),
        ("done", "ACT-3", text),
        ("done", "OPP-1", "collected", "--text", text),
        ("cancel", "OPP-1", text),
        ("close", "OPP-1", "lost", "--reason", text, "--competitor", text),
        ("reopen", "OPP-1", "--reason", text, "--stage", "proposal"),
        # None of these can be meant; each has to be refused without harm.
        ("done", text),
        ("done", "OPP-1", text),
        ("hint", text),
        ("stage", "OPP-1", text),
        ("stage", text, "proposal"),
        ("assign", "OPP-1", text),
        ("schedule", "OPP-1", text),
        ("account", "show", text),
        ("continue", "OPP-1", "--set", text),
        ("continue", "OPP-1", "--set", f"{text}=1"),
        ("continue", "OPP-1", "--set", f"amount={text}"),
        ("continue", "OPP-1", "--result", text),
        ("continue", "OPP-1", "--next", text),
        ("run-process", text),
        ("config", text, "on"),
        ("config", "hints", text),
        ("config", "currency", text),
        ("config", "me", text),
        ("undo", text),
        ("log", text),
        ("log", "--user", text),
        ("process", "show", text),
        ("process", "log", text),
        (text,),
        ("account", text),
        ("pipeline", f"--{text}"),
    ]
    if "\0" not in text and "\ud800" not in text:
        # No operating system hands over a file name with these.
        yield ("process", "check", text)


READING = [
    (),
    ("next",),
    ("hint", "OPP-1"),
    ("continue", "OPP-1"),
    ("continue", "RUN-2"),
    ("log", "-n", "1000"),
    ("pipeline",),
    ("org", "tree"),
    ("process", "list"),
    ("process", "show", "corporate-sale"),
    ("process", "log", "--all"),
    ("process", "log", "RUN-1"),
    ("config",),
    ("opportunity", "history", "OPP-1"),
    ("activity", "list", "--all"),
    ("activity", "show", "ACT-2"),
    ("activity", "show", "ACT-3"),
    ("activity", "results", "ACT-2"),
    *((noun, "list", "--all") for noun in NOUNS if noun != "activity"),
    *((noun, "show", "1") for noun in ("account", "contact", "lead", "offer", "opportunity")),
    ("user", "show", "ana"),
    ("division", "show", "west"),
]
"""Commands that show what is in the store."""


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """A shop with a record of each noun; OPP-1 stands at needs analysis."""
    shop.do("run-process", "corporate-sale", "--account", "Acme", "--result", "no-interest")
    shop.do("stage", "RUN-1", "needs-analysis")
    shop.do("run-process", "corporate-sale", "--account", "Initech")
    shop.do("activity", "add", "Ring the bell", "--opportunity", "OPP-1")
    shop.do("activity", "add", "Ring the bell twice", "--opportunity", "OPP-1")
    shop.do("contact", "add", "Mia Ray", "--account", "Acme")
    shop.do("lead", "add", "Zoe Zed")
    shop.do("offer", "add", "Box", "--price", "5")
    shop.do("division", "add", "West", "--head", "ana")
    shop.do("opportunity", "stakeholder", "add", "OPP-1", "Mia Ray", "--role", "user")
    shop.do("opportunity", "competitor", "add", "OPP-1", "Globex")
    shop.do("note", "OPP-1", "They called")
    return shop


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
    with closing(sqlite3.connect(shop.home / FILE_NAME)) as foreign:
        foreign.execute("DROP TRIGGER change_set_is_sealed")
        foreign.execute("UPDATE change_set SET command = ?, login = ?", (raw, raw))
        foreign.commit()


@pytest.mark.parametrize("is_json", [False, True], ids=["people", "json"])
@pytest.mark.parametrize("kinds", TOGETHER)
def test_every_entrance(busy: Shop, kinds: str, is_json: bool) -> None:
    """Text is made safe at every argument: no crash, nothing raw in the store or on the way out."""
    text = " ".join(HOSTILE[kind] for kind in TOGETHER[kinds])
    for words in _entrances(text):
        answer = busy.run(*words, *(["--json"] if is_json else []))
        assert answer.code in {0, 2, 3, 4, 6, 8}, (words, answer)
        assert set() == _steering(answer.out + answer.err), words
    stored = [
        cell
        for rows in busy.dump().values()
        for row in rows
        for cell in row
        if isinstance(cell, str) and not cell.startswith(("#", "{"))
    ]
    assert set() == {char for cell in stored for char in _steering(cell)}
    assert LONGEST >= max(len(cell) for cell in stored)


@pytest.mark.parametrize("kind", ["markup", "format", "spreadsheet"])
def test_harmless_text_stays_as_it_is(busy: Shop, kind: str) -> None:
    """What only looks like markup or a command is kept, and shown, letter by letter."""
    text = HOSTILE[kind]
    busy.do("account", "add", text)
    assert [(text,)] == busy.rows("SELECT name FROM account WHERE name <> 'Acme'")
    assert text in busy.do("account", "list", "--all").out
    shown = on_terminal(busy, "account", "list", "--all", columns=200, environment=PLAIN).text
    assert text in shown


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_raw_bytes_in_a_pipe(busy: Shop, words: tuple[str, ...]) -> None:
    """In a pipe no byte of a poisoned record reaches the reader, and a cell keeps to its line."""
    count = len(busy.do(*words).out.splitlines())
    _poke(busy)
    answer = busy.do(*words)
    assert set() == _steering(answer.out + answer.err)
    if words[-2:-1] == ("list",) or words[1:2] == ("list",):
        assert count == len(answer.out.splitlines())


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_raw_bytes_in_json(busy: Shop, words: tuple[str, ...]) -> None:
    """JSON escapes what a terminal would obey; the document still holds the text as stored."""
    _poke(busy)
    answer = busy.do(*words, "--json")
    assert set() == _steering(answer.out + answer.err)
    if words == ("account", "show", "1"):
        stored = busy.rows("SELECT name FROM account")[0][0]
        assert "\x9b" in stored
        assert stored == answer.document["name"]


@pytest.mark.parametrize(
    ("columns", "environment"),
    [
        (80, {"TERM": "xterm"}),
        (40, {"TERM": "xterm-256color"}),
        (80, {"NO_COLOR": "1"}),
        (40, {"TERM": "dumb"}),
    ],
    ids=str,
)
def test_raw_bytes_on_a_terminal(busy: Shop, columns: int, environment: dict[str, str]) -> None:
    """On a terminal nothing but styles is written, without colour nothing at all; no crash."""
    _poke(busy)
    for words in READING:
        shown = on_terminal(busy, *words, "--no-input", columns=columns, environment=environment)
        assert 0 == shown.code, (words, shown)
        text = shown.text.replace("\r\n", "\n")
        if environment.get("TERM", "").startswith("xterm"):
            text = STYLE.sub("", text)
        assert set() == _steering(text), words


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
        typed=[("Tactics", ""), ("Next steps", ""), ("Need", "\x03")],
    )
    assert 130 == shown.code
    assert set() == _steering(STYLE.sub("", shown.text.replace("\r\n", "\n")).replace("\r", ""))


def test_the_command_line_is_kept_safely(busy: Shop) -> None:
    """The history keeps the command as it was typed, made safe like every other text."""
    on_terminal(busy, "note", "OPP-1", "said \x1b]0;owned\x07 \x9b31m")
    ((command,),) = busy.rows("SELECT command FROM change_set ORDER BY number DESC LIMIT 1")
    assert command.startswith("sales note OPP-1 ")
    assert set() == _steering(command)
