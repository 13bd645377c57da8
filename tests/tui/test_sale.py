"""The page of a sale: the process step by step, with numbered answers, forms and the log."""

from datetime import datetime

import pytest
from textual.widgets import OptionList

from salescli.domain.fields import SALE_FIELDS
from salescli.domain.labels import say_result
from salescli.domain.moments import say_moment
from salescli.tui.screens import opportunity
from salescli.tui.screens.opportunity import OpportunityScreen
from salescli.tui.texts.sale_tabs import TABS
from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.form import Form
from salescli.tui.widgets.pop_up import PopUp
from tests.selling import sell
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board

SIZE = (120, 40)


async def open_sale(board: Driver, reference: str) -> None:
    """Open the page of a sale."""
    board.app.open_sale(reference)
    await board.settle()


def test_a_number_answers_the_step(team: Shop) -> None:
    """P17: each listed result is accepted by its number; a number beyond them does nothing."""
    results = team.json("activity", "results", "ACT-1")
    before = team.dump()

    async def beyond(board: Driver) -> None:
        await open_sale(board, "RUN-1")
        for number, result in enumerate(results, start=1):
            assert f"{number}. {say_result(result)}" in board.text
        await board.press(str(len(results) + 1))

    at_the_board(team, beyond, SIZE)
    assert before == team.dump()

    async def first(board: Driver) -> None:
        await open_sale(board, "RUN-1")
        await board.press("1")
        assert "Meeting (required)" in board.text

    at_the_board(team, first, SIZE)
    assert "open" != team.json("activity", "show", "ACT-1")["state"]


def test_what_is_typed_is_kept(team: Shop) -> None:
    """A form that is left keeps what was typed, and shows it when it is opened again."""

    async def steps(board: Driver) -> None:
        await open_sale(board, "RUN-1")
        await board.press("1")
        board.fill("requested", "A demo")
        await board.press("escape")
        assert "Kept what you typed" in board.told
        await board.press("enter")
        assert "A demo" == board.form.widget("requested").text

    at_the_board(team, steps, SIZE)


def test_wrong_values_are_told_in_the_form(team: Shop) -> None:
    """A value that cannot be read is refused below its field, and the rest stays typed."""

    async def steps(board: Driver) -> None:
        await open_sale(board, "RUN-1")
        await board.press("1")
        board.fill("meeting_at", "someday")
        await board.press("ctrl+s")
        assert "someday" in board.text
        assert "someday" == board.form.widget("meeting_at").text
        board.fill("meeting_at", "tue 10")
        await board.press("ctrl+s")
        assert "Which company" in board.text

    at_the_board(team, steps, SIZE)


def test_move_down_takes_up_what_was_put_off(team: Shop) -> None:
    """P22: a form that was put off is taken up by moving down the process."""
    team.do("done", "RUN-1", "meet")
    team.do("postpone", "RUN-1", "+2 days")

    async def steps(board: Driver) -> None:
        await open_sale(board, "RUN-1")
        await board.press("c")
        assert "Meeting (required)" in board.text

    at_the_board(team, steps, SIZE)


def test_an_unguided_sale_is_started(team: Shop) -> None:
    """P9: the page of an opportunity that no process guides starts it at its stage."""
    team.do("opportunity", "add", "Crane", "--set", "account=Umbrella", "--set", "stage=proposal")

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-4")
        assert "No process guides this sale" in board.text
        await board.press("P", "enter")

    at_the_board(team, steps, SIZE)
    assert "proposal" == team.json("continue", "OPP-4")["sale"]["stage"]


def test_the_next_stage_is_chosen(team: Shop) -> None:
    """Where a stage has ended the stages are numbered, the recommended one is marked."""
    team.do("done", "RUN-1", "meet", "--set", "meeting_at=tue 10")
    team.do("continue", "RUN-1", "--set", "name=Acme pumps")
    choices = team.json("continue", "OPP-4")["sale"]["choices"]
    stages = [one["stage"] for one in team.json("pipeline")["stages"]]

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-4")
        number = stages.index(choices[0]["id"]) + 1
        assert f"{number}. {choices[0]['name']} (recommended)" in board.text
        await board.press(str(number))

    at_the_board(team, steps, SIZE)
    assert choices[0]["id"] == team.json("opportunity", "show", "OPP-4")["stage"]


