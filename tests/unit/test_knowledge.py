"""Which documents fit a sale: the rule, without a store."""

from salescli.domain.knowledge import Document, Tag, rank


def document(number: int, name: str, *tags: tuple[str, str]) -> Document:
    """Return a document with tags."""
    found = tuple(Tag(kind, text) for kind, text in tags)
    return Document(bytes([number]), number, name, "presentation", "", "", 0, tags=found)


LIBRARY = (
    document(1, "Cold stores", ("vertical", "Food storage"), ("stage", "presentation")),
    document(2, "Generators", ("offer", "Generator"), ("vertical", "Health care")),
    document(3, "Our company"),
    document(4, "Hospitals", ("vertical", "Health care")),
    document(5, "A generator in food", ("offer", "generator"), ("vertical", "food storage")),
)
SALE = (Tag("offer", "Generator"), Tag("vertical", "Food Storage"), Tag("stage", "presentation"))


def test_documents_are_ranked_by_what_they_have_in_common_with_the_sale() -> None:
    """P64: most tags in common first, then the fewest that do not match, then the name.

    Two tags in common: 5 and 1, by name; one: 2, with one that does not match; 3 is for any sale;
    4 is about another trade.
    """
    found = rank(LIBRARY, SALE)
    assert [5, 1, 2, 3] == [suggestion.document.number for suggestion in found]
    assert ["offer generator, vertical food storage", "for any sale"] == [
        found[0].why,
        found[-1].why,
    ]


def test_the_order_does_not_depend_on_the_librarys() -> None:
    """P64: the same documents in another order are ranked the same."""
    assert rank(LIBRARY, SALE) == rank(tuple(reversed(LIBRARY)), SALE)
