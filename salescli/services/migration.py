"""Brings running sales to the newest version of their process before their next stage does."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from salescli.domain.process.migration import CURRENT, MOVED, REFUSED, RESTARTED, land
from salescli.domain.reference import handle
from salescli.domain.text import counted, shell_word
from salescli.errors import ChangedMeanwhileError, NotFoundError
from salescli.services.processes import process_id
from salescli.services.sale import Sale, newest_of
from salescli.store import definitions
from salescli.store.definitions import Definition, Place
from salescli.store.unit_of_work import UnitOfWork


class Migration(NamedTuple):
    """One running sale: where it stands, where it would, and what that takes.

    `outcome` is `moved` (the same step), `restarted` (its stage begins again), `refused`, or
    `current` for a sale that has the newest version already; `why` tells the reason.
    """

    sale: str
    title: str
    owner: str
    from_version: int
    from_stage: str
    from_step: str
    to_version: int
    to_stage: str
    to_step: str
    outcome: str
    why: str = ""

    @property
    def is_change(self) -> bool:
        """Whether the sale is touched."""
        return self.outcome in {MOVED, RESTARTED}


def preview(unit: UnitOfWork, name: str) -> list[Migration]:
    """Return what `migrate` would do to each running sale of a process."""
    with unit.reading():
        return [planned for planned, _place, _to in _Plan(unit, name).lines()]


def migrate(
    unit: UnitOfWork, name: str, confirmed: Sequence[Migration] | None = None
) -> list[Migration]:
    """Bring every running sale of a process to the newest version of its owner's division.

    A sale whose step is there stands on it as before. One whose step is gone begins its stage
    again. One whose stage is gone stays as it is and keeps its version until it is moved.
    Where a stage has another id in the new version, the opportunity gets that.

    Args:
        unit: a unit of work that is not open.
        name: the process.
        confirmed: what was previewed, where nothing else may be done.

    Raises:
        ChangedMeanwhileError: what would be done is not what was confirmed.
    """
    with unit:
        plan = _Plan(unit, name)
        lines = plan.lines()
        if confirmed is not None:
            _require_same(confirmed, [line for line, _place, _to in lines], name)
        moved = [(line, place, to) for line, place, to in lines if line.outcome == MOVED]
        definitions.follow(unit, [(to.key, place.visit) for _line, place, to in moved])
        definitions.rename_stages(
            unit,
            [
                (line.to_stage, place.opportunity, place.stage)
                for line, place, to in moved
                if to.spec.drives == "stage" and line.to_stage != place.stage
            ],
        )
        for line, place, _to in lines:
            if line.outcome == RESTARTED:
                _restart(unit, place, line)
        return [line for line, _place, _to in lines]


def _require_same(confirmed: Sequence[Migration], now: Sequence[Migration], name: str) -> None:
    before, after = ({line for line in lines if line.is_change} for lines in (confirmed, now))
    if before != after:
        sales = sorted({line.sale for line in before ^ after})
        raise ChangedMeanwhileError(
            f"{counted(len(sales), 'sale')} changed since you were asked, such as `{sales[0]}`;"
            " nothing was migrated",
            hint=f"look again: `sales process migrate {shell_word(name)}`",
        )


def counts(lines: Sequence[Migration]) -> dict[str, int]:
    """Return how many sales there are of each outcome, in a fixed order."""
    found = Counter(line.outcome for line in lines)
    return {outcome: found[outcome] for outcome in (MOVED, RESTARTED, REFUSED, CURRENT)}


class _Plan:
    """The running sales of a process and the versions that they have and take."""

    def __init__(self, unit: UnitOfWork, name: str) -> None:
        self._unit = unit
        self._process = process_id(unit, name)
        self._places = definitions.places(unit.connection, self._process)
        self._newest: dict[bytes | None, Definition] = {}
        self._kept: dict[bytes, Definition] = {}
        if not self._places:
            raise NotFoundError(
                f"No running sale runs `{self._process}`",
                hint="see what is published: `sales process list`",
            )

    def lines(self) -> list[tuple[Migration, Place, Definition]]:
        """Return each sale with its place and the version that it takes."""
        return [self._line(place) for place in self._places]

    def _line(self, place: Place) -> tuple[Migration, Place, Definition]:
        old, new = self._of(place.definition), self._for(place.owner)
        if old.key == new.key:
            outcome, stage, step, why = CURRENT, place.stage, place.step, ""
        else:
            outcome, stage, step, why = land(old.spec, new.spec, place.stage, place.step)
        if outcome == RESTARTED:
            step = _first_step(self._unit, place, why)
        line = Migration(
            _handle(place),
            place.title,
            place.login,
            *(old.revision, place.stage, place.step),
            *(new.revision, stage, step),
            outcome,
            why,
        )
        return line, place, new

    def _of(self, key: bytes) -> Definition:
        if key not in self._kept:
            self._kept[key] = definitions.by_key(self._unit.connection, key)
        return self._kept[key]

    def _for(self, owner: bytes | None) -> Definition:
        if owner not in self._newest:
            self._newest[owner] = newest_of(self._unit, self._process, owner)
        return self._newest[owner]


def _handle(place: Place) -> str:
    """Return what people call the sale: its opportunity's handle, or its run's."""
    if place.opportunity is not None:
        return handle("opportunity", place.opportunity)
    return handle("run", place.number)


def _first_step(unit: UnitOfWork, place: Place, why: str) -> str:
    """Return on which step a sale stands once its stage has begun again; empty at its end."""
    walk = Sale(unit, place.run).walk()
    walk.restart(why)
    return walk.run.open_step.step if walk.run.open_step else ""


def _restart(unit: UnitOfWork, place: Place, line: Migration) -> None:
    sale = Sale(unit, place.run)
    walk = sale.walk()
    walk.restart(f"version {line.to_version} of the process: {line.why}")
    sale.save(walk)
