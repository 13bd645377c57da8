"""The indexes of references and of lists, so that neither a delete nor a list reads a whole table"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

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
    """Bring the schema to this revision."""
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
