"""What refused commands write is kept in a file, so that a changed word is seen."""

import json
from pathlib import Path

import pytest

from salescli.cli import run
from salescli.errors import ExitCode, SalesError
from salescli.services import history
from tests.every_command import fill
from tests.golden_errors import GOLDEN, codes, fresh
from tests.shop import Shop
from tests.terminal import INTERRUPT, on_terminal

TEXT = GOLDEN.read_text(encoding="utf-8")


def test_refusals_are_as_they_are_kept(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B53: each refusal says what it says in the file, for people and for programs.

    `python -m tests.golden_errors` writes the file anew.
    """
    monkeypatch.chdir(tmp_path)
    assert TEXT == fresh(TEXT, tmp_path, fill(shop))


def test_each_command_ends_with_the_code_of_its_heading(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The headings of the file are true."""
    monkeypatch.chdir(tmp_path)
    ended: dict[str, list[tuple[str, int]]] = {}
    fresh(TEXT, tmp_path, fill(shop), ended)
    assert codes(TEXT) == ended


def test_every_code_that_a_refusal_has_is_in_the_file() -> None:
    """A new kind of refusal comes with a command line that shows it."""
    kinds: list[type[SalesError]] = [SalesError, *SalesError.__subclasses__()]
    wanted = {kind.code.name.lower() for kind in kinds} | {"partly_done"}
    assert wanted == set(codes(TEXT))
    assert all(codes(TEXT).values())


def test_an_unknown_failure(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """B53: a failure that nobody foresaw ends with 1 and says what to do, without a traceback."""

    def broken(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(history, "undo", broken)
    monkeypatch.setenv("SALES_HOME", str(shop.home))
    assert ExitCode.FAILURE == run(["undo"])
    first, _empty, hint = capsys.readouterr().err.splitlines()
    assert first == "error: Something went wrong inside the program: ZeroDivisionError: by zero"
    assert hint.startswith("hint: ")
    assert ExitCode.FAILURE == run(["undo", "--json"])
    told = json.loads(capsys.readouterr().err)["error"]
    assert ("failure", 1) == (told["code"], told["exit_code"])


def test_an_interrupt(shop: Shop) -> None:
    """B53: Ctrl-C at a question ends with 130, without a traceback, and loses nothing."""
    shown = on_terminal(shop, "run-process", "corporate-sale", typed=[("Result", INTERRUPT)])
    assert ExitCode.INTERRUPTED == shown.code
    assert "Traceback" not in shown.text
    assert [("running",)] == shop.rows("SELECT state FROM process_run")
