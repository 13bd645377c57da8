"""Aggregate queries that only read."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from salescli.domain.money import weighted
from salescli.domain.text import key as text_key


class PipelineRow(NamedTuple):
    """Open opportunities of one stage in one currency; sums are minor units.

    `priced` of the sales have an amount, and `certain` of those a probability of their own.
    """

    stage: str
    currency: str
    sales: int
    priced: int
    certain: int
    amount: int
    weighted: int


def pipeline(
    connection: sqlite3.Connection, stages: Mapping[str, tuple[str, int]], owner: bytes | None
) -> list[PipelineRow]:
    """Return the open pipeline by stage and currency.

    `stages` maps every id that a stage has or had to its present id and its probability in per
    cent; an opportunity's own probability wins.
    """
    mine = "AND owner_id = ?" if owner is not None else ""
    rows = connection.execute(
        "SELECT stage, currency, probability, count(*), count(amount), sum(coalesce(amount, 0))"
        f" FROM opportunity WHERE closed_at IS NULL {mine}"
        " GROUP BY stage, currency, probability",
        (owner,) if owner is not None else (),
    ).fetchall()
    sums: dict[tuple[str, str], list[int]] = {}
    for name, currency, probability, count, priced, amount in rows:
        stage, usual = stages.get(name, (name, 0))
        is_certain = probability is not None
        total = sums.setdefault((stage, currency), [0] * 5)
        share = weighted(amount, probability if is_certain else usual)
        parts = (count, priced, priced if is_certain else 0, amount, share)
        total[:] = [known + part for known, part in zip(total, parts, strict=True)]
    return [PipelineRow(*place, *total) for place, total in sorted(sums.items())]


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
