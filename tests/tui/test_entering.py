"""Adding and changing records on the board: `a` and `e`, and `y` that copies a handle."""

import pytest

from salescli.tui.texts.sale_tabs import PARTS
from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.form import Form
from salescli.tui.widgets.rows import Rows
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board

NEW = {
    "f3": ("opportunity", "OPP-4"),
    "f5": ("account", "ACC-4"),
    "f6": ("lead", "LEAD-1"),
}
"""Key of a screen -> what `a` adds there, and the handle that it gets."""


@pytest.mark.parametrize("key", NEW)
def test_a_adds_what_the_screen_lists(team: Shop, key: str) -> None:
    """P6: `a` and a name add a record, with the fields that were filled; the owner is who adds."""
    noun, reference = NEW[key]

    async def steps(board: Driver) -> None:
        await board.press(key, "a")
        board.fill("name", "Brand new")
        board.fill("source" if noun != "account" else "city", "Oslo")
        await board.press("ctrl+s")
        assert f"Added {noun} `{reference}` Brand new" in board.told

    at_the_board(team, steps)
    shown = team.json(noun, "show", reference)
    assert ("Brand new", "ana") == (shown["name"], shown["owner"])
    assert "Oslo" == shown["source" if noun != "account" else "city"]
    team.do("undo")
    assert 3 == team.run(noun, "show", reference).code


def test_a_name_is_needed(team: Shop) -> None:
    """A record without a name is not added; the form stays open and says so."""

    async def steps(board: Driver) -> None:
        await board.press("f5", "a")
        board.fill("city", "Oslo")
        await board.press("ctrl+s")
        assert "This one is needed" in board.text
        board.fill("name", "Named")
        await board.press("ctrl+s")
        assert "Added account" in board.told

    at_the_board(team, steps)


@pytest.mark.parametrize("place", ["today", "activities", "sale", "account"])
def test_an_activity_is_added_to_what_the_cursor_is_on(team: Shop, place: str) -> None:
    """P27: an activity that is added beside a sale or an account belongs to it."""

    async def steps(board: Driver) -> None:
        if place == "activities":
            await board.press("f4", "G", "a")
        elif place == "sale":
            board.app.open_sale("OPP-1")
            await board.settle()
            await board.press("a")
        elif place == "account":
            board.app.open_record("account", "ACC-2")
            await board.settle()
            await board.press("a")
        else:
            await board.press("a")
        assert isinstance(board.app.screen, Choice)
        labels = [option.split(" of ")[0] for option in board.app.screen._options]
        await board.press(str(labels.index("Activity") + 1))
        board.fill("name", "Ask for the plans")
        board.fill("due", "+3 days")
        await board.press("ctrl+s")
        assert "Ask for the plans" in board.told

    at_the_board(team, steps)
    number = team.rows("SELECT max(number) FROM activity")[0][0]
    shown = team.json("activity", "show", f"ACT-{number}")
    assert "Ask for the plans" == shown["name"]
    about = "account" if place == "account" else "opportunity"
    assert shown[about]


def test_a_tab_takes_what_belongs_to_it(team: Shop) -> None:
    """P9: on the page of a sale `a` adds a stakeholder, an offer or a rival to the tab shown."""

    async def steps(board: Driver) -> None:
        board.app.open_sale("OPP-1")
        await board.settle()
        await board.press("tab", "tab", "a")
        board.fill("name", "Mia Ray")
        board.fill("role", "decision maker")
        board.fill("influence", "5")
        await board.press("ctrl+s", "tab", "a")
        board.fill("name", "Burner")
        board.fill("quantity", "3")
        board.fill("price", "200")
        board.fill("recompute", "yes")
        await board.press("ctrl+s", "tab", "a")
        board.fill("name", "Wonka")
        board.fill("strengths", "price\nservice")
        await board.press("ctrl+s")

    at_the_board(team, steps, (100, 40))
    page = team.json("opportunity", "show", "OPP-1")
    (person,) = page["stakeholders"]
    assert ("Mia Ray", "decision maker", 5) == (
        *(person["name"], person["role"], person["influence"]),
    )
    (line,) = page["lines"]
    assert ("Burner", 3, 200) == (line["name"], line["quantity"], float(line["price"]))
    assert 600 == float(page["amount"])
    (rival,) = page["competitors"]
    assert ("Wonka", "price\nservice") == (rival["name"], rival["strengths"])


