"""Money: a whole number of minor units (cents) beside an ISO 4217 currency code."""

from salescli.errors import RuleError, UsageError

_IN_USE = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN "
    "ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK "
    "JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD "
    "MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP "
    "PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP "
    "SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV "
    "WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"  # codespell:ignore zar
)
CURRENCIES = frozenset(_IN_USE.split())
"""The codes of money in use; funds for accounting, metals and test codes are left out."""

MOST_WHOLE_DIGITS = 15
MOST_MINOR = 10**18 - 1
"""No amount passes this, so that it and a handful of sums fit the 64 bits of the store."""

_EXCEPTIONS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_MINOR_DIGITS = {code: digits for digits, codes in _EXCEPTIONS.items() for code in codes.split()}
_SYMBOLS = {
    "US$": "USD",
    "R$": "BRL",
    "ZŁ": "PLN",
    "KČ": "CZK",
    "KR": "SEK NOK DKK ISK",
    "FT": "HUF",
    "$": "USD AUD CAD NZD SGD HKD MXN ARS CLP COP TWD BBD BMD BND BSD BZD FJD GYD JMD KYD LRD NAD "
    "SBD SRD TTD UYU XCD",
    "€": "EUR",
    "£": "GBP EGP FKP GIP SHP LBP SDG SSP SYP",
    "¥": "JPY CNY",
    "₽": "RUB",
    "₹": "INR",
    "₩": "KRW KPW",
    "₴": "UAH",
    "₺": "TRY",
    "₪": "ILS",
    "₫": "VND",
    "₦": "NGN",
    "₱": "PHP",
    "฿": "THB",
    "₸": "KZT",
    "₾": "GEL",
}
_POWERS = {"": 0, "K": 3, "M": 6}
_GROUP_MARKS = str.maketrans(dict.fromkeys("\u00a0\u2009\u202f'\u2019", " "))
_NUMERALS = frozenset("0123456789 .,")
_EXAMPLE = "write it like `12500`, `12,500.00` or `12.5k`"
_LONGEST = 64
_GROUP = 3
_CERTAIN = 100


def known_currency(text: str) -> str:
    """Return the ISO 4217 code in capitals; raises UsageError unless it is in use today."""
    code = text.strip().upper()
    if code not in CURRENCIES:
        raise UsageError(
            f"`{text}` is not an ISO 4217 currency code", hint="such as `EUR`, `USD` or `CHF`"
        )
    return code


def minor_digits(currency: str) -> int:
    """Return how many decimals the currency has: 2, or what ISO 4217 says instead."""
    return _MINOR_DIGITS.get(currency, 2)


def most_minor(currency: str) -> int:
    """Return the largest amount of a currency, in minor units."""
    return min(MOST_MINOR, int("9" * (MOST_WHOLE_DIGITS + minor_digits(currency))))


def parse_amount(text: str, currency: str) -> int:
    """Return minor units from what a person types, such as `12,500.00`, `1.250,00` or `€12.5k`.

    A single comma or point is a decimal mark, unless exactly three digits follow up to three
    others: `1,234` is one thousand and so is `1.234`, which only in a currency of three decimals
    is one and a bit. Before `k` or `m` such text is refused, since it means two things.
    Raises UsageError on anything else, on a minus, on another currency, on more decimals than
    the currency has and on more than 15 digits before them.
    """
    typed = text.strip()
    if not typed or len(typed) > _LONGEST:
        raise UsageError("The amount is empty or far too long", hint=_EXAMPLE)
    if typed[0] in "-\u2212(":
        raise UsageError(f"The amount `{typed}` is negative", hint="an amount is zero or more")
    first, last = _span_of_digits(typed)
    unit, name = _unit_and_name(typed[last:].strip().upper())
    for named in (typed[:first].strip().upper(), name):
        _check_currency(typed, named, currency)
    number = typed[first:last].translate(_GROUP_MARKS)
    if unit and _reads_two_ways(number):
        raise UsageError(
            f"`{typed}` could mean two amounts", hint="write it like `1250k` or `1.25m`"
        )
    whole, fraction = _whole_and_fraction(typed, number, minor_digits(currency))
    return _in_minor_units(typed, whole, fraction, _POWERS[unit], currency)


def _not_understood(typed: str) -> UsageError:
    return UsageError(f"`{typed}` is not an amount I understand", hint=_EXAMPLE)


def _span_of_digits(typed: str) -> tuple[int, int]:
    places = [place for place, char in enumerate(typed) if char.isdecimal()]
    if not places:
        raise _not_understood(typed)
    return places[0], places[-1] + 1


