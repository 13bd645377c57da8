"""Batches: many changes in one go, each by the rules of the single command, all or nothing."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from salescli.services import moves
from salescli.store.engine import FILE_NAME
from tests.every_command import copied
from tests.shop import Shop, behind_the_back, made_once
from tests.terminal import on_terminal

STAGES = ("qualification", "needs-analysis", "presentation", "proposal", "negotiations")


def sale(shop: Shop, stage: str, name: str) -> None:
    """Start a sale and take it to a stage."""
    shop.do("opportunity", "add", name, "--account", name)
    number = len(shop.rows("SELECT 1 FROM opportunity"))
    shop.do("stage", f"OPP-{number}", stage)


@made_once
def many(shop: Shop) -> Shop:
    """A shop with twelve sales of `ana` at the proposal."""
    for number in range(1, 13):
        sale(shop, "proposal", f"Firm {chr(64 + number)}")
    return shop


@made_once
def few(shop: Shop) -> Shop:
    """A shop with three sales, at the proposal, at needs analysis and at the proposal."""
    for stage, name in (("proposal", "Acme"), ("needs-analysis", "Globex"), ("proposal", "Hooli")):
        sale(shop, stage, name)
    shop.do("user", "add", "bo")
    return shop


def stages(shop: Shop) -> dict[str, str]:
    return {
        f"OPP-{number}": stage
        for number, stage in shop.rows("SELECT number, stage FROM opportunity ORDER BY number")
    }


def change_sets(shop: Shop) -> int:
    return int(shop.rows("SELECT count(*) FROM change_set")[0][0])


def lines(shop: Shop, *rows: dict[str, Any]) -> str:
    path = shop.home.parent / "rows.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return str(path)


def table(shop: Shop, text: str) -> str:
    path = shop.home.parent / "rows.csv"
    path.write_text(text, "utf-8")
    return str(path)


# Moved together or one by one


def varied(shop: Shop) -> Shop:
    """Fill a shop with sales that stand on steps of each kind."""
    for number, stage in enumerate(STAGES * 2):
        sale(shop, stage, f"Firm {chr(65 + number)}")
    shop.do("opportunity", "stakeholder", "add", "OPP-2", "Mia Ray", "--role", "user")
    shop.do("opportunity", "competitor", "add", "OPP-2", "Rivalon")
    shop.do("done", "OPP-2", "collected")  # stands on a call
    shop.do("done", "OPP-3", "prepared")  # has a spawned activity that survives a jump
    shop.do("cancel", "OPP-4", "no time")  # the stage has ended: the next one is chosen
    shop.do("postpone", "OPP-5", "fri 10")
    shop.do("done", "OPP-8", "prepared")
    shop.do("done", "OPP-8")  # the meeting is over before its stage is left
    shop.do("activity", "add", "Send flowers", "--opportunity", "OPP-9")
    shop.do("user", "add", "bo", "--manager", "ana")
    shop.do("assign", "OPP-9", "OPP-10", "bo")
    return shop


def rows_of(shop: Shop) -> dict[str, Counter[Any]]:
    """Return every row of a store by table, with what a new key stands for instead of the key."""
    shown: dict[bytes, object] = {}
    found: dict[str, Counter[Any]] = {}
    parents = ("account", "contact", "opportunity", "process_run", "stage_visit", "step_visit")
    for name in (*parents, "activity", "note", "lead"):
        columns = [row[1] for row in shop.rows(f'SELECT * FROM pragma_table_info("{name}")')]
        for row in shop.rows(f"SELECT * FROM {name} ORDER BY id"):
            told = tuple(
                (column, shown.get(value, "?") if isinstance(value, bytes) else value)
                for column, value in zip(columns, row, strict=True)
                if column not in {"id", "created_in", "definition_id", "owner_id"}
            )
            shown[row[columns.index("id")]] = (name, told)
            found.setdefault(name, Counter())[told] += 1
    return found


@pytest.mark.parametrize("stage", [*STAGES, "contracting", "interest-verification"])
def test_many_are_moved_as_one_is(shop: Shop, tmp_path: Path, stage: str) -> None:
    """A batch leaves every row as single commands would, for sales that stand anywhere."""
    together = varied(shop)
    alone = copied(shop, tmp_path / "alone")
    named = [ref for (ref,) in alone.rows("SELECT 'OPP-' || number FROM opportunity ORDER BY 1")]
    report = together.json("stage", *named, stage, "--on-error", "stop", "--yes")
    told = [moves.change_stage(alone.unit, [ref], stage)[0].changes for ref in named]
    assert rows_of(alone) == rows_of(together)
    assert ["; ".join(changes) for changes in told] == [row["message"] for row in report]
    assert {"done"} == {row["outcome"] for row in report}


def test_more_sales_than_fit_into_one_statement(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one chunk ends and the next begins nothing is left out."""
    monkeypatch.setattr("salescli.services.bulk.CHUNK", 2)
    for number in range(5):
        sale(shop, "proposal", f"Firm {chr(65 + number)}")
    shop.do("stage", "negotiations", "--where", "stage = proposal")
    assert {"negotiations"} == set(stages(shop).values())


# Which sales


def test_a_condition_chooses_open_sales(few: Shop) -> None:
    """The condition decides which; closed sales are no part of a batch."""
    few.do("close", "OPP-3", "lost", "--reason", "price")
    few.clock.advance(days=31)
    few.do("stage", "negotiations", "--where", "owner = me and stage_age > 30")
    assert {"OPP-1": "negotiations", "OPP-2": "negotiations", "OPP-3": "closed-lost"} == stages(few)


