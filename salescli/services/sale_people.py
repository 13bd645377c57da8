"""The people of a sale: what is said of its main contact, who attends its meeting, who decides."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from salescli.domain.fields import SALE_FIELDS, Reference
from salescli.domain.process.run import Effect
from salescli.domain.process.spec import SAVED, ProcessSpec, StepSpec
from salescli.domain.stakeholder import decides
from salescli.errors import RuleError
from salescli.services.attendance import attended
from salescli.store import participants, parts, records
from salescli.store.sale_rows import SaleRows
from salescli.store.unit_of_work import UnitOfWork

ATTENDEES = "attendees"
OF_CONTACT = {
    name: field.stored_as for name, field in SALE_FIELDS.items() if field.record == "contact"
}
"""The fields that land in the main contact, and its columns."""


def contact_values(rows: SaleRows, contact: Reference | None) -> dict[str, Any]:
    """Return the fields of a sale that its main contact fills."""
    known = rows.contact(contact.key) if contact and contact.key else {}
    return {name: known[column] for name, column in OF_CONTACT.items() if column in known}


def require_contact(contact: Reference | None, given: Mapping[str, Any]) -> None:
    """Refuse what is said of a main contact that the sale does not have.

    Raises:
        RuleError: there is none, and one is not given along with it.
    """
    said = [name for name in OF_CONTACT if given.get(name)]
    if said and not contact:
        raise RuleError(
            f"The sale has no main contact whose `{said[0]}` could be kept",
            hint='give the contact along with it: --set contact="NAME"',
        )


def keep_contact(unit: UnitOfWork, contact: Reference, given: Mapping[str, Any]) -> None:
    """Write what was said of the main contact into its record."""
    values = {OF_CONTACT[name]: value for name, value in given.items()}
    records.change(unit, "contact", contact.key, values)


def seat(
    unit: UnitOfWork,
    run: bytes,
    account: Reference | None,
    typed: tuple[str, ...],
    dropped: Collection[str] | None,
) -> list[str] | None:
    """Have attendees take part in the run's meeting; None when there is none that they could.

    Those called as in `dropped`, or with None anybody, leave it where they are not typed.

    Raises:
        NotFoundError: a handle stands for no contact.
    """
    meeting = participants.meeting_of(unit.connection, run)
    if meeting is None:
        return None
    made = participants.add(unit, meeting.key, account, typed, dropped)
    return [*made, attended(unit, meeting)]


def red_flag(unit: UnitOfWork, opportunity: bytes, reference: str) -> str:
    """Return the warning that nobody decides, where no stakeholder's role says so."""
    known = parts.of_kind(unit.connection, "stakeholder", opportunity)
    if any(decides(entry["role"]) for entry in known):
        return ""
    return (
        f"No stakeholder of `{reference}` is a decision maker; name one:"
        f' `sales opportunity stakeholder add {reference} "NAME" --role "decision maker"`'
    )


def names_stakeholders(spec: ProcessSpec, stage: str, step: str) -> bool:
    """Whether a step is the form that is about the stakeholders: it has to have nothing else."""
    found: StepSpec | None = next(
        (s for other in spec.stages if other.id == stage for s in other.steps if s.id == step), None
    )
    return found is not None and found.do == "form" and found.required == ("stakeholders",)


def saved_forms(
    effects: Sequence[Effect], stage: str, steps: Mapping[bytes, str]
) -> list[tuple[str, str]]:
    """Return the stage and step of each form that effects save; `steps` were there before."""
    known = dict(steps)
    saved: list[tuple[str, str]] = []
    for effect in effects:
        if effect.kind == "enter_stage":
            stage = effect.values["stage"]
        elif effect.kind == "open_step":
            known[effect.key] = effect.values["step"]
        elif effect.kind == "close_step" and effect.values["result"] == SAVED:
            saved.append((stage, known.get(effect.key, "")))
    return saved
