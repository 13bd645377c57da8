"""Asking in a form: it stays open until its answer is taken, and a draft is left of what is not."""

import shlex
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from salescli.domain.labels import labelled, without_options
from salescli.domain.text import printable
from salescli.errors import SalesError
from salescli.services import completion, editing, processes
from salescli.services.standing import FieldView
from salescli.tui.keys.in_keys import in_keys
from salescli.tui.widgets.form import Complete, Form, Typed

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard

Answer = TypeVar("Answer")
Check = Callable[[str, str], Awaitable[str]]
"""Field and text -> what is wrong with it, or an empty text."""

NEEDED = "This one is needed"

KEPT_DRAFT = "Kept what you typed, for when you open this form again"
KEPT_LINE = "Kept what you typed as a line: : and ↑ show it, Enter gives it to the sale"

Take = Callable[[Typed], Awaitable[Answer | None]]
"""Does what was asked for; None where that was left after all."""


async def no_check(_field: str, _text: str) -> str:
    """Leave it to whoever takes the answer to refuse it."""
    return ""


def checker(app: "SalesBoard", reference: str) -> Check:
    """Return a check of the fields of a sale."""

    async def check(field: str, text: str) -> str:
        return await app.desk.look(processes.problem_with, reference, field, text)

    return check


def checker_of(app: "SalesBoard", noun: str, reference: str = "") -> Check:
    """Return a check of the fields of a record, new where it has no handle."""

    async def check(field: str, text: str) -> str:
        return await app.desk.look(editing.problem_with, noun, reference, field, text)

    return check


def completer(app: "SalesBoard", names: Mapping[str, str]) -> Complete:
    """Return what completes the names of records; `names` has what those of a field are."""

    async def complete(field: str, begun: str) -> completion.Names:
        with suppress(SalesError):
            return await app.desk.look(completion.names, field, begun, names.get(field, ""))
        return completion.NONE

    return complete


async def fill_in(
    app: "SalesBoard",
    form: Form,
    take: Take[Answer],
    *,
    check: Check = no_check,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Answer | None:
    """Ask in a form until what was typed is taken, or the form is left.

    What is typed and not taken stays as a draft, as it was typed.
    `names` says of which record the name in a field is, where the field itself does not.
    """
    form.draft = app.drafts.of(form.about)
    form.complete = completer(app, names)
    try:
        await app.show(form)
        while True:
            with app.keys.free():
                typed = await form.answer()
            if not typed.is_saved:
                _leave(app, form)
                return None
            problems = {
                name: in_keys(app, problem)
                for name, problem in (await _problems(form, typed, check)).items()
            }
            form.refuse(problems)
            if problems:
                continue
            try:
                answer = await take(typed)
            except SalesError as refusal:
                _refuse(form, told(app, refusal))
                app.refill()
                continue
            app.drafts.keep(form.about, {} if answer is not None else typed.fields)
            return answer
    finally:
        form.close()


async def _problems(form: Form, typed: Typed, check: Check) -> dict[str, str]:
    """Return what is wrong by field."""
    problems = {}
    for field in form.fields:
        text = typed.fields.get(field.name)
        if text:
            problem = await check(field.name, text)
        else:
            is_missing = field.is_required and (text is not None or not field.value)
            problem = NEEDED if is_missing else ""
        if problem:
            problems[field.name] = problem
    return problems


def _leave(app: "SalesBoard", form: Form) -> None:
    app.drafts.keep(form.about, {} if form.is_over else form.typed)
    if form.typed:
        app.tell((KEPT_LINE if form.is_over else KEPT_DRAFT,))


def _refuse(form: Form, text: str) -> None:
    """Tell a refusal below the only field, or above them all."""
    if len(form.fields) == 1:
        form.refuse({form.fields[0].name: text})
    else:
        form.refuse({}, text)


def text_form(
    title: str,
    about: str,
    label: str,
    button: str,
    *,
    note: str = "",
    is_long: bool = False,
    is_required: bool = True,
) -> Form:
    """Return a form with one field."""
    field = FieldView("text", label, is_required, value="")
    long = {"text"} if is_long else set()
    return Form(title, [field], about=about, note=note, button=button, long=long)


async def ask_text(app: "SalesBoard", form: Form, take: Callable[[str], Awaitable[Any]]) -> None:
    """Ask for the text of a form with one field, and do something with it."""

    async def take_text(typed: Typed) -> bool:
        await take(typed.fields.get(form.fields[0].name, ""))
        return True

    await fill_in(app, form, take_text)


def told(app: "SalesBoard", refusal: SalesError) -> str:
    """Return a refusal as it is shown: what happened, and a way out by the keys of the screen."""
    text = "\n".join(filter(None, (refusal.message, refusal.hint)))
    return printable(in_keys(app, labelled(without_options(text))))


def sets_of(assignments: Sequence[str]) -> list[str]:
    """Return assignments as a command takes them."""
    return [word for one in assignments for word in ("--set", one)]


def in_shell(*words: str) -> str:
    """Return what does the same on a shell, for the history."""
    return shlex.join(["sales", *words])
