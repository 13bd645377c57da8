"""A list is a screenful on a terminal and whole in a pipe, and never looks whole when it is cut."""

from salescli.commands.shared.lists import SCREENFUL
from tests.shop import Shop, made_once
from tests.terminal import on_terminal

KINDS = ("opportunity", "account", "activity")
MORE = 3


@made_once
def full(shop: Shop) -> Shop:
    """A shop with a few more records of each kind than a terminal shows."""
    for number in range(SCREENFUL + MORE):
        shop.do("opportunity", "add", f"Sale {number:03}", "--account", f"Company {number:03}")
        shop.do("activity", "add", f"Call {number:03}", "--due", "tomorrow")
    return shop


def handles(text: str) -> list[str]:
    """Return the handle at the beginning of each line that has one."""
    words = [line.split()[0] for line in text.splitlines() if line.split()]
    return [word for word in words if "-" in word]


def test_a_terminal_shows_a_screenful_and_says_what_is_left(full: Shop) -> None:
    """What is not shown is counted, and the note says how to have it."""
    for kind in KINDS:
        shown = on_terminal(full, kind, "list").text
        assert f"note: {MORE} more are not shown; `-n 0` lists all {SCREENFUL + MORE}" in shown
        assert SCREENFUL == len(handles(shown))
        assert "more are not shown" not in on_terminal(full, kind, "list", "-n", "0").text


def test_a_pipe_and_a_program_get_everything(full: Shop) -> None:
    """A script never loses rows to a limit that nobody gave."""
    for kind in KINDS:
        piped = full.do(kind, "list")
        assert SCREENFUL + MORE == len(handles(piped.out))
        assert "" == piped.err
        assert SCREENFUL + MORE == len(full.json(kind, "list"))


def test_a_limit_that_was_given_holds_everywhere(full: Shop) -> None:
    """The first ones in the order of the whole list are shown, and stderr tells of the rest."""
    for kind in KINDS:
        whole = handles(full.do(kind, "list").out)
        cut = full.do(kind, "list", "--limit", "2")
        assert whole[:2] == handles(cut.out)
        assert f"`-n 0` lists all {len(whole)}" in cut.err
        assert whole[:2] == [record["reference"] for record in full.json(kind, "list", "-n", "2")]
        assert "" == full.do(kind, "list", "-n", str(len(whole))).err


def test_sales_without_a_close_date_come_last(shop: Shop) -> None:
    """A limit cuts at the end of that order, too."""
    shop.do("opportunity", "add", "Some day", "--account", "Acme")
    for day in ("2026-12-24", "2026-12-03", "2026-12-11"):
        shop.do("opportunity", "add", f"By {day}", "--account", "Acme", "--close-date", day)
    assert ["OPP-3", "OPP-4", "OPP-2"] == handles(shop.do("opportunity", "list", "-n", "3").out)
    assert ["OPP-3", "OPP-4", "OPP-2", "OPP-1"] == handles(shop.do("opportunity", "list").out)


def test_an_account_shows_its_people_and_its_sales(shop: Shop) -> None:
    """Open sales come first, each with what is needed to go on with it."""
    for name, stage in (("Old", "closed-won"), ("Pumps", "proposal"), ("Valves", "proposal")):
        words = ("--account", "Acme", "--stage", stage, "--amount", "1000")
        shop.do("opportunity", "add", name, *words)
    shop.do("contact", "add", "Mia Ray", "--account", "Acme", "--title", "CEO")
    shop.do("contact", "add", "Somebody Else")
    printed = shop.do("account", "show", "ACC-1").out
    assert "CON-1 Mia Ray, CEO" in printed
    assert "Somebody Else" not in printed
    assert "OPP-2 Pumps, proposal, 1,000.00 EUR, ana" in printed
    document = shop.json("account", "show", "ACC-1")
    assert ["OPP-3", "OPP-2", "OPP-1"] == [s["opportunity"] for s in document["opportunities"]]
    assert ["CON-1"] == [contact["contact"] for contact in document["contacts"]]
