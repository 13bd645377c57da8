"""Quotas of users, and the indexes of the board and of what was won"""

import sqlalchemy as sa
from alembic import op

from salescli.store.tables import Key

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "quota",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("user_id", Key(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.CheckConstraint("amount > 0", name="quota_amount"),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("quota", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quota_created_in"), ["created_in"], unique=False)
        batch_op.create_index("ix_quota_period", ["period"], unique=False)
        batch_op.create_index("ux_quota", ["user_id", "period"], unique=True)
    op.create_index(
        "ix_opportunity_board",
        "opportunity",
        ["stage", "owner_id", "close_date", "number", "closed_at"],
        sqlite_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_opportunity_closed",
        "opportunity",
        ["closed_at", "stage", "owner_id", "currency", "amount"],
        sqlite_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_activity_consumed_by_id",
        "activity",
        ["consumed_by_id"],
        sqlite_where=sa.text("consumed_by_id IS NOT NULL"),
    )
