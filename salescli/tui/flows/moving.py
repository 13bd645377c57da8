"""Moving a sale to a stage or an ending, with what either of them asks for."""

from typing import TYPE_CHECKING

from salescli.errors import DecisionNeededError
from salescli.services import called, canceling, moves, stages
from salescli.services.ending_questions import Questions, before_ending
from salescli.services.endings import NO_DECISION, Closing
from salescli.services.standing import FieldView, Outcome
from salescli.tui.flows.asking import checker, fill_in, in_shell, sets_of
from salescli.tui.read_only import writes
from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.form import Form, Typed

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard

MAY_CANCEL = ("move it, and cancel that", "leave everything as it is")

UP_TO_DATE = ("up to date", "mend it now", "later")


@writes
async def to_stage(
    app: "SalesBoard", reference: str, stage: str, *, seen: str = ""
) -> Outcome | None:
    """Move a sale to a stage; what the move or the ending needs is asked for in a form.

    Before it cancels a meeting, or what has its time, it is asked whether it shall.
    """
    if not await _may_cancel(app, reference, stage):
        return None
    questions = await app.desk.look(before_ending, [reference], stage, ())
    fields = tuple(with_no_decision(field) for field in questions.fields)
    if questions.successor:
        name, now = "Name of the new opportunity", questions.successor
        fields += (FieldView("name", name, is_required=False, value=now, stored=now),)

    async def take(typed: Typed) -> Outcome | None:
        sets, closing = list(typed.assignments), Closing()
        if questions.stale:
            mended = await _freshened(app, reference, questions)
            if mended is None:
                app.tell((f"`{reference}` was not moved",))
                return None
            sets += mended[0]
            closing = closing._replace(is_confirmed=mended[1])
        return await _move(app, reference, stage, sets, closing, seen)

    if not fields:
        return await take(Typed({}, is_saved=True))
    where = (await app.desk.look(stages.known)).get(stage, stage)
    name = await app.desk.look(called.of, reference)
    note = "\n".join(questions.competitors)
    about = f"{name.partition(' ')[0]} {stage}"
    form = Form(f"{where} · {name}", fields, about=about, note=note, button="Move")
    return await fill_in(app, form, take, check=checker(app, reference))


async def _may_cancel(app: "SalesBoard", reference: str, stage: str) -> bool:
    """Ask whether the appointments may end that a move cancels, where there are any."""
    ended = await app.desk.look(canceling.before_moving, reference, stage)
    if not ended:
        return True
    title = f"Move {await app.desk.look(called.of, reference)}?"
    return await ask_to_cancel(app, title, f"This cancels {' and '.join(ended)}.")


async def ask_to_cancel(app: "SalesBoard", title: str, note: str) -> bool:
    """Ask whether what a note says may be canceled."""
    picked = await app.ask(Choice(title, MAY_CANCEL, note=note, button="Move"))
    return picked == 0


async def _move(
    app: "SalesBoard",
    reference: str,
    stage: str,
    sets: list[str],
    closing: Closing,
    seen: str,
) -> Outcome | None:
    words = in_shell("stage", reference, stage, *sets_of(sets))
    try:
        outcomes = await app.desk.change(
            words, moves.change_stage, [reference], stage, sets, seen=seen, closing=closing
        )
    except DecisionNeededError as refusal:
        if not refusal.choices:
            raise
        fields = [
            FieldView(name, _label(name), is_required=True, value="") for name in refusal.choices
        ]

        async def take(typed: Typed) -> Outcome | None:
            more = [*sets, *typed.assignments]
            return await _move(app, reference, stage, more, closing, seen)

        about = f"{reference} {stage} {' '.join(refusal.choices)}"
        form = Form(refusal.message, fields, about=about, button="Move")
        return await fill_in(app, form, take, check=checker(app, reference))
    return outcomes[0]


async def _freshened(
    app: "SalesBoard", reference: str, questions: Questions
) -> tuple[list[str], bool] | None:
    """Ask whether what is unset or old is right, or mend it; None when the sale stays open.

    Return what was mended, and whether all is up to date now.
    """
    options = [one for one in UP_TO_DATE if questions.mendable or one != "mend it now"]
    note = "\n".join(one.what for one in questions.stale)
    picked = await app.ask(Choice("Is it up to date?", options, note=note))
    if picked is None or options[picked] == "later":
        return None
    if options[picked] == "up to date":
        return [], True

    async def take(typed: Typed) -> tuple[list[str], bool]:
        return list(typed.assignments), questions.are_mended_by(typed.assignments)

    form = Form("Mend it now", questions.mendable, about=f"{reference} mended")
    return await fill_in(app, form, take, check=checker(app, reference))


@writes
async def ask_where(
    app: "SalesBoard", reference: str, stage: str = "", *, is_ending: bool = False
) -> None:
    """Ask for a stage of its process, an ending among them, and move a sale there.

    `stage` is where the sale stands, and is marked; the cursor begins behind it, or at the endings.
    """
    known = await app.desk.look(moves.stages_of, reference)
    here = next((place for place, one in enumerate(known) if stage in one.ids), -1)
    options = [one.name + (" (now)" if place == here else "") for place, one in enumerate(known)]
    ahead = (here + 1) % len(known)
    if is_ending:
        ahead = next(place for place, one in enumerate(known) if one.ending)
    title = f"Move {await app.desk.look(called.of, reference)} to"
    picked = await app.ask(Choice(title, options, marked=ahead))
    if picked is not None:
        await move(app, reference, known[picked].id)


async def move(app: "SalesBoard", reference: str, stage: str) -> None:
    """Move a sale to a stage and tell what happened."""
    outcome = await to_stage(app, reference, stage)
    if outcome is not None:
        app.tell(outcome.changes, outcome.warnings)


def with_no_decision(field: FieldView) -> FieldView:
    """Return a field; that of the winning competitor says how nobody is named."""
    if field.name != "competitor":
        return field
    return field._replace(label=f"{field.label}, or `{NO_DECISION}`")


def _label(field: str) -> str:
    return field.replace("_", " ").capitalize()
