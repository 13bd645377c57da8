"""A running sale and a changed process: what the next stage takes, and what `migrate` does now.

The five edits of the design: a label is renamed, a step is inserted, the current step is removed, a
stage is added, a stage gets another id.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from salescli.errors import ChangedMeanwhileError, ExitCode
from salescli.services import migration, process_texts
from tests.shop import Shop
from tests.terminal import on_terminal

SOURCE = (
    process_texts.skeleton("Small sale").replace(
        'next        = ["closed-won", "closed-lost"]', 'next        = ["second"]'
    )
    + """
[[stage]]
id          = "second"
probability = 60

  [[stage.step]]
  id = "send"
  do = "activity"
  type = "email"
  name = "Send the price"
  on = { accepted = "@end" }
"""
)
"""A process with two stages: `first-talk` (call, details) and `second` (send)."""

INSERTED = """
  [[stage.step]]
  id = "think"
  do = "activity"
  type = "task"
  name = "Think about it"
  on = { done = "details" }

  [[stage.step]]
  id      = "details"
"""
THIRD = """
[[stage]]
id = "third"
  [[stage.step]]
  id = "wait"
  do = "ask"
  on = { yes = "@end", no = "@end" }
"""


def label_renamed(text: str) -> str:
    """Return the text with another name of the first step."""
    return text.replace("First call", "Ring them")


def step_inserted(text: str) -> str:
    """Return the text with a step between the call and the form."""
    inserted = text.replace('\n  [[stage.step]]\n  id      = "details"\n', INSERTED)
    return inserted.replace('interested = "details"', 'interested = "think"')


def step_removed(text: str) -> str:
    """Return the text without the step that the sale stands on."""
    start, end = text.index("  [[stage.step]]"), text.index('  [[stage.step]]\n  id      = "de')
    return text[:start] + text[end:]


def stage_added(text: str) -> str:
    """Return the text with a stage more, which follows the first one."""
    return text.replace('next        = ["second"]', 'next = ["third"]') + THIRD


def stage_renamed(text: str) -> str:
    """Return the text with another id of the first stage."""
    return text.replace('start   = "first-talk"', 'start = "opening"').replace(
        'id          = "first-talk"', 'id = "opening"\nname = "Opening"\nwas = ["first-talk"]'
    )


EDITS: dict[str, Callable[[str], str]] = {
    "rename a label": label_renamed,
    "insert a step": step_inserted,
    "remove the current step": step_removed,
    "add a stage": stage_added,
    "rename a stage": stage_renamed,
}


@pytest.fixture
def running(shop: Shop, tmp_path: Path) -> Shop:
    """A shop whose one sale stands on the call of the small process, with a made opportunity."""
    (tmp_path / "small.toml").write_text(SOURCE, encoding="utf-8")
    shop.do("process", "add", str(tmp_path / "small.toml"))
    shop.do("run-process", "small-sale", "--account", "Acme")
    return shop


def publish(shop: Shop, folder: Path, source: str) -> Any:
    """Publish a text as the next version."""
    file = folder / "next.toml"
    file.write_text(source, encoding="utf-8")
    return shop.json("process", "publish", str(file))


def standing(shop: Shop, reference: str = "RUN-1") -> dict[str, Any]:
    """Return where a sale stands."""
    found: dict[str, Any] = shop.json("continue", reference)["sale"]
    return found


def migrated(shop: Shop, *words: str) -> Any:
    """Return what `migrate` tells of the only sale."""
    (line,) = shop.json("process", "migrate", "small-sale", *words)
    return line


@pytest.mark.parametrize("name", EDITS)
def test_a_stay_keeps_its_version_whatever_is_published(
    running: Shop, tmp_path: Path, name: str
) -> None:
    """P113, V25: each of the five edits leaves the sale on its step until its next stay."""
    before = running.rows("SELECT id, step, state FROM step_visit")
    label = standing(running)["step"]["name"]
    publish(running, tmp_path, EDITS[name](SOURCE))
    assert before == running.rows("SELECT id, step, state FROM step_visit")
    shown = standing(running)
    assert ("call", label) == (shown["step"]["id"], shown["step"]["name"])
    assert "details" == running.json("done", "RUN-1", "interested")["sale"]["step"]["id"]


def test_the_next_stay_has_the_new_label(running: Shop, tmp_path: Path) -> None:
    """V25: once the stage begins again, its first step has its new name."""
    publish(running, tmp_path, label_renamed(SOURCE))
    shown = running.json("stage", "RUN-1", "first-talk")["sale"]
    assert "Ring them" == shown["step"]["name"]


def test_the_next_stay_has_the_inserted_step(running: Shop, tmp_path: Path) -> None:
    """V25: once the stage begins again, the inserted step follows the call."""
    publish(running, tmp_path, step_inserted(SOURCE))
    running.do("stage", "RUN-1", "first-talk")
    assert "think" == running.json("done", "RUN-1", "interested")["sale"]["step"]["id"]


def test_the_next_stay_lacks_the_removed_step(running: Shop, tmp_path: Path) -> None:
    """V25: publishing tells of the sale on the step that goes; the next stay begins without it."""
    told = publish(running, tmp_path, step_removed(SOURCE))
    assert ["1 sale stands on the step `call` of `first-talk`"] == [
        sentence.partition(",")[0] for sentence in told["warnings"]
    ]
    shown = running.json("stage", "RUN-1", "first-talk")["sale"]
    assert "details" == shown["step"]["id"]


def test_the_next_choice_has_the_added_stage(running: Shop, tmp_path: Path) -> None:
    """V25: a stage that was added can be chosen at once, also from an older version's stay."""
    publish(running, tmp_path, stage_added(SOURCE))
    assert "third" == running.json("stage", "RUN-1", "third")["sale"]["stage"]


