"""Marks: which handles are marked, and which of them a filter hides."""

from salescli.tui.marks import Marks


def test_a_mark_is_turned() -> None:
    """The same handle again takes its mark away; the others keep their order."""
    marks = Marks().turned("OPP-2").turned("OPP-1").turned("OPP-3").turned("OPP-1")
    assert ("OPP-2", "OPP-3") == marks.handles


def test_marks_follow_their_records() -> None:
    """What is gone is not marked any more; what is there and not shown is hidden."""
    marks = Marks(("ACT-1", "ACT-2", "ACT-3"))
    assert "3 marked" == marks.told
    marks = marks.among(["ACT-3", "ACT-1"], shown=["ACT-1"])
    assert ("ACT-1", "ACT-3") == marks.handles
    assert "2 marked, 1 hidden" == marks.told
    assert "1 marked" == marks.without(["ACT-3"]).told
    assert "" == marks.without(["ACT-1", "ACT-3"]).told


def test_what_is_marked_twice_counts_once() -> None:
    """All can be marked where some are already."""
    assert ("ACC-2", "ACC-1") == Marks(("ACC-2",)).with_all(["ACC-1", "ACC-2"]).handles
