"""The schema, described once: every table, index and constraint of the store.

Rows are only described here. Daily commands read and write them with plain SQL, Alembic builds
them, and a test prepares each plain statement against them.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, text
from sqlmodel import Field, SQLModel


class Key(LargeBinary):
    """A UUIDv7 made by the client: 16 bytes, ordered by time."""

    def __init__(self, length: int = 16) -> None:
        super().__init__(length)


def key(target: str = "", *, optional: bool = True) -> Any:
    """Return a column for a reference to the row `target`."""
    return Field(
        default=None,
        sa_type=Key,
        foreign_key=f"{target}.id" if target else None,
        nullable=optional,
    )


def words_index(table: str) -> Index:
    """Return the index in which words of names are looked for: it holds all that is asked of it."""
    return Index(f"ix_{table}_words", "name_key", "id")


def owned_index(table: str) -> Index:
    """Return the index of what an owner has, in the order of a list."""
    return Index(f"ix_{table}_owned", "owner_id", "name_key")


def filled_index(table: str, column: str) -> Index:
    """Return an index of a reference: without it, deleting its record would read every row."""
    return Index(f"ix_{table}_{column}", column, sqlite_where=text(f"{column} IS NOT NULL"))


class ChangeSetRow(SQLModel, table=True):
    """One command that changed something: who, when, from where, with which words."""

    __tablename__ = "change_set"
    __table_args__ = (Index("ix_change_set_login", "login", "number"),)
    id: bytes = Field(primary_key=True, sa_type=Key)
    number: int = Field(unique=True)
    at: datetime = Field(index=True)
    login: str
    front_end: str
    command: str
    parent_id: bytes | None = key("change_set")
    undoes_id: bytes | None = key("change_set")
    undone_by_id: bytes | None = key("change_set")
    batch_id: str | None = Field(default=None, unique=True)
    digest: bytes | None = None
    link: bytes | None = None


class ChangeRow(SQLModel, table=True):
    """The image of a row before an update or a delete; written by triggers, never changed.

    A row that an undo brings back has a line too, with an empty image: its `created_in` is old.
    """

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_row", "table_name", "row_id"),)
    seq: int | None = Field(default=None, primary_key=True)
    change_set_id: bytes = Field(sa_type=Key, foreign_key="change_set.id", index=True)
    table_name: str
    row_id: bytes = Field(sa_type=Key)
    operation: str
    before: str


class CurrentChangeSetRow(SQLModel, table=True):
    """The change set of the open transaction: one row, empty between transactions."""

    __tablename__ = "current_change_set"
    id: int = Field(primary_key=True)
    change_set_id: bytes | None = Field(default=None, sa_type=Key)


class CounterRow(SQLModel, table=True):
    """The next free handle number of a noun; numbers are never given out twice."""

    __tablename__ = "counter"
    noun: str = Field(primary_key=True)
    next: int


class Recorded(SQLModel):
    """What every row with a history carries."""

    id: bytes = Field(primary_key=True, sa_type=Key)
    created_in: bytes = Field(sa_type=Key, foreign_key="change_set.id", index=True)
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})


class SettingRow(Recorded, table=True):
    """A setting that `sales config` wrote."""

    __tablename__ = "setting"
    name: str = Field(unique=True)
    value: str


class DivisionRow(Recorded, table=True):
    """A sales division and its head."""

    __tablename__ = "division"
    slug: str = Field(unique=True)
    name: str
    head_id: bytes | None = Field(
        default=None,
        sa_column=Column(Key, ForeignKey("user.id", use_alter=True, name="fk_division_head")),
    )


class UserRow(Recorded, table=True):
    """A person who logs in; being an owner or a head is a role of theirs."""

    __tablename__ = "user"
    login: str = Field(unique=True)
    name: str
    email: str | None = None
    is_active: bool = Field(default=True, sa_column_kwargs={"server_default": text("1")})
    manager_id: bytes | None = key("user")
    division_id: bytes | None = key("division")


class Numbered(Recorded):
    """A record that people call by its handle."""

    number: int = Field(unique=True)
    name: str


class Named(Numbered):
    """A record that people find by its name; `name_key` is the folded name.

    `external_id` says which record of which source it was imported from.
    """

    name_key: str
    external_id: str | None = Field(default=None, unique=True)


class AccountRow(Named, table=True):
    """A company."""

    __tablename__ = "account"
    __table_args__ = (
        words_index("account"),
        owned_index("account"),
        filled_index("account", "parent_id"),
    )
    kind: str | None = None
    industry: str | None = None
    website: str | None = None
    phone: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    employees: int | None = None
    annual_revenue: int | None = None
    currency: str | None = None
    founded: int | None = None
    history: str | None = None
    rating: str | None = None
    flag: str | None = None
    parent_id: bytes | None = key("account")
    owner_id: bytes | None = key("user")


class ContactRow(Named, table=True):
    """A person at an account."""

    __tablename__ = "contact"
    __table_args__ = (words_index("contact"), owned_index("contact"))
    account_id: bytes | None = Field(
        default=None, sa_type=Key, foreign_key="account.id", index=True
    )
    title: str | None = None
    department: str | None = None
    email: str | None = None
    phone: str | None = None
    mobile: str | None = None
    source: str | None = None
    owner_id: bytes | None = key("user")


class LeadRow(Named, table=True):
    """Interest that nobody has qualified yet."""

    __tablename__ = "lead"
    __table_args__ = (
        words_index("lead"),
        owned_index("lead"),
        filled_index("lead", "account_id"),
        filled_index("lead", "contact_id"),
        filled_index("lead", "opportunity_id"),
    )
    company: str | None = None
    title: str | None = None
    email: str | None = None
    phone: str | None = None
    city: str | None = None
    country: str | None = None
    industry: str | None = None
    source: str | None = None
    rating: str | None = None
    need: str | None = None
    status: str
    owner_id: bytes | None = key("user")
    account_id: bytes | None = key("account")
    contact_id: bytes | None = key("contact")
    opportunity_id: bytes | None = key("opportunity")


class OpportunityRow(Named, table=True):
    """A possible sale with an amount (minor units) and a close date."""

    __tablename__ = "opportunity"
    __table_args__ = (
        words_index("opportunity"),
        filled_index("opportunity", "contact_id"),
        filled_index("opportunity", "rerouted_from_id"),
        Index("ix_opportunity_account", "account_id", "owner_id"),
        Index("ix_opportunity_mine", "owner_id", "number", sqlite_where=text("closed_at IS NULL")),
        Index(
            "ix_opportunity_soonest",
            *("owner_id", "close_date", "number"),
            sqlite_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_opportunity_open_words",
            *("owner_id", "name_key", "id", "closed_at"),
            sqlite_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_opportunity_board",
            *("stage", "owner_id", "close_date", "number", "closed_at"),
            sqlite_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_opportunity_closed",
            *("closed_at", "stage", "owner_id", "currency", "amount"),
            sqlite_where=text("closed_at IS NOT NULL"),
        ),
        Index(
            "ix_opportunity_pipeline",
            *("stage", "currency", "probability", "amount", "closed_at"),
            sqlite_where=text("closed_at IS NULL"),
        ),
    )
    account_id: bytes | None = key("account")
    contact_id: bytes | None = key("contact")
    owner_id: bytes | None = key("user")
    division_id: bytes | None = key("division")
    stage: str
    stage_since: datetime
    amount: int | None = None
    currency: str
    probability: int | None = None
    close_date: date | None = None
    closed_at: datetime | None = None
    need: str | None = None
    budget: int | None = None
    decision_date: date | None = None
    deadline: date | None = None
    source: str | None = None
    kind: str | None = None
    tactics: str | None = None
    next_steps: str | None = None
    reason: str | None = None
    winner: str | None = None
    rerouted_from_id: bytes | None = key("opportunity")
    confirmed_at: datetime | None = None
    snoozed_until: date | None = None
    snooze_reason: str | None = None
    created_at: datetime
    updated_at: datetime


class StakeholderRow(Recorded, table=True):
    """A contact's role, influence (1 to 5) and loyalty (-2 to +2) in one opportunity."""

    __tablename__ = "stakeholder"
    __table_args__ = (
        Index("ux_stakeholder", "opportunity_id", "contact_id", unique=True),
        CheckConstraint("influence BETWEEN 1 AND 5", name="stakeholder_influence"),
        CheckConstraint("loyalty BETWEEN -2 AND 2", name="stakeholder_loyalty"),
    )
    opportunity_id: bytes = key("opportunity", optional=False)
    contact_id: bytes = Field(sa_type=Key, foreign_key="contact.id", index=True)
    role: str | None = None
    influence: int | None = None
    loyalty: int | None = None
    motivation: str | None = None


