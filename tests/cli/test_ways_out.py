"""A refusal says what is true, and its way out is one that there is."""

import pytest

from tests.selling import sell
from tests.shop import Answer, Shop, next_words


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


def test_what_is_due_at_no_time_is_due_at_the_end_of_work(shop: Shop) -> None:
    """Of today, or of tomorrow once that is over: nothing is overdue as soon as it is added."""
    shop.do("activity", "add", "Call")
    shop.clock.advance(hours=8)
    shop.do("activity", "add", "Send it")
    shop.clock.advance(minutes=-1)
    due = {one["name"]: one["due"][:16] for one in shop.json("activity", "list")}
    assert due == {"Call": "2026-11-23T17:00", "Send it": "2026-11-24T17:00"}


def test_a_sale_that_somebody_has_is_not_given_again(shop: Shop) -> None:
    """It is told apart from what changed hands."""
    shop.do("user", "add", "cy")
    shop.do("opportunity", "add", "Pumps")
    shop.do("run-process", "corporate-sale")
    for reference in ("OPP-1", "RUN-1"):
        assert f"`{reference}` belongs to `cy` now" in shop.do("assign", reference, "cy").out
        assert f"`{reference}` belongs to `cy` already" in shop.do("assign", reference, "cy").out


@pytest.mark.parametrize(
    "options",
    [
        ("--opportunity", "OPP-1", "--new"),
        ("--opportunity", "OPP-2", "--lead", "LEAD-1"),
        ("--opportunity", "OPP-2", "--account", "Acme"),
        ("--run", "RUN-1", "--opportunity", "OPP-2"),
        ("--run", "RUN-1", "--new"),
    ],
)
def test_an_option_that_would_be_passed_over_is_refused(
    shop: Shop, options: tuple[str, ...]
) -> None:
    """Nothing that is given is ignored without a word."""
    for name in ("Pumps", "Valves"):
        shop.do("opportunity", "add", name)
    shop.do("lead", "add", "Mia Ray")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    before = shop.dump()
    told = shop.run("run-process", "corporate-sale", *options)
    assert 2 == told.code
    assert "hint: leave " in told.err
    assert before == shop.dump()


@pytest.mark.parametrize("noun", ["opportunity", "account", "lead"])
def test_what_cannot_be_started_is_not_offered(shop: Shop, noun: str) -> None:
    """The `Next:` of what is added or shown while the process is disabled can be run."""
    shop.do("process", "disable", "corporate-sale", "--reason", "a better one comes")
    for words in (("add", "Acme"), ("edit", "Acme", "--set", "owner=me"), ("show", "Acme")):
        lines = shop.do(noun, *words).out.splitlines()
        for line in lines:
            if line.startswith("Next: "):
                shop.do(*next_words(Answer(0, line, ""))[1:])


@pytest.mark.parametrize(
    "words",
    [("opportunity", "condition", "list", "{}"), ("kb", "suggest", "{}")],
)
def test_a_sale_without_an_opportunity_is_led_to_one(shop: Shop, words: tuple[str, ...]) -> None:
    """The command of the hint shows the form that saves the opportunity."""
    shop.do("run-process", "corporate-sale")
    shop.do("done", "RUN-1", "meet", "--at", "thu 10")
    told = shop.run(*(word.format("RUN-1") for word in words))
    assert 4 == told.code
    assert "`sales continue RUN-1`" in told.err


def test_nothing_is_started_for_a_sale_that_has_ended(shop: Shop) -> None:
    """What is printed next for an opportunity that was added as lost is no command that refuses."""
    added = shop.do("opportunity", "add", "Old", "--account", "Acme", "--stage", "closed-lost")
    shown = shop.do("opportunity", "show", "OPP-1")
    for answer in (added, shown):
        assert "Next: sales opportunity history OPP-1" in answer.out
    shop.do("opportunity", "history", "OPP-1")
