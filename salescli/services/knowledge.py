"""The knowledge base: documents by what they are about, and those that fit a sale."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from salescli.domain.knowledge import KINDS, TAGS, Document, Suggestion, Tag, rank
from salescli.domain.reference import bare_number, parse_handle
from salescli.domain.text import clean, nearest, shell_word, slug
from salescli.errors import DecisionNeededError, NotFoundError, RuleError, UsageError
from salescli.services import files, links, references
from salescli.services.sale import newest_of
from salescli.services.targets import nearest_hint
from salescli.store import definitions, documents, records, runs
from salescli.store.unit_of_work import UnitOfWork

_ADDRESS = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
SUGGESTED = 3
"""So many documents a step shows."""


class About(NamedTuple):
    """What is said of a document: its name, its kind, and names by the kind of tag."""

    name: str = ""
    kind: str = ""
    tags: Mapping[str, Sequence[str]] = {}


def add(unit: UnitOfWork, place: str, about: About) -> Document:
    """Take a file or an address into the knowledge base.

    Raises:
        RuleError: the knowledge base has one of that name.
        UsageError: the kind or a stage is unknown, or the file cannot be read.
        NotFoundError: there is no such file.
    """
    kind = _kind(about.kind or "other")
    with unit.reading():
        tags = [tag for name in TAGS for tag in _tags(unit, name, about.tags.get(name, ()))]
        _refuse_double(unit, clean(about.name) or files.label_of(place))
    columns, label = stored(unit, place)
    name = clean(about.name) or label
    with unit:
        _refuse_double(unit, name)
        key = documents.add(unit, name, tags, kind=kind, **columns)
        return documents.load(unit.connection, key)


def stored(unit: UnitOfWork, place: str) -> tuple[dict[str, Any], str]:
    """Return the columns of a document for a file or an address, and what it is called.

    A file is on the disk when this returns, in the folder of a store that is there; so it is, too,
    where the row that names it then fails.
    """
    if _ADDRESS.fullmatch(place.strip()):
        address = clean(place)
        return {"address": address}, address
    with unit.reading():
        pass
    kept = files.keep(unit.home, place, is_rehearsal=unit.is_rehearsal)
    return {"address": kept.label, "sha256": kept.sha256, "size": kept.size}, kept.label


def listing(
    unit: UnitOfWork, kind: str = "", tags: Mapping[str, Sequence[str]] | None = None
) -> list[Document]:
    """Return the documents of the knowledge base: all, or those of a kind that have every tag.

    Raises:
        UsageError: the kind or a stage is unknown.
    """
    with unit.reading():
        asked = [tag for name, names in (tags or {}).items() for tag in _tags(unit, name, names)]
        wanted = {tag.folded for tag in asked}
        found = documents.library(unit.connection, _kind(kind) if kind else "")
        return [one for one in found if wanted <= {tag.folded for tag in one.tags}]


def show(unit: UnitOfWork, text: str) -> Document:
    """Return a document by its handle or its name."""
    with unit.reading():
        return find(unit, text)


def edit(unit: UnitOfWork, text: str, about: About) -> Document:
    """Change what is said of a document; tags of a kind that are given replace those it has.

    Raises:
        RuleError: the knowledge base has another one of that name.
        UsageError: nothing is to be changed, or the kind or a stage is unknown.
    """
    with unit:
        document = find(unit, text)
        columns = {"name": clean(about.name)} if clean(about.name) else {}
        if columns:
            _refuse_double(unit, columns["name"], document)
        columns |= {"kind": _kind(about.kind)} if about.kind else {}
        given = {name: names for name, names in about.tags.items() if names}
        if not (columns or given):
            raise UsageError(
                "Nothing is to be changed", hint=f"sales kb edit {document.reference} --name ..."
            )
        if columns:
            documents.change(unit, document.key, **columns)
        for name, names in given.items():
            tags = [tag.name for tag in _tags(unit, name, names)]
            documents.replace_tags(unit, document.key, name, tags)
        _tell_links(unit, document)
        return documents.load(unit.connection, document.key)


def remove(unit: UnitOfWork, text: str) -> Document:
    """Take a document out of the knowledge base; one that is attached stays with its sales."""
    with unit:
        document = find(unit, text)
        if documents.uses(unit.connection, document.key):
            documents.change(unit, document.key, in_library=0)
        else:
            documents.remove(unit, document.key)
        _tell_links(unit, document)
        return document


def place_of(unit: UnitOfWork, document: Document) -> str:
    """Return the path of a document's file, or its address."""
    if document.sha256:
        return str(files.path_of(unit.home, document.sha256))
    return document.address


