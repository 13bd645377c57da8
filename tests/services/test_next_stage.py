"""The end of a stage: what can come next, what the first stage asks for, and where it lands."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from salescli.domain.fields import SALE_FIELDS
from salescli.services.definitions import check_text
from salescli.services.shipped import PROCESSES
from tests.shop import MONDAY, Shop, made_once

SOURCE = (PROCESSES / "corporate-sale.toml").read_text(encoding="utf-8")
SPEC = check_text(SOURCE, fields=SALE_FIELDS)[0]
assert SPEC is not None
WORKING = [stage.id for stage in SPEC.stages if not stage.ending]
ENDINGS = [stage.id for stage in SPEC.stages if stage.ending]
EVIDENCE = ("budget", "need", "decision_date")


@made_once
def called(shop: Shop) -> Shop:
    """A shop where RUN-1 waits for the result of the first call."""
    shop.do("run-process", "corporate-sale", "--account", "Acme Ltd")
    return shop


@made_once
def ended(called: Shop) -> Shop:
    """A shop where the first stage of OPP-1 has ended and the next one is to be chosen."""
    called.do("done", "RUN-1", "meet", "--at", "thu 10")
    called.do("continue", "RUN-1", "--set", "account=Acme Ltd")
    return called


@made_once
def analysing(ended: Shop) -> Shop:
    """A shop where OPP-1 collects customer information with ACT-3; ACT-2 is the presentation."""
    ended.do("stage", "OPP-1", "needs-analysis")
    return ended


def _sale(shop: Shop, reference: str) -> Any:
    return shop.json("continue", reference)["sale"]


def _stays(shop: Shop, run: str = "RUN-1") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.json("process", "log", run)["stays"]
    return found


def _draft(shop: Shop, number: int = 1) -> dict[str, Any]:
    (text,) = shop.rows("SELECT draft FROM process_run WHERE number = ?", number)[0]
    found: dict[str, Any] = json.loads(text)
    return found


# The choice


def test_choices_come_in_order(ended: Shop) -> None:
    """P29: the recommended stage comes first, then the usual, the others, and the endings last."""
    choices = _sale(ended, "OPP-1")["choices"]
    usual = ["needs-analysis", "qualification"]
    others = [stage for stage in WORKING if stage not in usual]
    assert [*usual, *others, *ENDINGS] == [choice["id"] for choice in choices]
    assert [True] + [False] * (len(choices) - 1) == [c["is_recommended"] for c in choices]
    assert ENDINGS == [choice["id"] for choice in choices if choice["is_ending"]]


def test_the_recommendation_follows_the_answers(shop: Shop) -> None:
    """P29: who answers `no interest` is recommended to reject, and that stage comes first."""
    shop.do("run-process", "corporate-sale", "--account", "Acme", "--result", "no-interest")
    first = _sale(shop, "RUN-1")["choices"][0]
    assert ("closed-rejected", True) == (first["id"], first["is_recommended"])


def test_without_an_answer_the_choices_are_shown(ended: Shop) -> None:
    """P29: without an answer the choices are printed, exit 0, and nothing changes."""
    before = ended.dump()
    answer = ended.do("continue", "OPP-1")
    for stage in [*WORKING, *ENDINGS]:
        assert stage in answer.out
    assert before == ended.dump()


def test_the_next_stage_can_be_given(called: Shop) -> None:
    """P29: `--next` walks to the end of the stage and on to the stage that it names."""
    called.do("done", "RUN-1", "no-interest", "--set", "account=Acme", "--next", "needs-analysis")
    sale = _sale(called, "OPP-1")
    assert ("needs-analysis", "collect") == (sale["stage"], sale["step"]["id"])


def test_told_to_go_on_but_lacking_an_answer(called: Shop) -> None:
    """P29: with `--next` and a result still open: exit 8, the results, and nothing changed."""
    before = called.dump()
    answer = called.run("continue", "RUN-1", "--next", "proposal", "--json")
    assert (8, "") == (answer.code, answer.out)
    assert ["meet", "send-information", "not-now", "no-interest"] == answer.refusal["choices"]
    assert before == called.dump()


def test_told_to_go_on_but_lacking_a_field(called: Shop) -> None:
    """P29: with a required field still open: exit 8, the field is named, and nothing changed."""
    before = called.dump()
    answer = called.run("done", "RUN-1", "not-now", "--next", "proposal", "--json")
    assert (8, "") == (answer.code, answer.out)
    assert ["callback_at"] == answer.refusal["choices"]
    assert "--set callback_at=" in answer.refusal["hint"]
    assert before == called.dump()


def test_a_result_where_a_stage_is_wanted(called: Shop) -> None:
    """P29: a result for a stage that has ended: exit 8, the stages to choose, nothing changed."""
    called.do("done", "RUN-1", "no-interest")
    before = called.dump()
    answer = called.run("done", "RUN-1", "no-interest", "--json")
    assert (8, "") == (answer.code, answer.out)
    assert {*WORKING, *ENDINGS} == set(answer.refusal["choices"])
    assert before == called.dump()


# Any stage at any time


def test_back_to_an_earlier_stage(analysing: Shop) -> None:
    """P30: at the presentation the budget changes, and the sale goes back to needs analysis."""
    analysing.do("stage", "OPP-1", "presentation")
    analysing.do("opportunity", "edit", "OPP-1", "--budget", "50000")
    answer = analysing.do("stage", "OPP-1", "Needs analysis")
    assert "to `Needs analysis`" in answer.out
    record = analysing.json("opportunity", "show", "OPP-1")
    assert ("needs-analysis", "50000.00") == (record["stage"], record["budget"])
    left_by = [(stay["stage"], stay["left_by"]) for stay in _stays(analysing)]
    assert [
        ("interest-verification", "completed"),
        ("needs-analysis", "jump"),
        ("presentation", "jump"),
        ("needs-analysis", ""),
    ] == left_by


def test_the_stage_field_moves_the_sale(analysing: Shop) -> None:
    """P30: changing the stage as a field of the opportunity moves the process as well."""
    analysing.do("opportunity", "edit", "OPP-1", "--stage", "proposal")
    sale = _sale(analysing, "OPP-1")
    assert ("proposal", "prepare") == (sale["stage"], sale["step"]["id"])


@pytest.mark.parametrize("stage", WORKING)
def test_the_first_step_of_the_new_stage_is_open(analysing: Shop, stage: str) -> None:
    """P31: entering a stage opens the step that it begins with; decisions are made at once."""
    analysing.do("stage", "OPP-1", stage)
    first = {"qualification": None, "decision-makers": "people", "negotiations": "clarify"}
    first |= {"interest-verification": "call", "needs-analysis": "collect"}
    first |= dict.fromkeys(("presentation", "proposal", "contracting"), "prepare")
    step = _sale(analysing, "OPP-1")["step"]
    assert first[stage] == (step["id"] if step else None)
    opened = analysing.rows("SELECT s.step FROM step_visit s WHERE s.closed_at IS NULL")
    assert [(first[stage],)] * bool(first[stage]) == opened


def test_open_activities_of_the_old_stage_are_canceled(analysing: Shop) -> None:
    """P32: the process's own open activity is canceled with a reason; what people made stays."""
    analysing.do("activity", "add", "Send the brochure", "--opportunity", "OPP-1")
    answer = analysing.do("stage", "OPP-1", "proposal")
    states = {
        name: (state, text)
        for name, state, text in analysing.rows("SELECT name, state, text FROM activity")
    }
    assert ("canceled", "moved to Proposal") == states["Collect customer information"]
    assert ("open", None) == states["Send the brochure"]
    assert ("open", None) == states["Conduct presentation"]
    (collect,) = [
        one["reference"]
        for one in analysing.json("activity", "list", "--all")
        if one["name"] == "Collect customer information"
    ]
    assert f"canceled `{collect}` Collect customer information" in answer.out
    assert "Kept `ACT-2` Conduct presentation" in answer.out
    steps = analysing.json("process", "log", "RUN-1")["steps"]
    assert ["canceled"] == [step["state"] for step in steps if step["step"] == "collect"]


