"""What several keys of the board have in common: a question or two, one change, and its answer.

Each runs in a worker of the screen that it was begun on. A refusal is a notification, and a
question that is left changes nothing.
"""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from salescli.domain.fields import AWAITING_SALE
from salescli.domain.labels import say_result
from salescli.domain.process.spec import SAVED
from salescli.errors import ChangedMeanwhileError
from salescli.services import (
    activities,
    called,
    hints,
    meanwhile,
    notes,
    processes,
    records,
    scheduling,
)
from salescli.services.answers import Answers
from salescli.services.opportunity_page import page
from salescli.services.standing import Outcome, Standing, StepView
from salescli.services.targets import has_ended
from salescli.tui.flows.asking import ask_text, checker, fill_in, in_shell, sets_of, text_form
from salescli.tui.flows.moving import to_stage
from salescli.tui.flows.running import pick_process
from salescli.tui.keys.in_keys import hint_in_keys, in_keys
from salescli.tui.lines import known_lines
from salescli.tui.read_only import writes
from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.form import Form, Typed
from salescli.tui.widgets.pop_up import NO_HINT, PopUp

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard

Flow = Callable[["SalesBoard", str], Coroutine[Any, Any, None]]
"""A flow about one reference."""

SCHEDULE = "schedule it"


@writes
async def complete(app: "SalesBoard", reference: str) -> None:
    """Ask for the result of what is open, then go on as far as the sale wants answers now."""
    if reference.startswith("ACT-"):
        activity = await app.desk.look(activities.show, reference)
        if activity.step_visit is None:
            await _complete_apart(app, reference)
            return
        reference = activity.opportunity or activity.run
    found = await app.desk.look(page, reference)
    if found.standing is None:
        await pick_process(app, opportunity=found.reference)
    else:
        await guide(app, found.standing)


async def move_down(app: "SalesBoard", reference: str) -> None:
    """Take up a step that was put off, and walk on from there."""
    words = in_shell("continue", reference)
    outcome = await app.desk.change(words, processes.move_down, reference, Answers())
    app.tell(outcome.changes, outcome.warnings)
    await guide(app, outcome.standing)


@writes
async def guide(
    app: "SalesBoard", standing: Standing, picked: int | None = None, *, typed: str = ""
) -> None:
    """Walk through a sale; `picked` answers the first question, `typed` begins its number.

    Raises:
        RuleError: it has ended before.
    """
    if standing.state != "running":
        raise has_ended(standing.reference)
    while standing.state == "running":
        outcome = await _ask(app, standing, picked, typed)
        if outcome is None:
            return
        app.tell(outcome.changes, outcome.warnings)
        standing, picked, typed = outcome.standing, None, ""
        if standing.step is not None and standing.step.kind in {"activity", "wait"}:
            return


async def _ask(
    app: "SalesBoard", standing: Standing, picked: int | None, typed: str
) -> Outcome | None:
    step = standing.step
    if step is None:
        return await _ask_stage(app, standing, picked, typed)
    if step.kind == "wait":
        await _awaited(app, step)
        return None
    if step.kind == "form":
        return await _fill(app, standing, step, SAVED)
    options = [*step.results, SCHEDULE] if step.activity else [*step.results]
    if picked is None:
        title = f"{step.name} · {standing.title}"
        asked = [say_result(one) for one in options]
        picked = await app.ask(Choice(title, asked, note=hint_in_keys(app, step.hint), typed=typed))
    if picked is None or picked >= len(options):
        return None
    if options[picked] == SCHEDULE:
        await schedule(app, step.activity)
        return None
    return await _fill(app, standing, step, options[picked])


async def _awaited(app: "SalesBoard", step: StepView) -> None:
    if step.activity:
        await _complete_apart(app, step.activity)
    else:
        app.notify(f"{step.name} waits for a signal", markup=False)


async def _complete_apart(app: "SalesBoard", reference: str) -> None:
    """Complete an activity that no step stands on."""
    name = await app.desk.look(called.open_thing, reference)
    options = await app.desk.look(activities.results, reference)
    hint = hint_in_keys(app, (await app.desk.look(hints.of, reference)).hint)
    picked = await app.ask(Choice(name, [say_result(one) for one in options], note=hint))
    if picked is None:
        return

    async def take(said: str) -> None:
        words = in_shell("done", reference, options[picked], *(["-m", said] if said else []))
        await app.change(words, processes.complete, reference, Answers(options[picked]), said)

    form = text_form(
        name,
        f"done {reference}",
        "What was said or done",
        "Complete",
        is_long=True,
        is_required=False,
    )
    await ask_text(app, form, take)


