"""Filters of the screens: words of names, handles and conditions, on every list alike."""

from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board

WIDE = (220, 40)


async def filter_by(board: Driver, text: str) -> None:
    """Type a filter and ask for it."""
    await board.press("slash")
    await board.type(text)
    await board.press("enter")


NARROWED = [
    ("f3", "glob", "Globex", "Initech"),
    ("f3", "OPP-2", "Initech", "Globex"),
    ("f3", "sanne", "Globex", "Initech"),
    ("f3", "mia", "Initech", "Globex"),
    ("f4", "broch", "Send the brochure", "Call to verify"),
    ("f4", "globex", "Send the brochure", "Call to verify"),
    ("f4", "state = open and due is empty", "Nothing meets", "Call to verify"),
    ("f5", "glo", "Globex", "Initech"),
    ("f5", "sanne", "Globex", "Initech"),
    ("f5", "name = Globex", "Globex", "Initech"),
    ("f6", "umb", "Zoe Zed", "Yan Yu"),
    ("f6", "LEAD-2", "Yan Yu", "Zoe Zed"),
    ("f8", "boiler", "Boiler", "Acme"),
    ("f8", "initech", "Pumps", "Boiler"),
    ("f8", "RUN-1", "Acme", "Pumps"),
]
"""A screen, what is asked, what meets it and what does not."""


def test_a_filter_narrows(team: Shop) -> None:
    """What meets a filter is shown and nothing else, on every list; Esc shows all again."""
    for line in [
        ("contact", "add", "Sanne Wit", "--set", "account=Globex"),
        ("opportunity", "edit", "OPP-1", "--set", "contact=Sanne Wit"),
        ("opportunity", "stakeholder", "add", "OPP-2", "Mia Ray"),
        ("lead", "add", "Zoe Zed", "--company", "Umbrella"),
        ("lead", "add", "Yan Yu", "--company", "Tyrell"),
    ]:
        team.do(*line)

    async def steps(board: Driver) -> None:
        for key, asked, shown, hidden in NARROWED:
            await board.press(key)
            before = board.text
            assert hidden in before, asked
            await filter_by(board, asked)
            assert shown in board.text, asked
            assert hidden not in board.text, asked
            await board.press("escape")
            assert before.replace("▸", " ") == board.text.replace("▸", " "), asked

    at_the_board(team, steps, WIDE)


def test_a_filter_that_nothing_meets_says_so(team: Shop) -> None:
    """An empty list says that it is the filter, and how to end it."""

    async def steps(board: Driver) -> None:
        for key in ("f3", "f4", "f5", "f6", "f8"):
            await board.press(key)
            await filter_by(board, "zzz")
            assert "Nothing meets the filter; Esc ends it" in board.text, key
            await board.press("escape")
            assert "Nothing meets" not in board.text, key

    at_the_board(team, steps)


def test_a_condition_on_the_process_log_is_refused(team: Shop) -> None:
    """The process log has no conditions: one is refused with what it takes, and changes nothing."""

    async def steps(board: Driver) -> None:
        await board.press("f8")
        before = board.text
        await filter_by(board, "state = running")
        assert "only words are looked for" in board.told
        await board.press("escape")
        assert before == board.text

    at_the_board(team, steps)


def test_the_filter_keeps_to_whose_is_shown(team: Shop) -> None:
    """A filter narrows what the heading says: mine, and with `w` everybody's."""
    team.do("assign", "OPP-3", "bo")
    team.do("account", "edit", "Hooli", "--set", "owner=bo")

    async def steps(board: Driver) -> None:
        await board.press("f5")
        await filter_by(board, "name = Hooli")
        assert "mine" in board.text
        assert "Nothing meets" in board.text
        await board.press("w")
        assert "everybody's" in board.text
        assert "Nothing meets" not in board.text

    at_the_board(team, steps)
