"""Parts of a sale as texts: what stands in the brackets, and what belongs to the name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.domain import parts, stakeholder
from salescli.errors import UsageError

WORDS = st.text(st.characters(categories=("Ll", "Lu", "Nd")), min_size=1, max_size=8)
NAMES = st.lists(WORDS.filter(lambda w: w[0].isalpha()), min_size=1, max_size=3).map(" ".join)


@pytest.mark.parametrize(
    ("field", "text", "name", "details"),
    [
        (
            "conditions",
            "Discount (asked 15 %, offered 8 %, agreed 10 %)",
            "Discount",
            {"asked": "15 %", "offered": "8 %", "agreed": "10 %"},
        ),
        ("conditions", "Volume (Asked: 1,000 l)", "Volume", {"asked": "1,000 l"}),
        ("conditions", "Payment", "Payment", {}),
        (
            "competitors",
            "Hooli (strong: price, size; weak: service)",
            "Hooli",
            {"strengths": "price, size", "weaknesses": "service"},
        ),
        ("competitors", "Globex (UK)", "Globex (UK)", {}),
        ("competitors", "Globex (UK) (weak: support)", "Globex (UK)", {"weaknesses": "support"}),
        ("stakeholders", "Mia Ray (decision maker)", "Mia Ray", {"role": "decision maker"}),
        (
            "stakeholders",
            "Tom (influence 3, buyer, opponent)",
            "Tom",
            {"influence": "3", "role": "buyer", "loyalty": "opponent"},
        ),
        (
            "stakeholders",
            "Tom (motivation: safety, price)",
            "Tom",
            {"motivation": "safety; price"},
        ),
        ("stakeholders", "Tom (supporter of us)", "Tom", {"role": "supporter of us"}),
        ("attendees", "Mia Ray (CFO)", "Mia Ray", {"title": "CFO"}),
        (
            "offers",
            "Box (quantity 3, price 1,999.50)",
            "Box",
            {"quantity": "3", "price": "1,999.50"},
        ),
    ],
)
def test_brackets_tell_the_details(
    field: str, text: str, name: str, details: dict[str, str]
) -> None:
    """P97, P100: each detail is read; brackets that tell none belong to the name."""
    found = parts.read(field, text)
    assert name == found.name
    assert details == dict(found.details)


def test_commas_inside_brackets_do_not_split() -> None:
    """P97: a list of conditions is taken apart between them, not inside them."""
    text = "Discount (asked 15 %, offered 8 %), Payment (agreed 30 days); Delivery"
    assert (
        "Discount (asked 15 %, offered 8 %)",
        "Payment (agreed 30 days)",
        "Delivery",
    ) == parts.split(text)


@pytest.mark.parametrize("text", ["Mia (CFO", "Mia CFO)", "Mia (a, Tom (b)", ")("])
def test_brackets_have_to_match(text: str) -> None:
    """A list whose brackets do not match is refused, with an example."""
    with pytest.raises(UsageError) as refusal:
        parts.split(text)
    assert "brackets" in str(refusal.value)
    assert refusal.value.hint


@pytest.mark.parametrize(
    "text", ["Tom (influence 6)", "Tom (influence much)", "Tom (loyalty 3)", "(user)"]
)
def test_details_out_of_range_are_refused(text: str) -> None:
    """P84, P85: the scales are checked where a form is read."""
    with pytest.raises(UsageError):
        parts.check("stakeholders", text)


@given(
    st.lists(NAMES, min_size=1, max_size=4, unique=True),
    st.lists(NAMES, min_size=3, max_size=3),
)
def test_what_is_said_is_read_back(names: list[str], values: list[str]) -> None:
    """A form that is sent back as it was shown changes nothing."""
    keys = ("asked", "offered", "agreed")
    details = {key: f"to {value}" for key, value in zip(keys, values, strict=True)}
    said = [parts.say("conditions", name, details) for name in names]
    again = [parts.read("conditions", text) for text in parts.split(", ".join(said))]
    assert [(name, details) for name in names] == [(p.name, dict(p.details)) for p in again]


@pytest.mark.parametrize(
    ("text", "loyalty"),
    [
        *(("-2", -2), ("-1", -1), ("0", 0), ("1", 1), ("+1", 1), ("+2", 2)),
        *(("Opponent", -2), ("neutral", 0), ("supporter", 2)),
    ],
)
def test_loyalty_is_a_number_or_a_word(text: str, loyalty: int) -> None:
    """P85: -2 to +2, or supporter, neutral and opponent."""
    assert loyalty == stakeholder.read_loyalty(text)


@pytest.mark.parametrize("text", ["3", "-3", "friend", "", "1.5"])
def test_other_loyalties_are_refused(text: str) -> None:
    """P85: whatever else is typed is out of range."""
    with pytest.raises(UsageError):
        stakeholder.read_loyalty(text)


@pytest.mark.parametrize("text", ["0", "6", "-1", "much", "", "5.0"])
def test_influence_is_one_to_five(text: str) -> None:
    """P84: the scale has five steps."""
    assert [1, 2, 3, 4, 5] == [stakeholder.read_influence(str(n)) for n in range(1, 6)]
    with pytest.raises(UsageError):
        stakeholder.read_influence(text)


@pytest.mark.parametrize(
    ("role", "decides"),
    [
        *(("decision maker", True), ("Decision-Maker", True), ("CFO, decision makers", True)),
        *(("economic buyer", True), ("decides on the budget", True), ("decider", True)),
        *(("user", False), ("buyer", False), ("", False), (None, False)),
        *(("not a decision maker", False), ("no decision maker", False)),
    ],
)
def test_a_role_decides_or_not(role: str | None, decides: bool) -> None:
    """P81: who decides is known by the role."""
    assert decides is stakeholder.decides(role)


def test_motives_are_many() -> None:
    """P86: each motive is kept once, in one text."""
    kept = stakeholder.one_text(["safety", "less work; price", "Safety"])
    assert ("Safety", "less work", "price") == stakeholder.motives(kept)