async def _fill(
    app: "SalesBoard", standing: Standing, step: StepView, result: str
) -> Outcome | None:
    """Ask for the fields of a step where one is empty, and close it with a result."""
    shown = {field.name: field.stored for field in step.fields}
    sale, place = standing.run, standing.place
    form = Form(
        f"{step.name} · {standing.title}",
        step.fields,
        about=f"{sale} {step.id}",
        note=hint_in_keys(app, step.hint),
    )

    async def take(typed: Typed) -> Outcome | None:
        words = in_shell("done", standing.reference, result, *sets_of(typed.assignments))
        answers = Answers(result, typed.assignments, seen=place, shown=shown, is_whole=True)
        try:
            return await app.desk.change(words, processes.move_down, sale, answers)
        except ChangedMeanwhileError as refusal:
            now = (await app.desk.look(processes.look, sale)).standing
            if now.place == place and now.step is not None:
                shown.update({field.name: field.stored for field in now.step.fields})
                refusal.hint = "save once more to put yours in its place"
            else:
                form.is_over = True
                known_lines.keep(app.lines, meanwhile.kept(sale, typed.assignments))
            raise

    if all(field.value for field in step.fields):
        return await take(Typed({}, is_saved=True))
    return await fill_in(app, form, take, check=checker(app, sale))


async def _ask_stage(
    app: "SalesBoard", standing: Standing, picked: int | None, typed: str
) -> Outcome | None:
    choices = standing.in_order
    if picked is None:
        options = [
            choice.name + (" (recommended)" if choice.is_recommended else "") for choice in choices
        ]
        advised = next((n for n, choice in enumerate(choices) if choice.is_recommended), 0)
        title = f"Next stage · {standing.title}"
        picked = await app.ask(Choice(title, options, typed=typed, marked=advised))
    if picked is None or picked >= len(choices):
        return None
    return await to_stage(app, standing.run, choices[picked].id, seen=standing.place)


@writes
async def schedule(app: "SalesBoard", reference: str) -> None:
    """Ask for a time and give it to what is open."""

    async def take(when: str) -> None:
        words = in_shell("schedule", reference, when)
        await app.change(words, scheduling.schedule, reference, when)

    title = f"Schedule {await app.desk.look(called.open_thing, reference)}"
    label = "When, such as: tue 10"
    await ask_text(app, text_form(title, f"schedule {reference}", label, "Schedule"), take)


@writes
async def postpone(app: "SalesBoard", reference: str) -> None:
    """Ask until when, and put what is open off."""

    async def take(until: str) -> None:
        words = in_shell("postpone", reference, until)
        await app.change(words, scheduling.postpone, reference, until)

    title = f"Postpone {await app.desk.look(called.open_thing, reference)}"
    note = await app.desk.look(scheduling.before_postponing, reference)
    label = "Until, such as: +2 days"
    form = text_form(title, f"postpone {reference}", label, "Postpone", note=note)
    await ask_text(app, form, take)


@writes
async def cancel(app: "SalesBoard", reference: str) -> None:
    """Cancel what is open, after a question where that ends a stage early."""
    question = await app.desk.look(processes.before_canceling, reference)
    name = await app.desk.look(called.open_thing, reference)
    if question:
        options = ["keep it", "cancel it"]
        picked = await app.ask(Choice(f"Cancel {name}?", options, note=in_keys(app, question)))
        if picked != 1:
            return

    async def take(reason: str) -> None:
        words = in_shell("cancel", reference, *(["-m", reason] if reason else []))
        await app.change(words, processes.cancel, reference, reason)

    form = text_form(
        f"Cancel {name}", f"cancel {reference}", "Why", "Cancel it", is_long=True, is_required=False
    )
    await ask_text(app, form, take)


@writes
async def write_note(app: "SalesBoard", reference: str) -> None:
    """Ask for a note and write it."""

    async def take(text: str) -> None:
        words = in_shell("note", reference, text)
        where, _next = await app.desk.change(words, notes.write, reference, text)
        app.tell((where,))

    title = f"Note on {await app.desk.look(called.of, reference)}"
    form = text_form(title, f"note {reference}", "Note", "Write it", is_long=True)
    await ask_text(app, form, take)


async def await_sale(app: "SalesBoard", reference: str) -> None:
    """Set a lead to awaiting sale, which begins its sale."""
    record, told = await app.desk.change(
        in_shell("lead", "edit", reference, "--status", AWAITING_SALE),
        records.edit,
        "lead",
        reference,
        [f"status={AWAITING_SALE}"],
    )
    if told:
        app.tell((f"Changed `{record.reference}` {record.name}", *told))
    else:
        app.tell((f"`{record.reference}` awaits its sale already",))


async def show_hint(app: "SalesBoard", reference: str) -> None:
    """Show the hint of what is open in a window of its own."""
    hint = await app.desk.look(hints.of, reference)
    links = "".join(f"\n{link.name}: {link.to}" for link in hint.links)
    text = (hint_in_keys(app, hint.hint) or NO_HINT) + (f"\n{links}" if links else "")
    await app.ask(PopUp(hint.step, text))
