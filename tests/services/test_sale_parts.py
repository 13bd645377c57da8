"""Conditions, rivals, lines and the wordings of the tactics of an opportunity."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salescli.domain.money import most_minor, plain_amount
from salescli.services.sale import Sale
from tests.shop import Shop


def opened(shop: Shop, stage: str = "negotiations") -> str:
    """Return the handle of a guided opportunity that stands in a stage."""
    shop.do("opportunity", "add", "Power", "--account", "Acme", "--stage", stage)
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    return "OPP-1"


def form(shop: Shop, reference: str, *assignments: str) -> dict[str, str]:
    """Fill fields of a sale and return the fields of the open step with what they say then."""
    sets = [word for assignment in assignments for word in ("--set", assignment)]
    step = shop.json("continue", reference, *sets)["sale"]["step"]
    return {field["name"]: field["value"] for field in (*step["fields"], *step["shows"])}


def listed(shop: Shop, kind: str) -> list[dict[str, Any]]:
    """Return the parts of one kind of OPP-1."""
    found: list[dict[str, Any]] = shop.json("opportunity", kind, "list", "OPP-1")
    return found


# Conditions


def test_conditions_are_typed_in_the_form(shop: Shop) -> None:
    """P97, P99: what is asked, offered and agreed is kept apart, for each condition."""
    sale = opened(shop)
    typed = "Discount (asked 15 %, offered 8 %), Payment (agreed 30 days)"
    shop.do("continue", sale, "--set", f"conditions={typed}", "--set", "tactics=Wait")
    assert listed(shop, "condition") == [
        {"name": "Discount", "asked": "15 %", "offered": "8 %", "agreed": None},
        {"name": "Payment", "asked": None, "offered": None, "agreed": "30 days"},
    ]
    shop.do("done", sale, "no", "--set", "conditions=discount (agreed 10 %)")
    assert listed(shop, "condition")[0] == {
        "name": "Discount",
        "asked": "15 %",
        "offered": "8 %",
        "agreed": "10 %",
    }
    assert shop.json("opportunity", "show", sale)["conditions"] == listed(shop, "condition")


def test_what_was_agreed_is_in_sight_when_the_contract_is_prepared(shop: Shop) -> None:
    """P97: the next steps have the conditions before their eyes."""
    sale = opened(shop, "contracting")
    words = ("opportunity", "condition", "add", sale, "Discount")
    shop.do(*words, "--asked", "15 %", "--agreed", "10 %")
    assert "Discount (asked 15 %, agreed 10 %)" == form(shop, sale)["conditions"]


def test_the_commands_of_conditions(shop: Shop) -> None:
    """P97: add, edit, list and remove; the log keeps what was removed, and undo has it back."""
    sale = opened(shop)
    shop.do("opportunity", "condition", "add", sale, "Discount", "--asked", "15 %")
    shop.do("opportunity", "condition", "edit", sale, "DISCOUNT", "--offered", "8 %")
    assert "Discount\t15 %\t8 %\t\n" == shop.do("opportunity", "condition", "list", sale).out
    shop.do("opportunity", "condition", "edit", sale, "Discount", "--asked", "")
    assert listed(shop, "condition")[0]["asked"] is None
    before = shop.dump()
    shop.do("opportunity", "condition", "remove", sale, "Discount")
    assert [] == listed(shop, "condition")
    (change,) = shop.json("log", sale, "--details")[0]["changes"]
    assert ("condition", "Discount", "deleted") == (
        change["table"],
        change["name"],
        change["operation"],
    )
    shop.do("undo", sale)
    assert before == shop.dump()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("condition", ("edit", "OPP-1", "Discount", "--agreed", "yes")),
        ("condition", ("remove", "OPP-1", "Discount")),
        ("stakeholder", ("edit", "OPP-1", "Mia Ray", "--role", "user")),
        ("line", ("remove", "OPP-1", "Pump", "--recompute")),
    ],
)
def test_what_is_not_there_is_not_changed(shop: Shop, kind: str, words: tuple[str, ...]) -> None:
    """P83, P97: the refusal names what there is, or how it is added."""
    opened(shop)
    before = shop.dump()
    refused = shop.run("opportunity", kind, *words, "--json")
    assert (3, "not_found") == (refused.code, refused.refusal["code"])
    assert f"sales opportunity {kind} add OPP-1" in refused.refusal["hint"]
    assert before == shop.dump()


def test_a_form_that_is_sent_back_changes_nothing(shop: Shop) -> None:
    """P97, P100: what a form shows can be given to it again."""
    sale = opened(shop, "contracting")
    parts = {
        "conditions": "Discount (asked 15 %, offered 8 %), Payment",
        "competitors": "Hooli (strong: price, size; weak: service), Globex (UK)",
        "stakeholders": "Mia Ray (decision maker, influence 5, loyalty -1, motivation: safety)",
        "offers": "Box (quantity 3, price 19.50 EUR), Pump",
    }
    sets = [f"{name}={text}" for name, text in parts.items()]
    shop.do("continue", sale, *(word for text in sets for word in ("--set", text)))
    tables = ("condition", "competitor", "stakeholder", "opportunity_line", "contact", "offer")
    before = {name: rows for name, rows in shop.dump().items() if name in tables}
    shown = shop.json("opportunity", "show", sale)
    shop.do("continue", sale, *(word for text in sets for word in ("--set", text)))
    assert before == {name: rows for name, rows in shop.dump().items() if name in tables}
    said = form(shop, sale)
    assert {name: parts[name] for name in ("conditions", "offers")} == {
        name: said[name] for name in ("conditions", "offers")
    }
    shop.do("stage", sale, "negotiations")
    assert parts["competitors"] == form(shop, sale)["competitors"]
    assert shown["lines"] == shop.json("opportunity", "show", sale)["lines"]


def test_a_condition_of_the_process_asks_for_names_alone(shop: Shop) -> None:
    """P68: what is told in brackets does not stand in the way of a comparison."""
    sale = opened(shop, "contracting")
    shop.do("continue", sale, "--set", "competitors=Hooli (strong: price; weak: service)")
    ((key,),) = shop.rows("SELECT id FROM process_run")
    unit = shop.unit
    with unit.reading():
        facts = Sale(unit, key).facts()
    assert ("Hooli",) == facts["competitors"]
    found = shop.json("opportunity", "list", "--where", "competitors contains Hooli")
    assert [sale] == [entry["reference"] for entry in found]


# Rivals


def test_a_rivals_sides_are_kept_for_each_opportunity(shop: Shop) -> None:
    """P68, P100: typed in the form or by the command; shown again on the opportunity."""
    sale = opened(shop, "contracting")
    shop.do("continue", sale, "--set", "competitors=Hooli (strong: price; weak: service)")
    rival = {"name": "Hooli", "strengths": "price", "weaknesses": "service"}
    assert [rival] == listed(shop, "competitor")
    shop.do("opportunity", "competitor", "edit", sale, "hooli", "--weaknesses", "no service")
    assert [rival | {"weaknesses": "no service"}] == listed(shop, "competitor")
    shop.do("close", sale, "lost", "--reason", "price", "--competitor", "Hooli")
    shown = shop.do("opportunity", "show", sale).out
    assert "Hooli (strong: price; weak: no service)" in shown


# Lines


def lines(shop: Shop, verb: str, name: str, *options: str) -> str:
    """Add, change or remove a line of OPP-1, and return what it told."""
    return shop.do("opportunity", "line", verb, "OPP-1", name, *options).out


def test_the_amount_is_recomputed_only_if_asked(shop: Shop) -> None:
    """P78: it becomes the sum of quantity x price over the lines, exactly."""
    opened(shop)
    shop.do("offer", "add", "Pump", "--price", "1000.10")
    shop.do("opportunity", "edit", "OPP-1", "--amount", "5")
    lines(shop, "add", "Pump", "-n", "3")
    assert "5.00" == shop.json("opportunity", "show", "OPP-1")["amount"]
    lines(shop, "add", "Box", "-n", "7", "--price", "0.07", "--recompute")
    total = 3 * Decimal("1000.10") + 7 * Decimal("0.07")
    assert str(total) == shop.json("opportunity", "show", "OPP-1")["amount"]
    assert [str(3 * Decimal("1000.10")), str(7 * Decimal("0.07"))] == [
        entry["sum"] for entry in listed(shop, "line")
    ]
    lines(shop, "remove", "Pump", "--recompute")
    assert str(7 * Decimal("0.07")) == shop.json("opportunity", "show", "OPP-1")["amount"]
    lines(shop, "remove", "Box", "--recompute")
    assert "0.00" == shop.json("opportunity", "show", "OPP-1")["amount"]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(1, 10_000), st.decimals(0, 99_999, places=2)), min_size=1, max_size=4
    )
)
def test_the_sum_is_exact(shop: Shop, typed: list[tuple[int, Decimal]]) -> None:
    """P78: no cent is lost, whatever the prices are."""
    shop.do("opportunity", "add", "Power")
    (number,) = shop.rows("SELECT max(number) FROM opportunity")[0]
    for place, (quantity, price) in enumerate(typed):
        shop.do(
            *("opportunity", "line", "add", f"OPP-{number}", f"Offer {place}"),
            *("-n", str(quantity), "--price", str(price), "--recompute"),
        )
    total = sum((quantity * price for quantity, price in typed), Decimal())
    assert total == Decimal(shop.json("opportunity", "show", f"OPP-{number}")["amount"])


def test_a_line_without_a_price_has_no_sum(shop: Shop) -> None:
    """P78: the refusal names the line and the way out, and nothing is added."""
    opened(shop)
    lines(shop, "add", "Pump")
    before = shop.dump()
    refused = shop.run("opportunity", "line", "add", "OPP-1", "Box", "--price", "5", "--recompute")
    assert 4 == refused.code
    assert "`Pump` has no price" in refused.err
    assert "sales opportunity line edit OPP-1 Pump --price" in refused.err
    assert before == shop.dump()


def test_a_sum_that_no_amount_can_be_is_refused(shop: Shop) -> None:
    """P78: the largest amount is a sum; one line more is refused, and nothing has changed."""
    largest = plain_amount(most_minor("EUR"), "EUR")
    shop.do("opportunity", "add", "Power")
    lines(shop, "add", "Pump", "--price", largest, "--recompute")
    assert largest == shop.json("opportunity", "show", "OPP-1")["amount"]
    before = shop.dump()
    for options in (("Pump", "-n", "1000000000"), ("Box", "--price", "1")):
        refused = shop.run("opportunity", "line", "add", "OPP-1", *options, "--recompute", "--json")
        assert (4, "rule", before) == (refused.code, refused.refusal["code"], shop.dump())


def test_an_offer_in_another_currency_has_no_sum(shop: Shop) -> None:
    """P78: amounts of two currencies are never added up."""
    opened(shop)
    shop.do("config", "currency", "USD")
    shop.rows("SELECT 1")
    path = shop.home.parent / "offers.csv"
    path.write_text("offer,price,currency\nPump,10,USD\n", encoding="utf-8")
    shop.do("import", str(path))
    refused = shop.run("opportunity", "line", "add", "OPP-1", "Pump", "--recompute")
    assert 4 == refused.code
    assert "priced in USD, the opportunity in EUR" in refused.err
    lines(shop, "add", "Pump", "--price", "9", "--recompute")
    assert "9.00" == shop.json("opportunity", "show", "OPP-1")["amount"]


def test_a_form_gives_quantity_and_price(shop: Shop) -> None:
    """P78: product lines come from the form, with what is known of them."""
    sale = opened(shop, "contracting")
    shop.do("continue", sale, "--set", "offers=Box (quantity 2, price 1,999.50), Pump")
    found = [(entry["name"], entry["quantity"], entry["price"]) for entry in listed(shop, "line")]
    assert [("Box", 2, "1999.50"), ("Pump", 1, None)] == found


# Tactics


def test_every_wording_of_the_tactics_is_kept(shop: Shop) -> None:
    """P77: the present one and each earlier one, with who and when; the next steps too."""
    sale = opened(shop, "proposal")
    said = ["Begin with the need", "Hold the price", "Offer service instead"]
    times = []
    for place, text in enumerate(said):
        shop.clock.advance(days=1)
        times.append(shop.clock.now)
        shop.do("continue", sale, "--set", f"tactics={text}", me=("ana", "bo")[place % 2])
    shop.do("opportunity", "edit", sale, "--next-steps", "Call on Monday")
    shop.do("opportunity", "edit", sale, "--amount", "7")
    shown = shop.json("opportunity", "tactics", sale)
    expected = list(zip(said, ("ana", "bo", "ana"), times, strict=True))[::-1]
    assert expected == [
        (entry["text"], entry["login"], type(times[0]).fromisoformat(entry["at"]))
        for entry in shown["tactics"]
    ]
    assert ["Call on Monday"] == [entry["text"] for entry in shown["next_steps"]]
    out = shop.do("opportunity", "tactics", sale).out
    assert all(text in out for text in said)


def test_tactics_that_were_taken_away_are_told(shop: Shop) -> None:
    """P77: an empty wording is one too; what an opportunity was added with is its first."""
    shop.do("opportunity", "add", "Power", "--tactics", "Wait")
    shop.do("opportunity", "edit", "OPP-1", "--tactics", "")
    texts = [entry["text"] for entry in shop.json("opportunity", "tactics", "OPP-1")["tactics"]]
    assert ["", "Wait"] == texts


def test_a_sale_without_an_opportunity_has_no_tactics_yet(shop: Shop) -> None:
    """P77: the refusal says what is missing."""
    shop.do("run-process", "corporate-sale")
    refused = shop.run("opportunity", "tactics", "RUN-1", "--json")
    assert (4, "rule") == (refused.code, refused.refusal["code"])
    assert refused.refusal["hint"]


def test_what_forms_asked_for_stays_in_sight(shop: Shop) -> None:
    """P66, P76, P102: questions, attendees and what the manager said, long after their stage."""
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "presentation")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shop.do("done", "OPP-1", "--set", "questions=How many?", "--set", "examples=The mill")
    shop.do("done", "ACT-2")
    people = ("--set", "attendees=Mia Ray (CEO)", "--set", "stakeholders=Mia Ray")
    told = ("--set", "new_influential_contacts=no", "--set", "offers=Pump")
    shop.do("done", "OPP-1", *people, *told, "--next", "negotiations")
    shop.do("done", "OPP-1", "--set", "tactics=Value first")
    shop.do("done", "OPP-1", "yes", "--set", "discussion=5 % at most")
    document = shop.json("opportunity", "show", "OPP-1")
    assert [{"name": "Mia Ray", "title": "CEO"}] == document["attendees"]
    expected = {"questions": "How many?", "examples": "The mill", "discussion": "5 % at most"}
    assert expected == {name: document[name] for name in expected}
    printed = shop.do("opportunity", "show", "OPP-1").out
    shown = ("How many?", "The mill", "5 % at most", "Mia Ray (CEO)")
    assert set(shown) == {text for text in shown if text in printed}


def test_the_conditions_log_has_every_round(shop: Shop) -> None:
    """P97: who asked, offered and agreed to what, and when; a later round keeps the earlier one."""
    shop.do("opportunity", "add", "Pumps", "--account", "Acme")
    part = ("opportunity", "condition")
    shop.do(*part, "add", "OPP-1", "Discount", "--asked", "15 %")
    shop.clock.advance(days=1)
    shop.do(*part, "edit", "OPP-1", "Discount", "--offered", "5 %", me="bo")
    shop.clock.advance(days=1)
    shop.do(*part, "edit", "OPP-1", "Discount", "--agreed", "8 %")
    rounds = shop.json(*part, "log", "OPP-1")["rounds"]
    assert [("ana", "15 %", "", ""), ("bo", "15 %", "5 %", ""), ("ana", "15 %", "5 %", "8 %")] == [
        (one["login"], one["asked"], one["offered"], one["agreed"]) for one in rounds
    ]
    assert ["2026-11-23", "2026-11-24", "2026-11-25"] == [one["at"][:10] for one in rounds]
    assert "5 %" in shop.do(*part, "log", "OPP-1").out
    shop.clock.advance(days=1)
    shop.do(*part, "remove", "OPP-1", "Discount", me="bo")
    *before, last = shop.json(*part, "log", "OPP-1")["rounds"]
    assert rounds == before
    assert ("bo", "8 %", True) == (last["login"], last["agreed"], last["is_removed"])
    assert "Discount (removed)" in shop.do(*part, "log", "OPP-1").out
    shop.do("undo", me="bo")
    assert rounds == shop.json(*part, "log", "OPP-1")["rounds"]


def test_money_is_written_in_one_way(shop: Shop) -> None:
    """What people read has the groups and the currency of every amount; forms take it back."""
    sale = opened(shop, "contracting")
    added = shop.do(
        *("opportunity", "line", "add", sale, "Pump", "--quantity", "2"),
        *("--price", "24000", "--recompute"),
    )
    assert "The amount is 48,000.00 EUR" in added.out
    assert "Pump (quantity 2, price 24,000.00 EUR)" in shop.do("opportunity", "show", sale).out
    assert "24,000.00 EUR" in shop.do("plan", "set", "ana", "2026-Q4", "24000").out
    shown = form(shop, sale)["offers"]
    assert "Pump (quantity 2, price 24,000.00 EUR)" == shown
    shop.do("continue", sale, "--set", f"offers={shown}, Valve")
    assert "24000.00" == listed(shop, "line")[0]["price"]


def test_several_people_are_added_at_once(shop: Shop) -> None:
    """People between commas are each one of them, with what their brackets tell, as in a form."""
    sale = opened(shop)
    shop.do(*("opportunity", "stakeholder", "add", sale), "Tom (decision maker, user), Bob")
    found = shop.json("opportunity", "stakeholder", "list", sale)["stakeholders"]
    assert {("Tom", "decision maker, user"), ("Bob", None)} == {
        (one["name"], one["role"]) for one in found
    }
    shop.do(*("opportunity", "stakeholder", "edit", sale), "Tom, Bob", "--loyalty", "1")
    found = shop.json("opportunity", "stakeholder", "list", sale)["stakeholders"]
    assert [1, 1] == [one["loyalty"] for one in found]
    before = shop.dump()
    broken = shop.run(*("opportunity", "stakeholder", "add", sale), "Ann (user, Eve")
    assert "The brackets in" in broken.err
    assert before == shop.dump()


def test_a_condition_may_have_a_comma_in_its_name(shop: Shop) -> None:
    """Only people stand between commas where a command takes one name."""
    sale = opened(shop)
    shop.do(*("opportunity", "condition", "add", sale), "Discount, if paid at once (agreed 2 %)")
    assert [("Discount, if paid at once", "2 %")] == [
        (one["name"], one["agreed"]) for one in listed(shop, "condition")
    ]
