"""The guided sale as a seller types it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from salescli.context import AppContext
from salescli.errors import ExitCode
from tests.rehearsal import ENDINGS, WORKING
from tests.selling import sell
from tests.shop import Shop, made_once

GOLDEN = Path(__file__).parents[1] / "golden" / "corporate-sale.json"
FORM = "Where do we stand, and what comes next?"
"""The first step of negotiations, which has no activity."""


@made_once
def guided(shop: Shop) -> Shop:
    """A shop whose only sale, OPP-1, stands at the first step of needs analysis: ACT-1."""
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "needs-analysis")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    return shop


def steps(shop: Shop, sale: str = "OPP-1") -> list[tuple[str, str, str]]:
    """Return stage, step and state of every line of the process log."""
    log = shop.json("process", "log", sale)["steps"]
    return [(line["stage"], line["step"], line["state"]) for line in log]


def stays(shop: Shop, sale: str = "OPP-1") -> list[str]:
    """Return the stages that a sale has stood in, in order."""
    return [stay["stage"] for stay in shop.json("process", "log", sale)["stays"]]


# Definition


def test_the_shipped_process_has_the_stages_and_steps_of_the_source(shop: Shop) -> None:
    """P2: 8 working and 4 terminal stages in the order of decision 2.2, each with the steps of the
    golden list, in order, and each result leading where the list says.
    """
    shown = shop.json("process", "show", "corporate-sale")["stages"]
    assert [*WORKING, *ENDINGS] == [stage["id"] for stage in shown]
    golden = json.loads(GOLDEN.read_text("utf-8"))
    for stage in shown:
        assert list(golden[stage["id"]].items()) == [_told(step) for step in stage["steps"]]


def _told(step: dict[str, Any]) -> tuple[str, str]:
    """Return a step as the golden list has it."""
    ways = ", ".join(f"{result} -> {target}" for result, target in step["on"].items())
    return step["id"], f"{step['do']} {step['type']}".strip() + f": {ways}"


# The whole way


def test_a_sale_goes_stage_by_stage_to_the_end(shop: Shop) -> None:
    """P3: typed in order, the steps of each stage lead to its end; the log has the stages in the
    order of the definition, each once and completed, and the opportunity is won.
    """
    sell(shop)
    log = shop.json("process", "log", "OPP-1")
    assert [*WORKING, "closed-won"] == [stay["stage"] for stay in log["stays"]]
    assert {1} == {stay["n"] for stay in log["stays"]}
    assert ["completed"] * 8 == [stay["left_by"] for stay in log["stays"][:8]]
    assert "closed-won" == shop.json("opportunity", "show", "OPP-1")["stage"]
    assert [] == shop.json("process", "log")


@pytest.mark.parametrize("target", ["proposal", "contracting"])
def test_stages_can_be_skipped_and_the_history_tells(guided: Shop, target: str) -> None:
    """P4: a sale moves past stages; its history has those that it stood in, so the others are
    known as never visited.
    """
    guided.do("stage", "acme", target)
    history = guided.json("opportunity", "history", "OPP-1")
    visited = [event["text"].split(",")[0] for event in history if event["kind"] == "stage"]
    assert ["needs-analysis", target] == visited
    assert target == guided.json("opportunity", "show", "OPP-1")["stage"]


def test_a_completed_stage_can_be_returned_to(guided: Shop) -> None:
    """P5: going back to a completed stage counts its visit as the second and begins it again."""
    for command in (("done", "OPP-1", "collected"), ("done", "OPP-1", "not-interested")):
        guided.do(*command)
    guided.do("stage", "OPP-1", "presentation")
    sale = guided.json("stage", "OPP-1", "needs-analysis")["sale"]
    assert (2, "collect") == (sale["visit"], sale["step"]["id"])
    assert ["needs-analysis", "presentation", "needs-analysis"] == stays(guided)


# Starting


@pytest.mark.parametrize(
    "name", ["corporate-sale", "Corporate sale", "CORPORATE SALE", "corporate_sale"]
)
def test_a_process_starts_by_any_spelling_of_its_name(shop: Shop, name: str) -> None:
    """P7, P8: capitals, spaces, dashes and underscores make no difference; it starts at interest
    verification with the first call open, which `--json` tells with the run.
    """
    sale = shop.json("run-process", name)["sale"]
    assert {
        "process": "corporate-sale",
        "run": "RUN-1",
        "stage": "interest-verification",
        "state": "running",
    } == {key: sale[key] for key in ("process", "run", "stage", "state")}
    assert ("call", "call", "ACT-1") == tuple(sale["step"][k] for k in ("id", "type", "activity"))


def test_an_unknown_process_is_refused_with_the_nearest_names(shop: Shop) -> None:
    """P7: exit 3, stdout stays empty, stderr offers what may have been meant, and nothing runs."""
    before = shop.dump()
    answer = shop.run("run-process", "corporate-sail")
    assert (ExitCode.NOT_FOUND, "") == (answer.code, answer.out)
    assert "did you mean `corporate-sale`?" in answer.err
    assert before == shop.dump()


def test_a_result_on_the_start_completes_the_first_step(shop: Shop) -> None:
    """P15: `run-process --result` leaves the first step done and the second one open."""
    sale = shop.json("run-process", "corporate-sale", "--result", "meet")["sale"]
    assert "meeting" == sale["step"]["id"]
    assert [
        ("interest-verification", "call", "done"),
        ("interest-verification", "meeting", "open"),
    ] == steps(shop, "RUN-1")


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """Let a person sit there who types these answers, one a question."""
    typed = iter(answers)
    monkeypatch.setattr(AppContext, "is_interactive", property(lambda _self: True))
    monkeypatch.setattr("typer.prompt", lambda *_args, **_options: next(typed))


def test_a_started_step_can_be_done_at_once_on_a_terminal(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P15: the start asks for the result of the first step; typing it opens the next step."""
    on_a_terminal(monkeypatch, "not-now", "fri 10", "later")
    shop.do("run-process", "corporate-sale")
    assert [
        ("interest-verification", "call", "done"),
        ("interest-verification", "callback", "done"),
        ("interest-verification", "call-again", "open"),
    ] == steps(shop, "RUN-1")


