"""The hash chain, and the indexes that lists, deletes and undo go by"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BROUGHT_BACK = """
    INSERT INTO change (change_set_id, table_name, row_id, operation, before)
    SELECT undo.id, deleted.table_name, deleted.row_id, 'insert', '{}'
    FROM change_set undo JOIN change deleted ON deleted.change_set_id = undo.undoes_id
    WHERE deleted.operation = 'delete'
"""
"""An undo of a delete has made the row again; until now the history did not say so."""


FILLED = (
    ("account", "parent_id"),
    ("activity", "contact_id"),
    ("activity", "lead_id"),
    ("lead", "account_id"),
    ("lead", "contact_id"),
    ("lead", "opportunity_id"),
    ("note", "account_id"),
    ("note", "contact_id"),
    ("note", "lead_id"),
    ("note", "run_id"),
    ("opportunity", "contact_id"),
    ("opportunity_line", "offer_id"),
    ("process_run", "account_id"),
    ("process_run", "contact_id"),
)
"""Table and column of each reference that most rows leave empty or that is asked for only by a delete."""


def upgrade() -> None:
    """Bring the schema to this revision; the runner seals the change sets that are there."""
    op.add_column("change_set", sa.Column("digest", sa.LargeBinary(), nullable=True))
    op.add_column("change_set", sa.Column("link", sa.LargeBinary(), nullable=True))
    op.execute(BROUGHT_BACK)
    for table, column in FILLED:
        op.create_index(
            f"ix_{table}_{column}",
            table,
            [column],
            sqlite_where=sa.text(f"{column} IS NOT NULL"),
        )
    for table in ("account", "contact", "lead"):
        op.create_index(f"ix_{table}_owned", table, ["owner_id", "name_key"])
    op.create_index(
        "ix_opportunity_soonest",
        "opportunity",
        ["owner_id", "close_date", "number"],
        sqlite_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_change_set_at", "change_set", ["at"])
    op.create_index("ix_change_set_login", "change_set", ["login", "number"])
