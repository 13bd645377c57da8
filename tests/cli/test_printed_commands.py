"""What the program tells to type can be typed: names in it are one word to the shell."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from salescli.services import process_texts
from tests.shop import Answer, Shop, next_words

HOSTILE = (
    "two words",
    "Bob's firm",
    'the "big" one',
    "a; b & c",
    "$HOME `id`",
    "Ω 東京 #1",
    "back\\slash*",
)
"""Names that a shell would take apart, change or obey."""


def view_saved(shop: Shop, name: str, _folder: Path) -> Answer:
    """Save a view of that name."""
    return shop.do("view", "save", name, "--where", "owner = me")


def rival_added(shop: Shop, name: str, _folder: Path) -> Answer:
    """Add a competitor to the sale of that name."""
    return shop.do("opportunity", "competitor", "add", name, "Hooli")


def attached(shop: Shop, name: str, _folder: Path) -> Answer:
    """Attach an address to the sale of that name."""
    return shop.do("opportunity", "attach", name, "https://example.org/x")


def file_checked(shop: Shop, name: str, folder: Path) -> Answer:
    """Check a process file of that name."""
    file = folder / name
    file.write_text(process_texts.skeleton("Small sale"), encoding="utf-8")
    return shop.do("process", "check", str(file))


def quota_set(shop: Shop, _name: str, _folder: Path) -> Answer:
    """Set a quota for a period of several words."""
    return shop.do("plan", "set", "me", "this quarter", "5k")


def backed_up(shop: Shop, name: str, folder: Path) -> Answer:
    """Copy the store into a file of that name."""
    (folder / "copies").mkdir()
    return shop.do("backup", "--to", str(folder / "copies" / name))


ACTIONS: tuple[tuple[Callable[[Shop, str, Path], Answer], str], ...] = (
    (view_saved, "{name}"),
    (rival_added, "{name}"),
    (attached, "{name}"),
    (file_checked, "{folder}/{name}"),
    (quota_set, "this quarter"),
    (backed_up, "{folder}/copies/{name}"),
)
"""What is done with a name, and the word that its `Next:` line has to hold."""


@pytest.mark.parametrize("name", HOSTILE)
def test_next_lines_can_be_typed(shop: Shop, tmp_path: Path, name: str) -> None:
    """The name that a `Next:` line gives back is one word, and the command works."""
    shop.do("opportunity", "add", name)
    for act, told in ACTIONS:
        words = next_words(act(shop, name, tmp_path))
        assert told.format(name=name, folder=tmp_path) in words, act
        shop.do(*words[1:], *(["--yes"] if "restore" in words else []))


@pytest.mark.parametrize("name", HOSTILE)
def test_an_account_is_gone_on_with_by_its_handle(shop: Shop, name: str) -> None:
    """A sale is started for the account that was just added, whatever it is called."""
    words = next_words(shop.do("account", "add", name))
    assert shop.json("account", "show", "ACC-1")["name"] == name
    assert name == shop.json(*words[1:])["sale"]["title"]


@pytest.mark.parametrize("name", HOSTILE)
def test_ways_out_can_be_typed(shop: Shop, name: str) -> None:
    """The command in a hint holds the name as one word too."""
    shop.do("opportunity", "add", name)
    shop.do("opportunity", "line", "add", "OPP-1", name)
    shop.do("view", "save", name, "--where", "owner = me")
    for words in (
        ("postpone", name),
        ("stale", "snooze", name),
        ("note", name, ""),
        ("undo", name),
        ("opportunity", "detach", name, "nothing"),
        ("opportunity", "line", "add", name, "Crate", "--price", "5", "--recompute"),
        ("lead", "list", "--view", name),
    ):
        refusal = shop.run(*words, "--json", me="" if words[0] != "undo" else "bo").refusal
        assert shlex.quote(name) in refusal["hint"], words
