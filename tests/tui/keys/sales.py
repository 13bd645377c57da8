"""Keys that do something with a sale or an activity."""

from datetime import timedelta

from textual.widgets import OptionList, TabbedContent

from salescli.tui.screens.opportunity import OpportunityScreen
from salescli.tui.texts.sale_tabs import SHORTEST, TABS
from salescli.tui.widgets.form import Form
from salescli.tui.widgets.pop_up import PopUp
from tests.tui.keys.places import Stand

STEP, WHAT = "ACT-2", "Collect customer information"
"""The open step of the sale that most places are about."""

FRIDAY = "fri 9"


def activity(at: Stand) -> tuple[str, str, str]:
    """Return state, result and due time of the step as they are stored."""
    (found,) = at.team.rows("SELECT state, result, due_at FROM activity WHERE number = 2")
    state, result, due = found
    return state, result, due


async def saved(at: Stand) -> None:
    """Save the form that an answer asks for, if it asks for one."""
    if isinstance(at.board.app.screen, Form):
        await at.board.burst("ctrl+s")


def stage(at: Stand) -> str:
    """Return the stage of the sale as it is stored."""
    ((found,),) = at.team.rows("SELECT stage FROM opportunity WHERE name = 'Boiler'")
    return str(found)


async def completes(at: Stand, key: str) -> None:
    """Its result is asked for, and closes it."""
    await at.board.burst(key)
    assert f"{WHAT} · Boiler" in at.board.text
    await at.board.burst("1")
    await saved(at)
    assert "done" == activity(at)[0]


async def answers(at: Stand, key: str) -> None:
    """The result of that number closes it; that there is none is told."""
    page = at.board.app.screen
    assert isinstance(page, OpportunityScreen)
    assert page.standing
    assert page.standing.step
    results = page.standing.step.results
    await at.board.burst(key)
    await saved(at)
    if int(key) > len(results):
        assert f"no answer {key}" in at.board.told
        assert "open" == activity(at)[0]
    else:
        assert results[int(key) - 1] == activity(at)[1]


async def schedules(at: Stand, key: str) -> None:
    """It is asked when, and gets its time."""
    await _gives_time(at, key, "Schedule")


async def postpones(at: Stand, key: str) -> None:
    """It is asked until when, and is put off."""
    await _gives_time(at, key, "Postpone")


async def _gives_time(at: Stand, key: str, word: str) -> None:
    day = at.team.clock() + timedelta(days=4)
    await at.board.burst(key)
    assert f"{word} {WHAT} · Boiler" in at.board.text
    await at.board.burst(*FRIDAY, "enter")
    assert f"{day:%Y-%m-%d 09:00}" in activity(at)[2]


async def cancels(at: Stand, key: str) -> None:
    """It is asked whether and why, and it is canceled."""
    await at.board.burst(key)
    assert f"Cancel {WHAT} · Boiler?" in at.board.text
    await at.board.burst("2")
    assert "Why" in at.board.text
    await at.board.burst(*"no time", "enter")
    assert "canceled" == activity(at)[0]
    assert [("no time",)] == at.team.rows("SELECT text FROM activity WHERE state = 'canceled'")


async def opens_its_sale(at: Stand, key: str) -> None:
    """The page of its sale comes."""
    sale = "OPP-4" if at.place == "lead" else "OPP-1"
    await at.board.burst(key)
    page = at.board.app.screen
    assert isinstance(page, OpportunityScreen)
    assert sale == page.reference


async def writes_a_note(at: Stand, key: str) -> None:
    """What is asked for is written on it."""
    await at.board.burst(key)
    assert "Note on" in at.board.text
    await at.board.burst(*"They called", "enter")
    newest = at.team.json("log", "-n", "1")[0]
    assert f"sales note {at.about} 'They called'" == newest["command"]


async def removes_a_part(at: Stand, key: str) -> None:
    """It is asked which part, and that one goes."""
    before = at.team.json("opportunity", "competitor", "list", "OPP-1")
    at.team.do("opportunity", "competitor", "add", "OPP-1", "Wonka")
    await at.board.burst("D", key)
    assert "Competitor Wonka" in at.board.text
    await at.board.burst("1")
    assert before == at.team.json("opportunity", "competitor", "list", "OPP-1")


async def shows_the_hint(at: Stand, key: str) -> None:
    """Its hint pops up."""
    first = at.team.json("hint", STEP)["hint"].splitlines()[0]
    await at.board.burst(key)
    assert isinstance(at.board.app.screen, PopUp)
    assert at.board.app.screen._text.startswith(first)
    assert WHAT == at.board.app.screen._title


async def moves_the_sale(at: Stand, key: str) -> None:
    """It is asked where to, and it goes there."""
    await at.board.burst(key)
    options = at.board.app.screen.query_one(OptionList)
    names = [str(one.prompt) for one in options.options]
    options.highlighted = next(n for n, name in enumerate(names) if "Presentation" in name)
    await at.board.burst("enter")
    assert "presentation" == stage(at)


async def carries_on(at: Stand, key: str) -> None:
    """The card goes to the next stage."""
    await at.board.burst(key)
    assert "presentation" == stage(at)


async def carries_back(at: Stand, key: str) -> None:
    """The card goes to the stage before."""
    await at.board.burst(key)
    assert "qualification" == stage(at)


async def next_tab(at: Stand, key: str) -> None:
    """The next tab comes into view."""
    await _tab(at, key, 1)


async def last_tab(at: Stand, key: str) -> None:
    """The tab before comes into view."""
    await _tab(at, key, -1)


async def _tab(at: Stand, key: str, by: int) -> None:
    tabs, names = at.board.app.screen.query_one(TabbedContent), list(TABS)
    there = names[(names.index(tabs.active) + by) % len(names)]
    await at.board.burst(key)
    assert there == tabs.active
    assert TABS[there][0][:SHORTEST] in at.board.text


async def shows_the_tab(at: Stand, key: str) -> None:
    """The tab that begins with the letter comes into view."""
    await at.board.burst(key)
    active = at.board.app.screen.query_one(TabbedContent).active
    assert key == TABS[active][0][0]