def test_what_stands_there_already_is_left_alone(few: Shop) -> None:
    """A condition moves sales to a stage and begins none again, by whatever name it is called."""
    few.do("opportunity", "add", "Import", "--account", "Imported", "--set", "stage=proposal")
    visits = "SELECT count(*) FROM stage_visit v JOIN process_run r ON r.id = v.run_id"
    before = few.rows(f"{visits} WHERE v.stage = 'proposal'")
    told = few.json("stage", "Proposal", "--where", "state = open", "--set", "need=x")
    already = {row["ref"] for row in told if "stands there already" in row["message"]}
    assert {"OPP-1", "OPP-3"} == already
    assert {"done"} == {row["outcome"] for row in told}
    assert [(before[0][0] + 2,)] == few.rows(f"{visits} WHERE v.stage = 'proposal'")
    assert {"proposal"} == set(stages(few).values())
    count = change_sets(few)
    few.do("stage", "proposal", "--where", "owner = me")
    assert count == change_sets(few)


def test_what_stands_there_already_is_not_asked_about(many: Shop) -> None:
    """The question counts what is changed."""
    many.do("stage", "OPP-1", "OPP-2", "negotiations")
    many.do("stage", "negotiations", "--where", "owner = me")
    assert {"negotiations"} == set(stages(many).values())


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("amount > foo", "is not an amount"),
        ("stage = propsal", "`proposal`"),
        ("owner = annna", "did you mean `ana`"),
        ("owner in (ana, zzzzzz)", "`sales user list`"),
        ("owner.manager != nobody", "no user `nobody`"),
        ("division = nowhere", "no division `nowhere`"),
        ("close_date < 2026-13-01", "write a day"),
        ("state = opne", "`open`"),
        ("overdue = perhaps", "= yes"),
        ("ammount > 5", "`amount`"),
        ("name > 5", "compare text"),
    ],
)
def test_what_a_condition_cannot_mean_is_refused(few: Shop, asked: str, told: str) -> None:
    """A value that no record could have is a slip: exit 2, with a way out, in lists and batches."""
    before = few.dump()
    for words in (("opportunity", "list"), ("stage", "proposal"), ("view", "save", "odd")):
        answer = few.run(*words, "--where", asked)
        assert (2, "") == (answer.code, answer.out)
        assert told in answer.err
        assert 1 == answer.err.count("hint:")
    assert before == few.dump()


@pytest.mark.parametrize("asked", ["owner = me", "owner = ANA", "owner != bo", "owner contains a"])
def test_users_are_known_in_any_spelling(few: Shop, asked: str) -> None:
    """What names a user is no slip, nor is a part of a name."""
    assert 3 == len(few.json("opportunity", "list", "--where", asked))


def test_i_am_known_before_i_have_done_anything(few: Shop) -> None:
    """Who has never used the store can ask for what is theirs."""
    assert [] == few.json("opportunity", "list", "--where", "owner = me", me="zoe")


def test_a_view_stands_for_its_condition(few: Shop) -> None:
    """`--view` goes wherever `--where` does, and both together mean both."""
    few.do("view", "save", "offered", "--where", "stage = proposal")
    few.do("stage", "negotiations", "--view", "offered", "--where", "name = Hooli")
    assert ["negotiations"] == [stages(few)["OPP-3"]]
    assert "proposal" == stages(few)["OPP-1"]


def test_no_sale_meets_the_condition(few: Shop) -> None:
    """Then there is nothing to do, and no change set."""
    before = change_sets(few)
    assert "" == few.do("stage", "negotiations", "--where", "amount > 7").out
    assert before == change_sets(few)


def test_a_table_says_the_stage_and_fields_of_each(few: Shop) -> None:
    """Columns are told by the header, in any order and with any delimiter."""
    file = table(few, "Amount;Reference;Stage\n1.250,00;OPP-1;Negotiations\n;Globex;proposal\n")
    few.do("stage", "--file", file)
    assert "negotiations" == stages(few)["OPP-1"]
    assert "proposal" == stages(few)["OPP-2"]
    assert [(125000,)] == few.rows("SELECT amount FROM opportunity WHERE number = 1")


def test_the_command_line_says_what_all_rows_share(few: Shop) -> None:
    """A file may name the sales alone, and a row's own cell wins."""
    file = table(few, "reference,reason\nOPP-1,\nOPP-2,too slow\n")
    few.do("close", "lost", "--file", file, "--reason", "price")
    found = few.rows("SELECT reason FROM opportunity WHERE number < 3 ORDER BY number")
    assert [("price",), ("too slow",)] == found


def test_only_activities_that_move_are_counted(few: Shop) -> None:
    """Those of other people stay with them and are not told; nor are those of who has the sale."""
    few.do("activity", "add", "Check it", "--opportunity", "OPP-1", "--owner", "bo")
    owned = 'SELECT count(*) FROM activity a JOIN "user" u ON u.id = a.owner_id'
    owned += " WHERE u.login = ? AND a.state = 'open'"
    before = few.rows(owned, "bo")[0][0]
    (told,) = few.json("assign", "OPP-1", "bo")["changed"]
    moved = few.rows(owned, "bo")[0][0] - before
    assert f"with {moved} open activity" in told
    assert "with" not in few.json("assign", "OPP-1", "bo")["changed"][0]


@pytest.mark.parametrize(
    "words",
    [
        ("assign", "OPP-1", "bo"),
        ("assign", "bo", "--where", "owner = me"),
        ("assign", "RUN-4", "bo"),
        ("opportunity", "edit", "OPP-1", "--owner", "bo"),
    ],
    ids=str,
)
def test_nothing_is_given_to_who_is_not_active(few: Shop, words: tuple[str, ...]) -> None:
    """Nobody would look after it: refused, with the way out."""
    few.do("run-process", "corporate-sale", "--account", "Initech")
    few.do("user", "edit", "bo", "--active", "no")
    before = few.dump()
    answer = few.run(*words)
    assert (4, "") == (answer.code, answer.out)
    assert "sales user edit bo --active yes" in answer.err
    assert before == few.dump()


def test_nobody_is_no_owner(few: Shop) -> None:
    """An empty login is refused as such."""
    answer = few.run("assign", "OPP-1", " ")
    assert (2, "") == (answer.code, answer.out)
    assert "sales user list" in answer.err


