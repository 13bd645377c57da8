"""Publishes processes: the shipped ones into a new store, edited ones as new versions."""

import hashlib
from pathlib import Path
from typing import NamedTuple

from salescli.domain.fields import SALE_FIELDS
from salescli.domain.process.check import vanished
from salescli.domain.process.spec import ProcessSpec
from salescli.errors import RuleError, UsageError
from salescli.services.definitions import check_text
from salescli.store import definitions
from salescli.store.unit_of_work import UnitOfWork

PROCESSES = Path(__file__).parent.parent / "processes"
"""The folder of the shipped definitions."""


class Publication(NamedTuple):
    """What publishing did."""

    process: str
    revision: int


def publish_shipped(unit: UnitOfWork) -> None:
    """Publish every shipped process that the store does not have yet."""
    known = definitions.names(unit.connection)
    for path in sorted(PROCESSES.glob("*.toml")):
        if path.stem not in known:
            source = path.read_text(encoding="utf-8")
            spec = checked(source, str(path.name))
            definitions.publish(unit, spec, source, fingerprint(source))


def publish(unit: UnitOfWork, source: str, name: str) -> Publication:
    """Publish a checked definition as the newest version of its process.

    Raises:
        UsageError: the definition has problems; each is told with its line.
        RuleError: it is what is published already, or a step in use vanishes without `was`.
    """
    spec = checked(source, name)
    with unit:
        if definitions.newest_sha256(unit.connection, spec.id) == fingerprint(source):
            raise RuleError(
                f"`{spec.id}` is published already, exactly so",
                hint=f"see it: `sales process show {spec.id}`",
            )
        standing = definitions.steps_in_use(unit.connection, spec.id)
        newest = definitions.newest(unit.connection, spec.id)
        if newest is not None:
            lost = vanished(newest.spec, spec, [place for place in standing if place[0]])
            if lost:
                raise RuleError(
                    "; ".join(problem.message for problem in lost),
                    hint="name the earlier id in `was` of the stage that replaces it",
                )
        revision = definitions.publish(unit, spec, source, fingerprint(source))
    return Publication(spec.id, revision)


def standing(unit: UnitOfWork, source: str, name: str) -> dict[str, int]:
    """Return stage -> number of running sales of the process that a text defines."""
    spec = checked(source, name)
    with unit.reading():
        places = definitions.steps_in_use(unit.connection, spec.id)
    stages: dict[str, int] = {}
    for (stage, _step), count in places.items():
        stages[stage] = stages.get(stage, 0) + count
    return stages


def checked(source: str, name: str) -> ProcessSpec:
    """Return the definition that a text holds.

    Raises:
        UsageError: it has problems; each is told with its line.
    """
    spec, problems = check_text(source, fields=SALE_FIELDS)
    if spec is None:
        lines = "\n".join(f"  {name}:{p.line}: {p.message}" for p in problems)
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise UsageError(
            f"`{name}` has {count}:\n{lines}", hint=problems[0].hint or "mend it and check again"
        )
    return spec


def fingerprint(source: str) -> str:
    """Return the SHA-256 of a definition's text."""
    return hashlib.sha256(source.encode()).hexdigest()
