"""The notation of transcripts: blocks, files, the clock, who types, and what is typed."""

import os

import pytest

from scripts.docs.capabilities import rows_in
from scripts.docs.transcripts import WrongExitCodeError, open_page, render


def block(*lines: str) -> str:
    """Return a console block."""
    return "```console\n" + "".join(f"{line}\n" for line in lines) + "```\n"


def test_output_replaces_what_stood_there() -> None:
    """Old output goes, commands stay, and one empty line parts them."""
    old = block("$ sales config me", "old output", "", "$ sales config hints", "more")
    new = block("$ sales config me", "ana", "", "$ sales config hints", "on")
    assert new == render(old)


def test_rendering_twice_changes_nothing() -> None:
    """A page that is up to date stays as it is."""
    once = render(block("$ sales account add Acme", "$ sales account list"))
    assert once == render(once)


def test_each_page_has_a_store_of_its_own() -> None:
    """What one page does is not seen by the next."""
    page = block("$ sales account add Acme")
    assert "ACC-1" in render(page)
    assert "ACC-1" in render(page)


def test_marks_move_the_clock_change_the_user_and_run_unseen() -> None:
    """Marks stay in the page, and a mark's command prints nothing."""
    page = (
        "<!-- run: sales user add bo -->\n<!-- now: 2026-12-01 10:00 -->\n<!-- me: bo -->\n"
        + block('$ sales activity add "Send it" --due today')
        + block("$ sales log -n 1")
    )
    shown = render(page)
    assert shown.startswith("<!-- run: sales user add bo -->\n<!-- now:")
    assert "today 10:00  bo   sales activity add" in shown


def test_an_exit_code_is_part_of_the_page() -> None:
    """A refusal has to be announced, and an announced one has to come."""
    assert "error: " in render(block("$ sales stage acme proposal  # exit 3"))
    with pytest.raises(WrongExitCodeError):
        render(block("$ sales stage acme proposal"))
    with pytest.raises(WrongExitCodeError):
        render(block("$ sales config me  # exit 3"))


def test_a_named_block_is_a_file() -> None:
    """A page can show a file and then work with it."""
    shown = render(
        "```toml x.toml\nformat = 2\n```\n" + block("$ sales process check x.toml # exit 2")
    )
    assert "format 1 only" in shown


def test_output_can_go_to_a_file() -> None:
    """`> FILE` keeps the output and shows none, as in a shell."""
    page = block(
        "$ sales process show corporate-sale --source > a.toml", "$ sales process check a.toml"
    )
    assert "`a.toml` is sound" in render(page)


def test_typed_answers_show_where_they_are_typed() -> None:
    """`type:` answers the prompts of the next command."""
    shown = render("<!-- type: 6 -->\n" + block("$ sales run-process corporate-sale"))
    assert "Result [6]: 6\n" in shown


def test_a_page_leaves_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables are set for the command only."""
    monkeypatch.setenv("SALES_ME", "zoe")
    with open_page() as page:
        assert page.execute("sales config me") == "ana\n"
    assert os.environ["SALES_ME"] == "zoe"


def test_rows_are_read_from_docstrings() -> None:
    """Single rows and short ranges are named."""
    assert ["P3", "C22", "P10", "P11", "P12"] == list(rows_in("P3 and C22, P10-P12, nothing else"))
