"""Publishes processes: as new versions, for everybody or for the sales of one division."""

import hashlib
from collections.abc import Collection
from typing import NamedTuple

from salescli.domain.fields import SALE_FIELDS, Reference
from salescli.domain.process.check import vanished
from salescli.domain.process.spec import ProcessSpec
from salescli.domain.text import slug
from salescli.errors import ChangedMeanwhileError, NotFoundError, RuleError, UsageError
from salescli.services import links
from salescli.services.definitions import check_text
from salescli.services.processes import process_id
from salescli.services.values import read
from salescli.store import definitions
from salescli.store.definitions import Text
from salescli.store.unit_of_work import UnitOfWork


class Publication(NamedTuple):
    """What publishing did; `warnings` tell which sales stand on a step that is gone."""

    process: str
    revision: int
    division: str = ""
    warnings: tuple[str, ...] = ()


def publish(
    unit: UnitOfWork,
    source: str,
    name: str,
    *,
    division: str = "",
    seen: int | None = None,
    is_new: bool = False,
) -> Publication:
    """Publish a checked definition as the newest version of its process.

    With a division it is for the sales of that division's owners only. `seen` is the version that
    an edited text began with; a process that `is_new` must not exist yet.

    Raises:
        UsageError: the definition has problems; each is told with its line.
        RuleError: it is what is published already, or a stage in use vanishes without `was`.
        ChangedMeanwhileError: a newer version was published since `seen`.
    """
    spec = checked(source, name)
    with unit:
        links.require(unit, spec, source, name)
        place = division_of(unit, division)
        key = place.key if place else None
        newest = definitions.text(unit.connection, spec.id, division=key)
        _require_sensible(unit, spec.id, is_new=is_new, has_division=bool(place))
        _require_own_name(unit, spec)
        _require_newest(newest, seen, spec.id)
        if newest and newest.sha256 == fingerprint(source):
            raise RuleError(
                f"`{spec.id}` is published already, exactly so",
                hint=f"see it: `sales process show {spec.id}`",
            )
        warnings = _require_stages(unit, spec, key)
        revision = definitions.publish(unit, spec, source, fingerprint(source), key)
    return Publication(spec.id, revision, str(place or ""), warnings)


def standing(unit: UnitOfWork, source: str, name: str, *, division: str = "") -> dict[str, int]:
    """Return stage -> number of running sales that a text, once published, is for."""
    spec = checked(source, name)
    with unit.reading():
        place = division_of(unit, division)
        places = definitions.steps_in_use(unit.connection, spec.id, place.key if place else None)
    stages: dict[str, int] = {}
    for (stage, _step), count in places.items():
        stages[stage] = stages.get(stage, 0) + count
    return stages


def text_of(
    unit: UnitOfWork, name: str, *, revision: int | None = None, division: str = ""
) -> tuple[str, Text]:
    """Return the id of a process and the text of a version: by its number, or the newest one.

    Raises:
        NotFoundError: there is no such process, version or division.
    """
    process = process_id(unit, name)
    place = division_of(unit, division)
    key = place.key if place else None
    found = definitions.text(unit.connection, process, revision=revision, division=key)
    if found is None:
        is_numbered = revision is not None
        which = f"version {revision}" if is_numbered else f"version for `{place or 'everybody'}`"
        raise NotFoundError(
            f"`{process}` has no {which}", hint="see what is published: `sales process list`"
        )
    return process, found


def division_of(unit: UnitOfWork, text: str) -> Reference | None:
    """Return the division that a text means, or None for everybody."""
    if not text:
        return None
    found: Reference = read(unit, SALE_FIELDS["division"], text)
    return found


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


def require_id(source: str, name: str, process: str) -> None:
    """Refuse an edited text that has become another process.

    Raises:
        UsageError: it has problems, or another id.
    """
    spec = checked(source, name)
    if spec.id != process:
        raise UsageError(
            f"The text says `{spec.id}` and not `{process}`",
            hint=f"put the id back; for a process of its own: `sales process copy {process} NAME`",
        )


def fingerprint(source: str) -> str:
    """Return the SHA-256 of a definition's text."""
    return hashlib.sha256(source.encode()).hexdigest()


def lost(unit: UnitOfWork, spec: ProcessSpec, division: bytes | None) -> tuple[list[str], str]:
    """Return what a version lacks though sales stand there: stages in sentences, and a hint."""
    newest = definitions.newest_of(unit.connection, spec.id, division)
    newest = newest or definitions.newest(unit.connection, spec.id)
    if newest is None:
        return [], ""
    places = definitions.steps_in_use(unit.connection, spec.id, division)
    problems = vanished(newest.spec, spec, {(stage, "") for stage, _step in places if stage})
    return [problem.message for problem in problems], problems[0].hint if problems else ""


def lost_steps(
    places: Collection[tuple[str, str]], counts: dict[tuple[str, str], int], spec: ProcessSpec
) -> list[str]:
    """Return a sentence for each step that sales stand on and that a version lacks."""
    told: list[str] = []
    for stage, step in sorted(places):
        if step and step not in {one.id for one in spec.stage(stage).steps}:
            count = counts[stage, step]
            sales = "1 sale stands" if count == 1 else f"{count} sales stand"
            told.append(
                f"{sales} on the step `{step}` of `{stage}`, which is gone: its version is kept"
                f" until the next stage; to begin the stage again: sales process migrate {spec.id}"
            )
    return told


def _require_own_name(unit: UnitOfWork, spec: ProcessSpec) -> None:
    """Refuse a name that another process has already, or that is its id."""
    known = definitions.names(unit.connection)
    if known.get(spec.id) == spec.name:
        return
    for process, name in known.items():
        if process != spec.id and slug(spec.name) in {process, slug(name)}:
            raise RuleError(
                f"The process `{process}` is called `{name}`, so `{spec.id}` needs another name",
                hint='change `name = "..."` in the file, or its `id` to publish a new version',
            )


def _require_stages(unit: UnitOfWork, spec: ProcessSpec, division: bytes | None) -> tuple[str, ...]:
    """Refuse a version without a stage that sales stand in; return the steps that are lost."""
    missing, hint = lost(unit, spec, division)
    if missing:
        raise RuleError("; ".join(missing), hint=hint)
    counts = definitions.steps_in_use(unit.connection, spec.id, division)
    return tuple(lost_steps(counts.keys(), counts, spec))


def _require_sensible(unit: UnitOfWork, process: str, *, is_new: bool, has_division: bool) -> None:
    is_known = definitions.is_published(unit.connection, process)
    if is_new and is_known:
        raise RuleError(
            f"There is a process `{process}` already",
            hint=f"give another id, or publish a new version: `sales process edit {process}`",
        )
    if has_division and not is_known:
        raise RuleError(
            f"`{process}` is not published for everybody yet",
            hint="publish it without --division first; a division's own version comes after that",
        )


def _require_newest(newest: Text | None, seen: int | None, process: str) -> None:
    if seen is not None and newest is not None and newest.revision != seen:
        raise ChangedMeanwhileError(
            f"Version {newest.revision} of `{process}` was published meanwhile",
            hint=f"see what it changed: `sales process diff {process}`",
        )
