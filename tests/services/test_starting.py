"""The ways a sale begins: from an opportunity, a lead, or with nothing yet."""

from collections.abc import Callable
from typing import Any

import pytest

from salescli.errors import ExitCode
from tests.rehearsal import WORKING
from tests.shop import Shop, made_once

FIRST_STEPS = {
    "interest-verification": "call",
    "qualification": "decide",
    "needs-analysis": "collect",
    "presentation": "prepare",
    "decision-makers": "people",
    "proposal": "prepare",
    "negotiations": "clarify",
    "contracting": "prepare",
}
"""Stage -> the step that a person finds first there, when a division with a head decides."""


def count(shop: Shop, table: str) -> int:
    """Return how many rows a table has that no undo has voided."""
    return len(shop.dump()[table])


# From an opportunity


@made_once
def west(shop: Shop) -> Shop:
    """A shop with a division whose head is bo."""
    shop.do("user", "add", "bo")
    shop.do("division", "add", "West", "--head", "bo")
    return shop


@pytest.mark.parametrize("stage", WORKING)
def test_a_sale_starts_at_the_stage_of_its_opportunity(west: Shop, stage: str) -> None:
    """P9, P34: only that stage is entered and only its first step is open; its activity, if it
    has one, is the only activity.
    """
    west.do(
        "opportunity", "add", "Pumps", "--account", "Acme", "--stage", stage, "--division", "West"
    )
    sale = west.json("run-process", "corporate-sale", "--opportunity", "OPP-1")["sale"]
    assert (stage, FIRST_STEPS[stage]) == (sale["stage"], sale["step"]["id"])
    assert [(stage, 1, "start")] == west.rows("SELECT stage, n, entered_by FROM stage_visit")
    assert [(FIRST_STEPS[stage],)] == west.rows(
        "SELECT step FROM step_visit WHERE closed_at IS NULL"
    )
    assert [a for a in [sale["step"]["activity"]] if a] == [
        f"ACT-{number}" for (number,) in west.rows("SELECT number FROM activity")
    ]


@pytest.mark.parametrize("stage", WORKING)
def test_starting_again_resumes_the_running_sale(west: Shop, stage: str) -> None:
    """P9: a second start of the same opportunity says that it resumed, and changes nothing."""
    west.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", stage)
    west.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    before = west.dump()
    again = west.json("run-process", "corporate-sale", "--opportunity", "Pumps")
    assert ["`OPP-1` is running already: resumed"] == again["warnings"]
    assert "RUN-1" == again["sale"]["run"]
    assert before == west.dump()


def test_a_closed_opportunity_is_not_started(shop: Shop) -> None:
    """P9: it is refused with the command that takes it up again, and nothing runs."""
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "closed-lost")
    answer = shop.run("run-process", "corporate-sale", "--opportunity", "OPP-1")
    assert "sales reopen OPP-1 --reason" in answer.err
    assert 0 == count(shop, "process_run")


# From a lead


def lead_edit_status(shop: Shop, status: str) -> None:
    shop.do("lead", "edit", "LEAD-1", "--status", status)


def lead_edit_set(shop: Shop, status: str) -> None:
    shop.do("lead", "edit", "Mia", "--set", f"status={status}")


LEAD = ("lead", "add", "Mia Ray", "--company", "Acme", "--need", "Pumps", "--source", "fair")


def lead_add_status(shop: Shop, status: str) -> None:
    shop.do(*LEAD, "--status", status)


def lead_add_set(shop: Shop, status: str) -> None:
    shop.do(*LEAD, "--set", f"status={status}")


def lead_import(shop: Shop, status: str) -> None:
    file = shop.home / "leads.csv"
    file.write_text(
        f"name,company,need,source,status\nMia Ray,Acme,Pumps,fair,{status}\n", encoding="utf-8"
    )
    shop.do("import", str(file), "--as", "lead")


EDITS = (lead_edit_status, lead_edit_set)
ADDS = (lead_add_status, lead_add_set, lead_import)


def set_status(shop: Shop, path: Callable[[Shop, str], None], status: str) -> None:
    """Give a lead a status by one of the paths; an edit needs the lead first."""
    if path in EDITS and 0 == count(shop, "lead"):
        shop.do(*LEAD)
    path(shop, status)


