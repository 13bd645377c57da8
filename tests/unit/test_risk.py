"""B57: the rules that an open sale should keep."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from salescli.domain.risk import RULES, SaleFacts, broken

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
BEGAN = NOW - timedelta(days=30)
SOUND = SaleFacts(
    has_opportunity=True,
    amount=100,
    close_date=TODAY,
    has_next_step=True,
    due=NOW,
    began=BEGAN,
    planned_until=BEGAN,
)

MOMENTS = st.timedeltas(timedelta(days=-400), timedelta(days=400)).map(lambda span: NOW + span)
FACTS = st.builds(
    SaleFacts,
    has_opportunity=st.booleans(),
    amount=st.none() | st.integers(0, 10**9),
    close_date=st.none() | st.dates(date(2025, 1, 1), date(2028, 1, 1)),
    has_next_step=st.booleans(),
    due=st.none() | MOMENTS,
    began=MOMENTS.filter(lambda at: at <= NOW),
    planned_until=MOMENTS.filter(lambda at: at <= NOW),
)


def names(facts: SaleFacts) -> list[str]:
    """Return the names of the rules that are broken."""
    return [found.rule.name for found in broken(facts, NOW)]


def test_a_sound_sale_breaks_nothing() -> None:
    """B57: what is due at this moment, and what closes today, is still in time."""
    assert [] == names(SOUND)


def test_each_rule_is_broken_by_its_own_fact() -> None:
    """B57: and told with the moment since when it is so."""
    just = NOW - timedelta(seconds=1)
    yesterday = TODAY - timedelta(days=1)
    cases = {
        "overdue": (SOUND._replace(due=just), just),
        "close-date-past": (
            SOUND._replace(close_date=yesterday),
            datetime(2026, 11, 23, tzinfo=UTC),
        ),
        "no-next-step": (SOUND._replace(has_next_step=False, due=None), BEGAN),
        "no-close-date": (SOUND._replace(close_date=None), BEGAN),
        "no-amount": (SOUND._replace(amount=None), BEGAN),
    }
    assert set(cases) == {rule.name for rule in RULES}
    for name, (facts, since) in cases.items():
        (found,) = broken(facts, NOW)
        assert (name, since) == (found.rule.name, found.since)


def test_an_amount_of_nothing_is_an_amount() -> None:
    """Somebody has said that the sale is free; that is no gap."""
    assert [] == names(SOUND._replace(amount=0))


@given(FACTS)
def test_nothing_is_broken_in_the_future(facts: SaleFacts) -> None:
    """B57: since when is never later than now, so its days are never negative."""
    for found in broken(facts, NOW):
        assert found.since <= NOW
        assert found.days(NOW) >= 0


@given(FACTS)
def test_a_sale_without_an_opportunity_has_neither_amount_nor_close_date(facts: SaleFacts) -> None:
    """Only what can be known of it is asked of it."""
    asked = {rule.name for rule in RULES if not rule.needs_opportunity}
    assert set(names(facts._replace(has_opportunity=False))) <= asked


@given(FACTS)
def test_the_gravest_rule_comes_first(facts: SaleFacts) -> None:
    """The order is that of the rules."""
    order = [rule.name for rule in RULES]
    assert names(facts) == sorted(names(facts), key=order.index)
