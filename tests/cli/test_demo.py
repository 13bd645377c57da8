"""`sales demo`: a store beside the user's; a stranger closes a sale in it by what is printed."""

import json
import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.forked import program

MOST_COMMANDS = 60
"""A stranger who needs more than so many commands is lost."""


class Stranger:
    """Somebody who has never seen the program: types what it prints, and fills what it asks for.

    `facts` is what the customer says, as the demo prints it; nothing else is known.
    """

    def __init__(self, folder: Path) -> None:
        self.env = {
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "SALES_HOME": str(folder / "store"),
            "SALES_NOW": "2026-11-23T09:00+00:00",
            "SALES_ME": "ana",
        }
        self.facts: dict[str, str] = {}
        self.said: list[str] = []

    def run(self, line: str) -> str:
        """Type a line; anything but success ends the story."""
        self.said.append(line)
        done = program(shlex.split(line)[1:], self.env)
        assert done.code == 0, f"{line}\n{done.out}{done.err}"
        return done.out

    def read_demo(self, shown: str) -> None:
        """Take over what the demo prints: what the customer says, and the folder to work in."""
        for line in shown.splitlines():
            name, tab, text = line.partition("\t")
            if tab:
                self.facts[name] = text
            elif line.strip().startswith("export "):
                name, _, value = shlex.split(line)[1].partition("=")
                self.env[name] = value

    def follow(self, shown: str) -> str:
        """Type the command that `Next:` names, with a choice and what is asked for put in."""
        command = shown.rsplit("Next: ", 1)[1].splitlines()[0]
        words = [self._said(word) for word in shlex.split(command)]
        given = {word.partition("=")[0] for word in words}
        if words[1] in {"done", "continue"}:
            for field in re.findall(r"^  (\w+)(?: \([^)]*\))*$", shown, re.MULTILINE):
                if field in self.facts and field not in given:
                    words += ["--set", f"{field}={self.facts[field]}"]
        return self.run(shlex.join(words))

    def _said(self, word: str) -> str:
        """Choose the first of several words, and fill in `field=...`."""
        if word.endswith("=..."):
            field = word.removesuffix("=...")
            return f"{field}={self.facts[field]}"
        return word.partition("|")[0]


def stages(stranger: Stranger, account: str) -> Mapping[str, str]:
    """Return name -> stage of the opportunities of an account."""
    listed = json.loads(stranger.run("sales opportunity list --all --json"))
    rows = listed if isinstance(listed, list) else listed["opportunities"]
    return {row["name"]: row["stage"] for row in rows if row["account"] == account}


def test_a_stranger_closes_the_demo_sale_by_the_printed_hints_alone(tmp_path: Path) -> None:
    """B67: the right information carries a novice: no command is typed that was not printed."""
    stranger = Stranger(tmp_path)
    shown = stranger.run("sales demo")
    stranger.read_demo(shown)
    while "Next: sales opportunity show" not in shown:
        assert len(stranger.said) < MOST_COMMANDS, shown
        shown = stranger.follow(shown)
    assert {"Standby power for the spinning hall": "closed-won"} == stages(
        stranger, "Larkspur Mills"
    )


def test_the_users_own_store_is_not_even_made(tmp_path: Path) -> None:
    """What the demo does, it does beside it."""
    stranger = Stranger(tmp_path)
    stranger.run("sales demo")
    assert not (tmp_path / "store").exists()
    assert (tmp_path / "store-demo" / "sales.db").exists()


def test_a_second_demo_keeps_what_was_tried(tmp_path: Path) -> None:
    """Only `--again` begins anew; what was tried is not told as if it were to come."""
    stranger = Stranger(tmp_path)
    stranger.read_demo(stranger.run("sales demo"))
    stranger.run("sales account add Mine")
    stranger.env["SALES_HOME"] = str(tmp_path / "store")
    again = stranger.run("sales demo")
    assert ("there already" in again, "has called" in again) == (True, False)
    stranger.env["SALES_HOME"] = str(tmp_path / "store-demo")
    assert "Mine" in stranger.run("sales account list --all")
    stranger.run(f"sales demo {tmp_path / 'store-demo'} --again")
    assert "Mine" not in stranger.run("sales account list --all")


@pytest.mark.parametrize("name", ["notes.txt", "sales.db"])
def test_a_folder_with_something_else_in_it_is_refused(name: str, tmp_path: Path) -> None:
    """A demo never takes the place of anything but a demo."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / name).write_text("mine")
    refused = program(["demo", str(folder), "--again"], Stranger(tmp_path).env)
    assert 4 == refused.code
    assert "holds something that is no demo" in refused.err
    assert "mine" == (folder / name).read_text()


def test_every_sale_of_the_demo_is_sound(tmp_path: Path) -> None:
    """The doctor finds nothing, and the history of the made-up team is whole."""
    stranger = Stranger(tmp_path)
    stranger.read_demo(stranger.run("sales demo"))
    stranger.run("sales account add Mine")
    assert "The store is well" in stranger.run("sales doctor")
    stranger.run("sales log verify")


@pytest.mark.parametrize("mine", ["folder", "empty file", "store"])
def test_what_only_looks_like_a_demo_is_kept(mine: str, tmp_path: Path) -> None:
    """A folder with something called `demo`, or a user's own store beside it, is no demo."""
    folder = tmp_path / "mine"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "precious.txt").write_text("mine")
    if mine == "folder":
        (folder / "demo").mkdir()
    else:
        (folder / "demo").write_text("")
    stranger = Stranger(tmp_path)
    if mine == "store":
        stranger.env["SALES_HOME"] = str(folder)
        stranger.run("sales account add Mine")
    refused = program(["demo", str(folder), "--again"], stranger.env)
    assert 4 == refused.code
    assert "mine" == (folder / "src" / "precious.txt").read_text()
    assert (folder / "demo").exists()


def test_the_demo_tells_no_reason_of_a_sale_that_is_open_or_won(tmp_path: Path) -> None:
    """A reason belongs to an ending; and there are documents that the stages can suggest."""
    stranger = Stranger(tmp_path)
    stranger.read_demo(stranger.run("sales demo"))
    sales = json.loads(stranger.run("sales opportunity list --all --json"))
    ended = {"closed-lost", "closed-rejected", "closed-rerouted"}
    assert {sale["stage"] in ended for sale in sales if sale["reason"]} == {True}
    kinds = {one["kind"] for one in json.loads(stranger.run("sales kb list --json"))}
    assert {"presentation", "example", "price-list"} == kinds
