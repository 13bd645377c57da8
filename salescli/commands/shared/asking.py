"""Questions on a terminal: a number or a word of a list, and the fields of a sale."""

from collections.abc import Sequence

import typer

from salescli.context import AppContext
from salescli.domain.text import printable, slug
from salescli.services import processes
from salescli.services.standing import FieldView

RECOMMENDED = " (recommended)"
BACK = "<"
LEAVING = "Ctrl-C leaves the form and keeps the rest"


def ask_number(title: str, options: Sequence[str], default: int | None = None) -> int:
    """Print numbered options and return the index of the one that is typed, by number or name."""
    typer.echo()
    for number, option in enumerate(options, start=1):
        typer.echo(f"  {number}. {in_a_line(option)}")
    while True:
        answer = prompt(title, None if default is None else str(default))
        if answer.isdecimal() and 1 <= int(answer) <= len(options):
            return int(answer) - 1
        words = [slug(option.removesuffix(RECOMMENDED)) for option in options]
        if slug(answer) in words:
            return words.index(slug(answer))
        typer.echo(f"Type a number from 1 to {len(options)}, or one of the words.")


def ask_fields(
    context: AppContext,
    sale: str,
    fields: Sequence[FieldView],
    answers: dict[str, str],
    *,
    leaving: str = LEAVING,
) -> None:
    """Ask for fields of a sale, one after the other, and put what is typed with the answers.

    `<` goes back to the field before, which then shows what was typed.
    """
    if len(fields) > 1:
        context.output.line(f"`{BACK}` goes back to the field before", indent=2)
    at = 0
    while at < len(fields):
        field = fields[at]
        if field.name in answers:
            field = field._replace(value=answers[field.name])
        goes_back = _ask_field(context, sale, field, answers, leaving)
        if goes_back and at == 0:
            typer.echo("This is the first one that is asked for.")
        at = max(at - 1, 0) if goes_back else at + 1


def _ask_field(
    context: AppContext, sale: str, field: FieldView, answers: dict[str, str], leaving: str
) -> bool:
    """Ask for one field until the answer will do.

    Return whether the answer was to go back to the field before.
    """
    star = " (required)" if field.is_required and not field.value else ""
    options = f" [{'|'.join(field.options)}]" if field.options else ""
    known = in_a_line(field.value)
    while True:
        text = prompt(f"{field.label}{options}{star}", known)
        if text == BACK:
            return True
        if text == known:
            text = ""
        problem = processes.problem_with(context.unit, sale, field.name, text) if text else ""
        if problem:
            typer.echo(in_a_line(problem))
        elif not text and star:
            typer.echo(f"This one is needed; {leaving}.")
        else:
            if text:
                answers[field.name] = text
            return False


def prompt(question: str, default: str | None = None) -> str:
    """Return what is typed in answer to a question."""
    return str(
        typer.prompt(in_a_line(question), default=default, show_default=bool(default))
    ).strip()


def in_a_line(text: str) -> str:
    """Return text as it may stand in a question: one line that steers no terminal."""
    return printable(text).replace("\n", " ").replace("\t", " ").strip()


def assignments(answers: dict[str, str]) -> tuple[str, ...]:
    """Return answers as `name=value`."""
    return tuple(f"{name}={text}" for name, text in answers.items())
