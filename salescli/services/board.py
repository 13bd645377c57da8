"""The pipeline board: a column a stage with count and sums, and its cards page by page."""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from salescli.domain.board import SOONEST, Card, Column
from salescli.domain.reference import handle, numbers_of, parse_handle
from salescli.errors import NotFoundError
from salescli.services import references
from salescli.services.references import Target
from salescli.services.stages import working
from salescli.services.stale import stale_among
from salescli.store import board, records, runs
from salescli.store.board import EVERYBODY, Scope
from salescli.store.unit_of_work import UnitOfWork

MINE, EVERYONE = "me", ""

AGES = (7, 30, 90)
"""Days in a stage at which one span of the ageing ends and the next begins."""


class Shown(NamedTuple):
    """Which opportunities a board shows: of an owner, of a division, and a filter's.

    `owner` is a login, `me`, or empty for everybody; `asked` is a condition, or words of names: of
    an opportunity, its account or its people, or its handle.
    """

    owner: str = MINE
    division: str = ""
    asked: str = ""
    sort: str = SOONEST


def columns(unit: UnitOfWork, shown: Shown) -> list[Column]:
    """Return the stages of the usual process with what stands in each, then others in use.

    Raises:
        NotFoundError: there is no such owner, division or stage.
        UsageError: the filter cannot be read.
    """
    with unit.reading():
        stages = working(unit, _owner(unit, shown))
        rows = board.sums(unit.connection, _scope(unit, shown))
        begun = Counter(card.stage for card in _begun(unit, shown))
    found: dict[str, list[tuple[str, int, int]]] = {}
    for stage, currency, count, amount in rows:
        found.setdefault(stage, []).append((currency, count, amount))
    made = [_column(stage.id, stage.name, stage.ids, found) for stage in stages.all]
    known = {name for column in made for name in column.ids}
    made = [
        column for place, column in enumerate(made) if place < len(stages.usual) or column.sales
    ]
    made += [_column(name, name, (name,), found) for name in found if name not in known]
    return [one._replace(begun=sum(begun[stage] for stage in one.ids)) for one in made]


def cards(
    unit: UnitOfWork, shown: Shown, ids: tuple[str, ...], offset: int, limit: int
) -> list[Card]:
    """Return a page of a column's cards, those without an opportunity last.

    See `columns` for what is raised.
    """
    with unit.reading():
        scope = _scope(unit, shown)
        found = board.cards(
            unit.connection,
            ids,
            scope,
            now=unit.now,
            sort=shown.sort,
            offset=offset,
            limit=limit,
        )
        stale = stale_among(unit, [card.number for card in found])
        found = [card._replace(is_stale=card.reference in stale) for card in found]
        if room := limit - len(found):
            sums = board.sums(unit.connection, scope) if offset else []
            first = max(offset - sum(row[2] for row in sums if row[0] in ids), 0)
            begun = [card for card in _begun(unit, shown) if card.stage in ids]
            found += begun[first : first + room]
        return found


def handles(
    unit: UnitOfWork,
    shown: Shown,
    limit: int,
    *,
    ids: tuple[str, ...] = (),
    among: Collection[str] | None = None,
) -> list[str]:
    """Return the handles of the first cards: of a column by its `ids`, or of those among some.

    See `columns` for what is raised.
    """
    with unit.reading():
        numbers = board.numbers(
            unit.connection,
            _scope(unit, shown),
            sort=shown.sort,
            stages=ids,
            among=None if among is None else numbers_of("opportunity", among),
            limit=limit,
        )
        begun = [
            card.reference
            for card in _begun(unit, shown)
            if (not ids or card.stage in ids) and (among is None or card.reference in among)
        ]
    return [*(handle("opportunity", number) for number in numbers), *begun][:limit]


