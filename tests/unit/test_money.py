"""Money: what people type, what they see, and arithmetic without a lost cent."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.domain import money
from salescli.errors import RuleError, UsageError

CURRENCY = st.sampled_from(sorted(money.CURRENCIES))
MINOR = st.integers(0, 10**15 - 1)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("12500", 1250000),
        ("12,500.00", 1250000),
        ("12 500,50", 1250050),
        ("12\u202f500,5", 1250050),
        ("12'500.50", 1250050),
        ("1.250,00", 125000),
        ("1,234", 123400),
        ("1.234", 123400),
        ("5.125", 512500),
        ("1,234,567", 123456700),
        ("1.234.567,8", 123456780),
        ("12,34,567.00", 123456700),
        ("12,5", 1250),
        ("12,50", 1250),
        ("0.5", 50),
        ("0,500", 50),
        ("12.5000", 1250),
        ("EUR 12500", 1250000),
        ("eur12500", 1250000),
        ("12500 EUR", 1250000),
        ("€12,500", 1250000),
        ("12,50 €", 1250),
        ("12.5k", 1250000),
        ("1.2m", 120000000),
        ("12.5 K EUR", 1250000),
        ("€1.2M", 120000000),
        ("1,250.5k", 125050000),
        ("0", 0),
        ("999 999 999 999 999", 99999999999999900),
    ],
)
def test_amounts_as_people_type_them(typed: str, expected: int) -> None:
    """Either decimal mark, any usual grouping, `k` and `m`, and the currency at either end."""
    assert expected == money.parse_amount(typed, "EUR")


@pytest.mark.parametrize(
    ("typed", "currency", "expected"),
    [
        ("$12,500", "USD", 1250000),
        ("US$ 5", "USD", 500),
        ("$5", "CAD", 500),
        ("100 kr", "SEK", 10000),
        ("2m MXN", "MXN", 200000000),
        ("2 MXN", "MXN", 200),
        ("12500", "JPY", 12500),
        ("12500.00", "JPY", 12500),
        ("1.250", "KWD", 1250),
        ("1,250", "KWD", 1250000),
        ("1.2345", "CLF", 12345),
    ],
)
def test_a_currency_decides_decimals_and_symbols(typed: str, currency: str, expected: int) -> None:
    """The symbol has to fit the currency, and its decimals are those of ISO 4217."""
    assert expected == money.parse_amount(typed, currency)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("9" * 65, "too long"),
        ("9" * 16, "too large"),
        ("1000000000m", "too large"),
        ("-5", "negative"),
        ("(5)", "negative"),
        ("0.125", "too many decimals"),
        ("1234.567", "too many decimals"),
        ("1.250k", "two amounts"),
        ("1,250 m", "two amounts"),
        ("$5", "another currency"),
        ("USD 5", "another currency"),
        ("5 USD", "another currency"),
        ("NaN", "not an amount"),
        ("1e5", "not an amount"),
        ("5.", "not an amount"),
        (".5", "not an amount"),
        ("5x", "not an amount"),
        ("5 km", "not an amount"),
        ("1,23,45", "not an amount"),
        ("12 50", "not an amount"),
        ("1234,567,890", "not an amount"),
        ("1,234 567", "not an amount"),
        ("1.2.3,4", "not an amount"),
        ("1,5,5.0", "not an amount"),
        ("١٢", "not an amount"),
        ("5²", "not an amount"),
        ("1_000", "not an amount"),
    ],
)
def test_other_text_is_refused_with_a_reason(typed: str, reason: str) -> None:
    """What is negative, too large, too fine, foreign or no number never becomes an amount."""
    with pytest.raises(UsageError, match=reason) as refusal:
        money.parse_amount(typed, "EUR")
    assert refusal.value.hint


@given(MINOR, CURRENCY)
def test_a_written_amount_reads_back(minor: int, currency: str) -> None:
    """Both forms, for people and for programs, parse to the amount they were made of."""
    assert minor == money.parse_amount(money.format_amount(minor, currency), currency)
    assert minor == money.parse_amount(money.plain_amount(minor, currency), currency)


@given(CURRENCY)
def test_the_largest_amount_can_be_typed(currency: str) -> None:
    """It reads back, and one unit more is refused."""
    most = money.most_minor(currency)
    assert most == money.parse_amount(money.plain_amount(most, currency), currency)
    with pytest.raises(UsageError, match="too large"):
        money.parse_amount(money.plain_amount(most + 1, currency), currency)


@given(st.text(max_size=20) | st.text("0123456789.,' kmEUR€$-", max_size=20), CURRENCY)
def test_any_text_is_an_amount_or_refused(typed: str, currency: str) -> None:
    """No text makes the parser fail in another way, and none gives a negative amount."""
    try:
        assert 0 <= money.parse_amount(typed, currency) <= money.MOST_MINOR
    except UsageError:
        return


@pytest.mark.parametrize(
    ("minor", "currency", "people", "program"),
    [
        (1250000, "EUR", "12,500.00 EUR", "12500.00"),
        (5, "EUR", "0.05 EUR", "0.05"),
        (-1234567, "USD", "-12,345.67 USD", "-12345.67"),
        (12500, "JPY", "12,500 JPY", "12500"),
        (1250, "KWD", "1.250 KWD", "1.250"),
    ],
)
def test_amounts_as_they_are_shown(minor: int, currency: str, people: str, program: str) -> None:
    """People get grouping and the currency; programs get digits and a point."""
    assert people == money.format_amount(minor, currency)
    assert program == money.plain_amount(minor, currency)


@pytest.mark.parametrize(
    ("minor", "currency", "short"),
    [
        (1250000, "EUR", "12,500 EUR"),
        (1250050, "EUR", "12,500.50 EUR"),
        (0, "EUR", "0 EUR"),
        (-100, "USD", "-1 USD"),
        (12500, "JPY", "12,500 JPY"),
        (1000000, "KWD", "1,000 KWD"),
        (1250, "KWD", "1.250 KWD"),
    ],
)
def test_amounts_where_room_is_short(minor: int, currency: str, short: str) -> None:
    """Decimals are left out where they say nothing, and only there."""
    assert short == money.short_amount(minor, currency)


def test_known_currency_takes_any_case() -> None:
    """A code in use is returned in capitals; another word is refused."""
    assert "EUR" == money.known_currency(" eur ")
    for word in ("", "EURO", "XXX", "DEM", "€"):
        with pytest.raises(UsageError, match="ISO 4217"):
            money.known_currency(word)


@given(st.integers(-(10**17), 10**17), st.integers(0, 100))
def test_weighted_is_the_rounded_product(minor: int, percent: int) -> None:
    """Expected revenue is amount x probability, to the nearest minor unit, half to even."""
    assert round(Fraction(minor * percent, 100)) == money.weighted(minor, percent)


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_probability_has_bounds(percent: int) -> None:
    """Nothing is likelier than certain or less likely than impossible."""
    with pytest.raises(RuleError, match="probability"):
        money.weighted(100, percent)