@pytest.mark.parametrize("path", [*EDITS, *ADDS])
def test_a_lead_that_awaits_a_sale_starts_it(shop: Shop, path: Callable[..., None]) -> None:
    """P10, 2.19: whichever way the status is set there is exactly one run, begun by the lead; its
    opportunity is made from the lead: company, person, need and source.
    """
    set_status(shop, path, "Awaiting sale")
    assert [("running", "lead", "LEAD-1", "OPP-1")] == [
        (state, by, f"LEAD-{lead}", f"OPP-{opportunity}")
        for state, by, lead, opportunity in shop.rows(
            "SELECT r.state, r.started_by, l.number, o.number FROM process_run r"
            " JOIN lead l ON l.id = r.lead_id JOIN opportunity o ON o.id = r.opportunity_id"
            " AND o.id = l.opportunity_id"
        )
    ]
    record = shop.json("opportunity", "show", "OPP-1")
    assert ("Acme", "Mia Ray", "Pumps", "fair", "needs-analysis") == tuple(
        record[name] for name in ("account", "contact", "need", "source", "stage")
    )


@pytest.mark.parametrize("path", [*EDITS, lead_import])
def test_setting_the_status_twice_starts_one_sale(shop: Shop, path: Callable[..., None]) -> None:
    """P10: setting it again, and setting another status and then it again, adds none."""
    for status in ("Awaiting sale", "Awaiting sale", "Working - Contacted", "Awaiting sale"):
        set_status(shop, path, status)
    assert (1, 1) == (count(shop, "process_run"), count(shop, "opportunity"))


@pytest.mark.parametrize("path", [*EDITS, *ADDS])
@pytest.mark.parametrize("status", ["Open - Not Contacted", "Working - Contacted"])
def test_another_status_starts_nothing(shop: Shop, path: Callable[..., None], status: str) -> None:
    """P10: only `Awaiting sale` is the trigger."""
    set_status(shop, path, status)
    assert 0 == count(shop, "process_run")


@pytest.mark.parametrize("path", [*EDITS, *ADDS])
def test_the_trigger_can_be_switched_off(shop: Shop, path: Callable[..., None]) -> None:
    """P10: with `lead-trigger` off none is started; switched on again, another field does not
    start it, for the status has not changed then.
    """
    shop.do("config", "lead-trigger", "off")
    set_status(shop, path, "Awaiting sale")
    assert (0, 0) == (count(shop, "process_run"), count(shop, "opportunity"))
    shop.do("config", "lead-trigger", "on")
    shop.do("lead", "edit", "LEAD-1", "--phone", "12345")
    assert 0 == count(shop, "process_run")


@pytest.mark.parametrize(
    ("divisions", "stage"),
    [
        ((), "needs-analysis"),
        (("West",), "needs-analysis"),
        (("West", "East"), "qualification"),
    ],
)
def test_the_divisions_decide_where_the_sale_of_a_lead_starts(
    shop: Shop, divisions: tuple[str, ...], stage: str
) -> None:
    """P10, 2.19: it starts at qualification when several divisions exist, else at needs analysis;
    interest verification is not entered.
    """
    for division in divisions:
        shop.do("division", "add", division)
    shop.do(*LEAD, "--status", "Awaiting sale")
    assert [(stage, 1)] == shop.rows("SELECT stage, n FROM stage_visit")
    assert stage == shop.json("opportunity", "show", "OPP-1")["stage"]


def test_a_lead_whose_sale_was_undone_can_start_it_again(shop: Shop) -> None:
    """P10, P24: undoing the change of status takes the run back; setting it again starts one."""
    shop.do(*LEAD)
    before = shop.dump()
    lead_edit_status(shop, "Awaiting sale")
    shop.do("undo")
    assert before["opportunity"] == shop.dump()["opportunity"]
    assert before["lead"][0][:1] == shop.dump()["lead"][0][:1]
    assert 0 == count(shop, "process_run")
    lead_edit_status(shop, "Awaiting sale")
    assert (1, 1) == (count(shop, "process_run"), count(shop, "opportunity"))


def test_the_sale_of_another_lead_starts_at_interest_verification(shop: Shop) -> None:
    """2.19: `run-process --lead` on a lead that does not await a sale begins with the first call,
    about the lead, and a second start resumes it.
    """
    shop.do(*LEAD)
    sale = shop.json("run-process", "corporate-sale", "--lead", "LEAD-1")["sale"]
    assert ("interest-verification", "call") == (sale["stage"], sale["step"]["id"])
    again = shop.json("run-process", "corporate-sale", "--lead", "Mia")
    assert "RUN-1" == again["sale"]["run"]
    assert 1 == count(shop, "process_run")


# With nothing yet


