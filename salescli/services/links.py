"""The links of a process: those to the knowledge base have to lead to a document there."""

from collections.abc import Iterator
from typing import NamedTuple

from salescli.domain.process.spec import Link, ProcessSpec
from salescli.domain.process.table import KeyPath
from salescli.domain.text import clean
from salescli.errors import UsageError
from salescli.services.locator import line_at, lines_of
from salescli.store import documents
from salescli.store.unit_of_work import UnitOfWork

KNOWLEDGE_BASE = "kb:"


class _Placed(NamedTuple):
    path: KeyPath
    link: Link


def require(unit: UnitOfWork, spec: ProcessSpec, source: str, name: str) -> None:
    """Refuse a definition with links to documents that the knowledge base does not have.

    Raises:
        UsageError: it has some; each is told with its line.
    """
    wanted = [placed for placed in _placed(spec) if placed.link.to.startswith(KNOWLEDGE_BASE)]
    missing = [p for p in wanted if not documents.by_name(unit.connection, _document(p.link))]
    if not missing:
        return
    lines = lines_of(source)
    told = "\n".join(
        f"  {name}:{line_at(lines, placed.path)}: the knowledge base has no"
        f" `{clean(_document(placed.link))}`"
        for placed in missing
    )
    count = "1 link leads" if len(missing) == 1 else f"{len(missing)} links lead"
    raise UsageError(
        f"In `{name}` {count} nowhere:\n{told}",
        hint=f'add it: sales kb add FILE --name "{clean(_document(missing[0].link))}"',
    )


def _document(link: Link) -> str:
    return link.to.removeprefix(KNOWLEDGE_BASE).strip()


def _placed(spec: ProcessSpec) -> Iterator[_Placed]:
    for activity in spec.activities:
        for place, link in enumerate(activity.links):
            yield _Placed(("activity", activity.id, "links", place, "to"), link)
    for number, stage in enumerate(spec.stages):
        for position, step in enumerate(stage.steps):
            for place, link in enumerate(step.links):
                path = ("stage", number, "step", position, "links", place, "to")
                yield _Placed(path, link)
