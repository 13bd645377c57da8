"""What each stage of the corporate sale asks, shows, repeats and recommends."""

from itertools import product
from typing import Any

import pytest

from salescli.services import publishing
from tests.shop import Shop, made_once
from tests.terminal import on_terminal


def opened(shop: Shop, stage: str, *options: str) -> str:
    """Return the handle of a guided opportunity that stands in a stage."""
    number = len(shop.rows("SELECT 1 FROM opportunity")) + 1
    shop.do("opportunity", "add", f"Sale {number}", "--account", "Acme", *options, "--stage", stage)
    shop.do("run-process", "corporate-sale", "--opportunity", f"OPP-{number}")
    return f"OPP-{number}"


def sale(shop: Shop, reference: str) -> Any:
    """Return where a sale stands."""
    return shop.json("continue", reference)["sale"]


def step(shop: Shop, reference: str) -> str:
    """Return the step that a sale stands on; empty where its stage has ended."""
    found = sale(shop, reference)["step"]
    return str(found["id"]) if found else ""


def recommended(shop: Shop, reference: str) -> str:
    """Return the stage that is recommended next."""
    return next(str(c["id"]) for c in sale(shop, reference)["choices"] if c["is_recommended"])


def log(shop: Shop, reference: str) -> Any:
    """Return the process log of a sale."""
    return shop.json("process", "log", reference)


def say(shop: Shop, reference: str, *results: str) -> None:
    """Complete one step after the other with its result."""
    for result in results:
        shop.do("done", reference, result)


def fill(shop: Shop, reference: str, **fields: str) -> None:
    """Fill the open form."""
    sets = [word for name, text in fields.items() for word in ("--set", f"{name}={text}")]
    shop.do("continue", reference, *sets)


# Qualification


@made_once
def divided(shop: Shop) -> Shop:
    """A shop with two divisions: bo heads West, nobody heads East; ana sells."""
    for line in (
        ("user", "add", "bo"),
        ("user", "add", "cy", "--manager", "bo"),
        ("division", "add", "West", "--head", "bo"),
        ("division", "add", "East"),
    ):
        shop.do(*line)
    return shop


def test_the_head_of_the_division_gets_the_decision(divided: Shop) -> None:
    """P51: with a division that has a head, the task is the head's, and so is the sale."""
    reference = opened(divided, "qualification", "--division", "West")
    activity = divided.json("activity", "show", sale(divided, reference)["step"]["activity"])
    assert ("task", "bo") == (activity["kind"], activity["owner"])
    assert "bo" == divided.json("opportunity", "show", reference)["owner"]


def test_a_rejection_leads_to_rejected_with_its_reason(divided: Shop) -> None:
    """P48: the head says no, and why; the sale ends rejected with that reason."""
    reference = opened(divided, "qualification", "--division", "West")
    say(divided, reference, "rejected")
    fill(divided, reference, reason="Too small for us")
    assert "closed-rejected" == recommended(divided, reference)
    divided.do("stage", reference, "closed-rejected")
    shown = divided.json("opportunity", "show", reference)
    assert ("closed-rejected", "Too small for us") == (shown["stage"], shown["reason"])


def test_an_accepted_sale_gets_its_owner_with_what_is_open(divided: Shop) -> None:
    """P49: the new owner has the opportunity and every open activity of the sale."""
    reference = opened(divided, "qualification", "--division", "West")
    divided.do("activity", "add", "Send a card", "--opportunity", reference, "--owner", "bo")
    say(divided, reference, "accepted")
    fill(divided, reference, owner="cy")
    assert "cy" == divided.json("opportunity", "show", reference)["owner"]
    owners = divided.rows(
        'SELECT DISTINCT u.login FROM activity a JOIN "user" u ON u.id = a.owner_id'
        " WHERE a.state = 'open'"
    )
    assert [("cy",)] == owners


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ((), "`division` is empty"),
        (("--division", "East"), "`division.head` is empty"),
    ],
)
def test_without_a_head_whoever_works_on_it_owns_it(
    divided: Shop, options: tuple[str, ...], why: str
) -> None:
    """P52: no division, or one without a head: the present user is the owner; the log says why."""
    divided.do("opportunity", "add", "Sale", "--account", "Acme", "--owner", "bo", *options)
    divided.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    divided.do("stage", "OPP-1", "qualification")
    me = divided.do("config", "me").out.strip()
    assert me == divided.json("opportunity", "show", "OPP-1")["owner"]
    decided = next(s for s in log(divided, "OPP-1")["steps"] if s["step"] == "headed")
    assert ("no", why) == (decided["result"], decided["reason"])


