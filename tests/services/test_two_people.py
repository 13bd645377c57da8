"""Two people at one step, one field or one record: the second hears of the first, and keeps all."""

import json
import shlex
from typing import Any

import pytest

from salescli.errors import ChangedMeanwhileError, ExitCode
from salescli.services import moves, processes
from salescli.services.answers import Answers
from tests.shop import Answer, Shop, made_once
from tests.terminal import INTERRUPT, Shown, on_terminal

BY_BO = "by bo, today 09:00"


@made_once
def call(shop: Shop) -> Shop:
    """A shop whose RUN-1 stands on the first call; ana and bo work on it."""
    shop.do("user", "add", "bo")
    shop.do("run-process", "corporate-sale", "--account", "Acme")
    return shop


@made_once
def form(call: Shop) -> Shop:
    """A shop whose OPP-1 stands on a form, and has values in it."""
    call.do("done", "RUN-1", "meet", "--at", "tue 10")
    call.do("continue", "RUN-1", "--set", "account=Acme", "--set", "need=No outages")
    call.do("stage", "OPP-1", "proposal")
    call.do("done", "OPP-1", "prepared")
    return call


def place(shop: Shop, reference: str = "RUN-1") -> str:
    """Return the place where a sale stands, as `--json` tells it."""
    found: str = shop.json("continue", reference)["sale"]["place"]
    return found


def refused(shop: Shop, *words: str, me: str = "") -> Answer:
    """Run a command that is refused because of what somebody else did, and changes nothing."""
    before = shop.dump()
    answer = shop.run(*words, me=me)
    assert ExitCode.CHANGED_MEANWHILE == answer.code, answer
    assert before == shop.dump()
    assert "" == answer.out
    return answer


def kept(answer: str) -> list[str]:
    """Return the words of the command that gives once more what was typed."""
    line = next(line for line in answer.splitlines() if line.startswith("kept: sales "))
    return shlex.split(line)[2:]


# One step


def test_an_answer_to_a_step_that_is_closed_is_refused(call: Shop) -> None:
    """B57: with who closed it, when and with which result, and with what stands open now."""
    seen = place(call)
    call.do("done", "RUN-1", "meet", me="bo")
    answer = refused(call, "done", "RUN-1", "no-interest", "--if-step", seen)
    assert f"was completed meanwhile with `meet`, {BY_BO}" in answer.err
    assert "hint: now `" in answer.err
    assert "is open: `sales continue RUN-1`" in answer.err


def test_the_same_step_again_is_another_place(call: Shop) -> None:
    """A stage that is begun again stands on the same step, but not on the visit that was seen."""
    seen = place(call)
    step = seen.partition(":")[0]
    call.do("stage", "RUN-1", "interest-verification", me="bo")
    assert step == place(call).partition(":")[0]
    answer = refused(call, "done", "RUN-1", "meet", "--if-step", seen)
    assert f"was canceled meanwhile, {BY_BO}" in answer.err
    call.do("done", "RUN-1", "meet", "--if-step", step)


def test_an_answer_to_the_step_that_is_open_goes_through(call: Shop) -> None:
    """`--if-step` takes the place of `--json` or the step's id, on `done` and on `continue`."""
    call.do("done", "RUN-1", "meet", "--if-step", place(call))
    step = place(call)
    call.do("continue", "RUN-1", "--set", "source=Fair", "--if-step", step.partition(":")[0])
    answer = refused(call, "continue", "RUN-1", "--set", "amount=5", "--if-step", "attic")
    assert "`RUN-1` does not stand at `attic`: it is in `Interest verification`" in answer.err


def test_what_was_typed_can_be_given_once_more(call: Shop) -> None:
    """The refusal has it as a command that is ready to be run, text and fields."""
    seen = place(call)
    call.do("done", "RUN-1", "meet", me="bo")
    text = 'It\'s their $1 "plan"'
    words = ("done", "RUN-1", "meet", "-m", text, "--set", f"need={text}", "--set", "amount=700")
    answer = refused(call, *words, "--if-step", seen)
    first, second = " ".join(map(shlex.quote, kept(answer.err))).split(" '&&' sales ")
    call.do(*shlex.split(first))
    call.do(*shlex.split(second))
    assert [(1,)] == call.rows("SELECT count(*) FROM note WHERE text = ?", text)
    ((draft,),) = call.rows("SELECT draft FROM process_run")
    saved = json.loads(draft)
    assert (text, 70000) == (saved["need"], saved["amount"])


