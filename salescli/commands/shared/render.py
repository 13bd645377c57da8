"""Shows what a command did and where the sale stands, for people and for programs."""

from collections.abc import Sequence

from salescli.context import AppContext
from salescli.diagnostics import warning
from salescli.domain.moments import say_moment
from salescli.output import Output
from salescli.services.activities import Done
from salescli.services.planned import as_document as activity_document
from salescli.services.sessions import setting
from salescli.services.standing import Outcome, Standing, StepView
from salescli.services.standing import as_document as standing_document


def show(context: AppContext, result: Outcome | Done, *, asks: bool = False) -> None:
    """Show one result; one that is followed by questions leaves out what they will offer."""
    show_all(context, [result], asks=asks)


def show_all(context: AppContext, results: Sequence[Outcome | Done], *, asks: bool = False) -> None:
    """Show results: sentences first, then where the sale stands; one document with --json."""
    output = context.output
    if output.as_json:
        documents = [_document(result) for result in results]
        output.document(documents[0] if len(documents) == 1 else {"results": documents})
        return
    for result in results:
        for text in getattr(result, "warnings", ()):
            warning(text)
        if len(results) > 1:
            _one_line(output, result)
        else:
            _show_one(context, output, result, asks=asks)
    if len(results) > 1:
        output.line("Next: sales pipeline")


def _show_one(context: AppContext, output: Output, result: Outcome | Done, *, asks: bool) -> None:
    for sentence in result.changes:
        output.line(sentence)
    if isinstance(result, Outcome):
        if result.changes:
            output.line()
        show_standing(context, output, result.standing, asks=asks)


def show_standing(context: AppContext, output: Output, standing: Standing, *, asks: bool) -> None:
    """Show where a sale stands, its hint, its answers and the next command."""
    title = f"{standing.reference} {standing.title}"
    if standing.state != "running":
        why = f": {standing.reason}" if standing.reason else ""
        end = "disqualified" if standing.state == "disqualified" else standing.stage_name
        output.line(f"{title} · {end}{why}", style="bold")
        output.line(f"Next: {standing.next_command}")
        return
    visit = f" (visit {standing.visit})" if standing.visit > 1 else ""
    owner = f" · {standing.owner}" if standing.owner else ""
    output.line(f"{title} · {standing.stage_name}{visit}{owner}", style="bold")
    if standing.step:
        _show_step(context, output, standing.step)
    if asks and not (standing.step and standing.step.kind == "wait"):
        if not standing.step:
            output.line("The stage has ended.")
        return
    if standing.step:
        _show_answers(output, standing.step)
    else:
        _show_choices(output, standing)
    _show_exit_list(output, standing)
    output.line()
    output.line(f"Next: {standing.next_command}")


def show_hint(context: AppContext, output: Output, hint: str) -> None:
    """Show a hint, unless hints are off or the command is quiet."""
    if hint and not output.quiet and setting(context.unit, "hints") == "on":
        output.line()
        for line in hint.splitlines():
            spaces = len(line) - len(line.lstrip())
            output.line(line.lstrip(), style="dim", indent=2 + spaces)


def _show_step(context: AppContext, output: Output, step: StepView) -> None:
    handle = f"{step.activity} " if step.activity else ""
    attempt = f" (attempt {step.attempt})" if step.attempt > 1 else ""
    due = f", due {say_moment(step.due, context.now())}" if step.due else ""
    if step.kind == "wait":
        name = step.waits_for or "an activity that is not planned; move on with another stage"
        output.line(f"Waiting for {handle}{name}{due}")
    else:
        kind = f"{step.type}: " if step.type else ""
        output.line(f"{handle}{kind}{step.name}{attempt}{due}")
    if step.snoozed_until:
        output.line(f"Put off until {say_moment(step.snoozed_until, context.now())}")
    for field in step.shows:
        output.line(f"{field.label}: {field.value}", indent=2)
    show_hint(context, output, step.hint)
    for link in step.links:
        output.line(f"{link.name}: {link.to}", indent=2)
    for one in step.suggestions:
        output.line(f"Fits: {one.document} {one.name} ({one.why})", indent=2)


def _show_answers(output: Output, step: StepView) -> None:
    if step.kind != "form" and step.results:
        output.line()
        output.line("Results: " + ", ".join(step.results))
    for field in step.fields:
        star = " (required)" if field.is_required else ""
        options = f" ({', '.join(field.options)})" if field.options else ""
        value = f" = {field.value}" if field.value else ""
        output.line(f"  {field.name}{star}{options}{value}")


def _show_exit_list(output: Output, standing: Standing) -> None:
    known = [field.name for field in standing.exit_list if field.value]
    missing = [field.name for field in standing.exit_list if not field.value]
    if known or missing:
        said = [f"known {', '.join(known)}"] if known else []
        said += [f"open {', '.join(missing)}"] if missing else []
        count = f"{len(known)} of {len(standing.exit_list)} ({standing.completeness} %)"
        output.line()
        output.line(f"Exit list: {count}; {'; '.join(said)}")


def _show_choices(output: Output, standing: Standing) -> None:
    output.line("The stage has ended; choose what comes next:")
    for choice in standing.choices:
        because = f": {choice.because}" if choice.because else ""
        mark = f"  recommended{because}" if choice.is_recommended else ""
        output.line(f"  {choice.id:22} {choice.name}{mark}")


def _one_line(output: Output, result: Outcome | Done) -> None:
    told = "; ".join(result.changes)
    title = f" · {result.standing.title}" if isinstance(result, Outcome) else ""
    output.line(f"{told}{title}")


def _document(result: Outcome | Done) -> dict[str, object]:
    if isinstance(result, Done):
        return {
            "changed": result.changes,
            "warnings": result.warnings,
            "activity": activity_document(result.activity),
        }
    return {
        "changed": result.changes,
        "warnings": result.warnings,
        "sale": standing_document(result.standing),
    }
