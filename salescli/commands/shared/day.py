"""Bare `sales`: the day at a glance."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from salescli.context import AppContext
from salescli.domain.activity import Activity
from salescli.domain.agenda import QuietSale, WaitingSale
from salescli.domain.moments import say_moment
from salescli.output import Output
from salescli.services.planned import as_document
from salescli.services.sessions import start_command
from salescli.services.today import SHOWN, Today, explain, today

if TYPE_CHECKING:
    from salescli.domain.figures import Figure

WAITS = {
    "form": "waits for your answer",
    "put off": "put off",
    "standby": "waits for its activity",
    "choose": "its next stage is to be chosen",
}


def show(context: AppContext, *, explains: bool = False) -> None:
    """Show what is overdue, due today, waiting and quiet."""
    found = today(context.unit, counts=explains)
    figures = explain(found) if explains else []
    output = context.output
    if output.as_json:
        output.document(_document(found) | _explained(figures))
        return
    _show_sections(context, found)
    if explains:
        from salescli.commands.shared import explained

        explained.show(output, figures)


def _explained(figures: Sequence["Figure"]) -> dict[str, Any]:
    if not figures:
        return {}
    from salescli.domain.figures import as_documents

    return {"explain": as_documents(figures)}


def _show_sections(context: AppContext, found: Today) -> None:
    output = context.output
    if found.is_empty:
        output.line("Nothing is planned for today.")
        from salescli.services.next_thing import next_thing

        coming = next_thing(context.unit)
        if coming:
            output.line(
                "Coming: " + ", ".join(filter(None, (coming.what, coming.about, coming.why)))
            )
        output.line("Next: " + ("sales next" if coming else start_command(context.unit)))
        return
    _section(output, "Overdue", [_activity(a, found) for a in found.overdue])
    _section(output, "Today", [_activity(a, found) for a in found.due_today])
    _section(output, "Waiting", [_waiting(w, found) for w in found.waiting])
    _section(output, "Quiet", [_quiet(q, found) for q in found.quiet])
    output.line("Next: sales next")


def _section(output: Output, title: str, rows: Sequence[tuple[str, ...]]) -> None:
    if not rows:
        return
    output.line(
        f"{title} ({len(rows) if len(rows) <= SHOWN else f'more than {SHOWN}'})", style="bold"
    )
    output.table(("When", "What", "", "About"), rows[:SHOWN], titles=("What", ""))
    output.line()


def _activity(activity: Activity, found: Today) -> tuple[str, ...]:
    when = say_moment(activity.due.astimezone(found.now.tzinfo), found.now) if activity.due else ""
    about = f"{activity.opportunity or activity.run} {activity.about}".strip()
    return when, activity.reference, activity.name, about


def _waiting(sale: WaitingSale, found: Today) -> tuple[str, ...]:
    until = (
        f" until {say_moment(sale.until.astimezone(found.now.tzinfo), found.now)}"
        if sale.until
        else ""
    )
    return WAITS[sale.state] + until, sale.reference, sale.stage, sale.title


def _quiet(sale: QuietSale, found: Today) -> tuple[str, ...]:
    since = say_moment(sale.since.astimezone(found.now.tzinfo), found.now)
    return f"since {since}", sale.reference, sale.stage, sale.title


def _document(found: Today) -> dict[str, Any]:
    return {
        "now": found.now.isoformat(),
        "overdue": [as_document(a) for a in found.overdue],
        "today": [as_document(a) for a in found.due_today],
        "waiting": [{n: v for n, v in w._asdict().items() if n != "run"} for w in found.waiting],
        "quiet": [q._asdict() for q in found.quiet],
    }