def test_programs_are_told_the_same(call: Shop) -> None:
    """With `--json` the command to repeat is a key of its own."""
    seen = place(call)
    call.do("done", "RUN-1", "meet", me="bo")
    words = ("done", "RUN-1", "meet", "--set", "amount=7", "--if-step", seen, "--json")
    refusal = refused(call, *words).refusal
    assert ("changed_meanwhile", 6) == (refusal["code"], refusal["exit_code"])
    assert "sales continue RUN-1 --set amount=7" == refusal["kept"]


def test_a_closed_activity_says_what_came_of_it(call: Shop) -> None:
    """B57: by whom, when, with which result, what now stands open; and keeps what was typed."""
    call.do("done", "ACT-1", "meet", me="bo")
    answer = refused(call, "done", "ACT-1", "meet", "--set", "amount=7")
    assert f"was completed already with `meet`, {BY_BO}" in answer.err
    assert "is open: `sales continue RUN-1`" in answer.err
    assert ["continue", "RUN-1", "--set", "amount=7"] == kept(answer.err)


def test_a_closed_hand_made_activity_tells_its_text(call: Shop) -> None:
    """What the first one wrote is what the second wants to know."""
    call.do("activity", "add", "Send the brochure")
    call.do("done", "ACT-2", "They have it since May", me="bo")
    answer = refused(call, "done", "ACT-2", "Sent it")
    assert f"{BY_BO}: They have it since May" in answer.err
    refused(call, "cancel", "ACT-2")
    refused(call, "schedule", "ACT-2", "tue 10")


def test_a_step_that_was_undone_is_told_as_such(call: Shop) -> None:
    """The second one hears that the first one took it back."""
    call.do("done", "RUN-1", "meet", me="bo")
    seen = place(call)
    call.do("undo", me="bo")
    answer = refused(call, "done", "RUN-1", "--set", "amount=5", "--if-step", seen)
    assert "was taken back by an undo meanwhile" in answer.err


def test_an_activity_without_a_step_knows_none(call: Shop) -> None:
    """`--if-step` is refused where it can mean nothing."""
    call.do("activity", "add", "Send the brochure")
    answer = call.run("done", "ACT-2", "--if-step", "call")
    assert 2 == answer.code
    assert "`ACT-2` stands on no step" in answer.err


def test_a_choice_of_the_next_stage_is_made_once(call: Shop) -> None:
    """Two people choose after the end of a stage: the second is told where the sale is now."""
    call.do("done", "RUN-1", "meet", "--at", "tue 10")
    call.do("continue", "RUN-1", "--set", "account=Acme")
    seen = place(call, "OPP-1")
    call.do("stage", "OPP-1", "qualification", me="bo")
    with pytest.raises(ChangedMeanwhileError) as refusal:
        moves.change_stage(call.unit, ["OPP-1"], "needs-analysis", seen=seen)
    assert f"it is in `Qualification`, {BY_BO}" in refusal.value.message


# One field of a form


def shown_fields(shop: Shop) -> dict[str, str]:
    """Return the fields of the open form as a program saw them."""
    step: dict[str, Any] = shop.json("continue", "OPP-1")["sale"]["step"]
    return {field["name"]: field["stored"] for field in step["fields"]}


def test_a_field_that_changed_is_not_overwritten(form: Shop) -> None:
    """B57: from what to what, by whom; nothing is saved, and everything is kept."""
    form.do("continue", "OPP-1", "--set", "amount=10")
    shown = shown_fields(form)
    name = next(iter(shown))
    form.do("opportunity", "edit", "OPP-1", "--set", f"{name}=First things first", me="bo")
    before = form.dump()
    answers = Answers("saved", (f"{name}=Give way",), shown=shown)
    with pytest.raises(ChangedMeanwhileError) as refusal:
        processes.move_down(form.unit, "OPP-1", answers)
    assert f"was changed meanwhile: empty -> First things first, {BY_BO}" in refusal.value.message
    assert f"sales continue OPP-1 --set '{name}=Give way'" == refusal.value.kept
    assert before == form.dump()


def test_a_draft_is_watched_as_well(call: Shop) -> None:
    """Before there is an opportunity its fields wait in the run, and are guarded there too."""
    call.do("done", "RUN-1", "meet")
    answers = Answers("saved", ("need=Power",), shown={"need": ""})
    call.do("continue", "RUN-1", "--set", "need=A price list", me="bo")
    with pytest.raises(ChangedMeanwhileError) as refusal:
        processes.keep_typed(call.unit, "RUN-1", answers)
    assert f"empty -> A price list, {BY_BO}" in refusal.value.message


