"""What several keys of the board have in common: a question or two, one change, and its answer.

Each runs in a worker of the screen that it was begun on. A refusal is a notification, and a
question that is left changes nothing.
"""

import shlex
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from salescli.domain.process.spec import ENDINGS, SAVED
from salescli.errors import DecisionNeededError
from salescli.services import activities, board, hints, moves, notes, processes
from salescli.services.answers import Answers
from salescli.services.ending_questions import before_ending
from salescli.services.endings import NO_DECISION, Closing
from salescli.services.opportunity_page import page
from salescli.services.standing import FieldView, Outcome, Standing, StepView
from salescli.services.starting import Subject
from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.form import Check, Form, Typed
from salescli.tui.widgets.pop_up import PopUp

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard

Flow = Callable[["SalesBoard", str], Coroutine[Any, Any, None]]
"""A flow about one reference."""

SCHEDULE = "schedule it"
ENDING_CHOICES = tuple((ending, f"Closed {ending}") for ending in ENDINGS)
"""How a sale can end, as it is chosen."""

UP_TO_DATE = ("up to date", "mend it now", "later")


async def complete(app: "SalesBoard", reference: str) -> None:
    """Ask for the result of what is open, then go on as far as the sale wants answers now."""
    if reference.startswith("ACT-"):
        activity = await app.desk.look(activities.show, reference)
        if activity.step_visit is None:
            await _complete_apart(app, reference, activity.name)
            return
        reference = activity.opportunity or activity.run
    found = await app.desk.look(page, reference)
    if found.standing is None:
        await app.pick_process(opportunity=found.reference)
    else:
        await guide(app, found.standing)


async def move_down(app: "SalesBoard", reference: str) -> None:
    """Take up a step that was put off, and walk on from there."""
    words = _shell("continue", reference)
    outcome = await app.desk.change(words, processes.move_down, reference, Answers())
    app.tell(outcome.changes, outcome.warnings)
    await guide(app, outcome.standing)


async def guide(app: "SalesBoard", standing: Standing, picked: int | None = None) -> None:
    """Walk through a sale; `picked` is the answer to the first question, by its place."""
    while standing.state == "running":
        outcome = await _ask(app, standing, picked)
        if outcome is None:
            return
        app.tell(outcome.changes, outcome.warnings)
        standing, picked = outcome.standing, None
        if standing.step is not None and standing.step.kind in {"activity", "wait"}:
            return


async def _ask(app: "SalesBoard", standing: Standing, picked: int | None) -> Outcome | None:
    step = standing.step
    if step is None:
        return await _ask_stage(app, standing, picked)
    if step.kind == "wait":
        await _awaited(app, step)
        return None
    if step.kind == "form":
        return await _fill(app, standing, step, SAVED)
    options = [*step.results, SCHEDULE] if step.activity else [*step.results]
    if picked is None:
        title = f"{step.name} · {standing.title}"
        picked = await app.push_screen_wait(Choice(title, options, note=step.hint))
    if picked is None or picked >= len(options):
        return None
    if options[picked] == SCHEDULE:
        await schedule(app, step.activity)
        return None
    return await _fill(app, standing, step, options[picked])


async def _awaited(app: "SalesBoard", step: StepView) -> None:
    if step.activity:
        await _complete_apart(app, step.activity, step.waits_for)
    else:
        app.notify(f"{step.name} waits for a signal", markup=False)


async def _complete_apart(app: "SalesBoard", reference: str, name: str) -> None:
    """Complete an activity that no step stands on."""
    options = await app.desk.look(activities.results, reference)
    picked = await app.push_screen_wait(Choice(f"{reference} {name}", options))
    if picked is None:
        return
    typed = await _text(app, name, "text", "What was said or done")
    if typed is None:
        return
    said = typed or ""
    words = _shell("done", reference, options[picked], *(["-m", said] if said else []))
    await app.change(words, processes.complete, reference, Answers(options[picked]), said)


