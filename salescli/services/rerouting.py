"""The opportunity that takes the place of a rerouted one."""

from typing import Any

from salescli.domain.fields import SALE_FIELDS, Reference
from salescli.domain.process.spec import StageSpec
from salescli.errors import DecisionNeededError
from salescli.services.endings import Closing
from salescli.services.sale import Sale, require_enabled
from salescli.services.targets import find_stage
from salescli.services.values import read_assignments
from salescli.store import parts, rerouting, runs


def reroute(sale: Sale, old: bytes, stage: StageSpec, closing: Closing) -> Sale:
    """Open the opportunity that takes the place of a rerouted one, with a run of its own.

    Raises:
        RuleError: the process of the sale is disabled, so that no other one starts by it.
    """
    unit = sale.unit
    require_enabled(unit, sale.stored.process)
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
        if field in parts.FIELDS and field not in given:
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
