"""The process log: what it holds, what the store refuses, and that it tells where a sale stands."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.domain.process.run import Effect, Run, apply
from salescli.errors import ExitCode
from salescli.services import processes
from salescli.services.standing import Standing
from salescli.store import process_log, runs
from salescli.store.engine import FILE_NAME
from tests.rehearsal import ENDINGS, WORKING
from tests.selling import WHOLE_SALE, sell
from tests.shop import Clock, Shop, made_once

# What belongs together


def test_activities_point_at_run_step_and_opportunity(shop: Shop) -> None:
    """P1: after a run the opportunity has its account; every activity of the process points at
    the run and at its step (the presentation, which belongs to the run, names its topic), and at
    the opportunity, also those made before there was one.
    """
    sell(shop)
    assert [("Acme",)] == shop.rows(
        "SELECT a.name FROM opportunity o JOIN account a ON a.id = o.account_id"
    )
    found = shop.rows(
        "SELECT a.number, r.number, coalesce(s.step, a.topic), o.number, s.run_id = r.id"
        " FROM activity a LEFT JOIN process_run r ON r.id = a.run_id"
        " LEFT JOIN step_visit s ON s.id = a.step_visit_id"
        " LEFT JOIN opportunity o ON o.id = a.opportunity_id"
        " WHERE coalesce(a.topic, '') != 'after-sale' ORDER BY a.number"
    )
    expected = ["call", "conduct-presentation", "collect", "call", "prepare", "prepare", "submit"]
    expected += ["negotiate", "prepare", "send", "sign"]
    assert [
        (number, 1, step, 1, None if step == "conduct-presentation" else 1)
        for number, step in enumerate(expected, start=1)
    ] == found


@pytest.mark.parametrize(
    "column", ["run_id", "step_visit_id", "opportunity_id", "account_id", "owner_id", "created_in"]
)
def test_an_orphan_is_refused(shop: Shop, column: str) -> None:
    """P1: foreign keys are on: an activity that points at nothing is not stored."""
    shop.do("run-process", "corporate-sale")
    with shop.unit as unit, pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        unit.connection.execute(f"UPDATE activity SET {column} = ?", (b"nobody",))


def test_activities_are_listed_and_told_in_the_history(shop: Shop) -> None:
    """P14: the list and the opportunity's history have the same activities, canceled ones too,
    and the history is in the order of time.
    """
    sell(shop, until="needs-analysis")
    shop.do("stage", "OPP-1", "proposal")
    shop.clock.advance(hours=1)
    shop.do("cancel", "OPP-1", "on holiday")
    listed = {activity["reference"] for activity in shop.json("activity", "list", "--all")}
    history = shop.json("opportunity", "history", "OPP-1")
    told = [event["reference"] for event in history if event["reference"]]
    assert {"ACT-1", "ACT-2", "ACT-3", "ACT-4", "ACT-5"} == listed == set(told)
    assert len(told) == len(set(told))
    closed = [event["at"] for event in history if not event["state"].startswith("open")]
    assert sorted(closed) == closed
    assert ["canceled canceled"] == [e["state"] for e in history if e["reference"] == "ACT-5"]


def test_a_step_makes_an_activity_of_its_owner_type_and_time(shop: Shop) -> None:
    """P13: each activity step has one activity with the type of the definition; its owner is the
    sale's, at qualification the head of the division; it is due by the step's rule.
    """
    shop.do("user", "add", "bo")
    shop.do("division", "add", "West", "--head", "bo")
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "qualification")
    shop.do("opportunity", "edit", "OPP-1", "--division", "West")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shop.do("done", "OPP-1", "accepted")
    shop.do("continue", "OPP-1", "--set", "owner=ana")
    for stage in ("needs-analysis", "contracting"):
        shop.do("stage", "OPP-1", stage)
    shop.do("done", "OPP-1", "prepared")
    assert [
        ("qualification", "decide", "task", "bo", "2026-11-24"),
        ("needs-analysis", "collect", "task", "ana", "2026-11-25"),
        ("contracting", "prepare", "task", "ana", "2026-11-25"),
        ("contracting", "send", "email", "ana", "2026-11-24"),
    ] == shop.rows(
        "SELECT v.stage, s.step, a.kind, u.login, substr(a.due_at, 1, 10) FROM step_visit s"
        " JOIN stage_visit v ON v.id = s.visit_id JOIN activity a ON a.step_visit_id = s.id"
        ' JOIN "user" u ON u.id = a.owner_id ORDER BY a.number'
    )


def test_an_assignee_may_be_another_than_the_owner(shop: Shop, tmp_path: Path) -> None:
    """P13: `assignee` decides whose the activity is, whoever owns the sale."""
    file = tmp_path / "survey.toml"
    file.write_text(
        """
        format = 1
        id = "survey"
        subject = "opportunity"
        start = "ask"
        [[stage]]
        id = "ask"
        [[stage.step]]
        id = "mine"
        do = "activity"
        type = "call"
        assignee = "me"
        on = { asked = "theirs" }
        [[stage.step]]
        id = "theirs"
        do = "activity"
        type = "email"
        on = { sent = "@end" }
        [[stage]]
        id = "over"
        ending = "won"
        """,
        encoding="utf-8",
    )
    shop.do("user", "add", "bo")
    shop.do("process", "publish", str(file))
    shop.do("run-process", "survey", "--owner", "bo", "--result", "asked")
    assert [("call", "ana"), ("email", "bo")] == shop.rows(
        'SELECT a.kind, u.login FROM activity a JOIN "user" u ON u.id = a.owner_id'
        " ORDER BY a.number"
    )


# One command is one transaction

COMMANDS = {
    "done": ("done", "ACT-1", "collected"),
    "cancel": ("cancel", "ACT-1"),
    "stage": ("stage", "OPP-1", "contracting"),
    "close": ("close", "OPP-1", "lost", "--reason", "price"),
}


@made_once
def guided(shop: Shop) -> Shop:
    """A shop whose only sale, OPP-1, stands at the first step of needs analysis: ACT-1."""
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "needs-analysis")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    return shop


class PowerCutError(Exception):
    """The machine stopped."""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_failure_between_two_writes_leaves_neither(
    guided: Shop, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """P18: wherever a command fails between the write of a step and the advance, the store is as
    it was before; only when every write is done is any of them there.
    """
    before = guided.dump()
    write, left = process_log.write, 0

    def fail(*arguments: Any) -> None:
        nonlocal left
        if left == 0:
            raise PowerCutError
        left -= 1
        write(*arguments)

    monkeypatch.setattr(process_log, "write", fail)
    failures = 0
    while failures < 50:
        left = failures
        try:
            guided.do(*COMMANDS[command])
        except PowerCutError:
            failures += 1
            assert before == guided.dump()
        else:
            break
    assert 3 <= failures < 50
    assert before != guided.dump()


KILLED = """
import os, signal, sys
from salescli.__main__ import main
from salescli.store import process_log
write, left = process_log.write, [int(sys.argv.pop(1))]
def die(*arguments):
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    write(*arguments)
process_log.write = die
main()
"""


@pytest.mark.parametrize("writes", [1, 3])
def test_a_killed_process_leaves_neither(guided: Shop, writes: int) -> None:
    """P18: after SIGKILL between the close of a step and the advance the step is still open, and
    the command can be given again.
    """
    before = guided.dump()
    words = [sys.executable, "-c", KILLED, str(writes), "--home", str(guided.home)]
    killed = subprocess.run([*words, *COMMANDS["done"]], check=False)
    assert -9 == killed.returncode
    assert before == guided.dump()
    assert "call" == guided.json(*COMMANDS["done"])["sale"]["step"]["id"]


# What the store refuses


def log_rows(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of the log, voided ones too."""
    tables = ("process_run", "stage_visit", "step_visit")
    return {table: shop.rows(f"SELECT * FROM {table} ORDER BY id") for table in tables}


