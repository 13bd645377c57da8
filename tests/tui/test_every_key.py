"""Every key of the board, pressed wherever it acts; a key without a proof is red."""

import re
from pathlib import Path

import pytest
from textual.keys import _character_to_key

from salescli.tui.app import SalesBoard
from salescli.tui.keys import keymap
from salescli.tui.screens.acting import ActingScreen
from salescli.tui.screens.activities import ActivitiesScreen
from salescli.tui.screens.choosing import ChoosingScreen
from salescli.tui.screens.filtering import FilteringScreen, FilterLine
from salescli.tui.screens.listing import ListScreen
from salescli.tui.screens.main import MainScreen
from salescli.tui.screens.marking import MarkingScreen
from salescli.tui.screens.opportunity import OpportunityScreen
from salescli.tui.screens.pipeline import PipelineScreen
from salescli.tui.screens.plan import PlanScreen
from salescli.tui.screens.process_log import ProcessLogScreen
from salescli.tui.screens.record import RecordScreen
from salescli.tui.screens.records import LeadsScreen, RecordsScreen
from salescli.tui.screens.searching import SearchLine
from salescli.tui.screens.sorting import SortingScreen
from salescli.tui.screens.today import TodayScreen
from salescli.tui.widgets.choice import Choice, Options
from salescli.tui.widgets.command_line import CommandLine
from salescli.tui.widgets.dialog import Dialog
from salescli.tui.widgets.fields import Line, Lines
from salescli.tui.widgets.form import Form
from salescli.tui.widgets.paper import Paper
from salescli.tui.widgets.pop_up import PopUp
from salescli.tui.widgets.prompt import Prompt
from salescli.tui.widgets.rows import Rows
from salescli.tui.widgets.stage_column import Cards
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board
from tests.tui.keys import dialogs, everywhere, marking, records, sales, views
from tests.tui.keys.places import PLACES, SCREENS, Key, Proof, Stand, keys_here, keys_of_the_board

EVERYWHERE: dict[str, Proof] = {
    "ctrl+q": everywhere.quits,
    "ctrl+p": everywhere.opens_the_palette,
}
"""Keys of the toolkit that the board tells of."""

MOVING: dict[str, Proof] = {
    "j down": everywhere.one_down,
    "k up": everywhere.one_up,
    "g home": everywhere.to_the_first,
    "G end": everywhere.to_the_last,
    "pagedown": everywhere.page_down,
    "pageup": everywhere.page_up,
}
"""Keys that move through a list, and scroll what is longer than the screen."""

