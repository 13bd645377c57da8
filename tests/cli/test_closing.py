"""Ending a sale on a terminal: what its ending needs is asked, and nothing that is known."""

from tests.shop import Shop
from tests.terminal import INTERRUPT, on_terminal


def opened(shop: Shop, *fields: str) -> str:
    """Return the handle of a guided sale in contracting with an amount and a rival."""
    shop.do(
        *("opportunity", "add", "Backup power", "--account", "Acme", "--amount", "5000"),
        *("--stage", "contracting", *fields),
    )
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shop.do("opportunity", "competitor", "add", "OPP-1", "Hooli", "--strengths", "price")
    return "OPP-1"


def test_a_loss_asks_why_and_who_won(shop: Shop) -> None:
    """P109, P110: the reason is needed; the rivals stand above the question with their sides."""
    sale = opened(shop)
    shown = on_terminal(
        shop,
        *("close", sale, "lost"),
        typed=[("(strong: price)", ""), ("This one is needed", "too dear"), ("Winning", "hooli")],
    )
    assert 0 == shown.code
    record = shop.json("opportunity", "show", sale)
    assert ("closed-lost", "too dear", "hooli") == tuple(
        record[name] for name in ("stage", "reason", "competitor")
    )


def test_nothing_is_asked_that_was_said(shop: Shop) -> None:
    """P109: with reason and winner on the command line there is no question."""
    words = ("close", opened(shop), "lost", "--reason", "price", "--no-decision")
    assert 0 == on_terminal(shop, *words).code


def test_a_question_that_is_left_changes_nothing(shop: Shop) -> None:
    """P109: Ctrl-C leaves the sale open."""
    sale = opened(shop)
    before = shop.dump()
    shown = on_terminal(shop, "close", sale, "lost", typed=[("Reason", INTERRUPT)])
    assert 130 == shown.code
    assert before == shop.dump()


def test_several_losses_share_a_reason(shop: Shop) -> None:
    """P109: it is asked for once, and the winner, which may differ, not at all."""
    sale = opened(shop)
    shop.do("opportunity", "add", "Second hall", "--stage", "proposal")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-2")
    typed = [("Reason", "no budget")]
    assert 0 == on_terminal(shop, "close", sale, "OPP-2", "lost", typed=typed).code
    rows = shop.rows("SELECT stage, reason FROM opportunity")
    assert [("closed-lost", "no budget")] * 2 == rows


def test_a_win_asks_whether_all_is_up_to_date(shop: Shop) -> None:
    """P107: confirmed as it is, it is closed and the look is recorded."""
    sale = opened(shop)
    shown = on_terminal(shop, "close", sale, "won", typed=[("`offers` is not known", "1")])
    assert 0 == shown.code
    assert 1 == shown.text.count("`offers` is not known")
    ((stage, confirmed),) = shop.rows("SELECT stage, confirmed_at FROM opportunity")
    assert "closed-won" == stage
    assert confirmed


def test_a_win_can_wait_for_what_is_missing(shop: Shop) -> None:
    """P107: `later` keeps the sale open."""
    sale = opened(shop)
    before = shop.dump()
    shown = on_terminal(shop, "close", sale, "won", typed=[("Is it up to date", "later")])
    assert (0, True) == (shown.code, "Nothing was closed." in shown.text)
    assert before == shop.dump()


def test_a_win_can_mend_what_is_missing(shop: Shop) -> None:
    """P107: what is filled is saved with the ending, and Enter keeps what stands there."""
    sale = opened(shop, "--need", "Power", "--close-date", "2027-01-15")
    shop.clock.advance(days=31)
    shown = on_terminal(
        shop,
        *("close", sale, "won"),
        typed=[
            ("Is it up to date", "mend it now"),
            ("Amount", "6000"),
            ("Main contact", "Mia Ray"),
            ("Need", ""),
            ("Offers", "Pump"),
        ],
    )
    assert 0 == shown.code
    record = shop.json("opportunity", "show", sale)
    assert ("closed-won", "6000.00", f"{shop.clock.now:%Y-%m-%d}", "Mia Ray", "Power") == tuple(
        record[name] for name in ("stage", "amount", "close_date", "contact", "need")
    )


def test_rerouting_asks_for_the_new_name(shop: Shop) -> None:
    """P111: Enter would keep the old one; what the new opportunity takes over is not asked."""
    sale = opened(shop)
    typed = [("Reason", "they want service"), ("Name of the new opportunity", "Service")]
    assert 0 == on_terminal(shop, "close", sale, "rerouted", typed=typed).code
    names = shop.rows("SELECT name, closed_at IS NULL FROM opportunity ORDER BY number")
    assert [("Backup power", 0), ("Service", 1)] == names


def test_the_guided_sale_and_stage_ask_the_same(shop: Shop) -> None:
    """P107: chosen as the next stage, an ending asks what `close` asks."""
    sale = opened(shop)
    for result in ("prepared", "sent", "signed"):
        shop.do("done", sale, result)
    fresh = ("Is it up to date", "later")
    typed = [("Next stage", "closed won"), fresh]
    assert 0 == on_terminal(shop, "continue", sale, typed=typed).code
    assert 0 == on_terminal(shop, "stage", sale, "closed-won", typed=[fresh]).code
    typed = [("Next stage", "closed won"), ("Is it up to date", "1")]
    assert 0 == on_terminal(shop, "continue", sale, typed=typed).code
    ((stage, confirmed),) = shop.rows("SELECT stage, confirmed_at FROM opportunity")
    assert "closed-won" == stage
    assert confirmed
