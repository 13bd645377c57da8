"""The whole corporate sale: conditions, participants, documents, views, divisions' versions"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

from salescli.store.tables import Key

revision = "0003"
down_revision = "0002"


COLUMNS = (
    ("account", "flag", "VARCHAR"),
    ("opportunity", "deadline", "DATE"),
    ("opportunity", "rerouted_from_id", "BLOB REFERENCES opportunity (id)"),
    ("opportunity", "confirmed_at", "DATETIME"),
    ("opportunity", "snoozed_until", "DATE"),
    ("opportunity", "snooze_reason", "VARCHAR"),
    ("process_definition", "division_id", "BLOB REFERENCES division (id)"),
    ("stage_visit", "recommended", "VARCHAR"),
    ("stage_visit", "because", "VARCHAR"),
)


def upgrade() -> None:
    """Bring the schema to this revision.

    Columns are added as SQLite does it: a table that is built anew would need all its rows again.
    """
    for table, column, kind in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    op.create_index(
        "ix_opportunity_rerouted_from_id",
        "opportunity",
        ["rerouted_from_id"],
        sqlite_where=sa.text("rerouted_from_id IS NOT NULL"),
    )
    op.create_index(
        "ix_process_newest",
        "process_definition",
        ["key", "retired_at", "division_id", "revision", "id"],
    )
    op.create_table(
        "document",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("in_library", sa.Boolean(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("external_id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_created_in"), ["created_in"], unique=False)
        batch_op.create_index(
            "ix_document_kind",
            ["kind", "name_key"],
            unique=False,
            sqlite_where=sa.text("in_library = 1"),
        )
        batch_op.create_index("ix_document_words", ["name_key", "id"], unique=False)

    op.create_table(
        "process_switch",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("process_switch", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_process_switch_created_in"), ["created_in"], unique=False
        )

    op.create_table(
        "document_tag",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("document_id", Key(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('offer', 'vertical', 'stage')", name="document_tag_kind"),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("document_tag", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_document_tag_created_in"), ["created_in"], unique=False
        )
        batch_op.create_index("ux_document_tag", ["document_id", "kind", "name_key"], unique=True)

    op.create_table(
        "saved_view",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("owner_id", Key(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("noun", sa.String(), nullable=False),
        sa.Column("condition", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["user.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_view_created_in"), ["created_in"], unique=False)
        batch_op.create_index("ux_saved_view", ["owner_id", "name_key"], unique=True)

    op.create_table(
        "condition",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("opportunity_id", Key(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("asked", sa.String(), nullable=True),
        sa.Column("offered", sa.String(), nullable=True),
        sa.Column("agreed", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("condition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_condition_created_in"), ["created_in"], unique=False)
        batch_op.create_index("ux_condition", ["opportunity_id", "name_key"], unique=True)

    op.create_table(
        "attachment",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("document_id", Key(), nullable=False),
        sa.Column("opportunity_id", Key(), nullable=True),
        sa.Column("run_id", Key(), nullable=True),
        sa.Column("activity_id", Key(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activity.id"],
        ),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["process_run.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attachment_activity_id",
            ["activity_id"],
            unique=False,
            sqlite_where=sa.text("activity_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_attachment_created_in"), ["created_in"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_attachment_document_id"), ["document_id"], unique=False
        )
        batch_op.create_index(
            "ix_attachment_opportunity_id",
            ["opportunity_id"],
            unique=False,
            sqlite_where=sa.text("opportunity_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_attachment_run_id",
            ["run_id"],
            unique=False,
            sqlite_where=sa.text("run_id IS NOT NULL"),
        )

    op.create_table(
        "participant",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("activity_id", Key(), nullable=False),
        sa.Column("contact_id", Key(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activity.id"],
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
        ),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participant_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_participant_created_in"), ["created_in"], unique=False)
        batch_op.create_index("ux_participant", ["activity_id", "contact_id"], unique=True)
