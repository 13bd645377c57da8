"""Open sales that break a rule: which, since when, and the command that mends it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from salescli.domain.money import plain_amount
from salescli.domain.risk import RULES, Broken, Rule, broken
from salescli.domain.text import clean, nearest, slug
from salescli.errors import NotFoundError
from salescli.services.sessions import setting, start_command
from salescli.store import risks
from salescli.store.risks import OpenSale
from salescli.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from salescli.domain.figures import Figure


class Breach(NamedTuple):
    """One rule that a sale breaks: since when, what it is about, and the command that mends it."""

    rule: Rule
    since: datetime
    days: int
    about: str
    mend: str


class RiskySale(NamedTuple):
    """A sale with every rule that it breaks, the gravest first."""

    sale: OpenSale
    breaches: list[Breach]


class RiskReport(NamedTuple):
    """The sales at risk, the gravest rule first and in it the largest amount.

    At most `limit` of them are listed. `open` counts all the sales that were looked at, and
    `without_opportunity` those of them that have none yet. `owner` is empty where they are
    everybody's.
    """

    sales: list[RiskySale]
    rules: Sequence[Rule]
    open: int
    without_opportunity: int
    owner: str
    at: datetime
    limit: int = 0

    @property
    def shown(self) -> list[RiskySale]:
        """The sales that are listed: the first `limit`, or all where it is 0."""
        return self.sales[: self.limit or None]

    @property
    def counts(self) -> dict[str, int]:
        """How many sales break each rule."""
        return {rule.name: len(self.breaking(rule)) for rule in self.rules}

    @property
    def amounts(self) -> dict[str, int]:
        """The amounts at risk by currency, in minor units."""
        sums: dict[str, int] = {}
        for sale, _breaches in self.sales:
            if sale.facts.amount is not None:
                sums[sale.currency] = sums.get(sale.currency, 0) + sale.facts.amount
        return sums

    def breaking(self, rule: Rule) -> list[RiskySale]:
        """Return the sales that break a rule."""
        return [s for s in self.sales if any(breach.rule == rule for breach in s.breaches)]


def at_risk(
    unit: UnitOfWork, *, everybody: bool = False, rule: str = "", limit: int = 0
) -> RiskReport:
    """Return my open sales that break a rule, or everybody's; with `rule` only those of one.

    Raises:
        NotFoundError: there is no such rule.
    """
    rules = [_rule(rule)] if rule else list(RULES)
    with unit.reading():
        now, home, start = unit.now, setting(unit, "currency"), start_command(unit)
        owner = None if everybody else unit.user_id
        found: list[RiskySale] = []
        count = without = 0
        for sale in risks.open_sales(unit.connection, owner):
            count += 1
            without += not sale.facts.has_opportunity
            breaches = [b for b in broken(sale.facts, now) if b.rule in rules]
            if breaches:
                found.append(RiskySale(sale, [_breach(sale, b, now, start) for b in breaches]))
        login = "" if everybody else unit.login
    found.sort(key=lambda risky: _rank(risky, home))
    return RiskReport(found, rules, count, without, login, now, limit)


def as_document(report: RiskReport) -> dict[str, Any]:
    """Return the report for machines."""
    return {
        "at": report.at.isoformat(),
        "open": report.open,
        "at_risk": len(report.sales),
        "counts": report.counts,
        "amounts": [
            {"currency": currency, "amount": plain_amount(minor, currency)}
            for currency, minor in report.amounts.items()
        ],
        "rules": [{"rule": rule.name, "words": rule.words} for rule in report.rules],
        "sales": [_sale_document(risky) for risky in report.shown],
    }


def explain(report: RiskReport) -> list["Figure"]:
    """Return how each figure of the report was made."""
    from salescli.domain.figures import MONEY, Figure, left_out

    whose = f"owner `{report.owner}`" if report.owner else "every owner"
    source = (
        f"opportunities that are not closed, and running sales without one yet, {whose}, as they"
        f" stand on {report.at:%Y-%m-%d %H:%M}"
    )
    count = len(report.sales)
    figures = [
        Figure("Open", "/open", report.open, "sales", "how many they are", source, report.open),
        Figure(
            *("At risk", "/at_risk", count, "sales"),
            "how many of them break at least one of the rules: "
            + "; ".join(f"{rule.name} ({rule.words})" for rule in report.rules),
            *(source, report.open),
        ),
    ]
    figures += [_rule_figure(report, rule, source) for rule in report.rules]
    for place, (currency, minor) in enumerate(report.amounts.items()):
        own = [risky.sale.facts for risky in report.sales if risky.sale.currency == currency]
        priced = [facts for facts in own if facts.amount is not None]
        figures.append(
            Figure(
                *("Amount at risk", f"/amounts/{place}/amount", plain_amount(minor, currency)),
                *(MONEY, "the sum of the amounts of the sales at risk; currencies are never added"),
                *(source, len(priced)),
                of=currency,
                currency=currency,
                left_out=left_out((len(own) - len(priced), "without an amount")),
            )
        )
    return figures + _day_figures(report, source)


def _rule(text: str) -> Rule:
    wanted = slug(text)
    for rule in RULES:
        if rule.name == wanted:
            return rule
    names = [rule.name for rule in RULES]
    near = nearest(wanted, names)
    meant = "did you mean " + " or ".join(f"`{name}`" for name in near) + "? " if near else ""
    raise NotFoundError(
        f"There is no rule `{clean(text)}`",
        hint=f"{meant}the rules are " + ", ".join(f"`{name}`" for name in names),
    )


def _breach(sale: OpenSale, found: Broken, now: datetime, start: str) -> Breach:
    about = ""
    name = found.rule.name
    edit = f"sales opportunity edit {sale.reference}"
    mend = f"sales continue {sale.reference}"
    if name == "overdue" and sale.activity_due == found.since:
        about = f"{sale.activity} {sale.activity_name}"
        mend = f"sales done {sale.activity}"
    elif name in {"close-date-past", "no-close-date"}:
        about = f"close date {sale.facts.close_date}" if sale.facts.close_date else ""
        mend = f"{edit} --close-date DAY"
    elif name == "no-amount":
        mend = f"{edit} --amount AMOUNT"
    elif name == "no-next-step" and not sale.is_guided:
        mend = f"{start} --opportunity {sale.reference}"
    return Breach(found.rule, found.since.astimezone(now.tzinfo), found.days(now), about, mend)


def _rank(risky: RiskySale, home: str) -> tuple[object, ...]:
    """Order by the gravest rule, then by amount; amounts of two currencies are not compared."""
    sale = risky.sale
    gravest = RULES.index(risky.breaches[0].rule)
    noun, _dash, number = sale.reference.partition("-")
    amount = sale.facts.amount or 0
    return gravest, sale.currency != home, sale.currency, -amount, noun, int(number)


def _sale_document(risky: RiskySale) -> dict[str, Any]:
    sale = risky.sale
    amount = sale.facts.amount
    return {
        "reference": sale.reference,
        "title": sale.title,
        "stage": sale.stage,
        "owner": sale.owner,
        "amount": None if amount is None else plain_amount(amount, sale.currency),
        "currency": sale.currency,
        "broken": [
            {
                "rule": breach.rule.name,
                "since": breach.since.isoformat(),
                "days": breach.days,
                "about": breach.about,
                "mend": breach.mend,
            }
            for breach in risky.breaches
        ],
    }


def _rule_figure(report: RiskReport, rule: Rule, source: str) -> "Figure":
    from salescli.domain.figures import Figure, left_out

    skipped = report.without_opportunity if rule.needs_opportunity else 0
    return Figure(
        *("Rule", f"/counts/{rule.name}", len(report.breaking(rule)), "sales"),
        "how many of them break the rule",
        *(source, report.open - skipped),
        of=f"{rule.name} ({rule.words})",
        left_out=left_out((skipped, "without an opportunity yet")),
    )


def _day_figures(report: RiskReport, source: str) -> list["Figure"]:
    from salescli.domain.figures import Figure

    return [
        Figure(
            *("Days", f"/sales/{place}/broken/{number}/days", breach.days, "days"),
            f"whole days since the rule is broken, until {report.at:%Y-%m-%d %H:%M}",
            *(source, 1),
            of=f"{risky.sale.reference}, {breach.rule.name}",
            detail=f"since {breach.since:%Y-%m-%d %H:%M}",
        )
        for place, risky in enumerate(report.shown)
        for number, breach in enumerate(risky.breaches)
    ]
