"""Forms: nothing typed is lost, and no key goes to the screen below."""

import signal
import sqlite3
from contextlib import closing

import pytest
from textual.widgets import Button

from salescli.domain.fields import (
    DAY,
    LEAD_STATUSES,
    MOMENT,
    MONEY,
    NAMES,
    PERCENT,
    SALE_FIELDS,
    YES_NO,
)
from salescli.domain.moments import say_moment
from salescli.services import processes, together
from salescli.services.answers import Answers
from salescli.services.scheduling import before_postponing
from salescli.services.standing import FieldView
from salescli.services.values import read, say
from salescli.services.when import moment
from salescli.store import engine
from salescli.store.engine import FILE_NAME
from salescli.tui.flows.asking import ask_text, text_form
from salescli.tui.flows.moving import move
from salescli.tui.keys import turns
from salescli.tui.places import PLACES
from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.command_line import CommandLine
from salescli.tui.widgets.completing import MOST_LINES, Offered
from salescli.tui.widgets.fields import Line
from salescli.tui.widgets.form import Form
from tests.selling import sell
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board
from tests.tui.test_sale import SIZE, open_sale

MAIL = "line one of mail\nline two: price 5k\nline three"


def test_a_wrong_value_does_not_lose_the_form(team: Shop) -> None:
    """What is typed is there again as typed, right or wrong, whichever way the form was left."""
    typed = {"meeting_at": "soon-ish", "requested": "my wish"}

    async def leave(board: Driver) -> None:
        await open_sale(board, "RUN-1")
        await board.press("1")
        for name, text in typed.items():
            board.fill(name, text)
        await board.press("escape")
        assert "Kept what you typed" in board.told
        await board.press("enter")
        assert typed == {name: board.form.widget(name).text for name in typed}
        board.fill("meeting_at", "soon-ish too")
        await board.press("ctrl+s")
        assert "Meeting: " in board.text
        assert "meeting_at" not in board.text
        await board.press("ctrl+q")

    async def come_back(board: Driver) -> None:
        await open_sale(board, "RUN-1")
        await board.press("enter")
        assert "soon-ish too" == board.form.widget("meeting_at").text
        assert typed["requested"] == board.form.widget("requested").text

    at_the_board(team, leave, SIZE)
    at_the_board(team, come_back, SIZE)


def test_an_ending_keeps_what_was_typed(team: Shop) -> None:
    """Its form is the same one by whichever way it is opened: for the sale, or for its run."""
    run = next(one["run"] for one in team.json("process", "log") if one["opportunity"] == "OPP-2")

    async def steps(board: Driver) -> None:
        board.app.flow(move(board.app, run, "closed-lost"))
        await board.settle()
        board.fill("reason", "No budget")
        await board.press("escape")
        assert "Kept what you typed" in board.told
        board.app.flow(move(board.app, "OPP-2", "closed-lost"))
        await board.settle()
        assert "No budget" == board.form.widget("reason").text
        await board.press("escape")

    at_the_board(team, steps, SIZE)


@pytest.mark.parametrize(
    ("values", "begins"),
    [
        (("", "", ""), "first"),
        (("Acme", "", ""), "second"),
        (("", "", "5"), "first"),
        (("Acme", "", "5"), "second"),
        (("Acme", "Mia", "5"), "first"),
        (("Acme", "Mia", ""), "third"),
    ],
    ids=" ".join,
)
def test_a_form_begins_where_something_is_left_to_type(
    shop: Shop, values: tuple[str, ...], begins: str
) -> None:
    """It is the first empty field, or the first one; in a record it is so where one is needed."""

    async def steps(board: Driver) -> None:
        fields = [
            FieldView(name, name, is_required=name == "third", value=value)
            for name, value in zip(("first", "second", "third"), values, strict=True)
        ]
        board.app.push_screen(Form("Three", fields, about="three"))
        await board.settle()
        assert board.form.widget(begins).has_focus
        board.app.pop_screen()
        board.app.push_screen(Form("Three", fields, about="three", is_known=True))
        await board.settle()
        assert board.form.widget(begins if not values[2] else "first").has_focus

    at_the_board(shop, steps)


