"""What belongs to one opportunity: its history, people, competitors and lines."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from salescli.domain.money import parse_amount, plain_amount
from salescli.domain.process.roads import AUTOMATIC
from salescli.domain.text import clean
from salescli.errors import NotFoundError, RuleError, UsageError
from salescli.services import references
from salescli.services.sale import Sale
from salescli.services.standing import Standing, describe
from salescli.store import activities, notes, records, relations, rerouting, runs, search, stays
from salescli.store.unit_of_work import UnitOfWork

MOST_OF_ONE = 1_000_000_000
"""The largest quantity of one offer."""


class Event(NamedTuple):
    """One entry of an opportunity's history."""

    at: datetime
    kind: str
    reference: str
    text: str
    state: str
    login: str


def history(unit: UnitOfWork, reference: str) -> tuple[records.Record, list[Event]]:
    """Return an opportunity and its history in order; what led to a stage stands before it."""
    with unit.reading():
        match = references.find(unit, "opportunity", reference)
        record = records.load(unit.connection, "opportunity", match.key)
        events = [
            Event(s.entered_at, "stage", "", _stay(s), s.left_by or s.ended_by or "here", s.login)
            for s in stays.of_opportunity(unit.connection, match.key)
        ]
        events += _steps(unit, match.key)
        for activity in activities.of_opportunity(unit.connection, match.key):
            at = activity.closed_at or activity.due
            assert at is not None
            state = f"{activity.state} {activity.result}".strip()
            text = f"{activity.name}: {activity.text}" if activity.text else activity.name
            events.append(Event(at, activity.kind, activity.reference, text, state, activity.owner))
        for note in notes.of_record(unit.connection, "opportunity", match.key):
            events.append(Event(note.at, "note", "", note.text, "", note.login))
    return record, sorted(events, key=lambda event: (event.at, event.kind == "stage"))


def _steps(unit: UnitOfWork, opportunity: bytes) -> list[Event]:
    """Return the steps without an activity that somebody had to do, or has to."""
    events: list[Event] = []
    for run in runs.of_opportunity(unit.connection, opportunity):
        spec = Sale(unit, run).newest.spec
        kinds = {
            (name, step.id): step
            for stage in spec.stages
            for name in (stage.id, *stage.was)
            for step in stage.steps
        }
        for line in stays.steps(unit.connection, run):
            step = kinds.get((line.stage, line.step))
            if line.activity or (step and step.do in AUTOMATIC):
                continue
            state = f"{line.state} {line.result}".strip()
            text = step.name if step else line.step
            events.append(
                Event(line.closed_at or line.opened_at, "step", "", text, state, line.closed_by)
            )
    return events


def _stay(stay: stays.Stay) -> str:
    """Name a stage, and what its exit list lacked when it ended."""
    return f"{stay.stage}, without {', '.join(stay.missing)}" if stay.missing else stay.stage


def save_part(
    unit: UnitOfWork,
    kind: str,
    reference: str,
    name: str,
    given: Mapping[str, Any],
    *,
    must_exist: bool,
) -> list[str]:
    """Add a stakeholder, competitor or line by name, or change the one of that name.

    Raises:
        NotFoundError: it has to exist, and the opportunity has none of that name.
        UsageError: the name is empty, or a value is out of range.
    """
    with unit:
        match, account = _opportunity(unit, reference)
        named = clean(name)
        if not named:
            raise UsageError(
                f"The {kind} has no name",
                hint=f'sales opportunity {kind} add {match.reference} "NAME"',
            )
        if must_exist:
            _require(unit, kind, match, named)
        if kind == "stakeholder":
            columns = _checked_stakeholder(given)
            made = relations.add_stakeholder(unit, match.key, account, named, columns)
            return [*made, f"`{named}` is a stakeholder of `{match.reference}` {match.name}"]
        if kind == "competitor":
            columns = {n: clean(str(v), lines=True) for n, v in given.items() if v}
            relations.add_competitor(unit, match.key, named, **columns)
            return [f"`{named}` competes for `{match.reference}` {match.name}"]
        return _save_line(unit, match, named, given["quantity"], given["price"])


