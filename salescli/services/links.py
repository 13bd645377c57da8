"""The links of a process: those to the knowledge base have to lead to a document there."""

from collections.abc import Iterator
from typing import NamedTuple

from salescli.domain.process.spec import Link, ProcessSpec
from salescli.domain.process.table import KeyPath
from salescli.domain.text import clean, shell_word
from salescli.domain.text import key as text_key
from salescli.errors import UsageError
from salescli.services.locator import line_at, lines_of
from salescli.store import definitions, documents
from salescli.store.engine import FILE_NAME
from salescli.store.unit_of_work import UnitOfWork

KNOWLEDGE_BASE = "kb:"


class _Placed(NamedTuple):
    path: KeyPath
    link: Link
    owner: str


def warnings(unit: UnitOfWork, spec: ProcessSpec, source: str, name: str) -> list[str]:
    """Say which links of a definition lead to no document, each with its line.

    Where there is no store yet, there is nothing to compare with, and none is made.
    """
    if not _to_documents(spec) or not (unit.home / FILE_NAME).exists():
        return []
    with unit.reading():
        return _told(_missing(unit, spec), source, name)


def require(unit: UnitOfWork, spec: ProcessSpec, source: str, name: str) -> None:
    """Refuse a definition with links to documents that the knowledge base does not have.

    Raises:
        UsageError: it has some; each is told with its line.
    """
    missing = _missing(unit, spec)
    if not missing:
        return
    told = "\n".join(f"  {line}" for line in _told(missing, source, name))
    count = "1 link leads" if len(missing) == 1 else f"{len(missing)} links lead"
    raise UsageError(
        f"In `{name}` {count} nowhere:\n{told}",
        hint=f"add it: sales kb add FILE --name {shell_word(clean(_document(missing[0].link)))}",
    )


def leading_to(unit: UnitOfWork, name: str) -> list[str]:
    """Return what links to a document in the newest version of each process, in words."""
    found = [
        f"{placed.owner} in `{process}`"
        for process, _division, spec in definitions.in_use(unit.connection)
        for placed in _to_documents(spec)
        if text_key(_document(placed.link)) == text_key(name)
    ]
    return list(dict.fromkeys(found))


def _missing(unit: UnitOfWork, spec: ProcessSpec) -> list[_Placed]:
    known = unit.connection
    return [p for p in _to_documents(spec) if not documents.by_name(known, _document(p.link))]


def _to_documents(spec: ProcessSpec) -> list[_Placed]:
    return [placed for placed in _placed(spec) if placed.link.to.startswith(KNOWLEDGE_BASE)]


def _told(missing: list[_Placed], source: str, name: str) -> list[str]:
    lines = lines_of(source) if missing else {}
    return [
        f"{name}:{line_at(lines, placed.path)}: the knowledge base has no"
        f" `{clean(_document(placed.link))}`"
        for placed in missing
    ]


def _document(link: Link) -> str:
    return link.to.removeprefix(KNOWLEDGE_BASE).strip()


def _placed(spec: ProcessSpec) -> Iterator[_Placed]:
    for activity in spec.activities:
        for place, link in enumerate(activity.links):
            path = ("activity", activity.id, "links", place, "to")
            yield _Placed(path, link, f"the activity `{activity.id}`")
    for number, stage in enumerate(spec.stages):
        for position, step in enumerate(stage.steps):
            for place, link in enumerate(step.links):
                at = ("stage", number, "step", position, "links", place, "to")
                yield _Placed(at, link, f"the step `{step.id}` of `{stage.id}`")
