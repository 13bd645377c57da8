"""A sale that somebody undoes while another one answers: the answers are kept, and it is said who.

Each refusal belongs to B57.
"""

import shlex
from collections.abc import Sequence

import pytest

from salescli.errors import ChangedMeanwhileError, ExitCode, NotFoundError
from salescli.services import moves, processes
from salescli.services.answers import Answers
from tests.shop import Shop, made_once
from tests.terminal import INTERRUPT, Shown, on_terminal

BY_BO = "was taken back by an undo meanwhile, by bo, today 09:00"
FORM = ("Name", "Amount", "Need", "Budget", "Decision date", "Close date", "Source", "Type")


@made_once
def form(shop: Shop) -> Shop:
    """A shop whose RUN-1 stands on the form of its opportunity, after three commands of ana's."""
    shop.do("user", "add", "bo")
    shop.do("run-process", "corporate-sale", "--account", "Weg", "--owner", "bo")
    shop.do("done", "RUN-1", "meet")
    shop.do("continue", "RUN-1", "--set", "meeting_at=tue 10")
    return shop


def commands_of(shop: Shop, login: str = "ana", count: int = 3) -> list[str]:
    """Return the newest commands of a login that are in force, newest first."""
    rows = shop.rows(
        "SELECT number FROM change_set WHERE login = ? AND undone_by_id IS NULL"
        " AND undoes_id IS NULL ORDER BY number DESC LIMIT ?",
        login,
        count,
    )
    return [f"CS-{number}" for (number,) in rows]


def undo_as_bo(shop: Shop, references: Sequence[str]) -> None:
    for reference in references:
        shop.do("undo", reference, me="bo")


def kept(text: str) -> list[list[str]]:
    """Return the commands that give once more what was typed, each without `sales`."""
    line = next(line for line in text.splitlines() if line.startswith("kept: "))
    words = shlex.split(line.removeprefix("kept: "))
    commands: list[list[str]] = []
    for word in words:
        if word == "sales":
            commands.append([])
        elif word != "&&":
            commands[-1].append(word)
    return commands


def told(shown: Shown) -> str:
    """Return what a terminal shows, as one line."""
    return " ".join(shown.text.split())


def refused(shop: Shop, reference: str, answers: Answers) -> ChangedMeanwhileError:
    """Answer a sale and return the refusal; it changes nothing."""
    before = shop.dump()
    with pytest.raises(ChangedMeanwhileError) as refusal:
        processes.move_down(shop.unit, reference, answers)
    assert before == shop.dump()
    return refusal.value


def place(shop: Shop, reference: str = "RUN-1") -> str:
    """Return the place where a sale stands, as `--json` tells it."""
    found: str = shop.json("continue", reference)["sale"]["place"]
    return found


def test_a_form_is_kept_when_the_whole_sale_is_undone(form: Shop) -> None:
    """Ana fills the form while bo undoes all of the sale: she hears of it, and can begin again."""

    def while_bo_undoes() -> str:
        undo_as_bo(form, commands_of(form))
        return 'Weg\'s new "plant"'

    shown = on_terminal(
        form,
        *("continue", "RUN-1"),
        typed=[
            ("Name", while_bo_undoes),
            ("Amount", "12000"),
            *((label, "") for label in FORM[2:-1]),
            *((label, "") for label in (FORM[-1], "Main contact", "Division")),
            ("Enter goes on", ""),
        ],
    )
    assert ExitCode.CHANGED_MEANWHILE == shown.code, shown.text
    assert f"`RUN-1` Weg {BY_BO}" in told(shown)
    assert 1 == shown.text.count("error: ")
    (command,) = kept(shown.text)
    form.do(*command)
    record = form.json("continue", "RUN-2")["sale"]
    assert ("Weg", "bo", "running") == (record["title"], record["owner"], record["state"])
    ((draft,),) = form.rows("SELECT draft FROM process_run WHERE number = 2")
    assert '"name": "Weg\'s new \\"plant\\""' in draft
    assert '"amount": 1200000' in draft


def test_a_wrong_value_is_still_told_in_the_form(form: Shop) -> None:
    """What was undone does not let anything through that the sale would have refused."""

    def while_bo_undoes() -> str:
        undo_as_bo(form, commands_of(form))
        return "Plant"

    shown = on_terminal(
        form,
        *("continue", "RUN-1"),
        typed=[
            ("Name", while_bo_undoes),
            ("Amount", "a lot"),
            ("`a lot`", "12"),
            ("Need", INTERRUPT),
        ],
    )
    assert ExitCode.INTERRUPTED == shown.code
    assert BY_BO in told(shown)
    (command,) = kept(shown.text)
    assert {"name=Plant", "amount=12"} < set(command)


def test_the_undo_can_be_undone(form: Shop) -> None:
    """The hint names the command that brings the sale back, also after an undo of several."""
    seen = place(form)
    form.do("undo", "3")
    answers = Answers("saved", ("name=Plant",), seen=seen, shown={"name": ""})
    refusal = refused(form, "RUN-1", answers)
    assert "by ana, today 09:00" in refusal.message
    again = refusal.hint.partition("`sales ")[2].partition("`")[0]
    form.do(*again.split())
    assert seen == place(form)