class CompetitorRow(Recorded, table=True):
    """A rival in one opportunity."""

    __tablename__ = "competitor"
    __table_args__ = (Index("ux_competitor", "opportunity_id", "name_key", unique=True),)
    opportunity_id: bytes = key("opportunity", optional=False)
    name: str
    name_key: str
    strengths: str | None = None
    weaknesses: str | None = None


class ConditionRow(Recorded, table=True):
    """One condition of an opportunity under negotiation: what was asked, offered and agreed."""

    __tablename__ = "condition"
    __table_args__ = (Index("ux_condition", "opportunity_id", "name_key", unique=True),)
    opportunity_id: bytes = key("opportunity", optional=False)
    name: str
    name_key: str
    asked: str | None = None
    offered: str | None = None
    agreed: str | None = None


class OfferRow(Named, table=True):
    """What we sell; the price is in minor units."""

    __tablename__ = "offer"
    __table_args__ = (words_index("offer"),)
    family: str | None = None
    kind: str | None = None
    price: int | None = None
    currency: str | None = None


class OpportunityLineRow(Recorded, table=True):
    """An offer in an opportunity, with a quantity and a unit price in minor units."""

    __tablename__ = "opportunity_line"
    __table_args__ = (
        filled_index("opportunity_line", "offer_id"),
        CheckConstraint("quantity > 0", name="line_quantity"),
    )
    opportunity_id: bytes = Field(sa_type=Key, foreign_key="opportunity.id", index=True)
    offer_id: bytes = key("offer", optional=False)
    quantity: int
    price: int | None = None


