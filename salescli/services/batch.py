"""Runs a batch: many changes in one transaction and one change set, each by its usual rules."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext

from salescli.domain.batch import (
    ACTIONS,
    ASKS_ABOVE,
    CONTINUE,
    DONE,
    FAILED,
    STOP,
    Report,
    Result,
    Row,
)
from salescli.domain.reference import handle, parse_handle
from salescli.domain.text import clean, few
from salescli.errors import (
    ChangedMeanwhileError,
    DecisionNeededError,
    RuleError,
    SalesError,
    UsageError,
)
from salescli.services import references
from salescli.services.batch_actions import perform
from salescli.services.batch_files import Rows
from salescli.services.bulk import Bulk, Move
from salescli.store import change_sets
from salescli.store.change_sets import Batch
from salescli.store.unit_of_work import UnitOfWork

LONGEST_ID = 100
MOST_NAMED = 5
"""So many of the rows that were left undone are told of a repeat."""


_MIXED = "This changes {count:,} records"
_SAME = {
    "stage": "This moves {count:,} sales to `{value}`",
    "close": "This ends {count:,} sales as `{value}`",
    "assign": "This gives {count:,} sales to `{value}`",
}


class ManyChangesError(DecisionNeededError):
    """A batch is large, and nobody has said yes to so many rows: `count` of them."""

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__(_what(rows), hint="say --yes if that is meant; --dry-run shows it")
        self.count = len(rows)


def _what(rows: Sequence[Row]) -> str:
    """Return what a batch does, as far as its rows do the same."""
    said = {(row.do, clean(row.text(ACTIONS[row.do].value))) for row in rows}
    do, value = said.pop()
    sentence = _MIXED if said else _SAME.get(do, _MIXED)
    return sentence.format(count=len(rows), value=value)


class _NothingDoneError(Exception):
    """Every row was refused: nothing of the batch stays."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


def run(
    unit: UnitOfWork,
    rows_of: Rows,
    *,
    on_error: str,
    batch_id: str = "",
    confirmed: int = ASKS_ABOVE,
) -> Report:
    """Do a batch, or nothing of it where a row is refused and the others shall not go on.

    Args:
        unit: the unit of work.
        rows_of: the rows.
        on_error: `stop` or `continue` at a row that is refused.
        batch_id: a name that makes a repeat do nothing; it may not come back with other rows.
        confirmed: so many rows may be changed without a question.

    Raises:
        ManyChangesError: there are more rows, and this is no rehearsal.
        SalesError: a row was refused; its message tells which one.
    """
    if on_error not in (STOP, CONTINUE):
        raise UsageError(
            f"--on-error cannot be `{clean(on_error)}`", hint=f"give `{STOP}` or `{CONTINUE}`"
        )
    batch_id = _name_of(batch_id)
    try:
        with unit:
            before = change_sets.of_batch(unit.connection, batch_id) if batch_id else None
            if before:
                return _repeat(unit, batch_id, before, rows_of)
            rows = rows_of.read(unit)
            runner = _Runner(unit, goes_on=on_error == CONTINUE)
            runner.require_readable(rows)
            changing = [row for row in rows if not (row.problem or row.remark)]
            if len(changing) > confirmed and not unit.is_rehearsal:
                raise ManyChangesError(changing)
            return _done(unit, rows_of, runner.run(rows), batch_id)
    except _NothingDoneError as nothing:
        return nothing.report


def _name_of(batch_id: str) -> str:
    name = clean(batch_id, limit=LONGEST_ID + 1)
    if len(name) > LONGEST_ID:
        raise UsageError(
            f"A batch id has at most {LONGEST_ID} characters", hint="give a shorter one"
        )
    return name


def _repeat(unit: UnitOfWork, batch_id: str, before: Batch, rows: Rows) -> Report:
    """Tell that a batch was done before, and the way to do what it has not.

    Raises:
        RuleError: it was done with other rows.
    """
    number = handle("change_set", before.change_set.number)
    done = f"The batch `{batch_id}` was done before, by {before.change_set.login} in `{number}`"
    if before.digest and before.digest != rows.digest(unit):
        raise RuleError(
            f"{done}, with other rows",
            hint=f"give these another --batch-id; `sales log {number}` tells what was done",
        )
    undone = before.change_set.undone_by
    if undone:
        done = f"{done}, and `{handle('change_set', undone)}` took it back"
        after = "to do it once more, give another --batch-id"
    elif before.left:
        done = f"{done}, but for {before.left}"
        after = "mend those rows and give them alone, with another --batch-id"
    else:
        after = ""
    unit.remarks.append("; ".join(filter(None, (done, "nothing was done again", after))))
    return Report((), number, is_part=bool(before.left and not undone))


