"""What a chart shows, before anybody draws it."""

from typing import Any, NamedTuple

NAMES = ("funnel", "ageing", "plan", "burn-up", "leaderboard")
FUNNEL, AGEING, PLAN, BURN_UP, STANDINGS = NAMES
"""What the charts are called."""


class Bar(NamedTuple):
    """A named figure: its value, the value as it is told, and what else is told beside it."""

    name: str
    value: float
    told: str
    beside: str = ""


class Bars(NamedTuple):
    """Bars one below the other; what fills the width is `whole`, or the largest if that is more.

    `of` says what they are bars of.
    """

    entries: tuple[Bar, ...]
    whole: float = 0
    of: str = ""

    @property
    def most(self) -> float:
        """The value of a bar that fills its place."""
        return max((self.whole, *(one.value for one in self.entries))) or 1


class PlanBar(NamedTuple):
    """What is won of a quota, the share of the period that is over, and what is expected."""

    won: int
    quota: int
    elapsed: float
    weighted: int

    @property
    def most(self) -> int:
        """The amount that fills the bar: little more than the quota, or what is won."""
        return max(self.quota, self.won, min(self.won + self.weighted, self.quota * 5 // 4), 1)

    @property
    def behind(self) -> int:
        """As much of what is expected as the bar has room for."""
        return min(self.weighted, self.most - self.won)

    @property
    def goes_beyond(self) -> bool:
        """Whether more is expected than the bar has room for."""
        return self.behind < self.weighted


class Curve(NamedTuple):
    """What was done by the end of each day until today, and the straight line of all days.

    `first` and `last` name the days, `highest` the larger end of both; `done_told` and `line_told`
    say what the two are.
    """

    done: tuple[int, ...]
    line: tuple[int, ...]
    first: str
    last: str
    highest: str
    done_told: str = "won by the end of each day"
    line_told: str = "the straight line to the quota"


class Chart(NamedTuple):
    """A figure with its rows: for people under `heads`, for programs under `keys`.

    `of` says whose it is and when. `notes` say what none of it counts.
    """

    name: str
    title: str
    of: str
    drawing: Bars | PlanBar | Curve
    heads: tuple[str, ...]
    told: tuple[tuple[str, ...], ...]
    keys: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    notes: tuple[str, ...] = ()
