"""Notes on sales, accounts and leads."""

from salescli.domain.reference import handle
from salescli.domain.text import clean, key, shell_word
from salescli.errors import NotFoundError, RuleError, UsageError
from salescli.services import references
from salescli.services.references import Target
from salescli.store import notes, records, runs
from salescli.store.notes import Note
from salescli.store.unit_of_work import UnitOfWork

NOTED = frozenset({"opportunity", "account", "contact", "lead"})
"""Nouns whose records carry notes."""


def write(unit: UnitOfWork, reference: str, text: str) -> tuple[str, str]:
    """Write a note; return what was done and the likely next command.

    Raises:
        UsageError: the note is empty.
    """
    said = clean(text, lines=True)
    if not said:
        raise UsageError(
            "The note is empty", hint=f'sales note {shell_word(reference)} "what was said"'
        )
    with unit:
        target = references.target(unit, reference)
        name, following = called(unit, target)
        notes.add(
            unit,
            said,
            opportunity=target.opportunity,
            account=target.account,
            contact=target.contact,
            lead=target.lead,
            run=target.run,
        )
        return f"Noted on {name}", following


def remove(unit: UnitOfWork, reference: str, text: str) -> tuple[str, str]:
    """Remove the note that a text means; return what was done and the likely next command.

    It is the newest one of that text, or else the only one that has it somewhere.

    Raises:
        NotFoundError: no note of the record has the text.
        RuleError: several have it.
    """
    wanted = key(clean(text, lines=True))
    with unit:
        target = references.target(unit, reference)
        name, following = called(unit, target)
        known = notes.of_target(unit.connection, *_place(target))
        whole = [note for note in known if key(note.text) == wanted]
        found = whole[:1] or [note for note in known if wanted and wanted in key(note.text)]
        if not found:
            raise NotFoundError(
                f"No note on {name} says `{clean(text)}`", hint=f"see them: `{following}`"
            )
        if len(found) > 1:
            raise RuleError(
                f"{len(found)} notes on {name} say `{clean(text)}`", hint="give more of its words"
            )
        notes.remove(unit, found[0].key)
        return f"Removed from {name} the note: {clean(found[0].text)}", following


def _place(target: Target) -> tuple[str, bytes]:
    """Return the column by which notes point to what is meant, and its key."""
    for name in ("opportunity", "lead", "contact", "account"):
        found: bytes | None = getattr(target, name)
        if found is not None:
            return f"{name}_id", found
    assert target.run is not None, "what can be noted on is one of these"
    return "run_id", target.run


def called(unit: UnitOfWork, target: Target) -> tuple[str, str]:
    """Return what a note is written on, by name, and the command that shows its notes.

    Raises:
        RuleError: nobody would find the note.
    """
    connection = unit.connection
    if target.opportunity is not None:
        record = records.load(connection, "opportunity", target.opportunity)
        command = f"sales opportunity history {record.reference}"
        return f"`{record.reference}` {record.name}", command
    records_of = (("lead", target.lead), ("contact", target.contact), ("account", target.account))
    for noun, owner in records_of:
        if owner is not None:
            record = records.load(connection, noun, owner)
            return f"`{record.reference}` {record.name}", f"sales {noun} show {record.reference}"
    if target.run is not None:
        number = handle("run", runs.load(connection, target.run).number)
        return f"`{number}`", f"sales continue {number}"
    raise RuleError(
        "That activity belongs to no sale and no account, so nobody would find the note",
        hint="say it when it is done: sales done ACT-... TEXT",
    )


def of_record(unit: UnitOfWork, record: records.Record) -> list[Note]:
    """Return the notes of an opportunity, account, contact or lead, newest first."""
    if record.noun not in NOTED:
        return []
    with unit.reading():
        return notes.of_record(unit.connection, record.noun, record.key)


__all__ = ["NOTED", "Note", "called", "of_record", "remove", "write"]
