"""The files of a store: each lies once under its SHA-256, and is never changed or deleted.

A restore of the store in the same folder finds them; the label that a file had is in its row.
"""

import hashlib
import os
import stat
from pathlib import Path
from typing import NamedTuple

from salescli.domain.text import clean
from salescli.errors import NotFoundError, StoreError, UsageError

FOLDER = "files"
LARGEST = 100 * 1024 * 1024
"""Bytes that a file may have."""

_PART = 1 << 20


class Kept(NamedTuple):
    """A file that was taken in: its fingerprint, its size in bytes, and the name it had."""

    sha256: str
    size: int
    label: str


def path_of(home: Path, sha256: str) -> Path:
    """Return where a file lies."""
    return home / FOLDER / sha256


def label_of(text: str) -> str:
    """Return what the file at a path is called; empty where nothing of its name can be shown."""
    return clean(Path(text).name, limit=200)


def keep(home: Path, text: str, *, is_rehearsal: bool = False) -> Kept:
    """Copy a file into the store, on the disk before anything names it.

    A copy that is missing or altered is mended. A rehearsal reads the file and copies nothing.

    Raises:
        NotFoundError: there is no such file.
        UsageError: it cannot be read, or is too large.
        StoreError: it cannot be written.
    """
    content = _content(text)
    sha256 = hashlib.sha256(content).hexdigest()
    target = path_of(home, sha256)
    try:
        if not (is_rehearsal or is_whole(home, sha256)):
            _write(target, content)
    except OSError as error:
        raise StoreError(
            f"The file cannot be kept: {error.strerror}", hint="free some space, then try again"
        ) from error
    return Kept(sha256, len(content), label_of(text) or sha256[:12])


def is_whole(home: Path, sha256: str) -> bool | None:
    """Return whether a file is as it was taken in; None where it is missing."""
    digest = hashlib.sha256()
    try:
        with path_of(home, sha256).open("rb") as file:
            while part := file.read(_PART):
                digest.update(part)
    except OSError:
        return None
    return digest.hexdigest() == sha256


def _content(text: str) -> bytes:
    shown = clean(text, limit=200)
    if not shown:
        raise UsageError("No file is named", hint="give a path, or an address like https://...")
    try:
        with os.fdopen(os.open(text, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UsageError(f"`{shown}` is no file", hint="give the path of a file")
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise NotFoundError(
            f"There is no file `{shown}`", hint="give a path, or an address like https://..."
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"`{shown}` cannot be read: {clean(reason)}", hint="give the path of a file"
        ) from None
    if len(content) > LARGEST:
        raise UsageError(f"`{shown}` is larger than 100 MB", hint="give its address instead")
    return content


def _write(target: Path, content: bytes) -> None:
    folder = target.parent
    if not folder.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        _settle(folder.parent)
    part = target.with_name(f".{target.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    _settle(folder)


def _settle(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