TABLE: dict[type, dict[str, Proof]] = {
    SalesBoard: {
        "q": everywhere.quits,
        "u": everywhere.takes_back,
        "U": everywhere.does_again,
        "R": everywhere.runs_a_process,
        "f1": everywhere.helps,
        "right_square_bracket": everywhere.turns_on,
        "left_square_bracket": everywhere.turns_back,
        "f2 f3 f4 f5 f6 f7 f8": everywhere.goes,
    },
    MainScreen: {
        "r": everywhere.reads_anew,
        "colon": everywhere.takes_a_command,
    },
    ActingScreen: {
        "n": sales.writes_a_note,
        "e": records.edits,
        "a": records.adds,
        "y": records.copies,
        "P": everywhere.runs_for_this,
    },
    MarkingScreen: {
        "space": marking.marks,
        "asterisk": marking.marks_all,
        "V": marking.marks_a_range,
        "shift+down shift+up": marking.marks_while_moving,
    },
    FilteringScreen: {
        "slash": views.takes_a_filter,
        "escape": views.shows_all,
    },
    TodayScreen: {
        "enter": sales.completes,
        "s": sales.schedules,
        "p": sales.postpones,
        "x": sales.cancels,
        "o": sales.opens_its_sale,
        "question_mark": sales.shows_the_hint,
    },
    ActivitiesScreen: {
        "enter": sales.completes,
        "s": sales.schedules,
        "p": sales.postpones,
        "x": sales.cancels,
        "o": sales.opens_its_sale,
        "question_mark": sales.shows_the_hint,
    },
    PipelineScreen: {
        "h left": views.column_back,
        "l right": views.column_on,
        "enter": sales.opens_its_sale,
        "c": sales.completes,
        "m": sales.moves_the_sale,
        "P": everywhere.runs_for_this,
        "w": views.asks_whose,
        "d": views.asks_for_a_division,
        "S": views.sorts,
        "s": sales.schedules,
        "p": sales.postpones,
        "x": sales.cancels,
        "question_mark": sales.shows_the_hint,
    },
    Cards: {
        "less_than_sign": sales.carries_back,
        "greater_than_sign": sales.carries_on,
    },
    ChoosingScreen: {
        "v": views.chooses_columns,
    },
    SortingScreen: {
        "S": views.sorts_by_a_column,
    },
    ListScreen: {
        "w": views.shows_everybodys,
    },
    RecordsScreen: {
        "enter": views.shows_the_record,
        "n": sales.writes_a_note,
        "R": everywhere.runs_for_this,
    },
    LeadsScreen: {
        "enter": views.shows_the_record,
        "n": sales.writes_a_note,
        "R": everywhere.runs_for_this,
        "A": views.awaits_a_sale,
    },
    PlanScreen: {
        "h left": views.period_before,
        "l right": views.next_period,
        "t": views.other_span,
        "w": views.shows_everybodys,
    },
    ProcessLogScreen: {
        "enter": sales.opens_its_sale,
        "c": sales.completes,
    },
    OpportunityScreen: {
        "escape q": everywhere.goes_back,
        "slash": views.takes_words,
        "n": sales.writes_a_note,
        "enter": sales.completes,
        "1 2 3 4 5 6 7 8 9": sales.answers,
        "c": sales.completes,
        "P": everywhere.runs_for_this,
        "m": sales.moves_the_sale,
        "X delete": sales.removes_a_part,
        "s": sales.schedules,
        "p": sales.postpones,
        "x": sales.cancels,
        "question_mark": sales.shows_the_hint,
        "tab l": sales.next_tab,
        "shift+tab h": sales.last_tab,
        "D H S O C A N L": sales.shows_the_tab,
    }
    | MOVING,
    RecordScreen: {
        "escape": views.searching(views.ends_the_search, everywhere.goes_back),
        "q": everywhere.goes_back,
        "enter": sales.opens_its_sale,
        "slash": views.takes_words,
        "n": views.searching(views.next_match, sales.writes_a_note),
        "N": views.match_before,
        "R": everywhere.runs_for_this,
        "A": views.awaits_a_sale,
    },
    Rows: MOVING,
    Paper: MOVING,
    Dialog: {"f1": everywhere.helps},
    Form: {
        "escape": dialogs.leaves_the_form,
        "ctrl+s ctrl+enter": dialogs.saves,
    },
    Line: {
        "enter tab": dialogs.goes_to_the_next_field,
        "down": dialogs.chooses_the_first,
        "up": dialogs.chooses_the_last,
        "escape": dialogs.closes_the_list,
    },
    Lines: {"enter": dialogs.saves, "ctrl+j shift+enter": dialogs.breaks_the_line},
    Choice: {
        "escape": dialogs.leaves_the_question,
        "question_mark": dialogs.shows_the_hint_of_the_question,
        "0 1 2 3 4 5 6 7 8 9": dialogs.chooses_by_number,
    },
    Options: {
        "enter": dialogs.chooses,
        "j": everywhere.one_down,
        "k": everywhere.one_up,
        "g": everywhere.to_the_first,
        "G": everywhere.to_the_last,
    },
    PopUp: {
        "escape": views.searching(views.ends_the_search, everywhere.goes_back),
        "enter question_mark q f1": everywhere.goes_back,
        "slash": views.takes_words,
        "n": views.next_match,
        "N": views.match_before,
    },
    Prompt: {"tab shift+tab": dialogs.completes_the_line},
    SearchLine: {
        "enter": views.goes_through_what_was_found,
        "escape": views.ends_the_search,
    },
    FilterLine: {"enter": views.keeps_the_filter, "escape": views.leaves_the_filter},
    CommandLine: {
        "enter": dialogs.runs_the_line,
        "tab": dialogs.completes_the_line,
        "escape": dialogs.leaves_the_line,
        "up": dialogs.calls_back,
        "down": dialogs.calls_forth,
    },
}
"""What the keys of each class do."""

