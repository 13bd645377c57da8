"""What is marked in a list: handles, in the order in which they were marked."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

SIGN = "●"
"""Stands before what is marked."""

MOST = 1000
"""So many can be marked; what changes more is a batch of the shell, with a condition."""


class Marks(NamedTuple):
    """The marked handles; those in `hidden` a filter keeps out of sight."""

    handles: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()

    def turned(self, handle: str) -> "Marks":
        """Return them with a handle, or without it where it is marked already."""
        return self.without((handle,)) if handle in self.handles else self.with_all((handle,))

    def with_all(self, handles: Iterable[str]) -> "Marks":
        """Return them with further handles."""
        return self._replace(handles=tuple(dict.fromkeys((*self.handles, *handles))))

    def without(self, handles: Collection[str]) -> "Marks":
        """Return them without some handles."""
        return self.among([one for one in self.handles if one not in handles])

    def among(self, handles: Collection[str], shown: Collection[str] | None = None) -> "Marks":
        """Return those that are there still; where `shown` is given, the others are hidden."""
        there = tuple(one for one in self.handles if one in handles)
        hidden = self.hidden if shown is None else frozenset(there).difference(shown)
        return Marks(there, hidden.intersection(there))

    @property
    def told(self) -> str:
        """How many there are, and how many of them are out of sight."""
        hidden = f", {len(self.hidden):,} hidden" if self.hidden else ""
        return f"{len(self.handles):,} marked{hidden}" if self.handles else ""


class Range(NamedTuple):
    """All from an entry of a list to its cursor, marked beside what was marked before.

    One that `is_brief` ends when the cursor leaves `at` without marking.
    """

    rows: Any
    begin: str
    before: Marks
    is_brief: bool
    at: int
