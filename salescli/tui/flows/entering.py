"""Adding records and parts of a sale, and changing their fields, each in a form."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from salescli.domain.fields import NOUNS
from salescli.domain.moments import say_moment
from salescli.errors import ChangedMeanwhileError
from salescli.services import activities, called, editing, notes, records, sale_parts
from salescli.services.notes import Note
from salescli.services.values import YES
from salescli.tui.addable import New
from salescli.tui.flows.asking import checker_of, fill_in, in_shell, sets_of
from salescli.tui.read_only import writes
from salescli.tui.screens.acting import ActingScreen
from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.form import Form, Typed

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard

LONG_PARTS = ("strengths", "weaknesses")

NAMED_AFTER = {"stakeholder": {"name": "contact"}, "line": {"name": "offer"}}
"""Kind of part -> field -> the record whose name it takes."""


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
async def remove(app: "SalesBoard", reference: str, kinds: Mapping[str, str]) -> None:
    """Ask which part of a sale to remove, of those of some kinds, and remove it.

    `kinds` are kind -> what it is called.
    """
    found = [
        (kind, str(entry["name"]))
        for kind in kinds
        for entry in (await app.desk.look(sale_parts.listing, kind, reference))[0]
    ]
    if not found:
        told = " or ".join(label.casefold() for label in kinds.values())
        app.tell((), (f"It has no {told} to remove",))
        return
    title = f"Remove from {await app.desk.look(called.of, reference)}"
    labels = [f"{kinds[kind]} {name}" for kind, name in found]
    picked = await app.ask(Choice(title, labels, button="Remove"))
    if picked is not None:
        kind, name = found[picked]
        words = in_shell("opportunity", kind, "remove", reference, name)
        app.tell(await app.desk.change(words, sale_parts.remove, kind, reference, name))


@writes
async def remove_note(app: "SalesBoard", reference: str, found: Sequence[Note]) -> None:
    """Ask which note of a sale to remove, and remove it."""
    now = app.desk.context.now()
    labels = [f"{say_moment(one.at, now)} {one.login}: {one.text}" for one in found]
    title = f"Remove a note from {await app.desk.look(called.of, reference)}"
    picked = await app.ask(Choice(title, labels, button="Remove"))
    if picked is not None:
        words = in_shell("note", reference, found[picked].text, "--remove")
        told, _next = await app.desk.change(words, notes.remove, reference, found[picked].text)
        app.tell((told,))


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

    form = Form(
        f"{sheet.reference} {sheet.name}",
        sheet.fields,
        about=f"edit {sheet.reference}",
        is_known=True,
    )
    await fill_in(app, form, take, check=checker_of(app, sheet.noun, sheet.reference))


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
    await fill_in(app, form, take, check=checker_of(app, noun))


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
