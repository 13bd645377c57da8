"""Keys of the lists, the pipeline and the plan: what of it is shown."""

from collections.abc import Callable

from textual.widgets import Static

from salescli.domain.board import SORTS
from salescli.tui.screens.choosing import ChoosingScreen
from salescli.tui.screens.record import RecordScreen
from salescli.tui.screens.searching import SearchBar, SearchLine
from salescli.tui.screens.sorting import SortingScreen
from salescli.tui.widgets.prompt import Prompt
from salescli.tui.widgets.stage_column import Cards, StageColumn
from tests.tui.keys.marking import clears_the_marks
from tests.tui.keys.places import Proof, Stand


def shown(at: Stand) -> str:
    """Return what the line above a list or the pipeline says."""
    return str(at.board.app.screen.query_one("#shown", Static).content)


async def shows_the_record(at: Stand, key: str) -> None:
    """The page of the record comes."""
    await at.board.burst(key)
    page = at.board.app.screen
    assert isinstance(page, RecordScreen)
    assert at.about == page.reference


async def awaits_a_sale(at: Stand, key: str) -> None:
    """The lead begins its sale; of one that has done so it is told."""
    before = len(at.team.json("process", "log"))
    await at.board.burst(key)
    assert "Awaiting sale" in at.board.text
    if at.about == "LEAD-1":
        assert "awaits its sale already" in at.board.told
        return
    assert before + 1 == len(at.team.json("process", "log"))


async def shows_everybodys(at: Stand, key: str) -> None:
    """Everybody's are shown, and mine again."""
    await at.board.burst(key)
    assert "everybody's" in at.board.text
    for _ in range(2):
        if "mine" not in at.board.text:
            await at.board.burst(key)
    assert "mine" in at.board.text


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


async def sorts_by_a_column(at: Stand, key: str) -> None:
    """It is asked by which column, which has a sign then; the same again turns it round."""
    page = at.board.app.screen
    assert isinstance(page, SortingScreen)
    usual = page.sort
    await at.board.burst(key)
    assert "Sort by" in at.board.text
    await at.board.burst("2")
    first = page.sort
    await at.board.burst(key, "2")
    assert {"▲", "▼"} == {first.sign, page.sort.sign}
    assert f"{page.columns[1].head} {page.sort.sign}" in at.board.text
    page.sort = usual
    await at.board.burst("r")


async def chooses_columns(at: Stand, key: str) -> None:
    """It is asked which columns to show; one is hidden, and shown again."""
    page = at.board.app.screen
    assert isinstance(page, ChoosingScreen)
    for is_hidden in (True, False):
        await at.board.burst(key, "2")
        assert "Show or hide" in at.board.text
        await at.board.burst("escape")
        assert is_hidden == (page.fields[2] in page.hidden)


async def takes_a_filter(at: Stand, key: str) -> None:
    """The line for the filter comes."""
    await at.board.burst(key)
    assert "filter-line" == (at.board.app.focused and at.board.app.focused.id)


async def _ends_the_filter(at: Stand, key: str) -> None:
    """All is shown again."""
    await at.board.burst("slash", *"zzz", "enter")
    assert "Nothing meets the filter" in at.board.text
    await at.board.burst(key)
    assert "Nothing meets the filter" not in at.board.text


async def shows_all(at: Stand, key: str) -> None:
    """The marks go, and then the filter."""
    await clears_the_marks(at, key)
    await _ends_the_filter(at, key)


async def leaves_the_filter(at: Stand, key: str) -> None:
    """The line goes, and all is shown again."""
    await at.board.burst(*"zzz")
    assert "Nothing meets the filter" in at.board.text
    await at.board.burst(key)
    assert "Nothing meets the filter" not in at.board.text
    assert not isinstance(at.board.app.focused, Prompt)


async def keeps_the_filter(at: Stand, key: str) -> None:
    """The line goes, and the filter stays in force."""
    await at.board.burst(*"zzz", key)
    assert not isinstance(at.board.app.focused, Prompt)
    assert "Nothing meets the filter" in at.board.text
    await at.board.burst("escape")


async def takes_words(at: Stand, key: str) -> None:
    """The line of a search has the keys."""
    await at.board.burst(key)
    assert isinstance(at.board.app.focused, SearchLine)


async def goes_through_what_was_found(at: Stand, key: str) -> None:
    """The line keeps its words, and the page has the keys again."""
    await at.board.burst(*"zzz", key)
    assert not isinstance(at.board.app.focused, Prompt)
    assert "not found" in at.board.text
    await at.board.burst("escape")


async def next_match(at: Stand, key: str) -> None:
    """The second of several is the present one."""
    await _turn(at, key, lambda _last: 2)


async def match_before(at: Stand, key: str) -> None:
    """Before the first comes the last."""
    await _turn(at, key, lambda last: last)


async def _turn(at: Stand, key: str, place: Callable[[int], int]) -> None:
    await at.board.burst("slash", "ctrl+u", "e", "enter")
    count = at.board.app.screen.query_one("#search-count", Static)
    _first, last = str(count.content).split(" of ")
    await at.board.burst(key)
    assert f"{place(int(last))} of {last}" == str(count.content)


async def ends_the_search(at: Stand, key: str) -> None:
    """The line goes, the page stays and has the keys."""
    before = at.board.app.screen
    await at.board.burst(key)
    assert before is at.board.app.screen
    assert not at.board.app.screen.query_one(SearchBar).display
    assert not isinstance(at.board.app.focused, Prompt)


def searching(found: Proof, otherwise: Proof) -> Proof:
    """Return what a key does while a search is open, and while none is."""

    async def does(at: Stand, key: str) -> None:
        await (found if at.place.startswith("found") else otherwise)(at, key)

    return does


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
        assert f" · {name} · " in at.board.text