def _unit_and_name(tail: str) -> tuple[str, str]:
    is_name = tail in CURRENCIES or tail in _SYMBOLS
    if is_name or tail[:1] not in _POWERS:
        return "", tail
    return tail[:1], tail[1:].lstrip()


def _check_currency(typed: str, name: str, currency: str) -> None:
    if name in ("", currency) or currency in _SYMBOLS.get(name, "").split():
        return
    if name not in CURRENCIES and name not in _SYMBOLS:
        raise _not_understood(typed)
    raise UsageError(
        f"`{typed}` is in another currency than `{currency}`",
        hint=f"give the amount in {currency}; a record keeps the currency that"
        " `sales config currency` said when it was added",
    )


def _reads_two_ways(number: str) -> bool:
    """Say whether it is `1,234` or `1.234`: thousands to one reader and decimals to another."""
    before, _, after = number.replace(",", ".").partition(".")
    is_short = before.isdecimal() and len(before) <= _GROUP and not before.startswith("0")
    return is_short and after.isdecimal() and len(after) == _GROUP


def _whole_and_fraction(typed: str, number: str, digits: int) -> tuple[str, str]:
    mark = _decimal_mark(number, digits)
    whole, _, fraction = number.rpartition(mark) if mark else (number, "", "")
    others = {char for char in whole if not char.isdecimal()}
    groups = whole.split(others.pop()) if len(others) == 1 else [whole]
    has_digits = all(part.isdecimal() for part in (*groups, fraction or "0"))
    if not (has_digits and _is_grouped(groups) and set(number) <= _NUMERALS):
        raise _not_understood(typed)
    return "".join(groups), fraction


def _decimal_mark(number: str, digits: int) -> str:
    place = max(number.rfind("."), number.rfind(","))
    mark = number[place] if place >= 0 else ""
    if not mark or number.count(mark) > 1:
        return ""
    is_thousands = _reads_two_ways(number) and not (mark == "." and digits == _GROUP)
    return "" if is_thousands else mark


def _is_grouped(groups: list[str]) -> bool:
    """Accept groups of three, and the Indian way: groups of two before a last one of three."""
    if len(groups) == 1:
        return True
    middle = {len(group) for group in groups[1:-1]} or {_GROUP}
    return middle in ({2}, {_GROUP}) and len(groups[-1]) == _GROUP and len(groups[0]) <= max(middle)


def _in_minor_units(typed: str, whole: str, fraction: str, power: int, currency: str) -> int:
    digits = minor_digits(currency)
    surplus = max(len(fraction) - power - digits, 0)
    missing = max(digits + power - len(fraction), 0)
    minor, lost = divmod(int(whole + fraction + "0" * missing), int("1" + "0" * surplus))
    if lost:
        raise UsageError(
            f"`{typed}` has too many decimals", hint=f"{currency} has {digits} of them"
        )
    if minor > most_minor(currency):
        raise UsageError(
            f"The amount `{typed}` is too large", hint=f"at most {MOST_WHOLE_DIGITS} digits"
        )
    return minor


def format_amount(minor: int, currency: str) -> str:
    """Return an amount for people, such as `12,500.00 EUR`."""
    return f"{_written(minor, currency, ',')} {currency}"


def say_plain(amount: str, currency: str) -> str:
    """Return an amount that is written for programs as `format_amount` writes it."""
    return format_amount(int(amount.replace(".", "")), currency)


def short_amount(minor: int, currency: str) -> str:
    """Return an amount for people where room is short: whole units have no decimals."""
    grouped = _written(minor, currency, ",")
    return f"{grouped.removesuffix('.' + '0' * minor_digits(currency))} {currency}"


def plain_amount(minor: int, currency: str) -> str:
    """Return an amount for programs, such as `12500.00`: no grouping, a point, no currency."""
    return _written(minor, currency, "")


def _written(minor: int, currency: str, grouping: str) -> str:
    digits = minor_digits(currency)
    whole, rest = divmod(abs(minor), 10**digits)
    decimals = f".{rest:0{digits}}" if digits else ""
    return f"{'-' if minor < 0 else ''}{whole:{grouping}}{decimals}"


def weighted(minor: int, percent: int) -> int:
    """Return expected revenue in minor units: amount x probability, rounded half to even.

    That is the expected value of a sale which brings the whole amount or nothing. `percent` is
    a whole number from 0 to 100, and anything else raises RuleError.
    """
    if not 0 <= percent <= _CERTAIN:
        raise RuleError(
            f"A probability of `{percent}` is impossible", hint="it is between 0 and 100"
        )
    share, rest = divmod(minor * percent, _CERTAIN)
    is_over_half = 2 * rest > _CERTAIN or (2 * rest == _CERTAIN and share % 2 == 1)
    return share + is_over_half
