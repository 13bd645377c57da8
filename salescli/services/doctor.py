"""`sales doctor`: named checks of the store, silent when all is well."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from salescli.domain.text import nearest
from salescli.errors import NotFoundError, SalesError
from salescli.store import backups, checks, comparison, verification
from salescli.store.engine import (
    FILE_NAME,
    REVISION,
    SMALLEST,
    connect,
    plain_errors,
    recorded_revision,
)
from salescli.store.troubles import refuse_lost_store
from salescli.store.unit_of_work import UnitOfWork, repair

OLDEST_BACKUP = timedelta(days=7)
"""A store that has changed since should have a copy that is not older."""


class Finding(NamedTuple):
    """Something wrong: the check that found it, what it is, and a way out."""

    check: str
    problem: str
    hint: str


class Check(NamedTuple):
    """A named check: what it looks at, in words, the way out, and how it mends by itself."""

    meaning: str
    hint: str
    look: Callable[["Patient"], Iterator[str]]
    mend: Callable[["Patient"], None] | None = None


class Patient(NamedTuple):
    """The store that is looked at."""

    unit: UnitOfWork
    connection: sqlite3.Connection

    @property
    def home(self) -> Path:
        """Its folder."""
        return self.unit.home


RESTORE = "go back to a backup: sales restore"
MEND = "sales doctor --mend"


def _history(patient: Patient) -> Iterator[str]:
    found = verification.breaks(patient.connection)
    if found:
        first = f"`CS-{found[0].number}`"
        count = "one change set is" if len(found) == 1 else f"{len(found)} change sets are"
        yield f"{count} not as written, the first is {first}"


def _backup(patient: Patient) -> Iterator[str]:
    known = backups.listing(patient.home)
    if known:
        try:
            backups.check(known[0].path)
        except SalesError as error:
            yield error.message
    began, last = comparison.span(patient.connection)
    newest = known[0].made_at if known else began
    is_old = newest is not None and patient.unit.now - newest > OLDEST_BACKUP
    if is_old and last is not None and newest is not None and last > newest:
        days = (patient.unit.now - newest).days
        yield f"the newest backup is {days} days old" if known else "there is no backup"


CHECKS = {
    "integrity": Check(
        "the pages, indexes and values of the file",
        RESTORE,
        lambda patient: checks.integrity(patient.connection),
    ),
    "foreign-keys": Check(
        "no record refers to one that is missing",
        RESTORE,
        lambda patient: checks.foreign_keys(patient.connection),
    ),
    "schema": Check(
        "every table, column and index is there",
        RESTORE,
        lambda patient: checks.schema(patient.connection),
    ),
    "triggers": Check(
        "the triggers that keep the history are the program's",
        MEND,
        lambda patient: checks.triggers(patient.connection),
        lambda patient: checks.mend_triggers(patient.connection),
    ),
    "handles": Check(
        "no handle will be given out twice",
        MEND,
        lambda patient: checks.handles(patient.connection),
        lambda patient: checks.mend_handles(patient.connection),
    ),
    "change-set": Check(
        "no change set is half written",
        MEND,
        lambda patient: checks.open_change_set(patient.connection),
        lambda patient: checks.mend_open_change_set(patient.connection),
    ),
    "visits": Check(
        "each running sale stands in one stage, at one step",
        RESTORE,
        lambda patient: checks.visits(patient.connection),
    ),
    "stages": Check(
        "opportunities are in the stage of their process",
        RESTORE,
        lambda patient: checks.stages(patient.connection),
    ),
    "definitions": Check(
        "published processes are as they were published",
        RESTORE,
        lambda patient: checks.definitions(patient.connection),
    ),
    "history": Check(
        "the hash chain over the change history",
        "sales log verify",
        _history,
    ),
    "modes": Check(
        "nobody else may read the store or write beside it",
        MEND,
        lambda patient: checks.modes(patient.home),
        lambda patient: checks.mend_modes(patient.home),
    ),
    "backup": Check(
        "there is a recent copy, and it is whole",
        "sales backup",
        _backup,
    ),
}
"""The checks, in their order; `store` and `revision` come before all of them."""

FIRST = {
    "store": "the file is there and can be opened",
    "revision": "the program knows the store's schema",
}


def examine(unit: UnitOfWork, names: Sequence[str] = (), *, mend: bool = False) -> list[Finding]:
    """Return what is wrong with the store; empty when all is well.

    Args:
        unit: its store may be damaged; it is opened by its file, and never migrated.
        names: the checks to run, all of them when empty.
        mend: mend what can be mended without a loss; what is left is returned.

    Raises:
        NotFoundError: there is no such check.
    """
    wanted = [_known(name) for name in names] or list(CHECKS)
    path = unit.home / FILE_NAME
    if not path.exists():
        return _missing(unit, path)
    try:
        if path.stat().st_size < SMALLEST:
            refuse_lost_store(path)
        with plain_errors(path), closing(connect(path)) as connection:
            revision = recorded_revision(connection)
            if revision != REVISION:
                return _other_revision(unit, revision)
            patient = Patient(unit, connection)
            if mend:
                _mend(patient, wanted)
            return [finding for name in wanted for finding in _findings(name, patient)]
    except SalesError as error:
        return [Finding("store", error.message, RESTORE)]


def _findings(name: str, patient: Patient) -> Iterator[Finding]:
    """Yield what a check finds; one that cannot read the store says so."""
    check = CHECKS[name]
    try:
        for problem in check.look(patient):
            yield Finding(name, problem, check.hint)
    except sqlite3.DatabaseError as error:
        yield Finding(name, f"it cannot be checked: {error}", RESTORE)


def _mend(patient: Patient, names: Sequence[str]) -> None:
    """Mend what the checks find, and leave a change set that says so."""
    mended = False
    for name in names:
        mend = CHECKS[name].mend
        if mend is not None and any(CHECKS[name].look(patient)):
            with repair(patient.connection):
                mend(patient)
            mended = True
    if mended:
        with patient.unit as unit:
            unit.keep()


def _missing(unit: UnitOfWork, path: Path) -> list[Finding]:
    if not backups.listing(unit.home):
        return []
    return [Finding("store", f"the store `{path}` is missing, and there are backups", RESTORE)]


def _other_revision(unit: UnitOfWork, revision: str) -> list[Finding]:
    """An older store, or one that is only begun, is well: the next command goes on with it."""
    if not revision and backups.listing(unit.home):
        return [Finding("revision", "the file holds no store, and there are backups", RESTORE)]
    if revision <= REVISION:
        return []
    update = "update the program: pip install --upgrade salescli"
    return [Finding("revision", f"the store is newer than the program ({revision})", update)]


def _known(name: str) -> str:
    if name not in CHECKS:
        near = nearest(name, CHECKS) or list(CHECKS)
        raise NotFoundError(
            f"There is no check `{name}`", hint="there are " + ", ".join(f"`{n}`" for n in near)
        )
    return name