def test_the_next_stay_has_the_new_id_of_the_stage(running: Shop, tmp_path: Path) -> None:
    """V25: the next stay is the second of the stage, under its new id."""
    publish(running, tmp_path, stage_renamed(SOURCE))
    shown = running.json("stage", "RUN-1", "opening")["sale"]
    assert ("opening", 2) == (shown["stage"], shown["visit"])


@pytest.mark.parametrize("name", EDITS)
def test_a_preview_tells_the_sale_and_changes_nothing(
    running: Shop, tmp_path: Path, name: str
) -> None:
    """V25: the preview lists each sale with its mapped step, and leaves every row as it was."""
    publish(running, tmp_path, EDITS[name](SOURCE))
    before = running.dump()
    line = migrated(running)
    assert before == running.dump()
    assert (1, "first-talk", "call", 2) == (
        line["from_version"],
        line["from_stage"],
        line["from_step"],
        line["to_version"],
    )
    is_gone = name == "remove the current step"
    assert ("restarted" if is_gone else "moved") == line["outcome"]
    assert ("details" if is_gone else "call") == line["to_step"]
    assert ("opening" if name == "rename a stage" else "first-talk") == line["to_stage"]
    assert is_gone == bool(line["why"])


@pytest.mark.parametrize("name", EDITS)
def test_migrate_now_is_one_change_and_can_be_undone(
    running: Shop, tmp_path: Path, name: str
) -> None:
    """V25: what was previewed is done in one change set, soundly, and an undo takes it back."""
    publish(running, tmp_path, EDITS[name](SOURCE))
    preview, before = migrated(running), running.dump()
    change_sets = running.rows("SELECT count(*) FROM change_set")[0][0]
    assert preview == migrated(running, "--now")
    assert change_sets + 1 == running.rows("SELECT count(*) FROM change_set")[0][0]
    assert [] == running.json("doctor")
    assert "current" == migrated(running)["outcome"]
    assert preview["to_step"] == standing(running)["step"]["id"]
    running.do("undo")
    assert before == running.dump()


def test_a_migrated_sale_has_the_new_label(running: Shop, tmp_path: Path) -> None:
    """V25: after `migrate --now` the open step has the name that the new version gives it."""
    publish(running, tmp_path, label_renamed(SOURCE))
    running.do("process", "migrate", "small-sale", "--now")
    assert "Ring them" == standing(running)["step"]["name"]


