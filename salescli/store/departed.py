"""Records that are gone, by an undo or by a command: what they were, and who took them away.

A row that was deleted is found in the change history, which is looked through for it; a run is only
marked, and stays in its table.
"""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from salescli.domain.moments import from_utc_text
from salescli.domain.reference import PREFIXES, handle
from salescli.domain.text import key as text_key
from salescli.store import audit, records, traces
from salescli.store.audit import State
from salescli.store.records import Match
from salescli.store.rows import Row

RUN = "process_run"

_CALLED_BY_NAME = ("opportunity", "account", "contact", "lead", "offer")
_LABELED = ("user", "division")


class Removal(NamedTuple):
    """The command that took a record away; `is_undo` unless it was meant to remove it."""

    number: int
    login: str
    at: datetime
    is_undo: bool


def by_number(connection: sqlite3.Connection, noun: str, number: int) -> Match | None:
    """Return the record that had a handle and is gone; a run is gone when it was undone."""
    if noun == "run":
        row = connection.execute(
            f"SELECT id, subject FROM {RUN} WHERE number = ? AND voided_by_id IS NOT NULL",
            (number,),
        ).fetchone()
    else:
        row = connection.execute(
            "SELECT row_id, json_extract(before, '$.name') FROM change WHERE table_name = ?"
            " AND operation = 'delete' AND json_extract(before, '$.number') = ? LIMIT 1",
            (noun, number),
        ).fetchone()
    return Match(noun, row[0], handle(noun, number), row[1] or "") if row else None


def by_name(connection: sqlite3.Connection, name: str) -> list[Match]:
    """Return the records that were called exactly so, whatever the case, and are gone: of one noun.

    A sale comes first, as it does for a name that is there.
    """
    folded = text_key(name)
    found = _deleted(connection, folded)
    found["run"] = _undone_runs(connection, folded)
    for noun in ("opportunity", "run", *_CALLED_BY_NAME[1:], *_LABELED):
        if found.get(noun):
            return found[noun]
    return []


def rows_of(connection: sqlite3.Connection, match: Match) -> set[Row]:
    """Return the rows of a record that is gone: a sale's with all that it had."""
    if match.noun not in ("run", "opportunity"):
        return traces.rows_of_record(connection, match.noun, match.key)
    is_run = match.noun == "run"
    opportunity = _opportunity_of(connection, match.key) if is_run else match.key
    run = run_of(connection, match)
    rows = traces.rows_of_sale(connection, opportunity=opportunity, run=run)
    return rows | _activities_of(connection, rows)


def run_of(connection: sqlite3.Connection, match: Match) -> bytes | None:
    """Return the run that a record which is gone belonged to, the newest one."""
    if match.noun == "run":
        return match.key
    if match.noun == "activity":
        state = audit.last_known(connection, "activity", match.key) or {}
        found: bytes | None = state.get("run_id")
        return found
    row = connection.execute(
        "SELECT row_id FROM change WHERE table_name = ?"
        " AND json_extract(before, '$.opportunity_id') = ? ORDER BY row_id DESC LIMIT 1",
        (RUN, match.key.hex().upper()),
    ).fetchone()
    return row[0] if row else None


def is_undone(connection: sqlite3.Connection, run: bytes) -> bool:
    """Whether a run was taken back by an undo."""
    return _voided_by(connection, RUN, run) is not None


def run_before_undo(connection: sqlite3.Connection, run: bytes) -> State:
    """Return an undone run as it was until then, with all that it held on to."""
    row = connection.execute(
        "SELECT before FROM change WHERE table_name = ? AND row_id = ? AND +change_set_id = ?"
        " ORDER BY seq LIMIT 1",
        (RUN, run, _voided_by(connection, RUN, run)),
    ).fetchone()
    return audit.read_image(connection, RUN, row[0])


def removal(connection: sqlite3.Connection, match: Match) -> Removal:
    """Return who took a record away, and when."""
    if match.noun == "run":
        found = undo_of(connection, RUN, match.key)
        assert found is not None, "a run is gone only when it was undone"
        return found
    row = connection.execute(
        "SELECT change_set_id FROM change WHERE table_name = ? AND row_id = ?"
        " AND operation = 'delete' ORDER BY seq DESC LIMIT 1",
        (match.noun, match.key),
    ).fetchone()
    return _removal(connection, row[0])


