"""What is shown at any width: nothing is lost, no word is broken, no line sticks out."""

import re

import pytest

from tests.shop import Shop, made_once
from tests.terminal import on_terminal

WIDTHS = (40, 60, 80, 160)
PLAIN = {"NO_COLOR": "1"}

SHOWING = [
    (),
    ("next",),
    ("log", "-n", "1000"),
    ("pipeline",),
    ("org", "tree"),
    ("config",),
    ("process", "list"),
    ("process", "show", "corporate-sale"),
    ("process", "log"),
    ("process", "log", "RUN-1"),
    ("activity", "list", "--all"),
    ("activity", "show", "ACT-2"),
    ("opportunity", "history", "OPP-1"),
    ("opportunity", "list"),
    ("opportunity", "show", "OPP-1"),
    ("account", "list"),
    ("contact", "list"),
    ("contact", "show", "1"),
    ("user", "list"),
    ("continue", "OPP-1"),
    ("done", "OPP-1", "nonsense"),
    ("stage", "OPP-1", "nonsense"),
]
"""Commands with a table, a record, a standing or a refusal."""

NORDLICHT = "Nordlicht Energiesysteme GmbH & Co. KG"


@made_once
def filled(shop: Shop) -> Shop:
    """A shop with long and wide names; no word of theirs is longer than the narrowest terminal."""
    shop.do("user", "add", "ana", "--email", "ana@example.org")
    shop.do("user", "add", "bo", "--manager", "ana")
    shop.do("account", "add", NORDLICHT, "--city", "Flensburg")
    shop.do("account", "edit", "1", "--industry", "Renewable energy", "--phone", "+49 461 998877")
    shop.do("contact", "add", "Wilhelmina Featherstonehaugh", "--account", NORDLICHT)
    shop.do("contact", "edit", "1", "--title", "Head of purchasing", "--email", "wf@example.org")
    deal = ("Backup power for the new data centre", "--account", NORDLICHT, "--amount", "1250000")
    shop.do("opportunity", "add", *deal, "--close-date", "2027-03-01")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shop.do("stage", "OPP-1", "needs-analysis")
    shop.do("run-process", "corporate-sale", "--new", "--account", "東京電力 ホールディングス")
    send = ("Send the brochure about generators", "--opportunity", "OPP-1", "--due", "today")
    shop.do("activity", "add", *send)
    shop.do("note", "OPP-1", "They called: the budget is approved, if we deliver before March")
    return shop


def _places(line: str) -> int:
    from salescli.layout import places

    return places(line)


@pytest.mark.parametrize("words", SHOWING, ids=" ".join)
def test_every_width_tells_the_same(filled: Shop, words: tuple[str, ...]) -> None:
    """B50: a narrow terminal shows each word that a wide one shows, whole, within its columns."""
    told = {
        width: on_terminal(filled, *words, "--no-input", columns=width, environment=PLAIN).text
        for width in WIDTHS
    }
    wide = set(_words(told[160]))
    for width, text in told.items():
        assert wide <= set(_words(text)) | _headings(told[160]), width
        assert all(_places(line) <= width for line in text.replace("\r", "").split("\n")), width
        assert not any(line.endswith(" ") for line in text.replace("\r", "").split("\n")), width


@pytest.mark.parametrize("words", [(), ("opportunity",), ("done",), ("account", "add")], ids=str)
def test_help_at_every_width(filled: Shop, words: tuple[str, ...]) -> None:
    """B50: help is words and spaces, which a screen reader can read, and fits every terminal."""
    told = {
        width: on_terminal(filled, *words, "--help", columns=width).text.replace("\r", "")
        for width in WIDTHS
    }
    for width, text in told.items():
        assert text.isascii()
        assert "\x1b" not in text
        assert all(len(line) <= width for line in text.split("\n")), width
        assert _letters(told[160]) == _letters(text)


def _letters(text: str) -> list[str]:
    return sorted("".join(text.split()))


def _words(text: str) -> list[str]:
    """Return the words of a text, without the bars of a chart."""
    return [word for word in re.split(r"[\s;:█▏▎▍▌▋▊▉·]+", text) if word]


def _headings(text: str) -> set[str]:
    """Return the words of a table's heading, which a block has as labels only where they are
    followed by something."""
    return {word for line in text.splitlines() for word in line.split() if word.istitle()}


@pytest.mark.parametrize("words", SHOWING, ids=" ".join)
def test_a_narrow_terminal_shows_what_a_pipe_gets(filled: Shop, words: tuple[str, ...]) -> None:
    """B50: every handle that goes into a pipe can be read, and typed, at 40 columns."""
    answer = filled.run(*words)
    handles = set(re.findall(r"\b[A-Z]{2,4}-\d+\b", answer.out + answer.err))
    shown = on_terminal(filled, *words, "--no-input", columns=40, environment=PLAIN).text
    assert handles <= set(re.findall(r"\b[A-Z]{2,4}-\d+\b", shown))


def test_a_list_on_a_narrow_terminal(filled: Shop) -> None:
    """A row without room for its columns is a title and the rest of it under labels."""
    shown = on_terminal(filled, "opportunity", "list", columns=40, environment=PLAIN).text
    assert shown.replace("\r", "").splitlines() == [
        "OPP-1 Backup power for the new data",
        "  centre",
        "  Account: Nordlicht Energiesysteme GmbH",
        "    & Co. KG; Stage: needs-analysis",
        "  Amount: 1,250,000.00 EUR",
        "  Close date: Mon 1 Mar 2027; Owner: ana",
    ]


@pytest.mark.parametrize("columns", ["", "0", "wide", "-3", "1"])
def test_a_width_that_is_none(filled: Shop, columns: str) -> None:
    """Whatever COLUMNS says, a list is shown."""
    environment = {**PLAIN, "COLUMNS": columns}
    shown = on_terminal(filled, "opportunity", "list", columns=0, environment=environment)
    assert 0 == shown.code
    assert "OPP-1" in shown.text
