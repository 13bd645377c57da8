"""Turns the document of a definition into a ProcessSpec, and notes what has the wrong shape."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from salescli.domain.process.spec import (
    ENDINGS,
    ActivitySpec,
    FollowUp,
    Link,
    ProcessSpec,
    StageSpec,
    StepSpec,
    TriggerSpec,
    Way,
)
from salescli.domain.process.table import Problems, Table, quoted
from salescli.domain.text import clean

FORMAT = 1
MOST_STAGES = 100
MOST_STEPS = 200
MOST_ACTIVITIES = 100
MOST_MINUTES = 7 * 24 * 60
MOST_DAYS = 3650
MOST_LINKS = 20
ACTIVITY_TYPES = ("call", "task", "meeting", "email")
SUBJECTS = ("opportunity", "lead", "account", "contact")
THEN_KINDS = frozenset({"set", "spawn"})
"""Kinds of steps with one way on, spelled `then`; its result is called `done`."""


class _Keys(NamedTuple):
    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()


_STEP = ("name", "hint", "shows", "links")
_STEP_KEYS = {
    "activity": _Keys(
        ("type", "on"), ("due", "minutes", "assignee", "onstage", "fields", "suggests")
    ),
    "form": _Keys(("fields", "on"), ("creates", "suggests")),
    "ask": _Keys(("on",)),
    "if": _Keys(("if", "on")),
    "set": _Keys(("set", "then")),
    "spawn": _Keys(("activity", "then")),
    "wait": _Keys(("for", "on")),
}
_STAGE = ("name", "was", "aliases", "goal", "probability", "hint")
_WORKING = ("expect_days", "stale_days", "next", "recommend", "evidence", "shows", "step")
_ENDING = ("fields", "carry", "after", "fresh", "fresh_days")


def read_process(document: Mapping[str, Any], problems: Problems) -> ProcessSpec:
    """Return what the document says; without a problem it is a sound ProcessSpec."""
    top = Table(document, (), problems, "the process")
    top.expect(
        ("format", "id", "subject", "start", "stage"),
        ("name", "drives", "trigger", "activity"),
        {},
    )
    if "format" in top and top.content["format"] != FORMAT:
        top.note("format", f"this program reads definitions of format {FORMAT} only")
    elif "format" in top:
        top.number("format", FORMAT, FORMAT)
    stages = tuple(_stage(table) for table in top.tables("stage", MOST_STAGES))
    if top.content.get("stage") == []:
        top.note("stage", "the process has no stage")
    id_ = top.slug("id")
    return ProcessSpec(
        id=id_,
        name=top.text("name", readable(id_)),
        subject=top.choice("subject", SUBJECTS),
        drives=top.choice("drives", ("stage",)),
        start=top.raw("start"),
        stages=stages,
        activities=tuple(
            _activity(topic, table) for topic, table in top.children("activity", MOST_ACTIVITIES)
        ),
        triggers=tuple(_trigger(table) for table in top.tables("trigger", MOST_STAGES)),
    )


def readable(id_: str) -> str:
    """Return an id as a label: `new-offer` becomes `New offer`."""
    return id_.replace("-", " ").capitalize()


def _trigger(table: Table) -> TriggerSpec:
    table.expect(("on", "to"), ("start",), {})
    return TriggerSpec(table.raw("on"), table.raw("to"), _choices(table, "start", "start"))


def _activity(topic: str, table: Table) -> ActivitySpec:
    table.expect(("type",), ("name", "minutes", "start", "assignee", "hint", "shows", "links"), {})
    table.check_slug(topic, table.path)
    return ActivitySpec(
        id=topic,
        type=table.choice("type", ACTIVITY_TYPES),
        name=table.text("name", readable(topic)),
        minutes=table.number("minutes", 1, MOST_MINUTES),
        start=table.raw("start"),
        assignee=table.text("assignee", "opportunity.owner"),
        hint=table.text("hint", lines=True),
        shows=table.texts("shows"),
        links=_links(table),
    )


def _stage(table: Table) -> StageSpec:
    steps = tuple(_step(step) for step in table.tables("step", MOST_STEPS))
    if "ending" in table:
        hint = "the sale ends here; leave it out, or leave out `ending`"
        table.expect(("id", "ending"), (*_STAGE, *_ENDING), dict.fromkeys(_WORKING, hint))
    else:
        hint = "it belongs to an ending; ask for fields with a step that does `form`"
        table.expect(("id",), (*_STAGE, *_WORKING, "ending"), dict.fromkeys(_ENDING, hint))
    if table.is_table and "ending" not in table and table.content.get("step", []) == []:
        table.problems.note(table.path, f"{table.label} has neither steps nor an ending")
    id_ = table.slug("id")
    fields, required = _starred(table)
    return StageSpec(
        id=id_,
        name=table.text("name", readable(id_)),
        goal=table.text("goal"),
        was=table.slugs("was"),
        aliases=tuple(clean(alias) for alias in table.texts("aliases")),
        probability=table.number("probability", 0, 100) or 0,
        expect_days=table.number("expect_days", 1, MOST_DAYS),
        next=table.texts("next"),
        recommend=_choices(table, "recommend", "recommendation"),
        steps=steps,
        ending=table.choice("ending", ENDINGS),
        fields=fields,
        required=required,
        hint=table.text("hint", lines=True),
        evidence=table.texts("evidence"),
        shows=table.texts("shows"),
        stale_days=table.number("stale_days", 1, MOST_DAYS),
        carry=table.texts("carry"),
        after=tuple(_follow_up(after) for after in table.tables("after", MOST_ACTIVITIES)),
        fresh=table.texts("fresh"),
        fresh_days=table.number("fresh_days", 1, MOST_DAYS),
    )


def _follow_up(table: Table) -> FollowUp:
    table.expect(("type", "name", "due"), ("assignee",), {})
    return FollowUp(
        table.choice("type", ACTIVITY_TYPES),
        table.text("name"),
        table.raw("due"),
        table.text("assignee", "opportunity.owner"),
    )


def _links(holder: Table) -> tuple[Link, ...]:
    tables = holder.tables("links", MOST_LINKS, noun="link")
    for table in tables:
        table.expect(("name", "to"), (), {})
    return tuple(Link(table.text("name"), table.raw("to")) for table in tables)


def _choices(holder: Table, key: str, noun: str) -> tuple[Way, ...]:
    """Return the stages of a list, each with its condition; the first that holds is meant."""
    tables = holder.tables(key, MOST_STAGES, noun=noun)
    for place, table in enumerate(tables):
        table.expect(("stage",), ("if", "because"), {})
        if table.is_table and "if" not in table and place < len(tables) - 1:
            table.problems.note(
                table.path,
                f"a {noun} without `if` always holds, so those after it never do",
                "move it to the end of the list",
            )
    return tuple(
        Way(table.condition("if"), table.raw("stage"), table.text("because")) for table in tables
    )


def _step(table: Table) -> StepSpec:
    do = table.choice("do", _STEP_KEYS)
    _expect_step_keys(table, do)
    id_ = table.slug("id")
    fields, required = _starred(table)
    return StepSpec(
        id=id_,
        do=do,
        name=table.text("name", readable(id_)),
        on=_ways_on(table, do),
        hint=table.text("hint", lines=True),
        type=table.choice("type", ACTIVITY_TYPES),
        due=table.raw("due"),
        minutes=table.number("minutes", 1, MOST_MINUTES),
        assignee=table.text("assignee", "opportunity.owner"),
        onstage=table.flag("onstage", default=True),
        fields=fields,
        required=required,
        condition=table.condition("if"),
        sets=table.pairs("set"),
        topic=table.raw("for" if do == "wait" else "activity"),
        creates=table.choice("creates", ("opportunity",)),
        shows=table.texts("shows"),
        links=_links(table),
        suggests=table.raw("suggests"),
    )


def _expect_step_keys(table: Table, do: str) -> None:
    every = {
        key: kind for kind, keys in _STEP_KEYS.items() for key in (*keys.needed, *keys.optional)
    }
    keys = _STEP_KEYS.get(do)
    if keys is None:
        table.expect(("id", "do"), (*_STEP, *every), {})
        return
    elsewhere = {key: f"it belongs to a step that does `{kind}`" for key, kind in every.items()}
    elsewhere["on"] = 'it has one way on; write `then = "..."`'
    elsewhere["then"] = f'a step that does `{do}` has results; write `on = {{ result = "..." }}`'
    table.expect(("id", "do", *keys.needed), (*_STEP, *keys.optional), elsewhere)


def _ways_on(table: Table, do: str) -> dict[str, str]:
    on = table.pairs("on")
    for result in filter(None, on):
        table.check_slug(result, (*table.path, "on", result))
    if "then" in table:
        target = table.raw("then")
        return {"done": target} if do in THEN_KINDS else on
    return on


def _starred(table: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return all fields of a list, and those whose star makes them required."""
    words = table.texts("fields")
    fields = tuple(word.removesuffix("*").strip() for word in words)
    seen: set[str] = set()
    for place, field in enumerate(fields):
        path = (*table.path, "fields", place)
        if not field and words[place]:
            table.problems.note(path, "a star has to follow the name of a field")
        elif field in seen:
            table.problems.note(path, f"the field {quoted(field)} is listed twice")
        seen |= {field} - {""}
    if not words and table.content.get("fields") == []:
        table.note("fields", "`fields` is empty")
    required = tuple(f for f, word in zip(fields, words, strict=True) if word.endswith("*"))
    return fields, required
