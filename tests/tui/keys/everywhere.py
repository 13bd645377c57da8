"""Keys that do the same on every screen: moving, leaving, and going elsewhere."""

import re
from collections.abc import Callable

from textual.command import CommandPalette

from salescli.tui.places import PLACES
from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.command_line import CommandLine
from salescli.tui.widgets.key_bar import keys_of
from salescli.tui.widgets.pop_up import PopUp
from tests.tui.keys.places import Stand, mover


async def one_down(at: Stand, key: str) -> None:
    """It goes one further down."""
    await _moves(at, key, 0, lambda _last: 1)


async def one_up(at: Stand, key: str) -> None:
    """It goes one further up."""
    await _moves(at, key, 1, lambda _last: 0)


async def to_the_first(at: Stand, key: str) -> None:
    """It goes to the top."""
    await _moves(at, key, 2, lambda _last: 0)


async def to_the_last(at: Stand, key: str) -> None:
    """It goes to the end."""
    await _moves(at, key, 0, lambda last: last)


async def page_down(at: Stand, key: str) -> None:
    """It goes down by more than one, or to the end."""
    await _moves(at, key, 0, lambda last: min(last, 2), at_least=True)


async def page_up(at: Stand, key: str) -> None:
    """It goes to the top of what is less than a page."""
    await _moves(at, key, 2, lambda _last: 0)


async def _moves(
    at: Stand, key: str, begin: int, end: Callable[[float], float], *, at_least: bool = False
) -> None:
    place, go, last = mover(at.board)
    assert last > 0, at.board.text
    go(min(begin, last))
    await at.board.burst(key)
    assert place() == end(last) or (at_least and place() > end(last))


async def quits(at: Stand, key: str) -> None:
    """The board ends, and says that all is well."""
    await at.board.burst(key)
    assert [0] == at.ended


async def opens_the_palette(at: Stand, key: str) -> None:
    """The palette comes, and goes with Esc."""
    before = at.board.app.screen
    await at.board.burst(key)
    assert isinstance(at.board.app.screen, CommandPalette)
    await at.board.burst("escape")
    assert before is at.board.app.screen


async def closes_what_was_told(at: Stand, key: str) -> None:
    """What was told goes, and the screen stays."""
    before = at.board.app.screen
    at.board.app.notify("Told")
    await at.board.burst(key)
    assert "" == at.board.told
    assert before is at.board.app.screen


async def takes_back(at: Stand, key: str) -> None:
    """The last change is taken back."""
    before = at.team.dump()
    at.team.do("note", "ACC-1", "Wrong")
    await at.board.burst(key)
    assert before == at.team.dump()
    assert "Undid" in at.board.told


async def does_again(at: Stand, key: str) -> None:
    """What was taken back last is done again."""
    at.team.do("note", "ACC-1", "Right")
    after = at.team.dump()
    at.team.do("undo")
    await at.board.burst(key)
    assert after == at.team.dump()


async def helps(at: Stand, key: str) -> None:
    """A pop-up has the keys of the screen."""
    keys = keys_of(at.board.app.screen)
    await at.board.burst(key)
    assert isinstance(at.board.app.screen, PopUp)
    assert keys == at.board.app.screen._text


async def turns_on(at: Stand, key: str) -> None:
    """The next screen of the bar is shown."""
    await _turns(at, key, 1)


async def turns_back(at: Stand, key: str) -> None:
    """The screen before is shown."""
    await _turns(at, key, -1)


async def _turns(at: Stand, key: str, by: int) -> None:
    names = list(PLACES)
    there = names[(names.index(at.board.app.place) + by) % len(names)]
    await at.board.burst(key)
    _is_shown(at, there)


async def goes(at: Stand, key: str) -> None:
    """The screen of that number is shown."""
    await at.board.burst(key)
    _is_shown(at, list(PLACES)[int(key[1:]) - 2])


def _is_shown(at: Stand, place: str) -> None:
    assert PLACES[place].name == type(at.board.app.screen).__name__
    assert f"▸{PLACES[place].title}" in at.board.text


async def reads_anew(at: Stand, key: str) -> None:
    """What another program has changed is shown."""
    nouns = {"ACC": "account", "LEAD": "lead"}
    noun = nouns.get(at.about.split("-")[0], "opportunity")
    reference = at.about if noun in nouns.values() else "OPP-1"
    amount = ("--set", "amount=98765") if noun == "opportunity" else ()
    at.team.do(noun, "edit", reference, "--set", "name=Kettle", *amount)
    _place, go, _last = mover(at.board)
    go(0)
    assert "Kettle" not in at.board.text
    await at.board.burst(key)
    assert re.search(r"Kettle|98,765", at.board.text)


async def takes_a_command(at: Stand, key: str) -> None:
    """The command line comes."""
    await at.board.burst(key)
    assert isinstance(at.board.app.focused, CommandLine)


async def runs_a_process(at: Stand, key: str) -> None:
    """It is asked which process, and for whom it begins a sale."""
    await at.board.burst(key)
    assert isinstance(at.board.app.screen, Choice)
    assert "Run process" == at.board.app.screen._title
    await at.board.burst("enter")
    assert "Run process Corporate sale" == at.board.form._title
    assert "field-account" == getattr(at.board.app.focused, "id", "")


async def runs_for_this(at: Stand, key: str) -> None:
    """It is asked which process, for what the cursor is on."""
    whom = at.about if at.about.split("-")[0] in {"OPP", "ACC", "LEAD"} else "OPP-1"
    await at.board.burst(key)
    assert isinstance(at.board.app.screen, Choice)
    assert f"Run process for {whom}" == at.board.app.screen._title


async def goes_back(at: Stand, key: str) -> None:
    """The screen below is shown again."""
    below = at.board.app.screen_stack[-2]
    await at.board.burst(key)
    assert below is at.board.app.screen
    assert not at.ended