def test_the_first_stage_is_entered_with_its_call(shop: Shop) -> None:
    """P8: the run stands in interest verification, whose call is open, owned and due."""
    shop.do("run-process", "corporate-sale")
    assert [("corporate-sale", "running", "interest-verification", 1)] == shop.rows(
        "SELECT r.definition_key, r.state, v.stage, v.n FROM process_run r"
        " JOIN stage_visit v ON v.run_id = r.id"
    )
    assert [("call", "open", "call", "open", "ana", "2026-11-24")] == shop.rows(
        "SELECT s.step, s.state, a.kind, a.state, u.login, substr(a.due_at, 1, 10)"
        " FROM step_visit s JOIN activity a ON a.step_visit_id = s.id"
        ' JOIN "user" u ON u.id = a.owner_id'
    )


def test_the_opportunity_is_made_while_the_process_runs(shop: Shop) -> None:
    """P11: before the form after the first call is saved there is none; then there is one, with
    its account, its stage and the run; what was noted with the call is on it.
    """
    shop.do("run-process", "corporate-sale")
    shop.do("done", "RUN-1", "meet", "--at", "tue 10", "--set", "need=Backup power")
    assert (0, 0) == (count(shop, "opportunity"), count(shop, "account"))
    shop.do("continue", "RUN-1", "--set", "account=Acme", "--set", "amount=5000")
    record = shop.json("opportunity", "show", "OPP-1")
    assert ("Acme", "interest-verification", "5000.00", "Backup power", "ana") == tuple(
        record[name] for name in ("account", "stage", "amount", "need", "owner")
    )
    assert [(1, "Acme")] == shop.rows(
        "SELECT o.number, a.name FROM process_run r JOIN opportunity o ON o.id = r.opportunity_id"
        " JOIN account a ON a.id = r.account_id AND a.id = o.account_id"
    )


@pytest.mark.parametrize(
    "command",
    [
        ("done", "RUN-1", "no-interest", "--next", "closed-lost"),
        ("stage", "RUN-1", "closed-lost"),
        ("close", "RUN-1", "lost"),
    ],
    ids=" ".join,
)
def test_a_run_without_an_opportunity_ends_with_a_reason(
    shop: Shop, command: tuple[str, ...]
) -> None:
    """2.21: by whichever command it ends, it asks for the reason, and ends disqualified then; it
    cannot be won, and there is no opportunity.
    """
    shop.do("run-process", "corporate-sale")
    before = shop.dump()
    assert ExitCode.DECISION_NEEDED == shop.run(*command).code
    won = [word.replace("lost", "won") for word in command]
    assert ExitCode.RULE == shop.run(*won, "--set", "reason=so it is").code
    assert before == shop.dump()
    sale = shop.json(*command, "--set", "reason=No budget")["sale"]
    assert ("disqualified", "No budget") == (sale["state"], sale["reason"])
    assert 0 == count(shop, "opportunity")


def test_an_unguided_opportunity_of_the_account_is_offered(shop: Shop) -> None:
    """P12: the start warns on stderr, names the opportunity and the exact command, and that
    command goes on with it.
    """
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "proposal")
    answer = shop.do("run-process", "corporate-sale", "--account", "Acme")
    command = "run-process corporate-sale --opportunity OPP-1"
    assert "`OPP-1` Pumps" in answer.err
    assert f"`sales {command}`" in answer.err
    assert "OPP-1" not in answer.out
    assert "proposal" == shop.json(*command.split())["sale"]["stage"]


@pytest.mark.parametrize("guided", ["guided", "closed", "of another account"])
def test_other_opportunities_are_not_offered(shop: Shop, guided: str) -> None:
    """P12: one that is guided already, closed, or of another account gives no warning."""
    shop.do("opportunity", "add", "Pumps", "--account", "Acme", "--stage", "proposal")
    if guided == "guided":
        shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    elif guided == "closed":
        shop.do("opportunity", "add", "Cars", "--account", "Beta")
        shop.do("close", "OPP-1", "lost", "--reason", "price")
    account = "Gamma" if guided == "of another account" else "Acme"
    assert "" == shop.do("run-process", "corporate-sale", "--account", account).err


def test_a_blank_run_is_resumed_unless_another_is_wanted(shop: Shop) -> None:
    """P8: starting twice in a row means one sale; `--new` starts another."""
    answers: list[dict[str, Any]] = [
        shop.json("run-process", "corporate-sale", *words) for words in ((), (), ("--new",))
    ]
    assert ["RUN-1", "RUN-1", "RUN-2"] == [answer["sale"]["run"] for answer in answers]
