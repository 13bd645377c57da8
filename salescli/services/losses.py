"""What was lost, and to whom."""

from datetime import datetime
from typing import NamedTuple

from salescli.domain.figures import MONEY, Figure, left_out
from salescli.domain.money import plain_amount
from salescli.domain.text import key as text_key
from salescli.services import stages
from salescli.services.endings import NO_DECISION
from salescli.store import reports
from salescli.store.unit_of_work import UnitOfWork

NO_LOSS = ("rerouted", "rejected")
"""Endings that are neither won nor lost."""

UNKNOWN = "not known"
"""What stands for the winner where nobody said who it was."""


class Loss(NamedTuple):
    """Lost opportunities of one winner in one currency; the sum is minor units."""

    winner: str
    currency: str
    sales: int
    priced: int
    amount: int

    @property
    def is_to_a_competitor(self) -> bool:
        """Whether somebody else won."""
        return self.winner not in {NO_DECISION, UNKNOWN}


class Losses(NamedTuple):
    """Competitors first, the greatest sum first; `owner` is empty for everybody's sales.

    `apart` is ending -> how many opportunities ended so, neither won nor lost.
    """

    entries: list[Loss]
    apart: dict[str, int]
    owner: str
    at: datetime


def by_winner(unit: UnitOfWork, *, mine: bool = False) -> Losses:
    """Return the lost opportunities by who won them; rerouted and rejected ones are no losses."""
    with unit.reading():
        ended = stages.ended(unit)
        owner = unit.user_id if mine else None
        rows = reports.losses(unit.connection, ended["lost"], owner)
        apart = {
            ending: reports.count_ended(unit.connection, ended[ending], owner) for ending in NO_LOSS
        }
        login = unit.login if mine else ""
    entries = [Loss(_winner(row.winner), *row[1:]) for row in rows]
    entries.sort(key=lambda e: (not e.is_to_a_competitor, -e.amount, e.winner, e.currency))
    return Losses(entries, apart, login, unit.now)


def explain(losses: Losses) -> list[Figure]:
    """Return how each figure was made."""
    whose = f"owner `{losses.owner}`" if losses.owner else "every owner"
    when = f"in any process, {whose}, as they stand on {losses.at:%Y-%m-%d %H:%M}"
    source = f"opportunities that ended lost {when}; rerouted and rejected ones are not lost"
    figures: list[Figure] = []
    for place, entry in enumerate(losses.entries):
        count = Figure(
            "Lost",
            f"/losses/{place}/count",
            entry.sales,
            "opportunities",
            "how many opportunities have that winning competitor, in that currency",
            source,
            entry.sales,
            of=f"{entry.winner}, {entry.currency}",
        )
        amount = count._replace(
            figure="Sum",
            at=f"/losses/{place}/amount",
            value=plain_amount(entry.amount, entry.currency),
            unit=MONEY,
            formula="the sum of their amounts; currencies are never added",
            n=entry.priced,
            currency=entry.currency,
            left_out=left_out((entry.sales - entry.priced, "without an amount")),
        )
        figures += [count, amount]
    figures += [
        Figure(
            "Not lost",
            f"/apart/{ending}",
            count,
            "opportunities",
            "how many opportunities ended so; it is neither won nor lost",
            f"opportunities that ended {' or '.join(losses.apart)} {when}",
            count,
            of=ending,
        )
        for ending, count in losses.apart.items()
    ]
    return sorted(figures, key=lambda figure: figure.figure)


def _winner(text: str) -> str:
    if not text:
        return UNKNOWN
    return NO_DECISION if text_key(text) == text_key(NO_DECISION) else text