def test_a_migrated_sale_meets_the_inserted_step(running: Shop, tmp_path: Path) -> None:
    """V25: the result of the same call leads to the inserted step now."""
    publish(running, tmp_path, step_inserted(SOURCE))
    running.do("process", "migrate", "small-sale", "--now")
    assert "think" == running.json("done", "RUN-1", "interested")["sale"]["step"]["id"]


def test_a_sale_whose_step_is_gone_begins_its_stage_again(running: Shop, tmp_path: Path) -> None:
    """V25: the old stay is left as migrated with its step canceled, and a second one has begun."""
    publish(running, tmp_path, step_removed(SOURCE))
    running.do("process", "migrate", "small-sale", "--now")
    assert [("first-talk", 1, "migrated", 1), ("first-talk", 2, None, 2)] == running.rows(
        "SELECT v.stage, v.n, v.left_by, d.revision FROM stage_visit v"
        " JOIN process_definition d ON d.id = v.definition_id ORDER BY v.id"
    )
    assert [("call", "canceled"), ("details", "open")] == running.rows(
        "SELECT step, state FROM step_visit ORDER BY id"
    )
    assert [("canceled",)] == running.rows("SELECT state FROM activity")


def test_a_moved_sale_keeps_its_stay(running: Shop, tmp_path: Path) -> None:
    """V25: it stands in its stage since it entered it; only the version is another one."""
    columns = "id, stage, n, entered_at, left_at"
    before = running.rows(f"SELECT {columns} FROM stage_visit")
    publish(running, tmp_path, label_renamed(SOURCE))
    running.clock.advance(days=1)
    running.do("process", "migrate", "small-sale", "--now")
    assert before == running.rows(f"SELECT {columns} FROM stage_visit")


def test_a_migrated_sale_can_choose_the_added_stage(running: Shop, tmp_path: Path) -> None:
    """V25: at the end of the migrated stay the added stage is the first of the choices."""
    publish(running, tmp_path, stage_added(SOURCE))
    running.do("process", "migrate", "small-sale", "--now")
    shown = running.json("done", "RUN-1", "not-interested")["sale"]
    assert "third" == shown["choices"][0]["id"]


def test_a_sale_whose_stage_has_another_id_goes_on(running: Shop, tmp_path: Path) -> None:
    """V25: the stay is read through `was`; the step is the same."""
    publish(running, tmp_path, stage_renamed(SOURCE))
    running.do("process", "migrate", "small-sale", "--now")
    assert "details" == running.json("done", "RUN-1", "interested")["sale"]["step"]["id"]


def test_a_migrated_sale_has_the_present_id_of_its_stage(running: Shop, tmp_path: Path) -> None:
    """V25, P64: the list, what is suggested and the doctor say so too; undone, it has the old."""
    running.do("config", "process", "small-sale")
    running.do("done", "RUN-1", "interested")
    running.do("continue", "RUN-1", "--set", "account=Acme", "--set", "amount=5")
    running.do("stage", "OPP-1", "first-talk")
    before = running.dump()
    publish(running, tmp_path, stage_renamed(SOURCE))
    renamed = migrated(running)["to_stage"]
    assert "first-talk" != renamed
    running.do("kb", "add", "https://example.org/talk", "--name", "How to talk", "--stage", renamed)
    assert f"stage {renamed}" in running.json("kb", "suggest", "OPP-1")[0]["why"]
    running.do("process", "migrate", "small-sale", "--now")
    assert [renamed] == [one["stage"] for one in running.json("opportunity", "list")]
    assert renamed == standing(running, "OPP-1")["stage"]
    assert f"stage {renamed}" in running.json("kb", "suggest", "OPP-1")[0]["why"]
    running.do("doctor")
    running.do("undo")
    for table in ("opportunity", "stage_visit", "step_visit"):
        assert before[table] == running.dump()[table]


