"""`sales log verify`: silent about nothing, it names what was altered, and where."""

from salescli.store.engine import FILE_NAME
from tests.shop import Shop, behind_the_back


def alter(shop: Shop, statement: str) -> None:
    """Change the store as another program would that drops what guards it."""
    with behind_the_back(shop.home / FILE_NAME) as connection:
        connection.execute(statement)


def test_a_whole_history_is_said_to_be_whole(shop: Shop) -> None:
    """F47: it tells how many changes there are, and the last link to write down."""
    shop.do("account", "add", "Acme")
    number, link = shop.rows("SELECT number, hex(link) FROM change_set ORDER BY number DESC")[0]
    answer = shop.do("log", "verify")
    assert f"{number} changes" in answer.out
    assert link.lower() in answer.out
    told = shop.json("log", "verify")
    assert (f"CS-{number}", number, link.lower(), []) == (
        told["reference"],
        told["changes"],
        told["link"],
        told["broken"],
    )


def test_the_link_of_a_store_depends_on_all_that_came_before(shop: Shop) -> None:
    """F47: a history that is written anew from some place on ends with another link."""
    shop.do("account", "add", "Acme")
    first = shop.json("log", "verify")["link"]
    shop.do("undo")
    shop.do("account", "add", "Acme")
    assert first != shop.json("log", "verify")["link"]


def test_one_flipped_byte_is_found_and_its_record_named(shop: Shop) -> None:
    """F47: the change set and the record are named, and the exit code is 1."""
    shop.do("account", "add", "Acme")
    shop.do("account", "add", "Borealis", "--city", "Riga")
    number = shop.rows("SELECT max(number) FROM change_set")[0][0]
    shop.do("account", "add", "Cobalt")
    alter(shop, "UPDATE account SET city = 'Rigb' WHERE name = 'Borealis'")
    answer = shop.run("log", "verify")
    assert 1 == answer.code
    assert f"`CS-{number}`" in answer.out
    assert "`ACC-2` Borealis" in answer.out
    assert "Acme" not in answer.out
    assert "Next: sales restore" in answer.out
    (broken,) = shop.run("log", "verify", "--json").document["broken"]
    assert ("records", ["`ACC-2` Borealis"]) == (broken["part"], broken["records"])


def test_an_altered_line_of_the_log_is_found(shop: Shop) -> None:
    """F47: who did it cannot be changed without a trace."""
    shop.do("account", "add", "Acme")
    number = shop.rows("SELECT max(number) FROM change_set")[0][0]
    alter(shop, f"UPDATE change_set SET login = 'eve' WHERE number = {number}")
    answer = shop.run("log", "verify")
    assert 1 == answer.code
    assert f"`CS-{number}` was altered" in answer.out
