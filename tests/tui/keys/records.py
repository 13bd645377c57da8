"""Keys that change, add and name records."""

from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.form import Form
from tests.tui.keys.places import Stand

NOTHING_TO_ADD = ("log", "lead")
"""Where nothing can be added."""


async def edits(at: Stand, key: str) -> None:
    """Its fields are in a form, and what is changed there is stored."""
    await at.board.burst(key)
    assert at.board.form._title.startswith(f"{at.line} ")
    before = at.team.dump()
    at.board.fill("name", "Kettle")
    await at.board.burst("ctrl+s")
    assert not isinstance(at.board.app.screen, Form)
    assert before != at.team.dump()
    assert f"edit {at.line} --set name=Kettle" in at.team.json("log", "-n", "1")[0]["command"]


async def adds(at: Stand, key: str) -> None:
    """What belongs there is asked for and stored; that there is nothing is told."""
    await at.board.burst(key)
    if at.place in NOTHING_TO_ADD:
        assert "Nothing can be added here" in at.board.told
        return
    if isinstance(at.board.app.screen, Choice):
        await at.board.burst("enter")
    at.board.fill("name", "Kettle")
    await at.board.burst("ctrl+s")
    assert not isinstance(at.board.app.screen, Form), at.board.text
    assert " add " in (command := at.team.json("log", "-n", "1")[0]["command"])
    assert "Kettle" in command


async def copies(at: Stand, key: str) -> None:
    """Its handle is on the clipboard."""
    await at.board.burst(key)
    assert at.line == at.board.app.clipboard
