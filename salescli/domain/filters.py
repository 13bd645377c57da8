"""What filters ask about records: the fields of a noun, and the facts that follow from others."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from salescli.domain import fields as kinds
from salescli.domain.fields import NOUNS, REFERENCES, SALE_FIELDS, Field
from salescli.domain.money import parse_amount, plain_amount
from salescli.domain.process import condition
from salescli.domain.process.condition import JOINING, Condition
from salescli.domain.text import guesses, key
from salescli.errors import UsageError

DAYS = "days"
"""The kind of a fact that counts the whole days since a moment."""

OPEN, CLOSED = "open", "closed"
STATES = (OPEN, "won", "lost", "rerouted", "rejected", CLOSED)

MOST_DOTS = 4

DERIVED: dict[str, tuple[Field, ...]] = {
    "opportunity": (
        Field("state", "State", kinds.CHOICE, options=STATES),
        Field("stage_age", "Days in the stage", DAYS, column="stage_since"),
        Field("age", "Days since it was added", DAYS, column="created_at"),
        Field("stage_since", "In the stage since", kinds.MOMENT),
        Field("created", "Added", kinds.MOMENT, column="created_at"),
        Field("updated", "Changed", kinds.MOMENT, column="updated_at"),
        Field("closed", "Closed", kinds.MOMENT, column="closed_at"),
        Field("confirmed", "Confirmed", kinds.MOMENT, column="confirmed_at"),
        Field("currency", "Currency"),
        Field("step", "Open step"),
        Field("next_step", "Next open activity"),
        Field("next_due", "When that is due", kinds.MOMENT),
        Field("overdue", "Has an activity that is overdue", kinds.YES_NO),
        Field("guided", "Goes through a process", kinds.YES_NO),
        Field("stakeholders", "Stakeholders", kinds.NAMES),
        Field("competitors", "Competitors", kinds.NAMES),
        Field("offers", "Offers", kinds.NAMES),
        Field("conditions", "Conditions", kinds.NAMES),
        Field("attendees", "Attendees of a meeting", kinds.NAMES),
        *(field for field in SALE_FIELDS.values() if field.record == "run"),
    ),
    "activity": (
        Field("state", "State", kinds.CHOICE, options=(OPEN, "done", "canceled")),
        Field("result", "Result"),
        Field("starts", "Starts", kinds.MOMENT, column="starts_at"),
        Field("closed", "Closed", kinds.MOMENT, column="closed_at"),
        Field("overdue", "Is overdue", kinds.YES_NO),
    ),
}
"""What can be asked of a noun beside its fields."""

_SAMPLES: dict[str, object] = {
    kinds.MONEY: Decimal(0),
    kinds.INTEGER: 0,
    kinds.PERCENT: 0,
    DAYS: 0,
    kinds.DAY: date(2000, 1, 1),
    kinds.MOMENT: datetime(2000, 1, 1, tzinfo=UTC),
    kinds.YES_NO: True,
    kinds.NAMES: ("-",),
}
"""A fact of each kind that is not text."""


class Reader(NamedTuple):
    """Who reads a filter, when and in which currency, and what the store has by name.

    `day` reads people's words for a day, or for a moment where the kind of field is one.
    `stages` leads from any spelling's slug to the ids that mean it, the former ones too.
    `require` refuses the name of a record of some noun that there is not.
    """

    login: str
    day: Callable[[str, str], date | datetime]
    currency: str
    stages: Callable[[str], Sequence[str]]
    require: Callable[[str, str], None]


def known(noun: str) -> Mapping[str, Field]:
    """Return every fact of a noun by name."""
    return {field.name: field for field in (*NOUNS[noun], *DERIVED.get(noun, ()))}


def find(noun: str, name: str) -> Field:
    """Return what a name means; `owner.manager` leads from one record to another.

    Raises:
        UsageError: the noun has no such field; its hint has the nearest ones.
    """
    first, dot, rest = name.partition(".")
    field = known(noun).get(first)
    if field is None:
        raise _unknown(noun, first)
    if not dot:
        return field
    if field.kind not in REFERENCES or name.count(".") > MOST_DOTS:
        raise UsageError(
            f"`{first}` of {_article(noun)} leads to no other record",
            hint=f"ask for `{first}` alone",
        )
    return find(field.kind, rest)


def read(noun: str, test: Condition, reader: Reader) -> Condition:
    """Return the condition as it holds for this reader now.

    `me` becomes a login, a stage its ids, `today` and `+7d` days, `29k` an amount. What
    `condition.evaluate` would refuse of any record that has the field is refused at once.

    Raises:
        UsageError: the noun has no such field, a choice no such option, or the store no such user,
            division or stage; or an amount is none.
        RuleError: a value cannot be compared with its field.
    """
    operator, *operands = test
    if operator in JOINING:
        return (operator, *(read(noun, part, reader) for part in operands))
    field = find(noun, operands[0])
    if operator in ("is set", "is empty"):
        return tuple(test)
    given = operands[1] if operator == "in" else (operands[1],)
    values = tuple(_value(field, value, reader) for value in given)
    told = values if operator == "in" else values[0]
    condition.evaluate((operator, operands[0], told), {operands[0]: _SAMPLES.get(field.kind, "-")})
    if operator not in ("=", "!=", "in"):
        return (operator, operands[0], told)
    if _is_stage(field):
        return _of_stages(operator, operands[0], values, reader)
    if field.kind in (kinds.USER, kinds.DIVISION):
        for value in values:
            reader.require(field.kind, value)
    if field.options:
        _require_options(field, values)
    return (operator, operands[0], told)


def _value(field: Field, value: str, reader: Reader) -> str:
    if field.kind == kinds.USER and key(value) == "me":
        return reader.login
    if field.kind in (kinds.DAY, kinds.MOMENT) and not _is_plain(value):
        return _day(field, value, reader)
    if field.kind == kinds.MONEY:
        return _amount(field, value, reader.currency)
    return value


def _amount(field: Field, value: str, currency: str) -> str:
    try:
        return plain_amount(parse_amount(value, currency), currency)
    except UsageError as refusal:
        raise UsageError(f"{field.name}: {refusal.message}", hint=refusal.hint) from None


def _is_plain(value: str) -> bool:
    """Say whether a value is for the condition itself to take or refuse: ISO, or a bare number."""
    return value.isdecimal() or (value[:4].isdecimal() and value[4:5] == "-")


def _day(field: Field, value: str, reader: Reader) -> str:
    try:
        return reader.day(field.kind, value).isoformat()
    except UsageError as refusal:
        raise UsageError(f"{field.name}: {refusal.message}", hint=refusal.hint) from None


def _is_stage(field: Field) -> bool:
    return field.name == "stage" and field.record == "opportunity"


def _of_stages(operator: str, name: str, values: Sequence[str], reader: Reader) -> Condition:
    ids = tuple(dict.fromkeys(one for value in values for one in reader.stages(value)))
    is_in = ("in", name, ids)
    return ("not", is_in) if operator == "!=" else is_in


def _require_options(field: Field, values: Sequence[str]) -> None:
    options = [key(option) for option in field.options]
    for value in values:
        if key(value) not in options:
            raise UsageError(
                f"`{field.name}` is never `{value}`",
                hint="it is one of " + ", ".join(f"`{option}`" for option in field.options),
            )


def _unknown(noun: str, name: str) -> UsageError:
    names = known(noun)
    near = guesses(name, names)
    return UsageError(
        f"{_article(noun).capitalize()} has no field `{name}`",
        hint="did you mean " + ", ".join(f"`{other}`" for other in near) + "?",
    )


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeio" else f"a {noun}"


def names_in(test: Any) -> frozenset[str]:
    """Return the first words of what a condition asks for."""
    return frozenset(name.partition(".")[0] for name in condition.fields(test))
