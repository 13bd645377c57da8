"""Keys of forms, questions, pop-ups and lines to type into."""

from textual.widgets import Input

from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.command_line import CommandLine
from salescli.tui.widgets.fields import Line
from salescli.tui.widgets.form import Form
from salescli.tui.widgets.pop_up import NO_HINT, PopUp
from salescli.tui.widgets.prompt import Prompt
from tests.tui.keys.places import Stand


async def leaves_the_form(at: Stand, key: str) -> None:
    """The form goes, nothing is stored, and what was typed is kept."""
    before, form = at.team.dump(), at.board.form
    await at.board.burst(*"half", key)
    drafts = at.board.app.drafts
    assert not isinstance(at.board.app.screen, Form)
    assert "half" in str(drafts.of(form.about)) or before != at.team.dump()
    drafts.keep(form.about, {})


async def saves(at: Stand, key: str) -> None:
    """What was typed is stored, and the form goes."""
    before, form = at.team.dump(), at.board.form
    await at.board.burst(*"tue 10", key)
    assert form is not at.board.app.screen
    assert before != at.team.dump()


async def goes_to_the_next_field(at: Stand, key: str) -> None:
    """The next field has the keys."""
    names = [f"field-{field.name}" for field in at.board.form.fields]
    here = at.board.app.focused
    assert here
    await at.board.burst(key)
    assert at.board.app.focused
    assert names[names.index(here.id or "") + 1] == at.board.app.focused.id


async def chooses_the_first(at: Stand, key: str) -> None:
    """The first name of the list is chosen; a field that holds no names keeps the keys."""
    await _chooses(at, key, 0)


async def chooses_the_last(at: Stand, key: str) -> None:
    """The last name of the list is chosen."""
    await _chooses(at, key, -1)


async def _chooses(at: Stand, key: str, place: int) -> None:
    line = at.board.app.focused
    assert isinstance(line, Line)
    is_offering = line.is_offering
    await at.board.burst(key)
    assert line is at.board.app.focused
    assert is_offering == line.is_offering
    if is_offering:
        names = at.team.rows("SELECT name FROM account ORDER BY id DESC")
        assert names[place][0] == line.chosen


async def closes_the_list(at: Stand, key: str) -> None:
    """The list goes, and the form stays."""
    line = at.board.app.focused
    assert isinstance(line, Line)
    form = at.board.form
    await at.board.burst(key)
    assert not line.is_offering
    assert form is at.board.app.screen


async def breaks_the_line(at: Stand, key: str) -> None:
    """What is typed next stands in a line of its own."""
    await at.board.burst("a", key, "b")
    assert "a\nb" == at.board.form.widget("text").text


async def leaves_the_question(at: Stand, key: str) -> None:
    """None is chosen."""
    await at.board.burst(key)
    assert [None] == at.picked


async def shows_the_hint_of_the_question(at: Stand, key: str) -> None:
    """The hint pops up over the question, and the same key closes it."""
    question = at.board.app.screen
    await at.board.burst(key)
    assert isinstance(at.board.app.screen, PopUp)
    assert NO_HINT in at.board.text
    await at.board.burst(key)
    assert question is at.board.app.screen
    assert [] == at.picked


async def chooses(at: Stand, key: str) -> None:
    """The option under the cursor is chosen."""
    await at.board.burst("down", key)
    assert [1] == at.picked


async def chooses_by_number(at: Stand, key: str) -> None:
    """A number chooses; since `10` begins with `1`, that one waits for what follows."""
    keys = {"0": ("1", "0"), "1": ("1", "enter")}.get(key, (key,))
    await at.board.burst(*keys[:-1])
    assert [] == at.picked
    await at.board.burst(keys[-1])
    assert [(int(key) or 10) - 1] == at.picked


async def leaves_the_line(at: Stand, key: str) -> None:
    """The line goes, and the list has the keys."""
    await at.board.burst(key)
    assert not isinstance(at.board.app.focused, Input)


async def calls_back(at: Stand, key: str) -> None:
    """The line before is there again."""
    line = at.board.app.screen.query_one(CommandLine)
    line.lines[:] = ["stale", "risk"]
    line.begin()
    await at.board.burst(key)
    assert "risk" == line.value


async def calls_forth(at: Stand, key: str) -> None:
    """The line after is there again."""
    await calls_back(at, "up")
    await at.board.burst("up", key)
    assert "risk" == at.board.app.screen.query_one(CommandLine).value


async def completes_the_line(at: Stand, key: str) -> None:
    """What is suggested is taken, and the line keeps the keys."""
    line = at.board.app.focused
    assert isinstance(line, Prompt)
    await at.board.burst(*"run pro", key)
    assert line is at.board.app.focused
    assert line.value == ("Run process" if isinstance(line, CommandLine) else "run pro")


async def runs_the_line(at: Stand, key: str) -> None:
    """The line does what it says."""
    await at.board.type("Run process")
    await at.board.press(key)
    assert isinstance(at.board.app.screen, Choice)
    assert "Run process" in at.board.text
    await at.board.press("escape")
