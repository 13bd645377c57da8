"""What a list shows: whose records, in which state, what is asked of them, and in which order."""

from typing import NamedTuple

NUMBER = "number"
"""What sorts a list by the handles of its records."""


class Sort(NamedTuple):
    """The field that a list is sorted by, or `number`, and whether the last comes first."""

    by: str
    is_falling: bool = False

    def turned(self, by: str) -> "Sort":
        """Return the sort by a field; by the same one it is turned round."""
        return Sort(by, by == self.by and not self.is_falling)

    @property
    def sign(self) -> str:
        """What stands at the head of the column."""
        return "▼" if self.is_falling else "▲"


class Shown(NamedTuple):
    """Mine or everybody's; only open ones, where the noun has such; a filter; the order."""

    sort: Sort
    everything: bool = False
    is_open: bool = True
    asked: str = ""
