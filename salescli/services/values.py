"""Turns what a person typed for a field into a value, and a value into text."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from salescli.domain import fields as kinds
from salescli.domain.fields import Field, Reference
from salescli.domain.moments import say_day, say_moment
from salescli.domain.money import format_amount, minor_digits, parse_amount, plain_amount
from salescli.domain.reference import parse_handle
from salescli.domain.text import clean, guesses
from salescli.errors import NotFoundError, SalesError, UsageError
from salescli.services import references
from salescli.services.sessions import setting
from salescli.store import records
from salescli.store.unit_of_work import UnitOfWork

YES = frozenset({"y", "yes", "true", "1", "on"})


def read(unit: UnitOfWork, field: Field, text: str, *, currency: str = "") -> Any:
    """Return the typed value of a field, or None for an empty text.

    An amount is one of `currency`: the record's, or the setting's where the record is new.

    Raises:
        UsageError: the text is no value of that kind; the message names the field.
        NotFoundError: it names a record that does not exist.
    """
    text = clean(text, lines=field.kind == kinds.LONG_TEXT)
    if not text:
        return None
    try:
        if field.kind == kinds.MONEY:
            return parse_amount(text, currency or setting(unit, "currency"))
        return _READERS.get(field.kind, _read_text)(unit, field, text)
    except SalesError as error:
        error.message = f"{field.name}: {error.message}"
        error.args = (error.message,)
        raise


def read_assignments(
    unit: UnitOfWork,
    known: Mapping[str, Field],
    assignments: Iterable[str],
    *,
    currency: str = "",
) -> dict[str, Any]:
    """Return field -> value of the texts `field=value`; amounts are in `currency`, as in `read`.

    Raises:
        UsageError: a text has no `=`, names no known field or one for the second time, or has a
            value of the wrong kind or none where the field needs one.
    """
    values: dict[str, Any] = {}
    for name, text in kinds.assigned(assignments).items():
        if name not in known:
            near = guesses(name, known)
            raise UsageError(
                f"There is no field `{clean(name)}`",
                hint="did you mean " + ", ".join(f"`{other}`" for other in near) + "?",
            )
        values[name] = read(unit, known[name], text, currency=currency)
        if values[name] is None and known[name].is_required:
            raise UsageError(f"{name}: it cannot be empty", hint=f"give it a value: {name}=...")
    return values


def say(field: Field, value: Any, *, currency: str = "", now: datetime | None = None) -> str:
    """Return a value as people read it; with `now`, moments are told from there."""
    if value is None:
        return ""
    if field.kind == kinds.MONEY:
        return format_amount(value, currency)
    if isinstance(value, datetime):
        return say_moment(value.astimezone(now.tzinfo), now) if now else value.isoformat()
    if isinstance(value, date):
        return say_day(value, now.date()) if now else value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def plain(field: Field, value: Any, *, currency: str = "") -> Any:
    """Return a value as JSON and tables for machines have it."""
    if field.kind == kinds.MONEY and value is not None:
        return plain_amount(value, currency)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def fact(field: Field, value: Any, currency: str) -> Any:
    """Return a value as conditions compare it: amounts in whole units, names alone."""
    if field.kind == kinds.NAMES and value:
        from salescli.domain import parts

        return tuple(parts.name_of(field.name, text) for text in value)
    if field.kind == kinds.MONEY and isinstance(value, int):
        from decimal import Decimal

        return Decimal(value).scaleb(-minor_digits(currency))
    return value


def _read_text(_unit: UnitOfWork, _field: Field, text: str) -> str:
    return text


def _read_integer(_unit: UnitOfWork, field: Field, text: str) -> int:
    digits = text.replace(",", "").replace(" ", "").rstrip("%")
    if digits.startswith("-") and digits[1:].isdecimal():
        is_percent = field.kind == kinds.PERCENT
        raise UsageError(
            f"`{text}` is below 0", hint="give 0 to 100" if is_percent else "give 0 or more"
        )
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 15:
        raise UsageError(f"`{text}` is not a whole number", hint="write it in digits, such as 40")
    number = int(digits)
    if field.kind == kinds.PERCENT and number > 100:
        raise UsageError(f"`{text}` is more than 100 per cent", hint="give 0 to 100")
    return number


def _read_day(unit: UnitOfWork, _field: Field, text: str) -> date:
    from salescli.services.when import day

    return day(text, unit.now)


def _read_moment(unit: UnitOfWork, _field: Field, text: str) -> datetime:
    from salescli.services.when import moment

    return moment(text, unit.now)


def _read_choice(_unit: UnitOfWork, field: Field, text: str) -> str:
    for option in field.options:
        if option.casefold() == text.casefold():
            return option
    raise UsageError(
        f"`{text}` is not one of the choices",
        hint="they are " + ", ".join(f"`{option}`" for option in field.options),
    )


def _read_yes_no(_unit: UnitOfWork, _field: Field, text: str) -> bool:
    word = text.casefold()
    if word in YES:
        return True
    if word in {"n", "no", "false", "0", "off"}:
        return False
    raise UsageError(f"`{text}` is neither yes nor no", hint="answer `yes` or `no`")


def _read_reference(unit: UnitOfWork, field: Field, text: str) -> Reference:
    if field.kind == kinds.USER and text.casefold() == "me":
        return Reference(unit.login, unit.user_id)
    if field.kind in {kinds.ACCOUNT, kinds.CONTACT} and field.record == "opportunity":
        return _read_or_make(unit, field.kind, text)
    return references.reference(unit, field.kind, text)


def _read_or_make(unit: UnitOfWork, noun: str, text: str) -> Reference:
    """Pick an account or contact by its handle or its exact name, or name a new one."""
    exact = records.by_label(unit.connection, noun, text)
    if exact:
        return Reference(exact[0].name, exact[0].key)
    try:
        match = references.find(unit, noun, text)
    except references.SeveralMatchesError:
        return Reference(text)
    except NotFoundError:
        if parse_handle(text):
            raise
        return Reference(text)
    is_handle = parse_handle(text) is not None
    return Reference(match.name, match.key) if is_handle else Reference(text)


def _read_names(_unit: UnitOfWork, field: Field, text: str) -> tuple[str, ...]:
    from salescli.domain import parts

    names = parts.split(text)
    for name in names:
        parts.check(field.name, name)
    return names


def _read_email(_unit: UnitOfWork, _field: Field, text: str) -> str:
    local, separator, domain = text.rpartition("@")
    if not (local and separator and domain) or "@" in local or len(text.split()) > 1:
        raise UsageError(f"`{text}` is no email address", hint="write it like `mia@acme.example`")
    return text


_READERS = {
    kinds.INTEGER: _read_integer,
    kinds.PERCENT: _read_integer,
    kinds.DAY: _read_day,
    kinds.MOMENT: _read_moment,
    kinds.CHOICE: _read_choice,
    kinds.YES_NO: _read_yes_no,
    kinds.NAMES: _read_names,
    kinds.EMAIL: _read_email,
} | dict.fromkeys(kinds.REFERENCES, _read_reference)
