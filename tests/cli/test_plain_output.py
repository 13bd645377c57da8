"""Colour, terminal and encoding change nothing of what is said."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from salescli.store.engine import FILE_NAME
from salescli.streams import settle
from tests.every_command import copied, fill, lines
from tests.shop import Shop, behind_the_back
from tests.terminal import on_terminal

STYLE = re.compile(r"\x1b\[[0-9;]*m")
PLAIN_WAYS: tuple[tuple[tuple[str, ...], dict[str, str]], ...] = (
    ((), {"NO_COLOR": "1"}),
    (("--no-color",), {}),
    ((), {"TERM": "dumb"}),
    ((), {"TERM": ""}),
)
COLOUR: tuple[tuple[str, ...], dict[str, str]] = ((), {"TERM": "xterm-256color"})
CHARTS = set("█▏▎▍▌▋▊▉▒")
PARTS = 5
"""So many tests share the commands, for they share the processors."""

BOXES = ({chr(code) for code in range(0x2500, 0x2600)} | set("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")) - CHARTS
"""Frames, and the frames of a spinner."""


@pytest.fixture
def busy(shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shop:
    """A shop with a record of each noun."""
    monkeypatch.chdir(tmp_path)
    return fill(shop)


@pytest.mark.parametrize("part", range(PARTS))
def test_output_without_styles_keeps_all_information(busy: Shop, tmp_path: Path, part: int) -> None:
    """B50: of every command the text with colour is, without its styles, the one without colour.

    Nothing but charts is drawn, and the cursor goes nowhere.
    """
    for number, words in enumerate(lines()):
        if number % PARTS != part:
            continue
        ways = (COLOUR, PLAIN_WAYS[number % len(PLAIN_WAYS)])
        told: list[str] = []
        for flags, environment in ways:
            shop = copied(busy, tmp_path / f"{number}{len(told)}")
            shown = on_terminal(shop, *words, *flags, "--no-input", environment=environment)
            told.append(_steady(shown.text))
        assert STYLE.sub("", told[0]) == told[1], words
        assert "\x1b" not in told[1], words
        assert BOXES.isdisjoint(told[1]), words


def _steady(text: str) -> str:
    """Return a text without what differs between two stores: their folder and the command line."""
    return "\n".join(
        line for line in text.splitlines() if "--no-input" not in line and "store" not in line
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_an_encoding_that_lacks_characters(busy: Shop, encoding: str) -> None:
    """B50: no command fails because of a letter: it is spelled, or escaped so as to be read."""
    busy.do("account", "edit", "ACC-1", "--city", "東京 Zürich €")
    for words in (("account", "show", "ACC-1"), ("account", "list"), ("continue", "OPP-1")):
        shown = _in(encoding, busy, *words)
        assert 0 == shown.returncode, shown.stderr
        assert b"\n" in shown.stdout
    shown = _in(encoding, busy, "account", "show", "ACC-1")
    assert b"\\u6771\\u4eac" in shown.stdout
    assert b"OPP-1 Acme - Needs analysis - ana" in _in("ascii", busy, "continue", "OPP-1").stdout
    refused = _in(encoding, busy, "account", "show", "東京")
    assert 3 == refused.returncode
    assert b"\\u6771\\u4eac" in refused.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_in_every_encoding(busy: Shop, encoding: str) -> None:
    """A document says the same in each encoding, an error too."""
    busy.do("account", "edit", "ACC-1", "--city", "東京 Zürich 👩")
    shown = _in(encoding, busy, "account", "show", "ACC-1", "--json")
    assert "東京 Zürich 👩" == json.loads(shown.stdout.decode(encoding))["city"]
    refused = _in(encoding, busy, "account", "show", "東京 ü 👩", "--json")
    assert "東京 ü 👩" in json.loads(refused.stderr.decode(encoding))["error"]["message"]


def _in(encoding: str, shop: Shop, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process whose streams have an encoding."""
    variables = {"SALES_HOME": str(shop.home), "SALES_ME": "ana", "PYTHONIOENCODING": encoding}
    return subprocess.run(
        [sys.executable, "-m", "salescli", *words],
        env={**os.environ, **variables, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        check=False,
    )


def test_what_is_typed_in_another_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that are no text become the sign for it, and end nothing."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"M\xfcller\n"), "utf-8"))
    settle()
    assert "M\ufffdller\n" == sys.stdin.readline()


def test_an_amount_in_a_pipe_has_its_currency(shop: Shop) -> None:
    """The last column of a list, and a line of what is shown, name the currency of the amounts."""
    shop.do("opportunity", "add", "Rollout", "--amount", "9k")
    shop.do("offer", "add", "Pump", "--price", "400")
    shop.do("opportunity", "add", "Nothing yet")
    with behind_the_back(shop.home / FILE_NAME) as connection:
        connection.execute("UPDATE opportunity SET currency = 'SEK' WHERE name = 'Nothing yet'")
    shop.do("view", "save", "every", "--where", "state = open")
    for noun, listed in (
        ("opportunity", ("opportunity", "list")),
        ("opportunity", ("view", "run", "every")),
        ("offer", ("offer", "list")),
    ):
        currencies = {one["reference"]: one["currency"] for one in shop.json(*listed)}
        rows = [line.split("\t") for line in shop.do(*listed).out.splitlines()]
        assert currencies
        assert currencies == {row[0]: row[-1] for row in rows}, noun
    for reference, noun in (("OPP-1", "opportunity"), ("OFF-1", "offer")):
        currency = shop.json(noun, "show", reference)["currency"]
        shown = shop.do(noun, "show", reference).out
        assert f"Currency: {currency}" in " ".join(shown.split())
    assert "Currency" not in shop.do("opportunity", "show", "OPP-2").out
