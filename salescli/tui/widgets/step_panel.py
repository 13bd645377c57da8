"""Where the process of a sale stands: its open step, the answers by number, the hint."""

from datetime import datetime
from typing import TYPE_CHECKING, cast

from textual.content import Content

from salescli.domain.labels import say_result
from salescli.domain.moments import say_moment
from salescli.domain.text import printable
from salescli.services.standing import FieldView, Standing, StepView
from salescli.tui.texts.cells import safe
from salescli.tui.widgets.passage import Passage

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard

UNGUIDED = "No process guides this sale.\nP runs the corporate sale process from its stage."


class StepPanel(Passage):
    """Shows the open step and what it asks for."""

    def show(self, standing: Standing | None, now: datetime) -> None:
        """Show where a sale stands; None where no process guides it."""
        from salescli.tui.keys.in_keys import hint_in_keys

        step = standing.step if standing is not None else None
        hint = hint_in_keys(cast("SalesBoard", self.app), step.hint) if step is not None else ""
        self.put(_content(standing, hint, now))

    @staticmethod
    def answers(standing: Standing | None) -> int:
        """Return how many answers can be given by number."""
        if standing is None or standing.state != "running":
            return 0
        if standing.step is None:
            return len(standing.choices)
        return len(standing.step.results)


def _content(standing: Standing | None, hint: str, now: datetime) -> Content:
    if standing is None:
        return Content(UNGUIDED)
    if standing.state != "running":
        why = f": {standing.reason}" if standing.reason else ""
        return Content.assemble((safe(f"{standing.stage_name}{why}"), "bold"))
    visit = f" (visit {standing.visit})" if standing.visit > 1 else ""
    head = Content.assemble((f"▸ {safe(standing.stage_name)}{visit}\n", "bold"))
    step = standing.step
    body = _choices(standing) if step is None else _step(step, hint, now)
    known = _exit_list(standing)
    return Content("\n").join([part for part in (head, body, known) if part])


def _step(step: StepView, hint: str, now: datetime) -> Content:
    due = f", due {say_moment(step.due, now)}" if step.due else ""
    attempt = f" (attempt {step.attempt})" if step.attempt > 1 else ""
    title = safe(f"{step.activity} {step.name}{attempt}".strip())
    parts: list[str | Content | tuple[str, str]] = [(f"{title}{due}\n", "bold")]
    if step.kind == "wait":
        parts.append(f"It waits for {safe(step.waits_for or 'a signal')}.\n")
    parts += [f"{printable(hint)}\n"] if hint else []
    parts += [_told(field) for field in (*step.shows, *step.fields)]
    parts += [f"{link.name}: {link.to}\n" for link in step.links]
    if step.kind == "form":
        parts.append("\nEnter fills the form.")
    else:
        parts += [_answer(n, say_result(one)) for n, one in enumerate(step.results, start=1)]
    return Content.assemble(*parts)


def _told(field: FieldView) -> str:
    star = " (required)" if field.is_required and not field.value else ""
    return f"{safe(field.label)}: {safe(field.value) or '-'}{star}\n"


def _choices(standing: Standing) -> Content:
    return Content.assemble(
        "The stage has ended; choose the next one.",
        *(
            _answer(number, choice.name + (" (recommended)" if choice.is_recommended else ""))
            for number, choice in enumerate(standing.in_order, start=1)
        ),
    )


def _answer(number: int, text: str) -> Content:
    """Return an answer with its number; a click gives it."""
    line = f"\n[@click=screen.answer({number})]{number:2}. $text[/]"
    return Content.from_markup(line, text=safe(text))


def _exit_list(standing: Standing) -> Content:
    if standing.completeness is None:
        return Content("")
    open_fields = [field.label for field in standing.exit_list if not field.value]
    missing = f", without {', '.join(open_fields)}" if open_fields else ""
    return Content("\n" + safe(f"Exit list {standing.completeness} %{missing}"))
