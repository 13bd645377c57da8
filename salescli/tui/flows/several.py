"""What a key does to all that is marked: one question, one change set, and what came of each.

`SEVERAL` says which keys do; all others act on what the cursor is on, whatever is marked.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from salescli.domain.batch import CONTINUE, FAILED, Result
from salescli.domain.labels import say_result
from salescli.domain.reference import parse_handle
from salescli.domain.text import clean, few
from salescli.errors import RuleError, SalesError
from salescli.services import batch, batch_files, moves, together
from salescli.services.ending_questions import before_ending
from salescli.tui.flows.asking import ask_text, checker, checker_of, fill_in, text_form
from salescli.tui.flows.moving import ask_to_cancel, with_no_decision
from salescli.tui.read_only import require_writing
from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.form import Form, Typed
from salescli.tui.widgets.pop_up import PopUp

if TYPE_CHECKING:
    from salescli.tui.screens.marking import MarkingScreen

MOST_NAMED = 3
"""So many are named in the history, and told of one by one where all went well."""

SALES = frozenset({"opportunity", "run"})


class Several:
    """What is marked on a screen, and how to do the same to all of it."""

    def __init__(self, screen: "MarkingScreen") -> None:
        self.screen = screen
        self.app = screen.board
        self.handles = screen.marked.handles
        hidden = [screen.called(one) for one in self.handles if one in screen.marked.hidden]
        self._left: tuple[str, str] | None = None
        self._alone: tuple[str, ...] = ()
        self.note = (
            f"Hidden by the filter and meant too: {few(hidden, MOST_NAMED)}" if hidden else ""
        )

    @property
    def about(self) -> str:
        """What is marked, for the draft of a form."""
        return f"{' '.join(self.handles[:MOST_NAMED])} {len(self.handles)}"

    def titled(self, verb: str, count: int | None = None) -> str:
        """Return a verb with how many of what it is about."""
        many = len(self.handles) if count is None else count
        nouns = {parsed[0] for parsed in map(parse_handle, self.handles) if parsed}
        noun = "sale" if nouns <= SALES else nouns.pop() if len(nouns) == 1 else "thing"
        plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
        return f"{verb} {many:,} {noun if many == 1 else plural}"

    def noted(self, *told: str) -> str:
        """Return what is told with a question, after what the filter hides."""
        return "\n".join(filter(None, (self.note, *told)))

    def leave_alone(self, handles: Sequence[str], already: str) -> None:
        """Do nothing to some of it, and tell with what is done to the others what they are already.

        Raises:
            RuleError: nothing else is marked.
        """
        if not handles:
            return
        who = few([f"`{one}`" for one in handles], MOST_NAMED)
        told = f"{who} {'is' if len(handles) == 1 else 'are'} {already} already"
        if len(handles) == len(self.handles):
            raise RuleError(told, hint="mark others; with no mark a stage can be begun again")
        self.handles = tuple(one for one in self.handles if one not in handles)
        self._alone = (told,)

    async def do(self, action: str, done: str, words: Sequence[str] = (), **given: Any) -> None:
        """Do an action of a batch to all of it, and tell what came of that.

        Raises:
            RuleError: nothing could be done.
        """
        report = await self.app.desk.change(
            self._in_history(action, words),
            batch.run,
            batch_files.named(action, given, self.handles),
            on_error=CONTINUE,
            confirmed=len(self.handles),
        )
        failed = [one for one in report.results if one.outcome == FAILED]
        if len(failed) == len(self.handles):
            raise RuleError("Nothing was done", hint=self._reasons(failed, are_all=True))
        self.screen.show_marks(self.screen.marked.among([one.ref for one in failed]))
        title = self.titled(done, len(self.handles) - len(failed))
        told = [title] if len(self.handles) > MOST_NAMED else [r.message for r in report.results]
        self.app.tell(() if failed else told, self._alone)
        self._left = (f"{title}, of {len(self.handles)}", self._reasons(failed)) if failed else None

    def _in_history(self, action: str, words: Sequence[str]) -> str:
        """Return what is done in words: no command of the shell does all of it to several."""
        named = few(self.handles, MOST_NAMED)
        return clean(f"{action} {named}" + "".join(f": {word}" for word in words))

    def _reasons(self, failed: Sequence[Result], *, are_all: bool = False) -> str:
        """Return why each was refused; what is shared stands once, and alone where it is of all."""
        shared: dict[str, list[str]] = {}
        for one in failed:
            reason = "; ".join(filter(None, (one.message, one.hint)))
            shared.setdefault(reason, []).append(self.screen.called(one.ref))
        if are_all and len(shared) == 1:
            return next(iter(shared))
        return "\n".join(f"{', '.join(names)}: {reason}" for reason, names in shared.items())

    def as_shown(self, text: str) -> str:
        """Return a text that calls what is marked as the screen does."""
        for handle in self.handles:
            text = text.replace(f"`{handle}`", f"`{self.screen.called(handle)}`")
        return text

    async def tell_left(self) -> None:
        """Tell what could not be done, and why."""
        if self._left is not None:
            title, reasons = self._left
            text = f"What could not be done is still marked:\n\n{reasons}"
            await self.app.ask(PopUp(title, text))


async def _ask_text(
    several: Several, action: str, key: str, label: str, verbs: tuple[str, str, str], **form: Any
) -> None:
    """Ask for the text that an action gives to all, under a key of its row.

    `verbs` are what is asked for, what was done, and what the button says.
    """

    async def take(text: str) -> None:
        words = [text] if text else []
        await several.do(action, verbs[1], words, **({key: text} if text else {}))

    title, about = several.titled(verbs[0]), f"{action} {several.about}"
    form.setdefault("note", several.note)
    await ask_text(several.app, text_form(title, about, label, verbs[2], **form), take)


async def schedule(several: Several) -> None:
    """Ask for a time and give it to all."""
    verbs = ("Schedule", "Scheduled", "Schedule")
    await _ask_text(several, "schedule", "at", "When, such as: tue 10", verbs)


async def postpone(several: Several) -> None:
    """Ask until when, and put all off; whose process that takes back stands in the question."""
    told = await several.app.desk.look(together.before_postponing, several.handles)
    verbs = ("Postpone", "Postponed", "Postpone")
    label = "Until, such as: +2 days"
    await _ask_text(several, "postpone", "until", label, verbs, note=several.noted(told))


async def cancel(several: Several) -> None:
    """Cancel all; how many stages that ends early stands in the question."""
    early = await several.app.desk.look(together.before_canceling, several.handles)
    form = {"note": several.noted(early), "is_long": True, "is_required": False}
    await _ask_text(
        several, "cancel", "reason", "Why", ("Cancel", "Canceled", "Cancel them"), **form
    )


async def write_note(several: Several) -> None:
    """Ask for a note and write it on each."""
    verbs = ("Write a note on", "Wrote a note on", "Write it")
    await _ask_text(several, "note", "text", "Note", verbs, is_long=True)


async def complete(several: Several) -> None:
    """Ask for the result that all of them get."""
    results = await several.app.desk.look(together.results, several.handles)
    options = [say_result(one) for one in results]
    picked = await several.app.ask(Choice(several.titled("Complete"), options, note=several.note))
    if picked is not None:
        await several.do("done", "Completed", [results[picked]], result=results[picked])


async def move(several: Several) -> None:
    """Ask for the stage or the ending that all of them move to, of the first one's process."""
    stages = await several.app.desk.look(moves.stages_of, several.handles[0])
    names = [stage.name for stage in stages]
    picked = await several.app.ask(Choice(f"{several.titled('Move')} to", names, note=several.note))
    if picked is None:
        return
    stage = stages[picked]
    there = await several.app.desk.look(together.standing, several.handles, stage.id)
    several.leave_alone(there, f"in {stage.name}")
    if not await _may_cancel(several, stage.id):
        return
    if stage.ending:
        await _end(several, stage.ending, stage.name)
    else:
        await several.do("stage", "Moved", [stage.id], stage=stage.id)


