"""Every key of the board, pressed wherever it acts; a key without a proof is red."""

import pytest

from salescli.tui import app
from salescli.tui.app import SalesBoard
from salescli.tui.screens.activities import ActivitiesScreen
from salescli.tui.screens.listing import ListScreen
from salescli.tui.screens.main import MainScreen
from salescli.tui.screens.opportunity import OpportunityScreen
from salescli.tui.screens.pipeline import PipelineScreen
from salescli.tui.screens.plan import PlanScreen
from salescli.tui.screens.process_log import ProcessLogScreen
from salescli.tui.screens.record import RecordScreen
from salescli.tui.screens.records import LeadsScreen, RecordsScreen
from salescli.tui.screens.today import TodayScreen
from salescli.tui.widgets.choice import Choice, Options
from salescli.tui.widgets.command_line import CommandLine, Prompt
from salescli.tui.widgets.fields import Line, Lines
from salescli.tui.widgets.form import Form
from salescli.tui.widgets.paper import Paper
from salescli.tui.widgets.pop_up import PopUp
from salescli.tui.widgets.rows import Rows
from salescli.tui.widgets.stage_column import Cards
from tests.shop import Shop
from tests.tui import proofs
from tests.tui.harness import Driver, at_the_board
from tests.tui.places import PLACES, SCREENS, Key, Stand, keys_here, keys_of_the_board
from tests.tui.proofs import Proof

EVERYWHERE: dict[str, Proof] = {
    "ctrl+q": proofs.quits,
    "ctrl+p": proofs.opens_the_palette,
}
"""Keys of the toolkit that the board tells of."""

MOVING: dict[str, Proof] = {
    "j down": proofs.one_down,
    "k up": proofs.one_up,
    "g home": proofs.to_the_first,
    "G end": proofs.to_the_last,
    "pagedown": proofs.page_down,
    "pageup": proofs.page_up,
}
"""Keys that move through a list, and scroll what is longer than the screen."""

