"""Endings: each is reached from everywhere, asks for what it needs, and leaves what it says."""

import json
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from salescli.services import publishing
from tests.shop import Shop

WORKING = (
    *(
        "interest-verification",
        "qualification",
        "needs-analysis",
        "presentation",
        "decision-makers",
    ),
    *("proposal", "negotiations", "contracting"),
)
ENDINGS = {
    "won": (),
    "lost": ("--reason", "no budget"),
    "rerouted": ("--reason", "another need"),
    "rejected": ("--reason", "no fit"),
}
STATES = {name: f"closed-{name}" for name in ENDINGS}


def opened(shop: Shop, stage: str = "negotiations", **fields: str) -> str:
    """Return the handle of a guided opportunity that stands in a stage."""
    given = {"account": "Acme", "amount": "5000"} | fields
    options = [
        word for name, text in given.items() for word in (f"--{name.replace('_', '-')}", text)
    ]
    number = len(shop.rows("SELECT 1 FROM opportunity")) + 1
    shop.do("opportunity", "add", f"Sale {number}", *options, "--stage", stage)
    shop.do("run-process", "corporate-sale", "--opportunity", f"OPP-{number}")
    return f"OPP-{number}"


def shown(shop: Shop, reference: str) -> Any:
    """Return an opportunity as `show --json` has it."""
    return shop.json("opportunity", "show", reference)


def open_activities(shop: Shop, *, only_process: bool) -> list[str]:
    """Return the names of what is open, of the process alone or of all."""
    own = " AND run_id IS NOT NULL" if only_process else ""
    rows = shop.rows(f"SELECT name FROM activity WHERE state = 'open'{own} ORDER BY number")
    return [name for (name,) in rows]


@pytest.mark.parametrize(("stage", "ending"), product(WORKING, ENDINGS))
def test_every_stage_can_end_in_every_way(shop: Shop, stage: str, ending: str) -> None:
    """P106: nothing that the process made stays open for it, and what was made by hand does."""
    sale = opened(shop, stage)
    shop.do("activity", "add", "Send a card", "--opportunity", sale)
    shop.do("close", sale, ending, *ENDINGS[ending])
    assert STATES[ending] == shown(shop, sale)["stage"]
    left = shop.rows(
        "SELECT a.name FROM activity a JOIN process_run r ON r.id = a.run_id"
        " WHERE a.state = 'open' AND r.state != 'running'"
    )
    assert [] == left
    assert "Send a card" in open_activities(shop, only_process=False)


@pytest.mark.parametrize("ending", ["lost", "rerouted", "rejected"])
def test_a_sale_without_an_opportunity_is_disqualified(shop: Shop, ending: str) -> None:
    """P106: it ends with its reason, and no opportunity is made for the sake of ending it."""
    shop.do("run-process", "corporate-sale", "--account", "Acme")
    answer = shop.json("close", "RUN-1", ending, "--reason", "wrong number")
    assert ("disqualified", "wrong number") == (answer["sale"]["state"], answer["sale"]["reason"])
    assert [] == shop.rows("SELECT 1 FROM opportunity")
    assert [] == open_activities(shop, only_process=True)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("stage", ["interest-verification", "contracting"])
def test_an_ending_comes_back_whole(shop: Shop, stage: str, ending: str) -> None:
    """P106: one undo takes back all that an ending did, and all that reopening did."""
    sale = opened(shop, stage)
    before = shop.dump()
    extra = {
        "won": ("--confirmed",),
        "lost": ("--competitor", "Hooli"),
        "rejected": ("--flag-account",),
    }
    shop.do("close", sale, ending, *ENDINGS[ending], *extra.get(ending, ()))
    closed = shop.dump()
    shop.do("reopen", sale, "--reason", "a mistake")
    shop.do("undo")
    assert closed == shop.dump()
    shop.do("undo")
    assert before == shop.dump()


