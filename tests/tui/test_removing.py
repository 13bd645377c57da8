"""Removing parts of a sale: by a key on its page, and by taking them out of a list in a form."""

import pytest
from textual.widgets import TabbedContent

from salescli.tui.texts.sale_tabs import REMOVABLE, STAYS
from salescli.tui.widgets.choice import Choice
from tests.shop import Shop, made_once
from tests.tui.harness import Driver, at_the_board
from tests.tui.test_sale import open_sale

SIZE = (100, 40)
PARTS = {
    "people": ("stakeholders", ("stakeholder", "add", "OPP-1", "Mia Ray")),
    "offers": ("lines", ("line", "add", "OPP-1", "Burner")),
    "rivals": ("competitors", ("competitor", "add", "OPP-1", "Wonka")),
}
"""Tab -> what its parts are called in a document, and what adds one."""


@made_once
def sale(team: Shop) -> Shop:
    """A team whose sale OPP-1 has a stakeholder, an offer, a rival and a condition."""
    for _parts, words in PARTS.values():
        team.do("opportunity", *words)
    team.do("opportunity", "condition", "add", "OPP-1", "Discount", "--asked", "15 %")
    return team


def parts(shop: Shop) -> dict[str, list[str]]:
    """Return the names of the parts of the sale by what they are called in its document."""
    shown = shop.json("opportunity", "show", "OPP-1")
    kinds = ("stakeholders", "lines", "competitors", "conditions")
    return {kind: [one["name"] for one in shown[kind]] for kind in kinds}


@pytest.mark.parametrize("tab", PARTS)
def test_x_removes_a_part_of_the_tab(sale: Shop, tab: str) -> None:
    """P9: `X` asks which part of the tab goes, and removes that one; `u` brings it back."""
    before = parts(sale)

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1")
        board.app.screen.query_one(TabbedContent).active = tab
        await board.press("X")
        assert isinstance(board.app.screen, Choice)
        (option,) = board.app.screen._options
        assert option.endswith(before[PARTS[tab][0]][0])
        await board.press("escape")
        assert before == parts(sale)
        await board.press("X", "enter")
        assert "Removed" in board.told
        assert {**before, PARTS[tab][0]: []} == parts(sale)
        await board.press("u")
        assert before == parts(sale)

    at_the_board(sale, steps, SIZE)


def test_elsewhere_x_asks_of_all_parts(sale: Shop) -> None:
    """On a tab that is not about one kind, each part is offered, also a condition."""

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1")
        await board.press("H", "delete")
        assert isinstance(board.app.screen, Choice)
        assert len(REMOVABLE) == len(board.app.screen._options)
        at = next(n for n, one in enumerate(board.app.screen._options, 1) if "Discount" in one)
        await board.press(str(at))

    at_the_board(sale, steps, SIZE)
    assert [] == parts(sale)["conditions"]


@pytest.mark.parametrize("tab", ["activities", "notes", "people", ""])
def test_what_cannot_be_removed_is_told(team: Shop, tab: str) -> None:
    """Activities stay; a tab that holds nothing and a sale without a record say so."""
    before = team.dump()

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1" if tab else "RUN-1")
        if tab:
            board.app.screen.query_one(TabbedContent).active = tab
        await board.press("X")
        told = {
            "activities": STAYS,
            "notes": "It has no note to remove",
            "people": "It has no stakeholder to remove",
            "": "It has no parts yet",
        }
        assert told[tab] in board.told

    at_the_board(team, steps, SIZE)
    assert before == team.dump()


def test_x_removes_a_note(sale: Shop) -> None:
    """On the tab of the notes `X` asks which one goes; `u` brings it back."""
    sale.do("note", "OPP-1", "They called")
    sale.do("note", "OPP-1", "They wrote\nat noon")
    before = sale.rows("SELECT text FROM note ORDER BY text")

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1")
        await board.press("N", "X")
        assert isinstance(board.app.screen, Choice)
        assert "ana: They wrote" in board.app.screen._options[0]
        await board.press("2")
        assert [("They wrote\nat noon",)] == sale.rows("SELECT text FROM note")
        await board.press("u", "X", "1")
        assert [("They called",)] == sale.rows("SELECT text FROM note")
        await board.press("u")

    at_the_board(sale, steps, SIZE)
    assert before == sale.rows("SELECT text FROM note ORDER BY text")


@made_once
def asked(sale: Shop) -> Shop:
    """A sale that stands at a form with lists."""
    sale.do("opportunity", "competitor", "add", "OPP-1", "Hooli", "--strengths", "price")
    sale.do("stage", "OPP-1", "negotiations")
    fields = {one["name"] for one in sale.json("continue", "OPP-1")["sale"]["step"]["fields"]}
    assert {"competitors", "conditions"} <= fields
    return sale


def test_what_is_taken_out_of_a_list_is_removed(asked: Shop) -> None:
    """A name that the form has shown and that is gone is no part any more; the others stay."""

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1")
        await board.press("enter")
        assert "Wonka, Hooli (strong: price)" == board.form.widget("competitors").text
        board.fill("competitors", "Hooli (strong: price; weak: service)")
        board.fill("conditions", "")
        board.fill("tactics", "Wait")
        await board.press("ctrl+s")
        assert "Removed competitor Wonka" in board.text or "Removed" in board.told
        await board.press("escape")

    at_the_board(asked, steps, SIZE)
    now = parts(asked)
    assert (["Hooli"], []) == (now["competitors"], now["conditions"])
    assert (["Mia Ray"], ["Burner"]) == (now["stakeholders"], now["lines"])


def test_what_somebody_has_added_meanwhile_stays(asked: Shop) -> None:
    """Only what the form has shown can be taken out of it."""

    async def steps(board: Driver) -> None:
        await open_sale(board, "OPP-1")
        await board.press("enter")
        asked.do("opportunity", "competitor", "add", "OPP-1", "Tyrell", me="bo")
        board.fill("competitors", "Hooli")
        board.fill("tactics", "Wait")
        await board.press("ctrl+s", "escape")

    at_the_board(asked, steps, SIZE)
    assert ["Hooli", "Tyrell"] == parts(asked)["competitors"]


def test_on_the_shell_a_list_adds_and_an_empty_one_removes(asked: Shop) -> None:
    """`--set` with names adds them to those that are there; with nothing it removes them all."""
    asked.do("continue", "OPP-1", "--set", "competitors=Tyrell", "--set", "tactics=Wait")
    assert ["Wonka", "Hooli", "Tyrell"] == parts(asked)["competitors"]
    told = asked.do("continue", "OPP-1", "--set", "competitors=").out
    assert [] == parts(asked)["competitors"]
    assert "Removed competitor Wonka" in told
    asked.do("undo")
    assert ["Wonka", "Hooli", "Tyrell"] == parts(asked)["competitors"]


def test_attendees_are_taken_out_too(team: Shop) -> None:
    """Who is taken out of the attendees in the form does not take part in the meeting."""
    team.do("done", "RUN-1", "meet", "--set", "meeting_at=tue 10")
    team.do("continue", "RUN-1", "--set", "name=Acme pumps")
    team.do("stage", "OPP-4", "presentation", "--set", "attendees=Mia Ray, Tom Fox")
    team.do("continue", "OPP-4", "--set", "attendees=Zoe Zed")
    shown = team.json("opportunity", "show", "OPP-4")["attendees"]
    assert ["Mia Ray", "Tom Fox", "Zoe Zed"] == [one["name"] for one in shown]
    team.do("continue", "OPP-4", "--set", "attendees=")
    assert [] == team.json("opportunity", "show", "OPP-4")["attendees"]