def test_owners_come_from_a_table(few: Shop) -> None:
    """`sales assign --file` reads a reference and a login on each line."""
    few.do("assign", "--file", table(few, "ref,owner\nOPP-1,bo\nOPP-3,bo\n"))
    assert ["OPP-1", "OPP-3"] == [
        found["reference"] for found in few.json("opportunity", "list", "--where", "owner = bo")
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("stage\nproposal\n", "names no column `reference`"),
        ("reference\nOPP-1\n", "lacks `stage`"),
        ("reference,stage\n,proposal\n", "lacks `ref`"),
        ("reference,stage,ammount\nOPP-1,proposal,5\n", "column `ammount`"),
        ("reference,stage,stage\nOPP-1,proposal,proposal\n", "column `stage` twice"),
        ("reference,stage\nOPP-1,proposal,5\n", "has 3 cells"),
        ("reference,stage,version\nOPP-1,proposal,new\n", "version that is no number"),
        ('reference,stage\n"OPP-1,proposal\n', "never closed"),
    ],
)
def test_a_table_that_says_too_little_or_too_much(few: Shop, text: str, told: str) -> None:
    """It is refused as a whole, before anything is changed, with one way out."""
    before = few.dump()
    answer = few.run("stage", "--file", table(few, text))
    assert (2, "") == (answer.code, answer.out)
    assert told in answer.err
    assert 1 == answer.err.count("hint:")
    assert before == few.dump()


UNREADABLE = [
    "stage OPP-1",
    "[1]",
    '{"do": "stge", "ref": "OPP-1", "stage": "proposal"}',
    '{"do": "stage", "ref": "OPP-1"}',
    '{"do": "note", "ref": "OPP-1", "text": "a", "version": "x"}',
    '{"do": "note", "ref": "OPP-1", "ref": "OPP-1", "text": "a"}',
    '{"do": "set", "ref": "OPP-1", "set": "amount"}',
]


@pytest.mark.parametrize("text", UNREADABLE)
def test_a_line_that_cannot_be_read_is_a_row_that_fails(few: Shop, text: str) -> None:
    """With --on-error continue the lines around it are done, and it is told by its number."""
    path = few.home.parent / "rows.jsonl"
    good = [json.dumps({"do": "note", "ref": ref, "text": ref}) for ref in ("OPP-2", "OPP-3")]
    path.write_text(f"{good[0]}\n{text}\n{good[1]}\n", "utf-8")
    alone = few.run("batch", str(path), "--json")
    assert (2, "") == (alone.code, alone.out)
    told = few.run("batch", str(path), "--on-error", "continue", "--json")
    assert 9 == told.code
    assert [(1, "done"), (2, "failed"), (3, "done")] == [
        (row["line"], row["outcome"]) for row in told.document
    ]
    assert alone.refusal["message"] == told.document[1]["message"]
    assert alone.refusal["hint"].startswith(told.document[1]["hint"])
    assert [("OPP-2",), ("OPP-3",)] == few.rows("SELECT text FROM note ORDER BY text")


@pytest.mark.parametrize(
    "row", ["OPP-2,,", ",proposal,", "OPP-2,proposal,1,more", "OPP-2,proposal,new"]
)
def test_a_cell_that_cannot_be_read_is_a_row_that_fails(few: Shop, row: str) -> None:
    """With --on-error continue the lines of a table around it are done."""
    file = table(few, f"reference,stage,version\nOPP-1,contracting,\n{row}\nOPP-3,contracting,\n")
    answer = few.run("stage", "--file", file, "--on-error", "continue")
    assert 9 == answer.code
    told = [line.split("\t") for line in answer.out.splitlines()]
    assert ["done", "failed", "done"] == [row[1] for row in told]
    assert ["2", "3", "4"] == [row[4] for row in told]
    assert ["contracting", "needs-analysis", "contracting"] == list(stages(few).values())


def test_only_a_file_has_lines(few: Shop) -> None:
    """Rows of a condition have none; a terminal has a column of them for a file alone."""
    where = ("stage", "contracting", "--where", "stage = proposal")
    assert {None} == {row["line"] for row in few.json(*where, "--dry-run")}
    ended = {line.split("\t")[4] for line in few.do(*where, "--dry-run").out.splitlines()}
    assert {""} == ended
    assert "Line" not in on_terminal(few, *where, typed=[]).text
    file = lines(few, {"do": "note", "ref": "OPP-1", "text": "x"})
    assert "Line" in on_terminal(few, "batch", file, typed=[]).text