def _done(unit: UnitOfWork, rows_of: Rows, results: Iterable[Result], name: str) -> Report:
    assert unit.user_id, "who acts is there before a row that may be taken back"
    report = Report(tuple(results))
    if not report.results:
        return report
    if all(result.outcome == FAILED for result in report.results):
        raise _NothingDoneError(report)
    if name:
        change_sets.name_batch(unit, name, rows_of.digest(unit), _left(report))
    return report


def _left(report: Report) -> str:
    """Return which rows were left undone, the first few by name; empty for none."""
    failed = [one for one in report.results if one.outcome == FAILED]
    names = [clean(f"line {one.line}" if one.line else f"`{one.ref}`") for one in failed]
    return few(names, MOST_NAMED)


class _Runner:
    """Does rows in their order; moves to one stage that follow each other are done together."""

    def __init__(self, unit: UnitOfWork, *, goes_on: bool) -> None:
        self._unit = unit
        self._goes_on = goes_on
        self._bulk = Bulk(unit, "")
        self._waiting: dict[bytes, Row] = {}

    def require_readable(self, rows: Sequence[Row]) -> None:
        """Refuse a batch that would stop at a row which cannot be read, before all others."""
        for row in rows:
            if row.problem and not self._goes_on:
                self._refused(row, row.problem)

    def run(self, rows: Sequence[Row]) -> Iterator[Result]:
        """Yield what came of each row."""
        for row in rows:
            if row.problem or row.remark:
                yield from self._flush()
                yield (
                    self._refused(row, row.problem) if row.problem else _success(row, [row.remark])
                )
                continue
            run = self._run_of(row)
            if run is None:
                yield from self._flush()
                yield self._alone(row)
                continue
            if run in self._waiting or row.text("stage") != self._bulk.stage:
                yield from self._flush()
                self._bulk = Bulk(self._unit, row.text("stage"))
            self._waiting[run] = row
        yield from self._flush()

    def _run_of(self, row: Row) -> bytes | None:
        """Return the run of a sale that is only moved; None for every other row."""
        if row.do != "stage" or row.given.get("set"):
            return None
        named = parse_handle(row.ref)
        if named and named[0] not in {"opportunity", "run"}:
            return None
        try:
            target = references.target(self._unit, row.ref)
        except SalesError:
            return None
        return target.run if target.opportunity is not None else None

    def _flush(self) -> Iterator[Result]:
        rows = list(self._waiting.values())
        if not rows:
            return
        moves = [Move(run, row.text("if_step"), row.version) for run, row in self._waiting.items()]
        self._waiting = {}
        for row, moved in zip(rows, self._bulk.move(moves), strict=True):
            if moved is None:
                yield self._alone(row)
            elif isinstance(moved, SalesError):
                yield self._refused(row, moved)
            else:
                yield _success(row, moved.changes)

    def _alone(self, row: Row) -> Result:
        part = self._unit.savepoint() if self._goes_on else nullcontext()
        try:
            with part:
                return _success(row, perform(self._unit, row))
        except SalesError as refusal:
            return self._refused(row, refusal)

    def _refused(self, row: Row, refusal: SalesError) -> Result:
        """Return what is told of a refusal; where the batch stops there, raise it."""
        if self._goes_on:
            message, hint = refusal.message, _in_file(row, refusal.hint)
            return Result(row.line, row.do, row.ref, FAILED, message, hint, int(refusal.code))
        if not row.problem:
            where = f"line {row.line}, " if row.line else ""
            refusal.message = f"{where}`{row.ref}`: {refusal.message}"
            refusal.args = (refusal.message,)
        if isinstance(refusal, ChangedMeanwhileError):
            refusal.kept = ""
        refusal.hint = "; ".join(
            filter(
                None,
                (
                    _in_file(row, refusal.hint),
                    "nothing was changed; --on-error continue does the others",
                ),
            )
        )
        raise refusal


def _in_file(row: Row, hint: str) -> str:
    """Return a hint to fill fields as the file of a row would fill them."""
    start, options, rest = hint.partition(" --set ")
    names = [option.removesuffix("=...") for option in rest.split(" --set ")]
    if not (row.line and options and start.startswith("give")):
        return hint
    if not row.is_csv:
        return f'{start} "set": ' + json.dumps(dict.fromkeys(names, "..."))
    columns = ", ".join(f"`{name}`" for name in names)
    return f"{start} the column{'s' if len(names) > 1 else ''} {columns}"


def _success(row: Row, changes: Sequence[str]) -> Result:
    return Result(row.line, row.do, row.ref, DONE, "; ".join(changes) or "Nothing had to change")
