"""The log of a document, and taking its last change back."""

from tests.shop import Shop, made_once


@made_once
def told(shop: Shop) -> Shop:
    """A shop with one document, DOC-1, that was attached to OPP-1 and then described anew."""
    shop.do("opportunity", "add", "Pump", "--account", "Acme")
    shop.do("kb", "add", "https://example.org/hall", "--name", "Hall", "--stage", "proposal")
    shop.do("opportunity", "attach", "OPP-1", "DOC-1")
    shop.do("kb", "edit", "DOC-1", "--stage", "negotiations", "--name", "The hall")
    return shop


def change_sets(shop: Shop, *reference: str) -> list[int]:
    """Return the numbers of the change sets that touched a record, or of all, oldest first."""
    found = shop.json("log", *reference)
    return sorted(int(entry["reference"].removeprefix("CS-")) for entry in found)


def test_the_log_of_a_document_has_its_tags_and_attachments(told: Shop) -> None:
    """A document is meant by its handle, also once it is gone."""
    *_before, added, attached, edited = change_sets(told)
    assert [added, attached, edited] == change_sets(told, "DOC-1")
    told.do("opportunity", "detach", "OPP-1", "DOC-1")
    told.do("kb", "remove", "DOC-1")
    *_before, detached, removed = change_sets(told)
    assert [added, attached, edited, detached, removed] == change_sets(told, "DOC-1")


def test_undo_takes_back_the_last_change_of_a_document(told: Shop) -> None:
    """Its tags are part of it, one that was replaced too."""
    told.do("account", "add", "Globex")
    told.do("undo", "DOC-1")
    shown = told.json("kb", "show", "DOC-1")
    assert ("Hall", ["proposal"]) == (shown["name"], shown["stage"])
    assert ["Acme", "Globex"] == [one["name"] for one in told.json("account", "list")]


def test_an_unknown_document_is_told_with_a_command_that_lists_them(told: Shop) -> None:
    """The hint names a command that there is."""
    refused = told.run("log", "DOC-9")
    assert 3 == refused.code
    assert "`sales kb list`" in refused.err
