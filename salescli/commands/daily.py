"""The verbs of a day: they take any reference and say what changed."""

from typing import Annotated

import typer

from salescli.commands.shared import completions
from salescli.commands.shared.options import (
    Assignments,
    Explain,
    IfStep,
    NextStage,
    Reason,
    ReferenceText,
)


def done(
    context: typer.Context,
    reference: ReferenceText,
    result: Annotated[
        str,
        typer.Argument(
            help="The result; a text for an activity made by hand",
            autocompletion=completions.results,
        ),
    ] = "",
    text: Annotated[str, typer.Option("--text", "-m", help="What was said or done")] = "",
    assignments: Assignments = None,
    next_stage: NextStage = "",
    at: Annotated[
        str, typer.Option("--at", metavar="WHEN", help="Date and time that the result agreed on")
    ] = "",
    if_step: IfStep = "",
    attach: Annotated[
        list[str] | None,
        typer.Option("--attach", metavar="FILE|URL|DOC", help="Attach it; repeat it for more"),
    ] = None,
    email: Annotated[
        str, typer.Option("--email", metavar="TO", help="Log an email with the files to somebody")
    ] = "",
) -> None:
    """Complete the open step of a sale, or one activity, with its result

    Examples: sales done acme meet --at "tue 10"; sales done ACT-31 collected --set
    need="Backup power"; sales done ACT-40 "Sent the brochure"; sales done acme ready-to-sign
    --attach proposal.pdf --email mia@larkspur.example
    """
    from salescli.commands.shared import render
    from salescli.services import processes
    from salescli.services.answers import Answers

    answers = Answers(result, tuple(assignments or ()), next_stage, at, seen=if_step)
    if attach or email:
        from salescli.services import handing_over

        outcome = handing_over.complete(
            context.obj.unit, reference, answers, text, attach or (), email
        )
    else:
        outcome = processes.complete(context.obj.unit, reference, answers, text)
    render.show(context.obj, outcome)


def go_on(
    context: typer.Context,
    reference: ReferenceText,
    result: Annotated[str, typer.Option(metavar="RESULT", help="Answer the open step")] = "",
    assignments: Assignments = None,
    next_stage: NextStage = "",
    if_step: IfStep = "",
) -> None:
    """Go on with a sale (move down the process): take up a step that was put off, fill its form

    Examples: sales continue acme; sales continue acme --set meeting_at="tue 10"
    """
    from salescli.commands.shared import render
    from salescli.services import processes
    from salescli.services.answers import Answers

    answers = Answers(result, tuple(assignments or ()), next_stage, seen=if_step)
    outcome = processes.move_down(context.obj.unit, reference, answers)
    is_guided = context.obj.is_interactive and not answers.any
    render.show(context.obj, outcome, asks=is_guided)
    if is_guided:
        from salescli.commands.shared import walk

        walk.guide(context.obj, outcome.standing)


def schedule(
    context: typer.Context,
    reference: ReferenceText,
    when: Annotated[
        str, typer.Argument(help="The time, such as `thu 14:00`; a day alone keeps the hour")
    ],
) -> None:
    """Give an activity, or the open step of a sale, its time

    Example: sales schedule acme "thu 14:00"
    """
    from salescli.commands.shared import render
    from salescli.services import scheduling

    render.show(context.obj, scheduling.schedule(context.obj.unit, reference, when))


def postpone(
    context: typer.Context,
    reference: ReferenceText,
    when: Annotated[
        str, typer.Argument(help="The new time; a day alone leaves a meeting its hour")
    ] = "",
    until: Annotated[str, typer.Option("--until", metavar="WHEN", help="The new time")] = "",
) -> None:
    """Put an activity or the open step of a sale off until later

    Example: sales postpone acme --until "mon 9"
    """
    from salescli.commands.shared import render
    from salescli.domain.text import shell_word
    from salescli.errors import UsageError
    from salescli.services import scheduling

    if not (when or until):
        raise UsageError(
            "Until when?", hint=f'sales postpone {shell_word(reference)} --until "mon 9"'
        )
    render.show(context.obj, scheduling.postpone(context.obj.unit, reference, when or until))


def cancel(
    context: typer.Context,
    reference: ReferenceText,
    text: Annotated[str, typer.Argument(help="Why")] = "",
    reason: Reason = "",
) -> None:
    """Cancel an activity; where a step made it, its stage ends early

    Example: sales cancel ACT-31 "the customer is on holiday"
    """
    from salescli.commands.shared import render
    from salescli.domain.text import printable
    from salescli.services import processes

    if context.obj.is_interactive:
        told = processes.before_canceling(context.obj.unit, reference)
        if told and not typer.confirm(printable(told)):
            context.obj.output.line("Nothing was canceled.")
            return
    render.show(context.obj, processes.cancel(context.obj.unit, reference, text or reason))


def note(
    context: typer.Context,
    reference: ReferenceText,
    text: Annotated[str, typer.Argument(help="What was said or happened")],
    removes: Annotated[
        bool, typer.Option("--remove", help="Remove the note that says so instead")
    ] = False,
) -> None:
    """Write a note on a sale, account or lead, or remove one

    Examples: sales note acme "Called by chance: the budget is approved"; sales note acme
    "by chance" --remove
    """
    from salescli.services import notes

    change = notes.remove if removes else notes.write
    sentence, following = change(context.obj.unit, reference, text)
    context.obj.output.changed([sentence], following)


def hint(context: typer.Context, reference: ReferenceText) -> None:
    """Show the hint of an activity or of the open step of a sale

    Example: sales hint ACT-31
    """
    from salescli.services import hints

    shown = hints.of(context.obj.unit, reference)
    output = context.obj.output
    if output.as_json:
        output.document(shown._asdict() | {"links": [link._asdict() for link in shown.links]})
        return
    output.line(shown.step, style="bold")
    output.line(shown.hint or "There is no hint for this step.")
    for link in shown.links:
        output.line(f"{link.name}: {link.to}", indent=2)


def next_thing(
    context: typer.Context,
    reference: Annotated[
        str,
        typer.Argument(metavar="REF", help="Only in this sale", autocompletion=completions.sales),
    ] = "",
    explain: Explain = False,
) -> None:
    """Show the one thing to do now, of all or in one sale: what, why, its hint and the command

    Examples: sales next; sales next acme
    """
    from salescli.commands.shared import render
    from salescli.services import next_thing as service

    unit = context.obj.unit
    thing = service.next_of(unit, reference) if reference else service.next_thing(unit)
    output = context.obj.output
    if output.as_json:
        document = service.as_document(thing) if thing else None
        if explain:
            from salescli.domain.figures import as_documents

            figures = service.explain(thing, context.obj.now())
            document = (document or {}) | {"explain": as_documents(figures)}
        output.document(document)
        return
    if thing is None:
        from salescli.services.sessions import start_command

        output.line(f"Nothing is planned. Start a sale: {start_command(context.obj.unit)}")
        return
    output.line(thing.what, style="bold")
    output.line(": ".join(filter(None, (thing.about, thing.why))))
    render.show_hint(context.obj, output, thing.hint)
    if explain:
        from salescli.commands.shared import explained

        explained.show(output, service.explain(thing, context.obj.now()))
    output.line()
    output.line(f"Next: {thing.how}")


def show_today(context: typer.Context, *, explain: bool = False) -> None:
    """Show what is overdue, due today, waiting and quiet."""
    from salescli.commands.shared import day

    day.show(context.obj, explains=explain)
