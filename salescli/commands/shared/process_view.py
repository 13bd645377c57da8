"""How processes, runs and their steps are shown."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from salescli.commands.shared import explained
from salescli.context import AppContext
from salescli.domain.figures import as_documents
from salescli.domain.moments import say_iso, say_moment, say_span
from salescli.domain.process.diff import Difference
from salescli.domain.process.spec import ActivitySpec, ProcessSpec, StageSpec, StepSpec
from salescli.services.process_log import (
    LogLine,
    Published,
    RunLine,
    Stay,
    StepLog,
    explain_steps,
)
from salescli.services.process_texts import Comparison

LONGEST_PAIR = 120
"""Of texts that are longer together, only the new one is shown."""


def show(context: AppContext, spec: ProcessSpec) -> None:
    """Show the stages and steps of a definition."""
    output = context.output
    if output.as_json:
        output.document(_document(spec))
        return
    output.line(f"{spec.name} ({spec.id})", style="bold")
    for stage in spec.stages:
        output.line()
        ending = (
            f", ends the sale as {stage.ending}" if stage.ending else f", {stage.probability} %"
        )
        output.line(f"{stage.name} ({stage.id}{ending})", style="bold")
        output.line(f"  {stage.goal}")
        for step in stage.steps:
            output.line(f"  - {step.id}: {step.name}")
            output.line("      " + ", ".join(f"{result} -> {to}" for result, to in step.on.items()))
            for link in (*step.links, *spec.links_of(step.topic)):
                output.line(f"      {link.name}: {link.to}")


def show_versions(context: AppContext, versions: Sequence[Published]) -> None:
    """Show the published versions; for whom and whether disabled only where that is said."""
    output = context.output
    rows: list[tuple[Any, ...]] = [
        (
            v.process,
            v.revision,
            v.name,
            say_iso(v.published_at, context.now()) if output.is_terminal else v.published_at,
            v.running,
            v.division,
            f"disabled: {v.disabled}" if v.disabled else "",
        )
        for v in versions
    ]
    columns = ["Process", "Version", "Name", "Published", "Sales", "Division", "State"]
    if output.is_terminal:
        for place in (6, 5):
            if not any(row[place] for row in rows):
                del columns[place]
                rows = [(*row[:place], *row[place + 1 :]) for row in rows]
    output.table(columns, rows)


def show_differences(context: AppContext, comparison: Comparison) -> None:
    """Show what a version says otherwise than another, stage by stage."""
    output = context.output
    if output.as_json:
        document = comparison._asdict()
        document["differences"] = [one._asdict() for one in comparison.differences]
        del document["old_source"], document["new_source"]
        output.document(document)
        return
    if not output.is_terminal:
        output.table((), comparison.differences)
        return
    names = f"from {comparison.old_name} to {comparison.new_name}"
    output.line(f"`{comparison.process}` {names}", style="bold")
    place = ("", "")
    for one in comparison.differences:
        if (one.stage, one.step) != place:
            place = (one.stage, one.step)
            output.line(" / ".join(filter(None, place)) or comparison.process, style="bold")
        output.line(f"  {_difference(one)}")
    if not comparison.differences:
        is_same = comparison.old_source == comparison.new_source
        output.line("Nothing differs" if is_same else "Only comments and spaces differ: see --text")


def _difference(one: Difference) -> str:
    """Return a difference as a line; a text of several lines is only named."""
    if one.kind == "changed":
        old, new = (" ".join(text.split()) for text in (one.old, one.new))
        if not old or not new or len(old) + len(new) > LONGEST_PAIR:
            return f"{one.what} changed: {new or 'empty now'}"
        return f"{one.what} changed: {old} -> {new}"
    if one.kind == "renamed":
        return f"{one.what} renamed: {one.old} is {one.new} now"
    return f"{one.what} {one.kind}: {one.new or one.old}"


def show_runs(context: AppContext, runs: Sequence[RunLine]) -> None:
    """Show the runs of the process log."""
    output = context.output
    if output.as_json:
        output.document([_plain(run._asdict()) for run in runs])
        return
    output.table(
        ("Run", "Sale", "", "Stage", "State", "Owner", "Started", "Ended"),
        [
            (
                run.run,
                run.opportunity,
                run.title,
                run.stage,
                run.state,
                run.owner,
                _when(context, run.started_at),
                _when(context, run.ended_at),
            )
            for run in runs
        ],
        titles=("Run", "Sale", ""),
    )


def show_steps(context: AppContext, log: StepLog, *, explains: bool = False) -> None:
    """Show every step of one run with its times and its result."""
    output = context.output
    if output.as_json:
        document: dict[str, Any] = {
            "run": log.run,
            "steps": [_line_document(step) for step in log.steps],
            "stays": [_plain(stay._asdict()) for stay in log.stays],
        }
        told = {"explain": as_documents(explain_steps(log))} if explains else {}
        output.document(document | told)
        return
    _show_log(context, log)
    if explains:
        explained.show(output, explain_steps(log))


def _show_log(context: AppContext, log: StepLog) -> None:
    output = context.output
    columns = ["Stage", "Step", "Activity", "State", "Result", "Opened", "Closed", "Took", "Who"]
    rows = [_step_row(context, step) for step in log.steps]
    if output.is_terminal:
        columns.remove("State")
        rows = [(*row[:3], row[4] or row[3], *row[5:]) for row in rows]
    output.table(columns, rows, titles=("Stage", "Step"))
    for line in _remarks(log) if output.is_terminal else ():
        output.line(line)


def _remarks(log: StepLog) -> Iterator[str]:
    """Yield why steps that decide by themselves went their way, and how stages ended."""
    for step in log.steps:
        if step.reason:
            yield f"{_place(step)}, {step.step}: {step.result or step.state} ({step.reason})"
    for stay in log.stays:
        if stay.missing:
            yield f"{_place(stay)} ended without {', '.join(stay.missing)}"
        if stay.recommended:
            because = f", because {stay.because}" if stay.because else ""
            yield f"{_place(stay)}: recommended {stay.recommended}{because}"


def _place(one: Stay | LogLine) -> str:
    return f"{one.stage} {one.n}" if one.n > 1 else one.stage


def _step_row(context: AppContext, step: LogLine) -> tuple[Any, ...]:
    took = say_span(step.closed_at - step.opened_at) if step.closed_at else ""
    return (
        _place(step),
        step.step,
        step.activity,
        step.state,
        step.result,
        _when(context, step.opened_at),
        _when(context, step.closed_at),
        took,
        step.closed_by or step.owner,
    )


def _line_document(step: LogLine) -> dict[str, Any]:
    took = step.closed_at - step.opened_at if step.closed_at else None
    return _plain(step._asdict()) | {"seconds": took.total_seconds() if took is not None else None}


def _when(context: AppContext, at: datetime | None) -> str:
    if at is None:
        return ""
    now = context.now()
    local = at.astimezone(now.tzinfo)
    return say_moment(local, now) if context.output.is_terminal else local.isoformat()


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {n: v.isoformat() if isinstance(v, datetime) else v for n, v in values.items()}


def _document(spec: ProcessSpec) -> dict[str, Any]:
    return {
        "id": spec.id,
        "name": spec.name,
        "start": spec.start,
        "activities": [_activity_document(activity) for activity in spec.activities],
        "stages": [_stage_document(stage) for stage in spec.stages],
    }


def _activity_document(activity: ActivitySpec) -> dict[str, Any]:
    return {
        "id": activity.id,
        "type": activity.type,
        "name": activity.name,
        "hint": activity.hint.strip(),
        "links": [link._asdict() for link in activity.links],
    }


def _stage_document(stage: StageSpec) -> dict[str, Any]:
    return {
        "id": stage.id,
        "name": stage.name,
        "goal": stage.goal,
        "probability": stage.probability,
        "next": stage.next,
        "ending": stage.ending,
        "steps": [_step_document(step) for step in stage.steps],
    }


def _step_document(step: StepSpec) -> dict[str, Any]:
    return {
        "id": step.id,
        "do": step.do,
        "type": step.type,
        "name": step.name,
        "hint": step.hint.strip(),
        "on": dict(step.on),
        "fields": step.fields,
        "required": step.required,
        "shows": step.shows,
        "links": [link._asdict() for link in step.links],
        "suggests": step.suggests,
    }