# Results


@pytest.mark.parametrize(
    ("result", "step"),
    [
        ("meet", "meeting"),
        ("send-information", "information"),
        ("not-now", "callback"),
        ("no-interest", None),
    ],
)
def test_each_result_of_the_first_call_has_its_own_next_step(
    shop: Shop, result: str, step: str | None
) -> None:
    """P17: each listed result is accepted and leads to its step; none leads to the stage's end."""
    shop.do("run-process", "corporate-sale")
    assert result in shop.json("activity", "results", "ACT-1")
    sale = shop.json("done", "ACT-1", result)["sale"]
    assert step == (sale["step"]["id"] if sale["step"] else None)


@pytest.mark.parametrize("result", ["agreed", "canceled", "postponed", "issue-invoice"])
def test_any_other_result_is_refused_with_the_list(shop: Shop, result: str) -> None:
    """P17, P20: exit 3, stdout empty, the step's results on stderr, and nothing is changed."""
    shop.do("run-process", "corporate-sale")
    before = shop.dump()
    answer = shop.run("done", "ACT-1", result)
    assert (ExitCode.NOT_FOUND, "") == (answer.code, answer.out)
    assert "`meet`, `send-information`, `not-now`, `no-interest`" in answer.err
    assert before == shop.dump()


def test_results_are_those_of_the_step(guided: Shop) -> None:
    """P20: at needs analysis `issue-invoice` is not offered; where the contract is signed it is."""
    assert ["collected"] == guided.json("activity", "results", "ACT-1")
    guided.do("done", "ACT-1", "collected")
    assert "issue-invoice" not in guided.json("activity", "results", "ACT-2")
    guided.do("stage", "OPP-1", "contracting")
    guided.do("done", "OPP-1", "prepared")
    signing = guided.json("done", "OPP-1", "sent")["sale"]["step"]["activity"]
    assert "issue-invoice" in guided.json("activity", "results", signing)


def test_completing_an_activity_activates_the_next_step(guided: Shop) -> None:
    """P18: the activity is completed, the next one is added and named, in one command."""
    answer = guided.do("done", "ACT-1", "collected")
    assert "Completed `ACT-1` Collect customer information: collected" in answer.out
    assert "Added `ACT-2` Confirm the interest and agree on the presentation" in answer.out
    assert [("needs-analysis", "collect", "done"), ("needs-analysis", "call", "open")] == steps(
        guided
    )