async def _may_cancel(several: Several, stage: str) -> bool:
    """Ask whether the appointments may end that a move of all cancels, where there are any."""
    ended = await several.app.desk.look(together.appointments, several.handles, stage)
    if not ended:
        return True
    more = len(ended) - MOST_NAMED
    told = [f"  {one}" for one in ended[:MOST_NAMED]] + ([f"  and {more} more"] if more > 0 else [])
    note = several.noted("This cancels:", *told)
    return await ask_to_cancel(several.app, f"{several.titled('Move')}?", note)


async def _end(several: Several, ending: str, name: str) -> None:
    """End all sales so; what every ending needs is asked for once."""
    questions = await several.app.desk.look(before_ending, several.handles, ending, ())
    title = f"{several.titled('End')}: {name}"
    given: dict[str, Any] = {"ending": ending}
    if questions.stale:
        told = [one.what for one in questions.stale]
        note = several.noted(*dict.fromkeys(told))
        picked = await several.app.ask(Choice(title, ["all is up to date", "later"], note=note))
        if picked != 0:
            return
        given["confirmed"] = "yes"

    async def take(typed: Typed) -> bool:
        await several.do("close", "Ended", [ending], **given, set=dict(typed.fields))
        return True

    if not questions.fields:
        await take(Typed({}, is_saved=True))
        return
    fields = [with_no_decision(field) for field in questions.fields]
    form = Form(title, fields, about=f"{ending} {several.about}", note=several.note)
    await fill_in(several.app, form, take, check=checker(several.app, several.handles[0]))


async def edit(several: Several) -> None:
    """Ask which field, and give it to all of them."""
    noun, fields = together.fields(several.handles)
    title = several.titled("Change")
    picked = await several.app.ask(
        Choice(title, [field.label for field in fields], note=several.note)
    )
    if picked is None:
        return
    field = fields[picked]._replace(is_required=True)

    async def take(typed: Typed) -> bool:
        await several.do("set", "Changed", typed.assignments, set=dict(typed.fields))
        return True

    form = Form(title, [field], about=f"edit {field.name} {several.about}", note=several.note)
    await fill_in(several.app, form, take, check=checker_of(several.app, noun))


SEVERAL: dict[str, Callable[[Several], Coroutine[Any, Any, None]]] = {
    "schedule": schedule,
    "postpone": postpone,
    "cancel": cancel,
    "write_note": write_note,
    "complete": complete,
    "move_down": complete,
    "move": move,
    "edit": edit,
}
"""What a key does -> how it does that to all that is marked."""


async def act(screen: "MarkingScreen", name: str) -> None:
    """Do what a key does to all that is marked on a screen."""
    require_writing(screen.board.desk.context)
    several = Several(screen)
    try:
        await SEVERAL[name](several)
    except SalesError as refusal:
        refusal.message = several.as_shown(refusal.message)
        raise
    await several.tell_left()
