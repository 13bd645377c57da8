"""A board that is read-only: it shows everything, and nothing on it changes the store."""

import sqlite3
from pathlib import Path

import pytest

from salescli.commands.shared.catalog import READERS, is_reading
from salescli.errors import RuleError, StoreError
from salescli.services import notes
from salescli.services.sessions import open_unit
from salescli.store.engine import FILE_NAME, connect
from salescli.tui.app import SalesBoard
from salescli.tui.keys.own_keys import OWN_KEYS
from salescli.tui.read_only import WRITING
from salescli.tui.widgets.key_bar import bindings_of, keys_of
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board
from tests.tui.keys.places import SCREENS, Stand

REFUSED = "The board is read-only"
KINDLY = {"open"}
"""Enter on a line of an account opens a sale, which reads, or completes an activity."""


def snapshot(shop: Shop) -> bytes:
    """Return what the file of the store holds."""
    with sqlite3.connect(shop.home / FILE_NAME) as connection:
        return "\n".join(connection.iterdump()).encode()


@pytest.mark.parametrize("place", SCREENS)
def test_keys_that_write_are_not_shown_and_say_why(
    busy: Shop, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each key that would change something is pressed; those that are shown change nothing."""
    before = snapshot(busy)

    async def steps(board: Driver) -> None:
        at = Stand(board, busy, place)
        monkeypatch.setattr(SalesBoard, "exit", lambda _board, code: at.ended.append(code))
        await at.come()
        here = board.app.screen.active_bindings
        keys = {key: one.binding.id for key, one in here.items() if one.binding.id in WRITING}
        assert not WRITING & {one.id for one in bindings_of(board.app.screen)}
        assert board.text.splitlines()[-1].startswith("read-only ")
        for key in keys:
            board.app.clear_notifications()
            screen = board.app.screen
            await board.burst(key)
            assert board.told, key
            assert screen is board.app.screen, key
        assert not keys or REFUSED in board.told or place in {"plan", "lead", "account", "log"}

    at_the_board(busy, steps, is_read_only=True)
    assert before == snapshot(busy)


@pytest.mark.parametrize("place", ["today", "leads", "account", "sale"])
def test_what_is_shown_is_not_refused(busy: Shop, place: str) -> None:
    """No key that the line or the help names only says that the board is read-only."""

    async def steps(board: Driver) -> None:
        at = Stand(board, busy, place)
        await at.come()
        shown = {one.key: one.id for one in bindings_of(board.app.screen)}
        for key, name in shown.items():
            if name in KINDLY | {"quit", "back", "help"}:
                continue
            await at.come()
            board.app.clear_notifications()
            await board.burst(key)
            assert REFUSED not in board.told, (key, name)

    at_the_board(busy, steps, is_read_only=True)


@pytest.mark.parametrize("key", ["p", "x", "n", "enter"])
def test_what_is_marked_stays_as_it_is(team: Shop, key: str) -> None:
    """A key for all that is marked is refused before it asks anything."""

    async def steps(board: Driver) -> None:
        await board.press("f4", "asterisk")
        assert "marked" in board.text
        await board.press(key)
        assert REFUSED in board.told
        assert board.app.screen is board.app.get_screen("activities")

    at_the_board(team, steps, is_read_only=True)


def test_a_command_of_ones_own_that_writes_is_not_listed(team: Shop) -> None:
    """The help names the keys of commands that read, and no other."""
    text = '[commands]\n"ctrl+g" = "stage . proposal"\nB = "risk"\n'
    (team.home / OWN_KEYS).write_text(text, encoding="utf-8")

    async def steps(board: Driver) -> None:
        told = keys_of(board.app.screen)
        assert ":risk" in told
        assert ":stage" not in told

    at_the_board(team, steps, is_read_only=True)


def test_the_mouse_changes_nothing(team: Shop) -> None:
    """A double click on the day and a click on an answer are refused as their keys are.

    On the smallest screen the refusal can be read to its end.
    """
    before = snapshot(team)

    async def steps(board: Driver) -> None:
        lines = board.text.splitlines()
        row = next(y for y, line in enumerate(lines) if "Send the brochure" in line)
        await board.pilot.click(offset=(20, row), times=2)
        await board.settle()
        assert REFUSED in board.told
        shown = " ".join(board.text.replace("▌", " ").split())
        assert " ".join(board.told.split()) in shown
        board.app.open_sale("OPP-1")
        await board.settle()
        board.app.clear_notifications()
        await board.app.run_action("screen.answer(1)")
        await board.settle()
        assert REFUSED in board.told

    at_the_board(team, steps, (40, 20), is_read_only=True)
    assert before == snapshot(team)


@pytest.mark.parametrize(
    "line", ["note OPP-1 x", "restore last --yes", "Run process", "undo", "opp add x"]
)
def test_a_line_that_writes_is_refused(team: Shop, line: str) -> None:
    """`:` runs no command that changes something, whether it writes rows or files."""
    before = snapshot(team)

    async def steps(board: Driver) -> None:
        await board.press("colon")
        await board.type(line)
        await board.press("enter")
        assert REFUSED in board.told

    at_the_board(team, steps, is_read_only=True)
    assert before == snapshot(team)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("acc list", "Globex"),
        ("stage --help", "Move sales to a stage"),
        ("stale snooze OPP-1 --until 2027-02-01 --reason x", "open only to be read"),
    ],
)
def test_a_line_that_reads_runs(team: Shop, line: str, told: str) -> None:
    """What a command below a reading one would write, the store refuses."""
    before = snapshot(team)

    async def steps(board: Driver) -> None:
        await board.press("colon")
        await board.type(line)
        await board.press("enter")
        await board.printed()
        assert told in board.text

    at_the_board(team, steps, is_read_only=True)
    assert before == snapshot(team)


def test_what_others_write_is_shown(team: Shop) -> None:
    """The board reads on while somebody else writes."""

    async def steps(board: Driver) -> None:
        await board.press("f5")
        await board.app.watch_store()
        team.do("account", "add", "Umbrella")
        await board.app.watch_store()
        await board.settle()
        assert "Umbrella" in board.text

    at_the_board(team, steps, is_read_only=True)


def test_the_store_refuses_to_be_changed(team: Shop) -> None:
    """Neither a service nor SQL changes what was opened only to be read."""
    unit = open_unit(team.home, clock=team.clock, is_read_only=True)
    with pytest.raises(RuleError) as refusal:
        notes.write(unit, "OPP-1", "x")
    assert "open only to be read" in refusal.value.message
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        unit.connection.execute("DELETE FROM note")
    unit.close()


def test_no_store_is_made_or_brought_up(tmp_path: Path, team: Shop) -> None:
    """Where there is none, or one of another version, the board says so and writes nothing."""
    unit = open_unit(tmp_path / "none", clock=team.clock, is_read_only=True)
    with pytest.raises(StoreError, match="There is no store"):
        unit.connection.execute("SELECT 1")
    assert not (tmp_path / "none").exists()
    with connect(team.home / FILE_NAME) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    unit = open_unit(team.home, clock=team.clock, is_read_only=True)
    with pytest.raises(StoreError, match="another version"):
        unit.connection.execute("SELECT 1")
    with connect(team.home / FILE_NAME) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    assert "0001" == found[0]


@pytest.mark.parametrize(
    ("words", "reads"),
    [
        ("risk", True),
        ("opp list --mine", True),
        ("opportunity stakeholder list OPP-1", True),
        ("--json log", True),
        ("opportunity add risk", False),
        ("stage OPP-1 list", False),
        ("", False),
    ],
)
def test_which_lines_read(words: str, reads: bool) -> None:
    """The first words of a line say whether its command only looks."""
    assert is_reading(words.split()) is reads
    assert all(is_reading(one.split()) for one in READERS)