def test_broken_json_is_told_by_its_own_line(few: Shop) -> None:
    """The line is that of the file, and the column that of the line."""
    path = few.home.parent / "rows.jsonl"
    path.write_text('\n{"do": "note" "ref": "OPP-1"}\n', "utf-8")
    told = few.run("batch", str(path)).err
    assert "line 2 of" in told
    assert "at column 15" in told
    assert "line 1" not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("stage OPP-1", "no JSON"),
        ("[1]", "no JSON object"),
        ('{"ref": "OPP-1"}', "does ``, which is no action"),
        ('{"do": "stge", "ref": "OPP-1"}', "did you mean `stage`"),
        ('{"do": "stage", "ref": "OPP-1"}', "lacks `stage`"),
        ('{"do": "stage", "stage": "proposal"}', "lacks `ref`"),
        ('{"do": "stage", "ref": "OPP-1", "stage": "proposal", "reason": "x"}', "has `reason`"),
        ('{"do": "stage", "ref": "OPP-1", "ref": "OPP-2", "stage": "proposal"}', "twice"),
        ('{"do": "stage", "ref": "OPP-1", "stage": {"a": "b"}}', "no text"),
        ('{"do": "set", "ref": "OPP-1"}', "lacks `set`"),
        ('{"do": "set", "ref": "OPP-1", "set": "amount"}', "no text"),
        ('{"do": "note", "ref": "OPP-1", "text": "a", "version": "x"}', "no number"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_lines_are_read_strictly(few: Shop, text: str, told: str) -> None:
    """A line that is no action, or has a key too few or too many, is refused with its number."""
    file = few.home.parent / "rows.jsonl"
    good = '{"do": "note", "ref": "OPP-1", "text": "They called"}'
    file.write_text(f"{good}\n\n{text}\n", "utf-8")
    before = few.dump()
    answer = few.run("batch", str(file))
    assert 2 == answer.code, answer
    assert told in answer.err
    assert "line 3" in answer.err
    assert before == few.dump()


def test_where_a_file_and_a_condition_meet(few: Shop) -> None:
    """Only one of them says which sales are meant, and the value is said once."""
    file = table(few, "reference,stage\nOPP-1,proposal\n")
    for words in (
        ("stage", "--file", file, "--where", "owner = me"),
        ("stage", "negotiations", "--file", file),
        ("stage", "OPP-1", "negotiations", "--where", "owner = me"),
        ("stage", "--where", "owner = me"),
        ("stage", "--batch-id", "x"),
        ("stage", "proposal", "--where", " "),
        ("stage", "proposal", "--where", "owner = me", "--on-error", "go on"),
        ("stage", "proposal", "--where", "owner = me", "--batch-id", "x" * 101),
        ("close", "lost", "--where", "owner = me", "--set", "reason"),
    ):
        answer = few.run(*words)
        assert 2 == answer.code, words
        assert answer.err.count("hint:") == 1, words
    assert 3 == few.run("batch", "no-such-file").code
    assert 2 == few.run("batch", str(few.home)).code


# The same rules


def test_every_action_is_that_of_its_command(few: Shop) -> None:
    """One file does what ten commands do, in its order."""
    few.do("activity", "add", "Ring them", "--opportunity", "OPP-3")
    (ring,) = few.rows("SELECT number FROM activity WHERE name = 'Ring them'")[0]
    report = few.json(
        "batch",
        lines(
            few,
            {"do": "set", "ref": "OPP-1", "set": {"amount": 7000, "close_date": "2026-12-24"}},
            {"do": "note", "ref": "OPP-1", "text": "They called"},
            {"do": "schedule", "ref": "OPP-1", "at": "fri 10"},
            {"do": "postpone", "ref": f"ACT-{ring}", "until": "fri 11"},
            {"do": "done", "ref": f"ACT-{ring}", "result": "Rang twice"},
            {"do": "done", "ref": "OPP-2", "result": "collected", "set": {"need": "Power"}},
            {"do": "stage", "ref": "OPP-2", "stage": "presentation", "if_step": "call"},
            {"do": "stage", "ref": "OPP-2", "stage": "proposal", "set": {"budget": "900"}},
            {"do": "cancel", "ref": "OPP-1", "reason": "no time"},
            {"do": "assign", "ref": "OPP-1", "owner": "bo"},
            {"do": "close", "ref": "OPP-3", "ending": "lost", "reason": "x", "no_decision": True},
            {"do": "reopen", "ref": "OPP-3", "reason": "they are back", "stage": "contracting"},
        ),
        "--yes",
    )
    assert ["done"] * 12 == [row["outcome"] for row in report]
    assert {"OPP-1": "proposal", "OPP-2": "proposal", "OPP-3": "contracting"} == stages(few)
    assert [(700000, "2026-12-24", None), (None, None, 90000)] == few.rows(
        "SELECT amount, close_date, budget FROM opportunity WHERE number < 3 ORDER BY number"
    )
    assert [("Power",)] == few.rows("SELECT need FROM opportunity WHERE number = 2")
    done = few.rows("SELECT state, text FROM activity WHERE number = ?", ring)
    assert [("done", "Rang twice")] == done
    assert ["OPP-1"] == [
        found["reference"] for found in few.json("opportunity", "list", "--where", "owner = bo")
    ]
    notes = {text for (text,) in few.rows("SELECT text FROM note")}
    assert {"They called", "Reopened: they are back"} == notes


def test_a_lead_that_awaits_a_sale_starts_it_in_a_batch(few: Shop) -> None:
    """P10: a batch sets the status like every other path, and the sale starts once."""
    few.do("lead", "add", "Zoe Zed", "--company", "Zed Co")
    row = {"do": "set", "ref": "LEAD-1", "set": {"status": "Awaiting sale"}}
    few.do("batch", lines(few, row, row), "--on-error", "continue")
    assert [(1,)] == few.rows("SELECT count(*) FROM process_run WHERE lead_id IS NOT NULL")


REFUSALS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (("stage", "OPP-1", "closed-lost"), {"do": "stage", "stage": "closed-lost"}),
    (("stage", "OPP-1", "nowhere"), {"do": "stage", "stage": "nowhere"}),
    (("close", "OPP-1", "sideways"), {"do": "close", "ending": "sideways"}),
    (("close", "OPP-1", "rejected"), {"do": "close", "ending": "rejected"}),
    (("assign", "OPP-1", "nobody"), {"do": "assign", "owner": "nobody"}),
    (("done", "OPP-1", "collected"), {"do": "done", "result": "collected"}),
    (("reopen", "OPP-1", "--reason", "x"), {"do": "reopen", "reason": "x"}),
    (("schedule", "OPP-1", "someday"), {"do": "schedule", "at": "someday"}),
    (("stage", "OPP-1", "proposal", "--set", "amount=x"), {"do": "stage", "stage": "proposal"}),
]


@pytest.mark.parametrize(("words", "row"), REFUSALS)
def test_a_row_is_refused_as_its_command_is(
    few: Shop, words: tuple[str, ...], row: dict[str, Any]
) -> None:
    """The code, the sentence and the way out are those of the single command.

    Only an option stands in the file as a key.
    """
    sets = {"set": {"amount": "x"}} if "--set" in words else {}
    alone = few.run(*words, "--json")
    before = few.dump()
    file = lines(few, {"ref": "OPP-1", **row, **sets})
    told = few.run("batch", file, "--on-error", "continue", "--json")
    assert alone.code == told.code
    (result,) = told.document
    hint = alone.refusal["hint"].replace("--set reason=...", '"set": {"reason": "..."}')
    assert ("failed", alone.refusal["message"], hint) == (
        result["outcome"],
        result["message"],
        result["hint"],
    )
    stopped = few.run("batch", file, "--json")
    assert alone.code == stopped.code
    assert f"line 1, `OPP-1`: {alone.refusal['message']}" == stopped.refusal["message"]
    assert before == few.dump()