def test_without_any_division_the_present_user_owns_it(shop: Shop) -> None:
    """P52: neither a division nor a head: so it is in a team that has no divisions at all."""
    reference = opened(shop, "qualification")
    me = shop.do("config", "me").out.strip()
    assert me == shop.json("opportunity", "show", reference)["owner"]
    shown = on_terminal(shop, "process", "log", reference, columns=120).text
    assert "qualification, headed: no (`division` is empty)" in shown


@pytest.mark.parametrize("divisions", [0, 1, 2])
def test_qualification_is_recommended_to_several_divisions_only(shop: Shop, divisions: int) -> None:
    """P50: with none or one the log says that it recommended another stage, and why."""
    shop.do("user", "add", "bo")
    for name in ("West", "East")[:divisions]:
        shop.do("division", "add", name, "--head", "bo")
    shop.do("run-process", "corporate-sale", "--account", "Acme", "--result", "meet")
    division = ("--set", "division=West") if divisions else ()
    shop.do("continue", "RUN-1", "--set", "meeting_at=thu 10")
    shop.do("continue", "RUN-1", "--set", "account=Acme", *division)
    wanted = "qualification" if divisions > 1 else "needs-analysis"
    stay = log(shop, "RUN-1")["stays"][0]
    assert wanted == recommended(shop, "RUN-1") == stay["recommended"]
    if divisions < 2:
        assert f"`divisions` is {divisions}" in stay["because"]
    choices = [choice["id"] for choice in sale(shop, "RUN-1")["choices"]]
    assert "qualification" in choices


# Needs analysis


def test_the_brief_is_asked_for_with_the_result(shop: Shop) -> None:
    """P57: the task is the owner's and asks for the history and the people; P56: how far it is."""
    reference = opened(shop, "needs-analysis", "--need", "Power", "--budget", "900")
    standing = sale(shop, reference)
    asked = {field["name"] for field in standing["step"]["fields"]}
    brief = {field["name"] for field in standing["exit_list"]}
    assert brief <= asked
    # The need and the budget of six things are known.
    assert (6, 33) == (len(brief), standing["completeness"])
    history = "company_history=Two sisters"
    shop.do("done", reference, "collected", "--set", history, "--set", "stakeholders=Mia Ray")
    assert 66 == sale(shop, reference)["completeness"]
    assert "4 of 6 (66 %)" in shop.do("continue", reference).out


def test_each_redial_makes_the_call_again(shop: Shop) -> None:
    """P60: n redials make n + 1 calls, and the present one says which it is."""
    reference = opened(shop, "needs-analysis")
    say(shop, reference, "collected", "redial-later", "redial-later", "redial-later")
    calls = shop.rows("SELECT state, result FROM activity WHERE kind = 'call' ORDER BY number")
    assert [("done", "redial-later")] * 3 + [("open", None)] == calls
    assert 4 == sale(shop, reference)["step"]["attempt"]
    assert "(attempt 4)" in shop.do("continue", reference).out


def test_every_other_result_of_the_call_ends_in_the_choice(shop: Shop) -> None:
    """P59, P61: the results are the step's own; not interested ends the stage."""
    reference = opened(shop, "needs-analysis")
    say(shop, reference, "collected")
    results = sale(shop, reference)["step"]["results"]
    assert ["presentation-agreed", "redial-later", "not-interested"] == results
    assert 3 == shop.run("done", reference, "collected").code
    say(shop, reference, "not-interested")
    assert sale(shop, reference)["choices"]


# Presentation


def test_the_needs_are_in_sight(shop: Shop) -> None:
    """P62: what the customer needs is shown while the presentation is prepared."""
    reference = opened(shop, "presentation", "--need", "Six hours of power", "--budget", "900")
    shown = {field["name"]: field["value"] for field in sale(shop, reference)["step"]["shows"]}
    assert "Six hours of power" == shown["need"]
    assert "Need: Six hours of power" in shop.do("continue", reference).out


def test_the_owner_prepares_the_presentation(shop: Shop) -> None:
    """P63: a task, unseen by the customer."""
    reference = opened(shop, "presentation")
    activity = shop.json("activity", "show", sale(shop, reference)["step"]["activity"])
    me = shop.do("config", "me").out.strip()
    assert ("task", me) == (activity["kind"], activity["owner"])


def test_questions_and_examples_are_there_at_the_meeting(shop: Shop) -> None:
    """P65, P66: saved when the presentation is prepared, shown while it is waited for."""
    reference = opened(shop, "presentation")
    asked = {"questions": "What does an hour cost?", "examples": "https://example.org/hall"}
    sets = [word for name, text in asked.items() for word in ("--set", f"{name}={text}")]
    shop.do("done", reference, "prepared", *sets)
    step_ = sale(shop, reference)["step"]
    assert "wait" == step_["kind"]
    shown = {field["name"]: field["value"] for field in step_["shows"]}
    assert asked == {name: shown[name] for name in asked}