def test_every_running_sale_is_told_and_a_lost_stage_is_refused(
    running: Shop, tmp_path: Path
) -> None:
    """V25: one is moved, one restarted, one refused because only another division has its stage."""
    running.do("division", "add", "West")
    running.do("user", "add", "wes", "--division", "West")
    western = tmp_path / "west.toml"
    western.write_text(stage_added(SOURCE), encoding="utf-8")
    running.do("process", "publish", str(western), "--division", "West")
    running.do("run-process", "small-sale", "--account", "Globex", "--new", me="wes")
    running.do("stage", "RUN-2", "third", me="wes")
    running.do("run-process", "small-sale", "--account", "Hooli", "--new")
    running.do("done", "RUN-3", "interested")
    running.do("run-process", "small-sale", "--account", "Old", "--new")
    running.do("close", "RUN-4", "lost", "--reason", "no")
    publish(running, tmp_path, step_removed(SOURCE))
    running.do("assign", "RUN-2", "ana")
    lines = running.json("process", "migrate", "small-sale")
    assert {"OPP-1": "refused", "RUN-1": "restarted", "RUN-3": "moved"} == {
        line["sale"]: line["outcome"] for line in lines
    }
    answer = running.run("process", "migrate", "small-sale", "--now", "--json")
    assert ExitCode.PARTLY_DONE == answer.code
    assert lines == answer.document
    left = running.json("process", "migrate", "small-sale")
    assert ["current", "current", "refused"] == sorted(line["outcome"] for line in left)
    answer = running.run("process", "migrate", "small-sale", "--now")
    assert ExitCode.RULE == answer.code


def test_many_sales_are_asked_about(running: Shop, tmp_path: Path) -> None:
    """V25: more than ten changes need `--yes` where nobody can be asked (exit 8)."""
    for number in range(10):
        running.do("run-process", "small-sale", "--account", f"Firm {number}", "--new")
    publish(running, tmp_path, label_renamed(SOURCE))
    before = running.dump()
    answer = running.run("process", "migrate", "small-sale", "--now")
    assert (ExitCode.DECISION_NEEDED, before) == (answer.code, running.dump())
    lines = running.json("process", "migrate", "small-sale", "--now", "--yes")
    assert ["moved"] * 11 == [line["outcome"] for line in lines]


def test_a_dry_run_of_a_migration_changes_nothing(running: Shop, tmp_path: Path) -> None:
    """V25: `--now --dry-run` tells what the migration tells, and keeps none of it."""
    publish(running, tmp_path, step_removed(SOURCE))
    before = running.dump()
    told = migrated(running, "--now", "--dry-run")
    assert before == running.dump()
    assert told == migrated(running, "--now")


def test_only_what_was_confirmed_is_migrated(running: Shop, tmp_path: Path) -> None:
    """V25: a version or a sale that comes between the question and the answer is refused."""
    publish(running, tmp_path, label_renamed(SOURCE))
    planned = migration.preview(running.unit, "small-sale")
    running.do("done", "RUN-1", "interested")
    before = running.dump()
    with pytest.raises(ChangedMeanwhileError, match="`RUN-1`"):
        migration.migrate(running.unit, "small-sale", planned)
    assert before == running.dump()
    planned = migration.preview(running.unit, "small-sale")
    running.do("run-process", "small-sale", "--account", "Hooli", "--new")
    assert planned == migration.migrate(running.unit, "small-sale", planned)[:1]


def test_a_version_published_while_migrate_asks_is_not_taken(running: Shop, tmp_path: Path) -> None:
    """V25: the answer is about the list that was shown, on a terminal too."""
    publish(running, tmp_path, label_renamed(SOURCE))

    def publish_another() -> str:
        publish(running, tmp_path, step_removed(SOURCE))
        return "y"

    words = ("process", "migrate", "small-sale", "--now")
    shown = on_terminal(running, *words, typed=[("Migrate them?", publish_another)], columns=200)
    assert (ExitCode.CHANGED_MEANWHILE, 1) == (shown.code, shown.text.count("nothing was migrated"))
    assert "restarted" == migrated(running)["outcome"]