@pytest.mark.parametrize("do", ["stage", "note", "set"])
@pytest.mark.parametrize("seen", [{"version": 1}, {"if_step": "call"}])
def test_what_has_moved_on_is_not_overwritten(few: Shop, do: str, seen: dict[str, Any]) -> None:
    """A row that names a version or a step is done only while that is so."""
    few.do("opportunity", "edit", "OPP-1", "--amount", "5")
    given: dict[str, dict[str, Any]] = {
        "stage": {"stage": "contracting"},
        "note": {"text": "x"},
        "set": {"set": {"need": "x"}},
    }
    before = few.dump()
    answer = few.run("batch", lines(few, {"do": do, "ref": "OPP-1", **given[do], **seen}))
    assert 6 == answer.code
    assert before == few.dump()
    ((version,),) = few.rows("SELECT version FROM opportunity WHERE number = 1")
    now = {"version": version} if "version" in seen else {"if_step": "prepare"}
    few.do("batch", lines(few, {"do": do, "ref": "OPP-1", **given[do], **now}))


VERSIONED = [
    ("set", "RUN-1", {"set": {"need": "x"}}, "opportunity"),
    ("note", "RUN-1", {"text": "x"}, "opportunity"),
    ("stage", "RUN-1", {"stage": "contracting"}, "opportunity"),
    ("set", "ACC-1", {"set": {"city": "Riga"}}, "account"),
    ("note", "ACC-1", {"text": "x"}, "account"),
    ("note", "LEAD-1", {"text": "x"}, "lead"),
    ("note", "CON-1", {"text": "x"}, "contact"),
    ("postpone", "ACT-{open}", {"until": "fri 10"}, "activity"),
    ("done", "ACT-{open}", {"result": "prepared"}, "activity"),
    ("stage", "ACT-{open}", {"stage": "contracting"}, "activity"),
]


@pytest.mark.parametrize(("do", "ref", "given", "noun"), VERSIONED)
def test_the_version_is_that_of_what_is_named(
    few: Shop, do: str, ref: str, given: dict[str, Any], noun: str
) -> None:
    """Another number than the record has, or a run's opportunity, refuses the row."""
    few.do("lead", "add", "Zoe Zed")
    few.do("contact", "add", "Mia Ray", "--account", "Acme")
    find_open = (
        "SELECT a.number FROM activity a JOIN opportunity o ON o.id = a.opportunity_id"
        " WHERE o.number = 1 AND a.state = 'open'"
    )
    ref = ref.format(open=few.rows(find_open)[0][0])
    number = ref.partition("-")[2]
    ((version,),) = few.rows(f"SELECT version FROM {noun} WHERE number = ?", number)
    row = {"do": do, "ref": ref, **given}
    before = few.dump()
    answer = few.run("batch", lines(few, {**row, "version": version + 1}))
    assert (6, "") == (answer.code, answer.out)
    assert before == few.dump()
    few.do("batch", lines(few, {**row, "version": version}))


@pytest.mark.parametrize("ref", ["CS-1", "DOC-1"])
def test_what_has_no_fields_is_not_set(few: Shop, ref: str) -> None:
    """The refusal says which records `set` can change."""
    answer = few.run("batch", lines(few, {"do": "set", "ref": ref, "set": {"need": "x"}}))
    assert (2, "") == (answer.code, answer.out)
    for handle in ("`OPP-1`", "`RUN-1`", "`ACC-1`", "`CON-1`", "`LEAD-1`", "`OFF-1`", "`ACT-1`"):
        assert handle in answer.err


def test_set_changes_the_record_of_each_handle(few: Shop) -> None:
    """`ref` may be any record that has fields, or an opportunity by words."""
    few.do("lead", "add", "Zoe Zed")
    few.do("contact", "add", "Mia Ray", "--account", "Acme")
    few.do("offer", "add", "Pump")
    few.do("activity", "add", "Ring them", "--opportunity", "OPP-3")
    (ring,) = few.rows("SELECT number FROM activity WHERE name = 'Ring them'")[0]
    sets = {
        "Hooli": {"need": "a"},
        "OPP-1": {"need": "b"},
        "RUN-2": {"need": "c"},
        "ACC-1": {"city": "Riga"},
        "CON-1": {"phone": "1"},
        "LEAD-1": {"need": "d"},
        "OFF-1": {"family": "Water"},
        f"ACT-{ring}": {"name": "Ring twice"},
    }
    rows = [{"do": "set", "ref": ref, "set": given} for ref, given in sets.items()]
    few.do("batch", lines(few, *rows))
    needs = few.rows("SELECT need FROM opportunity ORDER BY number")
    assert [("b",), ("c",), ("a",)] == needs
    found = (
        few.rows(f"SELECT {name} FROM {noun} WHERE number = {number}")
        for noun, number, name in (
            ("account", 1, "city"),
            ("contact", 1, "phone"),
            ("lead", 1, "need"),
            ("offer", 1, "family"),
            ("activity", ring, "name"),
        )
    )
    assert ["Riga", "1", "d", "Water", "Ring twice"] == [rows[0][0] for rows in found]


def test_a_run_that_is_filled_says_so(few: Shop) -> None:
    """What was changed is never told as nothing."""
    (row,) = few.json("batch", lines(few, {"do": "set", "ref": "RUN-1", "set": {"need": "x"}}))
    assert "Changed `OPP-1`" in row["message"]
    assert [("x",)] == few.rows("SELECT need FROM opportunity WHERE number = 1")


# All or nothing, or row by row


