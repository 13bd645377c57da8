"""Completing what hands something over: the files that went, and the email that took them."""

import re
from collections.abc import Sequence

from salescli.domain.process.spec import COMPLETED
from salescli.domain.text import clean
from salescli.errors import UsageError
from salescli.services import activities, attachments, processes, references
from salescli.services.activities import Done
from salescli.services.answers import Answers
from salescli.services.references import Target
from salescli.services.standing import Outcome
from salescli.services.targets import sale_of
from salescli.store import participants, records, relations, runs
from salescli.store.unit_of_work import UnitOfWork

_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_NAMED = re.compile(r"[^<>]*<([^<>]*)>")
"""An address as letters have it: `Mia Ray <mia@acme.example>`."""


def complete(
    unit: UnitOfWork,
    reference: str,
    answers: Answers,
    text: str,
    places: Sequence[str],
    email: str,
) -> Outcome | Done:
    """Complete a step or an activity, attach files to it, and log the email that took them.

    All of it is one change set: where a file cannot be read, nothing is completed.

    Raises:
        UsageError: the email went to what is neither an address nor a contact.
    """
    ready = attachments.prepare(unit, places)
    with unit, unit.joined():
        target = references.target(unit, reference)
        target = target._replace(
            activity=target.activity or _open_activity(unit, target, reference)
        )
        outcome = processes.complete(unit, reference, answers, text)
        target = _with_opportunity(unit, target)
        told, names = [], []
        for one in ready:
            document = attachments.put(unit, target, one)
            names.append(document.name)
            told.append(f"Attached `{document.reference}` {document.name}")
        if email:
            told.append(_log_email(unit, target, email, names))
        return outcome._replace(changes=(*outcome.changes, *told))


def _open_activity(unit: UnitOfWork, target: Target, reference: str) -> bytes | None:
    """Return the activity that completing a sale completes, if it has one."""
    if target.run is None:
        found = activities.of_target(unit, target, reference)
        return found.key if found else None
    run = sale_of(unit, target).stored.run
    activity = run.activity_of(run.open_step) if run.open_step else None
    return activity.key if activity else None


def _with_opportunity(unit: UnitOfWork, target: Target) -> Target:
    """Return a target with the opportunity that its run may have got by now."""
    if target.run is None or target.opportunity is not None:
        return target
    return target._replace(opportunity=runs.load(unit.connection, target.run).opportunity)


def _recipient(unit: UnitOfWork, target: Target, to: str) -> tuple[str, str]:
    """Return who got an email, in words and as a contact's handle, for what was typed.

    An address that no contact of the sale's account has belongs to nobody known.
    """
    to = clean(to)
    if "@" not in to:
        match = references.find(unit, "contact", to)
        address = records.load(unit.connection, "contact", match.key).values["email"]
        return f"{match.name} <{address}>" if address else match.name, match.reference
    named = _NAMED.fullmatch(to)
    address = named[1].strip() if named else to
    if not _ADDRESS.fullmatch(address):
        raise UsageError(f"`{to}` is no email address", hint="write it like mia@acme.example")
    known = ""
    if target.opportunity is not None:
        known = relations.contact_with_email(unit.connection, target.opportunity, address)
    if not known:
        return to, ""
    return f"{references.find(unit, 'contact', known).name} <{address}>", known


def _log_email(unit: UnitOfWork, target: Target, to: str, names: Sequence[str]) -> str:
    """Add an email that was sent, as an activity that is done; return the sentence about it."""
    told, contact = _recipient(unit, target, to)
    said = f"Sent {', '.join(names) or 'an email'} to {told}"
    sets = ["kind=email", f"owner={unit.login}"]
    if target.opportunity is not None:
        record = records.load(unit.connection, "opportunity", target.opportunity)
        sets.append(f"opportunity={record.reference}")
    email = activities.add(unit, said, tuple(sets)).activity
    if contact:
        participants.add(unit, email.key, None, [contact])
    activities.close_apart(unit, email, COMPLETED, "")
    return f"Logged email `{email.reference}`: {said}"
