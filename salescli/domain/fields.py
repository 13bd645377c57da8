"""The fields that people fill: their names, kinds, and the record that each one lands in.

Forms, `--set`, `add`, `edit`, import and conditions all read this one list.
"""

from collections.abc import Iterable
from typing import NamedTuple

from salescli.domain.text import clean
from salescli.errors import UsageError

TEXT, LONG_TEXT, MONEY, INTEGER, PERCENT = "text", "long text", "money", "integer", "percent"
DAY, MOMENT, CHOICE, YES_NO = "day", "moment", "choice", "yes-no"
USER, DIVISION, ACCOUNT, CONTACT, OFFER, OPPORTUNITY = (
    "user",
    "division",
    "account",
    "contact",
    "offer",
    "opportunity",
)
NAMES = "names"
EMAIL = "email"

REFERENCES = frozenset({USER, DIVISION, ACCOUNT, CONTACT, OFFER, OPPORTUNITY})
"""Kinds whose value is another record: its login, slug, name or handle."""

LEAD_STATUSES = (
    "Open - Not Contacted",
    "Working - Contacted",
    "Awaiting sale",
    "Closed - Converted",
    "Closed - Not Converted",
)
AWAITING_SALE = "Awaiting sale"


class Reference(str):
    """The name of another record (login, slug, name or handle); without a key it is to be made."""

    __slots__ = ("key",)
    key: bytes

    def __new__(cls, text: str, key: bytes = b"") -> "Reference":
        """Return the text with its key beside it."""
        made = super().__new__(cls, text)
        made.key = key
        return made


def assigned(assignments: Iterable[str]) -> dict[str, str]:
    """Return field -> text of texts `field=text`, whose names may have hyphens.

    Raises:
        UsageError: one has no `=`, or a field stands there twice.
    """
    texts: dict[str, str] = {}
    for assignment in assignments:
        name, separator, text = assignment.partition("=")
        name = name.strip().replace("-", "_")
        if not separator:
            raise UsageError(
                f"`{clean(assignment)}` sets nothing", hint="write it as --set field=value"
            )
        if name in texts:
            raise UsageError(f"`{clean(name)}` is set twice", hint="give each field once")
        texts[name] = text
    return texts


class Field(NamedTuple):
    """One field: how it is named, typed and stored.

    `record` is the record it lands in: a noun, or `run` for what a sale only says once.
    `column` is its column, where that is not the name itself.
    """

    name: str
    label: str
    kind: str = TEXT
    record: str = ""
    column: str = ""
    options: tuple[str, ...] = ()
    is_required: bool = False

    @property
    def stored_as(self) -> str:
        """The column of the store."""
        return self.column or (f"{self.name}_id" if self.kind in REFERENCES else self.name)


def _fields(record: str, *fields: Field) -> tuple[Field, ...]:
    return tuple(field._replace(record=record) for field in fields)


_NAME = Field("name", "Name", is_required=True)
_OWNER = Field("owner", "Owner", USER)