def test_a_stage_is_performed_as_often_as_needed(analysing: Shop) -> None:
    """P33: three stays in one stage are three visits with activities and times of their own."""
    for hours in (1, 2):
        analysing.clock.advance(hours=hours)
        analysing.do("stage", "OPP-1", "needs-analysis")
    analysing.clock.advance(hours=3)
    analysing.do("stage", "OPP-1", "proposal")
    stays = [stay for stay in _stays(analysing) if stay["stage"] == "needs-analysis"]
    assert [1, 2, 3] == [stay["n"] for stay in stays]
    spans = [
        datetime.fromisoformat(stay["left_at"]) - datetime.fromisoformat(stay["entered_at"])
        for stay in stays
    ]
    assert [timedelta(hours=hours) for hours in (1, 2, 3)] == spans
    steps = analysing.json("process", "log", "RUN-1")["steps"]
    made = [step["activity"] for step in steps if step["step"] == "collect"]
    assert 3 == len(set(made))


# Interest verification


def test_only_the_menu_enters_the_first_stage(shop: Shop) -> None:
    """P34: a start from an opportunity enters its own stage; one from the menu the first."""
    shop.do("opportunity", "add", "Acme", "--account", "Acme", "--stage", "proposal")
    shop.do("opportunity", "add", "Globex", "--account", "Globex")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-2")
    shop.do("run-process", "corporate-sale", "--account", "Initech")
    stays = [[stay["stage"] for stay in _stays(shop, f"RUN-{n}")] for n in (1, 2, 3)]
    first = "interest-verification"
    assert [["proposal"], [first], [first]] == stays