def test_a_refused_row_stops_the_batch_and_takes_it_back(few: Shop) -> None:
    """Nothing of it stays, the code is that of the refusal, and the row is named."""
    before, count = few.dump(), change_sets(few)
    file = table(few, "reference,stage\nOPP-1,contracting\nOPP-2,closed-lost\nOPP-3,contracting\n")
    answer = few.run("stage", "--file", file)
    assert (8, "") == (answer.code, answer.out)
    assert "line 3, `OPP-2`: `Closed lost` needs `reason`" in answer.err
    assert (before, count) == (few.dump(), change_sets(few))


def test_the_other_rows_go_on(few: Shop) -> None:
    """With --on-error continue a refused row leaves nothing, the others are done: exit code 9."""
    file = table(few, "reference,stage\nOPP-1,contracting\nOPP-2,closed-lost\nOPP-3,contracting\n")
    answer = few.run("stage", "--file", file, "--on-error", "continue")
    assert 9 == answer.code
    told = [line.split("\t")[:2] for line in answer.out.splitlines()]
    assert [["OPP-1", "done"], ["OPP-2", "failed"], ["OPP-3", "done"]] == told
    assert ["contracting", "needs-analysis", "contracting"] == list(stages(few).values())


def test_a_row_that_fails_late_leaves_nothing_of_itself(few: Shop) -> None:
    """What a row has done before it is refused goes back, and what came before it stays."""
    few.do("close", "OPP-3", "lost", "--reason", "price")
    before = few.rows("SELECT count(*) FROM account")
    report = few.run(
        "batch",
        lines(
            few,
            {"do": "stage", "ref": "OPP-1", "stage": "contracting"},
            {"do": "stage", "ref": "OPP-2", "stage": "nowhere", "set": {"account": "Initech"}},
            {
                "do": "done",
                "ref": "OPP-2",
                "result": "collected",
                "set": {"account": "Initech"},
                "next": "nowhere",
            },
            {"do": "reopen", "ref": "OPP-3", "reason": "back", "stage": "closed-won"},
        ),
        "--on-error",
        "continue",
    )
    assert 9 == report.code, report
    assert before == few.rows("SELECT count(*) FROM account")
    assert "contracting" == stages(few)["OPP-1"]
    assert "closed-lost" == stages(few)["OPP-3"]


def test_where_every_row_is_refused(few: Shop) -> None:
    """The code is the first refusal's own, the rows are listed, and there is no change set."""
    before = change_sets(few)
    words = ("close", "lost", "--where", "owner = me", "--on-error", "continue", "--batch-id", "b")
    answer = few.run(*words)
    assert 8 == answer.code
    assert 3 == len(answer.out.splitlines())
    assert before == change_sets(few)
    few.do(*words, "--reason", "price")


def test_one_undo_takes_a_batch_back(few: Shop) -> None:
    """It is one change set: the log has one line of it, and one undo suffices."""
    before, count = few.dump(), change_sets(few)
    rows = (
        {"do": "stage", "ref": "OPP-1", "stage": "contracting"},
        {"do": "close", "ref": "OPP-2", "ending": "lost", "reason": "price"},
        {"do": "assign", "ref": "OPP-3", "owner": "bo"},
        {"do": "note", "ref": "OPP-3", "text": "They called"},
    )
    few.do("batch", lines(few, *rows))
    assert before != few.dump()
    assert count + 1 == change_sets(few)
    few.do("undo")
    assert before == few.dump()
    few.do("log", "verify")


def test_a_dry_run_tells_and_keeps_nothing(many: Shop) -> None:
    """It asks no question, tells every row and changes none."""
    before, count = many.dump(), change_sets(many)
    answer = many.do("stage", "negotiations", "--where", "owner = me", "--dry-run", "--json")
    assert 12 == len(answer.document)
    assert "Moved `OPP-1` to `Negotiations`" in answer.document[0]["message"]
    assert (before, count) == (many.dump(), change_sets(many))


# The question above ten


@pytest.mark.parametrize(
    "words",
    [
        ("stage", "negotiations", "--where", "owner = me"),
        ("stage", *(f"OPP-{number}" for number in range(1, 12)), "negotiations"),
        ("close", "lost", "--where", "owner = me", "--reason", "price"),
        ("assign", "bo", "--where", "owner = me"),
    ],
)
def test_more_than_ten_changes_are_asked_about(many: Shop, words: tuple[str, ...]) -> None:
    """Without a terminal the answer is --yes, or nothing is done: exit code 8."""
    many.do("user", "add", "bo")
    before = many.dump()
    answer = many.run(*words)
    assert 8 == answer.code
    assert "--yes" in answer.err
    assert before == many.dump()
    many.do(*words, "-y")
    assert before != many.dump()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("stage", "Negotiations"), "This moves 12 sales to `Negotiations`"),
        (("close", "lost", "--reason", "price"), "This ends 12 sales as `lost`"),
        (("assign", "bo"), "This gives 12 sales to `bo`"),
    ],
)
def test_the_question_says_what_is_done(many: Shop, words: tuple[str, ...], told: str) -> None:
    """Not only how many records are changed; a mixture says no more than that."""
    many.do("user", "add", "bo")
    assert told in many.run(*words, "--where", "owner = me").err
    rows = [{"do": "note", "ref": f"OPP-{number}", "text": "x"} for number in range(1, 12)]
    mixed = lines(many, *rows, {"do": "assign", "ref": "OPP-1", "owner": "bo"})
    assert "This changes 12 records" in many.run("batch", mixed).err


def test_ten_changes_are_not_asked_about(many: Shop) -> None:
    """The eleventh is."""
    ten = " or ".join(f"name = 'Firm {chr(64 + number)}'" for number in range(1, 11))
    many.do("stage", "negotiations", "--where", ten)
    assert {"negotiations": 10, "proposal": 2} == Counter(stages(many).values())


@pytest.mark.parametrize(("answer", "stage"), [("y", "negotiations"), ("n", "proposal")])
def test_a_person_is_asked(many: Shop, answer: str, stage: str) -> None:
    """On a terminal the question tells how many, and no means no."""
    shown = on_terminal(
        many,
        *("stage", "negotiations", "--where", "owner = me"),
        typed=[("This moves 12 sales to `negotiations`. Go on?", answer)],
    )
    assert 0 == shown.code
    assert {stage} == set(stages(many).values())


