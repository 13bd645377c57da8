"""How columns share the width of a list."""

from hypothesis import given
from hypothesis import strategies as st

from salescli.tui.texts.cells import CUT
from salescli.tui.texts.columns import GAP, WIDEST_WHOLE, Column, layout, needs

LISTS = st.integers(1, 6).flatmap(
    lambda count: st.tuples(
        st.lists(
            st.builds(Column, st.text("abc", max_size=8), st.integers(0, 20)),
            min_size=count,
            max_size=count,
        ),
        st.lists(
            st.lists(st.text("ab 北", max_size=40), min_size=count, max_size=count), max_size=5
        ),
        st.integers(0, 160),
    )
)


@given(LISTS)
def test_columns_share_what_there_is(
    given_list: tuple[list[Column], list[list[str]], int],
) -> None:
    """They fit in the width, none is below its least, and nothing is cut while there is room."""
    columns, entries, width = given_list
    needed = needs(columns, entries)
    widths = layout(columns, needed, width)
    taken = sum(widths.values()) + GAP * (len(widths) - 1)
    assert not widths or taken <= width
    for place, given_width in widths.items():
        assert given_width >= min(columns[place].least or needed[place], needed[place])
    if taken < width:
        assert all(widths[place] >= needed[place] for place in widths)


@given(LISTS)
def test_the_first_column_that_fits_is_there(
    given_list: tuple[list[Column], list[list[str]], int],
) -> None:
    """A column is left out only when it, after those before it, has no room."""
    columns, entries, width = given_list
    needed = needs(columns, entries)
    widths = layout(columns, needed, width)
    for place, (column, need) in enumerate(zip(columns, needed, strict=True)):
        least = min(column.least or need, need)
        before = [min(columns[p].least or needed[p], needed[p]) + GAP for p in widths if p < place]
        assert (place in widths) == (0 < least <= width - sum(before))


def test_what_must_be_whole_is_whole_or_left_out() -> None:
    """Half a phone number is none; a text longer than its column leaves an ellipsis there."""
    phone, name = Column("Phone"), Column("Name", 4)
    assert "+47 55" == phone.set("+47 55", 6)
    assert f"{CUT}     " == phone.set("+47 55 10", 6)
    assert f"Bergen{CUT}" == name.set("Bergen Maritime", 7)
    assert [WIDEST_WHOLE, 100] == needs([phone, name], [["9" * 100, "n" * 100]])
