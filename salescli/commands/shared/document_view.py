"""How documents are shown."""

from collections.abc import Sequence
from typing import Any

from salescli.context import AppContext
from salescli.domain.knowledge import TAGS, Document, Suggestion
from salescli.domain.text import shell_word


def show_list(
    context: AppContext, documents: Sequence[Document], nothing: str, following: str
) -> None:
    """Show documents with what they are about; a terminal is told what to do where none is."""
    output = context.output
    if output.as_json:
        output.document([as_document(document) for document in documents])
        return
    if not documents and output.is_terminal:
        output.line(nothing)
        output.line(f"Next: {following}")
        return
    output.table(
        ("Document", "", "Kind", "About"),
        [(d.reference, d.name, d.kind, _about(d)) for d in documents],
        titles=("Document", ""),
    )


def show_one(context: AppContext, document: Document, place: str) -> None:
    """Show all of one document."""
    output = context.output
    if output.as_json:
        output.document(as_document(document) | {"place": place})
        return
    output.line(f"{document.reference} {document.name}", style="bold")
    output.field("Kind", document.kind)
    for kind in TAGS:
        names = [tag.name for tag in document.tags if tag.kind == kind]
        if names:
            output.field(kind.capitalize(), ", ".join(names))
    output.field("Place", place)
    if document.size:
        output.field("Size", f"{document.size:,} bytes")
    if not document.in_library:
        output.field("Library", "not in the knowledge base, only attached")


def show_suggestions(
    context: AppContext, reference: str, suggestions: Sequence[Suggestion]
) -> None:
    """Show the documents that fit a sale, each with the reason, and how to attach the best."""
    output = context.output
    if output.as_json:
        output.document([as_document(s.document) | {"why": s.why} for s in suggestions])
        return
    if not suggestions and output.is_terminal:
        output.line("The knowledge base has nothing that fits.")
        output.line("Next: sales kb list")
        return
    output.table(
        ("Document", "", "Kind", "Fits because of"),
        [(s.document.reference, s.document.name, s.document.kind, s.why) for s in suggestions],
        titles=("Document", ""),
    )
    if output.is_terminal:
        best = suggestions[0].document.reference
        output.line()
        output.line(f"Next: sales opportunity attach {shell_word(reference)} {best}")


def as_document(document: Document) -> dict[str, Any]:
    """Return a document for `--json`."""
    tags = {kind: [t.name for t in document.tags if t.kind == kind] for kind in TAGS}
    return {
        "document": document.reference,
        "name": document.name,
        "kind": document.kind,
        "address": document.address,
        "sha256": document.sha256,
        "size": document.size,
        "in_library": bool(document.in_library),
        **tags,
    }


def _about(document: Document) -> str:
    return ", ".join(f"{tag.kind} {tag.name}" for tag in document.tags)
