"""Adds, changes and removes the records of every noun."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from salescli.domain.fields import AWAITING_SALE, LEAD_STATUSES, NOUNS, Field, Reference
from salescli.domain.process.spec import ProcessSpec
from salescli.domain.text import clean, slug
from salescli.errors import RuleError, UsageError
from salescli.services import endings, meanwhile, moves, organization, references
from salescli.services import sale as sales
from salescli.services.listed import OWNED
from salescli.services.sale_fields import CLOSE_DATE, flagged
from salescli.services.sessions import setting
from salescli.services.targets import find_stage
from salescli.services.values import read_assignments
from salescli.store import definitions, records, relations, runs
from salescli.store.records import Match, Record
from salescli.store.unit_of_work import UnitOfWork


def add(
    unit: UnitOfWork, noun: str, name: str, assignments: Sequence[str]
) -> tuple[Record, list[str]]:
    """Add a record; return it and what else happened.

    Raises:
        UsageError: the name is empty, or a field has a wrong value.
        RuleError: a login, division or account of that name exists, or its owner is not active.
    """
    with unit:
        values = read_assignments(unit, _fields(noun), assignments)
        named = clean(name)
        if not named:
            raise UsageError(f"The {noun} has no name", hint=f'sales {noun} add "NAME"')
        named = _called(unit, noun, named)
        organization.require_active_people(unit, noun, values)
        values[_label(noun)] = named
        columns = _defaults(unit, noun, values)
        told = _made(unit, values) if noun == "opportunity" else []
        if noun == "opportunity" and (flag := flagged(unit, values.get("account"))):
            unit.remarks.append(flag)
        match = records.add(unit, noun, values, **columns)
        told += _after(unit, noun, match.key)
        return records.load(unit.connection, noun, match.key), told


def edit(
    unit: UnitOfWork,
    noun: str,
    reference: str,
    assignments: Sequence[str],
    *,
    if_version: int | None = None,
) -> tuple[Record, list[str]]:
    """Change fields of a record; return it, and what changed and what else happened.

    Raises:
        UsageError: nothing is to be changed.
        RuleError: a rule of the noun forbids it.
        ChangedMeanwhileError: the record has another version than `if_version`.
    """
    with unit:
        match = references.find(unit, noun, reference)
        record = records.load(unit.connection, noun, match.key)
        values = read_assignments(unit, _fields(noun), assignments, currency=record.currency)
        if not values:
            raise UsageError(
                "Nothing is to be changed",
                hint=f"sales {noun} edit {match.reference} --set FIELD=VALUE",
            )
        meanwhile.require_version(unit, record, if_version, assignments)
        label = _label(noun)
        if values.get(label, record.values[label]) != record.values[label]:
            values[label] = _called(unit, noun, str(values[label]), match.key)
        _check(unit, noun, match.key, values)
        columns: dict[str, Any] = {"updated_at": unit.now_text} if noun == "opportunity" else {}
        is_set = "status" in values
        moves_to = str(values.pop("stage", None) or "") if noun == "opportunity" else ""
        told = meanwhile.changes_to(unit, record, values)
        told += _made(unit, values, record.values) if noun == "opportunity" else []
        if noun == "opportunity":
            _follow(unit, match, values)
        if values:
            records.change(unit, noun, match.key, values, **columns)
        if noun == "opportunity":
            told += endings.keep_winner(unit, match.key, str(values.get("competitor") or ""))
        if moves_to:
            given = [f"{CLOSE_DATE}={values[CLOSE_DATE]}"] if values.get(CLOSE_DATE) else []
            outcome = moves.to_stage(unit, match.reference, moves_to, given)
            told += outcome.changes
            unit.remarks += outcome.warnings
        told += _after(unit, noun, match.key) if is_set else []
        return records.load(unit.connection, noun, match.key), told


def remove(unit: UnitOfWork, noun: str, reference: str) -> str:
    """Remove a division or another record that nothing depends on; return what was done."""
    with unit:
        match = references.find(unit, noun, reference)
        if noun == "division":
            organization.refuse_with_open_work(unit, match)
        records.remove(unit, noun, match.key)
        return f"Removed {noun} `{match.reference}`"


def _fields(noun: str) -> dict[str, Field]:
    return {field.name: field for field in NOUNS[noun]}


def _label(noun: str) -> str:
    """Return the field by which people call a record of that noun."""
    return "login" if noun == "user" else "name"


def _called(unit: UnitOfWork, noun: str, name: str, key: bytes | None = None) -> str:
    """Return a name as it is stored, which no other record may have than the one with that key.

    Raises:
        UsageError: it cannot be typed.
        RuleError: another record is called so.
    """
    typed = slug(name) if noun in records.LABELS else name
    if not typed:
        raise UsageError(
            f"`{name}` cannot be a name that is typed", hint="use letters or digits in it"
        )
    if noun in {"account", "user", "division", "offer"}:
        known = [m for m in records.by_label(unit.connection, noun, typed) if m.key != key]
        if known:
            reference = known[0].reference
            told = f"`{reference}`" + f" {known[0].name}" * (noun not in records.LABELS)
            raise RuleError(
                f"Another {noun} is called so already: {told}",
                hint=f"change it with `sales {noun} edit {reference} --set FIELD=VALUE`",
            )
    return typed if noun == "user" else name


def _defaults(unit: UnitOfWork, noun: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return the columns that a new record gets beside its fields."""
    now = unit.now_text
    columns: dict[str, Any] = {}
    if noun in {"opportunity", "account", "offer"}:
        columns["currency"] = setting(unit, "currency")
    if noun in OWNED and not values.get("owner"):
        columns["owner_id"] = unit.user_id
    if noun == "opportunity":
        process = _process(unit, columns.get("owner_id") or values["owner"].key)
        stage = find_stage(process, str(values.pop("stage", "") or process.start))
        columns |= {"stage": stage.id, "stage_since": now, "created_at": now, "updated_at": now}
        columns["closed_at"] = now if stage.ending else None
        if stage.ending and not values.get(CLOSE_DATE):
            values[CLOSE_DATE] = unit.now.date()
    elif noun == "lead":
        values["status"] = values.get("status") or LEAD_STATUSES[0]
    elif noun == "division":
        columns["slug"] = slug(str(values["name"]))
    elif noun == "user" and not values.get("name"):
        values["name"] = values["login"]
    return columns