def test_a_sale_from_an_opportunity_books_its_presentation_when_prepared(shop: Shop) -> None:
    """P70, P71: not before, not twice, and its start is the moment when it was made."""
    reference = opened(shop, "presentation")
    assert [] == shop.rows("SELECT 1 FROM activity WHERE topic = 'conduct-presentation'")
    shop.clock.advance(hours=3)
    say(shop, reference, "prepared")
    rows = shop.rows("SELECT starts_at FROM activity WHERE topic = 'conduct-presentation'")
    assert [(f"{shop.clock.now:%Y-%m-%dT%H:%M}",)] == [
        (at.replace(" ", "T")[: len("2026-11-23T12:00")],) for (at,) in rows
    ]


def test_its_time_can_be_said_before(shop: Shop) -> None:
    """P72: a time that was agreed before is the start; without one it is set by itself."""
    reference = opened(shop, "presentation")
    shop.do("done", reference, "prepared", "--set", "meeting_at=2026-12-03 14:00")
    activity = shop.json("activity", "show", sale(shop, reference)["step"]["activity"])
    assert activity["starts"].startswith("2026-12-03T14:00")


@pytest.mark.parametrize(
    ("answer", "stage"), [("yes", "decision-makers"), ("no", "proposal")], ids=["new", "none"]
)
def test_new_people_lead_to_the_decision_makers(shop: Shop, answer: str, stage: str) -> None:
    """P76, P79, P80: the form after the meeting decides what is recommended; all can be chosen."""
    reference = opened(shop, "presentation")
    say(shop, reference, "prepared")
    shop.do("done", sale(shop, reference)["step"]["activity"])
    assert 8 == shop.run("done", reference).code
    fill(shop, reference, stakeholders="Mia Ray", new_influential_contacts=answer, offers="Pump")
    assert stage == recommended(shop, reference)
    stay = log(shop, reference)["stays"][0]
    assert stage == stay["recommended"]
    assert f"`new_influential_contacts` is {answer}" in stay["because"]
    choices = {choice["id"] for choice in sale(shop, reference)["choices"]}
    assert {"decision-makers", "proposal", "negotiations"} <= choices


# Proposal


OUTCOMES = ("done", "canceled", "postponed")


def put_off(shop: Shop, reference: str) -> None:
    """Postpone the open step."""
    shop.do("postpone", reference, "--until", "2026-12-09 10:00")


@pytest.mark.parametrize(("prepare", "submit"), product(OUTCOMES, OUTCOMES))
def test_the_results_decide_how_the_proposal_runs(shop: Shop, prepare: str, submit: str) -> None:
    """P87, P88, P91, P92, P94: both activities, each done, canceled or postponed.

    Canceled materials end the stage, whatever would have come. Postponed ones wait, as the same
    activity, and are done later. A submission that is postponed leads back to the materials; one
    that is done or canceled ends the stage.
    """
    reference = opened(shop, "proposal")
    if prepare == "canceled":
        shop.do("cancel", reference, "not now")
        assert "" == step(shop, reference)
        assert "closed-won" in {choice["id"] for choice in sale(shop, reference)["choices"]}
        return
    if prepare == "postponed":
        before = sale(shop, reference)["step"]["activity"]
        put_off(shop, reference)
        assert ("prepare", before) == (
            step(shop, reference),
            sale(shop, reference)["step"]["activity"],
        )
    say(shop, reference, "prepared")
    fill(shop, reference, tactics="Begin with the need")
    assert "submit" == step(shop, reference)
    if submit == "done":
        say(shop, reference, "wants-to-discuss")
    elif submit == "canceled":
        shop.do("cancel", reference, "not now")
    else:
        put_off(shop, reference)
    assert ("prepare" if submit == "postponed" else "") == step(shop, reference)


def test_a_postponed_submission_makes_the_materials_again(shop: Shop) -> None:
    """P89, P93: a new task, due on the working day before, and counted."""
    reference = opened(shop, "proposal")
    assert "Prepare materials" in sale(shop, reference)["step"]["name"]
    say(shop, reference, "prepared")
    fill(shop, reference, tactics="Begin with the need")
    put_off(shop, reference)
    step_ = sale(shop, reference)["step"]
    assert ("prepare", 2) == (step_["id"], step_["attempt"])
    assert step_["due"].startswith("2026-12-08T17:00")
    again = [s["result"] for s in log(shop, reference)["steps"] if s["step"] == "prepare"]
    assert ["prepared", ""] == again


