"""What is attached to an opportunity."""

from typing import Annotated

import typer

from salescli.commands.opportunity.options import Sale
from salescli.commands.shared import completions

Place = Annotated[
    str,
    typer.Argument(
        metavar="FILE|URL|DOC",
        help="A file, an address, or a document by its handle or name",
        autocompletion=completions.documents,
    ),
]
Document = Annotated[
    str,
    typer.Argument(
        metavar="DOC", help="Its handle or its name", autocompletion=completions.documents
    ),
]


def attach(context: typer.Context, reference: Sale, place: Place) -> None:
    """Attach a file, an address or a document of the knowledge base

    Examples: sales opportunity attach OPP-12 offer.pdf; sales opportunity attach OPP-12 DOC-3
    """
    from salescli.domain.text import shell_word
    from salescli.services import attachments

    document, owner = attachments.attach(context.obj.unit, reference, place)
    said = f"Attached `{document.reference}` {document.name} to {owner}"
    following = f"sales opportunity attachments {shell_word(owner)}"
    context.obj.output.changed([said], following)


def list_attachments(context: typer.Context, reference: Sale) -> None:
    """List what is attached to an opportunity

    Example: sales opportunity attachments OPP-12
    """
    from salescli.commands.shared import document_view
    from salescli.domain.text import shell_word
    from salescli.services import attachments

    found = attachments.of_sale(context.obj.unit, reference)
    nothing = f"Nothing is attached to {reference}."
    document_view.show_list(
        context.obj, found, nothing, f"sales opportunity attach {shell_word(reference)} FILE"
    )


def detach(context: typer.Context, reference: Sale, document: Document) -> None:
    """Take a document off an opportunity; the document itself stays

    Example: sales opportunity detach OPP-12 DOC-3
    """
    from salescli.services import attachments

    taken = attachments.detach(context.obj.unit, reference, document)
    said = f"Took `{taken.reference}` {taken.name} off {reference}"
    context.obj.output.changed([said], "sales undo, to have it back")
