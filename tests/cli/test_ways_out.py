"""A refusal says what is true, and its way out is one that there is."""

import pytest

from tests.selling import sell
from tests.shop import Shop


@pytest.mark.parametrize("field", ["probability", "employees"])
def test_a_number_below_zero_is_called_so(shop: Shop, field: str) -> None:
    """It is a whole number, so nothing else is said of it."""
    noun = "account" if field == "employees" else "opportunity"
    shop.do(noun, "add", "Acme")
    told = shop.run(noun, "edit", "Acme", "--set", f"{field}=-5")
    assert 2 == told.code
    assert "`-5` is below 0" in told.err


def test_another_currency_is_refused_with_what_can_be_done(shop: Shop) -> None:
    """The setting that the hint names gives what is added from then on its currency."""
    told = shop.run("opportunity", "add", "Pumps", "--amount", "500 GBP")
    assert 2 == told.code
    assert "give the amount in EUR" in told.err
    assert "`sales config currency`" in told.err
    assert "change the currency with it" not in told.err


def test_reopening_an_activity_names_the_sale_that_is_open(shop: Shop) -> None:
    """P111: the activity is done; it is its sale that is open."""
    sell(shop, until="presentation")
    told = shop.run("reopen", "ACT-2", "--reason", "again")
    assert 4 == told.code
    assert "`ACT-2` is open" not in told.err
    assert "`ACT-2` is an activity of `OPP-1`, which is open" in told.err


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        (("--until", "+10 days"), "Why is it left alone?"),
        (("--reason", "holidays"), "Until when is it left alone?"),
        ((), "Until when is it left alone, and why?"),
    ],
)
def test_a_snooze_asks_for_what_is_missing(shop: Shop, given: tuple[str, ...], asked: str) -> None:
    """What was given is in the hint."""
    shop.do("opportunity", "add", "Pumps")
    told = shop.run("stale", "snooze", "OPP-1", *given)
    assert 8 == told.code
    assert told.err.startswith(f"error: {asked}\n")
    assert all(word in told.err for word in given)
