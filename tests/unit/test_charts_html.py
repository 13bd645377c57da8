"""Charts as pages: whole by themselves, with every figure as text, and names that stay names."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.charts_html import HIGH, WIDE, page
from salescli.domain.charted import Bar, Bars, Chart, Curve, PlanBar

HOSTILE = "</style><script>alert(1)</script><img src=x onerror=alert(1)> \" ' {0} {title} &lt;"
OURS = {
    *("html", "head", "meta", "title", "style", "body", "main", "h1", "p", "figure", "figcaption"),
    *("div", "span", "svg", "polyline", "table", "thead", "tbody", "tr", "th", "td"),
}
AMOUNTS = st.integers(0, 10**9)


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self.text += data

    def shares(self, kind: str) -> list[float]:
        """How much of its track each bar of a kind fills, in per cent."""
        styles = [
            given["style"] or ""
            for _, given in self.elements
            if given.get("class") == kind and "style" in given
        ]
        return [float(re.sub(r"[^\d.]", "", style)) for style in styles]


def chart(drawing: Bars | PlanBar | Curve, text: str = "Open") -> Chart:
    """Return a chart whose every text is the same."""
    return Chart(
        *(text, text, text, drawing),
        heads=(text, text),
        told=((text, text),),
        keys=("name",),
        rows=((text,),),
        notes=(text,),
    )


DRAWINGS = [
    Bars((Bar(HOSTILE, 3, HOSTILE, HOSTILE),)),
    PlanBar(1, 2, 0.5, 3),
    Curve((1,), (1, 2), HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE),
]


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda one: type(one).__name__)
def test_names_stay_names(drawing: Bars | PlanBar | Curve) -> None:
    """F50: whatever a name holds, the page has no element but ours, and shows the name as it is."""
    found = Page(page(chart(drawing, HOSTILE)))
    assert {tag for tag, _ in found.elements} <= OURS
    assert not {name for _, given in found.elements for name in given if name.startswith("on")}
    told = [*("title", "of") * 2, *("head", "cell") * 2, "note"]
    assert len(told) + str(drawing).count("onerror") == found.text.count(HOSTILE)


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda one: type(one).__name__)
def test_a_page_needs_nothing_else(drawing: Bars | PlanBar | Curve) -> None:
    """F50: no script, no address, and a policy that would stop both; light and dark are styled."""
    text = page(chart(drawing))
    assert not re.search(r"https?:|url\(|@import|<script|<link", text)
    found = Page(text)
    assert not {"src", "href"} & {name for _, given in found.elements for name in given}
    policies = [given.get("content") for _, given in found.elements if "http-equiv" in given]
    assert ["default-src 'none'; style-src 'unsafe-inline'"] == policies
    assert "prefers-color-scheme: dark" in text


@given(values=st.lists(AMOUNTS, min_size=1, max_size=8))
def test_bars_are_shares_of_the_largest(values: list[int]) -> None:
    """F50: the largest bar fills its track, and each other one its share of that."""
    found = Page(page(chart(Bars(tuple(Bar("", value, "") for value in values)))))
    expected = [100 * value / (max(values) or 1) for value in values]
    assert expected == pytest.approx(found.shares("done"), abs=0.01)


@given(won=AMOUNTS, quota=st.integers(1, 10**9), weighted=AMOUNTS, elapsed=st.floats(0, 1))
def test_the_plan_is_in_its_track(won: int, quota: int, weighted: int, elapsed: float) -> None:
    """F50: won and weighted share the track with what is missing; the quota is marked in it."""
    found = Page(page(chart(PlanBar(won, quota, elapsed, weighted))))
    (solid,), (soft,) = found.shares("done"), found.shares("expected")
    pace, goal = found.shares("mark")
    whole = PlanBar(won, quota, elapsed, weighted).most / 100
    seen = min(weighted, whole * 100 - won)
    assert (solid, soft, goal) == pytest.approx(
        (won / whole, seen / whole, quota / whole), abs=0.01
    )
    assert goal >= 80 or won > quota
    assert pace == pytest.approx(elapsed * goal, abs=0.02)
    assert max(solid + soft, goal) == pytest.approx(100, abs=0.02)


@given(done=st.lists(AMOUNTS, max_size=5), days=st.integers(5, 92))
def test_the_curve_has_a_point_a_day(done: list[int], days: int) -> None:
    """F50: each day has its place, no point lies outside, and the highest is at the top."""
    line = tuple(range(days))
    found = Page(page(chart(Curve(tuple(done), line, "", "", ""))))
    drawn = [
        [tuple(map(float, point.split(","))) for point in (given["points"] or "").split()]
        for tag, given in found.elements
        if tag == "polyline"
    ]
    assert [days, len(done)] == [len(points) for points in drawn]
    points = [point for points in drawn for point in points]
    assert all(0 <= across <= WIDE and 0 <= down <= HIGH for across, down in points)
    assert min(down for _, down in points) == pytest.approx(0, abs=0.05)
    assert WIDE == drawn[0][-1][0]
