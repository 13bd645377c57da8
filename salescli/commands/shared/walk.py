"""Walks a seller through a sale on a terminal: numbered results, fields, the next stage."""

from collections.abc import Sequence
from contextlib import suppress

import typer

from salescli.commands.shared import closing, render
from salescli.commands.shared.asking import (
    RECOMMENDED,
    ask_fields,
    ask_number,
    assignments,
    in_a_line,
    prompt,
)
from salescli.context import AppContext
from salescli.diagnostics import error
from salescli.domain.moments import say_moment
from salescli.domain.process.spec import SAVED
from salescli.domain.text import slug
from salescli.errors import DecisionNeededError, NotFoundError, RuleError, SalesError
from salescli.services import completion, moves, processes, scheduling
from salescli.services.answers import Answers
from salescli.services.standing import FieldView, Outcome, Standing, StepView

LATER = "later"


def choose_process(context: AppContext) -> str:
    """Ask which process to run; elsewhere than on a terminal the choice is refused."""
    known = completion.startable(context.unit)
    if not known:
        raise RuleError("Every process is disabled", hint="see why: `sales process list`")
    names = [name for _process, name in known]
    if not context.is_interactive:
        raise DecisionNeededError(
            "Which process shall run?",
            hint="give its name: " + ", ".join(f"`sales run-process {p}`" for p, _name in known),
            choices=tuple(process for process, _name in known),
        )
    return known[ask_number("Run process", names)][0]


def guide(context: AppContext, standing: Standing) -> None:
    """Ask for answers and go on until the seller says later, or the sale has to wait."""
    with suppress(ImportError):
        import readline  # noqa: F401 - prompts get line editing by its import
    while standing.state == "running":
        try:
            outcome = _ask(context, standing)
        except SalesError as refusal:
            outcome = _after(context, standing, refusal)
        if outcome is None:
            context.output.line("Nothing is lost; go on whenever you like.")
            context.output.line(f"Next: sales continue {standing.reference}")
            return
        context.output.line()
        render.show(context, outcome, asks=True)
        standing = _timed(context, standing, outcome.standing)


def _timed(context: AppContext, before: Standing, after: Standing) -> Standing:
    """Ask for the time of what is tried again after a result that leads back to its step.

    The same is asked of a meeting that the sale waits for and that was booked without one.
    """
    old, new = before.step, after.step
    if new and new.kind == "wait" and new.activity and new.due and new.due <= context.unit.now:
        return _scheduled(context, after, new, f"When is {new.waits_for}? Enter leaves it open")
    if not (old and new and old.activity and new.activity and old.id == new.id):
        return after
    if new.attempt == old.attempt or new.due is None:
        return after
    due = say_moment(new.due, context.unit.now)
    return _scheduled(context, after, new, f"When? Enter keeps {due}")


def _scheduled(context: AppContext, after: Standing, step: StepView, question: str) -> Standing:
    text = prompt(question, "")
    if not text:
        return after
    try:
        outcome = scheduling.schedule(context.unit, step.activity, text)
    except SalesError as refusal:
        error(refusal)
        return after
    render.show(context, outcome, asks=True)
    return outcome.standing if isinstance(outcome, Outcome) else after


def _after(context: AppContext, standing: Standing, refusal: SalesError) -> Outcome:
    """Tell a refusal and return where the sale stands now.

    It ends the walk of a sale that somebody has undone: there is nothing to go on with.
    """
    try:
        outcome = processes.look(context.unit, standing.run)
    except NotFoundError:
        raise refusal from None
    error(refusal)
    return outcome


def _ask(context: AppContext, standing: Standing) -> Outcome | None:
    step = standing.step
    if step is None:
        return _ask_stage(context, standing)
    if step.kind == "wait":
        return None
    if step.kind == "form":
        return _fill(context, standing, step, SAVED)
    return _ask_result(context, standing, step)


def _ask_result(context: AppContext, standing: Standing, step: StepView) -> Outcome | None:
    options = [*step.results, LATER]
    if step.activity:
        options.insert(-1, "schedule it")
    chosen = options[ask_number("Result", options, default=len(options))]
    if chosen == LATER:
        return None
    if chosen == "schedule it":
        at = prompt("When (such as: tue 10)")
        answers = Answers(at=at, seen=standing.place)
    else:
        return _fill(context, standing, step, chosen)
    return processes.move_down(context.unit, standing.run, answers)


def _fill(context: AppContext, standing: Standing, step: StepView, result: str) -> Outcome:
    """Ask for the fields of a step that are still empty, and close it with a result.

    What is known already is shown and not asked again; it can be changed by its name.
    """
    typed: dict[str, str] = {}
    shown = {field.name: field.stored for field in step.fields}
    known = [field for field in step.fields if field.value]
    for field in known:
        context.output.line(f"{field.label}: {in_a_line(field.value)}", indent=2)
    try:
        asked = [field for field in step.fields if not field.value]
        ask_fields(context, standing.run, asked, typed)
        while known and (named := _named_field(known)):
            ask_fields(context, standing.run, [named], typed)
    except (typer.Abort, KeyboardInterrupt):
        if typed:
            _keep(context, standing, Answers(assignments=assignments(typed), shown=shown))
        raise
    answers = Answers(result, assignments(typed), seen=standing.place, shown=shown)
    return processes.move_down(context.unit, standing.run, answers)


def _named_field(known: Sequence[FieldView]) -> FieldView | None:
    """Ask which known field is to be changed; None when all are right as they are."""
    names = {slug(word): field for field in known for word in (field.name, field.label)}
    while True:
        typed = prompt("Enter goes on, or name a field to change it", "")
        if not typed:
            return None
        if slug(typed) in names:
            return names[slug(typed)]
        typer.echo("It is one of: " + ", ".join(field.name for field in known))


def _keep(context: AppContext, standing: Standing, answers: Answers) -> None:
    """Keep a form that was left; a refusal tells the command that saves it."""
    context.output.line()
    try:
        processes.keep_typed(context.unit, standing.run, answers)
    except SalesError as refusal:
        error(refusal)
        return
    context.output.line("Kept what you typed; the form is still open.")
    context.output.line(f"Next: sales continue {standing.reference}")


def _ask_stage(context: AppContext, standing: Standing) -> Outcome | None:
    why = next((choice.because for choice in standing.choices if choice.because), "")
    if why:
        context.output.line(f"{why}.")
    labels = [
        choice.name + (RECOMMENDED if choice.is_recommended else "") for choice in standing.choices
    ]
    index = ask_number("Next stage", [*labels, LATER], default=1)
    if index == len(standing.choices):
        return None
    choice = standing.choices[index]
    sale, place = standing.run, standing.place
    if choice.is_ending:
        outcomes = closing.end(context, [sale], choice.id, (), seen=place)
        return outcomes[0] if outcomes else None
    answers: list[str] = []
    while True:
        try:
            return moves.change_stage(context.unit, [sale], choice.id, answers, seen=place)[0]
        except DecisionNeededError as refusal:
            answers += [f"{name}={prompt(_label(name))}" for name in refusal.choices]


def _label(field: str) -> str:
    return field.replace("_", " ").capitalize()
