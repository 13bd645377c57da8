"""Who takes part in an activity: listed, added by name or handle, and taken out again."""

from collections.abc import Sequence

from salescli.domain import parts as texts
from salescli.domain.text import clean
from salescli.errors import NotFoundError, UsageError
from salescli.services import references
from salescli.store import participants, records
from salescli.store.participants import Participant
from salescli.store.unit_of_work import UnitOfWork

FIELD = "attendees"


def of_activity(unit: UnitOfWork, reference: str) -> list[Participant]:
    """Return who takes part in an activity."""
    with unit.reading():
        match = references.find(unit, "activity", reference)
        return participants.of_activity(unit.connection, match.key)


def add(unit: UnitOfWork, reference: str, names: Sequence[str]) -> list[str]:
    """Have contacts take part; a new name becomes a contact of the activity's account.

    Raises:
        UsageError: nobody is named, or a bracket is not closed.
        NotFoundError: a handle stands for no contact.
    """
    with unit:
        match = references.find(unit, "activity", reference)
        typed = [part for name in names for part in texts.split(clean(name))]
        if not typed:
            raise UsageError(
                "Nobody is named", hint=f'sales activity participant add {match.reference} "NAME"'
            )
        for text in typed:
            texts.check(FIELD, text)
        account = records.load(unit.connection, "activity", match.key).values["account"]
        made = participants.add(unit, match.key, account, typed)
        return [*made, attended(unit, match)]


def remove(unit: UnitOfWork, reference: str, name: str) -> list[str]:
    """Take a contact out of an activity; the change history keeps it.

    Raises:
        NotFoundError: no such contact takes part.
    """
    with unit:
        match = references.find(unit, "activity", reference)
        gone = participants.remove(unit, match.key, clean(name))
        if gone is None:
            known = [p.name for p in participants.of_activity(unit.connection, match.key)]
            raise NotFoundError(
                f"`{clean(name)}` does not take part in `{match.reference}`",
                hint="those who do: " + ", ".join(f"`{n}`" for n in known)
                if known
                else f'add one: `sales activity participant add {match.reference} "NAME"`',
            )
        return [f"Removed {gone.name}", attended(unit, match)]


def attended(unit: UnitOfWork, match: records.Match) -> str:
    """Say who takes part in an activity."""
    present = ", ".join(p.name for p in participants.of_activity(unit.connection, match.key))
    return f"`{match.reference}` {match.name} is attended by {present or 'nobody'}"
