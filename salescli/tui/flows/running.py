"""Running a process from the board: which one, and for whom."""

from typing import TYPE_CHECKING

from salescli.services import completion, processes
from salescli.services.answers import Answers
from salescli.services.standing import FieldView
from salescli.services.starting import Subject
from salescli.tui.flows.asking import checker_of, fill_in, in_shell, sets_of
from salescli.tui.read_only import writes
from salescli.tui.widgets.choice import Choice
from salescli.tui.widgets.form import Form, Typed

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard


@writes
async def pick_process(app: "SalesBoard", /, **subject: str) -> None:
    """Run the process that is picked, for what is named; leaving the list runs none.

    Where nothing is named a sale begins, and it is asked for whom.
    """
    known = await app.desk.look(completion.startable)
    if not known:
        app.notify("Every process is disabled", severity="error", markup=False)
        return
    title = " ".join(("Run process", *(f"for {one}" for one in subject.values())))
    picked = await app.ask(Choice(title, [name for _process, name in known], button="Run"))
    if picked is None:
        return
    process, name = known[picked]
    if subject:
        await _run(app, process, Subject(**subject))
    else:
        await _begin(app, process, name)


@writes
async def begin(app: "SalesBoard", process: str) -> None:
    """Begin a sale by the process that any spelling of its name means."""
    await _begin(app, *await app.desk.look(processes.to_start, process))


async def _begin(app: "SalesBoard", process: str, name: str) -> None:
    """Ask for whom a sale begins and what it is called; both may stay open."""

    async def take(typed: Typed) -> bool:
        called = tuple(one for one in typed.assignments if one.startswith("name="))
        subject = Subject(account=typed.fields.get("account", ""))
        await _run(app, process, subject, called, anew=True)
        return True

    fields = (
        FieldView("account", "Account, known or new", is_required=False, value=""),
        FieldView("name", "Name, if not the account's", is_required=False, value=""),
    )
    form = Form(f"Run process {name}", fields, about=f"run {process}", button="Run")
    await fill_in(app, form, take, check=checker_of(app, "opportunity"))


async def _run(
    app: "SalesBoard",
    process: str,
    subject: Subject,
    said: tuple[str, ...] = (),
    *,
    anew: bool = False,
) -> None:
    """Run a process for what is named, or resume its running sale, and show its page."""
    named = {noun: reference for noun, reference in subject._asdict().items() if reference}
    given = ["--new"] if anew else []
    given += [word for noun, reference in named.items() for word in (f"--{noun}", reference)]
    outcome = await app.desk.change(
        in_shell("run-process", process, *given, *sets_of(said)),
        processes.run_process,
        process,
        subject,
        Answers(assignments=said),
        anew=anew,
    )
    app.tell(outcome.changes, outcome.warnings)
    app.open_sale(outcome.standing.reference)
