"""Removing notes by what they say."""

import pytest

from tests.shop import Shop, made_once


@made_once
def noted(shop: Shop) -> Shop:
    """A sale with notes, and a lead, an account and a begun sale with one each."""
    shop.do("opportunity", "add", "Power", "--account", "Acme")
    shop.do("lead", "add", "Zoe Zed")
    shop.do("run-process", "corporate-sale", "--account", "Umbrella")
    for reference in ("OPP-1", "LEAD-1", "ACC-1", "RUN-1"):
        shop.do("note", reference, "They called")
    shop.do("note", "OPP-1", "They called again")
    return shop


def texts(shop: Shop) -> list[str]:
    """Return what the notes say, in the order in which they were written."""
    return [text for (text,) in shop.rows("SELECT text FROM note ORDER BY id")]


@pytest.mark.parametrize("reference", ["OPP-1", "LEAD-1", "ACC-1", "RUN-1"])
def test_the_note_that_says_so_goes(noted: Shop, reference: str) -> None:
    """A note goes by its whole text, from what it was written on alone; an undo brings it back."""
    before = noted.dump()
    told = noted.do("note", reference, "they  CALLED", "--remove").out
    assert "the note: They called" in told
    assert 4 == len(texts(noted))
    assert "They called again" in texts(noted)
    assert 3 == noted.run("note", reference, "They wrote", "--remove").code
    noted.do("undo")
    assert before == noted.dump()


def test_some_of_its_words_are_enough(noted: Shop) -> None:
    """Words that only one note has mean that one."""
    noted.do("note", "OPP-1", "again", "--remove")
    assert ["They called"] * 4 == texts(noted)


def test_of_two_that_say_the_same_the_newest_goes(noted: Shop) -> None:
    """The older one stays."""
    first = noted.rows("SELECT id FROM note WHERE opportunity_id IS NOT NULL ORDER BY id")[:1]
    noted.do("note", "OPP-1", "They called")
    noted.do("note", "OPP-1", "They called", "--remove")
    assert first[0] in noted.rows("SELECT id FROM note")


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("they", 4, "2 notes on `OPP-1` Power say `they`"),
        ("nobody", 3, "No note on `OPP-1` Power says `nobody`"),
        (" ", 3, "No note on `OPP-1` Power says"),
    ],
)
def test_what_means_none_or_several_is_refused(
    noted: Shop, text: str, code: int, told: str
) -> None:
    """Nothing goes, and the way out is told."""
    before = noted.dump()
    refused = noted.run("note", "OPP-1", text, "--remove")
    assert code == refused.code
    assert told in refused.err
    assert "hint:" in refused.err
    assert before == noted.dump()
