"""Reads and writes the text of a CSV file as RFC 4180 describes it, whoever wrote it."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from salescli.domain.headers import count_known
from salescli.errors import UsageError

DELIMITERS = ",;\t"
_GUARDED = ("'=", "'+", "'-", "'@", "'\t", "'\r")
"""How cells begin that an export has kept from being read as a formula."""


class Line(NamedTuple):
    """One record: the line that it begins on, and its cells."""

    number: int
    cells: list[str]


def records(lines: Iterable[str], file: str) -> Iterator[Line]:
    """Yield the header and every record that is not blank, a record of several lines as one.

    The delimiter is a comma, a semicolon or a tab: whichever gives the header more known columns,
    then more columns.

    Raises:
        UsageError: a quotation mark is opened and never closed, or stands inside a quoted cell.
    """
    iterator = iter(lines)
    first = list(_first_record(iterator))
    reader = csv.reader(_chained(first, iterator), delimiter=_delimiter(first), strict=True)
    before = 0
    try:
        for cells in reader:
            if cells and any(cells):
                yield Line(before + 1, [unguarded(cell) for cell in cells])
            before = reader.line_num
    except csv.Error as error:
        raise _broken(file, before + 1, str(error)) from None


def unguarded(cell: str) -> str:
    """Take the `'` away that an export puts before `=`, `+`, `-` and `@`."""
    return cell[1:] if cell[:1] == "'" and cell.startswith(_GUARDED) else cell


def written(rows: Iterable[Iterable[Any]]) -> str:
    """Return rows as CSV; a text that a spreadsheet would take for a formula begins with `'`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([[_guarded(cell) for cell in row] for row in rows])
    return text.getvalue()


def _guarded(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    is_formula = isinstance(cell, str) and f"'{cell}".startswith(_GUARDED)
    return f"'{cell}" if is_formula else cell


def _first_record(lines: Iterator[str]) -> Iterator[str]:
    """Yield the lines of the header, which are several where a name in it is broken."""
    quotes = 0
    for line in lines:
        yield line
        quotes += line.count('"')
        if line.strip() and quotes % 2 == 0:
            return


def _chained(first: Iterable[str], rest: Iterable[str]) -> Iterator[str]:
    yield from first
    yield from rest


def _delimiter(lines: list[str]) -> str:
    def columns(delimiter: str) -> tuple[int, int]:
        try:
            header = next((row for row in csv.reader(lines, delimiter=delimiter) if row), [])
        except csv.Error:
            return 0, 0
        return count_known(header), len(header)

    return max(DELIMITERS, key=columns)


def _broken(file: str, line: int, reason: str) -> UsageError:
    if "limit" in reason:
        return UsageError(
            f"line {line} of `{file}` has a cell of over {csv.field_size_limit():,} characters",
            hint="is the quotation mark missing that closes a cell?",
        )
    if "unexpected end" in reason:
        return UsageError(
            f"line {line} of `{file}` opens a quotation mark that is never closed",
            hint='close the cell with `"`; a quotation mark inside one is written twice: `""`',
        )
    return UsageError(
        f"line {line} of `{file}` is not CSV: {reason}",
        hint='a quotation mark inside a quoted cell is written twice: `""`',
    )
