"""A whole sale on a terminal, with every question that it asks."""

import re
from collections import Counter

from salescli.domain.fields import SALE_FIELDS
from tests.shop import Shop
from tests.terminal import on_terminal

ANSWERS = {
    "meeting_at": "2026-11-25 10:00",
    "requested": "An example",
    "name": "Standby power",
    "amount": "48000",
    "need": "The looms must not stop",
    "budget": "50000",
    "decision_date": "2026-12-20",
    "deadline": "2027-03-01",
    "close_date": "2026-12-28",
    "source": "Referral",
    "type": "New business",
    "contact": "Mia Ray",
    "contact_title": "Head of operations",
    "contact_email": "mia@larkspur.example",
    "company_history": "Spun wool since 1911",
    "stakeholders": "Mia Ray (decision maker)",
    "competitors": "Rivalon Power",
    "questions": "What does an hour cost?",
    "examples": "The hall of Harbour",
    "attendees": "Mia Ray",
    "new_influential_contacts": "no",
    "offers": "Generator",
    "tactics": "Let the hall speak",
    "next_steps": "Agree on the day",
    "conditions": "Payment (asked 60 days)",
    "discussion": "Up to five per cent",
    "owner": "ana",
    "division": "West",
}
"""What the customer and the seller say when a field is asked for; the company is given before."""

LABELS = {SALE_FIELDS[name].label: text for name, text in ANSWERS.items()}


def fields(*names: str) -> list[tuple[str, str]]:
    """Return the questions for fields, each with its answer."""
    return [(SALE_FIELDS[name].label, ANSWERS[name]) for name in names]


def asked(shown: str) -> Counter[str]:
    """Return how often each field was asked for: its label at the beginning of a question."""
    labels = "|".join(re.escape(field.label) for field in SALE_FIELDS.values())
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    return Counter(
        re.findall(rf"^({labels})(?: \[[^\]\n]*\])*(?: \(required\))?: ", plain, re.MULTILINE)
    )


def test_nothing_that_was_typed_is_asked_again(shop: Shop) -> None:
    """B23: from the first call to the signature each field is asked for once at most."""
    shop.do("user", "add", "bo")
    shop.do("division", "add", "West")
    first = on_terminal(
        shop,
        *("run-process", "corporate-sale", "--account", "Larkspur Mills"),
        typed=[
            ("Result", "meet"),
            *fields("meeting_at", "requested"),
            *fields("name", "amount", "need", "budget", "decision_date", "close_date"),
            *fields("source", "type", "contact", "owner", "division"),
            ("Enter goes on", ""),
            ("Next stage", "needs-analysis"),
            ("Result", "collected"),
            *fields("company_history", "contact_title", "contact_email", "stakeholders"),
            *fields("deadline", "competitors"),
            ("Enter goes on", ""),
            ("Result", "presentation-agreed"),
            ("Enter goes on", ""),
            ("Next stage", "presentation"),
            ("Result", "prepared"),
            *fields("questions", "examples", "attendees"),
            ("Enter goes on", ""),
        ],
    )
    assert 0 == first.code, first.text
    shop.do("done", "ACT-2")
    rest = on_terminal(
        shop,
        *("continue", "OPP-1"),
        typed=[
            *fields("new_influential_contacts", "tactics", "offers"),
            ("Enter goes on", ""),
            ("Next stage", "proposal"),
            ("Result", "prepared"),
            *fields("next_steps"),
            ("Enter goes on", ""),
            ("Result", "wants-to-discuss"),
            ("Next stage", "negotiations"),
            *fields("conditions"),
            ("Enter goes on", ""),
            ("Result", "yes"),
            *fields("discussion"),
            ("Enter goes on", ""),
            ("Result", "agreed"),
            ("Next stage", "contracting"),
            ("Result", "prepared"),
            ("Result", "sent"),
            ("Result", "signed"),
            ("Next stage", "closed-won"),
        ],
    )
    assert 0 == rest.code, rest.text
    assert "closed-won" == shop.json("opportunity", "show", "OPP-1")["stage"]
    once = asked(first.text + rest.text)
    assert set(once) >= set(LABELS)
    assert dict.fromkeys(once, 1) == dict(once)


def test_a_known_field_can_be_changed_by_its_name(shop: Shop) -> None:
    """B23: what is shown and not asked can still be put right."""
    shop.do("run-process", "corporate-sale", "--result", "meet")
    shop.do("continue", "RUN-1", "--set", "meeting_at=thu 10", "--set", "amount=900")
    empty = ("Name", "Need", "Budget", "Decision date", "Close date", "Source", "Type")
    on_terminal(
        shop,
        *("continue", "RUN-1"),
        typed=[
            ("Account (required)", "Acme"),
            *((label, "") for label in (*empty, "Main contact", "Owner", "Division")),
            ("Enter goes on", "colour"),
            ("It is one of: amount", "Amount"),
            ("Amount [", "1200"),
            ("Enter goes on", ""),
            ("Next stage", "later"),
        ],
    )
    assert "1200.00" == shop.json("opportunity", "show", "OPP-1")["amount"]
