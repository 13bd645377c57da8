"""`sales process edit`, `publish` and `migrate` on a terminal: they show, ask, and lose no text."""

import stat
from pathlib import Path

import pytest

from salescli.services import process_texts
from tests.shop import Shop, made_once
from tests.terminal import INTERRUPT, on_terminal


@made_once
def running(shop: Shop) -> Shop:
    """A shop with a small process, of which one sale stands on the first call."""
    shop.do("process", "add", "--name", "Small sale")
    shop.do("run-process", "small-sale", "--account", "Acme")
    return shop


def editor(folder: Path, *edits: str) -> str:
    """Return an editor that makes another change each time it is opened."""
    script = folder / "editor"
    cases = "\n".join(f"{number}) {edit} ;;" for number, edit in enumerate(edits))
    script.write_text(
        f'#!/bin/sh\nn=$(cat "{folder}/n" 2>/dev/null || echo 0)\n'
        f'echo $((n + 1)) > "{folder}/n"\ncase $n in\n{cases}\nesac\n',
        encoding="utf-8",
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return str(script)


BREAK = 'sed -i \'s/interested = "details"/interested = "nowhere"/\' "$1"'
MEND = 'sed -i \'s/"nowhere"/"details"/; s/First call/Ring them/\' "$1"'


def test_a_broken_text_can_be_edited_on(running: Shop, tmp_path: Path) -> None:
    """P113: the editor opens again with what was written; then it is asked and published."""
    shown = on_terminal(
        running,
        *("process", "edit", "small-sale", "--editor", editor(tmp_path, BREAK, MEND)),
        typed=[("Go on editing?", "y"), ("Publish it?", "y")],
    )
    assert 0 == shown.code, shown.text
    text = process_texts.skeleton("Small sale").splitlines()
    line = next(number for number, told in enumerate(text, 1) if "interested =" in told)
    assert f"small-sale:{line}: stage `first-talk` has no step `nowhere`" in shown.text
    assert "1 running in first-talk" in shown.text
    source = running.do("process", "show", "small-sale", "--source").out
    assert "Ring them" in source
    assert "nowhere" not in source


@pytest.mark.parametrize("typed", [("Go on editing?", "n"), ("Publish it?", "n")])
def test_a_text_that_is_not_published_is_kept(
    running: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: tuple[str, str]
) -> None:
    """P113: who stops after a refusal, or does not publish, finds the text in a file."""
    monkeypatch.chdir(tmp_path)
    edit = BREAK if "editing" in typed[0] else MEND
    before = running.dump()
    shown = on_terminal(
        running,
        *("process", "edit", "small-sale", "--editor", editor(tmp_path, edit)),
        typed=[typed],
    )
    assert (2 if edit is BREAK else 0, before) == (shown.code, running.dump())
    assert "small-sale.toml" in shown.text
    kept = (tmp_path / "small-sale.toml").read_text(encoding="utf-8")
    assert ("nowhere" in kept) == (edit is BREAK)
    assert ("Ring them" in kept) == (edit is MEND)


@pytest.mark.parametrize("question", ["Go on editing?", "Publish it?"])
def test_an_interrupted_question_keeps_the_text(
    running: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    """P113: who leaves with Ctrl-C finds what was written in a file."""
    monkeypatch.chdir(tmp_path)
    edit = BREAK if "editing" in question else MEND
    before = running.dump()
    words = ("process", "edit", "small-sale", "--editor", editor(tmp_path, edit))
    shown = on_terminal(running, *words, typed=[(question, INTERRUPT)])
    assert 0 != shown.code
    assert before == running.dump()
    kept = (tmp_path / "small-sale.toml").read_text(encoding="utf-8")
    assert ("nowhere" if edit is BREAK else "Ring them") in kept


def test_an_editor_that_fails_the_second_time_loses_nothing(
    running: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P113: what was written the first time is kept in a file."""
    monkeypatch.chdir(tmp_path)
    words = ("process", "edit", "small-sale", "--editor", editor(tmp_path, BREAK, "exit 3"))
    shown = on_terminal(running, *words, typed=[("Go on editing?", "y")])
    assert 2 == shown.code
    assert "ended with 3" in " ".join(shown.text.split())
    assert "nowhere" in (tmp_path / "small-sale.toml").read_text(encoding="utf-8")


def test_a_migration_is_shown_and_asked_for(running: Shop, tmp_path: Path) -> None:
    """V25: on a terminal the preview comes before the question; no leaves all as it was."""
    running.do("process", "edit", "small-sale", "--editor", editor(tmp_path, MEND))
    before = running.dump()
    words = ("process", "migrate", "small-sale", "--now")
    shown = on_terminal(running, *words, typed=[("Migrate them?", "n")])
    assert "2 first-talk call" in " ".join(shown.text.split())
    assert "Would be: 1 moved" in shown.text
    assert before == running.dump()
    shown = on_terminal(running, *words, typed=[("Migrate them?", "y")])
    assert "Migrated: 1 moved" in shown.text
    shown = on_terminal(running, *words)
    assert "Every running sale has its newest version already" in shown.text


def test_a_long_list_is_summed_up(running: Shop, tmp_path: Path) -> None:
    """V25: more sales than a screen holds are told by where they go; `-n 0` lists each."""
    for number in range(3):
        running.do("run-process", "small-sale", "--account", f"Firm {number}", "--new")
    running.do("done", "RUN-2", "interested")
    running.do("process", "edit", "small-sale", "--editor", editor(tmp_path, MEND))
    shown = on_terminal(running, "process", "migrate", "small-sale", "-n", "2", columns=120)
    lines = [line.split()[:4] for line in shown.text.splitlines()]
    assert ["3", "1", "first-talk", "call"] in lines
    assert ["1", "1", "first-talk", "details"] in lines
    whole = on_terminal(running, "process", "migrate", "small-sale", "-n", "0", columns=120)
    assert all(f"RUN-{number}" in whole.text for number in (1, 2, 3, 4))
