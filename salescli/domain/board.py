"""What stands on a board: a card for an opportunity, a column for a stage."""

from datetime import datetime
from typing import NamedTuple

from salescli.domain.reference import PREFIXES

SORTS = SOONEST, LARGEST, LONGEST, BY_NAME = ("close date", "amount", "time in stage", "name")
"""How the cards of a column can be sorted: soonest, largest or longest first, or by name."""


class Card(NamedTuple):
    """An open opportunity, or a run that has none yet, in a few words.

    The amount is in minor units, `close_date` in ISO form.
    `is_overdue`: something planned in it is past its time. `is_planned`: something is planned.
    `is_stale`: it has given no sign of life for longer than its stage allows.
    """

    reference: str
    name: str
    account: str
    stage: str
    amount: int | None
    currency: str
    stage_since: datetime
    close_date: str
    owner: str
    is_overdue: bool
    is_planned: bool
    is_stale: bool = False

    @property
    def number(self) -> int:
        """The number of its handle."""
        return int(self.reference.rpartition("-")[2])

    @property
    def is_begun(self) -> bool:
        """Whether it is a run that has no opportunity yet."""
        return self.reference.startswith(PREFIXES["run"])

    def days_in_stage(self, now: datetime) -> int:
        """Return the whole days since it came to its stage."""
        return max((now - self.stage_since).days, 0)


class Column(NamedTuple):
    """A stage: `ids` are its id and its former ones, `sales` counts the opportunities in it.

    `sums` are minor units by currency; `begun` counts the runs that have no opportunity yet.
    """

    stage: str
    name: str
    ids: tuple[str, ...]
    sales: int
    sums: tuple[tuple[str, int], ...]
    begun: int = 0

    @property
    def cards(self) -> int:
        """How many cards it has."""
        return self.sales + self.begun
