"""What somebody else did meanwhile, in words: for the second of two people at one step or field."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from salescli.domain.activity import Activity
from salescli.domain.fields import NAMES, NOUNS, REFERENCES, SALE_FIELDS, Field
from salescli.domain.moments import say_moment
from salescli.domain.process.run import visit_mark
from salescli.domain.reference import handle
from salescli.domain.text import clean, shell_word
from salescli.errors import ChangedMeanwhileError
from salescli.services.answers import Answers
from salescli.services.sale import Sale
from salescli.services.standing import describe, stored_text
from salescli.services.targets import reference_of
from salescli.services.values import say
from salescli.store import authors, records
from salescli.store.authors import Author
from salescli.store.records import Record
from salescli.store.unit_of_work import UnitOfWork
from salescli.store.values import from_stored

if TYPE_CHECKING:
    from salescli.store.departed import Removal

LONGEST_VALUE = 60
"""Of a longer value only the beginning is told."""


def moved_on(sale: Sale, answers: Answers, text: str = "") -> ChangedMeanwhileError:
    """Return the refusal of answers to a step, or a choice, that the sale no longer stands at."""
    return ChangedMeanwhileError(
        _what_happened(sale, answers.seen),
        hint=stands_now(sale),
        kept=kept(reference_of(sale), answers.assignments, text),
    )


def refuse_changed_fields(sale: Sale, answers: Answers) -> None:
    """Refuse to overwrite a field that has changed since it was shown.

    Raises:
        ChangedMeanwhileError: it says from what to what, by whom and when.
    """
    typed = [assignment.partition("=")[0] for assignment in answers.assignments]
    changed = [
        name
        for name in typed
        if name in answers.shown
        and SALE_FIELDS[name].kind != NAMES
        and stored_text(sale, name) != answers.shown[name]
    ]
    if not changed:
        return
    reference = reference_of(sale)
    raise ChangedMeanwhileError(
        "; ".join(_changed_field(sale, name, answers.shown[name]) for name in changed),
        hint=f"look at it again: `sales continue {reference}`",
        kept=kept(reference, answers.assignments),
    )


def already_closed(unit: UnitOfWork, activity: Activity) -> ChangedMeanwhileError:
    """Return the refusal of a change to a closed activity: by whom, when, with what result."""
    verb = "canceled" if activity.state == "canceled" else "completed"
    when = _when(unit, activity.closed_at) if activity.closed_at else "before"
    result = f" with `{activity.result}`" if activity.result not in {"", activity.state} else ""
    said = f": {_short(activity.text)}" if activity.text else ""
    hint = f"see what came of it: `sales activity show {activity.reference}`"
    if activity.run_key is not None:
        hint = f"{hint}; {stands_now(Sale(unit, activity.run_key))}"
    return ChangedMeanwhileError(
        f"`{activity.reference}` {activity.name} was {verb} already{result},"
        f" by {activity.closed_by}, {when}{said}",
        hint=hint,
    )


def kept(reference: str, assignments: Sequence[str], text: str = "") -> str:
    """Return the command that gives once more what was typed for a sale; empty for a result."""
    commands: list[str] = []
    if assignments:
        sets = " ".join(f"--set {shell_word(assignment)}" for assignment in assignments)
        commands.append(f"sales continue {reference} {sets}")
    if text:
        commands.append(f"sales note {reference} {shell_word(text)}")
    return " && ".join(commands)


def changes_to(unit: UnitOfWork, record: Record, values: Mapping[str, Any]) -> list[str]:
    """Tell each field that an edit changes: from what to what, and who gave it what it was."""
    told: list[str] = []
    for field in NOUNS[record.noun]:
        old = record.values.get(field.name)
        if field.name not in values or values[field.name] == old:
            continue
        sentence = f"{field.name}: {_said(unit, record, field, old)} -> " + _said(
            unit, record, field, values[field.name]
        )
        author = authors.author_of(unit.connection, record.noun, record.key, field.stored_as)
        if old is not None and author.login != unit.login:
            was = _said(unit, record, field, old)
            sentence += f" ({was} was set by {_who(unit, author)})"
        told.append(sentence)
    return told


def require_version(
    unit: UnitOfWork, record: Record, version: int | None, assignments: Sequence[str]
) -> None:
    """Refuse to change a record that has another version than the one that was seen.

    Raises:
        ChangedMeanwhileError: it says what was changed since, by whom and when.
    """
    if version is None or version == record.version:
        return
    noun = record.noun
    told = _since(unit, record, version)
    sets = " ".join(f"--set {shell_word(assignment)}" for assignment in assignments)
    raise ChangedMeanwhileError(
        f"`{record.reference}` {record.name} has been changed since you read it"
        f" (version {version}, now {record.version})" + (f": {'; '.join(told)}" if told else ""),
        hint=f"look at it again: `sales {noun} show {record.reference}`",
        kept=f"sales {noun} edit {record.reference} {sets} --if-version {record.version}",
    )


def stands_now(sale: Sale) -> str:
    """Return the hint that tells where a sale stands, and how to go on from there."""
    standing = describe(sale)
    if standing.state != "running":
        return f"it has ended: `{standing.next_command}`"
    what = f"`{standing.step.name}` is open" if standing.step else "the next stage is to be chosen"
    return f"now {what}: `sales continue {standing.reference}`"


def by_whom(unit: UnitOfWork, removal: "Removal") -> str:
    """Tell who took something back, when, and in which change set."""
    told = _who(unit, Author(removal.login, removal.at))
    return f"{told} (`{handle('change_set', removal.number)}`)"


def _what_happened(sale: Sale, seen: str) -> str:
    """Tell what became of the place that was seen: its step, or the choice of the next stage."""
    from salescli.store import departed

    seen = clean(seen)
    name, _colon, mark = seen.partition(":")
    visits = authors.visits_of_step(sale.unit.connection, sale.stored.run.key, name)
    visit = next((v for v in visits if mark in {"", visit_mark(v.key)}), None)
    if visit is None:
        return _left(sale, seen, is_known=bool(mark))
    step = f"`{step_name(sale, name)}`"
    undo = departed.undo_of(sale.unit.connection, "step_visit", visit.key)
    if undo:
        return f"{step} was taken back by an undo meanwhile, by {by_whom(sale.unit, undo)}"
    if visit.closed is None:
        return f"`{reference_of(sale)}` does not stand at {step} now"
    verb = "canceled" if visit.state == "canceled" else "completed"
    result = f" with `{visit.result}`" if visit.state != "canceled" and visit.result else ""
    return f"{step} was {verb} meanwhile{result}, by {_who(sale.unit, visit.closed)}"


def _left(sale: Sale, seen: str, *, is_known: bool) -> str:
    """Tell that a sale does not stand at a place that is no step, such as the end of a stage."""
    undo = _last_undo(sale) if is_known else None
    stage = sale.spec.stage(sale.stored.run.stage).name
    if undo:
        return (
            f"`{reference_of(sale)}` is in `{stage}` again: what led on was taken back by an undo"
            f" meanwhile, by {by_whom(sale.unit, undo)}"
        )
    entered = authors.entered(sale.unit.connection, sale.stored.run.key)
    by = f", by {_who(sale.unit, entered)}" if entered else ""
    return f"`{reference_of(sale)}` does not stand at `{seen}`: it is in `{stage}`{by}"


def _last_undo(sale: Sale) -> "Removal | None":
    """Return who has changed a sale last, if that was an undo."""
    from salescli.store import departed, traces

    connection, stored = sale.unit.connection, sale.stored
    rows = traces.rows_of_sale(connection, opportunity=stored.opportunity, run=stored.run.key)
    found = departed.change_set_of(connection, traces.numbers(connection, rows)[0])
    return found if found.is_undo else None


def step_name(sale: Sale, step: str) -> str:
    """Return what a step of a sale is called, by the version of the process that has it."""
    stages = (*sale.spec.stages, *sale.newest.spec.stages)
    return next((s.name for stage in stages for s in stage.steps if s.id == step), step)


def _changed_field(sale: Sale, name: str, shown: str) -> str:
    field = SALE_FIELDS[name]
    now = _short(stored_text(sale, name)) or "empty"
    by = _who(sale.unit, _author(sale, field))
    return f"{field.label} was changed meanwhile: {_short(shown) or 'empty'} -> {now}, by {by}"


def _author(sale: Sale, field: Field) -> Author:
    """Return who gave a field of a sale its present value."""
    connection = sale.unit.connection
    beside = sale.values.get(field.record) if field.record in {"account", "contact"} else None
    if beside and beside.key:
        return authors.author_of(connection, field.record, beside.key, field.stored_as)
    if field.record == "opportunity" and sale.fields.opportunity is not None:
        key = sale.fields.opportunity
        return authors.author_of(connection, "opportunity", key, field.stored_as)
    return authors.author_of_draft(connection, sale.stored.run.key, field.name)


def _since(unit: UnitOfWork, record: Record, version: int) -> list[str]:
    """Tell each field that is another than at a version of a record; what was undone is not."""
    connection, key = unit.connection, record.key
    revisions = list(authors.revisions(connection, record.noun, key, since=version))
    told: list[str] = []
    for field in NOUNS[record.noun]:
        column = field.stored_as
        own = [revision for revision in revisions if column in revision.columns]
        if own:
            old, new = own[-1].before.get(column), own[0].after.get(column)
            if old == new:
                continue
            values = (_raw(unit, record, field, value) for value in (old, new))
            told.append(f"{field.name}: {' -> '.join(values)}, by {_who(unit, own[0].author)}")
    return told


def _raw(unit: UnitOfWork, record: Record, field: Field, value: Any) -> str:
    """Tell a value as the change history holds it."""
    if value is None or field.kind not in REFERENCES:
        return _said(unit, record, field, from_stored(field, value))
    try:
        return records.load(unit.connection, field.kind, bytes.fromhex(value)).name
    except KeyError:
        return "a record that is gone"


def _said(unit: UnitOfWork, record: Record, field: Field, value: Any) -> str:
    now = unit.now if isinstance(value, datetime | date) else None
    return _short(say(field, value, currency=record.currency, now=now)) or "empty"


def _who(unit: UnitOfWork, author: Author) -> str:
    return f"{author.login}, {_when(unit, author.at)}"


def _when(unit: UnitOfWork, at: datetime) -> str:
    return say_moment(at.astimezone(unit.now.tzinfo), unit.now)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_VALUE else f"{line[: LONGEST_VALUE - 1]}…"
