"""Published processes and the process log, for reading."""

from collections.abc import Sequence
from typing import NamedTuple

from salescli.domain.figures import Figure
from salescli.domain.process.spec import ProcessSpec
from salescli.errors import NotFoundError
from salescli.services import publishing, references, shipped
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


def definition(
    unit: UnitOfWork, name: str, *, revision: int | None = None, division: str = ""
) -> ProcessSpec:
    """Return what a version of a process says: by its number, or the newest one."""
    with unit.reading():
        found = publishing.text_of(unit, name, revision=revision, division=division)
        return definitions.by_key(unit.connection, found[1].key).spec


def source(unit: UnitOfWork, name: str, *, revision: int | None = None, division: str = "") -> str:
    """Return the text of a version of a process, as it was published."""
    with unit.reading():
        found = publishing.text_of(unit, name, revision=revision, division=division)
        return found[1].source


def newest_text(unit: UnitOfWork, name: str, *, division: str = "") -> tuple[str, int, str]:
    """Return the id of a process, its newest version for a division or everybody, and its text."""
    with unit.reading():
        process, text = publishing.text_of(unit, name, division=division)
        return process, text.revision, text.source


def newer_shipped(unit: UnitOfWork) -> list[str]:
    """Return the processes of which the program ships a text that was never published here."""
    with unit.reading():
        return shipped.newer(unit)


def runs(unit: UnitOfWork, *, everything: bool, asked: str = "") -> list[RunLine]:
    """Return my running runs, or every run of everybody; of those, the ones with words asked for.

    Raises:
        UsageError: a condition is asked for.
    """
    from salescli.services import filters

    with unit.reading():
        owner = None if everything else unit.user_id
        found = filters.words(unit, "run", asked) if asked.strip() else None
        return stays.runs(unit.connection, owner=owner, is_running=not everything, asked=found)


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


def explain_versions(found: Sequence[Published]) -> list[Figure]:
    """Return how the sales of each version were counted."""
    return [
        Figure(
            *("Sales", f"/versions/{place}/running", version.running, "sales"),
            "how many of them began with that version",
            "stays of sales in a stage, of every owner, that are not over and were not undone",
            n=version.running,
            of=f"{version.process} {version.revision}",
        )
        for place, version in enumerate(found)
    ]


def explain_steps(log: StepLog) -> list[Figure]:
    """Return how long each closed step took; the hours of nights and weekends count too."""
    return [
        Figure(
            *("Took", f"/steps/{place}/seconds", took.total_seconds(), "seconds"),
            "the time from the opening of the step to its closing, nights and weekends included",
            f"the process log of {log.run}",
            n=1,
            of=f"{step.stage} {step.n}, {step.step}",
            detail=f"{step.opened_at:%Y-%m-%d %H:%M:%S} to {step.closed_at:%Y-%m-%d %H:%M:%S} UTC",
        )
        for place, step in enumerate(log.steps)
        if step.closed_at and (took := step.closed_at - step.opened_at) is not None
    ]


__all__ = ["LogLine", "Published", "RunLine", "Stay", "StepLog"]