def test_a_sale_without_an_opportunity_cannot_be_won(shop: Shop) -> None:
    """P106: there is nothing that could have been sold."""
    shop.do("run-process", "corporate-sale", "--account", "Acme")
    before = shop.dump()
    assert 4 == shop.run("close", "RUN-1", "won").code
    assert before == shop.dump()


def stale(answer: Any) -> set[str]:
    """Return the fields that the warnings of an answer name first."""
    return {text.split("`")[1] for text in answer["warnings"]}


AGED = """\
`amount` is as it was 31 days ago; `sales opportunity edit OPP-1 --amount ...`
`contact` is as it was 31 days ago; `sales opportunity edit OPP-1 --contact ...`
`offers` is as it was 31 days ago; `sales opportunity line list OPP-1`"""

BARE = """\
`contact` is not known; `sales opportunity edit OPP-1 --contact ...`
`need` is not known; `sales opportunity edit OPP-1 --need ...`
`offers` is not known; `sales opportunity line add OPP-1 "NAME"`"""


def test_the_list_of_what_is_not_fresh_is_golden(shop: Shop) -> None:
    """P107: each field with its age and the command that mends it, in the definition's order."""
    sale = opened(shop)
    assert BARE == "\n".join(shop.json("close", sale, "won")["warnings"])
    shop.do("undo")
    shop.do("opportunity", "edit", sale, "--need", "Power", "--contact", "Mia Ray")
    shop.do("opportunity", "line", "add", sale, "Pump")
    shop.clock.advance(days=30)
    shop.do("opportunity", "edit", sale, "--need", "More power")
    shop.clock.advance(days=1)
    assert AGED == "\n".join(shop.json("close", sale, "won")["warnings"])


def test_what_is_not_fresh_can_be_mended_after_the_end(shop: Shop) -> None:
    """P107: the commands that the warning names work, and nothing is left to warn of then."""
    sale = opened(shop)
    shop.do("close", sale, "won")
    given = ("--close-date", "2027-01-15", "--contact", "Mia Ray", "--need", "Power")
    shop.do("opportunity", "edit", sale, *given)
    shop.do("opportunity", "line", "add", sale, "Pump")
    shop.do("reopen", sale, "--reason", "a mistake")
    assert [] == shop.json("close", sale, "won")["warnings"]


def test_winning_tells_what_is_unset_or_old(shop: Shop) -> None:
    """P107: a warning and never a block; what is older than 30 days is told with its age."""
    sale = opened(shop, need="Power", contact="Mia Ray")
    shop.do("opportunity", "line", "add", sale, "Pump")
    shop.clock.advance(days=30)
    shop.do("opportunity", "edit", sale, "--need", "More power")
    shop.clock.advance(days=1)
    answer = shop.json("close", sale, "won")
    assert {"amount", "contact", "offers"} == stale(answer)
    old = next(text for text in answer["warnings"] if text.startswith("`amount`"))
    assert "31 days ago" in old
    assert "closed-won" == shown(shop, sale)["stage"]


def test_at_the_boundary_a_field_is_fresh(shop: Shop) -> None:
    """P107: thirty days are not more than thirty days."""
    sale = opened(shop, need="Power", contact="Mia Ray")
    shop.do("opportunity", "edit", sale, "--close-date", "2027-01-15")
    shop.do("opportunity", "line", "add", sale, "Pump")
    shop.clock.advance(days=30)
    assert set() == stale(shop.json("close", sale, "won"))


def test_what_was_confirmed_is_fresh_again(shop: Shop) -> None:
    """P107: `--confirmed` records the look and says that nothing has to be warned of."""
    sale = opened(shop, need="Power", contact="Mia Ray")
    shop.clock.advance(days=60)
    answer = shop.json("close", sale, "won", "--confirmed")
    assert set() == stale(answer)
    ((at,),) = shop.rows("SELECT confirmed_at FROM opportunity")
    assert at.startswith(f"{shop.clock.now:%Y-%m-%d}")
    shop.do("reopen", sale, "--reason", "they wait")
    assert [(None,)] == shop.rows("SELECT confirmed_at FROM opportunity")
    assert {"amount", "need", "contact", "offers"} == stale(shop.json("close", sale, "won"))


