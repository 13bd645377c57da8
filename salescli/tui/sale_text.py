"""The page of a sale in words: its title, and the rows under each of its tabs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from salescli.domain.fields import NOUNS
from salescli.domain.labels import label_of, say_result
from salescli.domain.moments import say_moment
from salescli.domain.parts import say as say_part
from salescli.domain.text import printable
from salescli.services.listed import field_text
from salescli.services.opportunity_history import Event
from salescli.services.opportunity_page import Page
from salescli.services.part_lines import further_lines

NARROW = 60
"""Below so many columns a row has two."""

Row = Sequence[str]


def columns(rows: Sequence[Row], width: int) -> Table | str:
    """Set rows in columns; what is too long for its column goes on below itself."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    for row in rows:
        cells = row if width >= NARROW else (row[0], " · ".join(filter(None, row[1:])))
        table.add_row(*(Text(printable(cell)) for cell in cells))
    return table if rows else "Nothing yet."


def title_of(found: Page, now: datetime) -> str:
    """Return handle, name, account, amount and stage in one line."""
    if found.record is None:
        title = found.standing.title if found.standing else ""
        return f"{found.reference} {title} · {_stage(found)}"
    fields = {field.name: field for field in NOUNS["opportunity"]}
    told = (
        field_text(found.record, fields[name], now, is_plain=False)
        for name in ("account", "amount")
    )
    name = f"{found.reference} {found.record.name}"
    return " · ".join(filter(None, (name, *told, _stage(found))))


def tabs_of(found: Page, now: datetime) -> dict[str, list[Row]]:
    """Return the rows of every tab by its name."""
    parts = found.parts

    def said(kind: str, field: str) -> list[Row]:
        return [("-", say_part(field, entry["name"], entry)) for entry in parts.get(kind, ())]

    return {
        "details": _details(found, now),
        "history": [
            (
                say_moment(event.at, now),
                event.kind,
                f"{event.reference} {_event(event, found.stages)}".strip(),
                _state(event),
            )
            for event in reversed(found.history)
        ],
        "people": said("stakeholders", "stakeholders"),
        "offers": said("lines", "offers"),
        "rivals": [*said("competitors", "competitors"), *_tactics(found)],
        "activities": [
            (
                one.reference,
                one.state,
                f"due {say_moment(one.due, now)}" if one.due else "",
                one.name,
            )
            for one in reversed(found.activities)
        ],
        "notes": [(say_moment(one.at, now), one.login, one.text) for one in found.notes],
        "log": list(_log(found, now)),
    }


def _event(event: Event, stages: Mapping[str, str]) -> str:
    """Return what happened, with the names of a stage and of the fields that it ended without."""
    if event.kind != "stage":
        return event.text
    stage, without, lacking = event.text.partition(", without ")
    stage, colon, reason = stage.partition(": ")
    lacking, ends, why = lacking.partition(": ")
    fields = ", ".join(map(label_of, lacking.split(", ")))
    return stages.get(stage, stage) + colon + reason + without + fields + ends + why


def _state(event: Event) -> str:
    """Return what became of it: a result in words, or else its state."""
    if event.kind == "stage":
        return event.state
    state, _, result = event.state.partition(" ")
    return say_result(result) if result else state


def _stage(found: Page) -> str:
    if found.standing is not None:
        return found.standing.stage_name
    stage = str(found.record.values["stage"]) if found.record else ""
    return found.stages.get(stage, stage)


def _details(found: Page, now: datetime) -> list[Row]:
    if found.record is None:
        return []
    told = [
        (
            field.label,
            _stage(found)
            if field.name == "stage"
            else field_text(found.record, field, now, is_plain=False),
        )
        for field in NOUNS["opportunity"]
        if field.name != "name"
    ]
    return [row for row in (*told, *further_lines(found.parts, now)) if row[1]]


def _tactics(found: Page) -> list[Row]:
    values = found.record.values if found.record else {}
    told = (("Tactics", values.get("tactics")), ("Next steps", values.get("next_steps")))
    return [(label, str(text)) for label, text in told if text]


def _log(found: Page, now: datetime) -> Iterable[Row]:
    for step in found.log.steps if found.log else ():
        stage = found.stages.get(step.stage, step.stage)
        why = f" ({step.reason})" if step.reason else ""
        name = found.steps.get((step.stage, step.step), step.step)
        result = f"{say_result(step.result) or step.state}{why}"
        yield say_moment(step.opened_at, now), stage, name, result