@pytest.mark.parametrize("leave", ["escape", "ctrl+q", ""])
def test_a_note_is_kept_as_a_draft(team: Shop, leave: str) -> None:
    """A note that was left, or that the board was quit or ended with, is there the next time."""
    before = team.dump()

    async def begin(board: Driver) -> None:
        await board.press("n")
        await board.type("another half")
        if leave:
            await board.press(leave)
        else:
            signal.raise_signal(signal.SIGTERM)
            await board.settle()

    async def finish(board: Driver) -> None:
        await board.press("n")
        await board.type(" is said")
        await board.press("enter", "n")
        assert not board.form.typed

    at_the_board(team, begin)
    assert before == team.dump()
    at_the_board(team, finish)
    assert "another half is said" in team.json("log", "-n", "1")[0]["command"]


def test_a_note_keeps_the_lines_that_are_pasted(team: Shop) -> None:
    """A mail that is pasted into a note is stored with all its lines."""

    async def steps(board: Driver) -> None:
        await board.press("n")
        await board.paste(MAIL)
        await board.press("enter")

    at_the_board(team, steps)
    assert [(MAIL,)] == team.rows("SELECT text FROM note")


def test_a_field_of_one_line_joins_what_is_pasted(team: Shop) -> None:
    """Lines that are pasted where one belongs are joined by blanks."""

    async def steps(board: Driver) -> None:
        await board.press("s")
        await board.paste("tue\n10:00")
        assert "tue 10:00" == board.form.widget("text").text

    at_the_board(team, steps)


@pytest.mark.parametrize("key", ["s", "p"])
def test_a_wrong_date_keeps_the_form_open(team: Shop, key: str) -> None:
    """The mistake stands below the field, and the date that is typed next takes its place."""
    before = team.dump()

    async def steps(board: Driver) -> None:
        await open_sale(board, "RUN-1")
        await board.press(key)
        await board.type("31 feb")
        await board.press("enter")
        assert "not a day of the calendar" in board.text
        await board.type("1 dec 10")
        assert "not a day of the calendar" not in board.text
        assert before == team.dump()
        await board.press("enter")
        assert not isinstance(board.app.screen, Form)

    at_the_board(team, steps, SIZE)
    activity = team.json("activity", "show", "ACT-1")
    assert "open" == activity["state"]
    assert activity["due"].startswith("2026-12-01T10:00")


def test_a_conflict_keeps_the_form_open(team: Shop) -> None:
    """Who changed what is told in the form; what was typed is saved when it is said once more."""
    team.do("done", "RUN-1", "meet")

    async def steps(board: Driver) -> None:
        await open_sale(board, "RUN-1")
        await board.press("enter")
        board.fill("meeting_at", "tue 10")
        board.fill("requested", "a long wish")
        processes.keep_typed(team.unit, "RUN-1", Answers(assignments=("requested=theirs",)))
        await board.press("ctrl+s")
        assert "changed meanwhile" in board.text
        assert "theirs" in board.text
        assert "a long wish" == board.form.widget("requested").text
        await board.press("ctrl+s")
        assert "Which company" in board.text

    at_the_board(team, steps, SIZE)
    assert [("a long wish",)] == team.rows("SELECT draft ->> 'requested' FROM process_run LIMIT 1")


def test_a_step_that_was_answered_meanwhile_keeps_the_text(team: Shop) -> None:
    """A form whose step somebody else has answered stays open and stores nothing.

    It says how to come to the next step, and what was typed can be called back as a line.
    """
    team.do("done", "RUN-1", "meet")

    async def steps(board: Driver) -> None:
        await open_sale(board, "RUN-1")
        await board.press("enter")
        board.fill("meeting_at", "tue 10")
        team.do("done", "RUN-1", "--set", "meeting_at=wed 11", me="bo")
        after = team.dump()
        for _ in range(2):
            await board.press("ctrl+s")
            assert "completed meanwhile" in board.text
            assert "is open: Esc, then" in board.text
            assert "tue 10" == board.form.widget("meeting_at").text
        assert after == team.dump()
        await board.press("escape")
        assert ": and ↑ show it" in board.told
        await board.press("colon", "up")
        assert "continue RUN-1 --set 'meeting_at=tue 10'" in board.text
        await board.press("escape", "enter")
        assert "Which company" in board.text

    at_the_board(team, steps, SIZE)


