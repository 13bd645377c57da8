"""Hints: each step tells what to look for, where it is typed, and what to ask."""

import re
from datetime import date

import pytest

from salescli.domain.fields import SALE_FIELDS
from salescli.domain.process.spec import ProcessSpec
from salescli.services.definitions import check_text
from salescli.services.shipped import PROCESSES
from tests.shop import Shop, made_once

COLLECT = """\
Six things to look for:
  - the company's development: how it grew and what it is proud of -> `company_history`
  - the key contacts: who uses it, who pays, who decides -> `stakeholders`
  - the need, in the customer's own words -> `need`
  - the budget, and whose it is -> `budget`
  - the deadline: by when it has to run -> `deadline`
  - the competitors: who supplies them today, who else is asked -> `competitors`
Ask: if we spoke again in a year, what would have to be better for you?"""
"""The hint of the source's own example: the vital information of the needs analysis."""


def _shipped(path_stem: str = "corporate-sale") -> ProcessSpec:
    source = (PROCESSES / f"{path_stem}.toml").read_text(encoding="utf-8")
    spec, problems = check_text(source, fields=SALE_FIELDS)
    assert [] == problems
    assert spec is not None
    return spec


SPEC = _shipped()
ANSWERED = [
    (stage.id, step.id, step.hint)
    for stage in SPEC.stages
    for step in stage.steps
    if step.do in {"activity", "form", "ask", "wait"}
]
ELSEWHERE = [(a.id, "", a.hint) for a in SPEC.activities] + [
    (stage.id, "", stage.hint) for stage in SPEC.endings
]


@made_once
def collecting(shop: Shop) -> Shop:
    """A shop whose only sale, OPP-1, collects customer information with ACT-2."""
    shop.do("run-process", "corporate-sale", "--account", "Acme Ltd", "--result", "no-interest")
    shop.do("stage", "RUN-1", "needs-analysis")
    return shop


@pytest.mark.parametrize(("stage", "step", "hint"), ANSWERED + ELSEWHERE)
def test_every_answered_step_has_a_hint(stage: str, step: str, hint: str) -> None:
    """P25: each step that a person answers names a field in backticks and asks a question."""
    named = set(re.findall(r"`([a-z_]+)`", hint))
    assert set() != named & set(SALE_FIELDS), hint
    assert "?" in hint


def test_hints_name_fields_that_exist() -> None:
    """P25: what a hint says in backticks with an underscore is the name of a field."""
    named = {
        name
        for _stage, _step, hint in ANSWERED + ELSEWHERE
        for name in re.findall(r"`(\w*_\w*)`", hint)
    }
    assert set() == named - set(SALE_FIELDS)
    assert len(named) > 5


def test_the_hint_of_collecting(collecting: Shop) -> None:
    """P26: the needs analysis tells the six things that matter, each with its field."""
    assert COLLECT == collecting.json("hint", "OPP-1")["hint"]
    assert COLLECT == SPEC.stage("needs-analysis").step("collect").hint.strip()


def test_each_item_of_the_hint_lands_in_a_record(collecting: Shop) -> None:
    """P26: what is typed for the six items is on the account, contacts, opportunity, rivals."""
    typed = {
        "company_history": "Founded by two sisters",
        "stakeholders": "Mia Ray (decision maker), Tom Fox",
        "need": "Backup power",
        "budget": "12000",
        "deadline": "2027-02-01",
        "competitors": "Globex",
    }
    assert set(typed) == set(re.findall(r"-> `(\w+)`", COLLECT))
    sets = [word for name, text in typed.items() for word in ("--set", f"{name}={text}")]
    collecting.do("done", "OPP-1", "collected", *sets)
    opportunity = collecting.json("opportunity", "show", "OPP-1")
    assert "Founded by two sisters" == collecting.json("account", "show", "Acme Ltd")["history"]
    contacts = collecting.rows(
        "SELECT c.name, s.role, a.name FROM stakeholder s JOIN contact c ON c.id = s.contact_id"
        " JOIN account a ON a.id = c.account_id ORDER BY c.name"
    )
    assert [("Mia Ray", "decision maker", "Acme Ltd"), ("Tom Fox", None, "Acme Ltd")] == contacts
    assert "Backup power" == opportunity["need"]
    assert "12000.00" == opportunity["budget"]
    assert date(2027, 2, 1) == date.fromisoformat(opportunity["deadline"])
    assert [("Globex",)] == collecting.rows("SELECT name FROM competitor")


def test_hint_command_prints_the_hint(collecting: Shop) -> None:
    """P27: `sales hint` prints the same text for the sale, its run and its activity."""
    texts = [collecting.do("hint", reference).out for reference in ("OPP-1", "RUN-1", "ACT-2")]
    for text in texts:
        for line in COLLECT.splitlines():
            assert line.strip() in text
    documents = [collecting.json("hint", reference) for reference in ("OPP-1", "RUN-1", "ACT-2")]
    assert [COLLECT] * 3 == [document["hint"] for document in documents]


def test_hint_of_a_closed_activity(collecting: Shop) -> None:
    """P27: the hint of an activity can be read after it was completed."""
    collecting.do("done", "OPP-1", "collected")
    assert COLLECT == collecting.json("hint", "ACT-2")["hint"]
    assert COLLECT != collecting.json("hint", "OPP-1")["hint"]


def test_asking_for_a_hint_changes_nothing(collecting: Shop) -> None:
    """P27: reading a hint changes no record."""
    before = collecting.dump()
    collecting.do("hint", "OPP-1")
    assert before == collecting.dump()


def test_hints_follow_commands(collecting: Shop) -> None:
    """P28: a command shows the hint of the step it leads to; `-q` leaves it out."""
    assert "Say back in two sentences" in collecting.do("done", "OPP-1", "collected").out
    assert "Say back in two sentences" not in collecting.do("-q", "continue", "OPP-1").out
    assert "Say back in two sentences" in collecting.do("continue", "OPP-1").out
    assert "Say back in two sentences" not in collecting.do("continue", "OPP-1", "--quiet").out


def test_hints_off_hides_them_for_good(collecting: Shop) -> None:
    """P28: after `config hints off` no command adds a hint, until they are on again."""
    collecting.do("config", "hints", "off")
    for words in (("continue", "OPP-1"), ("next",), ("activity", "show", "ACT-2")):
        assert "Six things" not in collecting.do(*words).out
    collecting.do("config", "hints", "on")
    assert "Six things" in collecting.do("continue", "OPP-1").out


def test_a_hint_that_is_asked_for_is_shown(collecting: Shop) -> None:
    """P28: hints that are off are still told by `sales hint`."""
    collecting.do("config", "hints", "off")
    assert "Six things" in collecting.do("hint", "OPP-1").out
