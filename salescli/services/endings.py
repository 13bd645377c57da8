"""What the end of a sale asks for and leaves behind, by whichever command it comes."""

from collections.abc import Sequence
from typing import NamedTuple

from salescli.domain.parts import name_of
from salescli.domain.process.spec import StageSpec
from salescli.domain.text import key as text_key
from salescli.domain.text import nearest
from salescli.errors import RuleError
from salescli.services.freshness import stale_fields
from salescli.services.sale import Sale
from salescli.store import parts, records
from salescli.store.rows import update
from salescli.store.unit_of_work import UnitOfWork

NO_DECISION = "no decision"
"""The winner of a sale that nobody won."""


class Closing(NamedTuple):
    """What is said with an ending beside its fields.

    `is_confirmed`: the opportunity was checked and is up to date. `flags_account`: the reason is
    kept on the account, as a warning for the next sale. `successor` are the fields of the
    opportunity that takes the place of a rerouted one, as `name=value`, and `stage` is where that
    one begins.
    """

    is_confirmed: bool = False
    flags_account: bool = False
    successor: tuple[str, ...] = ()
    stage: str = ""


class Ended(NamedTuple):
    """What an ending did beyond the sale itself; `successor` is the handle of the new one."""

    changes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    successor: str = ""


def divided(stage: StageSpec, assignments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the assignments for a sale that ends, and those for the one that takes its place."""
    if not stage.carry:
        return list(assignments), []
    own = [a for a in assignments if _name(a) in stage.fields]
    return own, [a for a in assignments if _name(a) not in stage.fields]


def conclude(sale: Sale, closing: Closing) -> Ended:
    """Do what follows when a sale has just ended with an opportunity; inside its change set.

    Raises:
        RuleError: the account cannot be flagged, because there is none.
    """
    stage = sale.newest.spec.stage(sale.stored.run.stage)
    opportunity = sale.stored.opportunity
    assert opportunity is not None, "an ending of a sale without an opportunity disqualifies it"
    changes: list[str] = []
    if closing.is_confirmed:
        changes += confirm(sale)
    if closing.flags_account:
        changes += _flag(sale)
    warnings: list[str] = []
    if "competitor" in stage.fields:
        winner = str(sale.values.get("competitor") or "")
        changes += keep_winner(sale.unit, opportunity, winner)
        changes += _lost_to(sale, winner)
        warnings += [] if winner else _without_winner(sale)
    if not closing.is_confirmed:
        warnings += _stale(sale, stage)
    if not stage.carry:
        return Ended(tuple(changes), tuple(warnings))
    from salescli.services.rerouting import reroute

    new = reroute(sale, opportunity, stage, closing)
    place = new.spec.stage(new.stored.run.stage).name
    name = new.values["name"]
    opened = f"Opened `{new.fields.reference}` {name} at `{place}`"
    changes += [*new.changes, f"{opened}; it takes the place of `{sale.fields.reference}`"]
    return Ended(tuple(changes), tuple(warnings), new.fields.reference)


def confirm(sale: Sale) -> list[str]:
    """Note that somebody has checked the opportunity; return the sentence about it."""
    assert sale.stored.opportunity is not None
    columns = {"confirmed_at": sale.unit.now_text}
    update(sale.unit.connection, "opportunity", sale.stored.opportunity, columns)
    return [f"Confirmed that `{sale.fields.reference}` is up to date"]


def _flag(sale: Sale) -> list[str]:
    account = sale.values.get("account")
    if account is None or not account.key:
        raise RuleError(
            "There is no account to flag", hint="leave out --flag-account, or give the account"
        )
    reason = str(sale.stored.reason)
    records.change(sale.unit, "account", account.key, {"flag": reason})
    return [f"Flagged {account}: {reason}"]


def _stale(sale: Sale, stage: StageSpec) -> list[str]:
    if not stage.fresh:
        return []

    return [stale.told for stale in stale_fields(sale, stage)]


def keep_winner(unit: UnitOfWork, opportunity: bytes, winner: str) -> list[str]:
    """Have who won among the competitors of an opportunity; tell of one that is new there."""
    if not winner or text_key(winner) == text_key(NO_DECISION):
        return []
    if parts.part(unit.connection, "competitor", opportunity, winner):
        return []
    known = [entry["name"] for entry in parts.of_kind(unit.connection, "competitor", opportunity)]
    parts.save_named(unit, "competitor", opportunity, winner, {})
    like = nearest(winner, known, 1)
    meant = f"; if you meant `{like[0]}`, undo and give that name" if like else ""
    return [f"Added competitor {winner}{meant}"]


def _lost_to(sale: Sale, winner: str) -> list[str]:
    """Tell the sides of the winner, where they are known."""
    known = sale.values.get("competitors") or ()
    return [
        f"Lost to {said}"
        for said in known
        if text_key(name_of("competitors", said)) == text_key(winner)
    ]


def _without_winner(sale: Sale) -> list[str]:
    """Tell who may have won, where nobody is named."""
    known = sale.values.get("competitors") or ()
    if not known:
        return []
    names = f"`sales opportunity edit {sale.fields.reference} --competitor NAME`"
    return [f"No winner is named, of {', '.join(known)}; {names} names one, or `{NO_DECISION}`"]


def _name(assignment: str) -> str:
    return assignment.partition("=")[0].strip().replace("-", "_")
