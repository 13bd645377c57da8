"""The tools with which a team changes its processes without a programmer."""

import stat
import sys
import tomllib
from pathlib import Path

import pytest

from salescli.errors import ExitCode
from salescli.services import process_texts, processes
from salescli.services.shipped import PROCESSES
from salescli.store import definitions
from tests.shop import Shop, made_once

SHIPPED = (PROCESSES / "corporate-sale.toml").read_text(encoding="utf-8")
COMMENTED = SHIPPED.replace('id      = "corporate-sale"', 'id      = "corporate-sale"  # ours')


def source(shop: Shop, name: str) -> str:
    """Return the newest text of a process."""
    return shop.do("process", "show", name, "--source").out


def versions(shop: Shop, name: str) -> list[int]:
    """Return the published versions of a process."""
    return [v["revision"] for v in shop.json("process", "list") if v["process"] == name]


# add and copy


def test_a_named_process_begins_small_and_sound(shop: Shop, tmp_path: Path) -> None:
    """P113: `process add --name` publishes a skeleton that a sale can run to its end."""
    shop.do("process", "add", "--name", "Service contract")
    text = tmp_path / "text.toml"
    text.write_text(source(shop, "service-contract"), encoding="utf-8")
    assert "is sound" in shop.do("process", "check", str(text)).out
    assert "Service contract" == tomllib.loads(text.read_text())["name"]
    shop.do("run-process", "service-contract", "--account", "Acme", "--result", "interested")
    shop.do("continue", "RUN-1", "--set", "need=Pumps", "--set", "amount=500")
    assert "ended" == shop.json("close", "OPP-1", "won")["sale"]["state"]


def test_a_file_is_a_new_process(shop: Shop, tmp_path: Path) -> None:
    """P113: a file becomes a process; an id that exists is refused and changes nothing."""
    file = tmp_path / "mine.toml"
    file.write_text(process_texts.skeleton("Mine"), encoding="utf-8")
    assert 1 == shop.json("process", "add", str(file))["revision"]
    file.write_text(process_texts.skeleton("Mine").replace("20", "30"), encoding="utf-8")
    before = shop.dump()
    answer = shop.run("process", "add", str(file))
    assert (ExitCode.RULE, before) == (answer.code, shop.dump())
    assert "There is a process `mine` already" in answer.err
    assert "other" == shop.json("process", "add", str(file), "--name", "Other")["process"]


def test_a_process_needs_a_file_or_a_name(shop: Shop) -> None:
    """P113: nothing to begin with is a wrong use (exit 2), a name without letters too."""
    assert ExitCode.USAGE == shop.run("process", "add").code
    assert ExitCode.USAGE == shop.run("process", "add", "--name", "!!").code


def test_a_copy_has_its_own_name_and_every_comment(shop: Shop, tmp_path: Path) -> None:
    """P113: only the lines of `id` and `name` differ; the copy is version 1 and can run."""
    file = tmp_path / "commented.toml"
    file.write_text(COMMENTED, encoding="utf-8")
    shop.do("process", "publish", str(file))
    assert 1 == shop.json("process", "copy", "corporate sale", 'Key "A" accounts')["revision"]
    old, new = COMMENTED.splitlines(), source(shop, "key-a-accounts").splitlines()
    assert len(old) == len(new)
    changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert ["id", "name"] == [before.split()[0] for before, _after in changed]
    assert changed[0][1].endswith("# ours")
    assert 'Key "A" accounts' == tomllib.loads("\n".join(new))["name"]
    assert "RUN-1" in shop.do("run-process", "key-a-accounts", "--account", "Acme").out


def test_a_copy_cannot_take_a_name_that_is_there(shop: Shop) -> None:
    """P113: a copy never becomes a version of another process."""
    answer = shop.run("process", "copy", "corporate-sale", "Corporate sale")
    assert (ExitCode.RULE, [1]) == (answer.code, versions(shop, "corporate-sale"))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('id = "a"\nname = "A"\n', 'id = "new-one"\nname = "New one"\n'),
        ('id = "a"\nformat = 1\n', 'id = "new-one"\nname = "New one"\nformat = 1\n'),
        ("id = 'a' # here\nname='A'\n", 'id = "new-one" # here\nname="New one"\n'),
    ],
)
def test_renaming_touches_the_head_only(head: str, expected: str) -> None:
    """P113: an `id` further down belongs to a stage."""
    rest = '[[stage]]\nid = "a"\nname = "A"\n'
    assert expected + rest == process_texts.renamed(head + rest, "New one")


# edit


