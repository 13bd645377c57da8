"""A filter in SQL selects the records for which its condition holds, and no other."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from salescli.domain import filters
from salescli.domain.fields import Reference
from salescli.domain.money import parse_amount
from salescli.domain.process import condition
from salescli.errors import RuleError, UsageError
from salescli.services.when import day, day_or_moment
from salescli.store import parts, records
from salescli.store.filters import compiled
from salescli.store.unit_of_work import UnitOfWork
from tests.shop import Shop

ZONE = ZoneInfo("Europe/Riga")
NOW = datetime(2026, 11, 23, 0, 30, tzinfo=ZONE)
DIGITS = {"EUR": 2, "JPY": 0, "KWD": 3}
ENDINGS = {"closed-won": "won", "closed-lost": "lost"}
STAGES = ("proposal", "needs-analysis", "closed-won", "closed-lost")
WORDS = ("Acme", "acme ltd", "ACME  Ltd", "Straße", "STRASSE", "5", "Ça va", "x")
TEXTS: tuple[str, ...] = (
    "name",
    "need",
    "source",
    "account",
    "owner",
    "owner.manager",
    "currency",
    "division",
)
TEXTS += ("account.city", "account.owner", "account.owner.manager", "state", "next_step", "contact")
NUMBERS: tuple[str, ...] = (
    "amount",
    "budget",
    "probability",
    "stage_age",
    "age",
    "account.employees",
)
NUMBERS += ("account.annual_revenue",)
DATES = ("close_date", "decision_date", "created", "stage_since", "closed", "next_due")
TRUTHS = ("overdue", "guided", "owner.active")
LISTS = ("competitors", "offers", "stakeholders")


class Drawn(NamedTuple):
    """A record to be made, and what conditions may ask of it."""

    values: Mapping[str, Any]
    columns: Mapping[str, Any]
    account: Mapping[str, Any]
    currencies: tuple[str, str]
    competitors: tuple[str, ...]
    offers: tuple[str, ...]
    stakeholders: tuple[str, ...]
    due: tuple[datetime, ...]


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


MOMENTS = st.sampled_from(
    [
        NOW - timedelta(days=days, minutes=minutes)
        for days in (0, 1, 29, 30, 31)
        for minutes in (-1, 0, 1, 29, 30, 31, 600)
    ]
)
DAYS = st.sampled_from([NOW.date() - timedelta(days) for days in (-1, 0, 1, 30)])
MINOR = st.sampled_from((0, 1, 99, 100, 12345, 1234567))
NAMES = st.lists(st.sampled_from(WORDS[:1] + WORDS[3:4] + WORDS[5:]), unique=True, max_size=2)
DRAWN = st.builds(
    Drawn,
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(WORDS),
            "need": maybe(st.sampled_from(WORDS)),
            "source": maybe(st.sampled_from(WORDS)),
            "amount": maybe(MINOR),
            "budget": maybe(MINOR),
            "probability": maybe(st.sampled_from((0, 5, 12, 13, 100))),
            "close_date": maybe(DAYS),
            "decision_date": maybe(DAYS),
            "owner": maybe(st.sampled_from(("ana", "bo"))),
            "division": maybe(st.just("west")),
        }
    ),
    st.fixed_dictionaries(
        {"stage": st.sampled_from(STAGES), "stage_since": MOMENTS, "closed_at": maybe(MOMENTS)}
    ),
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(WORDS),
            "city": maybe(st.sampled_from(WORDS)),
            "employees": maybe(st.sampled_from((0, 9, 10))),
            "annual_revenue": maybe(MINOR),
            "owner": maybe(st.just("bo")),
        }
    ),
    st.tuples(st.sampled_from(sorted(DIGITS)), st.sampled_from(sorted(DIGITS))),
    NAMES.map(tuple),
    NAMES.map(tuple),
    NAMES.map(tuple),
    st.lists(MOMENTS, max_size=2, unique=True).map(tuple),
)
NUMBER_TEXTS = (
    "0",
    "1",
    "0.01",
    "123.45",
    "12345",
    "1234.567",
    "12.5",
    "-3",
    "30",
    "1e30",
    "-1e30",
)
DATE_TEXTS = ("2026-11-22", "2026-11-23", "2026-11-24", "2026-10-24", "0001-01-01", "9999-12-31")
MOMENT_TEXTS = (
    "2026-11-23T00:29",
    "2026-11-22T22:30:00+00:00",
    "2026-10-24T00:30",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
)


def leaf(names: tuple[str, ...], signs: tuple[str, ...], values: tuple[str, ...]) -> Any:
    one = st.tuples(st.sampled_from(signs), st.sampled_from(names), st.sampled_from(values))
    several = st.lists(st.sampled_from(values), min_size=1, max_size=3).map(tuple)
    return one | st.tuples(st.just("in"), st.sampled_from(names), several)


ORDERS = ("=", "!=", "<", "<=", ">", ">=")
LEAVES = st.one_of(
    leaf(TEXTS, (*ORDERS, "contains"), ("acme", "ss", "STRASSE", "bo", "west", "lost", "ana", "a")),
    leaf(("state",), ("=", "!="), ("open", "won", "lost", "closed")),
    leaf(("stage",), ("=", "!="), ("proposal", "Needs analysis", "won")),
    leaf(NUMBERS, ORDERS, NUMBER_TEXTS),
    leaf(DATES, ORDERS, DATE_TEXTS),
    leaf(("created", "stage_since", "next_due"), ORDERS, MOMENT_TEXTS),
    leaf(TRUTHS, ("=", "!="), ("yes", "no", "TRUE")),
    leaf(LISTS, ("contains",), ("acme", "STRASSE", "Ça va", "nobody")),
    st.tuples(
        st.sampled_from(("is set", "is empty")),
        st.sampled_from((*TEXTS, *NUMBERS, *DATES, *LISTS, *TRUTHS, "stage")),
    ),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(("and", "or")), inner, inner),
    ),
    max_leaves=6,
)


def stages(text: str) -> tuple[str, ...]:
    """Return the ids that a name of a stage means, as a process would."""
    return {"won": ("closed-won",)}.get(text, (text.lower().replace(" ", "-"),))


def major(minor: int | None, currency: str) -> Decimal | None:
    return None if minor is None else Decimal(minor) / 10 ** DIGITS[currency]


def facts_of(drawn: Drawn) -> dict[str, object]:
    """Return what conditions ask of a record, reckoned without the store."""
    facts: dict[str, object] = dict(drawn.values)
    currency, other = drawn.currencies
    for name in ("amount", "budget"):
        facts[name] = major(drawn.values[name], currency)
    since, closed = drawn.columns["stage_since"], drawn.columns["closed_at"]
    days = (NOW.astimezone(UTC) - since.astimezone(UTC)).days  # Not by the clock that is set back.
    due = sorted(drawn.due)
    manager = {"ana": "bo", "bo": None, None: None}
    facts |= {
        "currency": currency,
        "stage": drawn.columns["stage"],
        "stage_since": since.astimezone(ZONE),
        "created": since.astimezone(ZONE),
        "closed": closed.astimezone(ZONE) if closed else None,
        "stage_age": days,
        "age": days,
        "state": ENDINGS.get(drawn.columns["stage"], "closed") if closed else "open",
        "account": drawn.account["name"],
        "contact": None,
        "owner.manager": manager[drawn.values["owner"]],
        "owner.active": True if drawn.values["owner"] else None,
        "account.city": drawn.account["city"],
        "account.employees": drawn.account["employees"],
        "account.annual_revenue": major(drawn.account["annual_revenue"], other),
        "account.owner": drawn.account["owner"],
        "account.owner.manager": manager[drawn.account["owner"]],
        "next_step": f"Step {due[0].isoformat()}" if due else None,
        "next_due": due[0].astimezone(ZONE) if due else None,
        "overdue": any(at < NOW for at in due),
        "guided": False,
        "competitors": drawn.competitors,
        "offers": drawn.offers,
        "stakeholders": drawn.stakeholders,
    }
    return facts


def insert(unit: UnitOfWork, drawn: Drawn, keys: Mapping[str, bytes]) -> bytes:
    """Write a record into the store and return its key."""

    def referring(values: Mapping[str, Any]) -> dict[str, Any]:
        names = {"owner", "division"}
        return {
            name: Reference(value, keys[value]) if name in names and value else value
            for name, value in values.items()
        }

    currency, other = drawn.currencies
    account = records.add(unit, "account", referring(drawn.account), currency=other)
    reference = Reference(account.name, account.key)
    at = {
        name: value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        for name, value in drawn.columns.items()
        if isinstance(value, datetime)
    }
    since = at["stage_since"]
    values = referring(drawn.values) | {"account": reference}
    columns = {"currency": currency, "stage": drawn.columns["stage"], **at}
    key = records.add(
        unit, "opportunity", values, **columns, created_at=since, updated_at=since
    ).key
    parts.add_names(unit, key, reference, "competitors", drawn.competitors, "EUR")
    parts.add_names(unit, key, reference, "offers", drawn.offers, "EUR")
    parts.add_names(unit, key, reference, "stakeholders", drawn.stakeholders, "EUR")
    for due in drawn.due:
        step = {"name": f"Step {due.isoformat()}", "kind": "call", "due": due}
        records.add(unit, "activity", step, opportunity_id=key, state="open")
    done = {"name": "Done long ago", "kind": "call", "due": NOW - timedelta(900)}
    records.add(unit, "activity", done, opportunity_id=key, state="done")
    return key


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A store with users, one of whom manages the other, and a division."""
    shop = Shop(tmp_path_factory.mktemp("peopled"), lambda: NOW)  # type: ignore[arg-type]  # it stands still
    for line in (
        ("user", "add", "bo"),
        ("user", "add", "ana", "--manager", "bo"),
        ("division", "add", "west"),
    ):
        shop.do(*line)
    return shop


