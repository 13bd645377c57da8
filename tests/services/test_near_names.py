"""A name that is nearly known makes a new record, and the answer names the known one."""

from tests.shop import Shop


def test_a_near_name_is_told(shop: Shop) -> None:
    """P39: a new account beside a similar one is made, said, and can be taken back."""
    shop.do("account", "add", "Acme Ltd")
    told = shop.json("opportunity", "add", "Backup", "--account", "acme")["changed"]
    assert (
        told[1]
        == "Added account `ACC-2` acme; if you meant `ACC-1` Acme Ltd, undo and give its handle"
    )


def test_the_exact_name_is_picked(shop: Shop) -> None:
    """P39: typing an existing name, in any case, picks that account."""
    shop.do("account", "add", "Acme Ltd")
    shop.do("opportunity", "add", "Backup", "--account", "ACME LTD")
    assert shop.json("opportunity", "show", "OPP-1")["account"] == "Acme Ltd"
    assert shop.rows("SELECT count(*) FROM account") == [(1,)]


def test_a_new_account_gets_no_second_of_its_kind_from_a_form(shop: Shop) -> None:
    """P39: the form of the first stage tells the same."""
    shop.do("account", "add", "Acme Ltd")
    shop.do("run-process", "corporate-sale", "--account", "Acme", "--result", "no-interest")
    changed = shop.json("stage", "RUN-1", "needs-analysis")["changed"]
    assert any("if you meant `ACC-1` Acme Ltd" in sentence for sentence in changed)


def test_the_only_open_activity_is_scheduled_while_a_form_is_open(shop: Shop) -> None:
    """P73: `schedule` on a sale that stands on a form moves the meeting that is booked."""
    shop.do("run-process", "corporate-sale", "--account", "Acme", "--result", "meet")
    shop.do("continue", "RUN-1", "--set", "meeting_at=2026-11-24 10:00")
    shop.do("schedule", "RUN-1", "2026-11-25 14:00")
    assert shop.rows("SELECT starts_at FROM activity WHERE topic = 'conduct-presentation'") == [
        ("2026-11-25 14:00:00.000000",)
    ]
