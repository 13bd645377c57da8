"""Charts: never wider than asked, the longest bar is the largest, ASCII where it is wanted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.charts import MOST_BESIDE, NARROWEST, bar, bars, burn_up, drawn, plan_bar
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
        st.builds(
            Bar,
            st.text("abc é東", max_size=30),
            AMOUNTS,
            st.text("0123 €", max_size=20),
            beside=st.just(""),
        ),
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


BARS = st.builds(Bar, st.text("ab ", max_size=9), AMOUNTS, st.just("7"), beside=st.just(""))


@given(
    entries=st.lists(BARS, min_size=1, max_size=8),
    width=WIDTHS,
)
def test_one_long_text_shortens_no_bar(entries: list[Bar], width: int) -> None:
    """F50: what is too long to stand beside its bar stands below it, whole."""
    words = "1,230,000.00 EUR + 93,000.00 USD + 89,000.00 CHF + 250,000.00 SEK"
    bare = bars(Bars(tuple(entries)), width, ascii_only=True)
    told = Bars((entries[0]._replace(beside=words), *entries[1:]))
    lines = bars(told, width, ascii_only=True)
    if places(words) > width * MOST_BESIDE:
        below = lines[1 : len(lines) - len(bare) + 1]
        assert bare == [lines[0], *lines[1 + len(below) :]]
        assert words.split() == " ".join(below).split()
    assert all(places(line) <= width for line in lines)


@given(width=st.integers(40, 120))
def test_the_figure_of_a_bar_stands_at_its_end(width: int) -> None:
    """F50: the figure that a bar follows comes next, under what it is, before all else."""
    shown = Bars((Bar("Needs", 3, "3", "9.00 EUR"), Bar("Rest", 12, "12")), of="Number")
    head, *lines = bars(shown, width, ascii_only=True)
    assert ["3 9.00 EUR", "12"] == [line.split("#")[-1].strip(". ") for line in lines]
    ends = {line.index(told) + len(told) for line, told in zip(lines, (" 3", "12"), strict=True)}
    assert {len(head)} == ends
    assert "Number" == head.strip()


PLANS = st.builds(PlanBar, AMOUNTS, st.integers(1, 10**9), st.floats(0, 1), AMOUNTS)


@given(shown=PLANS, width=WIDTHS)
def test_the_plan_bar_shows_shares(shown: PlanBar, width: int) -> None:
    """F50: won and weighted take their shares of the whole, within one cell, up to its end."""
    marks, drawn = plan_bar(shown, width, ascii_only=True)
    whole = shown.most
    assert width == len(drawn)
    assert len(marks) <= width
    assert shown.goes_beyond == drawn.endswith(">")
    told = drawn.count("#"), len(drawn.rstrip("."))
    right = min(shown.won + shown.weighted, whole)
    assert told == pytest.approx((shown.won / whole * width, right / whole * width), abs=1)


@given(shown=PLANS, width=WIDTHS)
def test_the_quota_is_in_sight_whatever_is_expected(shown: PlanBar, width: int) -> None:
    """F50: no pipeline pushes the quota to the left; only what is won does."""
    marks, _drawn = plan_bar(shown, width, ascii_only=True)
    assert 1 == marks.count("v") == marks.count("Q")
    assert marks.index("v") < marks.index("Q")
    reach = max(shown.quota * 5 / 4, shown.won)
    assert marks.index("Q") >= int(shown.quota / reach * width) - 1
    assert {*marks.split()} <= {"v", "Q", "pace", "quota", "vQ"}


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
    """F50: half of the quota won, a quarter expected, in ten cells times two, and words."""
    marks, drawn = plan_bar(PlanBar(50, 100, 0.25, 25), 20, ascii_only=True)
    assert "##########+++++....." == drawn
    assert "     v pace  quota Q" == marks


def test_a_curve_has_days_and_amounts() -> None:
    """F50: the highest amount stands above it, the first and last day below, and what is what."""
    shown = Curve((0, 5), (2, 4, 6), "1 Oct", "3 Oct", "6.00 EUR", "won, 5", "straight, 6")
    for ascii_only in (False, True):
        top, *_curve, axis, told = drawn(shown, 60, ascii_only=ascii_only)
        assert "6.00 EUR" == top
        assert ("1 Oct", "3 Oct") == (axis[:5], axis[-5:])
        assert "won, 5" in told
        assert "straight, 6" in told


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
