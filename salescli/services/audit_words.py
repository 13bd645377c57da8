"""Tells what a change set did to a record, field by field, in the words of the forms."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from salescli.domain import fields as kinds
from salescli.domain.fields import NOUNS, SALE_FIELDS, Field
from salescli.domain.reference import handle
from salescli.services.sessions import setting
from salescli.services.values import plain, say
from salescli.store import audit
from salescli.store.audit import State, Touch
from salescli.store.records import NUMBERED
from salescli.store.unit_of_work import UnitOfWork
from salescli.store.values import from_draft, from_stored

_BOOKKEEPING = frozenset(
    (
        *("id", "created_in", "version", "number", "name_key", "created_at", "updated_at"),
        *("compiled", "sha256", "draft"),
    )
)
"""Columns that say nothing about a sale, or that another one says better."""

_KINDS = {"DATETIME": kinds.MOMENT, "DATE": kinds.DAY, "BOOLEAN": kinds.YES_NO}
_PARENTS = ("opportunity", "lead", "contact", "account", "run")
_PARTS = {
    "stakeholder": ("opportunity", "contact"),
    "opportunity_line": ("opportunity", "offer"),
    "competitor": ("opportunity", "name"),
    "condition": ("opportunity", "name"),
    "participant": ("activity", "contact"),
    "stage_visit": ("run", "stage"),
    "step_visit": ("run", "step"),
    "process_definition": ("key", "revision"),
    "process_switch": ("key", ""),
    "user": ("login", "name"),
    "division": ("slug", "name"),
    "setting": ("name", ""),
    "saved_view": ("name", ""),
    "quota": ("user", "period"),
    "document_tag": ("document", "name"),
    "attachment": ("opportunity", "document"),
}
"""Table -> the columns by which a row without a handle is called: what it belongs to, its name."""


_PARTS_OF_SALE = frozenset(
    {"stakeholder", "opportunity_line", "competitor", "condition", "participant", "note"}
)


class FieldChange(NamedTuple):
    """What a field was and what it became; None where it was or became empty."""

    label: str
    old: Any
    new: Any


class RecordChange(NamedTuple):
    """What a change set did to one record; `operation` is `made`, `changed` or `deleted`."""

    record: str
    name: str
    table: str
    operation: str
    fields: Mapping[str, FieldChange]


class Words:
    """Reads the states of records; with `now`, values are told to people, else to programs."""

    def __init__(self, unit: UnitOfWork, *, now: datetime | None) -> None:
        self._unit = unit
        self._connection = unit.connection
        self._now = now
        self._known: dict[tuple[str, bytes], tuple[str, str]] = {}
        self._columns: dict[str, list[tuple[str, Field, str]]] = {}

    def tell(self, change_set: bytes, number: int, touch: Touch) -> RecordChange:
        """Return what a change set did to one row."""
        before = audit.before(self._connection, change_set, touch)
        after = audit.after(self._connection, number, touch)
        record, name = self._called(touch.table, after or before or {})
        changes = {
            key: change
            for key, change in self._changes(touch.table, before or {}, after or {})
            if change.old != change.new
        }
        return RecordChange(record, name, touch.table, touch.operation, changes)

    def called(self, table: str, key: bytes) -> tuple[str, str]:
        """Return what people call a row, even one that is gone: its handle or login, its name."""
        if (table, key) not in self._known:
            state = audit.last_known(self._connection, table, key)
            self._known[table, key] = self._called(table, state or {})
        return self._known[table, key]

    def place(self, row: tuple[str, bytes], run: bytes | None) -> str:
        """Return how a sentence names a row: as its sale, where it has one, or by itself."""
        table, key = row
        if run is not None:
            state = audit.last_known(self._connection, "process_run", run) or {}
            sale = state.get("opportunity_id")
            table, key = ("opportunity", sale) if sale else ("process_run", run)
        record, name = self.called(table, key)
        part = f"{table.replace('_', ' ')} {name} of " if table in _PARTS_OF_SALE else ""
        return f"{part}`{record}`" + (f" {name}" if name and not part else "")

    def _called(self, table: str, state: State) -> tuple[str, str]:
        """Return the handle and name of a row; a part of a sale has the handle of the sale."""
        if table == "change_set":
            return handle("change_set", state.get("number", 0)), ""
        if table == "process_run" and "number" in state:
            return handle("run", state["number"]), str(state.get("subject") or "")
        if (table in NUMBERED or table == "document") and "number" in state:
            return handle(table, state["number"]), str(state["name"])
        if table == "note":
            noun = next((noun for noun in _PARENTS if state.get(f"{noun}_id")), "")
            return self._part(state, noun), ""
        first, second = _PARTS.get(table, ("", ""))
        return self._part(state, first), self._part(state, second, is_name=True)

    def _part(self, state: State, column: str, *, is_name: bool = False) -> str:
        key = state.get(f"{column}_id")
        if key is None:
            return str(state.get(column) or "")
        record, name = self.called("process_run" if column == "run" else column, key)
        return name if is_name else record

    def _changes(
        self, table: str, before: State, after: State
    ) -> Iterator[tuple[str, FieldChange]]:
        """Yield each field of a row with its old and its new value."""
        for column, field, target in self._fields_of(table):
            old = self._value(field, target, before.get(column), before)
            new = self._value(field, target, after.get(column), after)
            yield field.name, FieldChange(field.label, old, new)
        if table == "process_run":
            old_draft, new_draft = (
                json.loads(state.get("draft") or "{}") for state in (before, after)
            )
            for name in dict.fromkeys((*old_draft, *new_draft)):
                yield self._drafted(name, old_draft.get(name), new_draft.get(name))

    def _drafted(self, name: str, old: Any, new: Any) -> tuple[str, FieldChange]:
        """Return a field that the run holds, for good or until there is an opportunity."""
        field = SALE_FIELDS.get(name, Field(name, name))
        is_kept_there = field.record == "run"
        values = (self._say(field, from_draft(field, value), {}) for value in (old, new))
        label = field.label if is_kept_there else f"{field.label} (draft)"
        return name if is_kept_there else f"draft_{name}", FieldChange(label, *values)

    def _fields_of(self, table: str) -> list[tuple[str, Field, str]]:
        """Return each column worth telling, its field, and the table that it refers to."""
        if table not in self._columns:
            known = {field.stored_as: field for field in NOUNS.get(table, ())}
            targets = audit.references(self._connection, table)
            self._columns[table] = [
                (column, known.get(column) or _field(table, column, kind), targets.get(column, ""))
                for column, kind in audit.column_types(self._connection, table).items()
                if column not in _BOOKKEEPING
            ]
        return self._columns[table]

    def _value(self, field: Field, target: str, stored: Any, state: State) -> Any:
        if stored is None:
            return None
        if target:
            return " ".join(dict.fromkeys(part for part in self.called(target, stored) if part))
        return self._say(field, from_stored(field, stored), state)

    def _say(self, field: Field, value: Any, state: State) -> Any:
        if value is None:
            return None
        currency = self._currency(state) if field.kind == kinds.MONEY else ""
        if self._now is None:
            return plain(field, value, currency=currency)
        return say(field, value, currency=currency, now=self._now)

    def _currency(self, state: State) -> str:
        """Return the currency of a row's amounts: its own, its opportunity's, or the usual one."""
        own = state.get("currency")
        if not own and state.get("opportunity_id"):
            sale = audit.last_known(self._connection, "opportunity", state["opportunity_id"])
            own = (sale or {}).get("currency")
        return own or setting(self._unit, "currency")


def _field(table: str, column: str, declared: str) -> Field:
    """Return the field of a column that no form fills."""
    name = column.removesuffix("_id")
    is_price = table == "opportunity_line" and column == "price"
    kind = kinds.MONEY if is_price else _KINDS.get(declared, kinds.TEXT)
    return Field(name, name.replace("_", " ").capitalize(), kind)
