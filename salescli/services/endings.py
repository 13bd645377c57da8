"""What the end of a sale asks for and leaves behind, by whichever command it comes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from salescli.domain.fields import NAMES, SALE_FIELDS, Reference
from salescli.domain.process.spec import StageSpec
from salescli.domain.text import key as text_key
from salescli.errors import DecisionNeededError, RuleError
from salescli.services import references
from salescli.services.sale import Sale
from salescli.services.targets import find_stage, sale_of
from salescli.services.values import read_assignments
from salescli.store import freshness, parts, records, rerouting, runs
from salescli.store.rows import update
from salescli.store.unit_of_work import UnitOfWork

NO_DECISION = "no decision"
"""The winner of a sale that nobody won."""


class Closing(NamedTuple):
    """What is said with an ending beside its fields.

    `is_confirmed`: the opportunity was checked and is up to date. `flags_account`: the reason is
    kept on the account, as a warning for the next sale. `successor` are the fields of the
    opportunity that takes the place of a rerouted one, as `name=value`, and `stage` is where that
    one begins.
    """

    is_confirmed: bool = False
    flags_account: bool = False
    successor: tuple[str, ...] = ()
    stage: str = ""


class Ended(NamedTuple):
    """What an ending did beyond the sale itself; `successor` is the handle of the new one."""

    changes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    successor: str = ""


def divided(stage: StageSpec, assignments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the assignments for a sale that ends, and those for the one that takes its place."""
    if not stage.carry:
        return list(assignments), []
    own = [a for a in assignments if _name(a) in stage.fields]
    return own, [a for a in assignments if _name(a) not in stage.fields]


def conclude(sale: Sale, closing: Closing) -> Ended:
    """Do what follows when a sale has just ended with an opportunity; inside its change set.

    Raises:
        RuleError: the account cannot be flagged, because there is none.
    """
    stage = sale.newest.spec.stage(sale.stored.run.stage)
    opportunity = sale.stored.opportunity
    assert opportunity is not None, "an ending of a sale without an opportunity disqualifies it"
    changes: list[str] = []
    if closing.is_confirmed:
        changes += confirm(sale)
    if closing.flags_account:
        changes += _flag(sale)
    if "competitor" in stage.fields:
        changes += _keep_winner(sale, opportunity)
    warnings = tuple(stale_fields(sale, stage))
    if not stage.carry:
        return Ended(tuple(changes), warnings)
    new = _reroute(sale, opportunity, stage, closing)
    place = new.spec.stage(new.stored.run.stage).name
    name = new.values["name"]
    opened = f"Opened `{new.fields.reference}` {name} at `{place}`"
    changes += [*new.changes, f"{opened}; it takes the place of `{sale.fields.reference}`"]
    return Ended(tuple(changes), warnings, new.fields.reference)


def confirm(sale: Sale) -> list[str]:
    """Note that somebody has checked the opportunity; return the sentence about it."""
    assert sale.stored.opportunity is not None
    columns = {"confirmed_at": sale.unit.now_text}
    update(sale.unit.connection, "opportunity", sale.stored.opportunity, columns)
    return [f"Confirmed that `{sale.fields.reference}` is up to date"]


def stale_fields(sale: Sale, stage: StageSpec) -> list[str]:
    """Return a sentence for each field that an ending wants fresh and that is unset or old.

    A field is old when it has had its value for longer than the ending's `fresh_days`, and nobody
    has confirmed the opportunity since.
    """
    opportunity = sale.stored.opportunity
    if opportunity is None or not stage.fresh:
        return []
    seen = _last_seen(sale, opportunity, stage)
    told: list[str] = []
    for name in stage.fresh:
        days = (sale.unit.now - seen[name]).days if name in seen else 0
        if sale.values.get(name) in (None, "", ()):
            told.append(f"`{name}` is not known; {_mend(sale, name)}")
        elif stage.fresh_days and days > stage.fresh_days:
            told.append(f"`{name}` is as it was {days} days ago; {_mend(sale, name)}")
    return told


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
        if name in freshness.PARTS:
            seen[name] = freshness.parts_changed(connection, opportunity, name)
    confirmed = records.confirmed_at(connection, opportunity)
    return {
        name: max(at, confirmed) if confirmed else at for name, at in seen.items() if at is not None
    }