def test_a_busy_store_is_told_and_keeps_the_note(
    team: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting is told at once; a note that could not be written stays in its form."""
    monkeypatch.setattr(turns, "PATIENCE", 0)
    monkeypatch.setattr(engine, "PATIENCE", 0.1)

    async def steps(board: Driver) -> None:
        await board.press("n")
        await board.type("note under lock")
        with closing(sqlite3.connect(team.home / FILE_NAME)) as other:
            other.execute("BEGIN IMMEDIATE")
            await board.press("enter")
            assert "Waiting for the store" in board.told
            assert "busy:" in board.text.split()
            assert "note under lock" == board.form.widget("text").text
            other.rollback()
        await board.press("enter")

    at_the_board(team, steps)
    assert [("note under lock",)] == team.rows("SELECT text FROM note")


def test_keys_that_are_typed_ahead_go_where_they_belong(team: Shop) -> None:
    """A prompt, a filter, a form and a page get the keys that follow the one that opens them."""
    before = team.dump()

    async def steps(board: Driver) -> None:
        await board.burst("colon", *"stale")
        assert "stale" == board.app.screen.query_one(CommandLine).value
        await board.burst("escape", "f3", "slash", *"glob", "enter")
        assert "Globex" in board.text
        assert "Initech" not in board.text
        await board.burst("escape", "f2", "n", *"stun", "escape", "n", *"ned")
        assert "stunned" == board.form.widget("text").text
        await board.burst("escape", "R", "escape", "q")

    at_the_board(team, steps)
    assert before == team.dump()


def test_a_page_that_is_still_blank_takes_its_answer(shop: Shop) -> None:
    """R, Enter and the answer, pressed at once, begin a sale and answer its first step."""

    async def steps(board: Driver) -> None:
        await board.burst("R", "enter", "enter", "enter", "1", *"soon")
        assert "soon" == board.form.widget("meeting_at").text

    at_the_board(shop, steps, SIZE)
    assert "done" == shop.json("activity", "show", "ACT-1")["state"]


def test_postponing_several_says_how_days_are_counted(team: Shop) -> None:
    """What is marked is put off to the end of a day, counted from today; the form says so."""

    async def steps(board: Driver) -> None:
        await board.press("asterisk", "p")
        assert "Days count from today, to the end of the day." in board.text
        assert "goes back" not in board.text
        await board.press("escape")

    at_the_board(team, steps, SIZE)


def test_a_form_says_what_postponing_does_beside_moving_a_time(shop: Shop) -> None:
    """Where the process goes back, the form says so before, and names the step."""
    sell(shop, until="decision-makers")
    shop.do("stage", "OPP-1", "proposal")
    shop.do("done", "OPP-1", "prepared")
    shop.do("continue", "OPP-1", "--set", "tactics=Begin with the need")
    reference = shop.json("continue", "OPP-1")["sale"]["step"]["activity"]
    told = before_postponing(shop.unit, reference)

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1")
        await board.press("p")
        assert "".join(told.split()) in "".join(board.text.replace("│", "").split())
        await board.type("+3 days")
        await board.press("enter", "u")
        assert f"Undid: postponed `{reference}` Submit the proposal" in board.told

    at_the_board(shop, steps, SIZE)
    assert "goes back" in told
    told_of_all = "Days count from today, to the end of the day. Of 1 the process goes back a step."
    assert told_of_all in together.before_postponing(shop.unit, [reference])
    back = shop.do("postpone", "OPP-1", "+3 days").out
    assert told.split("`")[1] in back.split("goes back to")[1]


def test_fields_are_shown_as_people_write_them(team: Shop) -> None:
    """What a form shows of a date or an amount can be typed again, and then changes nothing."""
    team.do("done", "RUN-1", "meet")
    processes.keep_typed(team.unit, "RUN-1", Answers(assignments=("meeting_at=tue 10",)))

    async def steps(board: Driver) -> None:
        await open_sale(board, "RUN-1")
        await board.press("enter")
        shown = board.form.widget("meeting_at").text
        assert say_moment(moment("tue 10", team.clock()), team.clock()) == shown

    at_the_board(team, steps, SIZE)


def test_every_kind_of_value_reads_as_it_is_said(team: Shop) -> None:
    """The text of a field in a form is read as the value that it was made from."""
    unit, now = team.unit, team.clock()
    for field in SALE_FIELDS.values():
        typed = {
            MONEY: ["1234567.5", "8k"],
            PERCENT: ["40"],
            DAY: ["tomorrow", "2027-03-01"],
            MOMENT: ["tue 10", "2027-03-01 14:30", "tomorrow"],
            YES_NO: ["yes", "no"],
            NAMES: ["Tom Fox, Mia Ray"],
        }.get(field.kind, [])
        for text in typed:
            with unit.reading():
                value = read(unit, field, text, currency="EUR")
                assert value == read(unit, field, say(field, value, currency="EUR", now=now))


def test_letters_on_a_button_do_nothing(team: Shop) -> None:
    """No field takes what is typed while a button has the keys, and no screen below does."""

    async def steps(board: Driver) -> None:
        await board.press("n", "a", "tab", "b", "q", "u")
        assert isinstance(board.app.focused, Button)
        assert "a" == board.form.widget("text").text

    at_the_board(team, steps)


@pytest.mark.parametrize("is_long", [False, True])
def test_a_small_screen_shows_whole_labels_and_how_to_save(team: Shop, *, is_long: bool) -> None:
    """At 40x20 a label goes on in the next line, and the line of keys names Save and Help."""
    label = "What the customer would like to see when we come to present it"

    async def take(_text: str) -> None:
        """Take what was typed."""

    async def steps(board: Driver) -> None:
        form = text_form("A question", "question", label, "Save", is_long=is_long)
        board.app.flow(ask_text(board.app, form, take))
        await board.settle()
        inside = [line[3:37].strip(" │") for line in board.text.splitlines()]
        assert f"{label} (required)" in " ".join(" ".join(inside).split())
        keys = board.text.splitlines()[-1]
        assert "^s Save" in keys
        assert "f1 Help" in keys
        assert is_long or "esc Leave" in keys
        await board.press("escape")

    at_the_board(team, steps, (40, 20))


def test_a_form_shows_only_what_its_own_key_has_told(team: Shop) -> None:
    """What was told before the key was pressed is over; what the first answer did stands there."""

    async def steps(board: Driver) -> None:
        await board.press("y")
        assert "Copied" in board.told
        await board.press("n")
        assert "Copied" not in board.text
        await board.press("escape", "down")
        await open_sale(board, "RUN-1")
        await board.press("1")
        assert "Completed `ACT-1`" in board.text

    at_the_board(team, steps)


def test_dialogs_show_their_own_keys(team: Shop) -> None:
    """The line at the bottom tells the keys of a form or a question, and so does its help."""

    async def steps(board: Driver) -> None:
        for key, own in (("n", "^s Save"), ("enter", "⏎ Choose")):
            await board.press(key)
            keys_shown = board.text.splitlines()[-1]
            assert own in keys_shown
            assert "Leave" in keys_shown
            assert "Undo" not in keys_shown
            await board.press("f1")
            assert "Leave" in board.text
            await board.press("escape", "escape")

    at_the_board(team, steps)


def test_a_date_that_is_over_is_told(team: Shop) -> None:
    """The board warns as the command line does."""

    async def steps(board: Driver) -> None:
        await board.press("s")
        await board.type("yesterday")
        await board.press("enter")
        assert "is due in the past" in board.told

    at_the_board(team, steps)
    assert "is due in the past" in team.do("schedule", "ACT-1", "yesterday").err


def test_questions_name_what_they_are_about(team: Shop) -> None:
    """A form tells the activity and the customer, and its buttons what they do."""

    async def steps(board: Driver) -> None:
        while board.reference != "ACT-1":
            await board.press("j")
        for key, does in (("s", "Schedule"), ("p", "Postpone")):
            await board.press(key)
            assert f"{does} Call to verify the interest · Acme Ltd" in board.text
            assert does == str(board.form.query_one("#save", Button).label)
            await board.press("escape")
        await board.press("x")
        assert "Cancel Call to verify the interest" in board.text
        assert "Cancel" not in {str(one.label) for one in board.app.screen.query(Button)}

    at_the_board(team, steps)


def test_names_of_records_are_completed(team: Shop) -> None:
    """The name of an account that was begun is offered, and the right arrow takes it."""
    team.do("account", "add", "Umbrella Holding")

    async def steps(board: Driver) -> None:
        field = await begin_account(board)
        await board.type("umb")
        await board.press("right")
        assert "Umbrella Holding" == field.text
        assert not field.is_offering

    at_the_board(team, steps, SIZE)


async def begin_account(board: Driver) -> Line:
    """Open the form of `OPP-1`, and empty the field of its account."""
    await open_sale(board, "OPP-1")
    await board.press("e", "enter", "ctrl+u")
    field = board.form.widget("account")
    assert isinstance(field, Line)
    assert field.has_focus
    return field


def names_below(board: Driver) -> list[str]:
    """Return the names that are offered."""
    shown = [one for one in board.form.query(Offered) if one.display]
    return [str(option.prompt) for one in shown for option in one.options]


@pytest.mark.parametrize("key", ["enter", "tab"])
def test_a_name_is_chosen_below_its_field(team: Shop, key: str) -> None:
    """What has the words is listed, what begins so first; an arrow and Enter or Tab take one."""
    for name in ("Stark Holding", "Holdall", "Umbrella"):
        team.do("account", "add", name)

    async def steps(board: Driver) -> None:
        field = await begin_account(board)
        await board.type("hold")
        assert ["Holdall", "Stark Holding"] == names_below(board)
        await board.press("down", "down", key)
        assert "Stark Holding" == field.text
        assert field.has_focus
        assert [] == names_below(board)
        await board.press(key)
        assert board.form.widget("contact").has_focus

    at_the_board(team, steps, SIZE)


def test_enter_goes_on_where_no_name_is_chosen(team: Shop) -> None:
    """What is typed stays as it is typed; above the first name none is chosen again."""
    team.do("account", "add", "Stark Holding")

    async def steps(board: Driver) -> None:
        field = await begin_account(board)
        await board.type("stark")
        await board.press("down", "up", "enter")
        assert "stark" == field.text
        assert [] == names_below(board)
        assert board.form.widget("contact").has_focus

    at_the_board(team, steps, SIZE)


def test_what_is_typed_after_a_choice_undoes_it(team: Shop) -> None:
    """A letter after the arrow belongs to the field, and Enter takes no name that it chose."""
    team.do("account", "add", "Stark Holding")

    async def steps(board: Driver) -> None:
        field = await begin_account(board)
        await board.type("star")
        await board.press("down", "k", "enter")
        assert "stark" == field.text

    at_the_board(team, steps, SIZE)


def test_esc_closes_the_list_before_the_form(team: Shop) -> None:
    """The form stays with what is typed; the next Esc leaves it."""

    async def steps(board: Driver) -> None:
        field = await begin_account(board)
        await board.type("init")
        assert ["Initech"] == names_below(board)
        assert "esc Close the list" in board.text
        await board.press("escape")
        assert [] == names_below(board)
        assert "init" == field.text
        await board.press("escape")
        assert not isinstance(board.app.screen, Form)

    at_the_board(team, steps, SIZE)


def test_down_shows_what_can_stand_in_a_field(team: Shop) -> None:
    """An empty field offers the newest names, a full one the others too, a choice its options."""
    team.do("lead", "add", "Zoe Zed")

    async def steps(board: Driver) -> None:
        field = await begin_account(board)
        await board.press("down")
        await board.settle()
        assert ["Hooli", "Initech", "Globex"] == names_below(board)[:3]
        await board.press("down", "enter", "down")
        await board.settle()
        assert names_below(board)[0] == field.text
        assert len(names_below(board)) >= 3
        await board.press("escape", "escape", "escape", "f6", "e")
        board.form.widget("status").focus()
        await board.press("down")
        await board.settle()
        assert list(LEAD_STATUSES) == names_below(board)

    at_the_board(team, steps, SIZE)


def test_a_click_takes_a_name(team: Shop) -> None:
    """The field has the name, and the keys."""

    async def steps(board: Driver) -> None:
        field = await begin_account(board)
        await board.type("init")
        await board.pilot.click(Offered)
        await board.settle()
        assert "Initech" == field.text
        assert field.has_focus

    at_the_board(team, steps, SIZE)


@pytest.mark.parametrize("size", [(40, 20), (80, 24), (160, 50)])
def test_the_list_stays_inside_the_dialog(team: Shop, size: tuple[int, int]) -> None:
    """In whatever field, at most five names stand in the dialog, and the field stays in sight."""
    for number in range(9):
        team.do("contact", "add", f"Mia {number}")
        team.do("account", "add", f"Mia {number}")
        team.do("user", "add", f"mia{number}")

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1")
        await board.press("e")
        found = 0
        for field in [board.form.widget(one.name) for one in board.form.fields]:
            if not isinstance(field, Line):
                continue
            field.focus()
            await board.settle()
            await board.press("ctrl+u", "m", "i")
            shown = [one for one in board.form.query(Offered) if one.display]
            if shown:
                found += 1
                dialog = board.form.query_one(".dialog").region
                assert MOST_LINES == shown[0].region.height
                assert dialog.contains_region(shown[0].region)
                assert dialog.contains_region(field.region)
                assert not shown[0].region.overlaps(field.region)
        assert found >= 3

    at_the_board(team, steps, size)


def test_a_refused_ending_says_that_nothing_was_moved(team: Shop) -> None:
    """Leaving the question whether all is up to date leaves the sale where it was, and says so."""
    before = team.json("opportunity", "show", "OPP-1")["stage"]
    team.do("opportunity", "edit", "OPP-1", "--set", "decision_date=2026-11-01")

    async def steps(board: Driver) -> None:
        board.app.flow(move(board.app, "OPP-1", "closed-won"))
        await board.settle()
        if not isinstance(board.app.screen, Choice):
            board.fill("reason", "price")
            await board.press("ctrl+s")
        assert "Is it up to date?" in board.text
        question = board.app.screen
        assert isinstance(question, Choice)
        assert "is not known\n" in f"{question._note}\n"
        assert "; " not in question._note
        await board.press("escape")
        assert "`OPP-1` was not moved" in board.told

    at_the_board(team, steps, SIZE)
    assert before == team.json("opportunity", "show", "OPP-1")["stage"]


def test_the_buttons_of_a_long_form_stay_in_sight(team: Shop) -> None:
    """A form that is longer than the screen scrolls above its buttons."""
    team.do("done", "RUN-1", "meet", "--set", "meeting_at=tue 10")

    async def steps(board: Driver) -> None:
        await open_sale(board, "RUN-1")
        await board.press("enter")
        assert board.app.screen.query_one(".dialog-body").max_scroll_y > 0
        board.form.widget(board.form.fields[0].name).focus()
        await board.settle()
        for field in board.form.fields:
            assert " Save    Leave" in board.text
            here = board.form.widget(field.name)
            assert here.has_focus
            body = board.app.screen.query_one(".dialog-body")
            assert body.region.contains_region(here.region)
            await board.press("tab")

    at_the_board(team, steps)


@pytest.mark.parametrize("size", [(40, 20), (40, 12)], ids=str)
def test_what_is_typed_stays_in_sight_on_a_smaller_screen(
    team: Shop, size: tuple[int, int]
) -> None:
    """The field with the keys is scrolled into what is left of the form."""

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1")
        await board.press("e")
        field = board.form.widget(board.form.fields[-3].name)
        field.focus()
        await board.settle()
        await board.pilot.resize_terminal(*size)
        await board.settle()
        body = board.app.screen.query_one(".dialog-body")
        assert body.region.contains_region(field.region)

    at_the_board(team, steps, SIZE)


def test_enter_is_called_what_it_does(team: Shop) -> None:
    """Enter saves in the last field of a form, which may be its first; elsewhere it goes on."""

    async def steps(board: Driver) -> None:
        await board.press("p")
        assert "⏎ Save" in board.text
        await board.press("escape")
        await open_sale(board, "OPP-1")
        await board.press("e")
        fields = [board.form.widget(one.name) for one in board.form.fields]
        for field in (fields[0], fields[-1], fields[0]):
            field.focus()
            await board.settle()
            assert ("⏎ Save" in board.text) == (field is fields[-1])
            assert ("⏎ Next" in board.text) == (field is not fields[-1])

    at_the_board(team, steps, SIZE)


def test_the_palette_leads_from_no_form(team: Shop) -> None:
    """Over a form the palette has what the form can do, and no screen to lose it for."""

    async def steps(board: Driver) -> None:
        await board.press("n", *"half")
        titles = {one.title for one in board.app.get_system_commands(board.form)}
        assert "Save" in titles
        assert not titles & {place.title for place in PLACES.values()}
        await board.press("ctrl+p")
        await board.type("Save")
        await board.press("enter")
        await board.settle()

    at_the_board(team, steps)
    assert [("half",)] == team.rows("SELECT text FROM note")


@pytest.mark.parametrize("key", ["s", "p", "n"])
def test_an_empty_answer_is_asked_for(team: Shop, key: str) -> None:
    """A time or a note that is left empty keeps the form open, says so and changes nothing."""
    before = team.dump()

    async def steps(board: Driver) -> None:
        await board.press(key, "ctrl+s")
        assert "This one is needed" in board.text
        assert isinstance(board.app.screen, Form)
        await board.press("escape")

    at_the_board(team, steps)
    assert before == team.dump()


def test_a_form_that_is_left_changes_nothing(team: Shop) -> None:
    """Esc writes nothing into the store; what was typed is there again, as it was typed."""
    team.do("done", "RUN-1", "meet", "--set", "meeting_at=tue 10")
    before = team.dump()

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1")
        await board.press("enter", "1")
        board.fill("competitors", "Wonka, half a na")
        board.fill("budget", "lots")
        await board.press("escape")
        assert before == team.dump()
        await open_sale(board, "OPP-1")
        await board.press("enter", "1")
        assert "Wonka, half a na" == board.form.widget("competitors").text
        assert "lots" == board.form.widget("budget").text
        await board.press("escape")

    at_the_board(team, steps)
    assert before == team.dump()


def test_tab_takes_what_is_suggested_and_then_goes_on(team: Shop) -> None:
    """In a form Tab completes a name that was begun; where nothing is suggested it goes on."""

    async def steps(board: Driver) -> None:
        await board.press("f3", "a", "tab")
        line = board.form.widget("account")
        assert line is board.app.focused
        await board.type("glo")
        await board.press("tab")
        assert "Globex" == line.text
        assert line is board.app.focused
        await board.press("tab")
        assert line is not board.app.focused
        await board.press("escape")

    at_the_board(team, steps)


def test_an_empty_field_says_what_to_type(shop: Shop) -> None:
    """A list asks for names between commas, a question for yes or no, a moment shows one."""
    sell(shop, until="needs-analysis")
    shop.do("stage", "OPP-1", "presentation")
    shop.do("done", "OPP-1", "prepared")
    shop.do("done", "ACT-2")
    told = {"new_influential_contacts": "yes | no", "attendees": "names between commas"}

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1")
        await board.press("enter")
        for name, example in told.items():
            assert example == getattr(board.form.widget(name), "placeholder", "")
        assert "Somebody new has a say (required)" in board.text
        assert "names between commas" in board.text
        board.fill("new_influential_contacts", "Mia")
        await board.press("ctrl+s")
        assert "neither yes nor no" in board.text
        await board.press("escape")

    at_the_board(shop, steps, (100, 40))
