"""What several things have in common that shall be changed together, before it is asked for."""

from collections.abc import Sequence
from contextlib import suppress

from salescli.domain.fields import NOUNS
from salescli.domain.reference import PREFIXES, parse_handle
from salescli.errors import RuleError, SalesError
from salescli.services import activities, canceling, editing, processes, references, scheduling
from salescli.services.sale import Sale
from salescli.services.standing import FieldView, describe
from salescli.store.unit_of_work import UnitOfWork

UNSHARED = frozenset({"name"})
"""Fields that no two records have alike."""

_ONE_BY_ONE = "complete them one by one, or mark those that ask the same"


def results(unit: UnitOfWork, handles: Sequence[str]) -> tuple[str, ...]:
    """Return the results that every one of some activities and open steps offers.

    Raises:
        RuleError: one of them is completed in another way, or offers others.
    """
    with unit.reading(), unit.joined():
        offered = {handle: _results(unit, handle) for handle in handles}
    first = handles[0]
    for handle, found in offered.items():
        if not found:
            raise RuleError(f"`{handle}` does not end with a result alone", hint=_ONE_BY_ONE)
        if found != offered[first]:
            raise RuleError(
                f"`{first}` and `{handle}` do not offer the same results", hint=_ONE_BY_ONE
            )
    return offered[first]


def _results(unit: UnitOfWork, handle: str) -> tuple[str, ...]:
    target = references.target(unit, handle)
    activity = activities.of_target(unit, target, handle)
    if activity is not None:
        return activities.results(unit, activity.reference)
    if target.run is None:
        return ()
    step = describe(Sale(unit, target.run)).step
    return step.results if step is not None and step.kind not in {"form", "wait"} else ()


def appointments(unit: UnitOfWork, handles: Sequence[str], stage: str) -> list[str]:
    """Return what ends that is agreed with somebody when some sales go to a stage.

    Those of a process without the stage stay where they are.
    """
    found: list[str] = []
    with unit.reading(), unit.joined():
        for handle in handles:
            with suppress(SalesError):
                found += canceling.before_moving(unit, handle, stage)
    return found


def standing(unit: UnitOfWork, handles: Sequence[str], stage: str) -> list[str]:
    """Return those of some sales that their process has led to a stage already."""
    with unit.reading(), unit.joined():
        return [handle for handle in handles if _stands_in(unit, handle, stage)]


def _stands_in(unit: UnitOfWork, handle: str, stage: str) -> bool:
    target = references.target(unit, handle)
    if target.run is None:
        return False
    sale = Sale(unit, target.run)
    known = (one for one in sale.newest.spec.stages if stage in one.ids)
    return sale.stored.run.state == "running" and any(
        sale.stored.run.stage in one.ids for one in known
    )


def before_postponing(unit: UnitOfWork, handles: Sequence[str]) -> str:
    """Return how days are counted, and of how many things the process goes back."""
    with unit.reading(), unit.joined():
        count = sum(_goes_back(unit, handle) for handle in handles)
    told = f"Of {count} the process goes back a step. To move the times only, schedule them."
    return " ".join(
        ("Days count from today, to the end of the day.", told if count else "")
    ).strip()


def _goes_back(unit: UnitOfWork, handle: str) -> bool:
    with suppress(SalesError):
        return bool(scheduling.goes_back(unit, handle))
    return False


def before_canceling(unit: UnitOfWork, handles: Sequence[str]) -> str:
    """Return for how many of some things it ends a stage to cancel them; empty for none."""
    with unit.reading(), unit.joined():
        count = sum(bool(processes.before_canceling(unit, handle)) for handle in handles)
    stages = "a stage" if count == 1 else f"{count} stages"
    return f"Canceling them ends {stages} early" if count else ""


def fields(handles: Sequence[str]) -> tuple[str, tuple[FieldView, ...]]:
    """Return the noun of some handles, and the fields that all of them can be given alike.

    Raises:
        RuleError: they are of several nouns, or of one without fields of its own.
    """
    found = {parsed[0] for parsed in map(parse_handle, handles) if parsed}
    if len(found) > 1:
        kinds = " and ".join(f"`{PREFIXES[noun]}`" for noun in sorted(found))
        raise RuleError(
            f"{kinds} have no field in common", hint="mark records of one kind to change a field"
        )
    noun = found.pop()
    if noun not in NOUNS:
        raise RuleError(
            "A sale that has no opportunity yet has no fields of its own", hint="answer its step"
        )
    return noun, tuple(one for one in editing.blank(noun, {}) if one.name not in UNSHARED)