@settings(suppress_health_check=list(HealthCheck), max_examples=150)
@given(st.lists(DRAWN, min_size=1, max_size=4), st.lists(CONDITIONS, min_size=1, max_size=8))
def test_sql_says_what_evaluate_says(
    peopled: Shop, drawn: list[Drawn], conditions: list[condition.Condition]
) -> None:
    """Whatever the records and the condition, SQL and `condition.evaluate` select the same."""
    with peopled.rehearsal as unit:
        keys = dict(unit.connection.execute('SELECT login, id FROM "user"').fetchall())
        keys |= dict(unit.connection.execute("SELECT slug, id FROM division").fetchall())
        made = {insert(unit, one, keys): facts_of(one) for one in drawn}
        for asked in conditions:
            try:
                test = filters.read("opportunity", asked, reader)
            except (RuleError, UsageError):
                continue
            found = compiled(unit.connection, "opportunity", test, now=NOW, endings=ENDINGS)
            rows = unit.connection.execute(
                f"SELECT t.id FROM opportunity AS t WHERE {found.clause}", found.parameters
            )
            expected = {key for key, facts in made.items() if condition.evaluate(test, facts)}
            assert expected == {row[0] for row in rows}, condition.unparse(test)


@given(st.sampled_from(NUMBERS + DATES + TRUTHS + LISTS + TEXTS), st.sampled_from(ORDERS))
@example("overdue", "<")
@example("competitors", "=")
@example("name", ">")
def test_what_cannot_be_compared_is_refused_at_once(name: str, sign: str) -> None:
    """A filter refuses a value that `condition.evaluate` refuses of a record with that field."""
    facts = facts_of(
        Drawn(
            dict.fromkeys(("name", "need", "source", "owner", "division"), "ana")
            | {"amount": 1, "budget": 1, "probability": 1}
            | {"close_date": date(2026, 1, 1), "decision_date": date(2026, 1, 1)},
            {"stage": "proposal", "stage_since": NOW, "closed_at": NOW},
            {"name": "a", "city": "a", "employees": 1, "annual_revenue": 1, "owner": "ana"},
            ("EUR", "EUR"),
            ("a",),
            ("a",),
            ("a",),
            (NOW,),
        )
    ) | {"contact": "a", "next_step": "a", "state": "a", "owner.manager": "a"}
    facts["account.owner.manager"] = "a"
    for value in ("7", "yes", "2026-01-01", "2026-01-01T10:00", "some words"):
        test = (sign, name, value)
        at_once = refused(partial(filters.read, "opportunity", test, reader))
        if not at_once.startswith(f"{name.rpartition('.')[2]}: "):  # an amount that is none
            assert at_once == refused(partial(condition.evaluate, test, facts)), test


