"""Moves that a seller makes outside the steps: another stage, an ending, another owner."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from salescli.domain.fields import SALE_FIELDS, Reference
from salescli.domain.process.spec import StageSpec
from salescli.domain.text import clean, slug
from salescli.errors import DecisionNeededError, RuleError, UsageError
from salescli.services import references
from salescli.services import sale as sales
from salescli.services.answers import Answers, finish, go_to, require_unchanged, target_of
from salescli.services.endings import Closing, divided
from salescli.services.sale import Sale
from salescli.services.sessions import setting
from salescli.services.standing import Outcome
from salescli.services.targets import find_stage, reference_of, require_running, sale_of
from salescli.services.values import read, read_assignments
from salescli.store import notes, process_log, records, relations, runs
from salescli.store.unit_of_work import UnitOfWork


def change_stage(
    unit: UnitOfWork,
    typed: Sequence[str],
    stage: str,
    assignments: Sequence[str] = (),
    *,
    seen: str = "",
    closing: Closing | None = None,
) -> list[Outcome]:
    """Move sales to a stage, whichever one they stand in; the current one is begun again.

    Raises:
        ChangedMeanwhileError: a sale does not stand where it was `seen` any more.
    """
    with unit:
        return [
            to_stage(unit, text, stage, assignments, seen=seen, closing=closing)
            for text in dict.fromkeys(typed)
        ]


def stages_of(unit: UnitOfWork, reference: str) -> list[StageSpec]:
    """Return the stages of a sale's process in order; of the usual one where none guides it."""
    from salescli.services import stages

    with unit.reading():
        target = references.target(unit, reference)
        if target.run is not None:
            return list(Sale(unit, target.run).newest.spec.in_order)
        return list(stages.versions(unit)[0].spec.in_order)


def reopen(unit: UnitOfWork, reference: str, reason: str, stage: str = "") -> Outcome:
    """Take a closed sale up again, at the stage that it was closed in or at another one.

    Raises:
        RuleError: the sale is open.
        DecisionNeededError: its last stage is not known, and none is given.
    """
    with unit:
        sale = _closed_sale(unit, reference)
        target = find_stage(sale.newest.spec, stage or _stood_in(sale, reference))
        if target.ending:
            raise RuleError(f"`{target.name}` is an ending", hint="reopen it at a working stage")
        before = sale.stored.run
        walk = sale.walk()
        walk.reopen(target)
        outcome = finish(sale, before, walk)
        text = clean(f"Reopened: {reason}")
        notes.add(unit, text, run=sale.stored.run.key, opportunity=sale.stored.opportunity)
        canceled = _cancel_after_sale(sale)
        return outcome._replace(
            changes=(text, *outcome.changes, *canceled),
            warnings=(*outcome.warnings, *_still_rerouted(sale)),
        )


def _stood_in(sale: Sale, reference: str) -> str:
    """Return the stage that a sale was closed in, from its stays or else from its changes."""
    from salescli.store.freshness import last_stage

    connection = sale.unit.connection
    working = sale.newest.spec.working_stages
    known = [name for spec in working for name in spec.ids]
    last = runs.last_stage(connection, sale.stored.run.key, known)
    if not last and sale.stored.opportunity is not None:
        last = last_stage(connection, sale.stored.opportunity, known)
    if last:
        return last
    raise DecisionNeededError(
        f"No stage is known that `{reference}` stood in",
        hint="give it with --stage, one of " + ", ".join(f"`{spec.id}`" for spec in working),
        choices=tuple(spec.id for spec in working),
    )


def _still_rerouted(sale: Sale) -> list[str]:
    """Warn of opportunities that have taken the place of one that goes on itself."""
    from salescli.store.rerouting import open_successors

    if sale.stored.opportunity is None:
        return []
    return [
        f"`{other.reference}` {other.name} took its place and is open too, so the pipeline counts"
        f' both; to end it: `sales close {other.reference} rejected --reason "..."`'
        for other in open_successors(sale.unit.connection, sale.stored.opportunity)
    ]


def _cancel_after_sale(sale: Sale) -> list[str]:
    """Cancel what the ending left to do, which a sale that goes on has no use for."""
    if sale.stored.opportunity is None:
        return []
    count = process_log.cancel_after_sale(
        sale.unit, sale.stored.opportunity, "the sale was reopened"
    )
    noun = "activity" if count == 1 else "activities"
    return [f"Canceled {count} {noun} that the ending had left"] if count else []


class Assigned(NamedTuple):
    """A sale that was given to somebody: its handle, and what happened in words."""

    reference: str
    sentence: str


def assign(unit: UnitOfWork, typed: Sequence[str], login: str) -> list[Assigned]:
    """Give sales to another owner, with the open activities of the former one.

    Raises:
        UsageError: the login is empty.
        RuleError: the new owner is not active, or something is no sale.
    """
    from salescli.services.organization import require_active

    if not login.strip():
        raise UsageError("The new owner is empty", hint="give a login; see them: sales user list")
    with unit:
        owner = read(unit, SALE_FIELDS["owner"], login)
        require_active(unit, owner)
        return [_assign(unit, text, owner) for text in dict.fromkeys(typed)]