PROOFS: dict[Key, Proof] = {
    (one, key): proof
    for one, table in TABLE.items()
    for keys, proof in table.items()
    for key in keys.split()
}

KEYS_OF_THE_APP = [key for one, key in PROOFS if one is SalesBoard]
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "board.md"
WORDS = {
    "arrows": ["up", "down", "left", "right"],
    "page keys": ["pageup", "pagedown"],
    "`Esc`": ["escape"],
    "`0` to `9`": list("0123456789"),
    "`F2` to `F8`": [f"f{number}" for number in range(2, 9)],
}
"""How the guide calls keys, and how the board does."""

LOW = (80, 16)
SIZE, SIZES = (80, 24), {"plan": LOW, "pop-up": LOW, "found": LOW, "found in a pop-up": LOW}
"""On the smaller ones the text is longer than the screen."""


@pytest.mark.parametrize("place", PLACES)
def test_every_key_does_what_it_says(
    busy: Shop, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each key that acts at a place is pressed there; what it changes is taken back with `u`.

    Those of the app act on every screen, and are pressed on some.
    """

    async def steps(board: Driver) -> None:
        at = Stand(board, busy, place)
        monkeypatch.setattr(SalesBoard, "exit", lambda _board, code: at.ended.append(code))
        await at.come()
        found = {key: PROOFS[one, key] for one, key in keys_here(board) if at.proves(one)}
        found |= EVERYWHERE
        if place in SCREENS:
            assert set(board.app.screen.active_bindings).issuperset(KEYS_OF_THE_APP)
            await everywhere.closes_what_was_told(at, "escape")
        before = busy.dump()
        for key, proof in found.items():
            await at.come()
            try:
                await proof(at, key)
            except AssertionError as failure:
                failure.add_note(f"{key} at {place}: {proof.__doc__}\n{board.text}")
                raise
            await at.take_back(before)

    at_the_board(busy, steps, SIZES.get(place, SIZE))


def test_every_key_is_pressed(busy: Shop) -> None:
    """Every key that a class of the board binds has a proof, and acts at one of the places."""
    bound, reached = set(keys_of_the_board()), set[Key]()

    async def steps(board: Driver) -> None:
        for place in PLACES:
            await Stand(board, busy, place).come()
            reached.update(keys_here(board))

    at_the_board(busy, steps)
    assert bound == reached
    assert bound == set(PROOFS)


def keys_of_the_guide() -> set[str]:
    """Return what stands in the first column of the guide's table of keys."""
    table = GUIDE.read_text(encoding="utf-8").split("## Keys")[1].split("\n## ")[0]
    told = " ".join(re.findall(r"^\| (.+?) \|", table, re.MULTILINE))
    for words, keys in WORDS.items():
        told = told.replace(words, " ".join(f"`{key}`" for key in keys))
    return {
        _character_to_key(name) if len(name) == 1 else name.lower()
        for name in re.findall(r"`(\S+)`", told)
    }


def test_the_guide_has_every_key() -> None:
    """The table of keys in the guide of the board has each of its keys, and no other one."""
    assert {key for _one, key in PROOFS} | set(EVERYWHERE) == keys_of_the_guide()


def test_the_guide_names_what_can_have_other_keys() -> None:
    """The guide lists each name that `keys.toml` can give keys to, and no other one."""
    told = GUIDE.read_text(encoding="utf-8").split("The names are:")[1].split("\n## ")[0]
    answers = {f"answer-{number}" for number in range(1, 10)}
    assert set(re.findall(r"`([a-z0-9-]+)`", told)) | answers == set(keymap.names())
