"""One sale in hand: its run, its fields and its definition, and the way its effects are written."""

from collections.abc import Mapping, Sequence
from typing import Any

from salescli.domain.fields import AWAITING_SALE, SALE_FIELDS, Reference
from salescli.domain.process.choices import first_way
from salescli.domain.process.engine import Walk
from salescli.domain.process.run import Effect
from salescli.domain.process.spec import ProcessSpec
from salescli.domain.reference import handle
from salescli.errors import RuleError
from salescli.services import sale_people
from salescli.services.sale_fields import SaleFields
from salescli.services.sessions import setting
from salescli.services.values import fact
from salescli.store import definitions, process_log, records, runs
from salescli.store.rows import new_key
from salescli.store.sale_rows import SaleRows
from salescli.store.unit_of_work import UnitOfWork


class Sale:
    """A loaded sale.

    `values` are its fields as they stand, `facts` what the process may ask about; `walk()` begins
    a command on it, and `save()` writes what the walk did.
    """

    def __init__(self, unit: UnitOfWork, key: bytes, rows: SaleRows | None = None) -> None:
        self.unit = unit
        self.rows = rows or SaleRows(unit.connection)
        self.stored = self.rows.run(key)
        self.newest = newest_of(unit, self.stored.process, self.stored.owner, self.rows)
        self.definition = self.newest
        self._keep_definition()
        self.fields = SaleFields(unit, self.stored, self.rows)
        self.changes: list[str] = []

    @property
    def spec(self) -> ProcessSpec:
        """The definition of the current stay."""
        return self.definition.spec

    @property
    def values(self) -> Mapping[str, Any]:
        """The fields by name."""
        return self.fields.values

    @property
    def currency(self) -> str:
        """The currency of its amounts."""
        return self.fields.currency

    def heed(self, values: Mapping[str, Any]) -> None:
        """Take the version of the owner that fields are about to name: the next stage is theirs."""
        owner = values.get("owner")
        if isinstance(owner, Reference) and owner.key:
            self.newest = newest_of(self.unit, self.stored.process, owner.key)

    def facts(self) -> dict[str, Any]:
        """Return what steps, conditions and assignees of the process may ask about."""
        facts = self._facts_of(self.values)
        me = Reference(self.unit.login, self.unit.user_id)
        facts["me"] = me
        if not facts.get("owner"):
            facts |= self._facts_of({"owner": me})
        facts["divisions"] = self.rows.divisions()
        return facts

    def _facts_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the facts that the values of fields are."""
        facts = {
            name: fact(SALE_FIELDS[name], value, self.currency) for name, value in values.items()
        }
        if "division" in values:
            facts["division.head"] = self._head_of(values["division"])
        if "owner" in values:
            owner = values["owner"]
            facts["owner.manager"] = self.rows.manager(owner.key) if owner else None
        return facts

    def _head_of(self, division: Reference | None) -> Reference | None:
        if division is None:
            return None
        record = records.load(self.unit.connection, "division", division.key)
        head: Reference | None = record.values["head"]
        return head

    def walk(self) -> Walk:
        """Begin a command of the engine on this sale."""
        return Walk(
            self.spec,
            self.stored.run,
            self.facts(),
            now=self.unit.now,
            new_key=new_key,
            newest=self.newest.spec,
            facts_of=self._facts_of,
        )

    def save(self, walk: Walk) -> None:
        """Write every effect of a walk, in order."""
        for effect in walk.effects:
            self._write(effect)
        self._look_for_deciders(walk.effects)
        owner = self.stored.owner
        self.stored = runs.load(self.unit.connection, self.stored.run.key)
        self._keep_definition()
        if self.stored.owner != owner:
            self.newest = newest_of(self.unit, self.stored.process, self.stored.owner)
            self._tell_owner(owner)

    def _tell_owner(self, former: bytes | None) -> None:
        """Say whose the sale is now, after a step or a form has given it to somebody else."""
        if former is None or self.stored.owner is None:
            return
        login = records.load(self.unit.connection, "user", self.stored.owner).reference
        name = self.fields.reference or handle("run", self.stored.number)
        self.changes.append(f"`{name}` belongs to `{login}` now, with its open activities")

    def _look_for_deciders(self, effects: Sequence[Effect]) -> None:
        """Warn when the form about the stakeholders was saved, and none of them decides."""
        run, opportunity = self.stored.run, self.fields.opportunity
        steps = {visit.key: visit.step for visit in run.steps}
        saved = sale_people.saved_forms(effects, run.stage, steps)
        specs = (self.spec, self.newest.spec)
        is_asked = any(sale_people.names_stakeholders(s, *place) for s in specs for place in saved)
        if is_asked and opportunity is not None:
            flag = sale_people.red_flag(self.unit, opportunity, self.fields.reference)
            self.fields.warnings += [flag] if flag else []

    def _keep_definition(self) -> None:
        """Have the definition of the current stay; a run without one takes the newest."""
        kept = self.stored.definition
        if kept == self.newest.key or not kept:
            self.definition = self.newest
        elif kept != self.definition.key:
            self.definition = self.rows.definition(kept)

    def _write(self, effect: Effect) -> None:
        if effect.kind == "set_fields":
            self.changes += self.fields.set(effect.values["fields"])
        elif effect.kind == "create_opportunity":
            self.changes += self.fields.create_opportunity(self._stage)
        else:
            process_log.write(self.unit, self.stored, effect, self.newest.key)
            if effect.kind == "create_activity":
                self.changes += self.fields.seat_waiting()
            elif effect.kind == "enter_stage":
                self._move_opportunity(effect.values["stage"])
            elif effect.kind == "change_run" and effect.values["state"] == "running":
                self.fields.reopen()

    @property
    def _stage(self) -> str:
        return runs.present_stage(self.unit.connection, self.stored.run.key)

    def _move_opportunity(self, stage: str) -> None:
        spec = self.newest.spec
        if self.fields.opportunity is not None and spec.drives == "stage":
            self.fields.move(stage, ending=spec.stage(stage).ending)


def newest_of(
    unit: UnitOfWork, process: str, owner: bytes | None, rows: SaleRows | None = None
) -> definitions.Definition:
    """Return the version of a process that a sale of an owner takes with its next stage."""
    newest = (rows or SaleRows(unit.connection)).newest(process, owner)
    assert newest is not None, "a run's process is published"
    return newest


def require_enabled(unit: UnitOfWork, process: str) -> None:
    """Refuse to start a sale by a process that is disabled; running ones go on."""
    reason = definitions.reason_against(unit.connection, process)
    if reason is not None:
        raise RuleError(
            f"No sale can be started: {_disabled(process, reason)}",
            hint=f"see all: `sales process list`; enable it: `sales process enable {process}`",
        )


def _disabled(process: str, reason: str) -> str:
    return f"`{process}` is disabled" + (f" ({reason})" if reason else "")


def start(
    unit: UnitOfWork,
    process: str,
    *,
    started_by: str,
    stage: str = "",
    values: Mapping[str, Any] | None = None,
    **columns: Any,
) -> Sale:
    """Start a run of a process at a stage (its first one by default) and return the sale."""
    require_enabled(unit, process)
    owner = (values or {}).get("owner")
    if owner and owner.key:
        columns.setdefault("owner_id", owner.key)
    key = runs.add(unit, process, started_by=started_by, **columns)
    sale = Sale(unit, key)
    walk = sale.walk()
    if values:
        walk.save(values)
    walk.start(stage or sale.newest.spec.start, by="start")
    sale.save(walk)
    return sale


def begin(unit: UnitOfWork, process: str, opportunity: records.Record) -> Sale:
    """Make a run for an opportunity that no process guides yet; it stands in no stage so far."""
    require_enabled(unit, process)
    account, owner = opportunity.values["account"], opportunity.values["owner"]
    key = runs.add(
        unit,
        process,
        started_by="opportunity",
        opportunity_id=opportunity.key,
        account_id=account.key if account else None,
        owner_id=owner.key if owner else unit.user_id,
    )
    return Sale(unit, key)


def start_from_lead(unit: UnitOfWork, lead: records.Record) -> Sale | None:
    """Start the sale of a lead that awaits one: its opportunity is made from the lead.

    The trigger of the process says at which stage. Nothing happens when the lead has a sale
    already, no trigger waits for it or the setting `lead-trigger` is off.
    """
    if lead.values["status"] != AWAITING_SALE or setting(unit, "lead-trigger") != "on":
        return None
    process = setting(unit, "process")
    owner = lead.values["owner"].key if lead.values["owner"] else unit.user_id
    newest = newest_of(unit, process, owner)
    trigger = newest.spec.trigger("lead.status", AWAITING_SALE)
    if trigger is None or runs.of_lead(unit.connection, lead.key):
        return None
    reason = definitions.reason_against(unit.connection, process)
    if reason is not None:
        unit.remarks.append(
            f"No sale was started for `{lead.reference}`: {_disabled(process, reason)}"
        )
        return None
    key = runs.add(
        unit, process, started_by="lead", lead_id=lead.key, subject=lead.name, owner_id=owner
    )
    sale = Sale(unit, key)
    sale.changes += sale.fields.from_lead(lead)
    facts = sale.facts()
    way = first_way(trigger.start, facts)
    stage = way.stage if way else sale.newest.spec.start
    sale.changes += sale.fields.create_opportunity(stage)
    sale.stored = runs.load(unit.connection, key)
    walk = sale.walk()
    walk.start(stage, by="start")
    sale.save(walk)
    return sale
