"""What the form of a record or of a part of a sale shows, and what is wrong with what is typed."""

from collections.abc import Mapping
from typing import NamedTuple

from salescli.domain.fields import MONEY, NOUNS, YES_NO, Field
from salescli.domain.parts import check_detail
from salescli.domain.reference import parse_handle
from salescli.domain.stakeholder import LOYALTIES
from salescli.errors import RuleError, SalesError
from salescli.services import references
from salescli.services.activities import PROCESS_OWNED
from salescli.services.sessions import setting
from salescli.services.standing import FieldView
from salescli.services.values import read, say
from salescli.store import records, relations
from salescli.store.unit_of_work import UnitOfWork

ELSEWHERE = {"opportunity": frozenset({"stage"})}
"""Noun -> the fields that are changed by moving it, not by writing over them."""


RECOMPUTE = "recompute"
"""The field of a line that asks whether the amount becomes the sum of all lines."""


class Sheet(NamedTuple):
    """A record as a form shows it; `version` is what the form has seen of it."""

    noun: str
    reference: str
    name: str
    version: int
    fields: tuple[FieldView, ...]


def sheet(unit: UnitOfWork, reference: str) -> Sheet:
    """Return the form of what a handle names.

    Raises:
        NotFoundError: there is no such record.
        RuleError: it is a sale that has no opportunity yet.
    """
    noun, _number = parse_handle(reference) or ("", 0)
    if noun not in NOUNS:
        raise RuleError(
            f"`{reference}` has no opportunity yet, and so no fields of its own",
            hint="answer its step: Enter",
        )
    with unit.reading():
        match = references.find(unit, noun, reference)
        record = records.load(unit.connection, noun, match.key)
        skipped = ELSEWHERE.get(noun, frozenset())
        if noun == "activity" and _is_of_process(unit, match.key):
            skipped |= PROCESS_OWNED
        money = record.currency
        fields = tuple(
            _view(
                field,
                say(field, record.values.get(field.name), currency=money, now=unit.now),
                is_required=field.is_required,
            )
            for field in NOUNS[noun]
            if field.name not in skipped
        )
        return Sheet(noun, match.reference, match.name, record.version, fields)


def blank(noun: str, known: Mapping[str, str]) -> tuple[FieldView, ...]:
    """Return the form of a new record, of which `known` is said already; only its name is needed.

    What is left empty gets its usual value, such as the owner who adds it.
    """
    skipped = ELSEWHERE.get(noun, frozenset())
    return tuple(
        _view(field, known.get(field.name, ""), is_required=field.name == "name")
        for field in NOUNS[noun]
        if field.name not in skipped
    )


def problem_with(unit: UnitOfWork, noun: str, reference: str, name: str, text: str) -> str:
    """Return what is wrong with a text for a field of a record, new where it has no handle."""
    field = next(field for field in NOUNS[noun] if field.name == name)
    with unit.reading():
        money = ""
        try:
            if reference:
                match = references.find(unit, noun, reference)
                money = records.load(unit.connection, noun, match.key).currency
            read(unit, field, text, currency=money)
        except SalesError as refusal:
            return "; ".join(filter(None, (refusal.message, refusal.hint)))
    return ""


def of_part(unit: UnitOfWork, kind: str, reference: str) -> tuple[FieldView, ...]:
    """Return the form of a stakeholder, a competitor or a line of an opportunity."""
    with unit.reading():
        match = references.find(unit, "opportunity", reference)
        money = relations.currency(unit.connection, match.key) or setting(unit, "currency")
    return tuple(field._replace(label=field.label.format(currency=money)) for field in _PARTS[kind])


def problem_with_part(unit: UnitOfWork, name: str, text: str) -> str:
    """Return what is wrong with a text for a field of a part."""
    try:
        if name in _READ:
            with unit.reading():
                read(unit, _READ[name], text)
        else:
            check_detail(name, text)
    except SalesError as refusal:
        return "; ".join(filter(None, (refusal.message, refusal.hint)))
    return ""


def _view(field: Field, text: str, *, is_required: bool) -> FieldView:
    return FieldView(field.name, field.label, is_required, text, field.options, text)


def _is_of_process(unit: UnitOfWork, activity: bytes) -> bool:
    from salescli.store import activities

    return activities.load(unit.connection, activity).run_key is not None


def _part(name: str, label: str, *options: str, is_required: bool = False) -> FieldView:
    return FieldView(name, label, is_required, "", options)


_READ = {"price": Field("price", "Unit price", MONEY), RECOMPUTE: Field(RECOMPUTE, "", YES_NO)}
"""The fields of parts that are read as those of records."""

_PARTS = {
    "stakeholder": (
        _part("name", "Name", is_required=True),
        _part("role", "Role (such as: decision maker, user, buyer)"),
        _part("influence", "Influence (1 to 5)"),
        _part("loyalty", "Loyalty (-2 to 2)", *LOYALTIES),
        _part("motivation", "Motivation"),
    ),
    "competitor": (
        _part("name", "Name", is_required=True),
        _part("strengths", "Where they are strong"),
        _part("weaknesses", "Where they are weak"),
    ),
    "line": (
        _part("name", "Offer", is_required=True),
        _part("quantity", "Quantity (1 for a new line)"),
        _part("price", "Unit price in {currency} (the offer's by default)"),
        _part(RECOMPUTE, "Make the amount the sum of the offers", "yes", "no"),
    ),
}
"""Kind of part -> what a form asks of one; of one that is there, what is left empty stays."""
