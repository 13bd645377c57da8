"""The first schema"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

from salescli.store.tables import Key

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "change_set",
        sa.Column("id", Key(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("front_end", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("parent_id", Key(), nullable=True),
        sa.Column("undoes_id", Key(), nullable=True),
        sa.Column("undone_by_id", Key(), nullable=True),
        sa.Column("batch_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"],
            ["change_set.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("batch_id"),
        sa.UniqueConstraint("number"),
    )
    op.create_table(
        "counter",
        sa.Column("noun", sa.String(), nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("noun"),
    )
    op.create_table(
        "current_change_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_set_id", Key(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "change",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("change_set_id", Key(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_id", Key(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_set_id"],
            ["change_set.id"],
        ),
        sa.PrimaryKeyConstraint("seq"),
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_change_change_set_id"), ["change_set_id"], unique=False
        )
        batch_op.create_index("ix_change_row", ["table_name", "row_id"], unique=False)

    op.create_table(
        "division",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("head_id", Key(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(["head_id"], ["user.id"], name="fk_division_head"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
    )
    with op.batch_alter_table("division", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_division_created_in"), ["created_in"], unique=False)

    op.create_table(
        "offer",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("family", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("price", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("external_id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_created_in"), ["created_in"], unique=False)
        batch_op.create_index("ix_offer_words", ["name_key", "id"], unique=False)

    op.create_table(
        "process_definition",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("compiled", sa.String(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=False),
        sa.Column("retired_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("process_definition", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_process_definition_created_in"), ["created_in"], unique=False
        )
        batch_op.create_index("ux_process_version", ["key", "revision"], unique=True)

    op.create_table(
        "setting",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    with op.batch_alter_table("setting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_setting_created_in"), ["created_in"], unique=False)

    op.create_table(
        "user",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("1"), nullable=False),
        sa.Column("manager_id", Key(), nullable=True),
        sa.Column("division_id", Key(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["division_id"],
            ["division.id"],
        ),
        sa.ForeignKeyConstraint(
            ["manager_id"],
            ["user.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
    )
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_created_in"), ["created_in"], unique=False)

    op.create_table(
        "account",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("industry", sa.String(), nullable=True),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("street", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("employees", sa.Integer(), nullable=True),
        sa.Column("annual_revenue", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("founded", sa.Integer(), nullable=True),
        sa.Column("history", sa.String(), nullable=True),
        sa.Column("rating", sa.String(), nullable=True),
        sa.Column("parent_id", Key(), nullable=True),
        sa.Column("owner_id", Key(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["user.id"],
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("external_id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_created_in"), ["created_in"], unique=False)
        batch_op.create_index("ix_account_words", ["name_key", "id"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("account_id", Key(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("department", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("mobile", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("owner_id", Key(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["user.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("external_id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_created_in"), ["created_in"], unique=False)
        batch_op.create_index("ix_contact_words", ["name_key", "id"], unique=False)

    op.create_table(
        "opportunity",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("account_id", Key(), nullable=True),
        sa.Column("contact_id", Key(), nullable=True),
        sa.Column("owner_id", Key(), nullable=True),
        sa.Column("division_id", Key(), nullable=True),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("stage_since", UTCDateTime(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("probability", sa.Integer(), nullable=True),
        sa.Column("close_date", sa.Date(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("need", sa.String(), nullable=True),
        sa.Column("budget", sa.Integer(), nullable=True),
        sa.Column("decision_date", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("tactics", sa.String(), nullable=True),
        sa.Column("next_steps", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("winner", sa.String(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
        ),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["division_id"],
            ["division.id"],
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["user.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("external_id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("opportunity", schema=None) as batch_op:
        batch_op.create_index("ix_opportunity_account", ["account_id", "owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_opportunity_created_in"), ["created_in"], unique=False)
        batch_op.create_index(
            "ix_opportunity_mine",
            ["owner_id", "number"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_opportunity_open_words",
            ["owner_id", "name_key", "id", "closed_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_opportunity_pipeline",
            ["stage", "currency", "probability", "amount", "closed_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index("ix_opportunity_words", ["name_key", "id"], unique=False)

    op.create_table(
        "competitor",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("opportunity_id", Key(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("strengths", sa.String(), nullable=True),
        sa.Column("weaknesses", sa.String(), nullable=True),
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
    with op.batch_alter_table("competitor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_competitor_created_in"), ["created_in"], unique=False)
        batch_op.create_index("ux_competitor", ["opportunity_id", "name_key"], unique=True)

    op.create_table(
        "lead",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("company", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("industry", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("rating", sa.String(), nullable=True),
        sa.Column("need", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("owner_id", Key(), nullable=True),
        sa.Column("account_id", Key(), nullable=True),
        sa.Column("contact_id", Key(), nullable=True),
        sa.Column("opportunity_id", Key(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
        ),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["user.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("external_id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_created_in"), ["created_in"], unique=False)
        batch_op.create_index("ix_lead_words", ["name_key", "id"], unique=False)

    op.create_table(
        "opportunity_line",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("opportunity_id", Key(), nullable=False),
        sa.Column("offer_id", Key(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=True),
        sa.CheckConstraint("quantity > 0", name="line_quantity"),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["offer.id"],
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("opportunity_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_opportunity_line_created_in"), ["created_in"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_opportunity_line_opportunity_id"), ["opportunity_id"], unique=False
        )

    op.create_table(
        "stakeholder",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("opportunity_id", Key(), nullable=False),
        sa.Column("contact_id", Key(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("influence", sa.Integer(), nullable=True),
        sa.Column("loyalty", sa.Integer(), nullable=True),
        sa.Column("motivation", sa.String(), nullable=True),
        sa.CheckConstraint("influence BETWEEN 1 AND 5", name="stakeholder_influence"),
        sa.CheckConstraint("loyalty BETWEEN -2 AND 2", name="stakeholder_loyalty"),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
        ),
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
    with op.batch_alter_table("stakeholder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stakeholder_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stakeholder_created_in"), ["created_in"], unique=False)
        batch_op.create_index("ux_stakeholder", ["opportunity_id", "contact_id"], unique=True)

    op.create_table(
        "process_run",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition_key", sa.String(), nullable=False),
        sa.Column("opportunity_id", Key(), nullable=True),
        sa.Column("account_id", Key(), nullable=True),
        sa.Column("contact_id", Key(), nullable=True),
        sa.Column("lead_id", Key(), nullable=True),
        sa.Column("owner_id", Key(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("draft", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("voided_by_id", Key(), nullable=True),
        sa.CheckConstraint("state IN ('running', 'ended', 'disqualified')", name="run_state"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
        ),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"],
            ["lead.id"],
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["user.id"],
        ),
        sa.ForeignKeyConstraint(
            ["voided_by_id"],
            ["change_set.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("process_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_process_run_created_in"), ["created_in"], unique=False)
        batch_op.create_index(batch_op.f("ix_process_run_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_process_run_opportunity_id"), ["opportunity_id"], unique=False
        )
        batch_op.create_index(
            "ix_run_running",
            ["owner_id", "number"],
            unique=False,
            sqlite_where=sa.text("state = 'running'"),
        )
        batch_op.create_index(
            "ux_run_of_opportunity",
            ["opportunity_id"],
            unique=True,
            sqlite_where=sa.text("state = 'running'"),
        )

    op.create_table(
        "note",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("opportunity_id", Key(), nullable=True),
        sa.Column("account_id", Key(), nullable=True),
        sa.Column("contact_id", Key(), nullable=True),
        sa.Column("lead_id", Key(), nullable=True),
        sa.Column("run_id", Key(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
        ),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"],
            ["lead.id"],
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
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_created_in"), ["created_in"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_note_opportunity_id"), ["opportunity_id"], unique=False
        )

    op.create_table(
        "stage_visit",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("definition_id", Key(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("entered_at", UTCDateTime(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("missing", sa.String(), nullable=True),
        sa.Column("left_at", UTCDateTime(), nullable=True),
        sa.Column("left_by", sa.String(), nullable=True),
        sa.Column("left_login", sa.String(), nullable=True),
        sa.Column("voided_by_id", Key(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["process_definition.id"],
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["process_run.id"],
        ),
        sa.ForeignKeyConstraint(
            ["voided_by_id"],
            ["change_set.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("stage_visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stage_visit_created_in"), ["created_in"], unique=False)
        batch_op.create_index(batch_op.f("ix_stage_visit_run_id"), ["run_id"], unique=False)

    op.create_table(
        "step_visit",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("visit_id", Key(), nullable=False),
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("snoozed_until", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("voided_by_id", Key(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'waiting', 'done', 'canceled')", name="step_visit_state"
        ),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["process_run.id"],
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"],
            ["stage_visit.id"],
        ),
        sa.ForeignKeyConstraint(
            ["voided_by_id"],
            ["change_set.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("step_visit", schema=None) as batch_op:
        batch_op.create_index(
            "ix_step_open",
            ["run_id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL AND voided_by_id IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_step_visit_created_in"), ["created_in"], unique=False)
        batch_op.create_index(batch_op.f("ix_step_visit_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "activity",
        sa.Column("id", Key(), nullable=False),
        sa.Column("created_in", Key(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("account_id", Key(), nullable=True),
        sa.Column("contact_id", Key(), nullable=True),
        sa.Column("opportunity_id", Key(), nullable=True),
        sa.Column("lead_id", Key(), nullable=True),
        sa.Column("run_id", Key(), nullable=True),
        sa.Column("step_visit_id", Key(), nullable=True),
        sa.Column("consumed_by_id", Key(), nullable=True),
        sa.Column("owner_id", Key(), nullable=True),
        sa.Column("starts_at", UTCDateTime(), nullable=True),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("onstage", sa.Boolean(), server_default=sa.text("1"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'done', 'canceled')", name="activity_state"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["consumed_by_id"],
            ["step_visit.id"],
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
        ),
        sa.ForeignKeyConstraint(
            ["created_in"],
            ["change_set.id"],
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"],
            ["lead.id"],
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["user.id"],
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["process_run.id"],
        ),
        sa.ForeignKeyConstraint(
            ["step_visit_id"],
            ["step_visit.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_created_in"), ["created_in"], unique=False)
        batch_op.create_index(
            "ix_activity_due",
            ["owner_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(
            batch_op.f("ix_activity_opportunity_id"), ["opportunity_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_activity_run_id"), ["run_id"], unique=False)
        batch_op.create_index(
            "ix_activity_step_visit_id",
            ["step_visit_id"],
            unique=False,
            sqlite_where=sa.text("step_visit_id IS NOT NULL"),
        )