def _process(unit: UnitOfWork, owner: bytes) -> ProcessSpec:
    newest = definitions.newest(unit.connection, setting(unit, "process"), owner)
    assert newest is not None, "the setting `process` names a published process"
    return newest.spec


def _made(
    unit: UnitOfWork, values: dict[str, Any], before: Mapping[str, Any] = MappingProxyType({})
) -> list[str]:
    """Make the account and the contact that an opportunity names and that are new."""
    told: list[str] = []
    for noun in ("account", "contact"):
        value = values.get(noun)
        if not isinstance(value, Reference) or value.key:
            continue
        said = {**before, **values}
        owner = said.get("owner") or Reference(unit.login, unit.user_id)
        account = said.get("account")
        values[noun], sentences = references.made(unit, noun, value, account=account, owner=owner)
        told += sentences
    return told


def _check(unit: UnitOfWork, noun: str, key: bytes, values: dict[str, Any]) -> None:
    above = values.get("parent" if noun == "account" else "manager")
    if above:
        organization.refuse_cycle(unit, noun, key, above.key)
    if noun == "user" and values.get("active") is False:
        organization.refuse_leaving_head(unit, key)
    organization.require_active_people(unit, noun, values)


def _follow(unit: UnitOfWork, match: Match, values: dict[str, Any]) -> None:
    """Let what belongs to an opportunity follow it to another owner or account."""
    if "owner" in values:
        moves.hand_over(unit, match.key, values.pop("owner"))
    if "account" in values:
        account = values["account"]
        relations.move_account(unit, match.key, account.key if account else None)


def _after(unit: UnitOfWork, noun: str, key: bytes) -> list[str]:
    """Do what follows a change of a record: a lead that awaits a sale starts it."""
    if noun != "lead":
        return []
    lead = records.load(unit.connection, "lead", key)
    if lead.values["status"] != AWAITING_SALE:
        return []
    if runs.of_lead(unit.connection, key):
        return []
    sale = sales.start_from_lead(unit, lead)
    return list(sale.changes) if sale else []
