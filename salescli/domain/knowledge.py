"""The knowledge base: which of its documents fit a sale, and why."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from salescli.domain.text import key as text_key

KINDS = ("presentation", "example", "proposal", "price-list", "template", "other")
"""What a document can be."""

TAGS = ("offer", "vertical", "stage")
"""What a document can be about."""


class Tag(NamedTuple):
    """One thing that a document is about, or that a sale has: `kind` is one of `TAGS`."""

    kind: str
    name: str

    @property
    def folded(self) -> tuple[str, str]:
        """The tag as it is compared, whatever its case and accents."""
        return self.kind, text_key(self.name)


class Document(NamedTuple):
    """A document: its handle, what it is called, where it is, and what it is about.

    `address` is a web address, or the name that its file had; `sha256` is empty for an address.
    One that is not in the library, 0, is only attached to something.
    """

    key: bytes
    number: int
    name: str
    kind: str
    address: str
    sha256: str
    size: int
    in_library: int = 1
    tags: tuple[Tag, ...] = ()

    @property
    def reference(self) -> str:
        """Its handle."""
        return f"DOC-{self.number}"


class Suggestion(NamedTuple):
    """A document that fits, with the tags for which it does."""

    document: Document
    matched: tuple[Tag, ...]

    @property
    def why(self) -> str:
        """The matching tags in words; a document without any tag fits every sale."""
        told = ", ".join(f"{tag.kind} {tag.name}" for tag in self.matched)
        return told or "for any sale"


def rank(documents: Iterable[Document], sale: Sequence[Tag]) -> list[Suggestion]:
    """Return the documents that fit a sale: those with the most tags in common first.

    Among equals the one with fewer tags that do not match goes first, then the name decides. A
    document with tags of which none matches is about something else and is left out.
    """
    wanted = {tag.folded for tag in sale}
    found = [
        Suggestion(document, tuple(tag for tag in document.tags if tag.folded in wanted))
        for document in documents
    ]
    fitting = [s for s in found if s.matched or not s.document.tags]
    return sorted(
        fitting,
        key=lambda s: (
            -len(s.matched),
            len(s.document.tags) - len(s.matched),
            text_key(s.document.name),
            s.document.number,
        ),
    )
