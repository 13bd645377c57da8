"""What each key does, each proved by pressing it at a place where it acts."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from textual.command import CommandPalette
from textual.widgets import Input, OptionList, Static, TabbedContent

from salescli.domain.board import SORTS
from salescli.tui import app
from salescli.tui.screens.opportunity import TABS, OpportunityScreen
from salescli.tui.screens.record import RecordScreen
from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.command_line import CommandLine, Prompt
from salescli.tui.widgets.form import Form
from salescli.tui.widgets.key_bar import keys_of
from salescli.tui.widgets.pop_up import PopUp
from salescli.tui.widgets.stage_column import Cards, StageColumn
from tests.tui.places import Stand, mover

Proof = Callable[[Stand, str], Awaitable[None]]
"""Presses a key and says what is so then."""

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


def shown(at: Stand) -> str:
    """Return what the line above a list or the pipeline says."""
    return str(at.board.app.screen.query_one("#shown", Static).content)


# Moving


async def one_down(at: Stand, key: str) -> None:
    """It goes one further down, and stays at the end."""
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


# Everywhere


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
    names = list(app.PLACES)
    there = names[(names.index(at.board.app.place) + by) % len(names)]
    await at.board.burst(key)
    _is_shown(at, there)


async def goes(at: Stand, key: str) -> None:
    """The screen of that number is shown."""
    await at.board.burst(key)
    _is_shown(at, list(app.PLACES)[int(key[1:]) - 2])


def _is_shown(at: Stand, place: str) -> None:
    assert app.PLACES[place].name == type(at.board.app.screen).__name__
    assert f"▸{app.PLACES[place].title}" in at.board.text


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
    """It is asked which process, for somebody new."""
    await at.board.burst(key)
    assert isinstance(at.board.app.screen, Choice)
    assert "Run process" == at.board.app.screen._title


async def runs_for_this(at: Stand, key: str) -> None:
    """It is asked which process, for what the cursor is on."""
    whom = at.about if at.about.split("-")[0] in {"OPP", "ACC", "LEAD"} else "OPP-1"
    await at.board.burst(key)
    assert isinstance(at.board.app.screen, Choice)
    assert f"Run process for {whom}" == at.board.app.screen._title


# Sales and activities


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


async def shows_the_hint(at: Stand, key: str) -> None:
    """Its hint pops up."""
    hint = at.team.json("hint", STEP)["hint"]
    await at.board.burst(key)
    assert isinstance(at.board.app.screen, PopUp)
    assert at.board.app.screen._text.startswith(hint)


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


async def goes_back(at: Stand, key: str) -> None:
    """The screen below is shown again."""
    below = at.board.app.screen_stack[-2]
    await at.board.burst(key)
    assert below is at.board.app.screen
    assert not at.ended


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
    assert TABS[there] in at.board.text


# Lists, the pipeline and the plan


async def shows_the_record(at: Stand, key: str) -> None:
    """The page of the record comes."""
    await at.board.burst(key)
    page = at.board.app.screen
    assert isinstance(page, RecordScreen)
    assert at.about == page.reference


async def awaits_a_sale(at: Stand, key: str) -> None:
    """The lead begins its sale."""
    before = len(at.team.json("process", "log"))
    await at.board.burst(key)
    assert "Awaiting sale" in at.board.text
    assert before + 1 == len(at.team.json("process", "log"))


async def shows_everybodys(at: Stand, key: str) -> None:
    """Everybody's are shown, and mine again."""
    for whose in ("everybody's", "mine"):
        await at.board.burst(key)
        assert whose in at.board.text


async def asks_whose(at: Stand, key: str) -> None:
    """It is asked whose, and they are shown."""
    for number, whose in (("2", "everybody's"), ("1", "mine")):
        await at.board.burst(key)
        assert "Whose opportunities?" in at.board.text
        await at.board.burst(number)
        assert f" · {whose}" in shown(at)


async def asks_for_a_division(at: Stand, key: str) -> None:
    """It is asked which division, and its sales are shown."""
    for number in ("2", "1"):
        await at.board.burst(key)
        assert "Which division?" in at.board.text
        await at.board.burst(number)
        assert (number == "2") == ("North" in shown(at))


async def sorts(at: Stand, key: str) -> None:
    """The cards are sorted in the next way, and in the first one again."""
    for sort in (*SORTS[1:], SORTS[0]):
        await at.board.burst(key)
        assert f"by {sort}" in shown(at)


async def takes_a_filter(at: Stand, key: str) -> None:
    """The line for the filter comes."""
    await at.board.burst(key)
    assert "filter-line" == (at.board.app.focused and at.board.app.focused.id)


async def ends_the_filter(at: Stand, key: str) -> None:
    """All is shown again."""
    if not isinstance(at.board.app.focused, Prompt):
        await at.board.burst("slash")
    await at.board.burst(*"zzz", "enter")
    assert "Nothing meets the filter" in at.board.text
    await at.board.burst(key)
    assert "Nothing meets the filter" not in at.board.text
    assert not isinstance(at.board.app.focused, Prompt)


async def column_on(at: Stand, key: str) -> None:
    """The next column has the keys."""
    await _column(at, key, 1)


async def column_back(at: Stand, key: str) -> None:
    """The column before has the keys."""
    await _column(at, key, -1)


async def _column(at: Stand, key: str, by: int) -> None:
    columns = list(at.board.app.screen.query(StageColumn))
    focused = at.board.app.focused
    assert isinstance(focused, Cards)
    before = [one.cards for one in columns].index(focused)
    await at.board.burst(key)
    assert columns[before + by].cards.has_focus


async def next_period(at: Stand, key: str) -> None:
    """The next quarter is shown."""
    await _period(at, key, "l", "2027-Q1")


async def period_before(at: Stand, key: str) -> None:
    """The quarter before is shown."""
    await _period(at, key, "h", "2026-Q3")


async def _period(at: Stand, key: str, way: str, name: str) -> None:
    back = {"h": "l", "l": "h"}[way]
    assert "2026-Q4" in at.board.text
    await at.board.burst(key)
    assert name in at.board.text
    assert "2026-Q4" not in at.board.text
    await at.board.burst(back)


async def other_span(at: Stand, key: str) -> None:
    """A year, a month and a quarter are shown in turn."""
    for name in ("2026", "2026-11", "2026-Q4"):
        await at.board.burst(key)
        assert f"No quota in {name};" in at.board.text


# Dialogs and lines to type into


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
    await at.board.burst(key)
    assert at.board.app.focused
    assert names[1] == at.board.app.focused.id


async def breaks_the_line(at: Stand, key: str) -> None:
    """What is typed next stands in a line of its own."""
    await at.board.burst("a", key, "b")
    assert "a\nb" == at.board.form.widget("text").text


async def leaves_the_question(at: Stand, key: str) -> None:
    """None is chosen."""
    await at.board.burst(key)
    assert [None] == at.picked


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


async def closes(at: Stand, key: str) -> None:
    """The pop-up goes, and the screen below is there."""
    await goes_back(at, key)


async def leaves_the_line(at: Stand, key: str) -> None:
    """The line goes, and the list has the keys."""
    await at.board.burst(key)
    assert not isinstance(at.board.app.focused, Input)


async def calls_back(at: Stand, key: str) -> None:
    """The line before is there again."""
    CommandLine.lines[:] = ["stale", "risk"]
    line = at.board.app.screen.query_one(CommandLine)
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
