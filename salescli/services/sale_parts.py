"""What hangs on an opportunity by name: people, rivals, conditions and lines; who attends."""

from collections.abc import Mapping
from typing import Any

from salescli.domain import parts as texts
from salescli.domain import stakeholder
from salescli.domain.fields import SALE_FIELDS
from salescli.domain.money import format_amount, most_minor, plain_amount
from salescli.domain.reference import parse_handle
from salescli.domain.text import clean, key, shell_word
from salescli.errors import NotFoundError, RuleError, UsageError
from salescli.services import references, sale_people
from salescli.services.sale import Sale
from salescli.services.values import plain
from salescli.store import participants, parts, records, relations, rerouting, search
from salescli.store.unit_of_work import UnitOfWork

FIELDS = {
    "stakeholder": "stakeholders",
    "competitor": "competitors",
    "condition": "conditions",
    "line": "offers",
}
"""Kind of part -> the field of a form that takes the same parts."""

OF_RUN = tuple(name for name, field in SALE_FIELDS.items() if field.record == "run")
"""The fields that no record has, only the sale."""

_IS = {"stakeholder": "is a stakeholder of", "competitor": "competes for"}


def save(
    unit: UnitOfWork,
    kind: str,
    reference: str,
    name: str,
    given: Mapping[str, str | None],
    *,
    must_exist: bool,
    recomputes: bool = False,
) -> list[str]:
    """Add a part by name, or change the one of that name; an empty text empties a detail.

    Details may also stand in brackets behind the name, and several people between commas, as forms
    take them. With `recomputes` the amount becomes the sum of the lines.

    Raises:
        NotFoundError: it has to exist, and the opportunity has none of that name.
        UsageError: the name is empty, or a value is out of range.
        RuleError: the amount cannot be recomputed.
    """
    with unit:
        match, account = _opportunity(unit, reference)
        named = texts.apart(FIELDS[kind], clean(name))
        if len(named) > 1 and parts.part(unit.connection, kind, match.key, clean(name)):
            named = [texts.Part(clean(name), {})]
        if not all(one.name for one in named):
            raise UsageError(
                f"The {kind} has no name",
                hint=f'sales opportunity {kind} add {match.reference} "NAME"',
            )
        is_long = kind in {"competitor", "condition"}
        told = {n: clean(v, lines=is_long) for n, v in given.items() if v is not None}
        changed = []
        for one in named:
            shown = _require(unit, kind, match, one.name).name if must_exist else ""
            whole = one._replace(details={**one.details, **told})
            changed += _save(unit, kind, match, account, whole, shown)
        return changed + (_recompute(unit, match, named[-1].name) if recomputes else [])


def _save(
    unit: UnitOfWork, kind: str, match: records.Match, account: Any, part: texts.Part, shown: str
) -> list[str]:
    """Write a part, and return what that changed; it is called as in `shown`, or else by name."""
    place = f"`{match.reference}` {match.name}"
    if kind == "line":
        return _save_line(unit, match, part.name, part.details)
    if kind == "stakeholder":
        shown = shown or _shown(unit, part.name)
        columns = parts.stakeholder_columns(part.details)
        made = parts.save_stakeholder(unit, match.key, account, part.name, columns)
        return [*made, f"`{shown}` {_IS[kind]} {place}"]
    parts.save_named(unit, kind, match.key, part.name, part.details)
    if kind == "condition":
        return [f"Noted the condition `{part.name}` of {place}"]
    return [f"`{part.name}` {_IS[kind]} {place}"]


def remove(
    unit: UnitOfWork, kind: str, reference: str, name: str, *, recomputes: bool = False
) -> list[str]:
    """Remove a part; the change history keeps it."""
    with unit:
        match, _account = _opportunity(unit, reference)
        part = _require(unit, kind, match, clean(name))
        parts.remove(unit, kind, part.key)
        told = [f"Removed {kind} {part.name} from `{match.reference}` {match.name}"]
        return told + (_recompute(unit, match) if recomputes else [])


def listing(unit: UnitOfWork, kind: str, reference: str) -> tuple[list[dict[str, Any]], str]:
    """Return the parts of one kind, and the red flag that nobody among the stakeholders decides."""
    with unit.reading():
        match, _account = _opportunity(unit, reference)
        is_people = kind == "stakeholder"
        flag = sale_people.red_flag(unit, match.key, match.reference) if is_people else ""
        return _listed(unit, kind, match.key), flag


def all_of(unit: UnitOfWork, reference: str) -> dict[str, Any]:
    """Return everything that hangs on an opportunity, as it is shown; prices as text."""
    with unit.reading():
        match, _account = _opportunity(unit, reference)
        found: dict[str, Any] = {f"{kind}s": _listed(unit, kind, match.key) for kind in FIELDS}
        found |= _said(unit, match.key)
        found["documents"] = relations.documents(unit.connection, "opportunity_id", match.key)
        record = records.load(unit.connection, "opportunity", match.key)
        contact = record.values["contact"]
        if contact:
            known = relations.contacts(unit.connection, (contact.key,)).get(contact.key, {})
            found |= {n: known[c] for n, c in sale_people.OF_CONTACT.items() if c in known}
        if relations.is_open(unit.connection, match.key):
            flag = sale_people.red_flag(unit, match.key, match.reference)
            found["red_flags"] = [flag] if flag else []
        return found | _rerouted(unit, match.key)


