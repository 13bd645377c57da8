"""Where a sale stands: the open step with hint and answers, or the stages to choose from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from salescli.domain.fields import SALE_FIELDS
from salescli.domain.process.choices import choices
from salescli.domain.process.run import StepVisit
from salescli.domain.process.spec import Link, StepSpec
from salescli.domain.reference import handle
from salescli.services.sale import Sale
from salescli.services.values import plain, say
from salescli.store import records, search
from salescli.store.unit_of_work import UnitOfWork


class FieldView(NamedTuple):
    """A field of an open form: its present value as text, told to people and as it is stored."""

    name: str
    label: str
    is_required: bool
    value: str
    options: tuple[str, ...] = ()
    stored: str = ""


class Suggested(NamedTuple):
    """A document of the knowledge base that fits the sale, and why."""

    document: str
    name: str
    why: str


class StepView(NamedTuple):
    """The step that the process stands on.

    `shows` are the fields to have in sight, as far as they are known; `attempt` counts how often
    the present stay has come to this step.
    """

    id: str
    kind: str
    name: str
    hint: str
    activity: str = ""
    type: str = ""
    due: datetime | None = None
    waits_for: str = ""
    snoozed_until: datetime | None = None
    results: tuple[str, ...] = ()
    fields: tuple[FieldView, ...] = ()
    shows: tuple[FieldView, ...] = ()
    links: tuple[Link, ...] = ()
    attempt: int = 1
    suggestions: tuple[Suggested, ...] = ()


class StageChoice(NamedTuple):
    """A stage that can come next; an `ending` still needs the fields in `required`."""

    id: str
    name: str
    is_recommended: bool
    is_ending: bool
    because: str = ""
    ending: str = ""
    required: tuple[str, ...] = ()


class Standing(NamedTuple):
    """Where one sale stands; `reference` is what the next command is given."""

    process: str
    run: str
    opportunity: str
    title: str
    owner: str
    state: str
    stage: str
    stage_name: str
    goal: str
    visit: int
    step: StepView | None
    choices: tuple[StageChoice, ...]
    reason: str = ""
    exit_list: tuple[FieldView, ...] = ()
    place: str = ""
    successor: str = ""
    stages: tuple[str, ...] = ()

    @property
    def in_order(self) -> list[StageChoice]:
        """The choices in the order of the process, by which each stage has its number."""
        return sorted(self.choices, key=lambda choice: self.stages.index(choice.id))

    @property
    def completeness(self) -> int | None:
        """The share of the exit list that is known, in per cent; None where there is no list."""
        known = sum(1 for field in self.exit_list if field.value)
        return known * 100 // len(self.exit_list) if self.exit_list else None

    @property
    def reference(self) -> str:
        """The handle that people go on with."""
        return self.opportunity or self.run

    @property
    def next_command(self) -> str:
        """The likely next command, complete but for the answers."""
        if self.successor:
            return f"sales continue {self.successor}"
        if self.state != "running":
            return f"sales opportunity show {self.reference}" if self.opportunity else "sales"
        if self.step is None:
            return _stage_command(self.reference, self.choices[0] if self.choices else None)
        return _step_command(self.reference, self.step)


class Outcome(NamedTuple):
    """What a command did: sentences, warnings, and where the sale stands now."""

    changes: tuple[str, ...]
    standing: Standing
    warnings: tuple[str, ...] = ()


def of_opportunity(unit: UnitOfWork, key: bytes) -> Standing | None:
    """Return where the process of an opportunity stands; None when none has guided it."""
    with unit.reading():
        run = search.run_of(unit.connection, key)
        return describe(Sale(unit, run)) if run else None


def describe(sale: Sale) -> Standing:
    """Return where a sale stands."""
    run = sale.stored.run
    stage = sale.spec.stage(run.stage)
    step = run.open_step if run.state == "running" else None
    is_choosing = run.is_choosing
    facts = sale.facts() if is_choosing else {}
    following = choices(sale.spec, sale.newest.spec, run, facts) if is_choosing else ()
    opportunity, title = _title(sale)
    owner = sale.values.get("owner") or _owner(sale)
    return Standing(
        process=sale.spec.id,
        run=handle("run", sale.stored.number),
        opportunity=opportunity,
        title=title,
        owner=str(owner or ""),
        state=run.state,
        stage=stage.id,
        stage_name=stage.name,
        goal=stage.goal,
        visit=run.visits.get(run.stage, 0),
        step=_step_view(sale, step) if step else None,
        choices=tuple(
            StageChoice(
                *(c.stage.id, c.stage.name, c.is_recommended, bool(c.stage.ending), c.because),
                *(c.stage.ending, _lacking(facts, c.stage.required)),
            )
            for c in following
        ),
        reason=sale.stored.reason,
        exit_list=field_views(sale, stage.evidence, ()) if run.state == "running" else (),
        place=run.place,
        stages=tuple(stage.id for stage in sale.newest.spec.in_order),
    )


def _lacking(facts: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if facts.get(name) in (None, "", ()))


def as_document(standing: Standing) -> dict[str, Any]:
    """Return a standing for `--json`."""
    document = standing._asdict()
    del document["stages"]
    document["choices"] = [choice._asdict() for choice in standing.choices]
    document["exit_list"] = [
        {"name": field.name, "label": field.label, "value": field.value}
        for field in standing.exit_list
    ]
    document["completeness"] = standing.completeness
    document["next_command"] = standing.next_command
    if standing.step:
        step = standing.step._asdict()
        step["fields"] = [field._asdict() for field in standing.step.fields]
        step["shows"] = [
            {"name": field.name, "label": field.label, "value": field.value}
            for field in standing.step.shows
        ]
        step["links"] = [link._asdict() for link in standing.step.links]
        step["suggestions"] = [one._asdict() for one in standing.step.suggestions]
        document["step"] = step
    return document


def _title(sale: Sale) -> tuple[str, str]:
    if sale.stored.opportunity is None:
        account = sale.values.get("account")
        return "", str(account or sale.stored.subject or "New sale")
    return sale.fields.reference, str(sale.values["name"])


def _owner(sale: Sale) -> str:
    if sale.stored.owner is None:
        return ""
    return records.load(sale.unit.connection, "user", sale.stored.owner).reference


def _step_view(sale: Sale, step: StepVisit) -> StepView:
    stage = sale.spec.stage(sale.stored.run.stage)
    spec = stage.step(step.step)
    topic = sale.spec.activity(spec.topic) if spec.do == "wait" else None
    activity = sale.stored.run.activity_of(step)
    awaited = sale.stored.run.on_topic(spec.topic, "open") if spec.do == "wait" else None
    shown = activity or awaited
    zone = sale.unit.now.tzinfo
    return StepView(
        id=spec.id,
        kind=spec.do,
        name=spec.name,
        hint=spec.hint.strip(),
        activity=handle("activity", shown.number) if shown else "",
        type=spec.type,
        due=shown.due_at.astimezone(zone) if shown and shown.due_at else None,
        waits_for=shown.name if awaited and shown else "",
        snoozed_until=step.snoozed_until.astimezone(zone) if step.snoozed_until else None,
        results=() if spec.do == "wait" else spec.results,
        fields=field_views(sale, spec.fields, spec.required),
        shows=_shown(sale, spec, (*stage.shows, *spec.shows, *(topic.shows if topic else ()))),
        links=(*spec.links, *(topic.links if topic else ())),
        attempt=sum(1 for visit in sale.stored.run.steps if visit.step == step.step),
        suggestions=_suggestions(sale, spec.suggests) if spec.suggests else (),
    )


def _suggestions(sale: Sale, kind: str) -> tuple[Suggested, ...]:
    """Return the documents of a kind that fit the sale best."""
    if sale.stored.opportunity is None:
        return ()
    from salescli.services.knowledge import SUGGESTED, fitting

    found = fitting(sale.unit, sale.stored.opportunity, sale.stored.run.stage, kind)
    return tuple(Suggested(s.document.reference, s.document.name, s.why) for s in found[:SUGGESTED])


def _shown(sale: Sale, spec: StepSpec, names: tuple[str, ...]) -> tuple[FieldView, ...]:
    """Return what is known of the fields and facts to have in sight, but not what is asked for."""
    wanted = tuple(name for name in dict.fromkeys(names) if name not in spec.fields)
    fields = field_views(sale, tuple(name for name in wanted if name in SALE_FIELDS), ())
    views = {field.name: field for field in fields if field.value}
    facts = sale.facts() if len(wanted) > len(fields) else {}
    for name in wanted:
        if facts.get(name) and name not in views:
            views[name] = FieldView(name, _label(name), is_required=False, value=str(facts[name]))
    return tuple(views[name] for name in wanted if name in views)


def _label(fact: str) -> str:
    """Return a fact's name as a label: `owner.manager` becomes "Owner's manager"."""
    whose, _, what = fact.partition(".")
    return f"{whose.capitalize()}'s {what}" if what else whose.capitalize()