@pytest.mark.parametrize("table", ["process_run", "stage_visit", "step_visit"])
def test_no_row_of_the_log_is_deleted(guided: Shop, table: str) -> None:
    """P24: the store refuses to delete a run, a stay or a step, whoever asks."""
    before = log_rows(guided)
    with guided.unit as unit, pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        unit.connection.execute(f"DELETE FROM {table}")
    assert before == log_rows(guided)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        *(("stage_visit", c) for c in ("ended_at", "ended_by", "left_at", "left_by", "left_login")),
        *(("stage_visit", c) for c in ("stage", "n", "entered_at", "entered_by", "login")),
        *(("step_visit", c) for c in ("closed_at", "closed_by", "result", "state")),
        *(("step_visit", c) for c in ("step", "opened_at")),
    ],
)
@pytest.mark.parametrize("value", ["open", None])
def test_what_the_log_says_is_never_rewritten(
    guided: Shop, table: str, column: str, value: str | None
) -> None:
    """P24: a column of the log that is filled is neither refilled nor emptied."""
    guided.do("done", "OPP-1", "collected")
    guided.do("cancel", "OPP-1", "on holiday")
    guided.do("stage", "OPP-1", "proposal")
    before = log_rows(guided)
    with guided.unit as unit, pytest.raises(sqlite3.IntegrityError, match="never changes"):
        unit.connection.execute(
            f"UPDATE {table} SET {column} = ? WHERE {column} IS NOT NULL", (value,)
        )
    assert before == log_rows(guided)


