"""What an ending wants to be up to date about an opportunity, and is not."""

from datetime import datetime
from typing import NamedTuple

from salescli.domain.fields import NOUNS, SALE_FIELDS, Reference
from salescli.domain.process.spec import StageSpec
from salescli.services.sale import Sale
from salescli.services.sale_fields import CLOSE_DATE
from salescli.store import freshness, parts, records

_ADD = {
    "stakeholders": 'sales opportunity stakeholder add REF "NAME"',
    "competitors": 'sales opportunity competitor add REF "NAME"',
    "conditions": 'sales opportunity condition add REF "NAME"',
    "offers": 'sales opportunity line add REF "NAME"',
}
"""Field -> the command that adds what belongs to an opportunity under that name."""

_LOOK = {
    "stakeholders": "sales opportunity stakeholder list REF",
    "competitors": "sales opportunity competitor list REF",
    "conditions": "sales opportunity condition list REF",
    "offers": "sales opportunity line list REF",
}
"""Field -> the command that lists it."""


class Stale(NamedTuple):
    """A field that is not known or old; `told` says so, and with which command it is mended."""

    field: str
    told: str

    @property
    def what(self) -> str:
        """What is wrong with it, for a form that can mend it."""
        return self.told.partition("; ")[0]


def stale_fields(sale: Sale, stage: StageSpec) -> list[Stale]:
    """Return each field that an ending wants fresh and that is unset or old.

    A field is old when it has had its value for longer than the ending's `fresh_days`, and nobody
    has confirmed the opportunity since. The close date is none of them: the ending sets it.
    """
    opportunity = sale.stored.opportunity
    if opportunity is None or not stage.fresh:
        return []
    seen = _last_seen(sale, opportunity, stage)
    found: list[Stale] = []
    for name in (name for name in stage.fresh if name != CLOSE_DATE):
        days = (sale.unit.now - seen[name]).days if name in seen else 0
        if sale.values.get(name) in (None, "", ()):
            found.append(Stale(name, f"`{name}` is not known; {_mend(sale, name, is_set=False)}"))
        elif stage.fresh_days and days > stage.fresh_days:
            age = f"`{name}` is as it was {days} days ago"
            found.append(Stale(name, f"{age}; {_mend(sale, name, is_set=True)}"))
    return found


def _last_seen(sale: Sale, opportunity: bytes, stage: StageSpec) -> dict[str, datetime]:
    """Return field -> when it was changed last, or confirmed after that."""
    connection = sale.unit.connection
    columns = {
        name: SALE_FIELDS[name].stored_as
        for name in stage.fresh
        if SALE_FIELDS[name].record == "opportunity"
    }
    changed = freshness.columns_changed(connection, opportunity, columns.values())
    seen: dict[str, datetime | None] = {name: changed[columns[name]] for name in columns}
    for name in stage.fresh:
        if name in parts.FIELDS:
            seen[name] = freshness.parts_changed(connection, opportunity, name)
    confirmed = records.confirmed_at(connection, opportunity)
    return {
        name: max(at, confirmed) if confirmed else at for name, at in seen.items() if at is not None
    }


def _mend(sale: Sale, name: str, *, is_set: bool) -> str:
    """Return the command that mends a field, also after the sale has ended."""
    reference = sale.fields.reference
    if name in _ADD:
        return f"`{(_LOOK if is_set else _ADD)[name].replace('REF', reference)}`"
    field = SALE_FIELDS[name]
    if field.record in {"account", "contact"}:
        owner = sale.values.get(field.record)
        column = next(f.name for f in NOUNS[field.record] if f.stored_as == field.stored_as)
        if isinstance(owner, Reference) and owner.key:
            record = records.load(sale.unit.connection, field.record, owner.key)
            return f"`sales {field.record} edit {record.reference} --{column} ...`"
        return f"`sales opportunity edit {reference} --{field.record} ...`"
    if field.record == "opportunity":
        return f"`sales opportunity edit {reference} --{name.replace('_', '-')} ...`"
    return f"see `sales opportunity show {reference}`"