def hand_over(unit: UnitOfWork, opportunity: bytes, owner: Reference) -> None:
    """Give an opportunity, with its open activities, to another owner, who has to be active."""
    from salescli.services.organization import require_active

    require_active(unit, owner)
    run = runs.running_of_opportunity(unit.connection, opportunity)
    if run is None:
        relations.give(unit, opportunity, owner.key)
        return
    sale = Sale(unit, run)
    walk = sale.walk()
    walk.save({"owner": owner})
    sale.save(walk)


def _assign(unit: UnitOfWork, text: str, owner: Reference) -> Assigned:
    target = references.target(unit, text)
    asked = unit.connection, target.run, target.opportunity, owner.key
    before = relations.open_activities(*asked)
    if target.opportunity is not None:
        record = records.load(unit.connection, "opportunity", target.opportunity)
        reference, former = record.reference, record.values["owner"]
        hand_over(unit, target.opportunity, owner)
    elif target.run is not None:
        sale = Sale(unit, target.run)
        require_running(sale)
        reference, former = reference_of(sale), sale.values.get("owner")
        walk = sale.walk()
        walk.save({"owner": owner})
        sale.save(walk)
    else:
        raise RuleError(f"`{text}` is not a sale", hint="give an opportunity or a run")
    count = relations.open_activities(*asked) - before
    noun = "activity" if count == 1 else "activities"
    since = "already" if former and former.key == owner.key else "now"
    more = f", with {count} open {noun}" if count else ""
    return Assigned(reference, f"`{reference}` belongs to `{owner}` {since}{more}")


def _closed_sale(unit: UnitOfWork, reference: str) -> Sale:
    target = references.target(unit, reference)
    if target.run is None and target.opportunity is not None:
        record = records.load(unit.connection, "opportunity", target.opportunity)
        sale = sales.begin(unit, setting(unit, "process"), record)
        is_open = not find_stage(sale.newest.spec, record.values["stage"]).ending
    else:
        sale = sale_of(unit, target)
        is_open = sale.stored.run.state == "running"
    if is_open:
        own = reference_of(sale)
        about = f"`{clean(reference)}` is an activity of `{own}`, which" if target.activity else ""
        raise RuleError(
            f"{about or f'`{clean(reference)}`'} is open",
            hint=f"move it with `sales stage {own} STAGE`",
        )
    return sale


def to_stage(
    unit: UnitOfWork,
    text: str,
    stage: str,
    assignments: Sequence[str],
    *,
    seen: str = "",
    closing: Closing | None = None,
) -> Outcome:
    """Move one sale inside an open unit of work; see `change_stage`."""
    answers = Answers(assignments=tuple(assignments), seen=seen)
    target = target_of(unit, text, answers)
    if target.run is None and target.opportunity is not None:
        return _start_at(unit, target.opportunity, stage, assignments, closing)
    sale = sale_of(unit, target)
    require_unchanged(sale, answers)
    require_running(sale)
    spec, values, closing = _said(sale, stage, assignments, closing)
    before = sale.stored.run
    walk = sale.walk()
    go_to(walk, spec, values, "chosen" if before.is_choosing else "jump")
    return finish(sale, before, walk, closing)


def _said(
    sale: Sale, text: str, assignments: Sequence[str], closing: Closing | None
) -> tuple[StageSpec, dict[str, Any], Closing]:
    """Return the stage that is meant, the fields of the sale itself, and what else is said."""
    spec = _stage_said(sale, text, assignments)
    own, successor = divided(spec, assignments)
    values = read_assignments(sale.unit, SALE_FIELDS, own, currency=sale.currency)
    closing = closing or Closing()
    closing = closing._replace(successor=(*closing.successor, *successor))
    return spec, values, closing


def _stage_said(sale: Sale, text: str, assignments: Sequence[str]) -> StageSpec:
    """Return the stage that is meant: a new owner who is named has it from their own version."""
    owner = [one for one in assignments if one.partition("=")[0].strip() == "owner"]
    endings = {name for spec in sale.newest.spec.endings for name in (spec.id, spec.ending)}
    if owner and slug(text) not in endings:
        sale.heed(read_assignments(sale.unit, SALE_FIELDS, owner, currency=sale.currency))
    return find_stage(sale.newest.spec, text)


def _start_at(
    unit: UnitOfWork,
    opportunity: bytes,
    stage: str,
    assignments: Sequence[str],
    closing: Closing | None,
) -> Outcome:
    """Take an opportunity that no process guides to a stage; the process goes on from there."""
    record = records.load(unit.connection, "opportunity", opportunity)
    sale = sales.begin(unit, setting(unit, "process"), record)
    if find_stage(sale.newest.spec, record.values["stage"]).ending:
        raise RuleError(
            f"`{record.reference}` is closed",
            hint=f"take it up again with `sales reopen {record.reference} --reason ...`",
        )
    before = sale.stored.run
    spec, values, closing = _said(sale, stage, assignments, closing)
    walk = sale.walk()
    walk.enter(spec, "start", values)
    outcome = finish(sale, before, walk, closing)
    moved = f"Moved `{record.reference}` to `{outcome.standing.stage_name}`"
    return outcome._replace(changes=(moved, *outcome.changes))