def test_undo_marks_visits_and_readers_skip_them(guided: Shop) -> None:
    """P24: undoing a move keeps its rows, marked with the change set that undid it; the log, the
    history and the sale are as before.
    """
    told = [guided.json("process", "log", "OPP-1"), guided.json("opportunity", "history", "OPP-1")]
    before = guided.dump()
    guided.do("stage", "OPP-1", "proposal")
    rows = log_rows(guided)
    guided.do("undo")
    assert {table: len(found) for table, found in rows.items()} == {
        table: len(found) for table, found in log_rows(guided).items()
    }
    undoing = "SELECT c.undoes_id IS NOT NULL FROM {} v JOIN change_set c ON c.id = v.voided_by_id"
    assert [(1,)] == guided.rows(undoing.format("stage_visit"))
    assert [(1,)] == guided.rows(undoing.format("step_visit"))
    assert told == [
        guided.json("process", "log", "OPP-1"),
        guided.json("opportunity", "history", "OPP-1"),
    ]
    assert "collect" == guided.json("continue", "OPP-1")["sale"]["step"]["id"]
    assert before["step_visit"][0][:5] == guided.dump()["step_visit"][0][:5]


def test_a_step_that_was_undone_is_not_stood_on(guided: Shop) -> None:
    """P24: after undoing a completion the sale stands on that step alone; completing it again
    opens the next step anew, with an activity of its own.
    """
    guided.do("done", "OPP-1", "collected")
    guided.do("undo")
    assert "collect" == guided.json("continue", "OPP-1")["sale"]["step"]["id"]
    step = guided.json("done", "OPP-1", "collected")["sale"]["step"]
    assert ("call", "ACT-3") == (step["id"], step["activity"])
    assert [("collect", "done"), ("call", "open")] == [
        (line["step"], line["state"]) for line in guided.json("process", "log", "OPP-1")["steps"]
    ]
    assert_log_tells_all(guided)


def test_undo_of_a_start_takes_the_run_back(shop: Shop) -> None:
    """P24: the run stays in the store, voided; no reader finds it, and a new one can start."""
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "proposal")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shop.do("undo")
    assert 1 == len(log_rows(shop)["process_run"])
    assert [] == shop.json("process", "log", "--all")
    assert ExitCode.NOT_FOUND == shop.run("process", "log", "RUN-1").code
    sale = shop.json("run-process", "corporate-sale", "--opportunity", "OPP-1")
    assert ([], "RUN-2") == (sale["warnings"], sale["sale"]["run"])


# The log tells where the sale stands


def replayed(shop: Shop, key: bytes) -> Run:
    """Return a run as its log tells it: every row of it as the effects that it stands for."""
    effects: list[Effect] = []
    visits = shop.rows(
        "SELECT id, stage, n, entered_by, ended_by, left_by FROM stage_visit"
        " WHERE run_id = ? AND voided_by_id IS NULL ORDER BY entered_at, id",
        key,
    )
    for visit, stage, n, entered_by, ended_by, left_by in visits:
        effects.append(Effect("enter_stage", visit, {"stage": stage, "n": n, "by": entered_by}))
        steps = shop.rows(
            "SELECT id, step, state, result, closed_at FROM step_visit"
            " WHERE visit_id = ? AND voided_by_id IS NULL ORDER BY opened_at, id",
            visit,
        )
        for step, name, state, result, closed_at in steps:
            effects.append(Effect("open_step", step, {"step": name, "state": state}))
            if closed_at:
                values = {"state": state, "result": result, "reason": None}
                effects.append(Effect("close_step", step, values))
        if ended_by:
            effects.append(Effect("end_stage", visit, {"by": ended_by}))
        if left_by:
            effects.append(Effect("leave_stage", visit, {"by": left_by}))
    return reduce(apply, effects, Run(key))


