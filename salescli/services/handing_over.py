"""Completing what hands something over: the files that went, and the email that took them."""

from collections.abc import Sequence

from salescli.services import activities, attachments, knowledge, processes, references
from salescli.services.activities import Done
from salescli.services.answers import Answers
from salescli.services.standing import Outcome
from salescli.services.targets import sale_of
from salescli.store import documents
from salescli.store.unit_of_work import UnitOfWork


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
    """
    kept = [knowledge.stored(unit, place) for place in places]
    with unit, unit.joined():
        target = references.target(unit, reference)
        activity = target.activity or _open_activity(unit, reference)
        told: list[str] = []
        outcome = processes.complete(unit, reference, answers, text)
        for columns, label in kept:
            key = documents.add(unit, label, **columns, in_library=0)
            documents.attach(
                unit,
                key,
                opportunity_id=target.opportunity,
                run_id=target.run if target.opportunity is None else None,
                activity_id=activity,
            )
            told.append(f"Attached `{documents.load(unit.connection, key).reference}` {label}")
        if email:
            told.append(attachments.log_email(unit, reference, email, places))
        return outcome._replace(changes=(*outcome.changes, *told))


def _open_activity(unit: UnitOfWork, reference: str) -> bytes | None:
    """Return the activity of the step that a sale stands on, if it has one."""
    target = references.target(unit, reference)
    if target.run is None:
        found = activities.of_target(unit, target, reference)
        return found.key if found else None
    run = sale_of(unit, target).stored.run
    activity = run.activity_of(run.open_step) if run.open_step else None
    return activity.key if activity else None
