"""Documents that belong to a sale or to one of its activities."""

import os.path
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from salescli.domain.knowledge import Document
from salescli.domain.reference import handle, parse_handle
from salescli.domain.text import clean, shell_word
from salescli.domain.text import key as text_key
from salescli.errors import DecisionNeededError, NotFoundError, RuleError
from salescli.services import references
from salescli.services.knowledge import find, stored
from salescli.services.references import Target
from salescli.store import documents, relations
from salescli.store.unit_of_work import UnitOfWork


class Ready(NamedTuple):
    """What is to be attached: a document by its name, or a new one whose file is kept already."""

    name: str
    columns: Mapping[str, Any] | None


def attach(unit: UnitOfWork, reference: str, place: str) -> tuple[Document, str]:
    """Attach a file, an address or a document of the knowledge base to a sale or activity.

    Return the document and what it is attached to, as it was typed.

    Raises:
        NotFoundError: there is no such sale, file or document.
        RuleError: it is attached already.
    """
    with unit.reading():
        _owner(references.target(unit, reference))
    (one,) = prepare(unit, [place])
    with unit:
        return put(unit, references.target(unit, reference), one), clean(reference)


def prepare(unit: UnitOfWork, places: Iterable[str]) -> list[Ready]:
    """Keep the files that are to be attached, before the transaction that names them."""
    found = []
    for place in places:
        if _is_document(unit, place):
            found.append(Ready(clean(place), None))
        else:
            columns, label = stored(unit, place)
            found.append(Ready(label, columns))
    return found


def put(unit: UnitOfWork, target: Target, one: Ready) -> Document:
    """Attach what is ready to a target, inside a transaction.

    Raises:
        RuleError: it is attached there already.
    """
    document = find(unit, one.name) if one.columns is None else None
    _refuse_double(documents.attached(unit.connection, *_owner(target)), one, document)
    document = document or _on_sale(unit, target, one)
    if document is None:
        key = documents.add(unit, one.name, **(one.columns or {}), in_library=0)
        document = documents.load(unit.connection, key)
    documents.attach(
        unit,
        document.key,
        opportunity_id=target.opportunity,
        run_id=target.run if target.opportunity is None else None,
        activity_id=target.activity,
    )
    return document


def of_sale(unit: UnitOfWork, reference: str) -> list[Document]:
    """Return what is attached to a sale, or to an activity where one is meant."""
    with unit.reading():
        column, owner = _owner(references.target(unit, reference))
        return documents.attached(unit.connection, column, owner)


def of_activity(unit: UnitOfWork, activity: bytes) -> list[dict[str, str]]:
    """Return the handles and names of what is attached to an activity."""
    with unit.reading():
        return relations.documents(unit.connection, "activity_id", activity)


def detach(unit: UnitOfWork, reference: str, text: str) -> Document:
    """Take a document off a sale or an activity; the document stays.

    Raises:
        NotFoundError: it is not attached there.
    """
    with unit:
        column, owner = _owner(references.target(unit, reference))
        known = documents.attached(unit.connection, column, owner)
        document = _named(known, clean(text), clean(reference))
        documents.detach(unit, document.key, column, owner)
        return document


def _on_sale(unit: UnitOfWork, target: Target, one: Ready) -> Document | None:
    """Return the document that the sale of an activity has already for what is to be attached."""
    if target.opportunity is None:
        return None
    known = documents.attached(unit.connection, "opportunity_id", target.opportunity)
    return next((other for other in known if _is_same(other, one)), None)


def _is_same(document: Document, one: Ready) -> bool:
    columns = one.columns or {}
    same = (one.name, columns.get("address"), columns.get("sha256", ""))
    return (document.name, document.address, document.sha256) == same


def _refuse_double(known: Iterable[Document], one: Ready, document: Document | None) -> None:
    for other in known:
        if other == document or _is_same(other, one):
            raise RuleError(
                f"`{other.reference}` {other.name} is attached already",
                hint=f"look at it: `sales kb show {other.reference}`",
            )


def _named(known: list[Document], text: str, reference: str) -> Document:
    """Return the attached document that a handle or a name means."""
    parsed = parse_handle(text)
    wanted = handle(*parsed) if parsed else ""
    found = [d for d in known if d.reference == wanted or text_key(d.name) == text_key(text)]
    if not found:
        raise NotFoundError(
            f"`{text}` is not attached to `{reference}`",
            hint=f"see what is: `sales opportunity attachments {shell_word(reference)}`",
        )
    if len(found) > 1:
        handles = tuple(document.reference for document in found)
        raise DecisionNeededError(
            f"`{text}` is the name of {len(found)} documents there",
            hint="name one by its handle: " + ", ".join(f"`{one}`" for one in handles),
            choices=handles,
        )
    return found[0]


def _owner(target: Target) -> tuple[str, bytes]:
    """Return the column and the key of what documents are attached to: the narrowest there is."""
    if target.activity is not None:
        return "activity_id", target.activity
    if target.opportunity is not None:
        return "opportunity_id", target.opportunity
    if target.run is not None:
        return "run_id", target.run
    raise RuleError(
        "That is neither a sale nor an activity",
        hint="give the handle of an opportunity, a run or an activity",
    )


def _is_document(unit: UnitOfWork, text: str) -> bool:
    """Return whether a document of the knowledge base is meant; a file of that name comes first."""
    parsed = parse_handle(clean(text))
    if parsed is not None:
        return parsed[0] == "document"
    if os.path.exists(text):  # noqa: PTH110  # a path that is too long is no file, and no error
        return False
    with unit.reading():
        return bool(documents.by_name(unit.connection, clean(text)))
