"""Lists and single records, for people, pipes and programs."""

from collections.abc import Sequence
from typing import Any

from salescli.context import AppContext
from salescli.domain.fields import MONEY, NOUNS, Field
from salescli.domain.moments import say_moment
from salescli.output import Output
from salescli.services.listed import Record, as_document, field_text
from salescli.services.sessions import start_command

LISTED = {
    "opportunity": ("name", "account", "stage", "amount", "close_date", "owner"),
    "account": ("name", "industry", "city", "phone", "owner"),
    "contact": ("name", "account", "title", "email", "phone"),
    "lead": ("name", "company", "status", "source", "owner"),
    "offer": ("name", "family", "kind", "price"),
    "user": ("name", "email", "manager", "division", "active"),
    "division": ("name", "head"),
}
"""The fields that a list shows; `show` has them all."""


def list_records(
    context: AppContext,
    noun: str,
    *,
    everything: bool = False,
    limit: int | None = None,
    asked: str = "",
    view: str = "",
) -> None:
    """Show the records of a noun: mine, all, or those that meet a condition."""
    from salescli.commands.shared import lists
    from salescli.services import listed

    found, total = listed.listing(
        context.unit,
        noun,
        everything=everything,
        names=() if context.as_json else LISTED[noun],
        limit=lists.most(context, limit),
        asked=asked,
        view=view,
    )
    is_chosen = bool(asked or view)
    show_list(context, noun, found, LISTED[noun], everything=everything, is_chosen=is_chosen)
    lists.tell_rest(len(found), total)


def show_list(
    context: AppContext,
    noun: str,
    found: Sequence[Record],
    columns: Sequence[str],
    *,
    everything: bool,
    is_chosen: bool = False,
) -> None:
    """Show the records of a noun as a table."""
    output = context.output
    if output.as_json:
        output.document([as_document(record) for record in found])
        return
    fields = {field.name: field for field in NOUNS[noun]}
    is_plain = not output.is_terminal
    now = None if is_plain else context.now()
    rows = [
        (
            record.reference,
            *(field_text(record, fields[name], now, is_plain=is_plain) for name in columns),
        )
        for record in found
    ]
    labels = (noun.capitalize(), *(fields[name].label for name in columns))
    if is_plain and any(fields[name].kind == MONEY for name in columns):
        labels = (*labels, "Currency")
        rows = [(*row, record.currency) for row, record in zip(rows, found, strict=True)]
    if rows:
        output.table(labels, rows, titles=labels[:2])
    elif output.is_terminal and is_chosen:
        output.line(f"No {noun} meets the condition")
    elif output.is_terminal:
        scope = "" if everything else " of yours that is open; --all shows the others"
        output.line(f"There is no {noun}{scope}. Add one: sales {noun} add")


def show_record(context: AppContext, record: Record) -> None:
    """Show every filled field of a record; of an opportunity also what hangs on it."""
    output = context.output
    from salescli.services import notes
    from salescli.services.part_lines import part_lines

    parts = _parts(context, record)
    written = notes.of_record(context.unit, record)
    if output.as_json:
        found = [note._asdict() for note in written]
        output.document(as_document(record) | parts | ({"notes": found} if found else {}))
        return
    output.line(f"{record.reference} {record.name}", style="bold")
    _show_fields(context, output, record)
    for label, text in part_lines(parts, context.now()):
        output.field(label, text)
    for note in written:
        at = say_moment(note.at.astimezone(context.now().tzinfo), context.now())
        output.field("Note", f"{note.text} ({note.login}, {at})")
    _show_place(context, output, record)


def _show_fields(context: AppContext, output: Output, record: Record) -> None:
    """Show every filled field; in a pipe the currency of the amounts has a line of its own."""
    is_plain = not output.is_terminal
    filled: list[Field] = []
    for field in NOUNS[record.noun]:
        text = field_text(record, field, context.now(), is_plain=is_plain)
        if text and field.name not in {"name", "login"}:
            output.field(field.label, text)
            filled.append(field)
    if is_plain and any(field.kind == MONEY for field in filled):
        output.field("Currency", record.currency)


def _show_place(context: AppContext, output: Output, record: Record) -> None:
    """Tell where the process of an opportunity stands, and the likely next command."""
    if record.noun != "opportunity":
        return
    from salescli.services.standing import of_opportunity

    standing = of_opportunity(context.unit, record.key)
    if standing is None:
        output.line(f"Next: {_next(context, record)}")
        return
    step = standing.step
    if step is not None:
        due = f", due {say_moment(step.due, context.now())}" if step.due else ""
        output.field("Step", f"{step.activity} {step.name}{due}".strip())
    is_over = standing.state != "running"
    history = f"sales opportunity history {record.reference}"
    output.line(f"Next: {history if is_over else standing.next_command}")


def _parts(context: AppContext, record: Record) -> dict[str, Any]:
    """Return what hangs on an opportunity or belongs to an account; nothing for other nouns."""
    if record.noun == "account":
        from salescli.services import account_page

        return account_page.parts_of(context.unit, record)
    if record.noun != "opportunity":
        return {}
    from salescli.services import sale_parts

    return sale_parts.all_of(context.unit, record.reference)


def show_change(context: AppContext, sentence: str, record: Record, told: Sequence[str]) -> None:
    """Say what was added or changed, and the likely next command."""
    output = context.output
    if output.as_json:
        document: dict[str, Any] = {"changed": [sentence, *told], record.noun: as_document(record)}
        output.document(document)
        return
    output.line(f"{sentence} {record.name}")
    for line in told:
        output.line(line)
    output.line(f"Next: {_next(context, record)}")


def _ended(context: AppContext) -> set[str]:
    """Return the stages that are endings."""
    from salescli.services.stages import ended

    with context.unit.reading():
        return {stage for ids in ended(context.unit).values() for stage in ids}


def _next(context: AppContext, record: Record) -> str:
    """Return the likely next command after a record was added or changed."""
    if record.noun == "opportunity" and record.version > 1:
        from salescli.services.standing import of_opportunity

        standing = of_opportunity(context.unit, record.key)
        if standing is not None:
            return standing.next_command
    if record.noun == "opportunity" and record.values["stage"] in _ended(context):
        return f"sales opportunity history {record.reference}"
    if record.noun in {"opportunity", "account", "lead"}:
        from salescli.services.switches import may_start

        if not may_start(context.unit):
            return "sales process list"
        return f"{start_command(context.unit)} --{record.noun} {record.reference}"
    return f"sales {record.noun} show {record.reference}"
