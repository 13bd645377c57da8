"""Paragraphs and tables at a width: nothing is lost, nothing sticks out, words stay whole."""

from hypothesis import given
from hypothesis import strategies as st

from salescli.layout import NARROWEST, Table, paragraph, places, table, wrapped

WIDTHS = st.integers(NARROWEST, 200)
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]) | st.just(" "))
SENTENCES = st.lists(st.sampled_from(["OPP-12", "a", "`stage`", "Prüfung", "東京"]), min_size=1)


def shown(rows: list[list[str]], width: int, **more: tuple[str, ...]) -> list[str]:
    """Return the lines of a table of sales."""
    titles = more.get("titles", ("Sale", "Name"))
    columns = ("Sale", "Name", "Stage", "Amount")
    return [line.text for line in table(Table(columns, rows, titles, {"Amount"}), width)]


@given(TEXTS, WIDTHS, st.integers(0, 30))
def test_no_line_is_wider_than_the_terminal(text: str, width: int, hang: int) -> None:
    """Wide characters count twice and accents not at all; a word that is too long is cut."""
    assert all(places(line) <= width for line in wrapped(text, width, hang))


@given(TEXTS, WIDTHS)
def test_no_letter_is_lost(text: str, width: int) -> None:
    """Without its spaces a text is the same before and after."""
    assert "".join(text.split()) == "".join("".join(wrapped(text, width)).split())


@given(SENTENCES, WIDTHS)
def test_a_word_that_fits_is_never_broken(words: list[str], width: int) -> None:
    """A handle that is spread over two lines could not be typed."""
    assert words == " ".join(wrapped(" ".join(words), width)).split()


def test_an_item_goes_on_below_its_words() -> None:
    """The mark of a list item stands alone at its left."""
    assert ["  - one two", "    three"] == paragraph("  - one two three", 12)
    assert ["  one two", "  three"] == paragraph("  one two three", 10)


def test_columns_stand_below_one_another() -> None:
    """A table that fits has one line a row; numbers end in one column, wide characters too."""
    rows = [["OPP-1", "Pump", "proposal", "5.00"], ["OPP-12", "東京", "won", "1,000.00"]]
    assert [
        "Sale    Name  Stage       Amount",
        "OPP-1   Pump  proposal      5.00",
        "OPP-12  東京  won       1,000.00",
    ] == shown(rows, 40)


def test_a_tight_table_wraps_between_words() -> None:
    """Where a little room is missing, the long texts take several lines."""
    rows = [["OPP-1", "Standby power for the new hall", "proposal", "5.00"]]
    assert [
        "Sale   Name                   Stage     Amount",
        "OPP-1  Standby power for the  proposal    5.00",
        "       new hall",
    ] == shown(rows, 46)


def test_a_table_without_room_becomes_blocks() -> None:
    """Where words would be cut, a row is a title and the rest under labels, without empty cells."""
    rows = [["OPP-1", "Standby power", "interest-verification", ""], ["OPP-2", "", "won", "5.00"]]
    assert [
        "OPP-1 Standby power",
        "  Stage: interest-verification",
        "OPP-2",
        "  Stage: won; Amount: 5.00",
    ] == shown(rows, 40)


def test_a_block_without_a_title_begins_with_what_it_has() -> None:
    """No block begins with an empty line."""
    rows = [["", "", "interest-verification and more words", "5.00"]]
    assert ["interest-verification", "  and more words", "  Amount: 5.00"] == shown(rows, 24)


CELLS = st.lists(SENTENCES.map(" ".join), min_size=4, max_size=4)


@given(st.lists(CELLS, min_size=1, max_size=4), st.integers(30, 120))
def test_a_table_keeps_every_word_at_every_width(rows: list[list[str]], width: int) -> None:
    """B50: whether it comes as columns or as blocks, each word of each cell is there, and whole."""
    lines = shown(rows, width)
    told = " ".join(lines).replace(";", " ").split()
    for word in {word for row in rows for cell in row for word in cell.split()}:
        count = sum(cell.split().count(word) for row in rows for cell in row)
        assert count == told.count(word)
    assert all(places(line) <= width for line in lines)
