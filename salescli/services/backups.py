"""Backups of the store, and the way back to one of them."""

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from salescli.domain.text import clean
from salescli.errors import DamagedError, NotFoundError, RuleError, StoreError, UsageError
from salescli.services.files import FOLDER
from salescli.services.sessions import setting
from salescli.store import backups, comparison, daily, verification
from salescli.store.backups import Backup
from salescli.store.comparison import Change, Difference
from salescli.store.engine import FILE_NAME, REVISION
from salescli.store.unit_of_work import UnitOfWork

LARGE = 64_000_000
"""Bytes from which on a store takes longer to copy than anybody should wait for a command."""


class Stored(NamedTuple):
    """A copy as the list of backups shows it; `size` is in bytes."""

    name: str
    path: str
    made_at: datetime
    kind: str
    size: int


class Restoring(NamedTuple):
    """What going back to a copy would change; without `difference` the store cannot be read."""

    name: str
    path: Path
    difference: Difference | None
    trouble: str

    @property
    def lost(self) -> tuple[Change, ...]:
        """The change sets that only the store has."""
        return self.difference.lost if self.difference else ()

    @property
    def regained(self) -> tuple[Change, ...]:
        """The change sets that only the copy has."""
        return self.difference.regained if self.difference else ()


class Restored(NamedTuple):
    """What going back to a copy did, and where the store as it was before is kept."""

    name: str
    kept_as: str


def back_up(unit: UnitOfWork, to: str | None = None) -> Stored:
    """Make a verified copy of the store, in its folder of backups or as the file `to`.

    Raises:
        RuleError: there is such a file already.
        StoreError: there is no room, no right to write, or the store is damaged.
    """
    if to is None:
        made = backups.make(
            unit.connection, unit.home, now=unit.now, kind=backups.ASKED, kept=_kept(unit)
        )
        return _stored(made, unit)
    if not to or to == "-":
        raise UsageError("Which file?", hint="name one: sales backup --to FILE")
    named = Path(to)
    target = named / FILE_NAME if _answers(named.is_dir) else named
    if _answers(target.exists):
        raise RuleError(
            f"There is a file `{clean(str(target))}` already", hint="name another one with --to"
        )
    backups.copy(unit.connection, target)
    files = unit.home / FOLDER
    if _answers(files.is_dir):
        unit.remarks.append(f"The files of documents are not in it; copy the folder `{files}` too")
    return _stored(Backup(target, unit.now, "file"), unit)


def back_up_daily(unit: UnitOfWork) -> None:
    """Copy what earlier days have left; called before the first change of a day.

    A large store is copied by a process beside this one, so that nobody waits for it; what becomes
    of that, the doctor sees. Other trouble is told as a remark and stops nobody from working.
    """
    if not _setting(unit):
        return
    size = backups.size(unit.home)
    try:
        if size < LARGE:
            _make_daily(unit)
        elif backups.has_room(unit.home, size):
            backups.start_beside(unit.home)
        else:
            unit.remarks.append("Today's backup was not made: the disk has no room for it")
    except StoreError as error:
        unit.remarks.append(f"Today's backup could not be made: {error.message}")


def back_up_beside(unit: UnitOfWork) -> None:
    """Make the copy of the day that another process has begun; of two, one gives way."""
    with backups.alone(unit.home) as is_alone:
        if is_alone and not daily.is_made(unit.connection, unit.home, unit.now):
            _make_daily(unit)


def listing(unit: UnitOfWork) -> list[Stored]:
    """Return the copies in the store's folder of backups, newest first."""
    return [_stored(backup, unit) for backup in backups.listing(unit.home)]