def test_a_wrong_detail_stays_in_the_form(team: Shop) -> None:
    """What a part refuses is told in its form, and nothing is saved."""

    async def steps(board: Driver) -> None:
        board.app.open_sale("OPP-1")
        await board.settle()
        await board.press("tab", "tab", "a")
        board.fill("name", "Mia Ray")
        board.fill("influence", "9")
        await board.press("ctrl+s")
        assert isinstance(board.app.screen, Form)
        assert "Influence `9` is out of range" in board.text
        await board.press("escape", "O", "a")
        for field, text, told in [
            ("quantity", "0", "is no quantity"),
            ("price", "cheap", "Unit price in EUR: `cheap`"),
            ("recompute", "maybe", "sum of the offers: `maybe`"),
        ]:
            board.fill("name", "Burner")
            board.fill(field, text)
            await board.press("ctrl+s")
            assert told in board.text, field
            board.fill(field, "")
        await board.press("escape")

    at_the_board(team, steps)
    page = team.json("opportunity", "show", "OPP-1")
    assert ([], []) == (page["stakeholders"], page["lines"])


def test_every_tab_of_parts_is_a_tab(team: Shop) -> None:
    """On a tab that nothing is added to, `a` asks which part; on that of the notes it is one."""

    async def steps(board: Driver) -> None:
        board.app.open_sale("OPP-1")
        await board.settle()
        await board.press("a")
        assert isinstance(board.app.screen, Choice)
        assert [label for _noun, label in PARTS.values()] == list(board.app.screen._options)
        await board.press("escape", *["shift+tab"] * 2, "a")
        board.fill("text", "They like blue")
        await board.press("ctrl+s")

    at_the_board(team, steps)
    assert "They like blue" in team.do("opportunity", "history", "OPP-1").out


def test_e_changes_fields_and_only_those(team: Shop) -> None:
    """P6: `e` shows the fields as they are; saving changes those that were typed into."""
    before = team.json("opportunity", "show", "OPP-2")

    async def steps(board: Driver) -> None:
        board.app.open_sale("OPP-2")
        await board.settle()
        await board.press("e")
        assert "Pumps" == board.form.widget("name").text
        assert "5,000.00 EUR" == board.form.widget("amount").text
        board.fill("amount", "7500")
        board.fill("close_date", "2027-03-01")
        await board.press("ctrl+s")
        assert "Amount: 5,000.00 EUR -> 7,500.00 EUR" in board.told

    at_the_board(team, steps)
    after = team.json("opportunity", "show", "OPP-2")
    changed = {name for name in after if after[name] != before.get(name)}
    assert {"amount", "close_date", "version"} == changed - {"updated_at"}
    assert ("7500.00", "2027-03-01") == (after["amount"], after["close_date"])


def test_a_wrong_field_is_told_below_it(team: Shop) -> None:
    """A value that cannot be read stays in the form, marked, and changes nothing."""
    before = team.dump()

    async def steps(board: Driver) -> None:
        await board.press("f5", "e")
        board.fill("employees", "many")
        board.fill("city", "Oslo")
        await board.press("ctrl+s")
        assert "`many` is not a whole number" in board.text
        await board.press("escape")

    at_the_board(team, steps)
    assert before == team.dump()


def test_what_changed_meanwhile_is_told_before_it_is_written_over(team: Shop) -> None:
    """F46: the form of a record that somebody has changed says so; saved once more it is saved."""

    async def steps(board: Driver) -> None:
        board.app.open_sale("OPP-2")
        await board.settle()
        await board.press("e")
        team.do("opportunity", "edit", "OPP-2", "--amount", "6000", me="bo")
        board.fill("amount", "7500")
        await board.press("ctrl+s")
        assert "save once more to put yours in its place" in " ".join(board.text.split())
        assert "6000.00" == team.json("opportunity", "show", "OPP-2")["amount"]
        await board.press("ctrl+s")

    at_the_board(team, steps, (100, 40))
    assert "7500.00" == team.json("opportunity", "show", "OPP-2")["amount"]