def test_the_exit_list_is_shown(called: Shop) -> None:
    """P35: budget, need and decision date are the exit list, with what is known of them."""
    exit_list = _sale(called, "RUN-1")["exit_list"]
    assert [(name, "") for name in EVIDENCE] == [(f["name"], f["value"]) for f in exit_list]
    told = "Exit list: 0 of 3 (0 %); open budget, need, decision_date"
    assert told in called.do("continue", "RUN-1").out
    answer = called.do("continue", "RUN-1", "--set", "need=Backup power")
    assert "Exit list: 1 of 3 (33 %); known need; open budget, decision_date" in answer.out


def test_the_stage_ends_without_evidence_but_says_so(ended: Shop) -> None:
    """P35: the stage ends without the three fields; the log and the history name the open ones."""
    assert [list(EVIDENCE)] == [stay["missing"] for stay in _stays(ended)]
    history = ended.json("opportunity", "history", "OPP-1")
    stage = next(event for event in history if event["kind"] == "stage")
    for name in EVIDENCE:
        assert name in stage["text"]


@pytest.mark.parametrize("known", EVIDENCE)
def test_the_flag_names_what_was_open_at_the_end(called: Shop, known: str) -> None:
    """P35: a field that was filled is not flagged; one filled after the end still is."""
    values = {"budget": "5000", "need": "Backup power", "decision_date": "2027-02-01"}
    given = ("--set", f"{known}={values[known]}")
    answer = called.do("done", "RUN-1", "no-interest", *given, "--set", "account=Acme")
    open_ones = [name for name in EVIDENCE if name != known]
    assert "The stage ended without " + ", ".join(f"`{n}`" for n in open_ones) in answer.out
    called.do("stage", "RUN-1", "needs-analysis")
    called.do(
        "opportunity",
        "edit",
        "OPP-1",
        *(f"--{n}={values[n]}".replace("_", "-", 1) for n in open_ones),
    )
    assert [open_ones, []] == [stay["missing"] for stay in _stays(called)]


def test_no_flag_when_everything_is_known(called: Shop) -> None:
    """P35: a stage that ends with all three fields filled is not flagged."""
    sets = ("need=Power", "budget=5000", "decision_date=2027-02-01", "account=Acme")
    answer = called.do(
        "done", "RUN-1", "no-interest", *(word for text in sets for word in ("--set", text))
    )
    assert "ended without" not in answer.out
    assert [[]] == [stay["missing"] for stay in _stays(called)]


def test_a_jump_out_of_the_stage_is_flagged(called: Shop) -> None:
    """P35: leaving the stage early by a jump is flagged like its end."""
    called.do("stage", "RUN-1", "proposal", "--set", "need=Power")
    assert [["budget", "decision_date"], []] == [stay["missing"] for stay in _stays(called)]


def test_undo_takes_the_flag_back(called: Shop) -> None:
    """P35: undoing the end of a stage takes its flag back with it."""
    called.do("done", "RUN-1", "no-interest")
    called.do("undo")
    assert [[]] == [stay["missing"] for stay in _stays(called)]


def test_the_call_can_be_scheduled(called: Shop) -> None:
    """P36: the first call is an activity, and `schedule` writes when it starts."""
    kind = called.rows("SELECT kind, name, starts_at FROM activity")
    assert [("call", "Call to verify the interest", None)] == kind
    called.do("schedule", "ACT-1", "tue 10")
    starts = datetime.fromisoformat(called.json("activity", "show", "ACT-1")["starts"])
    assert MONDAY.replace(hour=10) + timedelta(days=1) == starts


@pytest.mark.parametrize(
    ("result", "step", "fields"),
    [
        ("meet", "meeting", {"meeting_at", "requested"}),
        ("send-information", "information", {"requested", "channel"}),
        ("not-now", "callback", {"callback_at"}),
    ],
)
def test_each_result_has_a_step_of_its_own(
    called: Shop, result: str, step: str, fields: set[str]
) -> None:
    """P37: meet, send information and not now lead to a form of their own."""
    sale = called.json("done", "RUN-1", result)["sale"]
    assert step == sale["step"]["id"]
    assert fields == {field["name"] for field in sale["step"]["fields"]}