def suggest(unit: UnitOfWork, reference: str, kind: str = "") -> list[Suggestion]:
    """Return the documents that fit a sale, the best first.

    Raises:
        RuleError: the sale has no opportunity yet.
    """
    with unit.reading():
        target = references.target(unit, reference)
        if target.opportunity is None and target.run is None:
            raise RuleError(
                f"`{clean(reference)}` is no sale",
                hint="give the handle of an opportunity, or words of its name",
            )
        if target.opportunity is None:
            raise RuleError(
                f"`{clean(reference)}` has no opportunity yet",
                hint=f"save its opportunity first: `sales continue {shell_word(reference)}`",
            )
        record = records.load(unit.connection, "opportunity", target.opportunity)
        stage = str(record.values["stage"])
        return fitting(unit, target.opportunity, stage, _kind(kind) if kind else "")


def fitting(unit: UnitOfWork, opportunity: bytes, stage: str, kind: str) -> list[Suggestion]:
    """Return the documents of a kind that fit an opportunity in a stage, inside a transaction."""
    known = documents.library(unit.connection, kind)
    if not known:
        return []
    sale = documents.tags_of_sale(unit.connection, opportunity, stage)
    return rank(known, [*sale, *_names_of_stage(unit, opportunity, stage)])


def find(unit: UnitOfWork, text: str) -> Document:
    """Return the document that a handle, a number or a name means.

    Raises:
        NotFoundError: there is none.
        DecisionNeededError: several are called so.
    """
    text = clean(text)
    parsed = parse_handle(text)
    number = parsed[1] if parsed and parsed[0] == "document" else bare_number(text)
    if number is not None:
        found = documents.by_number(unit.connection, number)
        if found is not None:
            return found
    named = documents.by_name(unit.connection, text)
    if len(named) > 1:
        handles = tuple(document.reference for document in named)
        raise DecisionNeededError(
            f"`{text}` is the name of {len(named)} documents",
            hint="name one by its handle: " + ", ".join(f"`{one}`" for one in handles),
            choices=handles,
        )
    if named:
        return named[0]
    near = nearest(text, [document.name for document in documents.library(unit.connection)])
    told = "did you mean " + " or ".join(f"`{name}`" for name in near) + "?" if near else ""
    raise NotFoundError(
        f"The knowledge base has no `{text}`", hint=told or "see what it has: `sales kb list`"
    )


def _names_of_stage(unit: UnitOfWork, opportunity: bytes, stage: str) -> list[Tag]:
    """Return whatever the stage of a sale is called, in its version and in the newest one."""
    run = runs.running_of_opportunity(unit.connection, opportunity)
    if run is None:
        return []
    stored_run = runs.load(unit.connection, run)
    kept = definitions.by_key(unit.connection, stored_run.definition)
    newest = newest_of(unit, stored_run.process, stored_run.owner)
    stages = [one for version in (kept, newest) for one in version.spec.stages]
    return [Tag("stage", name) for one in stages if stage in one.ids for name in one.names]


def _refuse_double(unit: UnitOfWork, name: str, meant: Document | None = None) -> None:
    """Refuse a name that another document has than the one that is meant."""
    known = [one for one in documents.by_name(unit.connection, name) if one != meant]
    if known:
        raise RuleError(
            f"The knowledge base has `{known[0].reference}` {known[0].name} already",
            hint="give another name with --name",
        )


def _tell_links(unit: UnitOfWork, document: Document) -> None:
    """Tell which steps of processes link to a document that is not called so any more."""
    if document.in_library and not documents.by_name(unit.connection, document.name):
        linked = links.leading_to(unit, document.name)
        unit.remarks += [f"{place} links to `{document.name}`, which is gone" for place in linked]


def _kind(text: str) -> str:
    word = clean(text).casefold().replace(" ", "-")
    if word not in KINDS:
        raise UsageError(
            f"`{clean(text)}` is no kind of document",
            hint="it is one of " + ", ".join(f"`{kind}`" for kind in KINDS),
        )
    return word


def _tags(unit: UnitOfWork, kind: str, names: Sequence[str]) -> list[Tag]:
    cleaned = [clean(name) for name in names]
    if not all(cleaned):
        raise UsageError(f"A --{kind} is empty", hint=f"give --{kind} a name, or leave it out")
    if kind == "stage":
        _require_stages(unit, cleaned)
    return [Tag(kind, name) for name in cleaned]


def _require_stages(unit: UnitOfWork, names: Sequence[str]) -> None:
    """Refuse a name that no stage of any process has."""
    versions = definitions.in_use(unit.connection) if names else []
    stages = [stage for _process, _division, spec in versions for stage in spec.stages]
    known = {slug(name) for stage in stages for name in stage.names}
    for name in names:
        if slug(name) not in known:
            ids = list(dict.fromkeys(stage.id for stage in stages))
            raise UsageError(
                f"No process has a stage `{name}`",
                hint=nearest_hint(slug(name), ids, "the stages are "),
            )
