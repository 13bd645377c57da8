"""Adding records and parts of a sale, and changing their fields, each in a form."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from salescli.domain.fields import NOUNS
from salescli.errors import ChangedMeanwhileError
from salescli.services import activities, called, editing, records, sale_parts
from salescli.services.values import YES
from salescli.tui.asking import Check, fill_in, in_shell, sets_of
from salescli.tui.read_only import writes
from salescli.tui.screens.acting import ActingScreen
from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.form import Form, Typed

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard

LONG_PARTS = ("strengths", "weaknesses")

NAMED_AFTER = {"stakeholder": {"name": "contact"}, "line": {"name": "offer"}}
"""Kind of part -> field -> the record whose name it takes."""


class New(NamedTuple):
    """Something that can be added: a noun, or a kind of part of the opportunity in `known`."""

    noun: str
    label: str
    known: Mapping[str, str] = {}


ANEW = tuple(
    New(noun, noun.capitalize()) for noun in ("activity", "opportunity", "lead", "account")
)
"""What begins with nothing."""


@writes
async def add(app: "SalesBoard", options: Sequence[New]) -> None:
    """Ask what to add, where there is more than one, and for its fields."""
    picked: int | None = 0
    if len(options) > 1:
        picked = await app.ask(Choice("Add", [one.label for one in options]))
    if picked is None:
        return
    new = options[picked]
    if new.noun in NOUNS:
        await _add_record(app, new)
    else:
        await _add_part(app, new, new.known["opportunity"])


@writes
async def edit(app: "SalesBoard", reference: str) -> None:
    """Show the fields of a record in a form, and save those that are changed."""
    sheet = await app.desk.look(editing.sheet, reference)
    seen = sheet.version

    async def take(typed: Typed) -> bool:
        nonlocal seen
        if not typed.fields:
            return True
        try:
            await _save(app, sheet, typed.assignments, seen)
        except ChangedMeanwhileError as refusal:
            seen = (await app.desk.look(editing.sheet, reference)).version
            refusal.hint = "save once more to put yours in its place"
            raise
        return True

    form = Form(f"{sheet.reference} {sheet.name}", sheet.fields, about=f"edit {sheet.reference}")
    await fill_in(app, form, take, check=_checker(app, sheet.noun, sheet.reference))


async def _save(
    app: "SalesBoard", sheet: editing.Sheet, assignments: tuple[str, ...], version: int
) -> None:
    noun, reference = sheet.noun, sheet.reference
    words = in_shell(noun, "edit", reference, *sets_of(assignments))
    if noun == "activity":
        await app.change(words, activities.edit, reference, assignments, if_version=version)
        return
    record, told = await app.desk.change(
        words, records.edit, noun, reference, assignments, if_version=version
    )
    app.tell((f"Changed `{record.reference}` {record.name}", *told))


async def _add_record(app: "SalesBoard", new: New) -> None:
    noun, page = new.noun, app.screen

    async def take(typed: Typed) -> bool:
        said = {**new.known, **typed.fields}
        name = said.pop("name")
        assignments = tuple(f"{field}={text}" for field, text in said.items() if text)
        words = in_shell(noun, "add", name, *sets_of(assignments))
        if noun == "activity":
            await app.change(words, activities.add, name, assignments)
            return True
        record, told = await app.desk.change(words, records.add, noun, name, assignments)
        if isinstance(page, ActingScreen):
            page.seek(record.reference, str(record.values.get("stage", "")))
        app.tell((f"Added {noun} `{record.reference}` {record.name}", *told))
        return True

    form = Form(
        " · ".join((f"New {noun}", *new.known.values())),
        editing.blank(noun, new.known),
        about=" ".join(("add", noun, *new.known.values())),
        button="Add",
    )
    await fill_in(app, form, take, check=_checker(app, noun))


async def _add_part(app: "SalesBoard", new: New, reference: str) -> None:
    kind = new.noun

    async def take(typed: Typed) -> bool:
        given = dict(typed.fields)
        name = given.pop("name")
        recomputes = given.pop(editing.RECOMPUTE, "").casefold() in YES
        options = [f"--{detail}={text}" for detail, text in given.items()]
        options += ["--recompute"] if recomputes else []
        told = await app.desk.change(
            in_shell("opportunity", kind, "add", reference, name, *options),
            sale_parts.save,
            kind,
            reference,
            name,
            given,
            must_exist=False,
            recomputes=recomputes,
        )
        app.tell(told)
        return True

    async def check(field: str, text: str) -> str:
        return await app.desk.look(editing.problem_with_part, field, text)

    form = Form(
        f"{new.label} · {await app.desk.look(called.of, reference)}",
        await app.desk.look(editing.of_part, kind, reference),
        about=f"add {kind} {reference}",
        long=LONG_PARTS,
    )
    await fill_in(app, form, take, check=check, names=NAMED_AFTER.get(kind, {}))


def _checker(app: "SalesBoard", noun: str, reference: str = "") -> Check:
    async def check(field: str, text: str) -> str:
        return await app.desk.look(editing.problem_with, noun, reference, field, text)

    return check
