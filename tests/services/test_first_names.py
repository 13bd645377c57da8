"""A first or last name that is typed for a person of a sale, and whose an account is."""

import pytest

from tests.shop import Shop, made_once


@made_once
def at_acme(shop: Shop) -> Shop:
    """A sale at Acme, where Mia Ray and Tom Fox are known; a Mia Lund works elsewhere."""
    for line in [
        ("opportunity", "add", "Power", "--account", "Acme", "--stage", "needs-analysis"),
        ("run-process", "corporate-sale", "--opportunity", "OPP-1"),
        ("account", "add", "Globex"),
        ("contact", "add", "Mia Ray", "--set", "account=Acme"),
        ("contact", "add", "Tom Fox", "--set", "account=Acme"),
        ("contact", "add", "Mia Lund", "--set", "account=Globex"),
        ("activity", "add", "Look around", "--opportunity", "OPP-1"),
    ]:
        shop.do(*line)
    return shop


def people(shop: Shop) -> list[str]:
    """Return who is known, from the store itself."""
    return [name for (name,) in shop.rows("SELECT name FROM contact ORDER BY number")]


def named(shop: Shop) -> dict[str, list[str]]:
    """Return the stakeholders, the attendees and the main contact, from the store itself."""
    tables = {
        "stakeholder": "SELECT c.name FROM stakeholder p JOIN contact c ON c.id = p.contact_id",
        "participant": "SELECT c.name FROM participant p JOIN contact c ON c.id = p.contact_id",
        "contact": "SELECT c.name FROM opportunity o JOIN contact c ON c.id = o.contact_id",
    }
    return {table: [one for (one,) in shop.rows(query)] for table, query in tables.items()}


WAYS = {
    "form": (("continue", "OPP-1", "--set", "stakeholders={} (user)"), "stakeholder"),
    "command": (
        ("opportunity", "stakeholder", "add", "OPP-1", "{}", "--role", "user"),
        "stakeholder",
    ),
    "participant": (("activity", "participant", "add", "ACT-{activity}", "{}"), "participant"),
    "contact": (("continue", "OPP-1", "--set", "contact={}"), "contact"),
    "edit": (("opportunity", "edit", "OPP-1", "--contact", "{}"), "contact"),
}
"""How a person of a sale is named, and where they are kept then."""


def words(shop: Shop, way: str, name: str) -> list[str]:
    """Return the command that names a person in a way."""
    ((activity,),) = shop.rows("SELECT number FROM activity WHERE name = 'Look around'")
    return [word.format(name, activity=activity) for word in WAYS[way][0]]


@pytest.mark.parametrize("name", ["Mia", "mia", "Ray", "mia ray"])
@pytest.mark.parametrize("way", WAYS)
def test_a_name_that_fits_one_person_of_the_account_means_them(
    at_acme: Shop, way: str, name: str
) -> None:
    """P39: no second contact is made; a name that is not the whole one is told with the whole."""
    before = people(at_acme)
    told = at_acme.do(*words(at_acme, way, name)).out
    assert before == people(at_acme)
    assert ["Mia Ray"] == named(at_acme)[WAYS[way][1]]
    assert (f"`{name}` is `CON-1` Mia Ray" in told) == (" " not in name)


@pytest.mark.parametrize("way", WAYS)
def test_a_name_that_fits_several_is_refused_with_their_names(at_acme: Shop, way: str) -> None:
    """P39: the whole names and handles are told, and nothing is changed; a whole name is taken."""
    at_acme.do("contact", "add", "Mia Stone", "--set", "account=Acme")
    before = at_acme.dump()
    refused = at_acme.run(*words(at_acme, way, "Mia"))
    assert 4 == refused.code
    assert "Mia Ray (`CON-1`), Mia Stone (`CON-4`)" in refused.err
    assert before == at_acme.dump()
    at_acme.do(*words(at_acme, way, "Mia Stone"))
    assert ["Mia Stone"] == named(at_acme)[WAYS[way][1]]


@pytest.mark.parametrize("name", ["Zoe", "Lund", "Mi", "Mia Fox"])
@pytest.mark.parametrize("way", WAYS)
def test_a_name_that_fits_nobody_is_somebody_new(at_acme: Shop, way: str, name: str) -> None:
    """P39: the answer says that a contact was added; people of other accounts are not meant."""
    told = at_acme.do(*words(at_acme, way, name)).out
    assert f"Added contact `CON-4` {name}" in told
    assert name == people(at_acme)[-1]
    assert [name] == named(at_acme)[WAYS[way][1]]


def test_whoever_is_called_so_as_a_whole_goes_first(at_acme: Shop) -> None:
    """Somebody whose whole name is one word can be named although others have it as a part."""
    at_acme.do("contact", "add", "Mia", "--set", "account=Acme")
    at_acme.do("contact", "add", "Mia Stone", "--set", "account=Acme")
    at_acme.do("opportunity", "stakeholder", "add", "OPP-1", "mia")
    assert ["Mia"] == named(at_acme)["stakeholder"]


def test_each_of_a_list_is_looked_for(at_acme: Shop) -> None:
    """A form that names several finds each of them."""
    before = people(at_acme)
    at_acme.do("continue", "OPP-1", "--set", "stakeholders=Mia (user), Fox (decision maker)")
    assert before == people(at_acme)
    assert ["Mia Ray", "Tom Fox"] == sorted(named(at_acme)["stakeholder"])


@pytest.mark.parametrize("way", ["process", "lead", "opportunity"])
def test_an_account_that_a_sale_makes_is_its_owners(shop: Shop, way: str) -> None:
    """P39: the account has the owner of the sale, not nobody and not whoever made it."""
    shop.do("user", "add", "bo")
    if way == "process":
        shop.do("run-process", "corporate-sale", "--account", "Acme", "--owner", "bo")
        shop.do("stage", "RUN-1", "needs-analysis")
    elif way == "lead":
        shop.do("lead", "add", "Mia Ray", "--company", "Acme", "--set", "owner=bo")
        shop.do("lead", "edit", "LEAD-1", "--status", "Awaiting sale")
    else:
        shop.do("opportunity", "add", "Power", "--account", "Acme", "--set", "owner=bo")
    sale = shop.json("opportunity", "show", "OPP-1")
    account = shop.json("account", "show", "Acme")
    assert ("bo", "bo") == (sale["owner"], account["owner"])


def test_without_another_owner_the_account_is_mine(shop: Shop) -> None:
    """Who begins the sale owns it, and its account."""
    shop.do("run-process", "corporate-sale", "--account", "Acme")
    shop.do("stage", "RUN-1", "needs-analysis")
    assert "ana" == shop.json("account", "show", "Acme")["owner"]