def test_no_interest_ends_the_stage(called: Shop) -> None:
    """P37: without interest no step follows; the next stage is to be chosen."""
    sale = called.json("done", "RUN-1", "no-interest")["sale"]
    assert sale["step"] is None
    assert "closed-rejected" == sale["choices"][0]["id"]


def test_what_is_requested_and_how_it_travels(called: Shop) -> None:
    """P37: what the customer asks for, and the channel, are kept; then it is to be sent."""
    called.do("done", "RUN-1", "send-information")
    sale = called.json(
        "continue", "RUN-1", "--set", "requested=Price list", "--set", "channel=post"
    )["sale"]
    assert "send" == sale["step"]["id"]
    assert {"requested": "Price list", "channel": "post"}.items() <= _draft(called).items()


def test_not_now_calls_again_on_that_day(called: Shop) -> None:
    """P37: `not now` asks for a day, and the next call is due then."""
    called.do("done", "RUN-1", "not-now")
    called.do("continue", "RUN-1", "--set", "callback_at=2026-12-07 11:00")
    due = datetime.fromisoformat(called.json("activity", "show", "ACT-2")["due"])
    assert datetime(2026, 12, 7, 11, tzinfo=UTC) == due


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tue 10", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("tomorrow 14:30", datetime(2026, 11, 24, 14, 30, tzinfo=UTC)),
        ("2026-12-01 09:15", datetime(2026, 12, 1, 9, 15, tzinfo=UTC)),
        ("1 dec", datetime(2026, 12, 1, 9, tzinfo=UTC)),
    ],
)
def test_human_dates_are_stored_in_utc(called: Shop, typed: str, meant: datetime) -> None:
    """P38: a date in words becomes a moment in UTC; the meeting begins then."""
    called.do("done", "RUN-1", "meet", "--set", f"meeting_at={typed}")
    ((starts,),) = called.rows(
        "SELECT starts_at FROM activity WHERE topic = 'conduct-presentation'"
    )
    stored = datetime.fromisoformat(starts)
    assert meant == (stored if stored.tzinfo else stored.replace(tzinfo=UTC))


