"""`sales kb`: the knowledge base."""

from typing import Annotated

import typer

from salescli.commands.shared import completions
from salescli.commands.shared.catalog import EPILOG, MOST

app = typer.Typer(add_completion=False, help="The knowledge base: documents that help to sell")

Document = Annotated[
    str,
    typer.Argument(
        metavar="DOC", help="Its handle or its name", autocompletion=completions.documents
    ),
]
Kind = Annotated[
    str,
    typer.Option(
        metavar="KIND", help="presentation, example, proposal, price-list, template or other"
    ),
]
Name = Annotated[str, typer.Option(help="What it is called; the file's name by default")]
Offers = Annotated[
    list[str] | None, typer.Option("--offer", help="An offer that it is about; repeat it for more")
]
Verticals = Annotated[
    list[str] | None, typer.Option("--vertical", help="An industry; repeat it for more")
]
Stages = Annotated[
    list[str] | None, typer.Option("--stage", help="A stage that it helps in; repeat it for more")
]


@app.command("add", epilog=EPILOG)
def add_document(
    context: typer.Context,
    place: Annotated[str, typer.Argument(metavar="FILE|URL", help="A file or an address")],
    name: Name = "",
    kind: Kind = "",
    offer: Offers = None,
    vertical: Verticals = None,
    stage: Stages = None,
) -> None:
    """Take a file or an address into the knowledge base

    Example: sales kb add cold-stores.pdf --kind presentation --vertical "Food storage"

    A file is copied into the folder of the store.
    """
    from salescli.services import knowledge

    tags = {"offer": offer or (), "vertical": vertical or (), "stage": stage or ()}
    about = knowledge.About(name, kind, tags)
    document = knowledge.add(context.obj.unit, place, about)
    number = document.reference
    context.obj.output.changed(
        [f"Added `{number}` {document.name}"],
        f"sales kb show {number}",
        document=number,
    )


@app.command("list", epilog=EPILOG)
def list_documents(
    context: typer.Context,
    kind: Kind = "",
    offer: Offers = None,
    vertical: Verticals = None,
    stage: Stages = None,
) -> None:
    """List the documents of the knowledge base: all, or those of a kind that are about something

    Example: sales kb list --kind presentation --vertical "Food storage"
    """
    from salescli.commands.shared import document_view
    from salescli.services import knowledge

    tags = {"offer": offer or (), "vertical": vertical or (), "stage": stage or ()}
    found = knowledge.listing(context.obj.unit, kind, tags)
    is_narrowed = bool(kind or offer or vertical or stage)
    document_view.show_list(
        context.obj,
        found,
        "The knowledge base has no such document."
        if is_narrowed
        else "The knowledge base is empty.",
        "sales kb add FILE",
    )


@app.command("show", epilog=EPILOG)
def show_document(context: typer.Context, document: Document) -> None:
    """Show a document: what it is about and where it is

    Example: sales kb show DOC-3
    """
    from salescli.commands.shared import document_view
    from salescli.services import knowledge

    found = knowledge.show(context.obj.unit, document)
    document_view.show_one(context.obj, found, knowledge.place_of(context.obj.unit, found))


@app.command("edit", epilog=EPILOG)
def edit_document(
    context: typer.Context,
    document: Document,
    name: Name = "",
    kind: Kind = "",
    offer: Offers = None,
    vertical: Verticals = None,
    stage: Stages = None,
) -> None:
    """Change a document; tags that are given take the place of those of the same kind

    Example: sales kb edit DOC-3 --stage presentation --stage proposal
    """
    from salescli.services import knowledge

    tags = {"offer": offer or (), "vertical": vertical or (), "stage": stage or ()}
    about = knowledge.About(name, kind, tags)
    changed = knowledge.edit(context.obj.unit, document, about)
    number = changed.reference
    context.obj.output.changed(
        [f"Changed `{number}` {changed.name}"],
        f"sales kb show {number}",
        document=number,
    )


@app.command("remove", epilog=EPILOG)
def remove_document(context: typer.Context, document: Document) -> None:
    """Take a document out of the knowledge base; sales keep what is attached to them

    Example: sales kb remove DOC-3
    """
    from salescli.services import knowledge

    removed = knowledge.remove(context.obj.unit, document)
    output = context.obj.output
    sentence = f"Took `{removed.reference}` {removed.name} out of the knowledge base"
    if output.as_json:
        output.document({"changed": [sentence]})
        return
    output.line(sentence)
    output.line("Next: sales undo, to have it back")


@app.command("path", epilog=EPILOG)
def print_path(context: typer.Context, document: Document) -> None:
    """Print where a document is: the path of its file, or its address

    Example: xdg-open "$(sales kb path DOC-3)"
    """
    from salescli.services import knowledge

    found = knowledge.show(context.obj.unit, document)
    place = knowledge.place_of(context.obj.unit, found)
    output = context.obj.output
    if output.as_json:
        output.document({"document": found.reference, "place": place})
        return
    output.source(f"{place}\n")


@app.command("suggest", epilog=EPILOG)
def suggest_documents(
    context: typer.Context,
    reference: Annotated[
        str,
        typer.Argument(metavar="REF", help="The sale", autocompletion=completions.sales),
    ],
    kind: Kind = "",
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=0, max=MOST, help="So many; 0 for all")
    ] = 5,
) -> None:
    """Suggest documents for a sale by its offers, its account's industry and its stage

    Example: sales kb suggest OPP-12 --kind presentation
    """
    from salescli.commands.shared import document_view
    from salescli.services import knowledge

    found = knowledge.suggest(context.obj.unit, reference, kind)
    document_view.show_suggestions(context.obj, reference, found[:limit] if limit else found)
