"""The history of one opportunity."""

from datetime import datetime
from typing import NamedTuple

from salescli.domain.process.roads import AUTOMATIC
from salescli.services import references
from salescli.services.sale import Sale
from salescli.store import activities, notes, records, runs, stays
from salescli.store.unit_of_work import UnitOfWork

CLOSED = "closed"
"""How a stay in an ending was left."""


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
        if events and events[-1].state == CLOSED and record.values["reason"]:
            text = f"{events[-1].text}: {record.values['reason']}"
            events[-1] = events[-1]._replace(text=text)
        events += _steps(unit, match.key)
        for activity in activities.of_opportunity(unit.connection, match.key):
            at = activity.closed_at or activity.due
            assert at is not None
            state = f"{activity.state} {activity.result}".strip()
            text = f"{activity.name}: {activity.text}" if activity.text else activity.name
            who = activity.closed_by or activity.owner
            events.append(Event(at, activity.kind, activity.reference, text, state, who))
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
            for name in stage.ids
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
