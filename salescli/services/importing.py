"""Imports files of other programs: accounts, contacts, leads, opportunities, offers and users.

An import is one change set: all of it comes in, but for the rows that cannot be used, which are
listed; `sales undo` takes it back, and a second import of the same files adds nothing.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from salescli.domain.importing import ORDER
from salescli.domain.money import plain_amount
from salescli.domain.reference import handle
from salescli.errors import UsageError
from salescli.services.import_salesforce import salesforce_tables
from salescli.services.import_tables import Remark, Table, csv_table, left_out
from salescli.services.intake import Intake, RowProblem
from salescli.services.sessions import setting
from salescli.store.unit_of_work import UnitOfWork


class Imported(NamedTuple):
    """What an import did, by noun, and what it could not do."""

    added: dict[str, int]
    made: dict[str, int]
    """How many of the added ones are there because another record names them."""

    known: dict[str, int]
    """Records that were there before; nothing of them is changed."""

    skipped: dict[str, int]
    sums: dict[str, int]
    """The amounts of the added opportunities in minor units, by currency."""

    problems: tuple[RowProblem, ...]
    remarks: tuple[Remark, ...]
    started: tuple[str, ...]
    """What the leads that await a sale have set off, in sentences."""

    next_command: str


def import_files(unit: UnitOfWork, paths: Sequence[Path], noun: str = "") -> Imported:
    """Import CSV files, whatever their order; each is of the noun that its header tells.

    Args:
        unit: the unit of work.
        paths: the files; one that is named twice is read once.
        noun: what they hold, where their headers could mean several.

    Raises:
        NotFoundError: there is no such file.
        UsageError: a file is no CSV in UTF-8, or it is unclear what it holds.
    """
    if noun and noun not in ORDER:
        raise UsageError(
            f"`{noun}` cannot be imported",
            hint="give one of " + ", ".join(f"`{name}`" for name in ORDER),
        )
    with ExitStack() as opened:
        tables = [csv_table(opened, path, noun) for path in dict.fromkeys(paths)]
        remarks = [remark for table in tables for remark in left_out(table.file, table.columns)]
        return _take_in(unit, tables, remarks)


def import_salesforce_tree(unit: UnitOfWork, directory: Path) -> Imported:
    """Import the accounts, contacts, leads and opportunities that `sf data export tree` wrote.

    Raises:
        NotFoundError: there is no such folder.
        UsageError: it holds no such export.
    """
    tables, remarks = salesforce_tables(directory)
    return _take_in(unit, tables, remarks)


def as_document(imported: Imported) -> dict[str, Any]:
    """Return what an import did for `--json`."""
    return imported._asdict() | {
        "sums": {code: plain_amount(minor, code) for code, minor in imported.sums.items()},
        "problems": [problem._asdict() for problem in imported.problems],
        "remarks": [remark._asdict() for remark in imported.remarks],
    }


def _take_in(unit: UnitOfWork, tables: Sequence[Table], remarks: Sequence[Remark]) -> Imported:
    with unit:
        intake = Intake(unit)
        for noun in ORDER:
            for table in tables:
                if table.columns.noun == noun:
                    intake.take(table)
            intake.settle()
        intake.start_awaited_sales()
        imported = _told(unit, intake, remarks)
    if not unit.is_rehearsal:
        unit.refresh_statistics()
    return imported


def _told(unit: UnitOfWork, intake: Intake, remarks: Sequence[Remark]) -> Imported:
    first, process = intake.first_open(), setting(unit, "process")
    following = "sales opportunity list --all"
    if first is not None:
        following = f"sales run-process {process} --opportunity {handle('opportunity', first)}"
    return Imported(
        added=_in_order(intake.added),
        made=_in_order(intake.references.made),
        known=_in_order(intake.known),
        skipped=_in_order(intake.skipped),
        sums=dict(sorted(intake.sums.items())),
        problems=tuple(intake.problems),
        remarks=tuple(remarks),
        started=tuple(intake.started),
        next_command=following,
    )


def _in_order(counts: Counter[str]) -> dict[str, int]:
    return {noun: counts[noun] for noun in ("division", *ORDER) if counts[noun]}