def refused(look: Callable[[], object]) -> str:
    """Return what a look is refused with, other than a choice that there is not."""
    try:
        look()
    except RuleError as refusal:
        return refusal.message
    except UsageError as refusal:
        return "" if "is never" in refusal.message else refusal.message
    return ""


@pytest.mark.parametrize("sign", ORDERS)
@pytest.mark.parametrize(
    "text", ["29k", "1.5m", "1.000", "1,000", "1.000,50", "€1000", "12500.00 EUR", "0"]
)
def test_an_amount_is_read_as_in_a_field(sign: str, text: str) -> None:
    """What `--set amount=` takes a condition takes, as the same amount."""
    (*_rest, value) = filters.read("opportunity", (sign, "amount", text), reader)
    assert Decimal(parse_amount(text, "EUR")) / 100 == Decimal(value)


@pytest.mark.parametrize("text", ["foo", "-1", "1.250k", "1e3", "0.001", "5 USD", "9" * 20, ""])
def test_what_is_no_amount_is_refused_as_in_a_field(text: str) -> None:
    """A condition refuses it in the same words, with the same way out."""
    with pytest.raises(UsageError) as alone:
        parse_amount(text, "EUR")
    with pytest.raises(UsageError) as told:
        filters.read("opportunity", (">", "amount", text), reader)
    assert f"amount: {alone.value.message}" == told.value.message
    assert alone.value.hint == told.value.hint


