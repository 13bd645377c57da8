"""The stages that opportunities stand in: those of every process, version by version."""

from typing import NamedTuple

from salescli.domain.process.spec import ENDINGS, ProcessSpec, StageSpec
from salescli.services.sessions import setting
from salescli.store import definitions
from salescli.store.reports import Chances
from salescli.store.unit_of_work import UnitOfWork


class Version(NamedTuple):
    """What a division goes by in a process; without a division, everybody else."""

    process: str
    division: bytes | None
    spec: ProcessSpec


class Working(NamedTuple):
    """The stages of the usual process in their order, and those that only other processes have."""

    usual: list[StageSpec]
    others: list[StageSpec]

    @property
    def all(self) -> list[StageSpec]:
        """Both, the usual ones first."""
        return [*self.usual, *self.others]


def versions(unit: UnitOfWork, owner: bytes | None = None) -> list[Version]:
    """Return the versions in use of all processes, the usual process and everybody first.

    With an owner, known or not, the one of each process that their sales take.
    """
    usual = setting(unit, "process")
    connection = unit.connection
    if owner is not None:
        names = definitions.names(connection)
        newest = {name: definitions.newest(connection, name, owner) for name in names}
        found = [Version(name, None, one.spec) for name, one in newest.items() if one]
    else:
        found = [Version(*one) for one in definitions.in_use(connection)]
    return sorted(found, key=lambda one: one.process != usual)


def working(unit: UnitOfWork, owner: bytes | None = None) -> Working:
    """Return the stages that are no endings; one that versions share is there once."""
    usual = setting(unit, "process")
    found = Working([], [])
    for version in versions(unit, owner):
        known = found.usual if version.process == usual else found.others
        for stage in version.spec.working_stages:
            if not (_joined(found.usual, stage) or _joined(found.others, stage)):
                known.append(stage)
    return found


def names(unit: UnitOfWork) -> dict[str, str]:
    """Return what every stage is called, endings too, by its id and its former ones."""
    found: dict[str, str] = {}
    for version in versions(unit):
        for stage in version.spec.stages:
            for name in (stage.id, *stage.was):
                found.setdefault(name, stage.name)
    return found


def known(unit: UnitOfWork) -> dict[str, str]:
    """Return what `names` does, read by itself."""
    with unit.reading():
        return names(unit)


def ended(unit: UnitOfWork) -> dict[str, list[str]]:
    """Return each way to end with the ids of the stages that mean it, now or formerly."""
    found: dict[str, dict[str, None]] = {ending: {} for ending in ENDINGS}
    for version in versions(unit):
        for stage in version.spec.endings:
            found[stage.ending] |= dict.fromkeys(stage.ids)
    return {ending: list(names) for ending, names in found.items()}


def chances(unit: UnitOfWork, owner: bytes | None = None) -> Chances:
    """Return the probability that each version gives a stage."""
    return Chances(
        setting(unit, "process"),
        {
            (one.process, one.division): {
                name: stage.probability for stage in one.spec.working_stages for name in stage.ids
            }
            for one in versions(unit, owner)
        },
    )


def _joined(stages: list[StageSpec], stage: StageSpec) -> bool:
    """Add the names of a stage to the one that it is in another version, if it is in the list."""
    names = {*stage.ids}
    for place, known in enumerate(stages):
        if names & {*known.ids}:
            further = sorted(names - {*known.ids})
            stages[place] = known._replace(was=(*known.was, *further))
            return True
    return False
