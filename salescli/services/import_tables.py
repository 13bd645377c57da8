"""Opens the CSV files that are to be imported, as tables."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from salescli.domain.csv_text import Line, records
from salescli.domain.headers import Columns, understand
from salescli.domain.text import clean, shell_word
from salescli.errors import NotFoundError, UsageError


class Table(NamedTuple):
    """Records of one noun: what their columns hold, and the lines, read when they are wanted."""

    file: str
    columns: Columns
    lines: Iterable[Line]


class Remark(NamedTuple):
    """What should be known about a file, such as the columns that were left out."""

    file: str
    text: str


def csv_table(opened: ExitStack, path: Path, noun: str = "") -> Table:
    """Return the table of a CSV file; its lines are read as they are asked for.

    Raises:
        NotFoundError: there is no such file.
        UsageError: it is a folder, unreadable, empty, no UTF-8, or it is unclear what it holds.
    """
    file = clean(str(path))
    lines = records(_text_of(opened, path, file), file)
    header = next(lines, None)
    if header is None:
        raise UsageError(f"`{file}` is empty", hint="its first line has to name the columns")
    if any("\0" in cell for cell in header.cells):
        raise not_utf8(path, file)
    return Table(file, understand(header.cells, file, noun), lines)


def left_out(file: str, columns: Columns) -> list[Remark]:
    """Return what to say about columns that no field of ours can take."""
    if not columns.left_out:
        return []
    names = ", ".join(f"`{name}`" for name in columns.left_out)
    are = "column" if len(columns.left_out) == 1 else "columns"
    return [Remark(file, f"left out the {are} {names}")]


def not_utf8(path: Path, file: str) -> UsageError:
    """Return the refusal of a file in another encoding, with the line where that shows."""
    hint = "save it in UTF-8; a spreadsheet program calls it `CSV UTF-8`"
    with path.open("rb") as raw:
        if raw.read(2) in {b"\xff\xfe", b"\xfe\xff"}:
            return UsageError(f"`{file}` is in UTF-16, not UTF-8", hint=hint)
        raw.seek(0)
        for number, line in enumerate(raw, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return UsageError(f"line {number} of `{file}` is not UTF-8", hint=hint)
    return UsageError(f"`{file}` is no text in UTF-8: it has NUL bytes", hint=hint)


def _text_of(opened: ExitStack, path: Path, file: str) -> Iterator[str]:
    try:
        text = opened.enter_context(path.open(encoding="utf-8-sig", newline=""))
    except FileNotFoundError:
        raise NotFoundError(
            f"There is no file `{file}`", hint="name one that is there, with its folder"
        ) from None
    except IsADirectoryError:
        raise UsageError(
            f"`{file}` is a folder",
            hint="a Salesforce export is imported with"
            f" `sales import salesforce-tree {shell_word(file)}`",
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"`{file}` cannot be read: {reason}", hint="name a file that you may read"
        ) from None
    try:
        yield from text
    except UnicodeDecodeError:
        raise not_utf8(path, file) from None
