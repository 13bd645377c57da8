"""Users, who reports to whom, divisions and their heads."""

import pytest

from tests.shop import Shop, made_once


@made_once
def company(shop: Shop) -> Shop:
    """A shop where dee leads ana and bo, bo leads cy, and bo heads West."""
    shop.do("user", "add", "dee", "--name", "Dee Day")
    shop.do("user", "add", "ana", "--manager", "dee")
    shop.do("user", "add", "bo", "--manager", "dee")
    shop.do("user", "add", "cy", "--manager", "bo")
    shop.do("division", "add", "West", "--head", "bo")
    return shop


def _refused(shop: Shop, *words: str) -> str:
    before = shop.dump()
    answer = shop.run(*words)
    assert (4, "") == (answer.code, answer.out)
    assert answer.err.startswith("error: ")
    assert "\nhint: " in answer.err
    assert before == shop.dump()
    return answer.err


def test_tree(company: Shop) -> None:
    """P46: the tree prints each user below the one they report to, with what they head."""
    expected = "dee Dee Day\n  ana\n  bo, head of West\n    cy\n"
    assert expected == company.do("org", "tree").out


def test_tree_for_programs(company: Shop) -> None:
    """P46: `--json` gives the same order, with the depth of each."""
    people = company.json("org", "tree")
    assert [("dee", 0), ("ana", 1), ("bo", 1), ("cy", 2)] == [
        (person["login"], person["depth"]) for person in people
    ]


@pytest.mark.parametrize(
    ("user", "manager"), [("dee", "cy"), ("dee", "bo"), ("bo", "cy"), ("bo", "bo")]
)
def test_cycles_are_refused(company: Shop, user: str, manager: str) -> None:
    """P46: nobody reports to themselves, directly or through others; nothing changes."""
    assert "report to themselves" in _refused(company, "user", "edit", user, "--manager", manager)


@pytest.mark.parametrize(
    ("account", "parent"), [("Top", "Low"), ("Top", "Mid"), ("Mid", "Low"), ("Mid", "Mid")]
)
def test_circles_of_accounts_are_refused(shop: Shop, account: str, parent: str) -> None:
    """No account is its own parent, directly or through others; nothing changes."""
    shop.do("account", "add", "Top")
    shop.do("account", "add", "Mid", "--parent", "Top")
    shop.do("account", "add", "Low", "--parent", "Mid")
    assert "its own parent" in _refused(shop, "account", "edit", account, "--parent", parent)
    shop.do("account", "edit", "Low", "--parent", "Top")


def test_a_person_can_move_in_the_tree(company: Shop) -> None:
    """P46: a new manager who does not report to the user is accepted."""
    company.do("user", "edit", "cy", "--manager", "ana")
    assert "dee Dee Day\n  ana\n    cy\n  bo, head of West\n" == company.do("org", "tree").out


def test_a_login_is_given_once(company: Shop) -> None:
    """P46: a second user of the same login is refused."""
    assert "already" in _refused(company, "user", "add", "BO")


def test_a_head_is_an_active_user(company: Shop) -> None:
    """P47: a user who is not active cannot head a division, old or new."""
    company.do("user", "edit", "cy", "--active", "no")
    assert "not active" in _refused(company, "division", "add", "East", "--head", "cy")
    assert "not active" in _refused(company, "division", "edit", "West", "--head", "cy")


def test_a_head_is_a_user(company: Shop) -> None:
    """P47: a head who is nobody is refused with exit 3, and no division is made."""
    before = company.dump()
    answer = company.run("division", "add", "East", "--head", "zed")
    assert (3, "") == (answer.code, answer.out)
    assert "head: There is no user `zed`" in answer.err
    assert before == company.dump()


def test_a_head_stays_active(company: Shop) -> None:
    """P47: a user who heads a division cannot be made inactive before another head is named."""
    assert "heads the division West" in _refused(company, "user", "edit", "bo", "--active", "no")
    company.do("division", "edit", "West", "--head", "dee")
    company.do("user", "edit", "bo", "--active", "no")


def test_a_division_with_open_sales_stays(company: Shop) -> None:
    """P47: a division with open opportunities is not removed; once they are closed it is."""
    company.do("opportunity", "add", "Acme", "--division", "West", "--account", "Acme")
    assert "1 open sale and 0 users" in _refused(company, "division", "remove", "West")
    company.do("close", "OPP-1", "lost", "--reason", "no budget")
    company.do("opportunity", "edit", "OPP-1", "--division", "")
    company.do("division", "remove", "West")
    assert [] == company.json("division", "list")


def test_a_division_with_people_stays(company: Shop) -> None:
    """P47: a division with active users is not removed."""
    company.do("user", "edit", "cy", "--division", "West")
    assert "0 open sales and 1 user" in _refused(company, "division", "remove", "West")


def test_a_division_with_a_sale_in_progress_stays(company: Shop) -> None:
    """P47: a division that a sale without an opportunity has been given to is open work too."""
    company.do("run-process", "corporate-sale", "--account", "Acme", "--division", "West")
    _refused(company, "division", "remove", "West")


def test_a_division_with_closed_sales_only(company: Shop) -> None:
    """P47: closed sales are no open work, but still name their division: it is kept, and said."""
    company.do("opportunity", "add", "Acme", "--division", "West", "--account", "Acme")
    company.do("close", "OPP-1", "lost", "--reason", "no budget")
    _refused(company, "division", "remove", "West")


def test_an_empty_division_goes(company: Shop) -> None:
    """P47: a division without open work is removed, and its head keeps everything else."""
    company.do("division", "remove", "West")
    assert [] == company.json("division", "list")
    assert "bo" in company.do("org", "tree").out


@pytest.mark.parametrize(
    ("noun", "names", "field"),
    [
        ("account", ("Acme", "Globex"), "name"),
        ("offer", ("Box", "Crate"), "name"),
        ("division", ("North", "South"), "name"),
        ("user", ("eve", "fay"), "login"),
    ],
)
def test_a_name_is_not_given_twice(
    shop: Shop, noun: str, names: tuple[str, str], field: str
) -> None:
    """P46: adding and editing refuse the name of another record alike; one's own may be respelled.

    What cannot be typed is no login and no name of a division.
    """
    for name in names:
        shop.do(noun, "add", name)
    first, second = names
    taken = first.upper()
    added = _refused(shop, noun, "add", taken)
    assert added == _refused(shop, noun, "edit", second, "--set", f"{field}={taken}")
    shop.do(noun, "edit", second, "--set", f"{field}={second.upper()}")
    assert 2 == shop.run(noun, "edit", second, "--set", f"{field}=").code
    if noun in {"division", "user"}:
        assert 2 == shop.run(noun, "edit", second, "--set", f"{field}=!!!").code


def test_an_edited_login_is_spelled_like_an_added_one(company: Shop) -> None:
    """P46: small letters and digits, so that it can be typed."""
    company.do("user", "add", "Eve Adams")
    company.do("user", "edit", "cy", "--set", "login=Cy Adams")
    logins = {person["login"] for person in company.json("org", "tree")}
    assert {"eve-adams", "cy-adams"} < logins