def field_views(
    sale: Sale, names: tuple[str, ...], required: tuple[str, ...]
) -> tuple[FieldView, ...]:
    """Return fields of a sale with their present values, as forms show them."""
    return tuple(
        FieldView(
            name,
            SALE_FIELDS[name].label,
            name in required,
            say(
                SALE_FIELDS[name], sale.values.get(name), currency=sale.currency, now=sale.unit.now
            ),
            SALE_FIELDS[name].options,
            stored_text(sale, name),
        )
        for name in names
    )


def stored_text(sale: Sale, name: str) -> str:
    """Return a field's value as programs read it, which is the same at any time of day."""
    value = plain(SALE_FIELDS[name], sale.values.get(name), currency=sale.currency)
    return ", ".join(value) if isinstance(value, list) else str("" if value is None else value)


def _stage_command(reference: str, choice: StageChoice | None) -> str:
    if choice is None or not choice.ending:
        return f"sales stage {reference} {choice.id if choice else 'STAGE'}"
    others = "".join(f" --set {name}=..." for name in choice.required if name != "reason")
    reason = ' --reason "..."' if "reason" in choice.required else ""
    return f"sales close {reference} {choice.ending}{reason}{others}"


def _step_command(reference: str, step: StepView) -> str:
    if step.kind == "wait":
        return f"sales done {step.activity}" if step.activity else f"sales continue {reference}"
    if step.kind == "form":
        wanted = [field for field in step.fields if field.is_required and not field.value]
        sets = " ".join(f"--set {field.name}=..." for field in wanted)
        return f"sales continue {reference} {sets}" if sets else f"sales done {reference}"
    if len(step.results) == 1:
        return f"sales done {reference}"
    return f"sales done {reference} {'|'.join(step.results)}"
