"""What is said with the end of a sale, and what a person is asked before it."""

from collections.abc import Sequence

from salescli.context import AppContext
from salescli.services import moves
from salescli.services.ending_questions import Questions, before_ending
from salescli.services.endings import NO_DECISION, Closing
from salescli.services.said import Said, ending_of, prepared
from salescli.services.standing import Outcome

LEAVING = "Ctrl-C leaves the sale open"


def close(
    context: AppContext,
    references: Sequence[str],
    ending: str,
    said: Said,
    assignments: Sequence[str],
) -> list[Outcome]:
    """End sales, after questions where a person can answer; empty if they are kept open.

    Raises:
        NotFoundError: a sale cannot end so.
        UsageError: two of the options say the opposite, or belong to another ending.
    """
    sets, closing = prepared(ending_of(ending), said, assignments)
    outcomes = end(context, references, ending, sets, closing=closing)
    if not outcomes:
        context.output.line("Nothing was closed.")
    return outcomes


def end(
    context: AppContext,
    references: Sequence[str],
    stage: str,
    sets: Sequence[str],
    *,
    closing: Closing | None = None,
    seen: str = "",
) -> list[Outcome]:
    """Take sales to a stage; before an ending a person is asked for what nobody has said yet.

    It is empty if the sales are to stay open.
    """
    closing = closing or Closing()
    if context.is_interactive:
        given = [one.partition("=")[0].strip().replace("-", "_") for one in sets]
        questions = before_ending(context.unit, references, stage, given)
        sets = [*sets, *_answers(context, references[0], questions)]
        if questions.stale and not closing.is_confirmed:
            mended = _freshened(context, references[0], questions)
            if mended is None:
                return []
            sets = [*sets, *mended[0]]
            closing = closing._replace(is_confirmed=mended[1])
    return moves.change_stage(context.unit, references, stage, sets, seen=seen, closing=closing)


def _answers(context: AppContext, sale: str, questions: Questions) -> list[str]:
    """Ask for the fields of an ending, and for the name of what takes the place of the old one."""
    from salescli.commands.shared import asking

    if questions.competitors:
        context.output.line("Competitors:", indent=2)
    for told in questions.competitors:
        context.output.line(told, indent=2)
    answers: dict[str, str] = {}
    asked = [
        field._replace(label=f"{field.label}, or `{NO_DECISION}`")
        if field.name == "competitor"
        else field
        for field in questions.fields
    ]
    asking.ask_fields(context, sale, asked, answers, leaving=LEAVING)
    if questions.successor:
        name = asking.prompt("Name of the new opportunity", asking.in_a_line(questions.successor))
        if name != asking.in_a_line(questions.successor):
            answers["name"] = name
    return list(asking.assignments(answers))


def _freshened(
    context: AppContext, sale: str, questions: Questions
) -> tuple[list[str], bool] | None:
    """Ask whether what is unset or old is right, or mend it; None when the sale stays open.

    Return what was mended, and whether all is up to date now.
    """
    from salescli.commands.shared import asking
    from salescli.diagnostics import warning

    for stale in questions.stale:
        warning(stale.told)
    options = ["up to date", "mend it now", "later"]
    if not questions.mendable:
        options.remove("mend it now")
    chosen = options[asking.ask_number("Is it up to date", options, default=1)]
    if chosen == "later":
        return None
    if chosen == "up to date":
        return [], True
    answers: dict[str, str] = {}
    asking.ask_fields(context, sale, questions.mendable, answers, leaving=LEAVING)
    sets = list(asking.assignments(answers))
    return sets, questions.are_mended_by(sets)
