"""Aggregate queries that only read."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from salescli.domain.money import weighted
from salescli.domain.text import key as text_key


class Chances(NamedTuple):
    """The probability in per cent that each version of a process gives each of its stages.

    `versions` is keyed by process and division; what no process guides goes by the usual `process`.
    """

    process: str
    versions: Mapping[tuple[str, bytes | None], Mapping[str, int]]

    def of(self, stage: str, process: str, division: bytes | None) -> int:
        """Return the probability of a stage for a sale of a division that a process guides."""
        meant = process or self.process
        for place in ((meant, division), (meant, None), (self.process, division)):
            if stage in self.versions.get(place, {}):
                return self.versions[place][stage]
        return next((known[stage] for known in self.versions.values() if stage in known), 0)

    def all_of(self, stage: str) -> set[int]:
        """Return every probability that some version gives a stage."""
        return {known[stage] for known in self.versions.values() if stage in known}

    @property
    def differ(self) -> bool:
        """Whether two versions say different things of a stage."""
        names = {stage for known in self.versions.values() for stage in known}
        return any(len(self.all_of(stage)) > 1 for stage in names)


class OpenSum(NamedTuple):
    """Open opportunities of one stage and currency that one probability counts for.

    The amount is in minor units, `is_certain` tells that the probability is their own, and `priced`
    of them have an amount.
    """

    stage: str
    currency: str
    sales: int
    priced: int
    amount: int
    probability: int
    is_certain: bool

    @property
    def weighted(self) -> int:
        """Their amount x probability, in minor units."""
        return weighted(self.amount, self.probability)


def open_sums(
    connection: sqlite3.Connection,
    chances: Chances,
    clause: str = "1",
    parameters: tuple[Any, ...] = (),
) -> list[OpenSum]:
    """Return the open opportunities for which a clause about the alias `o` holds.

    An opportunity's own probability wins. Only where versions differ it is asked by which of them
    a sale goes: by its process, and its owner's division.
    """
    whose, by, joined = "NULL, NULL", "", ""
    if chances.differ:
        whose, by = "r.definition_key, u.division_id", ", r.definition_key, u.division_id"
        joined = (
            " LEFT JOIN process_run r ON r.opportunity_id = o.id AND r.state = 'running'"
            ' LEFT JOIN "user" u ON u.id = o.owner_id'
        )
    rows = connection.execute(
        f"SELECT o.stage, o.currency, o.probability, {whose}, count(*), count(o.amount),"
        f" sum(coalesce(o.amount, 0)) FROM opportunity o{joined}"
        f" WHERE o.closed_at IS NULL AND {clause} GROUP BY o.stage, o.currency,"
        f" o.probability{by}",
        parameters,
    )
    found: dict[tuple[str, str, int, bool], list[int]] = {}
    for stage, currency, own, process, division, *counts in rows:
        chance = chances.of(stage, process or "", division) if own is None else own
        known = found.setdefault((stage, currency, chance, own is not None), [0, 0, 0])
        known[:] = [one + more for one, more in zip(known, counts, strict=True)]
    return [
        OpenSum(stage, currency, sales, priced, amount, chance, is_certain)
        for (stage, currency, chance, is_certain), (sales, priced, amount) in found.items()
    ]


class LossRow(NamedTuple):
    """Lost opportunities of one winner in one currency; the sum is minor units.

    `winner` is empty where nobody said who won. `priced` of the sales have an amount.
    """

    winner: str
    currency: str
    sales: int
    priced: int
    amount: int


def losses(
    connection: sqlite3.Connection, stages: Sequence[str], owner: bytes | None
) -> list[LossRow]:
    """Return what was lost by winner and currency; `stages` are the ids that mean lost."""
    where, given = _ended(stages, owner)
    rows = connection.execute(
        "SELECT coalesce(winner, ''), currency, count(*), count(amount), sum(coalesce(amount, 0))"
        f" FROM opportunity WHERE {where} GROUP BY winner, currency ORDER BY max(number)",
        given,
    )
    found: dict[tuple[str, str], LossRow] = {}
    for row in (LossRow(*row) for row in rows):
        place = (text_key(row.winner), row.currency)
        known = found.get(place, row._replace(sales=0, priced=0, amount=0))
        found[place] = row._replace(
            sales=known.sales + row.sales,
            priced=known.priced + row.priced,
            amount=known.amount + row.amount,
        )
    return list(found.values())


def count_ended(connection: sqlite3.Connection, stages: Sequence[str], owner: bytes | None) -> int:
    """Return how many opportunities have ended in one of the stages."""
    where, given = _ended(stages, owner)
    row = connection.execute(f"SELECT count(*) FROM opportunity WHERE {where}", given).fetchone()
    return int(row[0])


def _ended(stages: Sequence[str], owner: bytes | None) -> tuple[str, tuple[str | bytes, ...]]:
    """Return the condition for opportunities in one of the stages, and what it asks for."""
    where = f"stage IN ({', '.join('?' * len(stages))})" if stages else "1 = 0"
    return (where, (*stages,)) if owner is None else (f"{where} AND owner_id = ?", (*stages, owner))