ENDED = ["won", "lost", "rejected", "rerouted"]


@pytest.mark.parametrize("expected", ["2027-03-01", ""])
@pytest.mark.parametrize("ending", ENDED)
def test_an_ending_sets_the_close_date(shop: Shop, ending: str, expected: str) -> None:
    """P106: the close date is the day of the ending, whatever was expected; an undo puts it back.

    What takes the place of a rerouted sale is still expected on the former day.
    """
    sale = opened(shop, close_date=expected)
    shop.clock.advance(days=3)
    reason = () if ending == "won" else ("--reason", "as it is")
    shop.do("close", sale, ending, *reason)
    assert "2026-11-26" == shown(shop, sale)["close_date"]
    if ending == "rerouted":
        assert (expected or None) == shown(shop, "OPP-2")["close_date"]
    shop.do("undo")
    assert (expected or None) == shown(shop, sale)["close_date"]


@pytest.mark.parametrize(
    "words",
    [
        ("close", "OPP-1", "won", "--set", "close_date=2026-11-20"),
        ("stage", "OPP-1", "closed-won", "--set", "close_date=2026-11-20"),
        ("opportunity", "edit", "OPP-1", "--stage", "closed-won", "--close-date", "2026-11-20"),
    ],
)
def test_a_close_date_that_is_given_with_the_ending_stays(
    shop: Shop, words: tuple[str, ...]
) -> None:
    """P106: who tells a win some days later says when it was."""
    opened(shop)
    shop.do(*words)
    assert "2026-11-20" == shown(shop, "OPP-1")["close_date"]


def test_a_record_that_is_added_as_won_was_closed_today(shop: Shop) -> None:
    """P106: also where no process has guided it."""
    shop.do("opportunity", "add", "Old one", "--stage", "closed-won")
    assert "2026-11-23" == shown(shop, "OPP-1")["close_date"]


def test_a_won_sale_leaves_what_is_to_be_done_for_the_customer(shop: Shop) -> None:
    """P108: activities from the template, due from the closing on, on the opportunity itself."""
    sale = opened(shop)
    shop.do("close", sale, "won")
    spec = publishing.checked(shop.do("process", "show", "corporate-sale", "--source").out, "it")
    wanted = [(after.type, after.name) for after in spec.stage("closed-won").after]
    rows = shop.rows(
        "SELECT kind, name, due_at, run_id, account_id FROM activity WHERE state = 'open'"
        " ORDER BY number"
    )
    assert wanted == [(kind, name) for kind, name, *_rest in rows]
    assert all(run is None and account for *_rest, run, account in rows)
    # Five working days after Monday, 23 November are Monday, 30 November.
    monday = shop.clock.now + timedelta(days=7)
    assert rows[0][2].startswith(f"{monday:%Y-%m-%d}")


def test_what_is_left_to_do_has_an_assignee_of_its_own(shop: Shop, tmp_path: Path) -> None:
    """P108: the template says who does it; without a word it is the owner."""
    source = shop.do("process", "show", "corporate-sale", "--source").out
    call = 'name = "Call to hear how the start went"'
    file = tmp_path / "process.toml"
    file.write_text(source.replace(call, f'{call}\n  assignee = "owner.manager"'), "utf-8")
    shop.do("process", "publish", str(file), "--yes")
    sale = opened(shop)
    shop.do("user", "add", "bo")
    shop.do("user", "edit", "ana", "--manager", "bo")
    shop.do("close", sale, "won")
    rows = shop.rows(
        "SELECT u.login FROM activity a JOIN user u ON u.id = a.owner_id"
        " WHERE a.topic = 'after-sale' ORDER BY a.number"
    )
    assert [("bo",), ("ana",)] == rows