def assert_log_tells_all(shop: Shop) -> None:
    """Assert that each run stands where its log says, and its opportunity and activities too."""
    for (key,) in shop.rows("SELECT id FROM process_run WHERE voided_by_id IS NULL"):
        told = replayed(shop, key)
        unit = shop.unit
        stored = runs.load(unit.connection, key).run
        unit.close()
        assert told.visits == stored.visits
        assert (told.stage, told.visit, told.ended_by) == (
            stored.stage,
            stored.visit,
            stored.ended_by,
        )
        assert [(s.key, s.step, s.state, s.result) for s in told.steps] == [
            (s.key, s.step, s.state, s.result) for s in stored.steps
        ]
        assert bool(told.visit) == (stored.state == "running")
        stages = shop.rows(
            "SELECT o.stage FROM opportunity o JOIN process_run r ON r.opportunity_id = o.id"
            " WHERE r.id = ?",
            key,
        )
        assert {(told.stage,)} >= set(stages)
        open_activities = shop.rows(
            "SELECT step_visit_id FROM activity WHERE run_id = ? AND state = 'open'"
            " AND step_visit_id IS NOT NULL",
            key,
        )
        standing = {step.key for step in told.steps if step.is_open}
        assert {activity for (activity,) in open_activities} <= standing


FILLED = {
    "account": "Acme",
    "meeting_at": "fri 10",
    "callback_at": "fri 11",
    "new_influential_contacts": "no",
    "channel": "email",
    "owner": "ana",
}
"""What is typed into the required fields of a form; other fields get their own name."""


def commands_for(shop: Shop, standing: Standing) -> list[tuple[str, ...]]:
    """Return what a seller can type while a sale stands there."""
    sale = standing.reference
    if standing.state != "running":
        return [("reopen", sale, "--reason", "again", "--stage", stage) for stage in WORKING[2:4]]
    jumps = [("stage", sale, stage, "--set", "account=Acme") for stage in WORKING]
    ends = [("stage", sale, ending, "--set", "reason=so it is") for ending in ENDINGS[1:]]
    found = [*jumps, *ends, ("undo",), ("undo",), ("assign", sale, "ana")]
    meetings = shop.rows("SELECT number FROM activity WHERE state = 'open' AND topic IS NOT NULL")
    for (number,) in meetings:
        found += [("done", f"ACT-{number}"), ("cancel", f"ACT-{number}")]
    if standing.step is None:
        return found
    step = standing.step
    found += [("cancel", sale), ("postpone", sale, "--until", "fri 9"), ("continue", sale)]
    if step.kind == "form":
        sets = [
            word
            for field in step.fields
            if field.is_required
            for word in ("--set", f"{field.name}={FILLED.get(field.name, field.name)}")
        ]
        return found + 10 * [("continue", sale, *sets)]
    return found + 4 * [("done", sale, result) for result in step.results]


def newest_standing(shop: Shop) -> Standing:
    """Return where the newest run stands; one is started where there is none."""
    numbers = shop.rows("SELECT max(number) FROM process_run WHERE voided_by_id IS NULL")
    if numbers == [(None,)]:
        shop.do("run-process", "corporate-sale")
        return newest_standing(shop)
    unit = shop.unit
    try:
        return processes.look(unit, f"RUN-{numbers[0][0]}").standing
    finally:
        unit.close()


@pytest.fixture(scope="module")
def new_shop(_template_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Shop]:
    """Makes a shop for each example of a property."""

    def make() -> Shop:
        home = tmp_path_factory.mktemp("replay")
        shutil.copyfile(_template_store, home / FILE_NAME)
        return Shop(home, Clock())

    return make


@settings(max_examples=10)
@given(picks=st.lists(st.integers(0, 10_000), min_size=6, max_size=12))
def test_replaying_the_log_gives_the_present_state(
    new_shop: Callable[[], Shop], picks: list[int]
) -> None:
    """P24: after any commands, undos among them, the rows of the log applied from the first to
    the last give exactly the stage, the visits, the steps and the choice where the sale stands.
    """
    shop = new_shop()
    for pick in picks:
        commands = commands_for(shop, newest_standing(shop))
        shop.clock.advance(minutes=1)
        shop.run(*commands[pick % len(commands)])
        assert_log_tells_all(shop)
    shutil.rmtree(shop.home)


def test_the_log_of_a_whole_sale_gives_its_state(shop: Shop) -> None:
    """P24: so does the log of a sale that went all the way, after each of its stages."""
    sell(shop)
    assert_log_tells_all(shop)
    assert [*WHOLE_SALE, "closed-won"] == [
        stage for (stage,) in shop.rows("SELECT stage FROM stage_visit ORDER BY id")
    ]


def test_a_voided_run_cannot_be_worked_on(shop: Shop) -> None:
    """P24: readers skip it: its handle is not known."""
    shop.do("run-process", "corporate-sale")
    shop.do("undo")
    for command in ("continue", "done", "cancel", "hint"):
        assert ExitCode.NOT_FOUND == shop.run(command, "RUN-1").code
