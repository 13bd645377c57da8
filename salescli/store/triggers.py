"""The triggers that write the history and guard it, generated from `tables.py`."""

import sqlite3

from sqlalchemy import Table
from sqlmodel import SQLModel

from salescli.store.chain import HEADER
from salescli.store.tables import UNTRACKED, Key

FILLED_ONCE = {
    "stage_visit": (
        *("run_id", "stage", "n", "entered_at", "entered_by", "login"),
        *("ended_at", "ended_by", "missing", "recommended", "because"),
        *("left_at", "left_by", "left_login"),
    ),
    "step_visit": (
        *("run_id", "visit_id", "step", "opened_at"),
        *("closed_at", "closed_by", "result", "reason"),
    ),
}
"""Columns of the process log that are filled once; only an undo may take them back."""

UNDOING = (
    "EXISTS (SELECT 1 FROM change_set JOIN current_change_set"
    " ON change_set.id = current_change_set.change_set_id WHERE undoes_id IS NOT NULL)"
)


def trigger_statements() -> list[str]:
    """Return the CREATE TRIGGER statements of the whole schema, in a fixed order."""
    statements: list[str] = []
    for table in SQLModel.metadata.sorted_tables:
        if table.name not in UNTRACKED:
            statements += _history_triggers(table)
    for name, columns in FILLED_ONCE.items():
        statements += _process_log_triggers(name, columns)
    statements.append(_refusal("process_run", "DELETE", "the process log is never deleted"))
    statements.append(_sealed())
    statements.append(_refusal("change_set", "DELETE", "the change history is append-only"))
    statements += [
        _refusal("change", operation, "the change history is append-only")
        for operation in ("UPDATE", "DELETE")
    ]
    return statements


def renew_triggers(connection: sqlite3.Connection) -> None:
    """Make the program's triggers, and none but these; the caller's transaction goes on."""
    drop_triggers(connection)
    for statement in trigger_statements():
        connection.execute(statement)


def drop_triggers(connection: sqlite3.Connection) -> None:
    """Drop every trigger of a store."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        connection.execute(f'DROP TRIGGER "{name}"')


def _history_triggers(table: Table) -> list[str]:
    """Return what keeps a row as it was, and tells of one whose `created_in` is not the present."""
    present = "(SELECT change_set_id FROM current_change_set)"
    line = (
        "BEGIN INSERT INTO change (change_set_id, table_name, row_id, operation, before)"
        f" VALUES ({present}, '{table.name}',"
    )
    kept = [
        f'CREATE TRIGGER "{table.name}_{operation.lower()}" AFTER {operation} ON "{table.name}"'
        f" {line} OLD.id, '{operation.lower()}', {_image(table)}); END"
        for operation in ("UPDATE", "DELETE")
    ]
    brought_back = (
        f'CREATE TRIGGER "{table.name}_insert" AFTER INSERT ON "{table.name}"'
        f" WHEN NEW.created_in IS NOT {present} {line} NEW.id, 'insert', '{{}}'); END"
    )
    return [*kept, brought_back]


def _image(table: Table) -> str:
    pairs = ", ".join(
        f"'{column.name}', "
        + (
            f"NULLIF(hex(OLD.{column.name}), '')"
            if isinstance(column.type, Key)
            else f"OLD.{column.name}"
        )
        for column in table.columns
    )
    return f"json_object({pairs})"


def _process_log_triggers(name: str, columns: tuple[str, ...]) -> list[str]:
    refilled = " OR ".join(
        f"(OLD.{column} IS NOT NULL AND NEW.{column} IS NOT OLD.{column})" for column in columns
    )
    if name == "step_visit":
        refilled += " OR (OLD.closed_at IS NOT NULL AND NEW.state IS NOT OLD.state)"
    return [
        (
            f"CREATE TRIGGER {name}_fills_once BEFORE UPDATE ON {name}"
            f" WHEN ({refilled}) AND NOT {UNDOING}"
            f" BEGIN SELECT RAISE(ABORT, 'a closed {name.replace('_', ' ')} never changes'); END"
        ),
        _refusal(name, "DELETE", "the process log is never deleted"),
    ]


def _sealed() -> str:
    fixed = [*HEADER, "digest", "link"]
    altered = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in fixed)
    return (
        "CREATE TRIGGER change_set_is_sealed BEFORE UPDATE ON change_set"
        f" WHEN OLD.link IS NOT NULL AND ({altered})"
        " BEGIN SELECT RAISE(ABORT, 'a finished change set never changes'); END"
    )


def _refusal(table: str, operation: str, reason: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{operation.lower()} BEFORE {operation} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{reason}'); END"
    )