def test_what_an_ending_left_goes_when_the_sale_goes_on(shop: Shop) -> None:
    """P108: a reopened sale has no after-sale activities, and a note of why."""
    sale = opened(shop)
    shop.do("close", sale, "won")
    answer = shop.do("reopen", sale, "--reason", "they changed their mind")
    assert "Canceled 2 activities that the ending had left" in answer.out
    names = open_activities(shop, only_process=False)
    assert names == open_activities(shop, only_process=True)


def test_a_lost_sale_needs_its_reason(shop: Shop) -> None:
    """P109: refused without, and nothing has changed."""
    sale = opened(shop)
    before = shop.dump()
    refused = shop.run("close", sale, "lost")
    assert 8 == refused.code
    assert "reason" in refused.err
    assert before == shop.dump()


def losses(shop: Shop) -> dict[tuple[str, str], tuple[int, str]]:
    """Return (winner, currency) -> count and sum of the report."""
    found = shop.json("pipeline", "--losses")["losses"]
    return {(e["winner"], e["currency"]): (e["count"], e["amount"]) for e in found}


def test_the_winner_is_a_competitor_and_is_counted(shop: Shop) -> None:
    """P110: a new one is added to the opportunity; "no decision" is no competitor."""
    for amount, said in (
        ("5000", ("--competitor", "Hooli")),
        ("700.50", ("--competitor", "hooli")),
        ("900", ("--no-decision",)),
        ("40", ("--competitor", "No decision")),
        ("3", ()),
    ):
        sale = opened(shop, amount=amount)
        shop.do("close", sale, "lost", "--reason", "price", *said)
    rejected = opened(shop, amount="10000")
    shop.do("close", rejected, "rejected", "--reason", "no fit")
    money = shop.do("config", "currency").out.strip()
    wanted = {
        ("hooli", money): (2, "5700.50"),
        ("no decision", money): (2, "940.00"),
        ("not known", money): (1, "3.00"),
    }
    assert wanted == losses(shop)
    assert {"rerouted": 0, "rejected": 1} == shop.json("pipeline", "--losses")["apart"]
    assert [("Hooli",), ("hooli",)] == shop.rows("SELECT name FROM competitor ORDER BY id")


def test_the_sides_of_the_winner_are_told(shop: Shop) -> None:
    """P110: at a loss its strengths and weaknesses are shown, or who may have won."""
    sale = opened(shop)
    sides = ("--strengths", "price", "--weaknesses", "service")
    shop.do("opportunity", "competitor", "add", sale, "Hooli", *sides)
    shop.do("opportunity", "competitor", "add", sale, "Rivalon")
    (warning,) = shop.json("close", sale, "lost", "--reason", "price")["warnings"]
    assert "Hooli (strong: price; weak: service), Rivalon" in warning
    shop.do("undo")
    answer = shop.json("close", sale, "lost", "--reason", "price", "--competitor", "hooli")
    assert "Lost to Hooli (strong: price; weak: service)" in answer["changed"]
    assert [] == answer["warnings"]


def test_the_winner_can_be_named_later(shop: Shop) -> None:
    """P110: whoever is named after the end is a competitor of the opportunity as well."""
    sale = opened(shop)
    shop.do("close", sale, "lost", "--reason", "price")
    shop.do("opportunity", "edit", sale, "--competitor", "Hooli")
    assert ["Hooli"] == [c["name"] for c in shown(shop, sale)["competitors"]]
    assert ["Hooli"] == [winner for winner, _currency in losses(shop)]


def test_losses_can_say_how_they_were_made(shop: Shop) -> None:
    """P110: formula, source and number of records of each figure."""
    opened(shop)
    shop.do("close", "OPP-1", "lost", "--reason", "price", "--competitor", "Hooli")
    told = shop.json("pipeline", "--losses", "--explain")["explain"]
    assert [("Lost", 1), ("Not lost", 0), ("Not lost", 0), ("Sum", 1)] == [
        (figure["figure"], figure["n"]) for figure in told
    ]
    assert "Hooli" in shop.do("pipeline", "--losses").out


