"""What belongs to an account: its people and its sales."""

from typing import Any

from salescli.domain.money import plain_amount
from salescli.store import accounts
from salescli.store.records import Record
from salescli.store.unit_of_work import UnitOfWork

SHOWN = 50
"""So many contacts and opportunities are shown; `list` has them all."""


def parts_of(unit: UnitOfWork, account: Record) -> dict[str, Any]:
    """Return the contacts and the opportunities of an account, as they are shown."""
    with unit.reading():
        contacts = accounts.contacts_of(unit.connection, account.key, SHOWN)
        sales = accounts.opportunities_of(unit.connection, account.key, SHOWN)
    return {
        "contacts": [
            {"contact": one.reference, "name": one.name}
            | {name: one.values[name] for name in ("title", "email")}
            for one in contacts
        ],
        "opportunities": [_sale(one) for one in sales],
    }


def _sale(record: Record) -> dict[str, Any]:
    amount, owner = record.values["amount"], record.values["owner"]
    return {
        "opportunity": record.reference,
        "name": record.name,
        "stage": record.values["stage"],
        "amount": None if amount is None else plain_amount(amount, record.currency),
        "currency": record.currency,
        "owner": str(owner) if owner else None,
    }