def test_other_fields_do_not_disturb(form: Shop) -> None:
    """Two people fill different fields of one form, and both are saved."""
    shown = shown_fields(form)
    name = next(iter(shown))
    form.do("opportunity", "edit", "OPP-1", "--source", "Fair", me="bo")
    processes.move_down(form.unit, "OPP-1", Answers("saved", (f"{name}=Give way",), shown=shown))
    record = form.json("opportunity", "show", "OPP-1")
    assert ("Fair", "Give way") == (record["source"], record[name])


# One field of a record


@made_once
def acme(shop: Shop) -> Shop:
    """A shop with an account that bo has edited."""
    shop.do("account", "add", "Acme", "--phone", "111")
    shop.do("account", "edit", "ACC-1", "--city", "Riga", "--phone", "222", me="bo")
    return shop


def test_an_edit_tells_from_what_to_what(acme: Shop) -> None:
    """B57: and who had set what was there, when it was somebody else."""
    told = acme.do("account", "edit", "acme", "--city", "Oslo", "--industry", "Mills").out
    assert "city: Riga -> Oslo (Riga was set by bo, today 09:00)\n" in told
    assert "industry: empty -> Mills\n" in told
    assert "phone" not in told
    again = acme.do("account", "edit", "acme", "--city", "Bern").out
    assert "city: Oslo -> Bern\n" in again


def test_every_noun_tells_it(acme: Shop) -> None:
    """Amounts, days and names are told as people read them."""
    acme.do("user", "add", "cy")
    sale = ("opportunity", "edit", "OPP-1")
    acme.do("opportunity", "add", "Pumps", "--amount", "1200", "--close-date", "2026-12-01")
    told = acme.do(*sale, "--amount", "1300", "--close-date", "", "--owner", "cy", me="bo").out
    assert "amount: 1,200.00 EUR -> 1,300.00 EUR (1,200.00 EUR was set by ana, today 09:00)" in told
    assert "close_date: Tue 1 Dec -> empty (Tue 1 Dec was set by ana, today 09:00)" in told
    assert "owner: ana -> cy (ana was set by ana, today 09:00)" in told
    acme.do("activity", "add", "Call", "--due", "tue 10")
    told = acme.do("activity", "edit", "ACT-1", "--name", "Ring them", me="bo").out
    assert "name: Call -> Ring them (Call was set by ana, today 09:00)" in told


def test_a_long_text_is_told_by_its_beginning(acme: Shop) -> None:
    """The line stays a line."""
    acme.do("account", "edit", "acme", "--history", "Founded\nlong ago " * 50, me="bo")
    told = acme.do("account", "edit", "acme", "--history", "New").out
    (line,) = [line for line in told.splitlines() if line.startswith("history: ")]
    assert line.startswith("history: Founded long ago")
    assert len(line) < 200


def test_an_edit_of_another_version_is_refused(acme: Shop) -> None:
    """B57: what changed since, from what to what, by whom; and the command to insist with."""
    version = acme.json("account", "show", "acme")["version"]
    acme.do("account", "edit", "acme", "--city", "Oslo", me="bo")
    acme.do("account", "edit", "acme", "--city", "Bern", me="bo")
    words = ("account", "edit", "acme", "--city", "Rome", "--if-version")
    answer = refused(acme, *words, str(version))
    assert f"(version {version}, now {version + 2}): city: Riga -> Bern, {BY_BO}" in answer.err
    acme.do(*kept(answer.err))
    assert "Rome" == acme.json("account", "show", "acme")["city"]
    acme.do(*words, str(version + 3))


def test_a_version_that_was_undone_is_not_the_next_one(acme: Shop) -> None:
    """B57: ana saw Bern; an undo and an edit later the same number does not stand for Oslo."""
    acme.do("account", "edit", "acme", "--city", "Bern")
    seen = acme.json("account", "show", "acme")["version"]
    acme.do("undo")
    acme.do("account", "edit", "acme", "--city", "Oslo", me="bo")
    words = ("account", "edit", "acme", "--city", "Rome", "--if-version", str(seen))
    answer = refused(acme, *words)
    assert f"city: Bern -> Oslo, {BY_BO}" in answer.err
    assert "Oslo" == acme.json("account", "show", "acme")["city"]


