"""Calls, tasks, meetings and emails: found, added, changed, completed, canceled."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from salescli.domain.activity import Activity
from salescli.domain.fields import NOUNS
from salescli.domain.moments import END_OF_DAY, at, say_moment, to_utc_text
from salescli.domain.process.spec import CANCELED, COMPLETED
from salescli.domain.text import clean
from salescli.errors import ChangedMeanwhileError, NotFoundError, RuleError, UsageError
from salescli.services import references
from salescli.services.answers import finish
from salescli.services.references import SeveralMatchesError, Target
from salescli.services.sale import Sale
from salescli.services.standing import Outcome
from salescli.services.values import read_assignments
from salescli.store import activities as rows
from salescli.store import records
from salescli.store.records import Match
from salescli.store.unit_of_work import UnitOfWork

PROCESS_OWNED = frozenset({"due", "opportunity", "account", "kind"})
"""Fields of an activity that its process keeps in step with the sale."""


class Done(NamedTuple):
    """What happened to an activity that no step stands on."""

    changes: tuple[str, ...]
    activity: Activity
    warnings: tuple[str, ...] = ()


def of_target(unit: UnitOfWork, target: Target, text: str) -> Activity | None:
    """Return the activity that a reference means, or None when it means a sale's open step.

    A sale whose process stands on no step means its only open activity.

    Raises:
        ChangedMeanwhileError: the activity is closed; the message says by whom and when.
        SeveralMatchesError: the sale has several open activities, and no step tells which is meant.
    """
    if target.activity is not None:
        activity = rows.load(unit.connection, target.activity)
        if activity.state != "open":
            raise _already_closed(unit, activity)
        return activity
    if target.run is not None:
        run = Sale(unit, target.run).stored.run
        if run.open_step or run.state != "running":
            return None
    if target.opportunity is None:
        return None
    found = rows.open_of_opportunity(unit.connection, target.opportunity)
    if len(found) > 1:
        raise SeveralMatchesError(
            text, [Match("activity", a.key, a.reference, a.name) for a in found]
        )
    return found[0] if found else None


def show(unit: UnitOfWork, reference: str) -> Activity:
    """Return one activity by its handle or number."""
    with unit.reading():
        match = references.find(unit, "activity", reference)
        return rows.load(unit.connection, match.key)


def results(unit: UnitOfWork, reference: str) -> tuple[str, ...]:
    """Return the results that an activity offers; a hand-made one takes any text."""
    with unit.reading():
        match = references.find(unit, "activity", reference)
        activity = rows.load(unit.connection, match.key)
        if activity.run_key is None or activity.step_visit is None:
            return (COMPLETED, CANCELED)
        sale = Sale(unit, activity.run_key)
        step = next((s for s in sale.stored.run.steps if s.key == activity.step_visit), None)
        if step is None or not step.is_open:
            raise _already_closed(unit, activity)
        return sale.spec.stage(sale.stored.run.stage).step(step.step).results


def add(unit: UnitOfWork, name: str, assignments: tuple[str, ...]) -> Done:
    """Add an activity by hand; it is due at the end of work unless `due` says otherwise.

    Raises:
        UsageError: the name is empty, or a field has a wrong value.
        RuleError: its owner is not active.
    """
    with unit:
        fields = {field.name: field for field in NOUNS["activity"]}
        values = read_assignments(unit, fields, assignments)
        values["name"] = clean(name)
        if not values["name"]:
            raise UsageError("The activity has no name", hint='sales activity add "NAME"')
        _require_owner(unit, values)
        columns = records.stored_columns("activity", values)
        columns.setdefault("kind", "task")
        columns.setdefault("due_at", to_utc_text(_end_of_work(unit.now)))
        opportunity = values.get("opportunity")
        if opportunity and "account_id" not in columns:
            account = records.load(unit.connection, "opportunity", opportunity.key).values[
                "account"
            ]
            columns["account_id"] = account.key if account else None
        reference = rows.add(unit, **columns)
        match = references.find(unit, "activity", reference)
        activity = rows.load(unit.connection, match.key)
        sentence = f"Added activity `{activity.reference}` {activity.name}"
        return Done((sentence,), activity, past(unit, activity.reference, values.get("due")))


def edit(
    unit: UnitOfWork,
    reference: str,
    assignments: tuple[str, ...],
    *,
    if_version: int | None = None,
) -> Done:
    """Change fields of an activity; with `if_version` only if nobody has changed it since.

    Raises:
        UsageError: nothing is to be changed.
        RuleError: the process decides about a field that was given, or its owner is not active.
        ChangedMeanwhileError: the activity is closed, or has another version.
    """
    with unit:
        match = references.find(unit, "activity", reference)
        fields = {field.name: field for field in NOUNS["activity"]}
        values = read_assignments(unit, fields, assignments)
        if not values:
            raise UsageError(
                "Nothing is to be changed",
                hint=f"sales activity edit {match.reference} --set FIELD=VALUE",
            )
        before = rows.load(unit.connection, match.key)
        if before.state != "open":
            raise _already_closed(unit, before)
        if before.run_key is not None and values.keys() & PROCESS_OWNED:
            raise RuleError(
                f"The process decides when and about what `{match.reference}` is",
                hint=f'move it with `sales schedule {match.reference} "tue 10"`',
            )
        _require_owner(unit, values)
        from salescli.services import meanwhile

        record = records.load(unit.connection, "activity", match.key)
        meanwhile.require_version(unit, record, if_version, assignments)
        told = meanwhile.changes_to(unit, record, values)
        records.change(unit, "activity", match.key, values)
        activity = rows.load(unit.connection, match.key)
        changes = (f"Changed `{match.reference}` {activity.name}", *told)
        return Done(changes, activity, past(unit, match.reference, values.get("due")))


def _require_owner(unit: UnitOfWork, values: dict[str, Any]) -> None:
    if "owner" in values:
        from salescli.services.organization import require_active_people

        require_active_people(unit, "activity", values)


def close_apart(unit: UnitOfWork, activity: Activity, result: str, text: str) -> Outcome | Done:
    """Close an activity that no step stands on: a hand-made one, or one that a step awaits."""
    if activity.run_key is not None:
        return _close_spawned(unit, activity, result, text)
    state = "canceled" if result == CANCELED else "done"
    said = clean(text or ("" if result in {CANCELED, COMPLETED} else result))
    rows.close(unit, activity.key, state=state, result=result if not said else state, text=said)
    verb = "Canceled" if state == "canceled" else "Completed"
    about = f": {said}" if said else ""
    return Done(
        (f"{verb} `{activity.reference}` {activity.name}{about}",),
        rows.load(unit.connection, activity.key),
    )


def _close_spawned(unit: UnitOfWork, activity: Activity, result: str, text: str) -> Outcome:
    if result not in {COMPLETED, CANCELED}:
        raise NotFoundError(
            f"`{activity.name}` has no result `{result}`",
            hint=f"its results are `{COMPLETED}` and `{CANCELED}`",
        )
    assert activity.run_key is not None
    sale = Sale(unit, activity.run_key)
    before = sale.stored.run
    spawned = next(a for a in before.activities if a.key == activity.key)
    walk = sale.walk()
    walk.close_spawned(spawned, result, clean(text))
    return finish(sale, before, walk)


def _already_closed(unit: UnitOfWork, activity: Activity) -> ChangedMeanwhileError:
    from salescli.services.meanwhile import already_closed

    return already_closed(unit, activity)


def _end_of_work(now: datetime) -> datetime:
    """Return the end of today's work, or of tomorrow's when that is over."""
    today = at(now.date(), END_OF_DAY, now.tzinfo)
    return today if today > now else at(now.date() + timedelta(1), END_OF_DAY, now.tzinfo)


def past(unit: UnitOfWork, reference: str, at: datetime | None) -> tuple[str, ...]:
    """Warn of a time that is over: it may be meant, and it may be a slip."""
    if at is None or at >= unit.now:
        return ()
    told = say_moment(at.astimezone(unit.now.tzinfo), unit.now)
    return (f"`{reference}` is due in the past: {told}",)
