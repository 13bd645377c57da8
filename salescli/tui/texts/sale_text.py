"""The page of a sale in words: its title, and the rows under each of its tabs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest

from rich.console import Group, JustifyMethod
from rich.table import Table
from rich.text import Text

from salescli.domain.activity import Activity
from salescli.domain.fields import NOUNS
from salescli.domain.labels import label_of, say_result
from salescli.domain.moments import say_moment
from salescli.domain.money import format_amount, weighted
from salescli.domain.text import printable
from salescli.services.listed import field_text
from salescli.services.opportunity_history import Event
from salescli.services.opportunity_page import Page
from salescli.services.part_lines import further_lines
from salescli.tui.texts.part_text import Row, Section, offers, people, rivals

NARROW = 60
"""Below so many columns a row has two."""

OPEN = "open"
SHORT = 12
"""A text of so many characters is not broken at a blank."""

RULE = "──"
NOW = (f"{RULE} now {RULE}", RULE)
"""Stands between what is to come and what has been."""

DONE = (f"{RULE}", f"{RULE} done {RULE}")
"""Stands between the open activities and those that are over."""

EMPTY = {
    "details": "The process makes its opportunity.",
    "history": "Nothing has happened yet.",
    "people": "No stakeholder yet; a adds one.",
    "offers": "No offer yet; a adds one.",
    "rivals": "No competitor yet; a adds one.",
    "activities": "No activity yet; a adds one.",
    "notes": "No note yet; n writes one.",
    "log": "No process guides this sale; P starts one.",
}
"""What a tab says that has nothing, with the key that adds to it."""

WITHOUT_RECORD = "The process makes its opportunity; before that nothing can be added here."


def columns(sections: Sequence[Section], width: int, empty: str) -> Group | str:
    """Set rows in columns; what is too long for its column goes on below itself.

    A column in which nobody has anything is left out. Where there is little room a row has two
    columns, and each further cell its head before it.
    """
    told = [section for section in sections if section.rows]
    draw = _narrow if width < NARROW else _wide
    tables = [draw(section) for section in told]
    gaps = [part for table in tables for part in (table, "")]
    return Group(*gaps[:-1]) if tables else empty


def _wide(section: Section) -> Table:
    table = Table.grid(padding=(0, 2 if section.heads else 1, 0, 0))
    most = max(map(len, section.rows))
    shown = [place for place in range(most) if place == 0 or any(map(_at(place), section.rows))]
    rows = [section.heads, *section.rows] if section.heads else section.rows
    for place in shown:
        longest = max(len(_at(place)(row)) for row in rows)
        justify: JustifyMethod = "right" if place in section.right else "left"
        table.add_column(no_wrap=place == 0 or longest <= SHORT, justify=justify)
    for number, row in enumerate(rows):
        style = "bold" if section.heads and number == 0 else ""
        table.add_row(*(Text(printable(_at(place)(row))) for place in shown), style=style)
    return table


def _at(place: int) -> Callable[[Row], str]:
    """Return what takes the cell at a place from a row; a shorter row has an empty one there."""
    return lambda row: row[place] if place < len(row) else ""


def _narrow(section: Section) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=not section.heads)
    heads = [head.lower() for head in section.heads]
    for first, *rest in section.rows:
        named = zip_longest(heads[1:], rest, fillvalue="")
        told = " · ".join(f"{head} {cell}".strip() for head, cell in named if cell)
        table.add_row(Text(printable(first)), Text(printable(told)))
    return table


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


def wrong_of(found: Page, now: datetime) -> list[str]:
    """Return what is wrong with a sale, the gravest first: what its card tells, and red flags."""
    if found.stage_since is None:
        return []
    since = found.overdue_since(now)
    return [
        *([f"overdue since {say_moment(since, now)}"] if since else []),
        *(["stale"] if found.is_stale else []),
        *([] if found.has_plan or _is_asking(found) else ["no plan"]),
        *(_flag(flag, found.reference) for flag in found.parts.get("red_flags", ())),
    ]


def _is_asking(found: Page) -> bool:
    """Whether the sale waits for an answer that can be given on its page at once."""
    standing = found.standing
    if standing is None or standing.state != "running":
        return False
    return standing.step is None or standing.step.kind == "form"


def stands_of(found: Page, now: datetime) -> str:
    """Return for how long a sale has stood in its stage."""
    if found.stage_since is None:
        return ""
    days = max((now - found.stage_since).days, 0)
    return f"{days} day{'' if days == 1 else 's'} in the stage"


def _flag(flag: str, reference: str) -> str:
    """Return a red flag without the command that mends it: on the board that is a key."""
    return flag.partition(";")[0].replace(f" of `{reference}`", "")


def tabs_of(found: Page, now: datetime) -> dict[str, list[Section]]:
    """Return what stands under every tab by its name."""
    return {
        "details": [Section(_details(found, now))],
        "history": [Section(_history(found, now))],
        "people": people(found),
        "offers": offers(found),
        "rivals": rivals(found),
        "activities": [Section(_activities(found, now))],
        "notes": [Section([(say_moment(one.at, now), one.login, one.text) for one in found.notes])],
        "log": [Section(list(_log(found, now)))],
    }


def empty(found: Page, tab: str) -> str:
    """Return what a tab says that has nothing."""
    takes_parts = tab in {"people", "offers", "rivals", "activities"}
    return WITHOUT_RECORD if takes_parts and found.record is None else EMPTY[tab]


def _history(found: Page, now: datetime) -> list[Row]:
    """Return what is to come, and below it what has been; the newest first in both."""
    told: dict[bool, list[Row]] = {True: [], False: []}
    for event in reversed(found.history):
        text = f"{event.reference} {_event(event, found.stages)}".strip()
        is_open = event.state == OPEN
        state = "overdue" if is_open and event.at < now else _state(event)
        row = (say_moment(event.at, now), event.kind, text, state)
        told[is_open or event.at > now].append(row)
    return [*told[True], NOW, *told[False]] if told[True] else told[False]


def _activities(found: Page, now: datetime) -> list[Row]:
    """Return the open activities, soonest due first, and those that are over, newest first."""
    open_ones = [one for one in found.activities if one.state == OPEN]
    over = [one for one in found.activities if one.state != OPEN]
    open_ones.sort(key=lambda one: (one.due is None, one.due))
    over.sort(key=lambda one: (one.closed_at is not None, one.closed_at), reverse=True)
    rows = [_open(one, now) for one in open_ones]
    return [*rows, *([DONE] if rows and over else []), *(_over(one, now) for one in over)]


def _open(one: Activity, now: datetime) -> Row:
    is_overdue = one.due is not None and one.due < now
    due = (
        f"{'overdue since' if is_overdue else 'due'} {say_moment(one.due, now)}" if one.due else ""
    )
    return one.reference, "! open" if is_overdue else "open", due, one.name


def _over(one: Activity, now: datetime) -> Row:
    when = say_moment(one.closed_at, now) if one.closed_at else ""
    return one.reference, say_result(one.result) or one.state, when, one.name


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
    told: dict[str, Row] = {
        field.name: (field.label, field_text(found.record, field, now, is_plain=False))
        for field in NOUNS["opportunity"]
        if field.name != "name"
    }
    told["stage"] = (told["stage"][0], _stage(found))
    told |= _worth(found, told["probability"])
    parts = {kind: part for kind, part in found.parts.items() if kind != "red_flags"}
    return [row for row in (*told.values(), *further_lines(parts, now)) if row[1]]


def _worth(found: Page, own: Row) -> dict[str, Row]:
    """Return the probability of an open sale, its own or its stage's, with the weighted amount."""
    one = found.chance
    if one is None:
        return {}
    chance = f"{one.probability} %" + ("" if own[1] else ", that of the stage")
    if one.priced:
        worth = format_amount(weighted(one.amount, one.probability), one.currency)
        chance += f"; weighted {worth}"
    return {"probability": (own[0], chance)}


def _log(found: Page, now: datetime) -> Iterable[Row]:
    for step in reversed(found.log.steps if found.log else ()):
        stage = found.stages.get(step.stage, step.stage)
        why = f" ({step.reason})" if step.reason else ""
        name = found.steps.get((step.stage, step.step), step.step)
        result = f"{say_result(step.result) or step.state}{why}"
        yield say_moment(step.opened_at, now), stage, name, result