# Twice


NOTE = {"do": "note", "ref": "OPP-1", "text": "x"}


def named_batches(shop: Shop) -> dict[str, tuple[str, ...]]:
    """Return commands that do a batch of one name, by what makes each another batch."""
    shop.do("view", "save", "offered", "--where", "stage = proposal")
    name = ("--batch-id", "monday")
    return {
        "condition": ("stage", "contracting", "--where", "stage = proposal", *name),
        "other condition": ("stage", "contracting", "--where", "name = Globex", *name),
        "view": ("stage", "contracting", "--view", "offered", *name),
        "value": ("stage", "negotiations", "--where", "stage = proposal", *name),
        "verb": ("assign", "bo", "--where", "stage = proposal", *name),
        "named": ("stage", "OPP-1", "OPP-3", "contracting", *name),
        "table": ("stage", "--file", table(shop, "reference,stage\nOPP-1,contracting\n"), *name),
        "lines": ("batch", lines(shop, NOTE), *name),
    }


def test_a_repeat_does_nothing(few: Shop) -> None:
    """The same batch is done once, whoever gives it again; the repeat says so and ends with 0."""
    for number, words in enumerate(named_batches(few).values()):
        done = (*words[:-1], f"monday {number}")
        few.do(*done)
        before, count = few.dump(), change_sets(few)
        me = "ana" if "--view" in done else "bo"
        again = few.do(*done, "--on-error", "continue", "--yes", me=me)
        assert "was done before, by ana" in again.err
        assert ("", before, count) == (again.out, few.dump(), change_sets(few))
        few.do("undo")
        told = few.do(*done).err
        assert "took it back" in told
        assert "another --batch-id" in told


@pytest.mark.parametrize("first", ["condition", "view", "named", "table", "lines"])
def test_a_name_is_not_given_to_other_rows(few: Shop, first: str) -> None:
    """A batch id that comes back with other rows, or another condition, is refused."""
    batches = named_batches(few)
    few.do(*batches.pop(first))
    before, count = few.dump(), change_sets(few)
    for words in batches.values():
        answer = few.run(*words)
        assert (4, "") == (answer.code, answer.out)
        assert "with other rows" in answer.err
        assert "another --batch-id" in answer.err
    assert (before, count) == (few.dump(), change_sets(few))


def test_a_view_that_was_changed_makes_another_batch(few: Shop) -> None:
    """What a view selects is what its name stood for when the batch was done."""
    words = named_batches(few)["view"]
    few.do(*words)
    few.do("view", "save", "offered", "--where", "stage = needs-analysis")
    assert 4 == few.run(*words).code


def test_blank_lines_make_no_other_batch(few: Shop) -> None:
    """Only what the rows say counts, not where they stand in their file."""
    few.do("batch", lines(few, NOTE), "--batch-id", "monday")
    path = Path(lines(few, NOTE))
    path.write_text(f"\n{path.read_text('utf-8')}\n", "utf-8")
    assert "done before" in few.do("batch", str(path), "--batch-id", "monday").err


def test_a_repeat_of_what_was_done_in_part_says_what_is_left(few: Shop) -> None:
    """It ends as the first one did, and tells the rows and the way out; undone, it tells that."""
    rows = [{**NOTE, "ref": ref} for ref in ("OPP-1", "OPP-77", *["OPP-88"] * 6)]
    words = ("batch", lines(few, *rows), "--batch-id", "monday", "--on-error", "continue")
    assert 9 == few.run(*words).code
    before = few.dump()
    again = few.run(*words)
    assert (9, "") == (again.code, again.out)
    for told in ("line 2, line 3, ", " and 2 more", "another --batch-id"):
        assert told in again.err
    assert before == few.dump()
    few.do("undo")
    assert "took it back" in few.do(*words).err


def test_a_dry_run_that_fails_in_part_says_so(few: Shop) -> None:
    """Remarks are told with every exit code: that nothing was kept above all."""
    rows = [{**NOTE, "ref": ref} for ref in ("OPP-1", "OPP-77")]
    words = ("batch", lines(few, *rows), "--on-error", "continue", "--dry-run")
    answer = few.run(*words)
    assert 9 == answer.code
    assert "dry run" in answer.err


def test_a_name_that_begins_another_is_another(few: Shop) -> None:
    """`mon` was not done because `monday` was."""
    few.do("batch", lines(few, NOTE), "--batch-id", "monday")
    few.do("batch", lines(few, {**NOTE, "ref": "OPP-2"}), "--batch-id", "mon")
    few.do("batch", lines(few, {**NOTE, "ref": "OPP-3"}), "--batch-id", "monday x")
    assert 3 == len(few.rows("SELECT 1 FROM note"))


def test_a_batch_that_an_earlier_version_has_named(few: Shop) -> None:
    """Nothing is known of its rows, so every repeat is told that it was done."""
    few.do("batch", lines(few, NOTE), "--batch-id", "monday")
    with behind_the_back(few.home / FILE_NAME) as connection:
        connection.execute("UPDATE change_set SET batch_id = 'monday' WHERE batch_id IS NOT NULL")
    again = few.do("batch", lines(few, {**NOTE, "ref": "OPP-2"}), "--batch-id", "monday")
    assert "was done before" in again.err
    assert 1 == len(few.rows("SELECT 1 FROM note"))


# What a terminal shows


def test_a_terminal_shows_a_table_and_each_way_out_once(few: Shop) -> None:
    """A line for each sale, the hints below them, the sum, and the way back."""
    shown = on_terminal(
        few, *("close", "lost", "--where", "stage = proposal", "--on-error", "continue"), typed=[]
    )
    assert 8 == shown.code
    assert 1 == shown.text.count("hint:")
    assert "0 done, 2 failed" in shown.text
    shown = on_terminal(few, *("stage", "contracting", "--where", "stage = proposal"), typed=[])
    assert "2 done" in shown.text
    assert "sales undo" in shown.text


