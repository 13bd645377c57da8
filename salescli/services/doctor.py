"""`sales doctor`: named checks of the store."""

import os
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
    is_begun,
    open_file,
    plain_errors,
    recorded_revision,
)
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
    for backup in known:
        try:
            backups.check(backup.path)
        except SalesError as error:
            yield error.message
    obstacle = backups.obstacle(patient.home)
    if obstacle:
        yield obstacle
    began, last = comparison.span(patient.connection)
    newest = known[0].made_at if known else began
    is_old = newest is not None and patient.unit.now - newest > OLDEST_BACKUP
    if is_old and last is not None and newest is not None and last > newest:
        days = (patient.unit.now - newest).days
        yield f"the newest backup is {days} days old" if known else "there is no backup"


def _documents(patient: Patient) -> Iterator[str]:
    from salescli.services import files
    from salescli.store import documents

    for document in documents.kept(patient.connection):
        is_whole = files.is_whole(patient.home, document.sha256)
        if not is_whole:
            state = "missing" if is_whole is None else "altered"
            yield f"the file of `{document.reference}` {document.name} is {state}"


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
        f"{MEND}; what is left then, {RESTORE}",
        lambda patient: checks.schema(patient.connection),
        lambda patient: checks.mend_schema(patient.connection),
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
    "documents": Check(
        "the files of documents are there, as they were taken in",
        "copy its file into the folder `files` of the store, from where that folder was copied to",
        _documents,
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
    named = [_known(name) for name in names]
    wanted = [name for name in named if name in CHECKS] if named else list(CHECKS)
    path = unit.home / FILE_NAME
    try:
        if not is_begun(path):
            return _missing(unit, path)
        with plain_errors(path), closing(open_file(path)) as connection:
            revision = recorded_revision(connection)
            if revision != REVISION:
                return _other_revision(unit, revision)
            patient = Patient(unit, connection)
            if mend:
                _mend(patient, wanted)
            found = [finding for name in wanted for finding in _findings(name, patient)]
            return [*_read_only(unit), *found]
    except SalesError as error:
        return [Finding("store", error.message, _way_back(unit))]


def _read_only(unit: UnitOfWork) -> list[Finding]:
    if os.access(unit.home, os.W_OK):
        return []
    hint = "mend its rights, or name another folder with --home or SALES_HOME"
    return [Finding("store", f"nothing can be written in `{unit.home}`", hint)]


def _way_back(unit: UnitOfWork) -> str:
    """Return the way out of damage: a backup of the store, or one from elsewhere."""
    return RESTORE if backups.listing(unit.home) else "put a copy back: sales restore FILE"


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
    """A store that was never begun is well; the user is told that there is none."""
    if unit.home.exists() and not unit.home.is_dir():
        hint = "name another folder with --home or SALES_HOME"
        return [Finding("store", f"`{unit.home}` is no folder", hint)]
    if backups.listing(unit.home):
        return [Finding("store", f"the store `{path}` is missing, and there are backups", RESTORE)]
    unit.remarks.append(f"There is no store in `{unit.home}` yet")
    return []


def _other_revision(unit: UnitOfWork, revision: str) -> list[Finding]:
    """An older store, or one that is only begun, is well: the next command goes on with it."""
    if not revision and backups.listing(unit.home):
        return [Finding("revision", "the file holds no store, and there are backups", RESTORE)]
    if revision <= REVISION:
        return []
    update = "update the program to that version or a newer one"
    return [Finding("revision", f"the store is newer than the program ({revision})", update)]


def _known(name: str) -> str:
    known = [*FIRST, *CHECKS]
    if name not in known:
        near = nearest(name, known) or known
        raise NotFoundError(
            f"There is no check `{name}`", hint="there are " + ", ".join(f"`{n}`" for n in near)
        )
    return name