def test_a_stage_has_one_number(team: Shop) -> None:
    """Wherever a stage is asked for, and on the page, its number is its place in the process."""
    team.do("done", "RUN-1", "meet", "--set", "meeting_at=tue 10")
    team.do("continue", "RUN-1", "--set", "name=Acme pumps")
    shown = team.json("process", "show", "corporate-sale")["stages"]
    named = [f"{n}. {one['name']}" for n, one in enumerate(shown, start=1)]

    def asked(board: Driver) -> list[str]:
        options = board.app.screen.query_one(OptionList)
        prompts = [str(options.get_option_at_index(n).prompt) for n in range(options.option_count)]
        return [one.replace(" (recommended)", "").replace(" (now)", "") for one in prompts]

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-4")
        for name in named:
            assert name in board.text
        for key in ("enter", "m"):
            await board.press(key)
            assert named == asked(board)
            await board.press("escape")
        await board.press("q", "f3")
        columns = [one["id"] for one in shown]
        await board.press(*["h"] * len(columns), *["l"] * columns.index("negotiations"))
        assert "OPP-2" == board.reference
        await board.press("greater_than_sign", "greater_than_sign")
        assert named == asked(board)
        marked = board.app.screen.query_one(OptionList).highlighted
        assert columns.index("closed-won") == marked
        await board.press("escape")

    at_the_board(team, steps, (100, 40))


def test_standby_is_shown(shop: Shop) -> None:
    """P74: a sale that waits for an activity says so on its page."""
    sell(shop, until="needs-analysis")
    shop.do("stage", "OPP-1", "presentation")
    shop.do("done", "OPP-1", "prepared")
    assert "wait" == shop.json("continue", "OPP-1")["sale"]["step"]["kind"]

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1")
        assert "It waits for Conduct presentation" in board.text
        assert "Changed the date? s moves it" in board.text

    at_the_board(shop, steps, SIZE)


def test_a_whole_page_tells_what_the_shell_tells(team: Shop) -> None:
    """The page has fields, stakeholders by weight, notes and the log as the commands show them."""
    team.do(
        "opportunity",
        "stakeholder",
        "add",
        "OPP-1",
        "Mia Ray",
        "--influence",
        "2",
        "--loyalty",
        "1",
    )
    team.do(
        "opportunity",
        "stakeholder",
        "add",
        "OPP-1",
        "Tom Fox",
        "--influence",
        "5",
        "--loyalty",
        "2",
    )
    team.do("opportunity", "competitor", "add", "OPP-1", "Wonka", "--strengths", "price")
    team.do("note", "OPP-1", "They called")
    collect = team.json("continue", "OPP-1")["sale"]["step"]["name"]

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1")
        assert "8,000.00 EUR" in board.text
        await board.press("tab")
        assert "stage Needs analysis" in " ".join(board.text.split())
        await board.press("tab")
        assert board.text.index("Tom Fox") < board.text.index("Mia Ray")
        await board.press("tab", "tab")
        assert "Wonka" in board.text
        await board.press("tab")
        assert "Send the brochure" in board.text
        await board.press("tab")
        assert "They called" in board.text
        await board.press("tab")
        assert f"Needs analysis {collect}" in " ".join(board.text.split())

    at_the_board(team, steps, SIZE)


def test_the_page_says_when_the_step_is_due(team: Shop) -> None:
    """The day and time of a step are those that the lists tell, not always today's."""
    told = []
    for days in ("+1 day", "+5 days"):
        team.do("postpone", "RUN-1", days)
        shown = team.json("activity", "show", "ACT-1")["due"]
        told.append(say_moment(datetime.fromisoformat(shown), team.clock()))

        async def steps(board: Driver) -> None:
            await open_sale(board, "RUN-1")
            assert f"due {told[-1]}" in board.text

        at_the_board(team, steps)
    assert 2 == len(set(told))


def test_keys_scroll_the_page(team: Shop) -> None:
    """Whatever a page holds is reached by keys: its last line by `G`, its answers by `g`."""
    for number in range(30):
        team.do("note", "RUN-1", f"Note {number}")
        team.do("note", "OPP-1", f"Note {number}")

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1")
        await board.press("shift+tab", "shift+tab")
        assert "Notes" in board.text
        await board.press("G")
        end = board.text
        assert "Note 0" in end
        await board.press("g")
        assert "▸ Needs analysis" in board.text
        assert "Note 0" not in board.text
        seen = []
        for key in ("j", "down", "pagedown", "k", "up", "pageup"):
            before = board.text
            await board.press(key)
            seen.append(before != board.text)
        assert all(seen)

    at_the_board(team, steps)