NOUNS: dict[str, tuple[Field, ...]] = {
    "opportunity": _fields(
        "opportunity",
        _NAME,
        Field("account", "Account", ACCOUNT),
        Field("contact", "Main contact", CONTACT),
        Field("stage", "Stage"),
        Field("amount", "Amount", MONEY),
        Field("probability", "Probability", PERCENT),
        Field("close_date", "Close date", DAY),
        _OWNER._replace(is_required=True),
        Field("division", "Division", DIVISION),
        Field("need", "Need", LONG_TEXT),
        Field("budget", "Budget", MONEY),
        Field("decision_date", "Decision date", DAY),
        Field("deadline", "Deadline", DAY),
        Field("source", "Source"),
        Field("type", "Type", column="kind"),
        Field("tactics", "Tactics", LONG_TEXT),
        Field("next_steps", "Next steps", LONG_TEXT),
        Field("reason", "Reason won or lost", LONG_TEXT),
        Field("competitor", "Winning competitor", column="winner"),
    ),
    "account": _fields(
        "account",
        _NAME,
        Field("type", "Type", column="kind"),
        Field("industry", "Industry"),
        Field("website", "Website"),
        Field("phone", "Phone"),
        Field("street", "Street"),
        Field("city", "City"),
        Field("state", "State"),
        Field("country", "Country"),
        Field("employees", "Employees", INTEGER),
        Field("annual_revenue", "Annual revenue", MONEY),
        Field("founded", "Founded in", INTEGER),
        Field("history", "Company history", LONG_TEXT),
        Field("rating", "Rating"),
        Field("flag", "Flag", LONG_TEXT),
        Field("parent", "Parent account", ACCOUNT),
        _OWNER,
    ),
    "contact": _fields(
        "contact",
        _NAME,
        Field("account", "Account", ACCOUNT),
        Field("title", "Title"),
        Field("department", "Department"),
        Field("email", "Email", EMAIL),
        Field("phone", "Phone"),
        Field("mobile", "Mobile"),
        Field("source", "Source"),
        _OWNER,
    ),
    "lead": _fields(
        "lead",
        _NAME,
        Field("company", "Company"),
        Field("title", "Title"),
        Field("email", "Email", EMAIL),
        Field("phone", "Phone"),
        Field("city", "City"),
        Field("country", "Country"),
        Field("industry", "Industry"),
        Field("source", "Source"),
        Field("rating", "Rating"),
        Field("need", "Need", LONG_TEXT),
        Field("status", "Status", CHOICE, options=LEAD_STATUSES, is_required=True),
        _OWNER,
    ),
    "offer": _fields(
        "offer",
        _NAME,
        Field("family", "Family"),
        Field("kind", "Kind", CHOICE, options=("goods", "service", "software")),
        Field("price", "Unit price", MONEY),
    ),
    "activity": _fields(
        "activity",
        _NAME,
        Field(
            "kind", "Kind", CHOICE, options=("call", "task", "meeting", "email"), is_required=True
        ),
        Field("opportunity", "Opportunity", OPPORTUNITY),
        Field("account", "Account", ACCOUNT),
        Field("contact", "Contact", CONTACT),
        Field("due", "Due", MOMENT, column="due_at", is_required=True),
        Field("minutes", "Minutes", INTEGER),
        _OWNER,
    ),
    "user": _fields(
        "user",
        Field("login", "Login", is_required=True),
        _NAME,
        Field("email", "Email", EMAIL),
        Field("manager", "Reports to", USER),
        Field("division", "Division", DIVISION),
        Field("active", "Active", YES_NO, column="is_active", is_required=True),
    ),
    "division": _fields(
        "division",
        _NAME,
        Field("head", "Head", USER),
    ),
}
"""The fields of each noun, in the order in which they are shown."""

SALE_FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        *NOUNS["opportunity"],
        Field("company_history", "Company history", LONG_TEXT, "account", "history"),
        Field("contact_title", "Title of the main contact", TEXT, "contact", "title"),
        Field("contact_email", "Email of the main contact", EMAIL, "contact", "email"),
        Field("contact_phone", "Phone of the main contact", TEXT, "contact", "phone"),
        Field("stakeholders", "Stakeholders", NAMES, "stakeholder"),
        Field("attendees", "Attendees of the presentation", NAMES, "participant"),
        Field("conditions", "Conditions", NAMES, "condition"),
        Field("competitors", "Competitors", NAMES, "competitor"),
        Field("offers", "Offers", NAMES, "opportunity_line"),
        Field("meeting_at", "Meeting", MOMENT, "run"),
        Field("callback_at", "Call back", MOMENT, "run"),
        Field("requested", "Requested", LONG_TEXT, "run"),
        Field("channel", "Channel", CHOICE, "run", options=("email", "post", "phone", "visit")),
        Field("questions", "Questions", LONG_TEXT, "run"),
        Field("examples", "Examples", LONG_TEXT, "run"),
        Field("discussion", "Discussion", LONG_TEXT, "run"),
        Field(
            *("new_influential_contacts", "Somebody new has a say", YES_NO, "run"),
            options=("yes", "no"),
        ),
    )
    if field.name != "stage"
}
"""The fields that a step of a sale can ask for, by name."""