async def _fill(
    app: "SalesBoard", standing: Standing, step: StepView, result: str
) -> Outcome | None:
    """Ask for the fields of a step where one is empty, and close it with a result."""
    typed: Typed | None = Typed({}, is_saved=True)
    shown = {field.name: field.stored for field in step.fields}
    if any(not field.value for field in step.fields):
        title = f"{step.name} · {standing.title}"
        form = Form(title, step.fields, _checker(app, standing.run), note=step.hint)
        typed = await app.push_screen_wait(form)
    assert typed is not None, "a form is always answered"
    answers = Answers(result, typed.assignments, seen=standing.place, shown=shown)
    sets = [word for one in typed.assignments for word in ("--set", one)]
    if not typed.is_saved:
        if typed.fields:
            words = _shell("continue", standing.reference, *sets)
            kept = answers._replace(result="", seen="")
            await app.desk.change(words, processes.keep_typed, standing.run, kept)
            app.tell(("Kept what you typed; the form is still open",))
        return None
    words = _shell("done", standing.reference, result, *sets)
    return await app.desk.change(words, processes.move_down, standing.run, answers)


async def _ask_stage(app: "SalesBoard", standing: Standing, picked: int | None) -> Outcome | None:
    options = [
        choice.name + (" (recommended)" if choice.is_recommended else "")
        for choice in standing.choices
    ]
    if picked is None:
        picked = await app.push_screen_wait(Choice(f"Next stage · {standing.title}", options))
    if picked is None or picked >= len(options):
        return None
    return await to_stage(app, standing.run, standing.choices[picked].id, seen=standing.place)


async def to_stage(
    app: "SalesBoard", reference: str, stage: str, *, seen: str = ""
) -> Outcome | None:
    """Move a sale to a stage; what the move or the ending needs is asked for in a form."""
    questions = await app.desk.look(before_ending, [reference], stage, ())
    sets: list[str] = []
    closing = Closing()
    fields = tuple(_with_no_decision(field) for field in questions.fields)
    if questions.successor:
        name = "Name of the new opportunity"
        fields += (
            FieldView("name", name, is_required=False, value="", stored=questions.successor),
        )
    if fields:
        note = "\n".join(questions.competitors)
        form = Form(f"{stage} · {reference}", fields, _checker(app, reference), note=note)
        typed = await app.push_screen_wait(form)
        if not typed.is_saved:
            return None
        sets += typed.assignments
    if questions.stale:
        mended = await _freshened(
            app, reference, [one.told for one in questions.stale], questions.mendable
        )
        if mended is None:
            return None
        sets += mended
        closing = closing._replace(is_confirmed=True)
    return await _move(app, reference, stage, sets, closing, seen)


async def _move(
    app: "SalesBoard",
    reference: str,
    stage: str,
    sets: list[str],
    closing: Closing,
    seen: str,
) -> Outcome | None:
    while True:
        words = _shell("stage", reference, stage, *(w for one in sets for w in ("--set", one)))
        try:
            outcomes = await app.desk.change(
                words, moves.change_stage, [reference], stage, sets, seen=seen, closing=closing
            )
        except DecisionNeededError as refusal:
            fields = [
                FieldView(name, _label(name), is_required=True, value="")
                for name in refusal.choices
            ]
            if not fields:
                raise
            form = Form(refusal.message, fields, _checker(app, reference))
            typed = await app.push_screen_wait(form)
            if not typed.is_saved:
                return None
            sets = [*sets, *typed.assignments]
            continue
        return outcomes[0]


async def _freshened(
    app: "SalesBoard", reference: str, told: Sequence[str], mendable: Sequence[FieldView]
) -> list[str] | None:
    """Ask whether what is unset or old is right, or mend it; None when the sale stays open."""
    options = [one for one in UP_TO_DATE if mendable or one != "mend it now"]
    note = "\n".join(told)
    picked = await app.push_screen_wait(Choice("Is it up to date?", options, note=note))
    if picked is None or options[picked] == "later":
        return None
    if options[picked] == "up to date":
        return []
    form = Form("Mend it now", mendable, _checker(app, reference))
    typed = await app.push_screen_wait(form)
    return list(typed.assignments) if typed.is_saved else None


async def choose_stage(
    app: "SalesBoard", reference: str, stages: Sequence[tuple[str, str]]
) -> None:
    """Ask for a stage, an ending among them, and move a sale there."""
    picked = await app.push_screen_wait(Choice("Move to", [name for _id, name in stages]))
    if picked is not None:
        await move(app, reference, stages[picked][0])


