"""Leaves an opportunity alone until a day, for a reason: it is not stale or quiet until then."""

from datetime import date
from typing import NamedTuple

from salescli.domain.moments import say_day
from salescli.domain.text import clean, shell_word
from salescli.errors import DecisionNeededError, RuleError, UsageError
from salescli.services import references
from salescli.services.when import day as read_day
from salescli.store import records, stale
from salescli.store.unit_of_work import UnitOfWork


class _Meant(NamedTuple):
    """The opportunity that a reference means, and until when it is snoozed."""

    key: bytes
    reference: str
    name: str
    is_closed: bool
    until: date | None


def snooze(unit: UnitOfWork, reference: str, until: str, reason: str) -> str:
    """Leave an opportunity alone until a day, for a reason; return the sentence about it.

    Raises:
        DecisionNeededError: the day or the reason is missing.
        RuleError: it is closed, or there is no opportunity yet.
        UsageError: the day is no day to come.
    """
    reason = clean(reason)
    missing = [name for name, said in (("--until", until), ("--reason", reason)) if not said]
    if missing:
        question = {"--until": "Until when is it left alone?", "--reason": "Why is it left alone?"}
        both = "Until when is it left alone, and why?"
        day_said, reason_said = shell_word(until or "1 dec"), shell_word(reason or "their budget")
        raise DecisionNeededError(
            both if len(missing) > 1 else question[missing[0]],
            hint=f"sales stale snooze {shell_word(reference)}"
            f" --until {day_said} --reason {reason_said}",
            choices=tuple(name.lstrip("-") for name in missing),
        )
    day = read_day(until, unit.now)
    if day <= unit.now.date():
        raise UsageError(
            f"`{clean(until)}` is not a day to come", hint="name a later one, such as `+5 days`"
        )
    with unit:
        meant = _opportunity(unit, reference)
        if meant.is_closed:
            raise RuleError(
                f"`{meant.reference}` is closed, so it cannot become stale",
                hint=f"take it up again with `sales reopen {meant.reference} --reason ...`",
            )
        stale.snooze(unit, meant.key, day, reason)
    when = say_day(day, unit.now.date())
    return f"Snoozed `{meant.reference}` {meant.name} until {when}: {reason}"


def wake(unit: UnitOfWork, reference: str) -> str:
    """Let an opportunity that is snoozed be looked at again; return the sentence about it.

    Raises:
        RuleError: it is not snoozed, or there is no opportunity yet.
    """
    with unit:
        meant = _opportunity(unit, reference)
        if meant.until is None:
            raise RuleError(
                f"`{meant.reference}` is not snoozed",
                hint="see what is: `sales stale --all --snoozed`",
            )
        stale.snooze(unit, meant.key, None, None)
    return f"Woke `{meant.reference}` {meant.name}: it is looked at again"


def _opportunity(unit: UnitOfWork, reference: str) -> _Meant:
    """Return the opportunity that is meant, what it is called, whether closed, how long snoozed."""
    target = references.target(unit, reference)
    if target.opportunity is None:
        is_run = target.run is not None
        instead = f"put its open step off: `sales postpone {shell_word(reference)} --until DAY`"
        raise RuleError(
            "Only an opportunity can be snoozed",
            hint=instead if is_run else "give an opportunity, such as `OPP-12`",
        )
    record = records.load(unit.connection, "opportunity", target.opportunity)
    until, is_closed = stale.snoozed(unit.connection, target.opportunity)
    return _Meant(target.opportunity, record.reference, record.name, is_closed, until)