def test_the_page_of_a_sale_that_was_undone_goes_back(team: Shop) -> None:
    """A run that is taken back on its own page leaves it, and that is told once."""

    async def steps(board: Driver) -> None:
        await board.press("R", "enter", "enter", "enter")
        page = board.app.screen
        assert isinstance(page, OpportunityScreen)
        run = page.reference
        assert run in board.text
        await board.press("u")
        await board.settle()
        assert "today" == board.app.place
        assert 1 == len(board.app.screen_stack)
        assert 1 == board.told.count(f"`{run}` was taken back")
        assert "There is no" not in board.told

    at_the_board(team, steps)


def test_the_page_of_an_opportunity_that_was_undone_shows_its_run(team: Shop) -> None:
    """Where only the opportunity is taken back, the page goes on with the run that it had."""
    team.do("done", "RUN-1", "meet", "--set", "meeting_at=tue 10")
    team.do("continue", "RUN-1", "--set", "name=Acme pumps")

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-4")
        await board.press("u")
        await board.settle()
        assert "RUN-1" in board.text
        assert "Acme pumps ·" not in board.text

    at_the_board(team, steps, SIZE)


def test_a_click_gives_an_answer(team: Shop) -> None:
    """The results of a step can be clicked."""

    async def steps(board: Driver) -> None:
        await open_sale(board, "RUN-1")
        lines = board.text.splitlines()
        row = next(y for y, line in enumerate(lines) if "1. " in line)
        await board.pilot.click(offset=(lines[row].index("1.") + 1, row))
        await board.settle()
        assert "Meeting (required)" in board.text

    at_the_board(team, steps, SIZE)


def test_escape_closes_what_was_told(team: Shop) -> None:
    """What was told goes with Esc, and at most the last of it is shown."""

    async def steps(board: Driver) -> None:
        await board.press("u", "u")
        assert 1 == board.told.count("Undid")
        await board.press("escape")
        assert "" == board.told
        await open_sale(board, "OPP-2")
        await board.press("u", "escape")
        assert "" == board.told
        assert 2 == len(board.app.screen_stack)
        await board.press("escape")
        assert 1 == len(board.app.screen_stack)

    at_the_board(team, steps)


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("10", 10),
        ("12", 12),
        ("2", 2),
        ("192", 12),
        ("1 enter", 1),
        ("1 j 1 enter", 1),
        ("1 down 1 enter", 1),
        ("G k enter", 11),
        ("G g enter", 1),
    ],
)
def test_options_beyond_nine_are_chosen_by_number(team: Shop, typed: str, place: int) -> None:
    """A number that begins longer ones waits; nothing is chosen by half of what is typed."""
    options = [f"option {number}" for number in range(1, 13)]
    picked: list[int | None] = []

    async def steps(board: Driver) -> None:
        async def ask() -> None:
            picked.append(await board.app.ask(Choice("Which?", options)))

        board.app.flow(ask())
        await board.settle()
        for word in typed.split():
            await board.press(*([word] if word.isalpha() else word))

    at_the_board(team, steps)
    assert [place - 1] == picked


def test_an_ended_sale_names_no_key_of_a_step(team: Shop) -> None:
    """The line of keys names what answers the open step only while there is one."""
    for reference, shown in (("OPP-1", True), ("OPP-2", False)):
        if not shown:
            team.do("close", "OPP-2", "rejected", "--reason", "Not ours")

        async def steps(
            board: Driver,
            reference: str = reference,
            is_named: bool = shown,
        ) -> None:
            await open_sale(board, reference)
            last = board.text.splitlines()[-1]
            assert is_named == ("Answer" in last) == ("Postpone" in last)
            assert "Move" in last

        at_the_board(team, steps)


def test_a_number_of_no_option_is_told(team: Shop) -> None:
    """A digit that makes no number of an option is told, and chooses nothing."""

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1")
        await board.press("m")
        question = board.app.screen
        await board.press("1", "7")
        assert "There is no option 17" in board.told
        assert question is board.app.screen
        await board.press("escape")

    at_the_board(team, steps)


