"""Charts: never wider than asked, the longest bar is the largest, ASCII where it is wanted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.charts import NARROWEST, bar, bars, burn_up, drawn, plan_bar
from salescli.domain.charted import Bar, Bars, Curve, PlanBar
from salescli.layout import places

AMOUNTS = st.integers(0, 10**9)
WIDTHS = st.integers(NARROWEST, 120)


@given(share=st.floats(-1, 3), width=st.integers(1, 80), ascii_only=st.booleans())
def test_a_bar_is_as_wide_as_asked(share: float, width: int, ascii_only: bool) -> None:
    """Nothing fills none of it, all fills everything, and in ASCII no other character is used."""
    drawn = bar(share, width, ascii_only=ascii_only)
    assert width == places(drawn)
    assert drawn.isascii() or not ascii_only
    full, empty = ("#", ".") if ascii_only else ("█", "·")
    if share >= 1:
        assert drawn == full * width
    if share <= 0:
        assert drawn == empty * width


@given(
    entries=st.lists(
        st.builds(Bar, st.text("abc é東", max_size=30), AMOUNTS, st.text("0123 €", max_size=20)),
        max_size=8,
    ),
    width=WIDTHS,
)
def test_bars_fit(entries: list[Bar], width: int) -> None:
    """F50: every line is within the width, and a larger value has no shorter bar."""
    lines = bars(Bars(tuple(entries)), width, ascii_only=True)
    assert len(entries) == len(lines)
    assert all(places(line) <= width for line in lines)
    filled = [line.count("#") for line in lines]
    for one, length in zip(entries, filled, strict=True):
        for other, shorter in zip(entries, filled, strict=True):
            assert one.value < other.value or length >= shorter


@given(
    won=AMOUNTS, quota=st.integers(1, 10**9), weighted=AMOUNTS, width=WIDTHS, share=st.floats(0, 1)
)
def test_the_plan_bar_shows_shares(
    won: int, quota: int, weighted: int, width: int, share: float
) -> None:
    """F50: won and weighted take their shares of the whole, within one cell."""
    marks, drawn = plan_bar(PlanBar(won, quota, share, weighted), width, ascii_only=True)
    whole = max(quota, won + weighted)
    assert width == len(drawn)
    assert len(marks) <= width
    assert "Q" in marks
    assert drawn.count("#") == pytest.approx(won / whole * width, abs=1)
    assert drawn.count("#") + drawn.count("+") == pytest.approx(
        (won + weighted) / whole * width, abs=1
    )


@given(
    done=st.lists(st.integers(0, 100), max_size=40),
    days=st.integers(40, 92),
    width=WIDTHS,
    height=st.integers(2, 12),
    ascii_only=st.booleans(),
)
def test_the_burn_up_fits(
    done: list[int], days: int, width: int, height: int, ascii_only: bool
) -> None:
    """F50: it is as high as asked and no wider, and draws the end of the line at its top."""
    line = [100 * day / (days - 1) for day in range(days)]
    rows = burn_up(done, line, width, height, ascii_only=ascii_only)
    assert height == len(rows)
    assert all(places(row) <= width for row in rows)
    if ascii_only:
        assert all(row.isascii() for row in rows)
        assert "." in rows[0][-2:] or "*" in rows[0]


def test_a_known_chart() -> None:
    """F50: half of the quota won, a quarter expected, in ten cells times two."""
    marks, drawn = plan_bar(PlanBar(50, 100, 0.25, 25), 20, ascii_only=True)
    assert "##########+++++....." == drawn
    assert ("v", "Q") == (marks[5], marks[19])


@given(share=st.floats(0, 3))
def test_a_whole_is_the_full_width(share: float) -> None:
    """F50: where a whole is named a bar is its share of it, and fills the width only beyond it."""
    (line,) = bars(Bars((Bar("", share, ""),), whole=1), 80, ascii_only=True)
    room = line.count("#") + line.count(".")
    assert line.count("#") == round(min(share, 1) * room)


@pytest.mark.parametrize(
    "shown",
    [
        Bars((Bar("ana", 3, "3"), Bar("bo", 0, "0"))),
        PlanBar(50, 100, 0.25, 25),
        Curve((0, 5), (2, 4, 6), "2026-10-01", "2026-10-03", "6.00 EUR"),
        Bars(()),
    ],
    ids=str,
)
@pytest.mark.parametrize("ascii_only", [False, True])
def test_every_kind_is_drawn(shown: Bars | PlanBar | Curve, ascii_only: bool) -> None:
    """F50: whatever a chart shows, its lines fit, and in ASCII they are ASCII."""
    lines = drawn(shown, 78, ascii_only=ascii_only)
    assert all(places(line) <= 78 for line in lines)
    assert bool(lines) == (shown != Bars(()))
    assert "".join(lines).isascii() or not ascii_only
