"""What was said and done in an opportunity: its history, and the wordings of its texts."""

import typer

from salescli.commands.opportunity.options import Sale


def show_history(context: typer.Context, reference: Sale) -> None:
    """Show stages, activities and notes of an opportunity in order

    Example: sales opportunity history acme
    """
    from salescli.domain.moments import say_moment
    from salescli.services.opportunity_history import history

    record, events = history(context.obj.unit, reference)
    output = context.obj.output
    if output.as_json:
        output.document([event._asdict() | {"at": event.at.isoformat()} for event in events])
        return
    if output.is_terminal:
        output.line(f"{record.reference} {record.name}", style="bold")
    now = context.obj.now()
    local = [event.at.astimezone(now.tzinfo) for event in events]
    output.table(
        ("When", "Kind", "", "What", "State", "Who"),
        [
            (say_moment(at, now) if output.is_terminal else at.isoformat(), *tuple(event)[1:])
            for at, event in zip(local, events, strict=True)
        ],
        titles=("", "What"),
    )


def show_tactics(context: typer.Context, reference: Sale) -> None:
    """Show the tactics and next steps of a sale, and each earlier wording with who and when

    Example: sales opportunity tactics OPP-12
    """
    from salescli.domain.moments import say_moment
    from salescli.services import text_history

    record, found = text_history.of_opportunity(context.obj.unit, reference)
    output = context.obj.output
    if output.as_json:
        told = {n: [wording._asdict() for wording in w] for n, (_field, w) in found.items()}
        output.document({"opportunity": record.reference} | told)
        return
    now = context.obj.now()
    rows = [
        (
            field.label,
            say_moment(at, now) if output.is_terminal else at.isoformat(),
            wording.login,
            wording.text or "(taken away)" * output.is_terminal,
        )
        for field, wordings in found.values()
        for wording in wordings
        for at in [wording.at.astimezone(now.tzinfo)]
    ]
    if output.is_terminal:
        output.line(f"{record.reference} {record.name}", style="bold")
    output.table(("Text", "Since", "Who", "Wording"), rows, titles=("Text", "Since"))
    if output.is_terminal and not rows:
        output.line(f"Next: sales opportunity edit {record.reference} --tactics ...")
