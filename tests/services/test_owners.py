"""Who owns a sale: one seller alone, a contact centre that distributes, divisions with heads."""

import pytest

from tests.shop import Shop, made_once

MEETING = ("--at", "thu 10")


@made_once
def team(shop: Shop) -> Shop:
    """A shop with the users bo and cy; `ana` works with it."""
    shop.do("user", "add", "bo")
    shop.do("user", "add", "cy")
    shop.do("run-process", "corporate-sale", "--account", "Acme Ltd")
    shop.do("done", "RUN-1", "meet", *MEETING)
    return shop


def _owner(shop: Shop, reference: str = "OPP-1") -> str:
    return str(shop.json("opportunity", "show", reference)["owner"])


def _open_activities(shop: Shop) -> dict[str, str]:
    rows = shop.rows(
        'SELECT a.name, u.login FROM activity a JOIN "user" u ON u.id = a.owner_id'
        " WHERE a.state = 'open'"
    )
    return {str(name): str(owner) for name, owner in rows}


def test_one_manager_does_it_all(team: Shop) -> None:
    """P43: who registers the opportunity and goes on to needs analysis owns it."""
    team.do("continue", "RUN-1", "--set", "source=Fair", "--next", "needs-analysis")
    assert "ana" == _owner(team)
    assert "ana" == _open_activities(team)["Collect customer information"]


def test_qualification_without_a_division_takes_whoever_works_on_it(team: Shop) -> None:
    """P43: qualification with no division head at hand makes the current user the owner."""
    team.do("continue", "RUN-1", "--set", "owner=bo")
    team.do("stage", "OPP-1", "qualification", me="cy")
    assert "cy" == _owner(team)


def test_the_contact_centre_gives_the_sale_away(team: Shop) -> None:
    """P44: with `owner` the colleague owns the opportunity and has its open activities."""
    team.do("continue", "RUN-1", "--set", "owner=bo", "--next", "needs-analysis")
    assert "bo" == _owner(team)
    assert {"Conduct presentation": "bo", "Collect customer information": "bo"} == (
        _open_activities(team)
    )


@pytest.mark.parametrize(
    "words",
    [
        ("continue", "RUN-1", "--set", "source=Fair"),
        ("stage", "OPP-1", "needs-analysis"),
        ("close", "OPP-1", "rejected", "--reason", "Too small"),
    ],
    ids=lambda words: words[0],
)
def test_no_step_gives_a_sale_to_who_is_not_active(team: Shop, words: tuple[str, ...]) -> None:
    """`owner` is refused as `sales assign` refuses it, whatever asks for it."""
    if "OPP-1" in words:
        team.do("continue", "RUN-1", "--set", "source=Fair")
    team.do("user", "edit", "cy", "--active", "no")
    before = team.dump()
    refused = team.run(*words, "--set", "owner=cy", "--json")
    assert "`cy` is not active, and the owner of a sale has to be" == refused.refusal["message"]
    assert before == team.dump()


@pytest.mark.parametrize("noun", ["account", "activity", "lead", "opportunity"])
def test_nobody_who_is_not_active_gets_a_record(team: Shop, noun: str) -> None:
    """Whatever is added or changed, its owner is refused as that of a sale is."""
    team.do(noun, "add", "Theirs")
    reference = team.json(noun, "list", "--all")[-1]["reference"]
    team.do("user", "edit", "cy", "--active", "no")
    before = team.dump()
    for words in (("add", "Another"), ("edit", reference)):
        refused = team.run(noun, *words, "--owner", "cy", "--json")
        assert 4 == refused.code
        assert "`cy` is not active, and the owner of" in refused.refusal["message"]
        assert "sales user edit cy --active yes" in refused.refusal["hint"]
    assert before == team.dump()


def test_the_owner_can_be_named_at_the_start(team: Shop) -> None:
    """P44: `run-process --owner` is the owner of the opportunity that comes of it."""
    team.do(
        *("run-process", "corporate-sale", "--account", "Globex", "--owner", "bo"),
        *("--result", "no-interest", "--next", "needs-analysis"),
    )
    assert "bo" == _owner(team)


def test_the_new_owner_sees_the_sale_and_the_creator_made_it(team: Shop) -> None:
    """P44: the sale is in the day of its new owner only, and the log says who registered it."""
    team.do("continue", "RUN-1", "--set", "owner=bo", "--next", "needs-analysis")
    assert ["OPP-1"] == [row["reference"] for row in team.json("opportunity", "list", me="bo")]
    assert [] == team.json("opportunity", "list")
    assert [("ana",)] == team.rows(
        "SELECT c.login FROM opportunity o JOIN change_set c ON c.id = o.created_in"
    )
    names = {activity["name"] for activity in team.json("activity", "list", me="bo")}
    assert {"Conduct presentation", "Collect customer information"} == names
    assert [] == team.json("activity", "list")


def test_the_head_of_the_division_becomes_the_owner(team: Shop) -> None:
    """P45: at qualification the head of the chosen division owns the sale and has to decide."""
    team.do("division", "add", "West", "--head", "bo")
    team.do("division", "add", "East", "--head", "cy")
    team.do("continue", "RUN-1", "--set", "division=West")
    sale = team.json("continue", "OPP-1")["sale"]
    assert ("qualification", True) == (
        sale["choices"][0]["id"],
        sale["choices"][0]["is_recommended"],
    )
    team.do("stage", "OPP-1", "qualification")
    assert "bo" == _owner(team)
    decide = "Decide whether to work on the opportunity and assign its owner"
    assert "bo" == _open_activities(team)[decide]


def test_the_division_can_be_named_at_the_start(team: Shop) -> None:
    """P45: `run-process --division` chooses the division whose head decides."""
    team.do("division", "add", "West", "--head", "bo")
    team.do(
        *("run-process", "corporate-sale", "--account", "Globex", "--division", "west"),
        *("--result", "no-interest", "--next", "qualification"),
    )
    record = team.json("opportunity", "show", "OPP-1")
    assert ("west", "bo") == (record["division"], record["owner"])


def test_the_head_accepts_and_names_an_owner(team: Shop) -> None:
    """P45: on acceptance the head fills `owner`, and the sale and its activities change hands."""
    team.do("division", "add", "West", "--head", "bo")
    team.do("continue", "RUN-1", "--set", "division=West", "--next", "qualification")
    team.do("done", "OPP-1", "accepted", "--set", "owner=cy", "--next", "needs-analysis", me="bo")
    assert "cy" == _owner(team)
    assert {"cy"} == set(_open_activities(team).values())


def test_the_division_counts_at_once(team: Shop) -> None:
    """P45: the division and the stage given in one command make the head the owner as well."""
    team.do("division", "add", "West", "--head", "bo")
    team.do("continue", "RUN-1", "--set", "source=Fair")
    team.do("stage", "OPP-1", "qualification", "--set", "division=West")
    assert "bo" == _owner(team)


def test_a_division_without_a_head_takes_whoever_works_on_it(team: Shop) -> None:
    """P45: where the division has no head, the user who works on the sale owns it."""
    team.do("division", "add", "West")
    team.do("continue", "RUN-1", "--set", "division=West", "--next", "qualification", me="cy")
    assert "cy" == _owner(team)