def test_a_step_is_completed_once(guided: Shop) -> None:
    """P18, P24: completing it again is refused with who did it and when, and changes nothing."""
    guided.do("done", "ACT-1", "collected", me="bo")
    before = guided.dump()
    answer = guided.run("done", "ACT-1", "collected")
    assert ExitCode.CHANGED_MEANWHILE == answer.code
    assert "was completed already with `collected`, by bo, today 09:00" in answer.err
    assert before == guided.dump()


# Canceling


def test_canceling_an_activity_ends_the_stage_early(guided: Shop) -> None:
    """P19: the stay is marked as ended early, the remaining steps of the stage are not created,
    and the next stages are offered.
    """
    outcome = guided.json("cancel", "ACT-1", "the customer is away")
    assert [("needs-analysis", "collect", "canceled")] == steps(guided)
    assert "ended-early" == guided.json("process", "log", "OPP-1")["stays"][0]["ended_by"]
    offered = [choice["id"] for choice in outcome["sale"]["choices"]]
    assert (["needs-analysis", "presentation"], 12) == (offered[:2], len(offered))
    shown = guided.json("activity", "show", "ACT-1")
    assert ("canceled", "the customer is away") == (shown["state"], shown["text"])


def test_canceling_says_first_that_the_stage_ends_and_how_to_move_instead(
    guided: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P19: on a terminal it asks first, offering `schedule`; after a no nothing is changed."""
    asked: list[str] = []

    def refuse(question: str, **_options: Any) -> None:
        asked.append(question)
        raise typer.Abort

    monkeypatch.setattr(AppContext, "is_interactive", property(lambda _self: True))
    monkeypatch.setattr("typer.confirm", refuse)
    before = guided.dump()
    assert ExitCode.DONE != guided.run("cancel", "ACT-1").code
    assert 1 == len(asked)
    assert "ends the stage `Needs analysis` early" in asked[0]
    assert "sales schedule ACT-1" in asked[0]
    assert before == guided.dump()


# Postponing


def in_a_new_interpreter(shop: Shop, *words: str) -> Any:
    """Run a command as a shell would, and return its document."""
    environment = os.environ | {"SALES_HOME": str(shop.home), "SALES_ME": "ana", "TZ": "UTC"}
    finished = subprocess.run(
        [sys.executable, "-m", "salescli", *words, "--json"],
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(finished.stdout)


def test_a_postponed_activity_waits_in_the_store(guided: Shop) -> None:
    """P16: the new date is there in another process; the activity and its step are still open,
    and the log of changes has the postponement.
    """
    in_a_new_interpreter(guided, "postpone", "ACT-1", "--until", "2030-01-08 10:00")
    shown = in_a_new_interpreter(guided, "activity", "show", "ACT-1")
    assert ("open", "2030-01-08T10:00:00+00:00") == (shown["state"], shown["due"])
    assert [("needs-analysis", "collect", "open")] == steps(guided)
    newest = guided.json("log", "-n", "1")[0]
    assert "postpone ACT-1" in newest["command"]
    assert 1 == newest["changed"]
    sale = guided.json("done", "ACT-1", "collected")["sale"]
    assert "call" == sale["step"]["id"]


# Steps without an activity


@made_once
def put_off(guided: Shop) -> Shop:
    """A shop whose only sale stands on a form that was put off until Friday."""
    guided.do("stage", "OPP-1", "negotiations")
    guided.do("postpone", "OPP-1", "--until", "fri 9")
    return guided


def snoozed(shop: Shop) -> list[tuple[Any, ...]]:
    """Return the open steps that are put off."""
    return shop.rows(
        "SELECT step FROM step_visit WHERE closed_at IS NULL AND snoozed_until IS NOT NULL"
    )


def test_a_form_step_is_in_the_history_and_not_among_the_activities(guided: Shop) -> None:
    """P21: a step without an activity runs; the log and the history show it, the activities do
    not.
    """
    guided.do("stage", "OPP-1", "negotiations")
    guided.do("continue", "OPP-1", "--set", "tactics=Listen")
    assert ("negotiations", "clarify", "done") in steps(guided)
    history = guided.json("opportunity", "history", "OPP-1")
    assert [("step", "done saved")] == [
        (event["kind"], event["state"]) for event in history if event["text"] == FORM
    ]
    activities = guided.json("activity", "list", "--all")
    assert ["Collect customer information"] == [activity["name"] for activity in activities]


def test_a_process_may_have_a_bare_form_only(shop: Shop, tmp_path: Path) -> None:
    """P21: a definition whose only step is a form is published, run and ended."""
    file = tmp_path / "bare.toml"
    file.write_text(
        """
        format = 1
        id = "bare"
        subject = "opportunity"
        start = "ask"
        [[stage]]
        id = "ask"
        step = [{ id = "need", do = "form", fields = ["need*"], on = { saved = "@end" } }]
        [[stage]]
        id = "over"
        ending = "won"
        """,
        encoding="utf-8",
    )
    shop.do("process", "publish", str(file))
    shop.do("run-process", "bare")
    shop.do("continue", "RUN-1", "--set", "need=Backup power")
    assert [("ask", "need", "done")] == steps(shop, "RUN-1")
    assert [] == shop.json("activity", "list", "--all")


@pytest.mark.parametrize(
    "command",
    [
        ("continue", "acme"),
        ("move-down", "OPP-1"),
        ("process", "log", "--continue", "RUN-1"),
        ("run-process", "corporate-sale", "--opportunity", "OPP-1"),
        ("run-process", "corporate-sale", "--run", "RUN-1"),
    ],
    ids=" ".join,
)
def test_a_form_that_was_put_off_is_reopened(put_off: Shop, command: tuple[str, ...]) -> None:
    """P22: moving down the process, continuing from the log and resuming reopen the same step."""
    before = put_off.rows("SELECT id FROM step_visit WHERE step = 'clarify'")
    assert [("clarify",)] == snoozed(put_off)
    sale = put_off.json(*command)["sale"]
    assert ("clarify", None) == (sale["step"]["id"], sale["step"]["snoozed_until"])
    assert [] == snoozed(put_off)
    assert before == put_off.rows("SELECT id FROM step_visit WHERE step = 'clarify'")


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("next",),
        ("note", "OPP-1", "They are on holiday"),
        ("opportunity", "show", "OPP-1"),
        ("opportunity", "edit", "OPP-1", "--amount", "7000"),
        ("process", "log", "RUN-1"),
        ("activity", "add", "Send a card", "--opportunity", "OPP-1"),
    ],
    ids=" ".join,
)
def test_a_form_that_was_put_off_stays_so_otherwise(
    put_off: Shop, command: tuple[str, ...]
) -> None:
    """P22: other commands leave it put off."""
    put_off.do(*command)
    assert [("clarify",)] == snoozed(put_off)


def test_continuing_from_the_log_equals_continuing_from_the_opportunity(
    put_off: Shop, tmp_path: Path
) -> None:
    """P23: on two copies of one store both commands print the same and leave the same rows."""
    copy = Shop(tmp_path / "copy", put_off.clock)
    copy.home.mkdir()
    put_off.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    (copy.home / "sales.db").write_bytes((put_off.home / "sales.db").read_bytes())
    assert put_off.dump() == copy.dump()
    from_log = put_off.json("process", "log", "--continue", "RUN-1")
    assert copy.json("continue", "OPP-1") == from_log
    assert copy.dump() == put_off.dump()


# The process log


def test_the_log_tells_every_run_and_every_step(guided: Shop) -> None:
    """P24: a run with its owner, start, end and state; a step with its times, how long it took,
    who closed it and with which result.
    """
    guided.clock.advance(hours=2)
    guided.do("done", "ACT-1", "collected", me="bo")
    guided.clock.advance(days=1)
    guided.do("close", "OPP-1", "lost", "--reason", "price")
    run = guided.json("process", "log", "--all")[0]
    assert ("RUN-1", "ana", "ended") == (run["run"], run["owner"], run["state"])
    assert ("2026-11-23T09:00:00+00:00", "2026-11-24T11:00:00+00:00") == (
        run["started_at"],
        run["ended_at"],
    )
    first, second = guided.json("process", "log", "RUN-1")["steps"]
    assert {
        "stage": "needs-analysis",
        "step": "collect",
        "activity": "ACT-1",
        "state": "done",
        "result": "collected",
        "opened_at": "2026-11-23T09:00:00+00:00",
        "closed_at": "2026-11-23T11:00:00+00:00",
        "closed_by": "bo",
        "owner": "ana",
        "seconds": 7200,
    } == {key: value for key, value in first.items() if key not in {"n", "reason"}}
    assert ("call", "canceled", "ana") == (second["step"], second["state"], second["closed_by"])
    lines = guided.do("process", "log", "RUN-1").out.splitlines()
    assert "2 h" in lines[0]
    assert "1 d" in lines[1]
