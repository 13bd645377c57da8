"""Published processes and the process log, for reading."""

from typing import NamedTuple

from salescli.domain.process.spec import ProcessSpec
from salescli.errors import NotFoundError
from salescli.services import references
from salescli.services.processes import process_id
from salescli.store import definitions, stays
from salescli.store.definitions import Published
from salescli.store.stays import LogLine, RunLine, Stay
from salescli.store.unit_of_work import UnitOfWork


class StepLog(NamedTuple):
    """The log of one run: its steps and its stays."""

    run: str
    steps: list[LogLine]
    stays: list[Stay]


def versions(unit: UnitOfWork) -> list[Published]:
    """Return every published version of every process."""
    with unit.reading():
        return definitions.listing(unit.connection)


def definition(unit: UnitOfWork, name: str) -> ProcessSpec:
    """Return the newest definition of a process."""
    with unit.reading():
        newest = definitions.newest(unit.connection, process_id(unit, name))
        assert newest is not None
        return newest.spec


def source(unit: UnitOfWork, name: str) -> str:
    """Return the newest source of a process, as it was published."""
    with unit.reading():
        return definitions.source(unit.connection, process_id(unit, name))


def runs(unit: UnitOfWork, *, everything: bool) -> list[RunLine]:
    """Return my running runs, or every run of everybody."""
    with unit.reading():
        owner = None if everything else unit.user_id
        return stays.runs(unit.connection, owner=owner, is_running=not everything)


def steps(unit: UnitOfWork, reference: str) -> StepLog:
    """Return the log of the run that a reference means."""
    with unit.reading():
        target = references.target(unit, reference)
        if target.run is None:
            raise NotFoundError(
                f"`{reference}` has no run", hint="see them: sales process log --all"
            )
        return StepLog(
            reference.upper(),
            stays.steps(unit.connection, target.run),
            stays.of_run(unit.connection, target.run),
        )


__all__ = ["LogLine", "Published", "RunLine", "Stay", "StepLog"]
