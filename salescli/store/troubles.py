"""What SQLite and the file system say when a store cannot be used, in a sentence with a way out."""

import errno
import os
from pathlib import Path
from typing import NamedTuple

from salescli.errors import DAMAGED, DamagedError, StoreError

HANDLES = 4
"""A store needs so many: for itself, its journal, the index of the journal, and one to spare."""

LONGEST_PATH = 500
"""So many bytes SQLite takes for the path of a store, with what it puts behind the name."""

ANOTHER_FOLDER = "name another folder with --home or SALES_HOME"


class Trouble(NamedTuple):
    """Words of a message of SQLite, what to say then, and the way out."""

    words: tuple[str, ...]
    told: str
    hint: str


_TROUBLES = (
    Trouble(
        ("locked", "busy"),
        "The store `{path}` is busy: another program has been writing for {patience:g} seconds",
        "try again when it has finished",
    ),
    Trouble(("full",), "The disk is full: nothing was written to `{path}`", "make room, try again"),
    Trouble(
        ("disk i/o",),
        "The disk gave an error: nothing was written to `{path}`",
        f"see that the disk is sound and has room; {DAMAGED}",
    ),
    Trouble(
        ("readonly", "unable to open"),
        "The store `{path}` cannot be written: {reason}",
        f"mend its rights, or {ANOTHER_FOLDER}",
    ),
    Trouble(
        ("malformed", "not a database", "no such table", "no such column", "decode"),
        "The store `{path}` is damaged: {message}",
        DAMAGED,
    ),
)


def of_sqlite(message: str, path: Path, patience: float) -> StoreError:
    """Return what to say of a message of SQLite."""
    text = message.lower()
    if "unable to open" in text and (stopped := _no_handle_left(path)):
        return stopped
    for trouble in _TROUBLES:
        if any(word in text for word in trouble.words):
            told = trouble.told.format(
                path=path, message=message, reason=_obstacle(path) or message, patience=patience
            )
            kind = DamagedError if trouble.hint == DAMAGED else StoreError
            return kind(told, hint=trouble.hint)
    return StoreError(f"The store `{path}` failed: {message}", hint="run it again with --debug")


def of_system(error: OSError, path: Path) -> StoreError:
    """Return what to say when the file system refuses the store's file or folder."""
    if error.errno == errno.ENOSPC:
        return of_sqlite("disk is full", path, 0)
    if error.errno in {errno.EMFILE, errno.ENFILE}:
        return no_handle(path)
    reason = error.strerror or str(error)
    return StoreError(f"The store `{path}` cannot be used: {reason}", hint=ANOTHER_FOLDER)


def no_handle(path: Path) -> StoreError:
    """Return what to say when the system lets the program open no more files."""
    return StoreError(
        f"The store `{path}` cannot be opened: too many files are open",
        hint="close other programs, or allow more files with `ulimit -n`",
    )


def is_fixed(path: Path) -> bool:
    """Return whether a store lies where nothing can be written, all of it in the one file.

    Raises:
        StoreError: its last changes are in a journal, which cannot be read there.
    """
    if os.access(path.parent, os.W_OK):
        return False
    if _has_content(_journal(path)):
        raise StoreError(
            f"The last changes of the store `{path}` are in a journal that cannot be read in a"
            " folder that is read-only",
            hint="copy the folder to where you may write, and name the copy with --home",
        )
    return True


def refuse_lost_store(path: Path) -> None:
    """Let no new store be made where one has been lost.

    Raises:
        StoreError: the file is a link to nothing or cut off, or it is empty and its journal is not.
    """
    if path.is_symlink() and not path.exists():
        raise StoreError(
            f"The store `{path}` is a link to `{path.readlink()}`, which is not there",
            hint=f"bring that file or its disk back, or {ANOTHER_FOLDER}",
        )
    if _has_content(path):
        raise DamagedError(f"The store `{path}` is damaged: it is cut off", hint=DAMAGED)
    if _has_content(_journal(path)):
        state = "is damaged: it is empty" if path.exists() else "is missing"
        raise DamagedError(
            f"The store `{path}` {state}, and its journal holds changes",
            hint=f"bring the file back, its journal beside it; else {DAMAGED}",
        )


def _journal(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _has_content(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _no_handle_left(path: Path) -> StoreError | None:
    handles: list[int] = []
    try:
        while len(handles) < HANDLES:
            handles.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        return no_handle(path)
    finally:
        for handle in handles:
            os.close(handle)
    return None


def _obstacle(path: Path) -> str:
    """Return what is in the way of opening a file; the file itself is not opened.

    Closing a handle of it would take the locks away that SQLite holds in this process.
    """
    if path.is_dir():
        return "it is a folder"
    if len(os.fsencode(path.absolute())) > LONGEST_PATH:
        return "its path is too long"
    if not os.access(path, os.W_OK):
        return "it is read-only for you"
    return "" if os.access(path.parent, os.W_OK) else "its folder is read-only for you"