class NoteRow(Recorded, table=True):
    """A dated text about a record."""

    __tablename__ = "note"
    __table_args__ = (
        filled_index("note", "account_id"),
        filled_index("note", "contact_id"),
        filled_index("note", "lead_id"),
        filled_index("note", "run_id"),
    )
    opportunity_id: bytes | None = Field(
        default=None, sa_type=Key, foreign_key="opportunity.id", index=True
    )
    account_id: bytes | None = key("account")
    contact_id: bytes | None = key("contact")
    lead_id: bytes | None = key("lead")
    run_id: bytes | None = key("process_run")
    at: datetime
    login: str
    text: str


class ActivityRow(Numbered, table=True):
    """A call, task, meeting or email, made by a step of a process or by hand."""

    __tablename__ = "activity"
    __table_args__ = (
        Index("ix_activity_due", "owner_id", "due_at", sqlite_where=text("state = 'open'")),
        filled_index("activity", "contact_id"),
        filled_index("activity", "lead_id"),
        filled_index("activity", "step_visit_id"),
        filled_index("activity", "consumed_by_id"),
        CheckConstraint("state IN ('open', 'done', 'canceled')", name="activity_state"),
    )
    kind: str
    topic: str | None = None
    account_id: bytes | None = Field(
        default=None, sa_type=Key, foreign_key="account.id", index=True
    )
    contact_id: bytes | None = key("contact")
    opportunity_id: bytes | None = Field(
        default=None, sa_type=Key, foreign_key="opportunity.id", index=True
    )
    lead_id: bytes | None = key("lead")
    run_id: bytes | None = Field(
        default=None, sa_type=Key, foreign_key="process_run.id", index=True
    )
    step_visit_id: bytes | None = key("step_visit")
    consumed_by_id: bytes | None = key("step_visit")
    owner_id: bytes | None = key("user")
    starts_at: datetime | None = None
    zone: str | None = None
    due_at: datetime | None = None
    minutes: int | None = None
    onstage: bool = Field(default=True, sa_column_kwargs={"server_default": text("1")})
    state: str
    result: str | None = None
    text: str | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None


class ParticipantRow(Recorded, table=True):
    """A contact who takes part in an activity."""

    __tablename__ = "participant"
    __table_args__ = (Index("ux_participant", "activity_id", "contact_id", unique=True),)
    activity_id: bytes = key("activity", optional=False)
    contact_id: bytes = Field(sa_type=Key, foreign_key="contact.id", index=True)


class DocumentRow(Named, table=True):
    """A file or an address: of the knowledge base, or only attached to a record.

    A file lies in the folder `files` of the store under its SHA-256; `address` is a URL otherwise.
    """

    __tablename__ = "document"
    __table_args__ = (
        words_index("document"),
        Index("ix_document_kind", "kind", "name_key", sqlite_where=text("in_library = 1")),
    )
    kind: str | None = None
    address: str | None = None
    sha256: str | None = None
    size: int | None = None
    in_library: bool = Field(default=True, sa_column_kwargs={"server_default": text("1")})


class DocumentTagRow(Recorded, table=True):
    """What a document is about: an offer, a vertical or a stage, by name."""

    __tablename__ = "document_tag"
    __table_args__ = (
        Index("ux_document_tag", "document_id", "kind", "name_key", unique=True),
        CheckConstraint("kind IN ('offer', 'vertical', 'stage')", name="document_tag_kind"),
    )
    document_id: bytes = key("document", optional=False)
    kind: str
    name: str
    name_key: str


class AttachmentRow(Recorded, table=True):
    """A document that belongs to an opportunity, to a run without one, or to an activity."""

    __tablename__ = "attachment"
    __table_args__ = (
        filled_index("attachment", "opportunity_id"),
        filled_index("attachment", "run_id"),
        filled_index("attachment", "activity_id"),
    )
    document_id: bytes = Field(sa_type=Key, foreign_key="document.id", index=True)
    opportunity_id: bytes | None = key("opportunity")
    run_id: bytes | None = key("process_run")
    activity_id: bytes | None = key("activity")
    at: datetime
    login: str