def test_a_sale_that_began_with_a_lead_begins_with_it_again(shop: Shop) -> None:
    """What is kept names the lead, not only its name."""
    shop.do("user", "add", "bo")
    shop.do("lead", "add", "Mia Ray", "--company", "Weg")
    shop.do("run-process", "corporate-sale", "--lead", "LEAD-1")
    answers = Answers("saved", ("amount=5",), seen=place(shop))
    undo_as_bo(shop, commands_of(shop, count=1))
    (command,) = kept(f"kept: {refused(shop, 'RUN-1', answers).kept}")
    assert ["--lead", "LEAD-1"] == command[2:4]
    shop.do(*command)
    assert [("running",)] == shop.rows(
        "SELECT r.state FROM process_run r JOIN lead l ON l.id = r.lead_id WHERE r.number = 2"
    )


def test_a_sale_that_began_with_an_opportunity_begins_with_it_again(shop: Shop) -> None:
    """The opportunity is still there, and guided once more."""
    shop.do("user", "add", "bo")
    shop.do("opportunity", "add", "Plant", "--account", "Weg")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    answers = Answers(assignments=("need=Power",), seen=place(shop, "OPP-1"))
    undo_as_bo(shop, commands_of(shop, count=1))
    (command,) = kept(f"kept: {refused(shop, 'RUN-1', answers).kept}")
    shop.do(*command)
    assert "Power" == shop.json("opportunity", "show", "OPP-1")["need"]
    assert 2 == shop.rows("SELECT count(*) FROM process_run")[0][0]


def test_a_text_is_kept_as_a_note(form: Shop) -> None:
    """What was said of a result is a command of its own, after the one that begins again."""
    seen = place(form)
    undo_as_bo(form, commands_of(form))
    answer = form.run("done", "RUN-1", "-m", "It's on", "--set", "amount=7", "--if-step", seen)
    assert ExitCode.CHANGED_MEANWHILE == answer.code
    for command in kept(answer.err):
        form.do(*command)
    assert [("It's on",)] == form.rows("SELECT text FROM note")


def test_an_opportunity_that_is_undone_leaves_its_run(form: Shop) -> None:
    """Only the last command was undone: its answers go to the run, and it is said who undid it."""
    form.do("continue", "RUN-1", "--set", "account=Weg")
    seen = place(form, "OPP-1")
    undo_as_bo(form, commands_of(form, count=1))
    with pytest.raises(ChangedMeanwhileError) as refusal:
        moves.change_stage(form.unit, ["OPP-1"], "lost", ["reason=Too dear"], seen=seen)
    assert f"`OPP-1` Weg {BY_BO}" in refusal.value.message
    assert "is open: `sales continue RUN-1`" in refusal.value.hint
    assert "sales continue RUN-1 --set 'reason=Too dear'" == refusal.value.kept


def test_a_walk_goes_on_with_the_run_of_an_undone_opportunity(form: Shop) -> None:
    """Ana chooses the next stage while bo undoes the form: she stands at the form again."""
    form.do("continue", "RUN-1", "--set", "account=Weg")

    def while_bo_undoes() -> str:
        undo_as_bo(form, commands_of(form, count=1))
        return "1"

    shown = on_terminal(
        form,
        *("continue", "OPP-1"),
        typed=[("Next stage", while_bo_undoes), ("Name", INTERRUPT)],
    )
    assert "`RUN-1` is in `Interest verification` again: what led on" in told(shown)
    assert BY_BO in told(shown)


def test_a_step_that_was_undone_names_who_did_it(form: Shop) -> None:
    """Its answers go to the step that is open again."""
    seen = place(form)
    undo_as_bo(form, commands_of(form, count=1))
    refusal = refused(form, "RUN-1", Answers("saved", ("name=Plant",), seen=seen))
    assert BY_BO in refusal.message
    assert "(`CS-" in refusal.message
    assert "sales continue RUN-1 --set name=Plant" == refusal.kept


def test_an_activity_that_was_undone_leads_to_its_sale(shop: Shop) -> None:
    """Answers to the call of a sale that is gone are kept for a new one."""
    shop.do("user", "add", "bo")
    shop.do("run-process", "corporate-sale", "--account", "Weg")
    seen = place(shop)
    undo_as_bo(shop, commands_of(shop, count=1))
    answer = shop.run("done", "ACT-1", "meet", "--set", "amount=7", "--if-step", seen)
    assert ExitCode.CHANGED_MEANWHILE == answer.code
    assert BY_BO in answer.err
    assert [["run-process", "corporate-sale", "--account", "Weg", "--set", "amount=7"]] == kept(
        answer.err
    )


def test_a_result_alone_leaves_nothing_to_keep(form: Shop) -> None:
    """The refusal says who and when, and how to have the sale again."""
    seen = place(form)
    undo_as_bo(form, commands_of(form))
    refusal = refused(form, "RUN-1", Answers("saved", seen=seen))
    assert BY_BO in refusal.message
    assert "" == refusal.kept


def test_what_nobody_has_seen_is_not_found(form: Shop) -> None:
    """Without a place that was seen, a sale that is gone is as unknown as one that never was."""
    undo_as_bo(form, commands_of(form))
    assert ExitCode.NOT_FOUND == form.run("done", "RUN-1", "meet").code
    with pytest.raises(NotFoundError):
        processes.move_down(form.unit, "RUN-9", Answers(seen="call:12345678"))