def test_a_process_keeps_what_is_its_own(team: Shop) -> None:
    """The form of an activity of a process has no due date: `s` moves it."""

    async def steps(board: Driver) -> None:
        await board.press("f4")
        for _ in range(board.app.screen.query_one("#list", Rows).total):
            if board.reference != "ACT-1":
                await board.press("j")
        await board.press("e")
        assert board.text.count("ACT-1") > 1
        names = {field.name for field in board.form.fields}
        assert "name" in names
        assert "due" not in names

    at_the_board(team, steps)


def test_a_sale_without_an_opportunity_has_no_fields(team: Shop) -> None:
    """`e` on a sale that has no opportunity yet says what to do instead."""

    async def steps(board: Driver) -> None:
        board.app.open_sale("RUN-1")
        await board.settle()
        await board.press("e")
        assert "`RUN-1` has no opportunity yet" in board.told
        await board.press("a")
        assert "Nothing can be added here" in board.told

    at_the_board(team, steps)


def test_y_copies_the_handle(team: Shop) -> None:
    """`y` puts the handle of what the cursor is on where another window can paste it."""

    async def steps(board: Driver) -> None:
        await board.press("f5", "y")
        assert board.reference == board.app.clipboard
        assert f"Copied `{board.reference}`" in board.told

    at_the_board(team, steps)


def test_what_is_taken_back_is_told_in_words(team: Shop) -> None:
    """Undo and redo tell what changed, of which record, and name neither options nor raw fields."""
    team.do("done", "RUN-1", "meet")
    team.do("opportunity", "edit", "OPP-1", "--set", "amount=9000", "--set", "need=Heat")

    async def steps(board: Driver) -> None:
        for key, did in (("u", "Undid"), ("U", "Did again")):
            await board.press(key)
            assert board.told == (
                f"{did}: changed `OPP-1` Boiler: Amount 8,000.00 EUR → 9,000.00 EUR,"
                " Need nothing → Heat"
            )
            assert "Need nothing → Heat" in " ".join(board.text.replace("▌", " ").split())
        await board.press("u", "u")
        assert board.told == "Undid: completed `ACT-1` Call to verify the interest: Meet"

    at_the_board(team, steps)


def test_redo_does_again_what_u_took_back(team: Shop) -> None:
    """B57: `U` does again what `u` took back."""

    async def steps(board: Driver) -> None:
        await board.press("f5", "e")
        board.fill("city", "Oslo")
        await board.press("ctrl+s", "u")
        assert team.json("account", "show", board.reference)["city"] is None
        await board.press("U")
        assert "Oslo" == team.json("account", "show", board.reference)["city"]

    at_the_board(team, steps)


def test_a_list_of_names_is_completed_at_its_end(team: Shop) -> None:
    """Names go on as those of records do: in a field of one, and at the end of a list."""
    team.do("contact", "add", "Tom Fox")
    team.do("contact", "add", "Mia Ray")

    async def steps(board: Driver) -> None:
        complete = board.app.desk.look
        from salescli.services import completion

        assert ("", ["Tom Fox"]) == await complete(completion.names, "contact", "to")
        assert ("", ["Tom Fox"]) == await complete(completion.names, "contact", "fo")
        assert ("", ["Mia Ray", "Tom Fox"]) == await complete(completion.names, "contact", "")
        listed = await complete(completion.names, "stakeholders", "Tom Fox, mi")
        assert ("Tom Fox, ", ["Mia Ray"]) == listed
        assert ("", ["Mia Ray"]) == await complete(completion.names, "name", "mi", "contact")
        assert completion.NONE == await complete(completion.names, "name", "mi")
        listed = await complete(completion.names, "stakeholders", "Tom Fox, ")
        assert ("Tom Fox, ", []) == listed

    at_the_board(team, steps)


def test_e_on_a_run_changes_its_opportunity(team: Shop) -> None:
    """A run of the process log that has an opportunity shows the fields of that one."""

    async def steps(board: Driver) -> None:
        await board.press("f8", "e")
        assert board.form.about.startswith("edit OPP-")

    at_the_board(team, steps)


@pytest.mark.parametrize(("key", "reference"), [("f3", "OPP-4"), ("f5", "ACC-4")])
def test_the_cursor_goes_to_what_was_added(team: Shop, key: str, reference: str) -> None:
    """The next key acts on the new record, not on what the cursor was on before."""

    async def steps(board: Driver) -> None:
        await board.press(key, "a")
        board.fill("name", "Zebra")
        await board.press("ctrl+s")
        assert reference == board.reference

    at_the_board(team, steps)