def test_a_rerouted_sale_goes_on_as_a_linked_one(shop: Shop) -> None:
    """P111: one command closes it, carries its fields over and links both; no sum is doubled."""
    sale = opened(shop, amount="5000", need="Power", contact="Mia Ray")
    shop.do("opportunity", "stakeholder", "add", sale, "Mia Ray", "--role", "user")
    shop.do("opportunity", "competitor", "add", sale, "Hooli", "--strengths", "price")
    total = shop.json("pipeline")["totals"][0]["amount"]
    words = ("--reason", "they want service", "--set", "name=Service deal", "--set", "need=Care")
    answer = shop.json("close", sale, "rerouted", *words)
    assert "sales continue OPP-2" == answer["sale"]["next_command"]
    new = shown(shop, "OPP-2")
    assert ("Service deal", "Care", "5000.00", "Acme", "Mia Ray", "needs-analysis") == tuple(
        new[name] for name in ("name", "need", "amount", "account", "contact", "stage")
    )
    assert [("Mia Ray", "user")] == [(s["name"], s["role"]) for s in new["stakeholders"]]
    assert [("Hooli", "price")] == [(c["name"], c["strengths"]) for c in new["competitors"]]
    assert "OPP-1" == new["rerouted_from"][0]["name"]
    assert "OPP-2" == shown(shop, sale)["rerouted_to"][0]["name"]
    assert ("Power", "they want service") == tuple(
        shown(shop, sale)[name] for name in ("need", "reason")
    )
    assert total == shop.json("pipeline")["totals"][0]["amount"]
    assert {} == losses(shop)


def test_a_rerouted_sale_comes_back_whole(shop: Shop) -> None:
    """P111: one undo takes both back."""
    sale = opened(shop)
    before = shop.dump()
    shop.do("close", sale, "rerouted", "--reason", "another need", "--stage", "proposal")
    assert "proposal" == shown(shop, "OPP-2")["stage"]
    shop.do("undo")
    assert before == shop.dump()


def test_a_rerouted_sale_that_goes_on_after_all_is_not_counted_twice_unnoticed(shop: Shop) -> None:
    """P111: whoever reopens it is told of the one that has taken its place, while that is open."""
    sale = opened(shop)
    shop.do("close", sale, "rerouted", "--reason", "another need")
    (told,) = shop.json("reopen", sale, "--reason", "as before")["warnings"]
    assert told.startswith("`OPP-2`")
    shop.do("undo")
    shop.do("close", "OPP-2", "rejected", "--reason", "a mistake")
    assert [] == shop.json("reopen", sale, "--reason", "as before")["warnings"]


@pytest.mark.parametrize("stage", ["closed-won", "interest-verification", "nowhere"])
def test_a_rerouted_sale_begins_at_a_working_stage(shop: Shop, stage: str) -> None:
    """P111: any other is refused, and nothing has changed."""
    sale = opened(shop)
    before = shop.dump()
    words = ("--reason", "another need", "--stage", stage)
    assert shop.run("close", sale, "rerouted", *words).code in {3, 8}
    assert before == shop.dump()


def test_a_rejected_customer_is_remembered(shop: Shop) -> None:
    """P112: the reason is on the account, and the next sale to it begins with a warning."""
    sale = opened(shop)
    shop.do("close", sale, "rejected", "--reason", "They never pay", "--flag-account")
    assert "They never pay" == shop.json("account", "show", "ACC-1")["flag"]
    for words in (
        ("run-process", "corporate-sale", "--account", "ACC-1", "--new"),
        ("opportunity", "add", "Again", "--account", "Acme"),
    ):
        assert "They never pay" in shop.do(*words).err
    shop.do("account", "edit", "ACC-1", "--flag", "")
    words = ("run-process", "corporate-sale", "--account", "ACC-1", "--new")
    assert "never pay" not in shop.do(*words).err


