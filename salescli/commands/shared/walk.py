"""Walks a seller through a sale on a terminal: numbered results, fields, the next stage."""

from collections.abc import Sequence
from contextlib import suppress

import typer

from salescli.commands.shared import render
from salescli.context import AppContext
from salescli.diagnostics import error
from salescli.domain.process.spec import SAVED
from salescli.domain.text import printable, slug
from salescli.errors import DecisionNeededError, NotFoundError, RuleError, SalesError
from salescli.services import completion, moves, processes
from salescli.services.answers import Answers
from salescli.services.standing import FieldView, Outcome, Standing, StepView

LATER = "later"
RECOMMENDED = " (recommended)"


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
        standing = outcome.standing


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


def ask_number(title: str, options: Sequence[str], default: int | None = None) -> int:
    """Print numbered options and return the index of the one that is typed, by number or name."""
    typer.echo()
    for number, option in enumerate(options, start=1):
        typer.echo(f"  {number}. {_in_a_line(option)}")
    while True:
        typed = _typed(title, None if default is None else str(default))
        if typed.isdecimal() and 1 <= int(typed) <= len(options):
            return int(typed) - 1
        words = [slug(option.removesuffix(RECOMMENDED)) for option in options]
        if slug(typed) in words:
            return words.index(slug(typed))
        typer.echo(f"Type a number from 1 to {len(options)}, or one of the words.")


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
        at = _typed("When (such as: tue 10)")
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
        context.output.line(f"{field.label}: {_in_a_line(field.value)}", indent=2)
    try:
        for field in step.fields:
            if not field.value:
                _ask_field(context, standing, field, typed)
        while known and (named := _named_field(known)):
            _ask_field(context, standing, named, typed)
    except (typer.Abort, KeyboardInterrupt):
        if typed:
            _keep(context, standing, Answers(assignments=_sets(typed), shown=shown))
        raise
    answers = Answers(result, _sets(typed), seen=standing.place, shown=shown)
    return processes.move_down(context.unit, standing.run, answers)


def _named_field(known: Sequence[FieldView]) -> FieldView | None:
    """Ask which known field is to be changed; None when all are right as they are."""
    names = {slug(word): field for field in known for word in (field.name, field.label)}
    while True:
        typed = _typed("Enter goes on, or name a field to change it", "")
        if not typed:
            return None
        if slug(typed) in names:
            return names[slug(typed)]
        typer.echo("It is one of: " + ", ".join(field.name for field in known))


def _sets(typed: dict[str, str]) -> tuple[str, ...]:
    return tuple(f"{name}={text}" for name, text in typed.items())


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


def _ask_field(
    context: AppContext, standing: Standing, field: FieldView, answers: dict[str, str]
) -> None:
    """Ask for one field until the answer will do, and put it with the answers."""
    star = " (required)" if field.is_required and not field.value else ""
    options = f" [{'|'.join(field.options)}]" if field.options else ""
    known = _in_a_line(field.value)
    while True:
        text = _typed(f"{field.label}{options}{star}", known)
        if text == known:
            text = ""
        sale = standing.run
        problem = processes.problem_with(context.unit, sale, field.name, text) if text else ""
        if problem:
            typer.echo(_in_a_line(problem))
        elif not text and star:
            typer.echo("This one is needed; Ctrl-C leaves the form and keeps the rest.")
        else:
            if text:
                answers[field.name] = text
            return


def _ask_stage(context: AppContext, standing: Standing) -> Outcome | None:
    labels = [
        choice.name + (RECOMMENDED if choice.is_recommended else "") for choice in standing.choices
    ]
    index = ask_number("Next stage", [*labels, LATER], default=1)
    if index == len(standing.choices):
        return None
    choice = standing.choices[index]
    typed: list[str] = []
    while True:
        try:
            sales = [standing.run]
            return moves.change_stage(context.unit, sales, choice.id, typed, seen=standing.place)[0]
        except DecisionNeededError as refusal:
            typed += [f"{name}={_typed(_label(name))}" for name in refusal.choices]


def _typed(question: str, default: str | None = None) -> str:
    return str(
        typer.prompt(_in_a_line(question), default=default, show_default=bool(default))
    ).strip()


def _in_a_line(text: str) -> str:
    """Return text as it may stand in a question: one line that steers no terminal."""
    return printable(text).replace("\n", " ").replace("\t", " ").strip()


def _label(field: str) -> str:
    return field.replace("_", " ").capitalize()