def read_day(kind: str, text: str) -> date:
    return (day if kind == "day" else day_or_moment)(text, NOW)


reader = filters.Reader("ana", read_day, "EUR", stages, lambda _noun, _name: None)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("owner = me", "owner = ana"),
        ("account.owner = ME", "account.owner = ana"),
        ("close_date < today", "close_date < 2026-11-23"),
        ("close_date <= +7d", "close_date <= 2026-11-30"),
        ("created >= yesterday", "created >= 2026-11-22"),
        ("close_date > '12 dec'", "close_date > 2026-12-12"),
        ("close_date > '1 december'", "close_date > 2026-12-01"),
        ("close_date > '12 dec 2026'", "close_date > 2026-12-12"),
        ("close_date > 12.12.2026", "close_date > 2026-12-12"),
        ("close_date = tue", "close_date = 2026-11-24"),
        ("close_date <= '+2 days'", "close_date <= 2026-11-25"),
        ("close_date in (tomorrow, tue)", "close_date in (2026-11-24, 2026-11-24)"),
        ("close_date < now", "close_date < 2026-11-23"),
        ("next_due <= 'next monday'", "next_due <= 2026-11-30"),
        ("next_due > '12 dec'", "next_due > 2026-12-12"),
        ("next_due > 'tue 10'", "next_due > '2026-11-24T10:00:00+02:00'"),
        ("next_due > '+3 hours'", "next_due > '2026-11-23T03:30:00+02:00'"),
        ("next_due < now", "next_due < '2026-11-23T00:30:00+02:00'"),
        ("stage = 'Needs Analysis'", "stage in (needs-analysis)"),
        ("stage != won", "not stage in (closed-won)"),
        ("name = me", "name = me"),
    ],
)
def test_words_of_the_reader_are_understood(asked: str, meant: str) -> None:
    """`me`, the words for days and the names of stages mean what the reader means by them."""
    found = filters.read("opportunity", condition.parse(asked), reader)
    assert condition.parse(meant) == found


@pytest.mark.parametrize("text", ["soon", "3/4/2027", "1 dec 25:00", "30 feb 2027", "12 dec 2300"])
def test_what_is_no_day_is_refused_as_in_a_field(text: str) -> None:
    """A condition refuses it in the same words, with the same way out."""
    with pytest.raises(UsageError) as alone:
        day(text, NOW)
    with pytest.raises(UsageError) as told:
        filters.read("opportunity", (">", "close_date", text), reader)
    assert f"close_date: {alone.value.message}" == told.value.message
    assert alone.value.hint == told.value.hint
