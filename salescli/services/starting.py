"""The ways a sale begins or is taken up again: menu, opportunity, lead, run."""

from typing import Any, NamedTuple

from salescli.domain.fields import SALE_FIELDS
from salescli.domain.text import clean
from salescli.domain.text import key as text_key
from salescli.errors import RuleError, UsageError
from salescli.services import references
from salescli.services import sale as sales
from salescli.services.sale import Sale
from salescli.services.targets import find_stage, reference_of, require_running, sale_of
from salescli.services.values import read
from salescli.store import records, runs, search
from salescli.store.unit_of_work import UnitOfWork


class Subject(NamedTuple):
    """What a sale is started for, as references that a person typed."""

    opportunity: str = ""
    lead: str = ""
    account: str = ""
    run: str = ""
    owner: str = ""
    division: str = ""


def start_or_resume(
    unit: UnitOfWork, process: str, subject: Subject, *, anew: bool
) -> tuple[Sale, list[str]]:
    """Return the sale that is meant, started or resumed, and what to say about that.

    Raises:
        UsageError: two options name a sale, or a running one is to begin anew.
    """
    _require_one_sale(subject)
    key, remark = _running(unit, process, subject, anew=anew)
    if key is None:
        if subject.opportunity:
            return _start_from_opportunity(unit, process, subject), []
        return _start_from_menu(unit, process, subject)
    sale = Sale(unit, key)
    if anew:
        raise UsageError(
            f"`{reference_of(sale)}` is running already, and goes on as the same sale",
            hint="leave out --new",
        )
    if sale.stored.process != process:
        raise RuleError(
            f"`{reference_of(sale)}` runs `{sale.stored.process}`",
            hint=f"go on with it: `sales continue {reference_of(sale)}`",
        )
    require_running(sale)
    walk = sale.walk()
    walk.save(_given(unit, subject))
    sale.save(walk)
    return sale, [f"`{reference_of(sale)}` {remark}"]


def _require_one_sale(subject: Subject) -> None:
    given = [name for name in ("run", "opportunity", "lead", "account") if getattr(subject, name)]
    if len(given) > 1 and given[0] in ("run", "opportunity"):
        raise UsageError(
            f"Two options say which sale is meant: --{given[0]} and --{given[1]}",
            hint="leave one of them out",
        )


def _running(
    unit: UnitOfWork, process: str, subject: Subject, *, anew: bool
) -> tuple[bytes | None, str]:
    """Return the run that is meant, where there is one, and why it is resumed."""
    again = "is running already: resumed"
    if subject.run:
        return sale_of(unit, references.target(unit, subject.run)).stored.run.key, again
    if subject.opportunity:
        match = references.find(unit, "opportunity", subject.opportunity)
        return runs.running_of_opportunity(unit.connection, match.key), again
    return (None, "") if anew else _begun(unit, process, subject)


def _begun(unit: UnitOfWork, process: str, subject: Subject) -> tuple[bytes | None, str]:
    """Return my run for the same lead or company, or one that nobody has worked on."""
    connection, me = unit.connection, unit.user_id
    if subject.lead:
        match = references.find(unit, "lead", subject.lead)
        return runs.of_lead(connection, match.key), "is running already: resumed"
    if subject.account:
        company = text_key(clean(subject.account))
        begun = runs.begun(connection, process, me, company)
        return begun, "has begun already: resumed; start another with --new"
    blank = None if any(subject) else runs.blank(connection, process, me)
    return blank, "has only just begun: resumed; start another with --new"


def _start_from_opportunity(unit: UnitOfWork, process: str, subject: Subject) -> Sale:
    match = references.find(unit, "opportunity", subject.opportunity)
    record = records.load(unit.connection, "opportunity", match.key)
    owner = record.values["owner"].key if record.values["owner"] else unit.user_id
    newest = sales.newest_of(unit, process, owner)
    stage = find_stage(newest.spec, record.values["stage"])
    if stage.ending:
        raise RuleError(
            f"`{match.reference}` is closed ({stage.name})",
            hint=f"take it up again with `sales reopen {match.reference} --reason ...`",
        )
    sale = sales.begin(unit, process, record)
    walk = sale.walk()
    walk.save(_given(unit, subject))
    walk.start(stage.id, by="start")
    sale.save(walk)
    return sale


def _start_from_menu(unit: UnitOfWork, process: str, subject: Subject) -> tuple[Sale, list[str]]:
    columns: dict[str, Any] = {}
    values = _given(unit, subject)
    warnings: list[str] = []
    if subject.lead:
        lead = references.find(unit, "lead", subject.lead)
        record = records.load(unit.connection, "lead", lead.key)
        columns = {"lead_id": lead.key, "subject": lead.name}
        values |= {n: record.values[n] for n in ("need", "source") if record.values[n]}
        values["contact"] = read(unit, SALE_FIELDS["contact"], lead.name)
        if record.values["company"]:
            values["account"] = read(unit, SALE_FIELDS["account"], record.values["company"])
    if subject.account:
        values["account"] = read(unit, SALE_FIELDS["account"], subject.account)
    account = values.get("account")
    if account and account.key:
        warnings = _unmanaged(unit, process, account.key)
    sale = sales.start(unit, process, started_by="command", values=values, **columns)
    return sale, warnings


def _given(unit: UnitOfWork, subject: Subject) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in ("owner", "division"):
        text = getattr(subject, name)
        if text:
            values[name] = read(unit, SALE_FIELDS[name], text)
    return values


def _unmanaged(unit: UnitOfWork, process: str, account: bytes) -> list[str]:
    return [
        f"`{match.reference}` {match.name} is open at this account and not guided yet; to go on"
        f" with it: `sales run-process {process} --opportunity {match.reference}`"
        for match in search.unmanaged(unit.connection, account)
    ]