def test_a_number_on_the_page_is_not_cut_short(team: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a longer number may be meant the page asks, with the cursor on what was typed."""
    before = team.dump()
    results = team.json("activity", "results", "ACT-1")
    monkeypatch.setattr(opportunity, "begins_longer", lambda _number, _most: True)

    async def steps(board: Driver) -> None:
        await open_sale(board, "RUN-1")
        await board.press("2")
        assert isinstance(board.app.screen, Choice)
        assert 1 == board.app.screen.query_one(OptionList).highlighted

    assert len(results) > 1
    at_the_board(team, steps, SIZE)
    assert before == team.dump()


def test_keys_of_the_page_that_do_nothing_say_why(team: Shop) -> None:
    """A number without its answer, and an answer to a sale that has ended, are told."""
    team.do("close", "OPP-1", "lost", "--reason", "price")
    before = team.dump()

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-2")
        await board.press("9")
        assert "There is no answer 9" in board.told
        await open_sale(board, "OPP-1")
        for key in ("enter", "c", "s", "p", "x"):
            await board.press(key)
            assert "has ended" in board.told, key
            await open_sale(board, "OPP-1")
        await board.press("1")
        assert "There is no answer 1" in board.told

    at_the_board(team, steps)
    assert before == team.dump()


def test_ids_are_told_as_labels(team: Shop) -> None:
    """No id of a field, a result or a step is on the page, in its questions or in its log."""
    team.do("done", "RUN-1", "meet", "--set", "meeting_at=tue 10")
    team.do("continue", "RUN-1", "--set", "name=Acme pumps")
    team.do("stage", "OPP-4", "presentation")
    stages = team.json("process", "show", "corporate-sale")["stages"]
    steps_of = [step for stage in stages for step in stage["steps"]]
    ids = {*SALE_FIELDS, *(one for step in steps_of for one in (step["id"], *step["on"]))}
    ids = {one for one in ids if "_" in one or "-" in one}
    shown: list[str] = []

    async def steps(board: Driver) -> None:
        for reference in ("OPP-4", "OPP-1", "OPP-2"):
            await open_sale(board, reference)
            for _tab in TABS:
                shown.append(board.text)
                await board.press("tab")
            await board.press("escape")

    at_the_board(team, steps, (160, 50))
    for text in shown:
        words = {word.strip("`.,:;()") for word in text.split()}
        assert not ids & words


def test_questions_tell_names_too(team: Shop) -> None:
    """A question and a hint in a window are in the words of the page that asks it."""
    results = [say_result(one) for one in team.json("activity", "results", "ACT-1")]
    assert "`" in team.json("hint", "ACT-1")["hint"]

    async def steps(board: Driver) -> None:
        await open_sale(board, "RUN-1")
        await board.press("enter")
        asked = " ".join(board.text.split())
        assert all(f"{n}. {one}" in asked for n, one in enumerate(results, start=1))
        assert not {"`", "_"} & set(asked)
        await board.press("escape", "question_mark")
        assert not {"`", "_"} & set(board.text)

    at_the_board(team, steps, (160, 50))


def test_what_a_step_told_stands_in_the_form_after_it(team: Shop) -> None:
    """What an answer did is told in the form that follows, and does not lie over it."""

    async def steps(board: Driver) -> None:
        await open_sale(board, "RUN-1")
        await board.press("enter", "1")
        board.fill("meeting_at", "tue 10")
        await board.press("ctrl+s")
        assert isinstance(board.app.screen, Form)
        assert "" == board.told
        assert "Added `ACT-4`" in board.text
        await board.press("escape")

    at_the_board(team, steps, (100, 30))


@pytest.mark.parametrize("size", [(40, 20), (80, 24)])
def test_a_question_shows_the_hint_of_its_step(team: Shop, size: tuple[int, int]) -> None:
    """`?` in the choice of a result shows the hint whole, and leads back to the choice."""
    hint = team.json("hint", "ACT-1")["hint"]

    async def steps(board: Driver) -> None:
        await open_sale(board, "RUN-1")
        await board.press("enter")
        question = board.app.screen
        await board.press("question_mark")
        assert isinstance(board.app.screen, PopUp)
        first = hint.splitlines()[0]
        assert board.app.screen._text.startswith(first)
        assert first[:20] in board.text
        await board.press("escape")
        assert question is board.app.screen
        await board.press("1")
        assert "Meeting (required)" in board.text

    at_the_board(team, steps, size)


def test_the_page_names_the_key_that_adds(team: Shop) -> None:
    """A sale takes parts once it has an opportunity; until then only its notes take something."""

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1")
        assert "a Add" in board.text.splitlines()[-1]
        await board.press("q")
        await open_sale(board, "RUN-1")
        assert "a Add" not in board.text.splitlines()[-1]
        await board.press("N")
        assert "a Add" in board.text.splitlines()[-1]

    at_the_board(team, steps, (160, 50))