def test_the_manager_is_named_where_tactics_are_discussed(divided: Shop) -> None:
    """P90: the form asks for the tactics and shows whom the owner reports to."""
    reference = opened(divided, "proposal", "--owner", "cy")
    say(divided, reference, "prepared")
    step_ = sale(divided, reference)["step"]
    assert ["owner.manager"] == [field["name"] for field in step_["shows"]]
    assert "bo" == step_["shows"][0]["value"]
    assert 8 == divided.run("done", reference).code
    fill(divided, reference, tactics="Begin with the need")
    assert "submit" == step(divided, reference)


@pytest.mark.parametrize(
    ("result", "stage", "because"),
    [
        ("wants-to-discuss", "negotiations", "`result.submit` is wants-to-discuss"),
        ("ready-to-sign", "contracting", "`result.submit` is ready-to-sign"),
    ],
)
def test_the_customers_answer_decides_what_follows(
    shop: Shop, result: str, stage: str, because: str
) -> None:
    """P95, P96: more time and talks lead to the negotiations, a yes to the contract."""
    reference = opened(shop, "proposal")
    say(shop, reference, "prepared")
    fill(shop, reference, tactics="Begin with the need")
    say(shop, reference, result)
    assert stage == recommended(shop, reference)
    assert because in log(shop, reference)["stays"][0]["because"]


# Negotiations


def test_the_negotiations_begin_with_a_form(shop: Shop) -> None:
    """P98, P99: tactics and next steps, and what is new about conditions, need and rivals."""
    reference = opened(shop, "negotiations")
    asked = {field["name"] for field in sale(shop, reference)["step"]["fields"]}
    assert {"tactics", "next_steps", "conditions", "competitors", "need", "budget"} == asked
    fill(shop, reference, tactics="Give nothing for nothing", next_steps="Ask for the volume")
    shown = shop.json("opportunity", "show", reference)
    assert ("Give nothing for nothing", "Ask for the volume") == (
        shown["tactics"],
        shown["next_steps"],
    )


def test_the_manager_is_asked_only_if_that_is_wanted(shop: Shop) -> None:
    """P101, P102, P103: yes goes through the discussion to the deal, no goes there at once."""
    order: dict[str, list[str]] = {}
    for answer in ("yes", "no"):
        reference = opened(shop, "negotiations")
        fill(shop, reference, tactics="Give nothing for nothing")
        say(shop, reference, answer)
        if answer == "yes":
            assert 8 == shop.run("done", reference).code
            fill(shop, reference, discussion="Up to five per cent")
        order[answer] = [line["step"] for line in log(shop, reference)["steps"]]
    assert ["clarify", "discuss", "discussion", "negotiate"] == order["yes"]
    assert ["clarify", "discuss", "negotiate"] == order["no"]


@pytest.mark.parametrize("outcome", ["done", "canceled"])
def test_the_deal_ends_the_negotiations(shop: Shop, outcome: str) -> None:
    """P104: completed or canceled, the stage is over."""
    reference = opened(shop, "negotiations")
    fill(shop, reference, tactics="Give nothing for nothing")
    say(shop, reference, "no")
    if outcome == "done":
        say(shop, reference, "agreed")
    else:
        shop.do("cancel", reference, "they are away")
    assert "" == step(shop, reference)
    ended = log(shop, reference)["stays"][0]["ended_by"]
    assert ("completed" if outcome == "done" else "ended-early") == ended


def test_a_required_field_of_an_activity_is_asked_with_its_result(shop: Shop) -> None:
    """P113: a team's own file can make a result wait for a field."""
    source = shop.do("process", "show", "corporate-sale", "--source").out
    asked = source.replace('fields  = ["questions"', 'fields  = ["questions*"')
    assert source != asked
    unit = shop.unit
    publishing.publish(unit, asked, "mine.toml")
    unit.close()
    reference = opened(shop, "presentation")
    refused = shop.run("done", reference, "prepared")
    assert (8, True) == (refused.code, "questions" in refused.err)
    shop.do("done", reference, "prepared", "--set", "questions=Why now?")
    assert "wait" == sale(shop, reference)["step"]["kind"]


def test_an_old_evidence_is_no_hindrance(shop: Shop) -> None:
    """P35: a stage may end without its exit list; the log names what it lacked."""
    reference = opened(shop, "needs-analysis", "--need", "Power")
    shop.clock.advance(hours=1)
    say(shop, reference, "collected", "not-interested")
    stay = log(shop, reference)["stays"][0]
    assert {"company_history", "stakeholders", "budget", "deadline", "competitors"} == set(
        stay["missing"]
    )