def editor(tmp_path: Path, *lines: str) -> str:
    """Return a shell script that edits the file it is given."""
    script = tmp_path / "editor"
    script.write_text("\n".join(["#!/bin/sh", *lines]), encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return str(script)


def test_what_the_editor_leaves_is_published(shop: Shop, tmp_path: Path) -> None:
    """P113: a saved change is the next version, with the text exactly as it was left."""
    words = editor(tmp_path, "sed -i 's/Corporate sale/Company sale/' \"$1\"")
    told = shop.json("process", "edit", "corporate-sale", "--editor", words)
    assert (2, True) == (told["revision"], told["is_published"])
    assert SHIPPED.replace("Corporate sale", "Company sale") == source(shop, "corporate-sale")


def test_the_editor_is_the_users(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P113: $VISUAL goes before $EDITOR; either may have words of its own."""
    monkeypatch.setenv("EDITOR", "no-such-editor")
    monkeypatch.setenv("VISUAL", "sed -i s/Corporate/Company/")
    shop.do("process", "edit", "corporate-sale")
    assert [2, 1] == versions(shop, "corporate-sale")


def test_an_unchanged_text_is_not_published(shop: Shop) -> None:
    """P113: leaving the editor without a change makes no version."""
    answer = shop.do("process", "edit", "corporate-sale", "--editor", "true")
    assert "Nothing was changed" in answer.out
    told = shop.json("process", "edit", "corporate-sale", "--editor", "true")
    assert ("corporate-sale", 1, False) == (told["process"], told["revision"], told["is_published"])
    assert [1] == versions(shop, "corporate-sale")


def test_a_broken_text_is_told_with_its_lines_and_kept(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P113: a broken file is refused with line numbers; what was written is kept in a file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corporate-sale.toml").write_text("mine", encoding="utf-8")
    words = editor(tmp_path, 'sed -i \'s/on *= { collected = "call" }/on = {}/\' "$1"')
    before = shop.dump()
    answer = shop.run("process", "edit", "corporate-sale", "--editor", words)
    assert (ExitCode.USAGE, before) == (answer.code, shop.dump())
    kept = (tmp_path / "corporate-sale-2.toml").read_text(encoding="utf-8")
    line = next(n for n, text in enumerate(kept.splitlines(), 1) if text.strip() == "on = {}")
    assert f"  corporate-sale:{line}: " in answer.err
    assert "sales process publish corporate-sale-2.toml" in answer.err
    assert "mine" == (tmp_path / "corporate-sale.toml").read_text(encoding="utf-8")


def test_an_edited_text_cannot_become_another_process(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P113: another id in the editor is refused, and copy is named instead."""
    monkeypatch.chdir(tmp_path)
    words = editor(tmp_path, 'sed -i \'s/"corporate-sale"/"other-sale"/\' "$1"')
    answer = shop.run("process", "edit", "corporate-sale", "--editor", words)
    assert ExitCode.USAGE == answer.code
    assert "sales process copy" in answer.err


def test_a_version_published_meanwhile_is_not_lost(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P113: who edits an outdated text hears of the newer version, and keeps the text (exit 6)."""
    monkeypatch.chdir(tmp_path)
    other = tmp_path / "other.toml"
    other.write_text(SHIPPED + "# by somebody else\n", encoding="utf-8")
    publish = (
        f"SALES_HOME={shop.home} SALES_ME=bo {sys.executable} -m salescli process publish {other}"
    )
    words = editor(tmp_path, f'{publish} > "{tmp_path}/log" 2>&1', "echo '# mine' >> \"$1\"")
    answer = shop.run("process", "edit", "corporate-sale", "--editor", words)
    assert ExitCode.CHANGED_MEANWHILE == answer.code, (tmp_path / "log").read_text()
    assert source(shop, "corporate-sale") == other.read_text(encoding="utf-8")
    assert (tmp_path / "corporate-sale.toml").read_text(encoding="utf-8").endswith("# mine\n")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("no-such-editor", 2, "cannot be started"),
        ("false", 2, "ended with 1"),
        ("vi 'open", 2, "open quote"),
        ("", 8, "no terminal"),
    ],
)
def test_an_editor_that_fails_is_told_in_a_sentence(
    shop: Shop, words: str, code: int, told: str
) -> None:
    """P113: a missing or failing editor changes nothing and says what to do instead."""
    before = shop.dump()
    answer = shop.run("process", "edit", "corporate-sale", "--editor", words)
    assert (code, before) == (answer.code, shop.dump())
    assert told in answer.err
    assert "hint: " in answer.err


# diff


def test_a_diff_tells_what_a_person_changed(shop: Shop, tmp_path: Path) -> None:
    """P113: stages, steps, results, fields and texts that differ, and nothing else."""
    text = (
        SHIPPED.replace("Collect customer information", "Ask about it")
        .replace('collected = "call"', 'asked = "call"')
        .replace('fields = ["meeting_at*"]', 'fields = ["meeting_at*", "budget"]')
    )
    text += (
        '\n[[stage]]\nid = "parked"\n[[stage.step]]\nid = "wait"\ndo = "ask"\n'
        'on = {ok="@end", no="@end"}\n'
    )
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    found = shop.json("process", "diff", "corporate-sale", str(file))["differences"]
    told = {(d["stage"], d["step"], d["what"], d["kind"], d["old"], d["new"]) for d in found}
    collect = ("needs-analysis", "collect")
    assert {
        ("parked", "", "stage", "added", "", "Parked"),
        (*collect, "name", "changed", "Collect customer information", "Ask about it"),
        (*collect, "on", "added", "", "asked -> call"),
        (*collect, "on", "removed", "collected -> call", ""),
    } <= told
    added = {d for d in told if d[2] == "fields"}
    assert all(d[3:] == ("added", "", "budget") for d in added)
    assert 4 + len(added) == len(told)


def test_a_diff_between_versions(shop: Shop) -> None:
    """P113: without a file the newest version is compared with the one before, or a given one."""
    answer = shop.run("process", "diff", "corporate-sale")
    assert ExitCode.RULE == answer.code
    for word in ("Company", "Firm"):
        line = f'sed -i \'s/name *= ".* sale"/name = "{word} sale"/\''
        shop.do("process", "edit", "corporate-sale", "--editor", line)
    last = shop.json("process", "diff", "corporate-sale")["differences"]
    assert [("Company sale", "Firm sale")] == [(d["old"], d["new"]) for d in last]
    whole = shop.json("process", "diff", "corporate-sale", "1")["differences"]
    assert [("Corporate sale", "Firm sale")] == [(d["old"], d["new"]) for d in whole]
    for missing in ("9", "0", "00"):
        answer = shop.run("process", "diff", "corporate-sale", missing)
        assert ExitCode.NOT_FOUND == answer.code
        assert f"`corporate-sale` has no version {int(missing)}" in answer.err


def test_a_diff_is_with_one_text(shop: Shop, tmp_path: Path) -> None:
    """P113: a file or a version beside `--shipped` would be ignored, so it is refused."""
    for other in (str(tmp_path / "mine.toml"), "1"):
        answer = shop.run("process", "diff", "corporate-sale", other, "--shipped")
        assert ExitCode.USAGE == answer.code
        assert "hint: leave one of them out" in answer.err


def test_a_diff_of_texts_shows_lines(shop: Shop, tmp_path: Path) -> None:
    """P113: `--text` is the unified form, comments included, that `patch` understands."""
    file = tmp_path / "mine.toml"
    file.write_text(SHIPPED + "# ours\n", encoding="utf-8")
    assert [] == shop.json("process", "diff", "corporate-sale", str(file))["differences"]
    lines = shop.do("process", "diff", "corporate-sale", str(file), "--text").out.splitlines()
    assert "+# ours" == lines[-1]
    assert ["--- corporate-sale version 1", "+++ corporate-sale mine.toml"] == lines[:2]


def test_a_renamed_stage_is_one_difference(shop: Shop, tmp_path: Path) -> None:
    """P113: a stage that names its earlier id in `was` is renamed, not removed and added."""
    shop.do("process", "add", "--name", "Small")
    text = source(shop, "small").replace('"first-talk"', '"opening"')
    text = text.replace('id          = "opening"', 'id = "opening"\nwas = ["first-talk"]')
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    found = shop.json("process", "diff", "small", str(file))["differences"]
    kinds = [(d["what"], d["kind"]) for d in found]
    assert ("stage", "renamed") in kinds
    assert not {("stage", "added"), ("stage", "removed")} & set(kinds)


# disable and enable


@made_once
def closed(shop: Shop) -> Shop:
    """A shop whose process is disabled while a sale runs it, with an opportunity and a lead."""
    shop.do("run-process", "corporate-sale", "--account", "Acme")
    shop.do("opportunity", "add", "Pumps", "--stage", "proposal")
    shop.do("lead", "add", "Zoe Kim", "--company", "Initech")
    shop.do("process", "disable", "corporate-sale", "--reason", "the new one is better")
    return shop


@pytest.mark.parametrize(
    "words",
    [
        ("run-process", "corporate-sale", "--account", "Globex"),
        ("run-process", "corporate-sale", "--lead", "LEAD-1"),
        ("run-process", "corporate-sale", "--opportunity", "OPP-1"),
        ("stage", "OPP-1", "negotiations"),
    ],
    ids=" ".join,
)
def test_a_disabled_process_starts_no_sale(closed: Shop, words: tuple[str, ...]) -> None:
    """P113: every way to start one is refused with the reason and a way out (exit 4)."""
    before = closed.dump()
    answer = closed.run(*words)
    assert (ExitCode.RULE, before) == (answer.code, closed.dump())
    assert "`corporate-sale` is disabled (the new one is better)" in answer.err
    assert "sales process enable corporate-sale" in answer.err


def test_running_sales_of_a_disabled_process_go_on(closed: Shop) -> None:
    """P113: a sale that runs is resumed, answered, moved and closed as before."""
    again = closed.json("run-process", "corporate-sale", "--account", "Acme")
    assert "RUN-1" == again["sale"]["run"]
    closed.do("done", "RUN-1", "no-interest")
    closed.do("stage", "RUN-1", "proposal")
    closed.do("close", "OPP-2", "lost", "--reason", "no budget")
    closed.do("reopen", "OPP-2", "--reason", "they have one")


def test_a_trigger_does_not_start_a_disabled_process(closed: Shop, tmp_path: Path) -> None:
    """P113: a lead that awaits its sale, typed or imported, is kept and says why there is none."""
    answer = closed.do("lead", "edit", "LEAD-1", "--status", "Awaiting sale")
    assert "No sale was started for `LEAD-1`" in answer.err
    file = tmp_path / "leads.csv"
    file.write_text("name,company,status\nAnn Low,Hooli,Awaiting sale\n", encoding="utf-8")
    closed.do("import", str(file), "--as", "lead")
    assert [(2,)] == closed.rows("SELECT count(*) FROM lead WHERE status = 'Awaiting sale'")
    assert [(1,)] == closed.rows("SELECT count(*) FROM process_run")


def test_an_enabled_process_starts_again(closed: Shop) -> None:
    """P113: enabling takes the reason away; both switches say when there is nothing to do."""
    answer = closed.run("process", "disable", "corporate-sale", "--reason", "again")
    assert ExitCode.RULE == answer.code
    assert "the new one is better" == closed.json("process", "list")[0]["disabled"]
    closed.do("process", "enable", "corporate-sale")
    assert ExitCode.RULE == closed.run("process", "enable", "corporate-sale").code
    assert "" == closed.json("process", "list")[0]["disabled"]
    closed.do("run-process", "corporate-sale", "--account", "Globex", "--new")


def test_a_reason_is_needed(shop: Shop) -> None:
    """P113: nobody may find a disabled process without a reason (exit 8)."""
    for words in ((), ("--reason", " ")):
        answer = shop.run("process", "disable", "corporate-sale", *words)
        assert ExitCode.DECISION_NEEDED == answer.code


def test_a_disabled_process_is_not_offered(closed: Shop) -> None:
    """P113: the menu of processes has those that can be started."""
    assert "Every process is disabled" in closed.run("run-process").err
    closed.do("process", "add", "--name", "Small")
    assert ["small"] == closed.run("run-process", "--json").refusal["choices"]


def test_the_log_tells_of_a_switch(closed: Shop) -> None:
    """P113: who disabled a process, and why, is in the change history."""
    told = closed.do("log", "--details", "-n", "1").out
    assert "corporate-sale" in told
    assert "the new one is better" in told


def test_a_copy_is_no_file(shop: Shop, tmp_path: Path) -> None:
    """The name of a file is refused with the way to write one; nothing is published."""
    answer = shop.run("process", "copy", "corporate-sale", "mine.toml")
    assert (2, "") == (answer.code, answer.out)
    assert "sales process show corporate-sale --source > mine.toml" in answer.err
    assert ["corporate-sale"] == [one["process"] for one in shop.json("process", "list")]


def test_an_id_goes_before_a_name_and_no_two_processes_share_one(
    shop: Shop, tmp_path: Path
) -> None:
    """P113: what a command names by its id is that process and no other."""
    shop.do("process", "copy", "corporate-sale", "Key accounts")
    file = tmp_path / "other.toml"
    text = shop.do("process", "show", "key-accounts", "--source").out
    file.write_text(text.replace('id      = "key-accounts"', 'id      = "ka2"'), encoding="utf-8")
    refused = shop.run("process", "publish", str(file), "--yes")
    assert 4 == refused.code
    assert "`key-accounts` is called `Key accounts`" in refused.err
    with shop.unit as unit:
        newest = definitions.newest(unit.connection, "key-accounts")
        assert newest is not None
        definitions.publish(unit, newest.spec._replace(id="a-twin"), text, "a twin of before")
        assert "key-accounts" == processes.process_id(unit, "key-accounts")
        assert "a-twin" == processes.process_id(unit, "a-twin")
