"""What the commands of a batch share: which rows, the question above ten, a line for each row."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from salescli.context import AppContext
from salescli.domain.fields import assigned

if TYPE_CHECKING:
    from salescli.domain.batch import Report
    from salescli.services.batch_files import Rows

A_FEW = 3
"""So few words, a sale and a value, need no look at what a batch is."""

NO_SALE, NO_ROW = "No open sale meets the condition", "The file holds no row; nothing was done"


class Choice(NamedTuple):
    """The options that choose the rows of a batch and say how it is done."""

    where: str = ""
    view: str = ""
    file: str = ""
    on_error: str = ""
    batch_id: str = ""
    yes: bool = False


def is_batch(choice: Choice, targets: Sequence[str] | None) -> bool:
    """Whether a command is about a batch instead of the few sales that it names."""
    is_chosen = any((choice.where, choice.view, choice.file, choice.on_error, choice.batch_id))
    if is_chosen or targets is None or len(targets) < A_FEW:
        return is_chosen
    from salescli.domain.batch import ASKS_ABOVE

    return len(targets) > ASKS_ABOVE + 1


def with_fields(given: Mapping[str, Any], assignments: Sequence[str] | None) -> dict[str, Any]:
    """Return what is given for every row, as a row has it; options that say nothing are left out.

    Raises:
        UsageError: a field is given without a value, or twice.
    """
    told = {name: "yes" if value is True else value for name, value in given.items() if value}
    sets = assigned(assignments or ())
    return told | ({"set": sets} if sets else {})


def run_verb(
    context: AppContext, do: str, targets: Sequence[str], usual: dict[str, Any], choice: Choice
) -> None:
    """Run a verb for a batch: the sales that meet a condition, those of a file, or those named."""
    from salescli.services import batch_files

    _require_one_way(do, targets, choice)
    if choice.file:
        rows = batch_files.of_csv(do, choice.file, _with_value(do, targets, usual))
    elif choice.where or choice.view:
        given = _with_value(do, targets, usual)
        rows = batch_files.where(do, given, choice.where, choice.view)
    else:
        rows = batch_files.named(do, _with_value(do, targets[-1:], usual), targets[:-1])
    run(context, rows, choice, NO_ROW if choice.file else NO_SALE)


def run(context: AppContext, rows: "Rows", choice: Choice, nothing: str = NO_ROW) -> None:
    """Do a batch, ask first where it is large, and tell of each row, or that there is none."""
    from salescli.domain.batch import ASKS_ABOVE, STOP
    from salescli.domain.text import printable
    from salescli.services import batch

    on_error = choice.on_error or STOP
    most = 1 << 30 if choice.yes else ASKS_ABOVE
    while True:
        try:
            report = batch.run(
                context.unit, rows, on_error=on_error, batch_id=choice.batch_id, confirmed=most
            )
            break
        except batch.ManyChangesError as many:
            if not context.is_interactive:
                raise
            if not typer.confirm(printable(f"{many.message}. Go on?")):
                context.output.line("Nothing was changed.")
                return
            most = many.count
    _show(context, report, nothing)
    if report.code:
        raise typer.Exit(report.code)


def _require_one_way(do: str, targets: Sequence[str], choice: Choice) -> None:
    from salescli.domain.batch import ACTIONS
    from salescli.errors import UsageError

    wanted = ACTIONS[do].value.upper()
    is_chosen = choice.where or choice.view
    if choice.file and is_chosen:
        raise UsageError("A file and a condition are given", hint="leave one of them out")
    if (choice.file or is_chosen) and len(targets) > 1:
        raise UsageError(
            "Sales are named beside a condition or a file",
            hint=f"leave them out: sales {do} {wanted} --where ...",
        )
    if (is_chosen and not targets) or not (choice.file or is_chosen or len(targets) > 1):
        raise UsageError(
            f"{wanted} is missing", hint=f'for example: sales {do} {wanted} --where "owner = me"'
        )


def _with_value(do: str, targets: Sequence[str], usual: dict[str, Any]) -> dict[str, Any]:
    from salescli.domain.batch import ACTIONS

    return usual | ({ACTIONS[do].value: targets[0]} if targets else {})


def _show(context: AppContext, report: "Report", nothing: str) -> None:
    output = context.output
    if output.as_json:
        keys = ("do", "ref", "outcome", "message", "hint")
        output.document(
            [
                {"line": one.line or None} | {key: getattr(one, key) for key in keys}
                for one in report.results
            ]
        )
    elif not report.results:
        context.remarks.extend([] if report.repeats else [nothing])
    elif output.is_terminal:
        _show_table(context, report)
    else:
        output.table(
            (),
            [
                (one.ref, one.outcome, one.message, one.hint, str(one.line or ""))
                for one in report.results
            ],
        )


def _show_table(context: AppContext, report: "Report") -> None:
    """Show the rows; the way out of each kind of refusal is told once, below them."""
    from salescli.domain.batch import FAILED

    output = context.output
    columns = ("Line", "Record", "Outcome", "What")
    rows = [(str(one.line), one.ref, one.outcome, one.message) for one in report.results]
    skipped = 0 if any(one.line for one in report.results) else 1
    output.table(columns[skipped:], [row[skipped:] for row in rows], titles=columns[skipped:-1])
    failed = [one for one in report.results if one.outcome == FAILED]
    output.line()
    for hint in dict.fromkeys(one.hint for one in failed if one.hint):
        output.line(f"hint: {hint}")
    done = len(rows) - len(failed)
    output.line(f"{done:,} done" + (f", {len(failed):,} failed" if failed else ""))
    if done and not context.dry_run:
        output.line("Next: sales pipeline; to take the batch back: sales undo")
