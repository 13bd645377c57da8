"""The fields of a sale: where each one lands, before and after there is an opportunity."""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from salescli.domain import parts as texts
from salescli.domain.fields import ACCOUNT, CONTACT, SALE_FIELDS, Reference
from salescli.domain.reference import handle
from salescli.services import references, sale_people
from salescli.services.sessions import setting
from salescli.store import parts, records, relations, runs, search
from salescli.store.rows import update
from salescli.store.runs import StoredRun
from salescli.store.sale_rows import SaleRows
from salescli.store.unit_of_work import UnitOfWork

ATTENDEES = sale_people.ATTENDEES
CLOSE_DATE = "close_date"
MOST_ALIKE = 3
"""So many accounts of a like name are told."""


class SaleFields:
    """Reads the fields of a sale and sets them on the opportunity, the account or the run.

    What was typed before there is an opportunity waits in the run's draft. `shown` is what a form
    showed in its lists: what they leave out then is removed, as an empty list removes all.
    """

    shown: Mapping[str, str] = MappingProxyType({})

    def __init__(self, unit: UnitOfWork, stored: StoredRun, rows: SaleRows) -> None:
        self.unit = unit
        self.rows = rows
        self.run = stored.run.key
        self.opportunity = stored.opportunity
        self.draft = self._living(stored.draft)
        self.lead = stored.lead
        self.reference = ""
        self.run_reference = handle("run", stored.number)
        self.currency = setting(unit, "currency")
        self.warnings: list[str] = []
        self._given: set[str] = set()
        self.values: dict[str, Any] = self._read(stored)

    def _living(self, draft: Mapping[str, Any]) -> dict[str, Any]:
        """Return a draft without the records that are gone; a name that can be made anew stays."""
        living: dict[str, Any] = {}
        for name, value in draft.items():
            kind = SALE_FIELDS[name].kind
            is_gone = (
                isinstance(value, Reference)
                and bool(value.key)
                and not records.exists(self.unit.connection, kind, value.key)
            )
            if not is_gone:
                living[name] = value
            elif kind in {ACCOUNT, CONTACT}:
                living[name] = Reference(str(value))
        return living

    def _read(self, stored: StoredRun) -> dict[str, Any]:
        values: dict[str, Any] = dict(self.draft)
        account = stored.account
        if self.opportunity is not None:
            record, names = self.rows.opportunity(self.opportunity)
            self.reference = record.reference
            values |= {n: v for n, v in record.values.items() if v is not None and n != "stage"}
            values |= names
            self.currency = record.currency
            account = record.values["account"].key if record.values["account"] else None
        if account:
            name, history = self.rows.account(account)
            values.setdefault("account", Reference(name, account))
            values |= {"company_history": history} if history else {}
        values = sale_people.contact_values(self.rows, values.get("contact")) | values
        if self.opportunity is not None and not values.get(ATTENDEES):
            seated = self.rows.attendees(self.run)
            values |= {ATTENDEES: seated} if seated else {}
        zone = self.unit.now.tzinfo
        return {
            name: value.astimezone(zone) if isinstance(value, datetime) else value
            for name, value in values.items()
        }

    def set(self, values: Mapping[str, Any]) -> list[str]:
        """Set fields, of which the owner has to be active; tell each record made."""
        if values.get("owner"):
            from salescli.services.organization import require_active

            require_active(self.unit, values["owner"])
        made: list[str] = []
        values = dict(values)
        self._given |= values.keys()
        self._note_alike(values.get("account"))
        self._note_flag(values.get("account"))
        for noun in ("account", "contact"):
            if noun in values and self.opportunity is not None:
                values[noun] = self._existing(noun, values[noun], made)
        self._meet(values)
        self.values |= values
        if self.opportunity is None:
            self._keep(values)
            self._call(values)
        else:
            self._store(values, made)
        if "owner" in values:
            self._hand_over(values["owner"])
        return made

    def create_opportunity(self, stage: str) -> list[str]:
        """Make the opportunity, its account and contact from the draft; return what was made."""
        made: list[str] = []
        lead = records.load(self.unit.connection, "lead", self.lead) if self.lead else None
        for noun in ("account", "contact"):
            if self.values.get(noun):
                known = lead if noun == "contact" else None
                self.values[noun] = self._existing(noun, self.values[noun], made, known)
        self.values.setdefault("name", str(self.values.get("account", "New opportunity")))
        owner = self.values["owner"] = self._owner
        own = {
            name: value
            for name, value in self.values.items()
            if SALE_FIELDS[name].record == "opportunity" and value is not None
        }
        now = self.unit.now_text
        match = records.add(
            self.unit,
            "opportunity",
            own,
            stage=stage,
            stage_since=now,
            currency=self.currency,
            created_at=now,
            updated_at=now,
        )
        self.opportunity, self.reference = match.key, match.reference
        made.insert(0, f"Added opportunity `{match.reference}` {match.name}")
        account = self.values.get("account")
        relations.attach_run(self.unit, self.run, match.key, account.key if account else None)
        runs.change(self.unit, self.run, owner_id=owner.key)
        if self.lead:
            update(self.unit.connection, "lead", self.lead, {"opportunity_id": match.key})
        rest = {n: v for n, v in self.draft.items() if SALE_FIELDS[n].record != "opportunity"}
        self.draft = {n: v for n, v in rest.items() if SALE_FIELDS[n].record == "run"}
        self._store({n: v for n, v in rest.items() if n not in self.draft}, made)
        runs.save_draft(self.unit, self.run, self.draft)
        return made

    def from_lead(self, lead: records.Record) -> list[str]:
        """Take over what a lead knows: its company, person, need and source."""
        made: list[str] = []
        for name in ("need", "source", "owner"):
            if lead.values[name]:
                self.values[name] = lead.values[name]
        company = lead.values["company"] or lead.name
        self.values["account"] = self._existing("account", self._named("account", company), made)
        contact = self._named("contact", lead.name)
        self.values["contact"] = self._existing("contact", contact, made, lead)
        self.values["name"] = str(company)
        return made

    def move(self, stage: str, *, ending: str) -> None:
        """Write the stage that the opportunity is in; an ending closes it, on the present day."""
        assert self.opportunity is not None
        columns = moved(stage, self.unit.now_text, is_ending=bool(ending))
        if ending and CLOSE_DATE not in self._given:
            columns[CLOSE_DATE] = self.unit.now.date().isoformat()
        update(self.unit.connection, "opportunity", self.opportunity, columns)

    def reopen(self) -> None:
        """Take the closing marks off the opportunity."""
        if self.opportunity is not None:
            columns = {"closed_at": None, "winner": None, "confirmed_at": None}
            update(self.unit.connection, "opportunity", self.opportunity, columns)

    @property
    def has_waiting(self) -> bool:
        """Whether attendees wait for a meeting that is not booked yet."""
        return bool(self.draft.get(ATTENDEES))

    def seat_waiting(self) -> list[str]:
        """Have the attendees that wait in the draft attend the meeting, once there is one."""
        waiting = self.draft.get(ATTENDEES)
        if not waiting or self.opportunity is None:
            return []
        made: list[str] = []
        self._seat(waiting, made)
        return made

    def _seat(self, typed: tuple[str, ...], made: list[str]) -> None:
        account = self.values.get("account")
        dropped = self._dropped(ATTENDEES, typed)
        told = sale_people.seat(self.unit, self.run, account, typed, dropped)
        if told is None:
            self._keep({ATTENDEES: typed})
            return
        made += told
        if self.draft.pop(ATTENDEES, None):
            runs.save_draft(self.unit, self.run, self.draft)
        self.values[ATTENDEES] = SaleRows(self.unit.connection).attendees(self.run)

    def _meet(self, values: Mapping[str, Any]) -> None:
        """Forget what was known of the main contact when another one takes the place.

        Raises:
            RuleError: something is said of a main contact, and the sale has none.
        """
        former = self.values.get("contact")
        contact = values.get("contact", former)
        if (contact, contact and contact.key) != (former, former and former.key):
            for name in sale_people.OF_CONTACT:
                self.values.pop(name, None)
                self.draft.pop(name, None)
            self.values |= sale_people.contact_values(self.rows, contact)
        sale_people.require_contact(contact, values)

    def _keep(self, values: Mapping[str, Any]) -> None:
        self.draft |= values
        runs.save_draft(self.unit, self.run, self.draft)

    def _call(self, values: Mapping[str, Any]) -> None:
        """Have lists call a sale that has no opportunity yet by its account, or else its name."""
        if {"account", "name"}.isdisjoint(values):
            return
        account = self.values.get("account")
        columns = {"account_id": (account and account.key) or None}
        if self.lead is None:
            called = account or self.values.get("name")
            columns["subject"] = str(called) if called else None
        runs.change(self.unit, self.run, **columns)

    def _store(self, values: Mapping[str, Any], made: list[str]) -> None:
        assert self.opportunity is not None
        by_record: dict[str, dict[str, Any]] = {}
        for name, value in values.items():
            by_record.setdefault(SALE_FIELDS[name].record, {})[name] = value
        if "run" in by_record:
            self._keep(by_record.pop("run"))
        own = by_record.pop("opportunity", {})
        if own:
            records.change(
                self.unit, "opportunity", self.opportunity, own, updated_at=self.unit.now_text
            )
        account = self.values.get("account")
        if "account" in own:
            relations.move_account(self.unit, self.opportunity, account.key if account else None)
        if "account" in by_record and account:
            history = by_record["account"]["company_history"]
            update(self.unit.connection, "account", account.key, {"history": history})
        contact = self.values.get("contact")
        if "contact" in by_record and contact:
            sale_people.keep_contact(self.unit, contact, by_record["contact"])
        self._store_names(values, made)

    def _store_names(self, values: Mapping[str, Any], made: list[str]) -> None:
        """Add what is named to the parts of the sale, and read again which ones it has."""
        assert self.opportunity is not None
        account = self.values.get("account")
        named = [name for name in SALE_FIELDS if name in parts.FIELDS and name in values]
        sale = self.unit, self.opportunity, account
        for name in named:
            typed = values[name] or ()
            made += parts.add_names(*sale, name, typed, self.currency)
            made += parts.remove_names(*sale, name, typed, self._dropped(name, typed))
        if named:
            now = parts.names(self.unit.connection, self.opportunity)
            self.values |= {name: now.get(name) for name in named}
        if ATTENDEES in values:
            self._seat(values[ATTENDEES] or (), made)

    def _dropped(self, field: str, typed: tuple[str, ...]) -> Collection[str] | None:
        """Return the names that a list may leave out to remove them; None for any."""
        if field in self.shown:
            return texts.names_of(field, self.shown[field])
        return () if typed else None

    def _existing(
        self,
        noun: str,
        value: Reference | None,
        made: list[str],
        lead: records.Record | None = None,
    ) -> Reference | None:
        """Return the record that a value means, made where it is new."""
        if value is None or value.key:
            return value
        details: dict[str, Any] = {}
        if lead is not None and lead.name == str(value):
            details = {
                name: lead.values[name] for name in ("title", "email", "phone") if lead.values[name]
            }
        account = self.values.get("account")
        found, told = references.made(
            self.unit, noun, value, account=account, owner=self._owner, **details
        )
        made += told
        return found

    @property
    def _owner(self) -> Reference:
        """Whose the sale is, and what is made with it."""
        return self.values.get("owner") or Reference(self.unit.login, self.unit.user_id)

    def _note_alike(self, account: Reference | None) -> None:
        """Name the accounts that a new one may be a second spelling of."""
        if account is None or account.key:
            return
        sale = self.reference or self.run_reference
        self.warnings += [
            f"`{match.reference}` {match.name} is here already and has a name like `{account}`;"
            f" to use it: `sales continue {sale} --set account={match.reference}`"
            for match in search.alike_accounts(self.unit.connection, account, MOST_ALIKE)
        ]

    def _note_flag(self, account: Reference | None) -> None:
        """Tell why an account was flagged when a sale to it began."""
        told = flagged(self.unit, account)
        if told and told not in self.warnings:
            self.warnings.append(told)

    def _named(self, noun: str, text: str) -> Reference:
        exact = records.by_label(self.unit.connection, noun, text)
        return Reference(exact[0].name, exact[0].key) if exact else Reference(text)

    def _hand_over(self, owner: Reference) -> None:
        relations.hand_over(self.unit, self.run, self.opportunity, owner.key)


def moved(stage: str, now: str, *, is_ending: bool) -> dict[str, str]:
    """Return what a move to a stage writes into the opportunity; an ending closes it."""
    columns = {"stage": stage, "stage_since": now, "updated_at": now}
    return columns | ({"closed_at": now} if is_ending else {})


def flagged(unit: UnitOfWork, account: Reference | None) -> str:
    """Return the warning about a flagged account; empty for any other."""
    if account is None or not account.key:
        return ""
    record = records.load(unit.connection, "account", account.key)
    if not record.values["flag"]:
        return ""
    return (
        f"`{record.reference}` {record.name} is flagged: {record.values['flag']};"
        f" take the flag off with `sales account edit {record.reference} --flag ''`"
    )
