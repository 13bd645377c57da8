"""The rows of a batch: from a file, from stdin, or from the sales that meet a condition."""

import io
import json
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from salescli.domain import csv_text
from salescli.domain.batch import Row, csv_rows, json_rows
from salescli.domain.fields import SALE_FIELDS
from salescli.domain.process.condition import joined, unparse
from salescli.domain.text import clean, slug
from salescli.errors import NotFoundError, UsageError
from salescli.services import filters
from salescli.services.import_tables import not_utf8
from salescli.store import chosen
from salescli.store.unit_of_work import UnitOfWork

STDIN = "-"


class Rows(NamedTuple):
    """The rows of a batch: how they are read in its transaction, and what says which they are."""

    read: Callable[[UnitOfWork], Sequence[Row]]
    told: Callable[[UnitOfWork], object]

    def digest(self, unit: UnitOfWork) -> str:
        """Return what the same rows, or rows of the same condition, share."""
        from hashlib import sha256

        return sha256(json.dumps(self.told(unit), sort_keys=True).encode()).hexdigest()


def _fixed(rows: Sequence[Row]) -> Rows:
    return Rows(lambda _unit: rows, lambda _unit: [(row.do, row.ref, row.given) for row in rows])


def of_csv(do: str, path: str, usual: Mapping[str, Any]) -> Rows:
    """Return the rows of a CSV file; see `csv_rows`.

    Raises:
        NotFoundError: there is no such file.
        UsageError: it is no CSV in UTF-8, or its header cannot be read.
    """
    file = name_of(path)
    lines = csv_text.records(lines_of(path, file), file)
    return _fixed(csv_rows(do, lines, file, SALE_FIELDS, usual))


def of_json(path: str) -> Rows:
    """Return the rows of a file with a JSON object on each line; see `json_rows`.

    Raises:
        NotFoundError: there is no such file.
        UsageError: it is not in UTF-8.
    """
    file = name_of(path)
    return _fixed(json_rows(lines_of(path, file), file))


def where(do: str, given: Mapping[str, Any], asked: str, view: str) -> Rows:
    """Return a row for each open sale that meets a condition, as it is in the transaction.

    One that stands in the stage already which it would be moved to is left alone.
    """

    def rows(unit: UnitOfWork) -> list[Row]:
        found = filters.where(unit, "opportunity", asked, view)
        if found is None:
            raise UsageError("The condition is empty", hint="such as: --where 'stage = proposal'")
        there = _standing(unit, str(given.get("stage", "")), asked, view) if do == "stage" else ()
        refs = chosen.open_sales(unit.connection, found)
        return [
            *(Row(0, do, ref, given) for ref in refs if ref not in there),
            *(Row(0, do, ref, given, remark=f"`{ref}` stands there already") for ref in there),
        ]

    def told(unit: UnitOfWork) -> object:
        saved = filters.condition_of(unit, "opportunity", view) if view else ""
        return do, given, asked, saved

    return Rows(rows, told)


def _standing(unit: UnitOfWork, stage: str, asked: str, view: str) -> Collection[str]:
    """Return which sales of a condition a process has led to a stage already."""
    if slug(stage) not in filters.stages(unit).spellings:
        return ()
    there = unparse(("and", ("=", "guided", "yes"), ("=", "stage", stage)))
    found = filters.where(unit, "opportunity", joined([asked, there] if asked else [there]), view)
    return dict.fromkeys(chosen.open_sales(unit.connection, found) if found else ())


def named(do: str, given: Mapping[str, Any], references: Sequence[str]) -> Rows:
    """Return a row for each sale that was named."""
    return _fixed([Row(0, do, ref, given) for ref in dict.fromkeys(references)])


def name_of(path: str) -> str:
    """Return what a file is called in messages; `-` is stdin."""
    return "stdin" if path == STDIN else clean(path)


def lines_of(path: str, file: str) -> list[str]:
    """Return the lines of a file in UTF-8, or of stdin.

    Raises:
        NotFoundError: there is no such file.
        UsageError: it cannot be read, or is not in UTF-8.
    """
    return list(io.StringIO(_text(path, file), newline=""))


def _text(path: str, file: str) -> str:
    if path == STDIN:
        try:
            return sys.stdin.buffer.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UsageError("stdin is not UTF-8", hint="write it in UTF-8") from None
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise NotFoundError(
            f"There is no file `{file}`", hint="name one that is there, with its folder"
        ) from None
    except UnicodeDecodeError:
        raise not_utf8(Path(path), file) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"`{file}` cannot be read: {reason}", hint="name a file that you may read"
        ) from None