def test_an_empty_batch_says_so(shop: Shop, tmp_path: Path) -> None:
    """A file without a row, or a condition that nothing meets, is no silent success."""
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n", encoding="utf-8")
    assert "holds no row" in shop.do("batch", str(empty)).err
    header = tmp_path / "empty.csv"
    header.write_text("reference,stage\n", encoding="utf-8")
    assert "holds no row" in shop.do("stage", "--file", str(header)).err
    assert "No open sale meets" in shop.do("stage", "proposal", "--where", "amount > 1").err


def test_a_separator_inside_a_cell_ends_no_row(shop: Shop, tmp_path: Path) -> None:
    """Only line ends of files end a line: U+2028 in a cell moves no sale that nobody named."""
    for name in ("One", "Two"):
        shop.do("opportunity", "add", name, "--account", name)
    table = tmp_path / "rows.csv"
    table.write_text("reference,need\nOPP-1,one\u2028OPP-2\n", encoding="utf-8")
    shop.do("stage", "proposal", "--file", str(table))
    assert "proposal" == shop.json("opportunity", "show", "OPP-1")["stage"]
    assert "proposal" != shop.json("opportunity", "show", "OPP-2")["stage"]
    lines = tmp_path / "rows.jsonl"
    lines.write_text('{"do": "note", "ref": "OPP-1", "text": "a\u2028b"}\n', encoding="utf-8")
    assert ["done"] == [one["outcome"] for one in shop.json("batch", str(lines))]


@pytest.mark.parametrize(
    "row",
    [
        '{"do": "stage", "ref": "OPP-1", "stage": "proposal", "set": true}',
        '{"do": "stage", "ref": "OPP-1", "stage": "proposal", "set": ["a"]}',
        '{"do": "done", "ref": "OPP-1", "set": "amount=5"}',
        '{"do": "close", "ref": "OPP-1", "ending": "lost", "reason": "x", "flag_account": "maybe"}',
        '{"do": "close", "ref": "OPP-1", "ending": "lost", "reason": "x", "no_decision": "sure"}',
    ],
)
def test_values_of_another_kind_are_refused(shop: Shop, tmp_path: Path, row: str) -> None:
    """Fields that are no object, and a yes or no that is neither, refuse the file by its line."""
    shop.do("opportunity", "add", "One", "--account", "One")
    before = shop.dump()
    lines = tmp_path / "rows.jsonl"
    lines.write_text(f"{row}\n", encoding="utf-8")
    answer = shop.run("batch", str(lines))
    assert (2, "") == (answer.code, answer.out)
    assert "line 1" in answer.err
    assert before == shop.dump()


def test_null_fields_are_none(shop: Shop, tmp_path: Path) -> None:
    """`"set": null` sets nothing."""
    shop.do("opportunity", "add", "One", "--account", "One")
    lines = tmp_path / "rows.jsonl"
    lines.write_text('{"do": "stage", "ref": "OPP-1", "stage": "proposal", "set": null}\n')
    assert ["done"] == [one["outcome"] for one in shop.json("batch", str(lines))]


def test_no_account_is_flagged_without_an_opportunity(shop: Shop) -> None:
    """`--flag-account` of a sale that has none is refused instead of forgotten."""
    shop.do("run-process", "corporate-sale", "--account", "Acme")
    before = shop.dump()
    answer = shop.run("close", "RUN-1", "rejected", "--reason", "spam", "--flag-account")
    assert (4, "") == (answer.code, answer.out)
    assert before == shop.dump()
    assert 8 == shop.run("reopen", "RUN-1", "--reason", "  ").code


@pytest.mark.parametrize(
    "words",
    [
        ("find", "-n", "9" * 20, "acme"),
        ("opportunity", "list", "-n", "9" * 20),
        ("process", "diff", "corporate-sale", "9" * 20),
        ("process", "show", "corporate-sale", "--version", "9" * 20),
    ],
    ids=str,
)
def test_numbers_beyond_the_store_are_refused(shop: Shop, words: tuple[str, ...]) -> None:
    """A number that no store could hold is refused in a sentence."""
    answer = shop.run(*words)
    assert answer.code in {2, 3}
    assert "Something went wrong" not in answer.err


def test_conditions_ask_for_what_only_the_sale_keeps(shop: Shop) -> None:
    """P97, P102: attendees, negotiated conditions and the answers to forms select sales, too."""
    for name in ("Pumps", "Valves"):
        shop.do("opportunity", "add", name, "--account", "Acme", "--stage", "presentation")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    told = ("--set", "questions=How many?", "--set", "attendees=Mia Ray", "--at", "thu 10")
    shop.do("done", "OPP-1", *told)
    shop.do("opportunity", "condition", "add", "OPP-1", "Discount", "--asked", "15 %")
    for condition in (
        "questions contains many",
        "attendees contains 'Mia Ray'",
        "conditions contains Discount",
        "meeting_at = 2026-11-26",
        "discussion is empty and questions is set",
    ):
        found = shop.json("opportunity", "list", "--where", condition)
        assert ["OPP-1"] == [record["reference"] for record in found], condition


def test_the_way_out_is_one_of_the_file(few: Shop) -> None:
    """What a row lacks is named as its file would say it: a key of JSON, or a column."""
    rows = lines(few, {"do": "close", "ref": "OPP-1", "ending": "lost"})
    for words in (("batch", rows), ("batch", rows, "--on-error", "continue")):
        told = few.run(*words)
        assert 'give them with "set": {"reason": "..."}' in (told.err + told.out)
    told = few.run("close", "--file", table(few, "reference,ending\nOPP-1,lost\n"))
    assert "give them with the column `reason`" in told.err
    assert "give them with --set reason=..." in few.run("stage", "OPP-1", "closed-lost").err


def test_a_column_twice_is_named_as_the_file_names_it(few: Shop) -> None:
    """The column of the sale is `reference`."""
    told = few.run("stage", "--file", table(few, "reference,stage,reference\nOPP-1,proposal,x\n"))
    assert "column `reference` twice" in told.err
