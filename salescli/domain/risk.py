"""The rules that an open sale should keep, and which of them it breaks."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from salescli.domain.moments import at


class SaleFacts(NamedTuple):
    """What the rules ask about a sale.

    `due` is when its first open activity is due, or when a step that was put off comes back;
    `planned_until` is when its last activity or stage ended, or when it began. It is left alone
    until the day `snoozed_until`.
    """

    has_opportunity: bool
    amount: int | None
    close_date: date | None
    has_next_step: bool
    due: datetime | None
    began: datetime
    planned_until: datetime
    snoozed_until: date | None = None


class Rule(NamedTuple):
    """A rule: its name, what breaks it, in words with its threshold, and since when it is broken.

    `since` returns None while the rule is kept. One that `needs_opportunity` asks nothing of a sale
    that has none yet.
    """

    name: str
    words: str
    since: Callable[[SaleFacts, datetime], datetime | None]
    needs_opportunity: bool = False


class Broken(NamedTuple):
    """A rule that a sale breaks, and since when."""

    rule: Rule
    since: datetime

    def days(self, now: datetime) -> int:
        """Return for how many whole days it has been broken."""
        return (now - self.since).days


def _overdue(facts: SaleFacts, now: datetime) -> datetime | None:
    if facts.due is None or now <= facts.due:
        return None
    return facts.due


def _close_date_past(facts: SaleFacts, now: datetime) -> datetime | None:
    if facts.close_date is None or facts.close_date >= now.date():
        return None
    return at(facts.close_date + timedelta(1), time(), now.tzinfo)


def _no_next_step(facts: SaleFacts, now: datetime) -> datetime | None:
    is_snoozed = facts.snoozed_until is not None and facts.snoozed_until > now.date()
    return None if facts.has_next_step or is_snoozed else facts.planned_until


def _no_close_date(facts: SaleFacts, _now: datetime) -> datetime | None:
    return facts.began if facts.close_date is None else None


def _no_amount(facts: SaleFacts, _now: datetime) -> datetime | None:
    return facts.began if facts.amount is None else None


RULES = (
    Rule(
        "overdue",
        "an open activity, or a step that was put off, is past its time, by any span",
        _overdue,
    ),
    Rule(
        "close-date-past",
        "its close date lies before today",
        _close_date_past,
        needs_opportunity=True,
    ),
    Rule(
        "no-next-step",
        "no activity and no step of it is open, and it is not snoozed",
        _no_next_step,
    ),
    Rule("no-close-date", "its close date is not known", _no_close_date, needs_opportunity=True),
    Rule("no-amount", "its amount is not known", _no_amount, needs_opportunity=True),
)
"""The rules, the gravest first."""


def broken(facts: SaleFacts, now: datetime) -> list[Broken]:
    """Return the rules that a sale breaks, the gravest first."""
    asked = (rule for rule in RULES if facts.has_opportunity or not rule.needs_opportunity)
    found = ((rule, rule.since(facts, now)) for rule in asked)
    return [Broken(rule, since) for rule, since in found if since is not None]
