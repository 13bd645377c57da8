"""When an open sale is stale: nothing has happened in it for longer than its stage allows.

Days are working days: a weekend makes no sale stale.
"""

from datetime import date, datetime
from typing import NamedTuple

from salescli.domain.moments import workdays_between
from salescli.domain.process.spec import StageSpec
from salescli.errors import UsageError

PLANNED, ACTIVITY = "planned", "activity"
POLICIES = (PLANNED, ACTIVITY)
"""Whether a sale is alive while something is planned for it, or by what was done alone."""

MOST_DAYS = 999


class Life(NamedTuple):
    """What tells that a sale lives: when it was moved last, and when something was completed last.

    `planned` is when the next thing is due that lies ahead. A sale that is snoozed is left alone
    until the day `snoozed_until`.
    """

    moved: datetime
    done: datetime | None = None
    planned: datetime | None = None
    snoozed_until: date | None = None

    @property
    def last_sign(self) -> datetime:
        """When it was moved, or something in it completed, last."""
        return max(self.moved, self.done or self.moved)

    def is_snoozed(self, today: date) -> bool:
        """Whether it is left alone today; on the day itself it is not any more."""
        return self.snoozed_until is not None and self.snoozed_until > today


def days_allowed(stage: StageSpec | None, default: int) -> int:
    """Return after how many working days a sale is stale in a stage.

    A stage says so itself, or by how long it is expected to take; else it is the default.
    """
    if stage is None:
        return default
    return stage.stale_days or stage.expect_days or default


def days_silent(life: Life, now: datetime) -> int:
    """Return how many working days have come since the last sign of life, today among them."""
    return max(0, workdays_between(life.last_sign.astimezone(now.tzinfo).date(), now.date()))


def is_stale(life: Life, allowed: int, now: datetime, policy: str = PLANNED) -> bool:
    """Say whether nothing has happened for the working days that are allowed.

    It is stale on the last of them. With the policy `planned` it is not while something lies ahead.
    """
    is_planned = life.planned is not None and life.planned > now
    if policy == PLANNED and is_planned:
        return False
    return days_silent(life, now) >= allowed


def known_policy(text: str) -> str:
    """Return the policy that a text names; raises UsageError for none."""
    policy = text.strip().casefold()
    if policy not in POLICIES:
        raise UsageError(
            f"`{text}` is neither `planned` nor `activity`",
            hint="for example: sales config stale-policy planned",
        )
    return policy


def known_days(text: str) -> int:
    """Return the number of working days that a text names; raises UsageError for none."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_DAYS))
    if not is_number or not int(text):
        raise UsageError(
            f"`{text}` is no number of days from 1 to {MOST_DAYS}",
            hint="for example: sales config stale-days 10",
        )
    return int(text)
