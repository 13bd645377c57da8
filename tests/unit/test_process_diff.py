"""What tells two versions of a process apart, and where a sale stands by another version."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.domain.fields import SALE_FIELDS
from salescli.domain.process.diff import differences
from salescli.domain.process.migration import MOVED, REFUSED, RESTARTED, land
from salescli.domain.process.spec import ProcessSpec, from_compiled, to_compiled
from salescli.services.definitions import check_text
from salescli.services.process_texts import skeleton
from salescli.services.shipped import PROCESSES

SHIPPED = (PROCESSES / "corporate-sale.toml").read_text(encoding="utf-8")
SMALL = skeleton("Small sale")


def spec_of(text: str) -> ProcessSpec:
    """Return what a text defines."""
    spec, problems = check_text(text, fields=SALE_FIELDS)
    assert spec is not None, problems
    return spec


@pytest.mark.parametrize("text", [SHIPPED, SMALL])
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    """P113: neither from itself, nor from what the store makes of it."""
    spec = spec_of(text)
    assert [] == differences(spec, spec)
    assert [] == differences(from_compiled(to_compiled(spec)), spec)


@given(st.sampled_from(sorted(set(re.findall(r'(?m)^ *name +?= "(.+)"', SHIPPED)))), st.data())
def test_one_changed_name_is_one_difference(name: str, data: st.DataObject) -> None:
    """P113: whatever name a person changes, the difference says it and nothing else."""
    places = [found.start(1) for found in re.finditer(rf'name +?= "({re.escape(name)})"', SHIPPED)]
    place = data.draw(st.sampled_from(places))
    changed = SHIPPED[:place] + "Another name" + SHIPPED[place + len(name) :]
    (found,) = differences(spec_of(SHIPPED), spec_of(changed))
    assert "changed" == found.kind
    assert name in found.old
    assert "Another name" in found.new


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("probability = 20", "probability = 25", ("probability", "changed", "20", "25")),
        ('"account*", "need"', '"account*"', ("fields", "removed", "need", "")),
        ('"account*", "need"', '"account*", "need*"', ("required", "added", "", "need")),
        ('do   = "activity"\n  type = "call"', 'do = "activity"\n  type = "task"', ()),
        ('next        = ["closed-won", "closed-lost"]', 'next = ["closed-lost"]', ()),
    ],
)
def test_what_a_difference_says(old: str, new: str, told: tuple[str, ...]) -> None:
    """P113: the key of the file, what it was and what it is."""
    (found,) = differences(spec_of(SMALL), spec_of(SMALL.replace(old, new, 1)))
    assert not told or told == (found.what, found.kind, found.old, found.new)


def test_another_order_is_a_difference() -> None:
    """P113: the first step of a stage is where it begins."""
    spec = spec_of(SMALL)
    first, *others = spec.stages
    turned = first._replace(steps=tuple(reversed(first.steps)))
    (found,) = differences(spec, spec._replace(stages=(turned, *others)))
    assert ("order of steps", "call, details", "details, call") == (
        found.what,
        found.old,
        found.new,
    )


def test_by_the_same_version_every_sale_stands_where_it_stood() -> None:
    """V25: on each step of each stage, and between two stages."""
    spec = spec_of(SHIPPED)
    for stage in spec.working_stages:
        for step in (*(step.id for step in stage.steps), ""):
            assert (MOVED, stage.id, step, "") == land(spec, spec, stage.id, step)


def test_a_step_of_another_kind_is_begun_again() -> None:
    """V25: what waits for a call cannot go on as a question."""
    other = SMALL.replace('do   = "activity"\n  type = "call"', 'do = "ask"', 1)
    landing = land(spec_of(SMALL), spec_of(other), "first-talk", "call")
    assert (RESTARTED, "call") == (landing.outcome, landing.step)


def test_a_stage_that_is_gone_or_an_ending_is_refused() -> None:
    """V25: nobody is led out of the sale by a migration."""
    spec = spec_of(SMALL)
    renamed = SMALL.replace("first-talk", "opening")
    assert REFUSED == land(spec, spec_of(renamed), "first-talk", "call").outcome
    ended = renamed.replace('ending = "lost"', 'ending = "lost"\nwas = ["first-talk"]')
    landing = land(spec, spec_of(ended), "first-talk", "call")
    assert (REFUSED, "`closed-lost` is an ending there") == (landing.outcome, landing.why)
