"""Lists of activities, for people, pipes and programs."""

from collections.abc import Sequence

from salescli.commands.shared import lists
from salescli.context import AppContext
from salescli.domain.activity import Activity
from salescli.domain.moments import say_moment
from salescli.services import planned


def list_activities(
    context: AppContext,
    *,
    everything: bool = False,
    limit: int | None = None,
    asked: str = "",
    view: str = "",
) -> None:
    """Show activities: my open ones, all, or those that meet a condition."""
    most = lists.most(context, limit)
    found, total = planned.listing(
        context.unit, everything=everything, limit=most, asked=asked, view=view
    )
    if context.as_json:
        context.output.document([planned.as_document(activity) for activity in found])
    else:
        _show_list(context, found)
    lists.tell_rest(len(found), total)


def _show_list(context: AppContext, found: Sequence[Activity]) -> None:
    output = context.output
    now = context.now()
    due = [a.due.astimezone(now.tzinfo) if a.due else None for a in found]
    when = [
        (say_moment(at, now) if output.is_terminal else at.isoformat()) if at else "" for at in due
    ]
    output.table(
        ("Activity", "Due", "Kind", "What", "About", "State", "Owner"),
        [
            (
                a.reference,
                at,
                a.kind,
                a.name,
                f"{a.opportunity or a.run} {a.about}".strip(),
                a.state,
                a.owner,
            )
            for a, at in zip(found, when, strict=True)
        ],
        titles=("Activity", "What"),
    )