async def ask_where(app: "SalesBoard", reference: str) -> None:
    """Ask for one of the stages that the board shows, or an ending, and move a sale there."""
    columns = await app.desk.look(board.columns, board.Shown())
    stages = [(one.stage, one.name) for one in columns]
    await choose_stage(app, reference, [*stages, *ENDING_CHOICES])


async def move(app: "SalesBoard", reference: str, stage: str) -> None:
    """Move a sale to a stage and tell what happened."""
    outcome = await to_stage(app, reference, stage)
    if outcome is not None:
        app.tell(outcome.changes, outcome.warnings)


async def schedule(app: "SalesBoard", reference: str) -> None:
    """Ask for a time and give it to what is open."""
    when = await _text(app, f"Schedule {reference}", "when", "When (such as: tue 10)")
    if when:
        await app.change(_shell("schedule", reference, when), activities.schedule, reference, when)


async def postpone(app: "SalesBoard", reference: str) -> None:
    """Ask until when, and put what is open off."""
    when = await _text(app, f"Postpone {reference}", "until", "Until (such as: +2 days)")
    if when:
        await app.change(_shell("postpone", reference, when), activities.postpone, reference, when)


async def cancel(app: "SalesBoard", reference: str) -> None:
    """Cancel what is open, after a question where that ends a stage early."""
    question = await app.desk.look(processes.before_canceling, reference)
    if question:
        picked = await app.push_screen_wait(
            Choice("Cancel the step?", ["keep it", "cancel it"], note=question)
        )
        if picked != 1:
            return
    reason = await _text(app, f"Cancel {reference}", "reason", "Why")
    if reason is not None:
        words = _shell("cancel", reference, *(["-m", reason] if reason else []))
        await app.change(words, processes.cancel, reference, reason)


async def write_note(app: "SalesBoard", reference: str) -> None:
    """Ask for a note and write it."""
    text = await _text(app, f"Note on {reference}", "note", "Note")
    if text:
        where, _kept = await app.desk.change(
            _shell("note", reference, text), notes.write, reference, text
        )
        app.tell((where,))


async def show_hint(app: "SalesBoard", reference: str) -> None:
    """Show the hint of what is open in a window of its own."""
    hint = await app.desk.look(hints.of, reference)
    links = "".join(f"\n{link.name}: {link.to}" for link in hint.links)
    text = (hint.hint or "There is no hint for this.") + (f"\n{links}" if links else "")
    await app.push_screen_wait(PopUp(hint.step, text))


async def run_process(
    app: "SalesBoard", process: str, *, opportunity: str = "", lead: str = "", anew: bool = False
) -> None:
    """Start a process, or resume the running sale, and walk through its first questions."""
    given = ["--opportunity", opportunity] if opportunity else []
    given += ["--lead", lead] if lead else []
    subject = Subject(opportunity=opportunity, lead=lead)
    outcome = await app.desk.change(
        _shell("run-process", process, *given),
        processes.run_process,
        process,
        subject,
        Answers(),
        anew=anew,
    )
    app.tell(outcome.changes, outcome.warnings)
    app.open_sale(outcome.standing.reference)


async def _text(app: "SalesBoard", title: str, name: str, label: str) -> str | None:
    """Ask for one text; None when the question was left."""

    async def check(_field: str, _text: str) -> str:
        return ""

    field = FieldView(name, label, is_required=False, value="")
    typed = await app.push_screen_wait(Form(title, [field], check))
    return typed.fields.get(name, "") if typed.is_saved else None


def _checker(app: "SalesBoard", reference: str) -> Check:
    async def check(field: str, text: str) -> str:
        return await app.desk.look(processes.problem_with, reference, field, text)

    return check


def _with_no_decision(field: FieldView) -> FieldView:
    if field.name != "competitor":
        return field
    return field._replace(label=f"{field.label}, or `{NO_DECISION}`")


def _label(field: str) -> str:
    return field.replace("_", " ").capitalize()


def _shell(*words: str) -> str:
    return shlex.join(["sales", *words])