def _save_line(
    unit: UnitOfWork, match: records.Match, name: str, quantity: int | None, price: str
) -> list[str]:
    if quantity is not None and not 1 <= quantity <= MOST_OF_ONE:
        raise UsageError(f"`{quantity}` is no quantity", hint=f"give 1 to {MOST_OF_ONE}")
    money = relations.currency(unit.connection, match.key)
    minor = parse_amount(price, money) if price else None
    count, made = relations.save_line(unit, match.key, name, quantity, minor, money)
    return [*made, f"`{match.reference}` {match.name} has {count} x {name} now"]


def remove_part(unit: UnitOfWork, kind: str, reference: str, name: str) -> list[str]:
    """Remove a stakeholder, competitor or line; the change history keeps it."""
    with unit:
        match, _account = _opportunity(unit, reference)
        part = _require(unit, kind, match, name)
        relations.remove(unit, kind, part.key)
        return [f"Removed {kind} {part.name} from `{match.reference}` {match.name}"]


def parts(unit: UnitOfWork, reference: str) -> dict[str, list[dict[str, Any]]]:
    """Return the stakeholders, competitors and lines of an opportunity; prices as text."""
    with unit.reading():
        match, _account = _opportunity(unit, reference)
        found = relations.parts(unit.connection, match.key)
        found |= _rerouted(unit, match.key)
    for entry in found["lines"]:
        money = entry.pop("currency")
        if entry["price"] is not None:
            entry["price"] = plain_amount(entry["price"], money)
    return found


def _rerouted(unit: UnitOfWork, opportunity: bytes) -> dict[str, list[dict[str, Any]]]:
    """Return the opportunities that a rerouted one came from and goes on as."""
    origin = rerouting.origin(unit.connection, opportunity)
    linked = {
        "rerouted_from": [origin] if origin else [],
        "rerouted_to": rerouting.successors(unit.connection, opportunity),
    }
    return {
        label: [{"name": match.reference, "title": match.name} for match in matches]
        for label, matches in linked.items()
        if matches
    }


def standing(unit: UnitOfWork, record: records.Record) -> Standing | None:
    """Return where the process of an opportunity stands; None when none has guided it."""
    with unit.reading():
        run = search.run_of(unit.connection, record.key)
        return describe(Sale(unit, run)) if run else None


def _opportunity(unit: UnitOfWork, reference: str) -> tuple[records.Match, Any]:
    target = references.target(unit, reference)
    if target.opportunity is None:
        raise RuleError(
            f"`{clean(reference)}` has no opportunity yet", hint="save its opportunity first"
        )
    record = records.load(unit.connection, "opportunity", target.opportunity)
    match = records.Match("opportunity", record.key, record.reference, record.name)
    return match, record.values["account"]


def _require(unit: UnitOfWork, kind: str, match: records.Match, name: str) -> relations.Part:
    part = relations.part(unit.connection, kind, match.key, clean(name))
    if part is None:
        known = [p.name for p in relations.names_of(unit.connection, kind, match.key)]
        hint = "it has " + ", ".join(f"`{n}`" for n in known) if known else ""
        raise NotFoundError(
            f"`{match.reference}` has no {kind} `{clean(name)}`",
            hint=hint or f'add one: sales opportunity {kind} add {match.reference} "NAME"',
        )
    return part


def _checked_stakeholder(given: Mapping[str, Any]) -> dict[str, Any]:
    influence, loyalty = given.get("influence"), given.get("loyalty")
    if influence is not None and not 1 <= influence <= 5:
        raise UsageError(f"Influence `{influence}` is out of range", hint="give 1 (little) to 5")
    if loyalty is not None and not -2 <= loyalty <= 2:
        raise UsageError(
            f"Loyalty `{loyalty}` is out of range", hint="give -2 (opponent) to 2 (supporter)"
        )
    return {
        n: clean(v) if isinstance(v, str) else v for n, v in given.items() if v not in (None, "")
    }
