"""What belongs to a sale in columns: stakeholders, offers, competitors, conditions."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from salescli.domain.money import say_plain
from salescli.domain.stakeholder import say_loyalty, side
from salescli.services.opportunity_page import Page

Row = tuple[str, ...]
Part = Mapping[str, Any]

SIDES = {"opponent": "▼", "neutral": " ", "supporter": "▲"}
"""The mark before the loyalty of somebody, so that opponents are seen without colour."""


class Section(NamedTuple):
    """Rows under their heads; the columns whose places are in `right` are set to the right.

    Rows without heads are told as they are: a label, and what it says.
    """

    rows: Sequence[Row]
    heads: Row = ()
    right: frozenset[int] = frozenset()


def people(found: Page) -> list[Section]:
    """Return the stakeholders by weight: helpers, opponents, those of whom it is not known."""
    rows = [
        (
            *(str(one["name"]), _text(one["role"]), _text(one["influence"])),
            *(_loyalty(one["loyalty"]), _weight(one["weight"]), ", ".join(one["motives"])),
        )
        for one in found.parts.get("stakeholders", ())
    ]
    heads = ("Name", "Role", "Influence", "Loyalty", "Weight", "Motives")
    return [Section(rows, heads, frozenset({2, 4}))]


def offers(found: Page) -> list[Section]:
    """Return the lines of the offer with price and sum, their total, and the conditions."""
    lines = found.parts.get("lines", ())
    rows: list[Row] = [
        (
            *(str(one["name"]), f"{one['quantity']:,}"),
            *(_money(one["price"], one["currency"]), _money(one["sum"], one["currency"])),
        )
        for one in lines
    ]
    if rows:
        rows.append(("Total", "", "", _total(lines)))
    conditions = [
        (
            str(one["name"]),
            *(_text(one[name]) for name in ("asked", "offered", "agreed")),
        )
        for one in found.parts.get("conditions", ())
    ]
    return [
        Section(rows, ("Offer", "Quantity", "Price", "Sum"), frozenset({1, 2, 3})),
        Section(conditions, ("Condition", "Asked", "Offered", "Agreed")),
    ]


def rivals(found: Page) -> list[Section]:
    """Return the competitors with what they are strong and weak in, and what is planned."""
    rows = [
        (str(one["name"]), _text(one["strengths"]), _text(one["weaknesses"]))
        for one in found.parts.get("competitors", ())
    ]
    values = found.record.values if found.record else {}
    told = (("Tactics", values.get("tactics")), ("Next steps", values.get("next_steps")))
    plan = [(label, str(text)) for label, text in told if text]
    return [Section(rows, ("Competitor", "Strengths", "Weaknesses")), Section(plan)]


def _text(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())


def _loyalty(loyalty: int | None) -> str:
    if loyalty is None:
        return ""
    return f"{SIDES[side(loyalty)]} {say_loyalty(loyalty)} {side(loyalty)}"


def _weight(weight: int | None) -> str:
    return "" if weight is None else str(weight)


def _money(amount: str | None, currency: str) -> str:
    return "" if amount is None else say_plain(amount, currency)


def _total(lines: Iterable[Part]) -> str:
    """Return the sum of each currency, and how many lines have no price."""
    sums: dict[str, Decimal] = {}
    unpriced = 0
    for one in lines:
        if one["sum"] is None:
            unpriced += 1
        else:
            sums[one["currency"]] = sums.get(one["currency"], Decimal()) + Decimal(one["sum"])
    told = [_money(str(amount), currency) for currency, amount in sums.items()]
    return " + ".join([*told, *([f"{unpriced} without a price"] if unpriced else [])])
