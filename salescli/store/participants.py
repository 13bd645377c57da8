"""Who takes part in an activity."""

import sqlite3
from collections.abc import Collection, Sequence
from typing import NamedTuple

from salescli.domain import parts as texts
from salescli.domain.fields import Reference
from salescli.domain.reference import handle
from salescli.domain.text import key as text_key
from salescli.store.records import Match
from salescli.store.rows import insert, new_key, update
from salescli.store.unit_of_work import UnitOfWork

_MEETING = (
    " FROM activity a LEFT JOIN step_visit w ON w.id = a.consumed_by_id"
    " LEFT JOIN stage_visit v ON v.id = w.visit_id"
)
_IS_MEANT = (
    " AND a.kind = 'meeting' AND a.topic IS NOT NULL AND (a.state = 'open' OR (a.state = 'done'"
    " AND (a.consumed_by_id IS NULL OR v.left_at IS NULL)))"
)
_FIRST = " ORDER BY a.state = 'open' DESC, a.number DESC"


class Participant(NamedTuple):
    """A contact who takes part in an activity."""

    key: bytes
    contact: str
    name: str
    title: str


def meeting_of(connection: sqlite3.Connection, run: bytes) -> Match | None:
    """Return the meeting that a run's attendees attend.

    It is the open one that the process has booked, or the one that was just held: its stay in the
    stage that waited for it is not over.
    """
    row = connection.execute(
        f"SELECT a.id, a.number, a.name{_MEETING} WHERE a.run_id = ?{_IS_MEANT}{_FIRST} LIMIT 1",
        (run,),
    ).fetchone()
    return Match("activity", row[0], handle("activity", row[1]), row[2]) if row else None


def attendees_of_many(
    connection: sqlite3.Connection, runs: Sequence[bytes]
) -> dict[bytes, tuple[str, ...]]:
    """Return run -> who attends its meeting, as a form shows them, where anybody does."""
    among = f"({', '.join('?' * len(runs))})"
    rows = connection.execute(
        f"SELECT a.run_id, a.id, c.name, c.title{_MEETING}"
        " LEFT JOIN participant p ON p.activity_id = a.id"
        " LEFT JOIN contact c ON c.id = p.contact_id"
        f" WHERE a.run_id IN {among}{_IS_MEANT}{_FIRST}, p.id",
        runs,
    )
    meetings: dict[bytes, bytes] = {}
    found: dict[bytes, tuple[str, ...]] = {}
    for run, meeting, name, title in rows:
        if meetings.setdefault(run, meeting) == meeting and name is not None:
            told = texts.say("attendees", name, {"title": title})
            found[run] = (*found.get(run, ()), told)
    return found


def of_last_meeting(connection: sqlite3.Connection, opportunity: bytes) -> list[Participant]:
    """Return who takes part in the newest meeting about an opportunity that anybody attends."""
    row = connection.execute(
        "SELECT a.id FROM activity a WHERE a.opportunity_id = ? AND a.kind = 'meeting'"
        " AND a.state <> 'canceled' AND EXISTS (SELECT 1 FROM participant p"
        "  WHERE p.activity_id = a.id) ORDER BY a.number DESC LIMIT 1",
        (opportunity,),
    ).fetchone()
    return of_activity(connection, row[0]) if row else []


def of_activity(connection: sqlite3.Connection, activity: bytes) -> list[Participant]:
    """Return the participants of an activity, in the order in which they came."""
    rows = connection.execute(
        "SELECT p.id, c.number, c.name, coalesce(c.title, '') FROM participant p"
        " JOIN contact c ON c.id = p.contact_id WHERE p.activity_id = ? ORDER BY p.id",
        (activity,),
    )
    return [Participant(row[0], handle("contact", row[1]), row[2], row[3]) for row in rows]


def add(
    unit: UnitOfWork,
    activity: bytes,
    account: Reference | None,
    typed: Sequence[str],
    dropped: Collection[str] | None = (),
) -> list[str]:
    """Have contacts take part, made where they are new; return a sentence for each new record.

    A title in brackets becomes the contact's where it has none. Those called as in `dropped`, or
    with None anybody, take part no longer where they are not typed.

    Raises:
        NotFoundError: a handle stands for no contact.
        RuleError: a first or last name may mean several people of the account.
    """
    from salescli.store import people

    made: list[str] = []
    kept: set[bytes] = set()
    for text in typed:
        name, details = texts.read("attendees", text)
        person, told = people.person(unit, account, name)
        contact = person.key
        kept.add(contact)
        made += told
        _entitle(unit, contact, details.get("title", ""))
        known = unit.connection.execute(
            "SELECT 1 FROM participant WHERE activity_id = ? AND contact_id = ?",
            (activity, contact),
        ).fetchone()
        if not known:
            own = {"activity_id": activity, "contact_id": contact}
            insert(
                unit.connection,
                "participant",
                {"id": new_key(), "created_in": unit.change_set} | own,
            )
    rows = unit.connection.execute(
        "SELECT p.id, p.contact_id, c.name_key FROM participant p"
        " JOIN contact c ON c.id = p.contact_id WHERE p.activity_id = ?",
        (activity,),
    ).fetchall()
    for key, contact, called in rows:
        if contact not in kept and (dropped is None or called in dropped):
            unit.connection.execute("DELETE FROM participant WHERE id = ?", (key,))
    return made


def remove(unit: UnitOfWork, activity: bytes, name: str) -> Participant | None:
    """Take a contact, by handle or name, out of an activity; return it, or None for no such."""
    wanted = text_key(name)
    for found in of_activity(unit.connection, activity):
        if wanted in {text_key(found.name), text_key(found.contact)}:
            unit.connection.execute("DELETE FROM participant WHERE id = ?", (found.key,))
            return found
    return None


def _entitle(unit: UnitOfWork, contact: bytes, title: str) -> None:
    known = unit.connection.execute("SELECT title FROM contact WHERE id = ?", (contact,)).fetchone()
    if title and not known[0]:
        update(unit.connection, "contact", contact, {"title": title})