def _mend(sale: Sale, name: str) -> str:
    reference = sale.fields.reference
    if SALE_FIELDS[name].kind == NAMES:
        return f"see them: `sales opportunity show {reference}`"
    return f"`sales opportunity edit {reference} --{name.replace('_', '-')} ...`"


def _flag(sale: Sale) -> list[str]:
    account = sale.values.get("account")
    if account is None or not account.key:
        raise RuleError(
            "There is no account to flag", hint="leave out --flag-account, or give the account"
        )
    reason = str(sale.stored.reason)
    records.change(sale.unit, "account", account.key, {"flag": reason})
    return [f"Flagged {account}: {reason}"]


def _keep_winner(sale: Sale, opportunity: bytes) -> list[str]:
    """Have the winner among the competitors of the opportunity, unless nobody won."""
    winner = str(sale.values.get("competitor") or "")
    if not winner or text_key(winner) == text_key(NO_DECISION):
        return []
    if parts.part(sale.unit.connection, "competitor", opportunity, winner):
        return []
    parts.save_named(sale.unit, "competitor", opportunity, winner, {})
    return [f"Added competitor {winner}"]


def _reroute(sale: Sale, old: bytes, stage: StageSpec, closing: Closing) -> Sale:
    """Open the opportunity that takes the place of a rerouted one, with a run of its own."""
    unit = sale.unit
    given = read_assignments(unit, SALE_FIELDS, closing.successor, currency=sale.currency)
    carried: dict[str, Any] = {
        name: sale.values[name]
        for name in stage.carry
        if SALE_FIELDS[name].record == "opportunity" and sale.values.get(name) is not None
    }
    carried.setdefault("name", sale.values["name"])
    owner = given.get("owner") or carried.get("owner")
    key = runs.add(
        unit,
        sale.stored.process,
        started_by="process",
        owner_id=owner.key if isinstance(owner, Reference) else unit.user_id,
    )
    new = Sale(unit, key)
    new.fields.currency = sale.currency
    begins = _first_stage(new, closing.stage)
    new.changes += new.fields.set(carried | given)
    new.changes += new.fields.create_opportunity(begins.id)
    assert new.fields.opportunity is not None, "the line above has made it"
    for field in stage.carry:
        if field in freshness.PARTS and field not in given:
            rerouting.copy_parts(unit, field, old, new.fields.opportunity)
    rerouting.link(unit, new.fields.opportunity, old)
    new.stored = runs.load(unit.connection, key)
    walk = new.walk()
    walk.start(begins.id, by="start")
    new.save(walk)
    return new


def _first_stage(new: Sale, text: str) -> StageSpec:
    """Return the stage at which a successor begins: the one that usually follows the first."""
    spec = new.newest.spec
    usual = spec.stage(spec.start).next
    stage = find_stage(spec, text or (usual[0] if usual else spec.start))
    if stage.ending or stage.id == spec.start:
        raise DecisionNeededError(
            f"A rerouted sale cannot begin at `{stage.name}`",
            hint="give a later stage with --stage: "
            + ", ".join(f"`{s.id}`" for s in spec.working_stages if s.id != spec.start),
            choices=tuple(s.id for s in spec.working_stages if s.id != spec.start),
        )
    return stage


def _name(assignment: str) -> str:
    return assignment.partition("=")[0].strip().replace("-", "_")


def look(unit: UnitOfWork, typed: Sequence[str], ending: str) -> list[str]:
    """Return what would be warned of if sales ended now, without touching them."""
    told: list[str] = []
    with unit.reading():
        for text in dict.fromkeys(typed):
            target = references.target(unit, text)
            if target.run is None:
                continue
            sale = sale_of(unit, target)
            told += stale_fields(sale, find_stage(sale.newest.spec, ending))
    return told