def test_what_was_undone_is_no_change(acme: Shop) -> None:
    """B57: a field that has again what was seen is not told beside those that have not."""
    version = acme.json("account", "show", "acme")["version"]
    acme.do("account", "edit", "acme", "--city", "Bern", me="bo")
    acme.do("undo", me="bo")
    acme.do("account", "edit", "acme", "--phone", "22", me="bo")
    words = ("account", "edit", "acme", "--city", "Rome", "--if-version", str(version))
    answer = refused(acme, *words)
    assert f": phone: 222 -> 22, {BY_BO}" in answer.err
    assert "city: " not in answer.err


@pytest.mark.parametrize("noun", ["opportunity", "contact", "lead", "offer", "activity"])
def test_every_noun_has_a_version(acme: Shop, noun: str) -> None:
    """`--json` shows it and `edit` takes it."""
    acme.do(noun, "add", "Thing")
    handle = {"opportunity": "OPP-1", "contact": "CON-1", "lead": "LEAD-1", "activity": "ACT-1"}
    reference = handle.get(noun, "Thing")
    record = acme.json(noun, "show", reference)
    edit = (noun, "edit", reference, "--set", "name=Other", "--if-version")
    refused(acme, *edit, str(record["version"] + 1))
    acme.do(*edit, str(record["version"]))


# Undo


def test_the_second_undo_hears_who_has_changed_what(acme: Shop) -> None:
    """B57: a change that rests on somebody else's is kept, and named with its author."""
    acme.do("account", "edit", "acme", "--city", "Oslo")
    acme.do("account", "edit", "acme", "--city", "Bern", me="bo")
    answer = refused(acme, "undo")
    assert "`ACC-1` Acme" in answer.err
    assert "by bo" in answer.err


# Terminals


def test_a_walk_does_not_answer_a_step_that_it_did_not_show(call: Shop) -> None:
    """B57: ana looks at the call while bo completes it; her answer is not taken for the next."""

    def while_bo_answers() -> str:
        shown = as_bo(call, "done", "RUN-1", "not-now")
        assert 0 == shown.code
        return "1"

    shown = on_terminal(
        call,
        *("continue", "RUN-1"),
        typed=[("Result [", while_bo_answers), ("Call back", INTERRUPT)],
    )
    assert "was completed meanwhile with `not-now`, by bo" in " ".join(shown.text.split())
    assert 130 == shown.code
    assert ["not-now"] == [row[0] for row in call.rows("SELECT result FROM activity")]


def test_a_form_that_two_people_fill(form: Shop) -> None:
    """B57: ana types into a field that bo saves meanwhile; hers is refused, whole, and kept."""
    typed = "Give nothing for nothing " * 30

    def while_bo_saves() -> str:
        as_bo(form, "opportunity", "edit", "OPP-1", "--tactics", "First things first")
        return typed

    shown = on_terminal(
        form,
        *("continue", "OPP-1"),
        typed=[("Tactics", while_bo_saves), ("Next steps", ""), ("Tactics", INTERRUPT)],
    )
    assert "empty -> First things first, by bo" in " ".join(shown.text.split())
    assert ["continue", "OPP-1", "--set", f"tactics={typed.strip()}"] == kept(shown.text)
    assert [("First things first",)] == form.rows("SELECT tactics FROM opportunity")
    form.do(*kept(shown.text))
    assert [(typed.strip(),)] == form.rows("SELECT tactics FROM opportunity")


def as_bo(shop: Shop, *words: str) -> Shown:
    """Run a command on a terminal of bo's."""
    return on_terminal(shop, *words, environment={"SALES_ME": "bo"})


# Times that are over


def test_a_time_in_the_past_is_noted(shop: Shop) -> None:
    """It is done, for it may be meant, and said on stderr, for it may be a slip."""
    past = "2026-11-20 10:00"
    answer = shop.do("activity", "add", "Call", "--due", past)
    assert "note: `ACT-1` is due in the past: Fri 20 Nov 10:00\n" == answer.err
    assert answer.err == shop.do("activity", "edit", "ACT-1", "--due", past).err
    assert answer.err == shop.do("schedule", "ACT-1", past).err
    shop.do("run-process", "corporate-sale")
    answer = shop.do("schedule", "RUN-1", past)
    assert "note: `ACT-2` is due in the past: Fri 20 Nov 10:00\n" == answer.err
    told = shop.json("activity", "edit", "ACT-1", "--due", past)
    assert ["`ACT-1` is due in the past: Fri 20 Nov 10:00"] == told["warnings"]


def test_a_time_to_come_is_not(shop: Shop) -> None:
    """Now is not past."""
    answer = shop.do("activity", "add", "Call", "--due", "2026-11-23T09:00")
    assert "" == answer.err
    assert "" == shop.do("schedule", "ACT-1", "tomorrow").err