def whereabouts(unit: UnitOfWork, reference: str) -> tuple[str, str]:
    """Return the handle that a card has by now, and its stage; both are empty if it is gone.

    A sale is called by its run until it has an opportunity, and again when that is taken back.
    """
    with unit.reading():
        try:
            target = references.target(unit, reference)
        except NotFoundError:
            target = Target(run=_run_before(unit, reference))
        if target.opportunity is not None:
            record = records.load(unit.connection, "opportunity", target.opportunity)
            return record.reference, str(record.values["stage"])
        if target.run is None:
            return "", ""
        number = runs.load(unit.connection, target.run).number
        return handle("run", number), runs.present_stage(unit.connection, target.run)


def _run_before(unit: UnitOfWork, reference: str) -> bytes | None:
    """Return the run that an opportunity which is gone was made in, unless it is gone as well."""
    from salescli.store import departed

    parsed = parse_handle(reference)
    gone = departed.by_number(unit.connection, *parsed) if parsed else None
    run = departed.run_of(unit.connection, gone) if gone else None
    return None if run is None or departed.is_undone(unit.connection, run) else run


def ages(unit: UnitOfWork, shown: Shown) -> list[tuple[str, int]]:
    """Return how long the open opportunities have stood in their stage: a span and how many."""
    with unit.reading():
        bounds = [unit.now - timedelta(days=days) for days in AGES]
        counts = board.ages(unit.connection, _scope(unit, shown), bounds)
    names = [f"up to {AGES[0]} days"]
    names += [f"{low + 1} to {high} days" for low, high in pairwise(AGES)]
    names.append(f"over {AGES[-1]} days")
    return list(zip(names, counts, strict=True))


def people(unit: UnitOfWork) -> tuple[list[str], list[str]]:
    """Return the logins and the divisions that a board can be narrowed to."""
    with unit.reading():
        users = records.select(unit.connection, "user", "ORDER BY t.login")
        divisions = records.select(unit.connection, "division", "ORDER BY t.name")
        return [user.reference for user in users], [division.name for division in divisions]


def _owner(unit: UnitOfWork, shown: Shown) -> bytes | None:
    return references.user(unit, shown.owner).key if shown.owner else None


def _scope(unit: UnitOfWork, shown: Shown) -> Scope:
    scope = _owned(unit, shown.owner)
    if shown.division:
        division = references.reference(unit, "division", shown.division)
        scope = scope.narrowed("t.division_id = ?", division.key)
    return _filtered(unit, scope, shown.asked)


def _begun(unit: UnitOfWork, shown: Shown) -> list[Card]:
    """Return the runs without an opportunity; they have no division and meet no condition."""
    from salescli.errors import UsageError
    from salescli.services import filters

    if shown.division:
        return []
    scope = _owned(unit, shown.owner)
    if shown.asked.strip():
        try:
            filters.where(unit, "opportunity", shown.asked)
        except UsageError:
            found = filters.words(unit, "run", shown.asked)
            scope = scope.narrowed(found.clause, *found.parameters)
        else:
            return []
    return board.begun(unit.connection, scope, now=unit.now)


def _owned(unit: UnitOfWork, owner: str) -> Scope:
    if not owner:
        return EVERYBODY
    return EVERYBODY.narrowed("t.owner_id = ?", references.user(unit, owner).key)


def _filtered(unit: UnitOfWork, scope: Scope, asked: str) -> Scope:
    from salescli.services import filters

    found = filters.typed(unit, "opportunity", asked) if asked.strip() else None
    return scope.narrowed(found.clause, *found.parameters) if found else scope


def _column(
    stage: str, name: str, ids: tuple[str, ...], found: dict[str, list[tuple[str, int, int]]]
) -> Column:
    sums: dict[str, int] = {}
    sales = 0
    for one in ids:
        for currency, count, amount in found.get(one, ()):
            sales += count
            sums[currency] = sums.get(currency, 0) + amount
    return Column(stage, name, ids, sales, tuple(sorted(sums.items())))
