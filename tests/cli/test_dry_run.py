"""`--dry-run`: any command does all it would do, and keeps none of it."""

from pathlib import Path

import pytest

from tests.every_command import copied, fill, lines
from tests.shop import Shop

IN_WORDS = frozenset({"backup", "restore", "doctor"})
"""Commands that work on the file itself, and say what they would do."""

REHEARSED = [line for line in lines() if not IN_WORDS.intersection(line[:1])]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled store, made once."""
    return tmp_path_factory.mktemp("template") / "store"


@pytest.fixture
def filled(template: Path, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A store with a record of each noun, and the files that the commands name."""
    monkeypatch.chdir(tmp_path)
    if not template.exists():
        fill(Shop(template, shop.clock))
    return copied(Shop(template, shop.clock), tmp_path)


def history(shop: Shop) -> list[tuple[object, ...]]:
    return shop.rows("SELECT number, hex(link) FROM change_set ORDER BY number")


@pytest.mark.parametrize("line", lines(), ids=" ".join)
def test_a_dry_run_keeps_nothing(filled: Shop, line: tuple[str, ...]) -> None:
    """B57: no record, no change set and no file is left, and the note says so."""
    before = filled.dump(), history(filled), sorted(filled.home.glob("backups/*"))
    answer = filled.run(*line, "--dry-run")
    assert before == (filled.dump(), history(filled), sorted(filled.home.glob("backups/*")))
    if answer.code == 0 and line != ("--version",):
        assert "note: This was a dry run: nothing of it was kept" in answer.err


@pytest.mark.parametrize("line", REHEARSED, ids=" ".join)
def test_a_dry_run_says_what_the_command_says(filled: Shop, line: tuple[str, ...]) -> None:
    """B57: its answer and exit code are those of the command itself, done right after it."""
    rehearsed = filled.run(*line, "--dry-run")
    done = filled.run(*line)
    assert rehearsed.code == done.code
    if line[:1] != ("import",):
        assert rehearsed.out == done.out


def test_a_refused_command_is_refused_dry(filled: Shop) -> None:
    """B57: a rule is broken in a dry run as well, with the same words."""
    dry, real = (filled.run("stage", "OPP-1", "nowhere", *flags) for flags in (("--dry-run",), ()))
    assert 3 == dry.code
    assert real == dry


def test_a_dry_run_of_several_shows_each(filled: Shop) -> None:
    """B57: a move of several sales tells what would happen to each of them."""
    filled.do("run-process", "corporate-sale", "--account", "Hooli", "--new")
    answer = filled.do("stage", "OPP-1", "RUN-4", "proposal", "--dry-run")
    assert 2 <= answer.out.count("Proposal")
    assert [] == [r for r in filled.json("opportunity", "list") if r["stage"] == "proposal"]