TABLE: dict[type, dict[str, Proof]] = {
    SalesBoard: {
        "q": proofs.quits,
        "u": proofs.takes_back,
        "R": proofs.runs_a_process,
        "f1": proofs.helps,
        "right_square_bracket": proofs.turns_on,
        "left_square_bracket": proofs.turns_back,
        "f2 f3 f4 f5 f6 f7 f8": proofs.goes,
    },
    MainScreen: {
        "r": proofs.reads_anew,
        "colon": proofs.takes_a_command,
    },
    TodayScreen: {
        "P": proofs.runs_for_this,
        "enter": proofs.completes,
        "s": proofs.schedules,
        "p": proofs.postpones,
        "x": proofs.cancels,
        "o": proofs.opens_its_sale,
        "n": proofs.writes_a_note,
        "question_mark": proofs.shows_the_hint,
    },
    ActivitiesScreen: {
        "enter": proofs.completes,
        "s": proofs.schedules,
        "p": proofs.postpones,
        "x": proofs.cancels,
        "o": proofs.opens_its_sale,
        "question_mark": proofs.shows_the_hint,
    },
    PipelineScreen: {
        "h left": proofs.column_back,
        "l right": proofs.column_on,
        "enter": proofs.opens_its_sale,
        "c": proofs.completes,
        "m": proofs.moves_the_sale,
        "n": proofs.writes_a_note,
        "P": proofs.runs_for_this,
        "slash": proofs.takes_a_filter,
        "escape": proofs.ends_the_filter,
        "w": proofs.asks_whose,
        "d": proofs.asks_for_a_division,
        "S": proofs.sorts,
        "question_mark": proofs.shows_the_hint,
    },
    Cards: {
        "less_than_sign": proofs.carries_back,
        "greater_than_sign": proofs.carries_on,
    },
    ListScreen: {
        "P": proofs.runs_for_this,
        "w": proofs.shows_everybodys,
        "slash": proofs.takes_a_filter,
        "escape": proofs.ends_the_filter,
    },
    RecordsScreen: {
        "enter": proofs.shows_the_record,
        "n": proofs.writes_a_note,
        "R": proofs.runs_for_this,
    },
    LeadsScreen: {"a": proofs.awaits_a_sale},
    PlanScreen: {
        "h left": proofs.period_before,
        "l right": proofs.next_period,
        "t": proofs.other_span,
        "w": proofs.shows_everybodys,
    },
    ProcessLogScreen: {
        "enter": proofs.opens_its_sale,
        "c": proofs.completes,
    },
    OpportunityScreen: {
        "escape q": proofs.goes_back,
        "enter": proofs.completes,
        "1 2 3 4 5 6 7 8 9": proofs.answers,
        "c": proofs.completes,
        "P": proofs.runs_for_this,
        "m": proofs.moves_the_sale,
        "s": proofs.schedules,
        "p": proofs.postpones,
        "x": proofs.cancels,
        "n": proofs.writes_a_note,
        "question_mark": proofs.shows_the_hint,
        "tab l": proofs.next_tab,
        "shift+tab h": proofs.last_tab,
    }
    | MOVING,
    RecordScreen: {
        "escape q": proofs.goes_back,
        "enter": proofs.opens_its_sale,
        "n": proofs.writes_a_note,
        "R P": proofs.runs_for_this,
    },
    Rows: MOVING,
    Paper: MOVING,
    Form: {
        "escape": proofs.leaves_the_form,
        "ctrl+s": proofs.saves,
        "f1": proofs.helps,
    },
    Line: {"enter": proofs.goes_to_the_next_field},
    Lines: {"enter": proofs.saves, "ctrl+j shift+enter": proofs.breaks_the_line},
    Choice: {
        "escape": proofs.leaves_the_question,
        "f1": proofs.helps,
        "0 1 2 3 4 5 6 7 8 9": proofs.chooses_by_number,
    },
    Options: {
        "enter": proofs.chooses,
        "j": proofs.one_down,
        "k": proofs.one_up,
        "g": proofs.to_the_first,
        "G": proofs.to_the_last,
    },
    PopUp: {"escape enter question_mark q": proofs.closes},
    Prompt: {"tab shift+tab": proofs.completes_the_line},
    CommandLine: {
        "escape": proofs.leaves_the_line,
        "up": proofs.calls_back,
        "down": proofs.calls_forth,
    },
}
"""What the keys of each class do."""

PROOFS: dict[Key, Proof] = {
    (one, key): proof
    for one, table in TABLE.items()
    for keys, proof in table.items()
    for key in keys.split()
}

SIZE, SIZES = (80, 24), {"plan": (80, 16), "pop-up": (80, 16)}
"""On the smaller ones the text is longer than the screen."""


@pytest.fixture
def busy(team: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A team with several of everything, whose board looks at the store only when it is told to."""
    monkeypatch.setattr(app, "WATCH", 1000)
    for line in [
        ("done", "RUN-1", "meet"),
        ("lead", "add", "Zoe Zed", "--company", "Umbrella"),
        ("lead", "add", "Yan Yu", "--company", "Tyrell"),
        ("lead", "add", "Wes Wu", "--company", "Wonka"),
        ("lead", "edit", "LEAD-1", "--status", "Awaiting sale"),
        ("division", "add", "North"),
        ("opportunity", "add", "Tap", "--set", "account=Globex"),
        ("opportunity", "add", "Sink", "--set", "account=Globex"),
        ("stage", "OPP-5", "needs-analysis"),
        ("stage", "OPP-6", "needs-analysis"),
    ]:
        team.do(*line)
    return team


@pytest.mark.parametrize("place", PLACES)
def test_every_key_does_what_it_says(
    busy: Shop, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each key that acts at a place is pressed there; what it changes is taken back with `u`."""

    async def steps(board: Driver) -> None:
        at = Stand(board, busy, place)
        monkeypatch.setattr(SalesBoard, "exit", lambda _board, code: at.ended.append(code))
        await at.come()
        found = {key: PROOFS[one, key] for one, key in keys_here(board)} | EVERYWHERE
        if place in SCREENS:
            await proofs.closes_what_was_told(at, "escape")
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