def test_hours_are_those_of_the_users_zone(shop: Shop) -> None:
    """P38: `thu 10` is ten o'clock where the user is, across the change to summer time as well."""
    from zoneinfo import ZoneInfo

    shop.clock.now = datetime(2027, 3, 26, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    shop.do("run-process", "corporate-sale", "--account", "Acme")
    shop.do("done", "RUN-1", "meet", "--at", "2027-03-29 10:00")
    ((starts, zone),) = shop.rows(
        "SELECT starts_at, zone FROM activity WHERE topic = 'conduct-presentation'"
    )
    assert "Europe/Berlin" == zone
    stored = datetime.fromisoformat(starts)
    # Berlin is at +02:00 from 28 March 2027 on.
    assert datetime(2027, 3, 29, 8, tzinfo=UTC) == (
        stored if stored.tzinfo else stored.replace(tzinfo=UTC)
    )
    shown = shop.json("activity", "show", "ACT-2")["starts"]
    assert timedelta(0) == datetime.fromisoformat(shown) - datetime(2027, 3, 29, 8, tzinfo=UTC)


# The opportunity


@pytest.mark.parametrize("typed", ["Acme Ltd", "ACME  LTD", "acme ltd", "ACC-1"])
def test_a_known_account_is_picked(shop: Shop, typed: str) -> None:
    """P39: typing an existing name, in any case, or a handle takes that account; no second one."""
    shop.do("account", "add", "Acme Ltd")
    answer = shop.do("run-process", "corporate-sale", "--account", typed, "--result", "no-interest")
    assert "" == answer.err
    shop.do("stage", "RUN-1", "needs-analysis")
    assert [("Acme Ltd",)] == shop.rows("SELECT name FROM account")
    assert "Acme Ltd" == shop.json("opportunity", "show", "OPP-1")["account"]


def test_a_new_account_is_made_once(called: Shop) -> None:
    """P39: a name that nobody has makes the account, with the opportunity and not before."""
    assert [] == called.rows("SELECT name FROM account")
    called.do("done", "RUN-1", "meet", "--at", "thu 10")
    answer = called.do("continue", "RUN-1", "--set", "amount=100")
    assert "Added account `ACC-1` Acme Ltd" in answer.out
    assert [("Acme Ltd",)] == called.rows("SELECT name FROM account")


@pytest.mark.parametrize("typed", ["Acme", "ACME Limited", "Acmee Ltd"])
def test_a_like_account_is_told(shop: Shop, typed: str) -> None:
    """P39: a similar name makes a note on stderr that names the account and how to take it."""
    shop.do("account", "add", "Acme Ltd")
    answer = shop.do("run-process", "corporate-sale", "--account", typed, "--result", "no-interest")
    assert answer.err.startswith("note: `ACC-1` Acme Ltd ")
    command = "sales continue RUN-1 --set account=ACC-1"
    assert command in answer.err
    shop.do(*command.split()[1:])
    shop.do("stage", "RUN-1", "needs-analysis")
    assert [("Acme Ltd",)] == shop.rows("SELECT name FROM account")
    assert "Acme Ltd" == shop.json("opportunity", "show", "OPP-1")["account"]


def test_an_unlike_account_is_not_told(shop: Shop) -> None:
    """P39: a name that is like no other makes no note."""
    shop.do("account", "add", "Acme Ltd")
    assert "" == shop.do("run-process", "corporate-sale", "--account", "Globex Ltd").err


def test_a_form_that_creates_needs_the_account(called: Shop) -> None:
    """P39: without a company there is no opportunity: exit 8 names the field."""
    called.do("run-process", "corporate-sale", "--new")
    called.do("done", "RUN-2", "meet", "--at", "thu 10")
    before = called.dump()
    answer = called.run("continue", "RUN-2", "--set", "need=Power", "--json")
    assert (8, ["account"]) == (answer.code, answer.refusal.get("choices"))
    assert before == called.dump()


def test_the_opportunity_has_what_was_typed(called: Shop) -> None:
    """P40: amount, need, close date, source and type are on the opportunity."""
    typed = {
        "amount": "12500",
        "need": "Backup power",
        "close_date": "2027-03-31",
        "source": "Trade fair",
        "type": "New business",
    }
    called.do("done", "RUN-1", "meet", "--at", "thu 10")
    sets = [word for name, text in typed.items() for word in ("--set", f"{name}={text}")]
    called.do("continue", "RUN-1", *sets)
    record = called.json("opportunity", "show", "OPP-1")
    assert typed | {"amount": "12500.00"} == {name: record[name] for name in typed}


@pytest.mark.parametrize(
    "wrong", ["amount=lots", "close_date=someday", "owner=nobody", "division=Nowhere"]
)
def test_a_wrong_value_names_its_field(called: Shop, wrong: str) -> None:
    """P40: a value that cannot be understood is refused by the name of its field."""
    called.do("done", "RUN-1", "meet", "--at", "thu 10")
    before = called.dump()
    answer = called.run("continue", "RUN-1", "--set", "need=Power", "--set", wrong)
    assert answer.code in {2, 3}
    assert f"error: {wrong.partition('=')[0]}: " in answer.err
    assert before == called.dump()


def test_what_is_typed_early_waits_in_the_draft(called: Shop) -> None:
    """P40: values given before there is an opportunity are kept, and land on it later."""
    called.do("continue", "RUN-1", "--set", "need=Backup power", "--set", "amount=700")
    assert [] == called.rows("SELECT * FROM opportunity")
    assert "Backup power" == _draft(called)["need"]
    called.do("done", "RUN-1", "meet", "--at", "thu 10")
    shown = {f["name"]: f["value"] for f in _sale(called, "RUN-1")["step"]["fields"]}
    assert "Backup power" == shown["need"]
    called.do("continue", "RUN-1", "--set", "source=Fair")
    record = called.json("opportunity", "show", "OPP-1")
    assert ("Backup power", "700.00") == (record["need"], record["amount"])
    assert "need" not in _draft(called)


def test_needs_analysis_and_qualification_are_offered(ended: Shop) -> None:
    """P41: after the opportunity the two stages of the source are offered before all others."""
    offered = [choice["id"] for choice in _sale(ended, "OPP-1")["choices"]]
    assert {"needs-analysis", "qualification"} == set(offered[:2])


def test_the_first_call_can_be_postponed(called: Shop) -> None:
    """P42: the first call is put off, stays open, and is due at its new time."""
    called.do("postpone", "RUN-1", "fri 9")
    shown = called.json("activity", "show", "ACT-1")
    assert ("open", MONDAY + timedelta(days=4)) == (
        shown["state"],
        datetime.fromisoformat(shown["due"]),
    )
    assert "call" == _sale(called, "RUN-1")["step"]["id"]