class SavedViewRow(Recorded, table=True):
    """A list that a user has saved: a noun and the condition that its records meet."""

    __tablename__ = "saved_view"
    __table_args__ = (Index("ux_saved_view", "owner_id", "name_key", unique=True),)
    owner_id: bytes = key("user", optional=False)
    name: str
    name_key: str
    noun: str
    condition: str


class QuotaRow(Recorded, table=True):
    """What a user is to win in a period, such as `2026-Q4`; the amount is in minor units."""

    __tablename__ = "quota"
    __table_args__ = (
        Index("ux_quota", "user_id", "period", unique=True),
        Index("ix_quota_period", "period"),
        CheckConstraint("amount > 0", name="quota_amount"),
    )
    user_id: bytes = key("user", optional=False)
    period: str
    amount: int
    currency: str


class ProcessSwitchRow(Recorded, table=True):
    """Whether a process may be started; one without a row may be."""

    __tablename__ = "process_switch"
    key: str = Field(unique=True)
    is_enabled: bool
    reason: str | None = None


class ProcessDefinitionRow(Recorded, table=True):
    """One published version of a process: its source verbatim and its compiled form.

    One with a division is for the sales of owners in that division only.
    """

    __tablename__ = "process_definition"
    __table_args__ = (
        Index("ux_process_version", "key", "revision", unique=True),
        Index("ix_process_newest", "key", "retired_at", "division_id", "revision", "id"),
    )
    key: str
    revision: int
    name: str
    sha256: str
    source: str
    compiled: str
    published_at: datetime
    retired_at: datetime | None = None
    division_id: bytes | None = Field(default=None, sa_type=Key, foreign_key="division.id")


class ProcessRunRow(Recorded, table=True):
    """One sale's passage through a process; it may begin before its opportunity exists."""

    __tablename__ = "process_run"
    __table_args__ = (
        Index(
            "ux_run_of_opportunity",
            "opportunity_id",
            unique=True,
            sqlite_where=text("state = 'running'"),
        ),
        Index("ix_run_running", "owner_id", "number", sqlite_where=text("state = 'running'")),
        filled_index("process_run", "account_id"),
        filled_index("process_run", "contact_id"),
        CheckConstraint("state IN ('running', 'ended', 'disqualified')", name="run_state"),
    )
    number: int = Field(unique=True)
    definition_key: str
    opportunity_id: bytes | None = Field(
        default=None, sa_type=Key, foreign_key="opportunity.id", index=True
    )
    account_id: bytes | None = key("account")
    contact_id: bytes | None = key("contact")
    lead_id: bytes | None = Field(default=None, sa_type=Key, foreign_key="lead.id", index=True)
    owner_id: bytes | None = key("user")
    subject: str | None = None
    draft: str
    state: str
    reason: str | None = None
    started_by: str
    started_at: datetime
    ended_at: datetime | None = None
    voided_by_id: bytes | None = key("change_set")


class StageVisitRow(Recorded, table=True):
    """One stay of a run in a stage: the stage history that every report reads."""

    __tablename__ = "stage_visit"
    run_id: bytes = Field(sa_type=Key, foreign_key="process_run.id", index=True)
    definition_id: bytes = key("process_definition", optional=False)
    stage: str
    n: int
    entered_at: datetime
    entered_by: str
    login: str
    ended_at: datetime | None = None
    ended_by: str | None = None
    missing: str | None = None
    recommended: str | None = None
    because: str | None = None
    left_at: datetime | None = None
    left_by: str | None = None
    left_login: str | None = None
    voided_by_id: bytes | None = key("change_set")


class StepVisitRow(Recorded, table=True):
    """One step of a stay: the process log; the open row is where the process stands."""

    __tablename__ = "step_visit"
    __table_args__ = (
        Index(
            "ix_step_open",
            "run_id",
            sqlite_where=text("closed_at IS NULL AND voided_by_id IS NULL"),
        ),
        CheckConstraint(
            "state IN ('open', 'waiting', 'done', 'canceled')", name="step_visit_state"
        ),
    )
    visit_id: bytes = Field(sa_type=Key, foreign_key="stage_visit.id", index=True)
    run_id: bytes = key("process_run", optional=False)
    step: str
    state: str
    result: str | None = None
    reason: str | None = None
    opened_at: datetime
    snoozed_until: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    voided_by_id: bytes | None = key("change_set")


UNTRACKED = frozenset({"change_set", "change", "current_change_set", "counter"})
"""Tables without a change history: they are the history, or never go back."""
