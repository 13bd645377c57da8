"""Refusals and notices of the board name its keys, where the shell names commands."""

from typing import Any

import pytest
from textual.binding import Binding
from textual.screen import Screen

from salescli.tui.keys import in_keys as in_keys_module
from salescli.tui.keys.in_keys import in_keys
from salescli.tui.widgets.key_bar import bindings_of
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board

NAMED = {
    "f2": {
        "start it: `sales continue RUN-1`": "start it: Enter",
        "choose the next stage: `sales stage RUN-1 STAGE`": "choose the next stage: Enter",
        "put it off: `sales postpone ACT-1 --until DAY`": "put it off: p",
        "to have it again: `sales undo`": "to have it again: u",
        "to have it again: `sales undo CS-12`": "to have it again: `:undo CS-12`",
        "Changed the date? `sales schedule` moves it": "Changed the date? s moves it",
        "see them with `sales lead list --all`": "see them with f6",
        "see `sales lead list --where ...`": "see `:lead list --where ...`",
        "begin one: `sales run-process`": "begin one: R",
        "the field `need` of `OPP-1`": "the field `need` of `OPP-1`",
        "it moves with `sales stage OPP-2 STAGE`": "it moves with `:stage OPP-2 STAGE`",
    },
    "f3": {
        "move it with `sales stage REF STAGE`": "move it with m",
        "start it: `sales run-process corporate-sale --opportunity OPP-1`": "start it: P",
        "mend it with `sales opportunity edit OPP-1 --need ...`": "mend it with e",
    },
    "f7": {"move it with `sales stage REF STAGE`": "move it with `:stage REF STAGE`"},
}
"""Screen -> what the shell says there, and what the board does."""


@pytest.mark.parametrize("screen", NAMED)
def test_a_command_is_named_by_its_key(team: Shop, screen: str) -> None:
    """A command that a key of the screen does for what the cursor is on is told as that key."""

    async def steps(board: Driver) -> None:
        await board.press(screen)
        while screen == "f2" and board.reference != "ACT-1":
            await board.press("j")
        while screen == "f3" and board.reference != "OPP-1":
            await board.press("h")
        for told, said in NAMED[screen].items():
            assert said == in_keys(board.app, told)

    at_the_board(team, steps, (220, 40))


def test_keys_are_looked_up_once_for_a_text(team: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many commands a text names; none are looked up for a text without any."""
    looked_up = []

    def counted(screen: Screen[Any]) -> list[Binding]:
        looked_up.append(screen)
        return bindings_of(screen)

    async def steps(board: Driver) -> None:
        monkeypatch.setattr(in_keys_module, "bindings_of", counted)
        in_keys(board.app, "`sales undo`, `sales redo` or `sales next`")
        in_keys(board.app, "nothing")
        assert 1 == len(looked_up)

    at_the_board(team, steps)


def test_a_key_of_ones_own_is_named(team: Shop) -> None:
    """A hint names the key that keys.toml gives."""
    (team.home / "keys.toml").write_text('undo = "z"\n', encoding="utf-8")

    async def steps(board: Driver) -> None:
        assert "take it back with z" == in_keys(board.app, "take it back with `sales undo`")

    at_the_board(team, steps)


def test_a_refusal_names_no_command_of_the_shell(team: Shop) -> None:
    """What is refused on the board is told as one types it there."""

    async def steps(board: Driver) -> None:
        await board.press("f3")
        while board.reference != "OPP-1":
            await board.press("h")
        await board.press("enter")
        team.do("close", "OPP-1", "lost", "--reason", "price")
        await board.app.watch_store()
        await board.settle()
        await board.press("c")
        assert "take it up again with `:reopen OPP-1 --reason ...`" in board.told
        await board.press("escape", "escape", *("u" for _ in range(20)))
        assert "There is nothing of yours to undo\nsee what was changed: `:log`" == board.told

    at_the_board(team, steps, (220, 40))