def undo_of(connection: sqlite3.Connection, table: str, key: bytes) -> Removal | None:
    """Return who took a row of the process log back, and when; None for one in force."""
    voided_by = _voided_by(connection, table, key)
    return _removal(connection, voided_by) if voided_by else None


def change_set_of(connection: sqlite3.Connection, number: int) -> Removal:
    """Return who made a change set, and whether it was an undo."""
    row = connection.execute("SELECT id FROM change_set WHERE number = ?", (number,)).fetchone()
    return _removal(connection, row[0])


def _removal(connection: sqlite3.Connection, change_set: bytes) -> Removal:
    """Return a change set as people undo it: the command's own, where it made several."""
    row = connection.execute(
        "SELECT coalesce(p.number, c.number), c.login, c.at, c.undoes_id IS NOT NULL"
        " FROM change_set c LEFT JOIN change_set p ON p.id = c.parent_id WHERE c.id = ?",
        (change_set,),
    ).fetchone()
    return Removal(row[0], row[1], from_utc_text(row[2]), bool(row[3]))


def _voided_by(connection: sqlite3.Connection, table: str, key: bytes) -> bytes | None:
    row = connection.execute(f"SELECT voided_by_id FROM {table} WHERE id = ?", (key,)).fetchone()
    found: bytes | None = row[0]
    return found


def _deleted(connection: sqlite3.Connection, folded: str) -> dict[str, list[Match]]:
    """Return noun -> the records that had a name, or a login or slug, and were deleted."""
    labels = ("login", "slug", "name")
    called = ", ".join(f"lower(json_extract(before, '$.{label}'))" for label in labels)
    rows = connection.execute(
        "SELECT table_name, row_id, before FROM change WHERE operation = 'delete' AND"
        f" ((table_name IN ({_marks(_CALLED_BY_NAME)}) AND json_extract(before, '$.name_key') = ?)"
        f" OR (table_name IN ({_marks(_LABELED)}) AND ? IN ({called}))) ORDER BY seq",
        (*_CALLED_BY_NAME, folded, *_LABELED, folded),
    ).fetchall()
    images = {(row[0], row[1]): row[2] for row in rows}
    found: dict[str, list[Match]] = {}
    for (noun, key), image in images.items():
        if not records.exists(connection, noun, key):
            state = audit.read_image(connection, noun, image)
            found.setdefault(noun, []).append(_match(noun, key, state))
    return found


def _match(noun: str, key: bytes, state: State) -> Match:
    label = records.label_column(noun)
    reference = handle(noun, state["number"]) if noun in PREFIXES else state[label]
    return Match(noun, key, reference, state["name"])


def _undone_runs(connection: sqlite3.Connection, folded: str) -> list[Match]:
    rows = connection.execute(
        f"SELECT id, number, subject FROM {RUN}"
        " WHERE voided_by_id IS NOT NULL AND subject IS NOT NULL ORDER BY number"
    )
    return [
        Match("run", row[0], handle("run", row[1]), row[2])
        for row in rows
        if text_key(row[2]) == folded
    ]


def _opportunity_of(connection: sqlite3.Connection, run: bytes) -> bytes | None:
    """Return the opportunity that a run had made, and that is gone with it."""
    row = connection.execute(
        "SELECT json_extract(before, '$.opportunity_id') AS key FROM change"
        " WHERE table_name = ? AND row_id = ? AND key IS NOT NULL ORDER BY seq DESC LIMIT 1",
        (RUN, run),
    ).fetchone()
    key = bytes.fromhex(row[0]) if row else None
    return None if key is None or records.exists(connection, "opportunity", key) else key


def _activities_of(connection: sqlite3.Connection, rows: set[Row]) -> set[Row]:
    """Return the activities of a sale that were deleted."""
    found: set[Row] = set()
    for table, column in ((RUN, "run_id"), ("opportunity", "opportunity_id")):
        keys = [key.hex().upper() for name, key in rows if name == table]
        gone: Iterable[Any] = connection.execute(
            "SELECT row_id FROM change WHERE table_name = 'activity' AND operation = 'delete'"
            f" AND json_extract(before, '$.{column}') IN ({_marks(keys)})",
            keys,
        )
        found |= {("activity", row[0]) for row in gone}
    return found


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)
