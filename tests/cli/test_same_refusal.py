"""A rule refuses the same way wherever it is met: below the command line, and on it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from salescli.domain.fields import SALE_FIELDS
from salescli.errors import SalesError
from salescli.services import (
    activities,
    configuration,
    hints,
    history,
    moves,
    notes,
    processes,
    records,
    references,
    sale_parts,
    scheduling,
)
from salescli.services.answers import Answers
from salescli.services.definitions import check_text
from salescli.services.starting import Subject
from salescli.store.unit_of_work import UnitOfWork
from tests.every_command import fill
from tests.shop import Shop, made_once


class Broken(NamedTuple):
    """A rule that is broken: by a call of a service, and by a command."""

    rule: str
    call: Callable[[UnitOfWork], Any]
    words: tuple[str, ...]


def _sets(**given: str) -> list[str]:
    return [f"{name}={text}" for name, text in given.items()]


RULES = [
    Broken(
        "an ending needs its reason",
        lambda unit: moves.change_stage(unit, ["OPP-1"], "lost", ()),
        ("close", "OPP-1", "lost"),
    ),
    Broken(
        "a form has required fields",
        lambda unit: processes.move_down(unit, "RUN-4", Answers("saved")),
        ("continue", "RUN-4", "--result", "saved"),
    ),
    Broken(
        "a stage has to be one of the process",
        lambda unit: moves.change_stage(unit, ["OPP-1"], "nedds", ()),
        ("stage", "OPP-1", "nedds"),
    ),
    Broken(
        "a result has to be one of the step",
        lambda unit: processes.complete(unit, "OPP-1", Answers("bought"), ""),
        ("done", "OPP-1", "bought"),
    ),
    Broken(
        "a step asks for one of its results",
        lambda unit: processes.complete(unit, "RUN-2", Answers(), ""),
        ("done", "RUN-2"),
    ),
    Broken(
        "a closed sale moves only when it is reopened",
        lambda unit: moves.change_stage(unit, ["OPP-2"], "proposal", ()),
        ("stage", "OPP-2", "proposal"),
    ),
    Broken(
        "a closed sale is not run again",
        lambda unit: processes.run_process(
            unit, "corporate-sale", Subject(opportunity="OPP-2"), Answers()
        ),
        ("run-process", "corporate-sale", "--opportunity", "OPP-2"),
    ),
    Broken(
        "only a closed sale is reopened",
        lambda unit: moves.reopen(unit, "OPP-1", "too early", ""),
        ("reopen", "OPP-1", "--reason", "too early"),
    ),
    Broken(
        "a sale is reopened at a working stage",
        lambda unit: moves.reopen(unit, "OPP-2", "why not", "closed-won"),
        ("reopen", "OPP-2", "--reason", "why not", "--stage", "closed-won"),
    ),
    Broken(
        "nobody stands above themselves",
        lambda unit: records.edit(unit, "user", "ana", _sets(manager="bo")),
        ("user", "edit", "ana", "--manager", "bo"),
    ),
    Broken(
        "a head of a division stays active",
        lambda unit: records.edit(unit, "user", "ana", _sets(active="no")),
        ("user", "edit", "ana", "--active", "no"),
    ),
    Broken(
        "a name is taken once",
        lambda unit: records.add(unit, "offer", "Box", []),
        ("offer", "add", "Box"),
    ),
    Broken(
        "a record has a name",
        lambda unit: records.add(unit, "account", " ", []),
        ("account", "add", " "),
    ),
    Broken(
        "a choice is one of the options",
        lambda unit: records.edit(unit, "offer", "OFF-1", _sets(kind="box")),
        ("offer", "edit", "OFF-1", "--kind", "box"),
    ),
    Broken(
        "an amount is a number",
        lambda unit: records.edit(unit, "opportunity", "OPP-1", _sets(amount="lots")),
        ("opportunity", "edit", "OPP-1", "--amount", "lots"),
    ),
    Broken(
        "a probability is between 0 and 100",
        lambda unit: records.edit(unit, "opportunity", "OPP-1", _sets(probability="140")),
        ("opportunity", "edit", "OPP-1", "--probability", "140"),
    ),
    Broken(
        "a field has to be known",
        lambda unit: processes.move_down(unit, "OPP-1", Answers(assignments=("ned=x",))),
        ("continue", "OPP-1", "--set", "ned=x"),
    ),
    Broken(
        "influence is between 1 and 5",
        lambda unit: sale_parts.save(
            unit, "stakeholder", "OPP-1", "Tom", {"influence": "9"}, must_exist=False
        ),
        ("opportunity", "stakeholder", "add", "OPP-1", "Tom", "--influence", "9"),
    ),
    Broken(
        "a rival has to be there to be removed",
        lambda unit: sale_parts.remove(unit, "competitor", "OPP-1", "Nix"),
        ("opportunity", "competitor", "remove", "OPP-1", "Nix"),
    ),
    Broken(
        "a day is one of the calendar",
        lambda unit: scheduling.schedule(unit, "ACT-4", "31 feb"),
        ("schedule", "ACT-4", "31 feb"),
    ),
    Broken(
        "a completed activity is not completed again",
        lambda unit: processes.complete(unit, "ACT-1", Answers("meet"), ""),
        ("done", "ACT-1", "meet"),
    ),
    Broken(
        "the process decides about its activities",
        lambda unit: activities.edit(unit, "ACT-2", ("due=fri",)),
        ("activity", "edit", "ACT-2", "--set", "due=fri"),
    ),
    Broken(
        "an owner is a user",
        lambda unit: moves.assign(unit, ["OPP-1"], "nobody"),
        ("assign", "OPP-1", "nobody"),
    ),
    Broken(
        "a name that fits several is none",
        lambda unit: references.find(unit, "contact", "mia"),
        ("contact", "show", "mia"),
    ),
    Broken(
        "a note says something",
        lambda unit: notes.write(unit, "OPP-1", ""),
        ("note", "OPP-1", ""),
    ),
    Broken(
        "a hint is one of a guided sale",
        lambda unit: hints.of(unit, "OPP-3"),
        ("hint", "OPP-3"),
    ),
    Broken(
        "a setting is on or off",
        lambda unit: configuration.change(unit, "hints", "maybe"),
        ("config", "hints", "maybe"),
    ),
    Broken(
        "what made the store is not undone",
        lambda unit: history.undo(unit, "CS-1"),
        ("undo", "CS-1"),
    ),
    Broken(
        "what others build on is not undone",
        lambda unit: history.undo(unit, "CS-3"),
        ("undo", "CS-3"),
    ),
]
"""Each rule that can refuse, of sales, records, people and time."""


@made_once
def busy(shop: Shop) -> Shop:
    """A shop with OPP-1 open, OPP-2 lost, OPP-3 not guided, RUN-4 at an empty form, two Mias."""
    fill(shop)
    shop.do("user", "add", "bo", "--manager", "ana")
    shop.do("contact", "add", "Mia Fox")
    shop.do("opportunity", "add", "Unguided")
    shop.do("run-process", "corporate-sale", "--new", "--result", "meet")
    shop.do("continue", "RUN-4", "--set", "meeting_at=tue 10")
    return shop


def _refused(unit: UnitOfWork, call: Callable[[UnitOfWork], Any]) -> SalesError:
    try:
        call(unit)
    except SalesError as refusal:
        return refusal
    raise AssertionError("nothing was refused")


@pytest.mark.parametrize("broken", RULES, ids=lambda broken: broken.rule)
def test_a_rule_refuses_the_same_way_everywhere(busy: Shop, broken: Broken) -> None:
    """F48: service, command and `--json` give the same code, sentence and hint; nothing changes."""
    before = busy.dump()
    refusal = _refused(busy.unit, broken.call)
    assert before == busy.dump()
    answer = busy.run(*broken.words)
    document = busy.run(*broken.words, "--json")
    assert before == busy.dump()
    assert refusal.code == answer.code == document.code
    assert f"error: {refusal.message}\n\nhint: {refusal.hint}\n" == answer.err
    expected = (refusal.code.name.lower(), refusal.message, refusal.hint)
    assert expected == tuple(document.refusal[name] for name in ("code", "message", "hint"))
    assert tuple(getattr(refusal, "choices", ())) == tuple(document.refusal.get("choices", ()))
    assert ("", "") == (answer.out, document.out)


def test_every_kind_of_refusal_is_compared(busy: Shop) -> None:
    """The rules above cover each class of refusal that the domain and the services use."""
    seen = {_refused(busy.unit, broken.call).code.name for broken in RULES}
    assert {"USAGE", "NOT_FOUND", "RULE", "CHANGED_MEANWHILE", "DECISION_NEEDED"} == seen


def test_a_definition_is_refused_by_its_rules_alone(busy: Shop) -> None:
    """F48: what the checker of the domain tells of a file is what the command tells."""
    source = busy.do("process", "show", "corporate-sale", "--source").out
    broken = source.replace('saved = "book"', 'saved = "boock"')
    path = busy.home / "mine.toml"
    path.write_text(broken, encoding="utf-8")
    _spec, problems = check_text(broken, fields=SALE_FIELDS)
    answer = busy.run("process", "check", str(path))
    assert 2 == answer.code
    assert problems
    for problem in problems:
        assert f"  mine.toml:{problem.line}: {problem.message}\n" in answer.err
