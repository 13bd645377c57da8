"""Who changed a row, when, and what it held before: read from the change history."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from salescli.domain.moments import from_utc_text
from salescli.store.rows import present


class Author(NamedTuple):
    """Who made a change set, and when."""

    login: str
    at: datetime


class Revision(NamedTuple):
    """One change of a row; keys in `before` and `after` are written in hexadecimal digits."""

    author: Author
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def columns(self) -> set[str]:
        """The columns that it changed."""
        return {name for name, value in self.after.items() if self.before.get(name) != value}


class Visit(NamedTuple):
    """One visit of a step, as somebody else may have ended it."""

    key: bytes
    state: str
    result: str
    closed: Author | None


def revisions(
    connection: sqlite3.Connection, table: str, row_id: bytes, *, since: int = 0
) -> Iterator[Revision]:
    """Yield the changes of a row, newest first; only those made after its version `since`."""
    after = row(connection, table, row_id)
    rows = connection.execute(
        "SELECT c.before, s.login, s.at FROM change c JOIN change_set s ON s.id = c.change_set_id"
        " WHERE c.table_name = ? AND c.row_id = ? AND c.operation = 'update' ORDER BY c.seq DESC",
        (table, row_id),
    )
    for image, login, at in rows:
        before = json.loads(image)
        if since and before["version"] < since:
            return
        yield Revision(Author(login, from_utc_text(at)), before, after)
        after = before


def creator(connection: sqlite3.Connection, table: str, row_id: bytes) -> Author:
    """Return who made a row."""
    made_in = bytes.fromhex(row(connection, table, row_id)["created_in"])
    found = connection.execute(
        "SELECT login, at FROM change_set WHERE id = ?", (made_in,)
    ).fetchone()
    return Author(found[0], from_utc_text(found[1]))


def author_of(connection: sqlite3.Connection, table: str, row_id: bytes, column: str) -> Author:
    """Return who gave a column its present value."""
    for revision in revisions(connection, table, row_id):
        if column in revision.columns:
            return revision.author
    return creator(connection, table, row_id)


def author_of_draft(connection: sqlite3.Connection, run: bytes, name: str) -> Author:
    """Return who gave a field its present value in the draft of a run."""
    for revision in revisions(connection, "process_run", run):
        drafts = (json.loads(side["draft"]).get(name) for side in (revision.after, revision.before))
        if next(drafts) != next(drafts):
            return revision.author
    return creator(connection, "process_run", run)


def visits_of_step(connection: sqlite3.Connection, run: bytes, step: str) -> list[Visit]:
    """Return the visits of a step in a run, undone ones too, newest first."""
    rows = connection.execute(
        "SELECT s.id, s.state, coalesce(s.result, ''), s.closed_at, coalesce(s.closed_by, '')"
        " FROM step_visit s JOIN stage_visit v ON v.id = s.visit_id"
        " WHERE v.run_id = ? AND s.step = ? ORDER BY s.id DESC",
        (run, step),
    ).fetchall()
    return [
        Visit(
            row[0],
            row[1],
            row[2],
            Author(row[4], from_utc_text(row[3])) if row[3] else None,
        )
        for row in rows
    ]


def entered(connection: sqlite3.Connection, run: bytes) -> Author | None:
    """Return who took a run into its latest stage, and when."""
    row = connection.execute(
        "SELECT login, entered_at FROM stage_visit WHERE run_id = ? AND voided_by_id IS NULL"
        " ORDER BY id DESC LIMIT 1",
        (run,),
    ).fetchone()
    return Author(row[0], from_utc_text(row[1])) if row else None


def removed(
    connection: sqlite3.Connection, table: str, column: str, owner: bytes
) -> dict[bytes, Author]:
    """Return the rows of an owner that a command took away, and whose; an undo takes none away."""
    rows = connection.execute(
        "SELECT c.row_id, s.login, s.at FROM change c JOIN change_set s ON s.id = c.change_set_id"
        " WHERE c.table_name = ? AND c.operation = 'delete' AND s.undoes_id IS NULL"
        f' AND json_extract(c.before, ?) = ? AND c.row_id NOT IN (SELECT id FROM "{table}")'
        " ORDER BY c.seq",
        (table, f"$.{column}", owner.hex().upper()),
    )
    return {key: Author(login, from_utc_text(at)) for key, login, at in rows}


def row(connection: sqlite3.Connection, table: str, row_id: bytes) -> dict[str, Any]:
    """Return a row as the change history writes it; one that is gone as it was last."""
    found = present(connection, table, row_id)
    if found is None:
        image = connection.execute(
            "SELECT before FROM change WHERE table_name = ? AND row_id = ?"
            " AND operation = 'delete' ORDER BY seq DESC LIMIT 1",
            (table, row_id),
        ).fetchone()
        return dict(json.loads(image[0])) if image else {}
    return {
        name: value.hex().upper() if isinstance(value, bytes) else value
        for name, value in found.items()
    }
