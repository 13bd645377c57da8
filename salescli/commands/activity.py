"""`sales activity`: what has to be done, by whom and when."""

from typing import Annotated, Any

import typer

from salescli.commands.shared import completions
from salescli.commands.shared.catalog import EPILOG
from salescli.commands.shared.options import IfVersion, Limit, ShowAll, View, Where, asked_by

app = typer.Typer(add_completion=False, help="List, show, add and edit activities")
participant = typer.Typer(name="participant", help="Who takes part in an activity")
app.add_typer(participant)

Reference = Annotated[
    str, typer.Argument(metavar="REF", help="Its handle", autocompletion=completions.activities)
]


@app.command("list", epilog=EPILOG)
def list_activities(
    context: typer.Context,
    everything: ShowAll = False,
    limit: Limit = None,
    where: Where = None,
    view: View = "",
) -> None:
    """List my open activities, soonest due first

    Examples: sales activity list --all; sales activity list --where "overdue = yes"
    """
    from salescli.commands.shared import planned

    asked = asked_by(where)
    planned.list_activities(context.obj, everything=everything, limit=limit, asked=asked, view=view)


@app.command("show", epilog=EPILOG)
def show_activity(context: typer.Context, reference: Reference) -> None:
    """Show an activity with its hint and its results

    Example: sales activity show ACT-31
    """
    from salescli.commands.shared import render
    from salescli.services import activities, attachments, attendance, hints, planned

    activity = activities.show(context.obj.unit, reference)
    people = attendance.of_activity(context.obj.unit, activity.reference)
    papers = attachments.of_activity(context.obj.unit, activity.key)
    output = context.obj.output
    if output.as_json:
        known = {"participants": [_person(one) for one in people], "documents": papers}
        output.document({**planned.as_document(activity), **known})
        return
    _show_facts(context, activity, people, papers)
    if activity.state == "open":
        render.show_hint(context.obj, output, hints.of(context.obj.unit, activity.reference).hint)
        results = activities.results(context.obj.unit, activity.reference)
        output.line()
        output.line("Results: " + ", ".join(results))
        output.line(f"Next: sales done {activity.reference} {'|'.join(results)}")


@app.command("results", epilog=EPILOG)
def show_results(context: typer.Context, reference: Reference) -> None:
    """Show the results that an activity offers

    Example: sales activity results ACT-31
    """
    from salescli.services import activities

    found = activities.results(context.obj.unit, reference)
    output = context.obj.output
    if output.as_json:
        output.document(list(found))
        return
    for result in found:
        output.line(result)


@app.command("add", epilog=EPILOG)
def add_activity(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What has to be done")],
    kind: Annotated[str, typer.Option(metavar="call|task|meeting|email", help="Its kind")] = "task",
    opportunity: Annotated[
        str, typer.Option("--opportunity", "--opp", metavar="REF", help="Its sale")
    ] = "",
    account: Annotated[str, typer.Option(metavar="REF", help="Its account")] = "",
    due: Annotated[str, typer.Option("--due", "--at", metavar="WHEN", help="When it is due")] = "",
    owner: Annotated[str, typer.Option(metavar="LOGIN", help="Whose it is")] = "",
) -> None:
    """Add an activity by hand

    Example: sales activity add "Send the brochure" --opportunity OPP-3 --due tomorrow
    """
    from salescli.commands.shared import render
    from salescli.services import activities

    given = {
        "kind": kind,
        "opportunity": opportunity,
        "account": account,
        "due": due,
        "owner": owner,
    }
    sets = tuple(f"{name_}={text}" for name_, text in given.items() if text)
    done = activities.add(context.obj.unit, name, sets)
    render.show(context.obj, done)
    if not context.obj.as_json:
        context.obj.output.line(f"Next: sales done {done.activity.reference}")


@app.command("edit", epilog=EPILOG)
def edit_activity(
    context: typer.Context,
    reference: Reference,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="Fill a field")
    ] = None,
    name: Annotated[str, typer.Option(help="What has to be done")] = "",
    due: Annotated[str, typer.Option("--due", "--at", metavar="WHEN", help="When it is due")] = "",
    owner: Annotated[str, typer.Option(metavar="LOGIN", help="Whose it is")] = "",
    if_version: IfVersion = None,
) -> None:
    """Change an activity

    Example: sales activity edit ACT-31 --owner bo
    """
    from salescli.commands.shared import render
    from salescli.services import activities

    given = {"name": name, "due": due, "owner": owner}
    sets = [*(assignments or ()), *(f"{field}={text}" for field, text in given.items() if text)]
    done = activities.edit(context.obj.unit, reference, tuple(sets), if_version=if_version)
    render.show(context.obj, done)


@participant.command("list", epilog=EPILOG)
def list_participants(context: typer.Context, reference: Reference) -> None:
    """List who takes part in an activity

    Example: sales activity participant list ACT-31
    """
    from salescli.services import attendance

    people = attendance.of_activity(context.obj.unit, reference)
    output = context.obj.output
    if output.as_json:
        output.document([_person(one) for one in people])
        return
    output.table(("Contact", "Name", "Title"), [one[1:] for one in people], titles=("Name",))


@participant.command("add", epilog=EPILOG)
def add_participants(
    context: typer.Context,
    reference: Reference,
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Contacts, known or new")],
) -> None:
    """Have contacts take part in an activity

    Example: sales activity participant add ACT-31 "Mia Ray (CFO)" CON-4
    """
    from salescli.domain.text import shell_word
    from salescli.services import attendance

    told = attendance.add(context.obj.unit, reference, names)
    context.obj.output.changed(told, f"sales activity show {shell_word(reference)}")


@participant.command("remove", epilog=EPILOG)
def remove_participant(
    context: typer.Context,
    reference: Reference,
    name: Annotated[str, typer.Argument(help="The contact, by name or handle")],
) -> None:
    """Take a contact out of an activity; the contact stays

    Example: sales activity participant remove ACT-31 "Mia Ray"
    """
    from salescli.domain.text import shell_word
    from salescli.services import attendance

    told = attendance.remove(context.obj.unit, reference, name)
    context.obj.output.changed(told, f"sales activity show {shell_word(reference)}")


def _show_facts(
    context: typer.Context, activity: Any, people: list[Any], papers: list[dict[str, str]]
) -> None:
    """Tell what an activity is, who takes part and which files belong to it."""
    from salescli.domain.moments import say_moment

    output, now = context.obj.output, context.obj.now()
    output.line(f"{activity.reference} {activity.kind}: {activity.name}", style="bold")
    if activity.about:
        output.line(f"  About: {activity.opportunity or activity.run} {activity.about}")
    if activity.due:
        output.line(f"  Due:   {say_moment(activity.due.astimezone(now.tzinfo), now)}")
    output.line(f"  Owner: {activity.owner}")
    output.line(f"  State: {activity.state}" + (f", {activity.result}" if activity.result else ""))
    if activity.text:
        output.line(f"  Text:  {activity.text}")
    if people:
        names = (f"{p.name} ({p.title})" if p.title else p.name for p in people)
        output.line(f"  With:  {', '.join(names)}")
    for paper in papers:
        output.line(f"  File:  {paper['document']} {paper['name']}")


def _person(one: Any) -> dict[str, Any]:
    return {"contact": one.contact, "name": one.name, "title": one.title}
