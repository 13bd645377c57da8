"""Documents that belong to a sale or to one of its activities."""

from collections.abc import Sequence

from salescli.domain.knowledge import Document
from salescli.domain.reference import parse_handle
from salescli.domain.text import clean
from salescli.errors import NotFoundError, RuleError
from salescli.services import activities, references
from salescli.services.knowledge import find, stored
from salescli.store import documents, records
from salescli.store.unit_of_work import UnitOfWork


def attach(unit: UnitOfWork, reference: str, place: str) -> tuple[Document, str]:
    """Attach a file, an address or a document of the knowledge base to a sale or activity.

    Return the document and the handle of what it is attached to.

    Raises:
        NotFoundError: there is no such sale, file or document.
    """
    columns = None if _is_document(unit, place) else stored(unit, place)
    with unit:
        target = references.target(unit, reference)
        if target.opportunity is None and target.run is None and target.activity is None:
            raise RuleError("That is neither a sale nor an activity", hint="give one of them")
        if columns is None:
            document = find(unit, place)
        else:
            key = documents.add(unit, columns[1], **columns[0], in_library=0)
            document = documents.load(unit.connection, key)
        documents.attach(
            unit,
            document.key,
            opportunity_id=target.opportunity,
            run_id=target.run if target.opportunity is None else None,
            activity_id=target.activity,
        )
        return document, clean(reference)


def attach_all(unit: UnitOfWork, reference: str, places: Sequence[str]) -> list[str]:
    """Attach several; return a sentence for each."""
    told = []
    for place in places:
        document, _owner = attach(unit, reference, place)
        told.append(f"Attached `{document.reference}` {document.name}")
    return told


def of_sale(unit: UnitOfWork, reference: str) -> list[Document]:
    """Return what is attached to an opportunity, or to an activity where one is meant."""
    with unit.reading():
        target = references.target(unit, reference)
        owners = (
            ("activity_id", target.activity),
            ("opportunity_id", target.opportunity),
            ("run_id", target.run),
        )
        column, owner = next((pair for pair in owners if pair[1] is not None), ("", None))
        return documents.attached(unit.connection, column, owner) if owner else []


def detach(unit: UnitOfWork, reference: str, text: str) -> Document:
    """Take a document off an opportunity; the document stays.

    Raises:
        NotFoundError: it is not attached there.
    """
    with unit:
        target = references.target(unit, reference)
        document = find(unit, text)
        if target.opportunity is None or not documents.detach(
            unit, document.key, target.opportunity
        ):
            raise NotFoundError(
                f"`{document.reference}` is not attached to `{clean(reference)}`",
                hint=f"see what is: `sales opportunity attachments {clean(reference)}`",
            )
        return document


def log_email(unit: UnitOfWork, reference: str, to: str, places: Sequence[str]) -> str:
    """Add an email that was sent, as an activity that is done; return the sentence about it."""
    with unit:
        target = references.target(unit, reference)
        names = ", ".join(clean(place.rsplit("/", 1)[-1]) for place in places)
        said = f"Sent {names or 'an email'} to {clean(to)}"
        sets = ["kind=email", f"owner={unit.login}"]
        if target.opportunity is not None:
            record = records.load(unit.connection, "opportunity", target.opportunity)
            sets.append(f"opportunity={record.reference}")
        with unit.joined():
            made = activities.add(unit, said, tuple(sets)).activity
            activities.close_apart(unit, made, "sent", said)
        return f"Logged email `{made.reference}`: {said}"


def _is_document(unit: UnitOfWork, text: str) -> bool:
    """Return whether a document of the knowledge base is meant, by its handle or its name."""
    parsed = parse_handle(clean(text))
    if parsed is not None:
        return parsed[0] == "document"
    with unit.reading():
        return bool(documents.by_name(unit.connection, clean(text)))
