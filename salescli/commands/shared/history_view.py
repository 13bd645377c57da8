"""Shows change sets: as a list, or each with its records and fields, from what to what."""

from collections.abc import Iterator, Sequence
from typing import Any

from salescli.context import AppContext
from salescli.domain.moments import say_iso
from salescli.domain.text import printable
from salescli.services.audit import LogEntry, as_document
from salescli.services.audit_words import FieldChange, RecordChange

SHOWN = 50
"""So many records of a change set are shown on a terminal."""

LONGEST = 60
"""So many characters of a value are shown on a terminal."""

NOTHING = "nothing"


def show(context: AppContext, entries: Sequence[LogEntry], *, with_changes: bool) -> None:
    """Show change sets."""
    output = context.output
    if output.as_json:
        output.document([as_document(entry, with_changes=with_changes) for entry in entries])
    elif not with_changes:
        _show_list(context, entries)
    elif output.is_terminal:
        for entry in entries:
            _show_whole(context, entry)
    else:
        output.table((), [row for entry in entries for row in _rows(entry)])


def _show_list(context: AppContext, entries: Sequence[LogEntry]) -> None:
    output, now = context.output, context.now()
    output.table(
        ("Change", "When", "Who", "Command", "Made", "Changed", "Deleted", ""),
        [
            (
                entry.reference,
                say_iso(entry.at, now) if output.is_terminal else entry.at,
                entry.login,
                entry.command,
                *_counts(entry),
                entry.undone,
            )
            for entry in entries
        ],
        titles=("Change", "Command"),
    )


def _counts(entry: LogEntry) -> list[str]:
    more = "+" if entry.is_more else ""
    return [
        f"{count}{more if count else ''}" for count in (entry.made, entry.changed, entry.deleted)
    ]


def _show_whole(context: AppContext, entry: LogEntry) -> None:
    output = context.output
    when = say_iso(entry.at, context.now())
    undone = f" ({entry.undone})" if entry.undone else ""
    output.line(f"{entry.reference} {when}, {entry.login}: {entry.command}{undone}", style="bold")
    for change in entry.changes[:SHOWN]:
        output.line(_title(change), indent=2)
        for field in change.fields.values():
            if not _is_in_title(field, change):
                output.line(f"{field.label}: {_from_to(field, change.operation)}", indent=4)
    if len(entry.changes) > SHOWN:
        output.line(f"and more: sales log {entry.reference} --json has all of them", indent=2)


def _title(change: RecordChange) -> str:
    noun = change.table.replace("_", " ").removeprefix("process ")
    record = f"`{change.record}`" if change.record else ""
    return " ".join(filter(None, (change.operation.capitalize(), noun, record, change.name)))


def _is_in_title(field: FieldChange, change: RecordChange) -> bool:
    """Whether a field of a record that was made or deleted says what its title says."""
    text = str(field.old if field.new is None else field.new)
    is_known = text == change.name or text.split(" ", maxsplit=1)[0] == change.record
    return is_known and change.operation != "changed"


def _from_to(field: FieldChange, operation: str) -> str:
    old, new = _short(field.old), _short(field.new)
    return f"{old} -> {new}" if operation == "changed" else new if operation == "made" else old


def _short(value: Any) -> str:
    """Return a value in one line that fits a terminal."""
    text = " ".join(printable(str(NOTHING if value is None else value)).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _rows(entry: LogEntry) -> Iterator[tuple[Any, ...]]:
    """Yield one row for each field that a change set changed."""
    head = (entry.reference, entry.at, entry.login)
    for change in entry.changes:
        record = (change.operation, change.table, change.record, change.name)
        for name, field in change.fields.items():
            yield (*head, *record, name, field.old, field.new)
