"""Moves many sales to a stage: the engine walks each, and their rows are written together."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from salescli.domain.process.engine import Walk
from salescli.domain.process.run import Effect, Run
from salescli.domain.process.spec import StageSpec
from salescli.errors import SalesError
from salescli.services import meanwhile
from salescli.services.answers import Answers, go_to, require_unchanged
from salescli.services.narration import tell
from salescli.services.sale import Sale
from salescli.services.sale_fields import moved
from salescli.services.targets import find_stage, reference_of, require_running
from salescli.store import process_log
from salescli.store.grouped import Grouped
from salescli.store.process_log import Write
from salescli.store.rows import take_numbers
from salescli.store.sale_rows import Prefetched
from salescli.store.unit_of_work import UnitOfWork

CHUNK = 500
"""So many sales are read and written at once."""


class Move(NamedTuple):
    """A sale to be moved: its run, the place and the version that were seen of it."""

    run: bytes
    seen: str = ""
    version: int | None = None


class Moved(NamedTuple):
    """A sale that was moved, and what is told of it."""

    reference: str
    changes: tuple[str, ...]


class _Step(NamedTuple):
    """A sale in hand whose walk is still to be written."""

    place: int
    sale: Sale
    before: Run
    walk: Walk


class Bulk:
    """Moves sales to one stage inside an open unit of work."""

    def __init__(self, unit: UnitOfWork, stage: str) -> None:
        self.unit = unit
        self.stage = stage
        self._rows = Prefetched(unit.connection)
        self._targets: dict[bytes, StageSpec] = {}

    def move(self, moves: Sequence[Move]) -> list[Moved | SalesError | None]:
        """Move sales, none of them twice; return what came of each.

        A sale that is refused is left as it is. None stands for one that has to go the way of a
        single sale, because more of it changes than its process log.
        """
        results: list[Moved | SalesError | None] = []
        for first in range(0, len(moves), CHUNK):
            results += self._move_chunk(moves[first : first + CHUNK])
        return results

    def _move_chunk(self, moves: Sequence[Move]) -> list[Moved | SalesError | None]:
        self._rows.fetch([move.run for move in moves])
        results: list[Moved | SalesError | None] = [None] * len(moves)
        steps: list[_Step] = []
        for place, move in enumerate(moves):
            try:
                step = self._walk(place, move)
            except SalesError as refusal:
                results[place] = refusal
            else:
                steps += [step] if step else []
        self._write(steps)
        for step in steps:
            changes = tell(step.sale, step.before, step.walk.effects)
            results[step.place] = Moved(reference_of(step.sale), tuple(changes))
        return results

    def _walk(self, place: int, move: Move) -> _Step | None:
        sale = Sale(self.unit, move.run, self._rows)
        before = sale.stored.run
        stage = self._target(sale)
        if stage.ending or not before.has_opportunity:
            return None
        self._require_as_seen(sale, move)
        require_running(sale)
        walk = sale.walk()
        go_to(walk, stage, {}, "chosen" if before.is_choosing else "jump")
        is_log = all(process_log.is_written(effect) for effect in walk.effects)
        if sale.fields.has_waiting and any(map(process_log.takes_number, walk.effects)):
            return None
        return _Step(place, sale, before, walk) if is_log else None

    def _target(self, sale: Sale) -> StageSpec:
        key = sale.newest.key
        if key not in self._targets:
            self._targets[key] = find_stage(sale.newest.spec, self.stage)
        return self._targets[key]

    def _require_as_seen(self, sale: Sale, move: Move) -> None:
        require_unchanged(sale, Answers(seen=move.seen))
        if move.version is not None and sale.stored.opportunity is not None:
            record = self._rows.opportunity(sale.stored.opportunity).record
            meanwhile.require_version(self.unit, record, move.version, ())

    def _write(self, steps: Sequence[_Step]) -> None:
        grouped = Grouped(self.unit.connection)
        made = sum(map(process_log.takes_number, _effects(steps)))
        number = take_numbers(self.unit.connection, "activity", made) if made else 0
        now = self.unit.now_text
        for step in steps:
            sale = step.sale
            around = process_log.around_of(self.unit, sale.stored, sale.newest.key)
            around = around._replace(now=now)
            numbers: dict[bytes, int] = {}
            for effect in step.walk.effects:
                if effect.kind == "enter_stage":
                    around = around._replace(visit=effect.key)
                if process_log.takes_number(effect):
                    around = around._replace(number=number)
                    numbers[effect.key] = number
                    number += 1
                grouped.add(process_log.row_of(around, effect))
            self._note(grouped, step, now, numbers)
        grouped.flush()

    def _note(self, grouped: Grouped, step: _Step, now: str, numbers: dict[bytes, int]) -> None:
        """Write the stage into the opportunity, and have the sale as it stands now."""
        sale, run = step.sale, step.walk.run
        if sale.newest.spec.drives == "stage" and sale.stored.opportunity is not None:
            columns = moved(run.stage, now, is_ending=False)
            grouped.add(Write("opportunity", sale.stored.opportunity, columns, is_new=False))
        activities = tuple(
            activity._replace(number=numbers.get(activity.key, activity.number))
            for activity in run.activities
        )
        sale.stored = sale.stored._replace(run=run._replace(activities=activities))
        sale.definition = sale.newest


def _effects(steps: Sequence[_Step]) -> Iterator[Effect]:
    for step in steps:
        yield from step.walk.effects