@pytest.mark.parametrize(
    "words",
    [
        ("won", "--competitor", "Hooli"),
        ("won", "--flag-account"),
        ("lost", "--reason", "x", "--confirmed"),
        ("lost", "--reason", "x", "--competitor", "Hooli", "--no-decision"),
        ("lost", "--reason", "x", "--set", "competitor=Hooli", "--no-decision"),
        ("lost", "--reason", "x", "--set", "competitor=Hooli", "--competitor", "Globex"),
        ("lost", "--reason", "x", "--stage", "proposal"),
    ],
)
def test_options_of_another_ending_are_refused(shop: Shop, words: tuple[str, ...]) -> None:
    """What would be ignored is refused instead (exit 2), and nothing has changed."""
    sale = opened(shop)
    before = shop.dump()
    assert 2 == shop.run("close", sale, *words).code
    assert before == shop.dump()


def test_every_way_to_an_ending_is_the_same(shop: Shop) -> None:
    """P106: `stage`, `edit`, `--next` and batches leave what `close` leaves, and warn the same."""
    sales = [opened(shop, "contracting") for _ in range(6)]
    for result in ("prepared", "sent"):
        shop.do("done", sales[3], result)
    row = json.dumps({"do": "close", "ref": sales[5], "ending": "won"})
    (shop.home.parent / "rows.jsonl").write_text(row, "utf-8")
    ways = (
        ("close", sales[0], "won"),
        ("stage", sales[1], "closed-won"),
        ("opportunity", "edit", sales[2], "--stage", "closed-won"),
        ("done", sales[3], "signed", "--next", "closed-won"),
        ("close", "won", "--where", "name = 'Sale 5'", "--yes"),
        ("batch", str(shop.home.parent / "rows.jsonl"), "--yes"),
    )
    for words in ways:
        answer = shop.do(*words)
        assert "`offers` is not known" in answer.out + answer.err, words
    counts = shop.rows(
        "SELECT count(*) FROM activity WHERE topic = 'after-sale' GROUP BY opportunity_id"
    )
    assert [(2,)] * len(sales) == counts


def test_a_sale_that_no_process_guided_goes_back_to_its_stage(shop: Shop) -> None:
    """P106: closed without ever having been started, it is reopened where it stood."""
    shop.do("opportunity", "add", "Museum lights", "--stage", "presentation")
    shop.do("close", "OPP-1", "lost", "--reason", "no budget")
    shop.do("opportunity", "edit", "OPP-1", "--need", "Light")
    shop.do("reopen", "OPP-1", "--reason", "a new budget")
    assert "presentation" == shown(shop, "OPP-1")["stage"]


def test_no_sale_is_rerouted_by_a_disabled_process(shop: Shop) -> None:
    """P111: the one that would take its place is a new sale, and none starts by that process."""
    sale = opened(shop)
    shop.do("process", "disable", "corporate-sale", "--reason", "too old")
    before = shop.dump()
    refused = shop.run("close", sale, "rerouted", "--reason", "another need", "--json")
    assert ("rule", before) == (refused.refusal["code"], shop.dump())
    assert "sales process enable corporate-sale" in refused.refusal["hint"]
    shop.do("close", sale, "rejected", "--reason", "another need")


def test_a_winner_that_looks_like_a_known_competitor_says_so(shop: Shop) -> None:
    """P110: a new name is taken, and the one that it may be a typing error of is told."""
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "negotiations")
    shop.do("opportunity", "competitor", "add", "OPP-1", "Hooli")
    answer = shop.do("close", "OPP-1", "lost", "--reason", "Price", "--competitor", "Holi")
    assert "Added competitor Holi; if you meant `Hooli`" in answer.out
