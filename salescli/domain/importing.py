"""What an import knows of other programs beside their columns: their stages, statuses and ids."""

import re
from collections.abc import Mapping
from typing import Any

from salescli.domain.fields import LEAD_STATUSES
from salescli.domain.text import key

ORDER = ("user", "offer", "account", "contact", "lead", "opportunity")
"""The nouns that can be imported, each after those that it refers to."""

ID, ACCOUNT_ID, CONTACT_ID, PARENT_ID = "id", "account_id", "contact_id", "parent_id"
FIRST_NAME, LAST_NAME, PRODUCT = "first_name", "last_name", "product"
CREATED, SINCE, CURRENCY, MILLIONS = "created", "since", "currency", "revenue_in_millions"
EXTRA = (
    *(ID, ACCOUNT_ID, CONTACT_ID, PARENT_ID, FIRST_NAME, LAST_NAME, PRODUCT),
    *(CREATED, SINCE, CURRENCY, MILLIONS),
)
"""What a column can hold beside the fields of a noun."""

BY_ID = {
    ACCOUNT_ID: ("account", "account"),
    CONTACT_ID: ("contact", "contact"),
    PARENT_ID: ("parent", "account"),
}
"""Columns that name a record by its id in the other program: the field that it fills, its noun."""

MAVEN, SALESFORCE = "maven", "salesforce"

STAGES = {
    "prospecting": "interest-verification",
    "qualify": "qualification",
    "engaging": "needs-analysis",
    "value-proposition": "presentation",
    "meet-present": "presentation",
    "id-decision-makers": "decision-makers",
    "perception-analysis": "decision-makers",
    "proposal-price-quote": "proposal",
    "propose": "proposal",
    "negotiation-review": "negotiations",
    "negotiate": "negotiations",
    "verbal-agreement": "contracting",
    "won": "closed-won",
    "lost": "closed-lost",
}
"""Stage names of Salesforce, older and newer, and of Maven, as slugs, and our stage for each.

Names that both sides share, such as `Qualification` or `Closed Won`, are not repeated here.
"""

_STATUSES = {key(status): status for status in LEAD_STATUSES} | {
    "new": "Open - Not Contacted",
    "open": "Open - Not Contacted",
    "contacted": "Working - Contacted",
    "working": "Working - Contacted",
    "nurturing": "Working - Contacted",
    "qualified": "Working - Contacted",
    "unqualified": "Closed - Not Converted",
    "converted": "Closed - Converted",
}
_NATURAL = {
    "user": ("login",),
    "offer": ("name",),
    "account": ("name",),
    "contact": ("name", "account", "email"),
    "lead": ("name", "company", "email"),
    "opportunity": ("name", "account", "close_date"),
}
"""What names a record of each noun, beside its own id."""

_SALESFORCE_ID = re.compile(r"(?:ref)?([a-zA-Z0-9]{15})(?:[A-Z0-5]{3})?")
_LONGEST_READABLE_ID = 200


def lead_status(text: str) -> str | None:
    """Return our status of a lead for the text of another program, or None."""
    return _STATUSES.get(key(text))


def salesforce_id(text: str) -> str:
    """Return the external id of a Salesforce record id, such as `0060S000006FFuEQAW`, or nothing.

    An id of 18 characters is one of 15 and a checksum, and older exports put `ref` before it. A
    reference such as `AccountRef1` counts within its file only, so that it is no id.
    """
    found = _SALESFORCE_ID.fullmatch(text.removeprefix("@"))
    is_id = found and found[1][0] == "0" and any(char.isdigit() for char in found[1][3:])
    return f"{SALESFORCE}:{found[1]}" if found and is_id else ""


def reference_id(text: str) -> str:
    """Return one spelling for what names a record by its id in the other program."""
    return salesforce_id(text) or f"@{text.removeprefix('@')}"


def identity(noun: str, source: str, values: Mapping[str, Any]) -> str:
    """Return the external id by which a second import knows a record again.

    The id of a Salesforce record or of a Maven opportunity is enough. Any other record is known by
    what names it: an account, offer or user by its name; a contact and a lead by name, company
    and email; an opportunity by name, account and close date; and beside these by its number in
    the file, if there is one, since two files can both have a record 17. The more there is, the
    fewer records are taken for another one by mistake: a double can be undone, while a record
    that never came in is missed by nobody.
    """
    own = values.get(ID) or ""
    given = salesforce_id(own)
    if given or (own and source == MAVEN):
        return given or f"{MAVEN}:{own}"
    parts = [key(values.get(name) or values.get(f"{name}_id") or "") for name in _NATURAL[noun]]
    if own:
        parts.append(f"#{own}")
    return named(*parts)


def named(*parts: str) -> str:
    """Return the external id of a record that is known by what names it."""
    text = "name:" + "|".join(part.replace("|", "||") for part in parts).rstrip("|")
    if len(text) <= _LONGEST_READABLE_ID:
        return text
    from hashlib import blake2b

    return "name:" + blake2b(text.encode(), digest_size=20).hexdigest()