def _said(unit: UnitOfWork, opportunity: bytes) -> dict[str, Any]:
    """Return who attends the meeting or attended the last one, and what only forms asked for."""
    run = search.run_of(unit.connection, opportunity)
    values = Sale(unit, run).values if run else {}
    known = [texts.read("attendees", text) for text in values.get(sale_people.ATTENDEES) or ()]
    attendees = [{"name": part.name, "title": part.details.get("title")} for part in known]
    attendees = attendees or [
        {"name": one.name, "title": one.title or None}
        for one in participants.of_last_meeting(unit.connection, opportunity)
    ]
    said = {n: plain(SALE_FIELDS[n], values[n]) for n in OF_RUN if values.get(n) is not None}
    return {"attendees": attendees} | said


def _listed(unit: UnitOfWork, kind: str, opportunity: bytes) -> list[dict[str, Any]]:
    entries = parts.of_kind(unit.connection, kind, opportunity)
    if kind == "line":
        return [_line(entry) for entry in entries]
    if kind == "stakeholder":
        for entry in entries:
            entry["motives"] = list(stakeholder.motives(entry["motivation"]))
            entry["weight"] = stakeholder.weight(entry["influence"], entry["loyalty"])
            entry["decides"] = stakeholder.decides(entry["role"])
        entries.sort(key=lambda entry: stakeholder.heaviest_first(entry["weight"]))
    return entries


def _line(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line with its price as text: its own, or the one of the offer."""
    price, money = _price(entry)
    return {
        "name": entry["name"],
        "quantity": entry["quantity"],
        "price": None if price is None else plain_amount(price, money),
        "sum": None if price is None else plain_amount(price * entry["quantity"], money),
        "currency": money,
    }


def _price(entry: Mapping[str, Any]) -> tuple[int | None, str]:
    own: int | None = entry["price"]
    if own is not None:
        return own, entry["currency"]
    return entry["list_price"], entry["list_currency"] or entry["currency"]


def _save_line(
    unit: UnitOfWork, match: records.Match, name: str, given: Mapping[str, str]
) -> list[str]:
    money = relations.currency(unit.connection, match.key)
    quantity, price = parts.line_columns(given, money)
    count, made = parts.save_line(unit, match.key, name, quantity, price, money)
    return [*made, f"`{match.reference}` {match.name} has {count} x {name} now"]


def _recompute(unit: UnitOfWork, match: records.Match, saved: str = "") -> list[str]:
    """Make the amount the sum of quantity x price over the lines, one of which was just saved."""
    money = relations.currency(unit.connection, match.key)
    total = 0
    for entry in parts.of_kind(unit.connection, "line", match.key):
        price, currency = _price(entry)
        line = f"{match.reference} {shell_word(entry['name'])}"
        mend = f"`sales opportunity line edit {line} --price AMOUNT`"
        if key(entry["name"]) == key(saved):
            mend = "--price AMOUNT"
        if price is None:
            raise RuleError(f"The line `{entry['name']}` has no price", hint=f"give it: {mend}")
        if currency != money:
            raise RuleError(
                f"The offer `{entry['name']}` is priced in {currency}, the opportunity in {money}",
                hint=f"give its price in {money}: {mend}",
            )
        total += price * entry["quantity"]
    if total > most_minor(money):
        raise RuleError(
            f"The lines of `{match.reference}` come to more than an amount can be,"
            f" {format_amount(most_minor(money), money)}",
            hint="give a line a smaller quantity or price; or leave out --recompute",
        )
    records.change(unit, "opportunity", match.key, {"amount": total}, updated_at=unit.now_text)
    return [f"The amount is {format_amount(total, money)}, the sum of the lines"]


def _rerouted(unit: UnitOfWork, opportunity: bytes) -> dict[str, list[dict[str, Any]]]:
    """Return the opportunities that a rerouted one came from and goes on as."""
    origin = rerouting.origin(unit.connection, opportunity)
    linked = {
        "rerouted_from": [origin] if origin else [],
        "rerouted_to": rerouting.successors(unit.connection, opportunity),
    }
    return {
        label: [{"name": match.reference, "title": match.name} for match in matches]
        for label, matches in linked.items()
        if matches
    }


def _opportunity(unit: UnitOfWork, reference: str) -> tuple[records.Match, Any]:
    target = references.target(unit, reference)
    if target.opportunity is None:
        raise RuleError(
            f"`{clean(reference)}` has no opportunity yet",
            hint=f"save its opportunity first: `sales continue {shell_word(reference)}`",
        )
    record = records.load(unit.connection, "opportunity", target.opportunity)
    match = records.Match("opportunity", record.key, record.reference, record.name)
    return match, record.values["account"]


def _shown(unit: UnitOfWork, name: str) -> str:
    """Return the name that a stakeholder's handle stands for; any other name as it is."""
    parsed = parse_handle(name)
    match = records.by_number(unit.connection, *parsed) if parsed else None
    return match.name if match and match.noun == "contact" else name


def _require(unit: UnitOfWork, kind: str, match: records.Match, name: str) -> parts.Part:
    part = parts.part(unit.connection, kind, match.key, name)
    if part is None:
        known = [entry["name"] for entry in parts.of_kind(unit.connection, kind, match.key)]
        hint = "it has " + ", ".join(f"`{n}`" for n in known) if known else ""
        raise NotFoundError(
            f"`{match.reference}` has no {kind} `{name}`",
            hint=hint or f'add one: sales opportunity {kind} add {match.reference} "NAME"',
        )
    return part
