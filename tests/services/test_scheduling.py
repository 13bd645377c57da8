"""When an activity is after it was scheduled or put off to a day alone."""

import pytest

from tests.shop import Shop

FRIDAY = "2026-11-27T{}:00+00:00"


@pytest.fixture
def agreed(shop: Shop) -> Shop:
    """A shop with a meeting at an hour, one on a day, which begins with it, and a task."""
    shop.do("account", "add", "Acme")
    for name, kind, at in (
        ("Demonstration", "meeting", "thu 10:30"),
        ("Visit", "meeting", "thu"),
        ("Price list", "task", "thu 11"),
    ):
        shop.do("activity", "add", name, "--account", "Acme", "--kind", kind, "--at", at)
    return shop


def _due(shop: Shop, reference: str) -> str:
    return str(shop.json("activity", "show", reference)["due"])


@pytest.mark.parametrize(
    ("until", "hours"),
    [("fri", ("10:30", "09:00", "17:00")), ("fri 8", ("08:00", "08:00", "08:00"))],
)
def test_a_day_alone_leaves_a_meeting_its_hour(
    agreed: Shop, until: str, hours: tuple[str, ...]
) -> None:
    """Who puts a meeting off to another day means its hour; a task is due at the end of work."""
    for number, hour in enumerate(hours, start=1):
        agreed.do("postpone", f"ACT-{number}", until)
        assert FRIDAY.format(hour) == _due(agreed, f"ACT-{number}")


def test_a_day_alone_leaves_a_scheduled_time_its_hour(agreed: Shop) -> None:
    """`schedule` too: what has begun at no hour begins at that of the day's start."""
    for reference, hour in (("ACT-1", "10:30"), ("ACT-3", "09:00")):
        agreed.do("schedule", reference, "fri")
        assert FRIDAY.format(hour) == _due(agreed, reference)
    agreed.do("schedule", "ACT-3", "thu 14")
    agreed.do("schedule", "ACT-3", "fri")
    assert FRIDAY.format("14:00") == _due(agreed, "ACT-3")


def test_a_meeting_of_a_sale_keeps_its_hour(shop: Shop) -> None:
    """A presentation that was booked for ten is at ten on another day."""
    shop.do("run-process", "corporate-sale", "--account", "Acme Ltd")
    shop.do("done", "RUN-1", "meet", "--at", "thu 10")
    meeting = next(
        one["reference"] for one in shop.json("activity", "list") if one["kind"] == "meeting"
    )
    for verb in ("schedule", "postpone"):
        shop.do(verb, meeting, "fri")
        assert FRIDAY.format("10:00") == _due(shop, meeting), verb
        shop.do("schedule", meeting, "thu 10")