def prepare(unit: UnitOfWork, which: str) -> Restoring:
    """Return what going back to a copy would change; nothing is changed yet.

    Args:
        unit: the unit of work; its store may be damaged.
        which: a name of `listing`, its number there (1 is the newest), or a file.

    Raises:
        NotFoundError: there is no such copy.
        StoreError: the copy is damaged, or newer than the program.
    """
    path = _find(unit, which)
    name = path.stem if path.parent == unit.home / daily.FOLDER else clean(str(path))
    backups.check(path)
    if backups.revision(path) > REVISION:
        raise StoreError(
            f"The copy `{name}` was written by a newer version of the program",
            hint="update the program to that version or a newer one",
        )
    with ExitStack() as opened:
        copy = opened.enter_context(backups.opened(path))
        _look_for_alterations(unit, path, copy)
        try:
            live = unit.connection
        except DamagedError as error:
            return Restoring(name, path, None, error.message)
        try:
            return Restoring(name, path, comparison.compare(live, copy), "")
        except sqlite3.DatabaseError as error:
            return Restoring(name, path, None, f"The store is damaged: {error}")


def restore(unit: UnitOfWork, restoring: Restoring) -> Restored:
    """Go back to a copy; the store as it is now is kept as a backup first.

    A store that is damaged is put aside as it is.

    Raises:
        ChangedMeanwhileError: somebody has changed the store since it was kept.
    """
    if restoring.difference is None:
        unit.close()
        aside = backups.put_in_place_of_damaged(restoring.path, unit.home, unit.now)
        kept_as = str(aside or "")
    else:
        last, _link = verification.head(unit.connection)
        kept = backups.make(
            unit.connection,
            unit.home,
            now=unit.now,
            kind=backups.RESTORE,
            kept=_kept(unit),
            spared=restoring.path,
        )
        kept_as = kept.name
        unit.close()
        backups.put_back(restoring.path, unit.home, last=last)
    with unit:
        unit.keep()
    return Restored(restoring.name, kept_as)


def _look_for_alterations(unit: UnitOfWork, path: Path, copy: sqlite3.Connection) -> None:
    """Tell that a copy of the present revision was altered; a large one takes too long to read."""
    if path.stat().st_size < LARGE and backups.revision(path) == REVISION:
        found = verification.breaks(copy)
        if found:
            unit.remarks.append(
                f"That copy is not as the program wrote it, from `CS-{found[0].number}` on"
            )


def _make_daily(unit: UnitOfWork) -> None:
    backups.make(unit.connection, unit.home, now=unit.now, kind=backups.DAILY, kept=_kept(unit))


def _kept(unit: UnitOfWork) -> int:
    """Return how many copies of a kind are kept; 0 only means that none is made by itself."""
    return _setting(unit) or backups.KEPT


def _setting(unit: UnitOfWork) -> int:
    text = setting(unit, "backups")
    if not text.isdecimal():
        raise UsageError(f"`{text}` is no number of copies", hint="sales config backups 7")
    return int(text)


def _stored(backup: Backup, unit: UnitOfWork) -> Stored:
    made_at = backup.made_at.astimezone(unit.now.tzinfo)
    return Stored(backup.name, str(backup.path), made_at, backup.kind, backup.path.stat().st_size)


def _find(unit: UnitOfWork, which: str) -> Path:
    known = backups.listing(unit.home)
    if which.isdecimal() and len(which) <= 3:
        if 0 < int(which) <= len(known):
            return known[int(which) - 1].path
        raise NotFoundError(f"There is no backup number {which}", hint="see them: `sales restore`")
    for backup in known:
        if which in {backup.name, backup.path.name}:
            return backup.path
    path = Path(which)
    if _answers(path.is_dir):
        raise UsageError(f"`{clean(which)}` is a folder", hint="name the file of a copy in it")
    if not _answers(path.exists):
        raise NotFoundError(
            f"There is no backup `{clean(which)}`", hint="see them: `sales restore`"
        )
    return path


def _answers(question: Callable[[], bool]) -> bool:
    """Return what the file system answers; for a name that it cannot have, no."""
    try:
        return question()
    except (OSError, ValueError):
        return False
