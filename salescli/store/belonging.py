"""What belongs to an account or a lead: its sales, people and activities."""

import sqlite3

from salescli.domain.activity import Activity
from salescli.store import activities, records, stays
from salescli.store.filters import Filter
from salescli.store.records import Record
from salescli.store.stays import RunLine

_SALES = {
    "account": "t.account_id = ?",
    "lead": "t.id IN (SELECT l.opportunity_id FROM lead AS l WHERE l.id = ?)",
}
_ACTIVITIES = {
    "account": "t.account_id = ? OR t.opportunity_id IN"
    " (SELECT o.id FROM opportunity AS o WHERE o.account_id = ?)",
    "lead": "t.lead_id = ? OR t.run_id IN (SELECT r.id FROM process_run AS r WHERE r.lead_id = ?)",
}
_PEOPLE = {
    "account": "t.account_id = ?",
    "lead": "t.id IN (SELECT l.contact_id FROM lead AS l WHERE l.id = ?)",
}


def sales(connection: sqlite3.Connection, noun: str, key: bytes) -> list[Record]:
    """Return the opportunities, open ones first."""
    order = "ORDER BY t.closed_at IS NOT NULL, t.close_date, t.number"
    return records.select(connection, "opportunity", f"WHERE {_SALES[noun]} {order}", (key,))


def begun(connection: sqlite3.Connection, noun: str, key: bytes) -> list[RunLine]:
    """Return the running runs that have no opportunity yet."""
    asked = Filter(f"t.{noun}_id = ? AND t.opportunity_id IS NULL", (key,))
    return stays.runs(connection, owner=None, is_running=True, asked=asked)


def planned(connection: sqlite3.Connection, noun: str, key: bytes) -> list[Activity]:
    """Return the open activities, soonest due first."""
    clause = f"t.state = 'open' AND ({_ACTIVITIES[noun]})"
    return activities.chosen(connection, clause, (key, key))


def people(connection: sqlite3.Connection, noun: str, key: bytes) -> list[Record]:
    """Return the contacts by name."""
    return records.select(
        connection, "contact", f"WHERE {_PEOPLE[noun]} ORDER BY t.name_key", (key,)
    )
