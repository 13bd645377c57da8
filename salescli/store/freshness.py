"""When what an opportunity says was changed last, read from the change history."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from salescli.domain.fields import SALE_FIELDS
from salescli.domain.moments import from_utc_text


def columns_changed(
    connection: sqlite3.Connection, opportunity: bytes, columns: Iterable[str]
) -> dict[str, datetime]:
    """Return column -> when it got the value that it has."""
    row = connection.execute(
        "SELECT o.*, s.at AS made_at FROM opportunity o JOIN change_set s ON s.id = o.created_in"
        " WHERE o.id = ?",
        (opportunity,),
    ).fetchone()
    past = connection.execute(
        "SELECT c.before, s.at FROM change c JOIN change_set s ON s.id = c.change_set_id"
        " WHERE c.table_name = 'opportunity' AND c.row_id = ? AND c.operation = 'update'"
        " ORDER BY c.seq",
        (opportunity,),
    ).fetchall()
    images = [*(json.loads(before) for before, _at in past), _as_kept(row)]
    found: dict[str, datetime] = {}
    for column in columns:
        changes = (
            past[place][1]
            for place in reversed(range(len(past)))
            if images[place].get(column) != images[place + 1][column]
        )
        found[column] = from_utc_text(next(changes, row["made_at"]))
    return found


def parts_changed(
    connection: sqlite3.Connection, opportunity: bytes, field: str
) -> datetime | None:
    """Return when a stakeholder, competitor, line or condition was added or changed last."""
    table = SALE_FIELDS[field].record
    row = connection.execute(
        f'SELECT max(s.at) FROM "{table}" p JOIN change_set s ON s.id = p.created_in'
        " OR s.id IN (SELECT c.change_set_id FROM change c WHERE c.table_name = ?"
        "  AND c.row_id = p.id)"
        " WHERE p.opportunity_id = ?",
        (table, opportunity),
    ).fetchone()
    return from_utc_text(row[0]) if row[0] else None


def last_stage(connection: sqlite3.Connection, opportunity: bytes, stages: Sequence[str]) -> str:
    """Return which of `stages` an opportunity stood in last before now, or an empty text."""
    rows = connection.execute(
        "SELECT before FROM change WHERE table_name = 'opportunity' AND row_id = ?"
        " AND operation = 'update' ORDER BY seq DESC",
        (opportunity,),
    )
    stood = (str(json.loads(before).get("stage")) for (before,) in rows)
    return next((stage for stage in stood if stage in stages), "")


def _as_kept(row: sqlite3.Row) -> dict[str, Any]:
    """Return a row as the history writes it: keys in hexadecimal digits."""
    return {
        name: value.hex().upper() if isinstance(value, bytes) else value
        for name, value in dict(row).items()
    }
