"""What can follow: the stages to choose from, and the facts that conditions ask about."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from salescli.domain.process import condition
from salescli.domain.process.run import Run
from salescli.domain.process.spec import ENDED_EARLY, ProcessSpec, StageSpec, Way


class Choice(NamedTuple):
    """A stage that can follow; the one that the process recommends says `because` of what."""

    stage: StageSpec
    is_recommended: bool
    because: str = ""


def recommended(spec: ProcessSpec, run: Run, facts: Mapping[str, Any]) -> Way:
    """Return the way that the process recommends next; its stage is empty where there is none.

    A stage that ended early has not reached its goal, so it is recommended again.
    """
    stage = spec.stage(run.stage)
    if run.ended_by == ENDED_EARLY:
        return Way(None, stage.id, "It ended early")
    known = situation(spec, run, facts)
    usual = Way(None, stage.next[0] if stage.next else "")
    return first_way((*stage.recommend, usual), known) or usual


def why(ways: Sequence[Way], chosen: Way, known: Mapping[str, Any]) -> str:
    """Return why a way was chosen: its own reason, and the facts that decided.

    What a way without a condition rests on is that those before it did not hold.
    """
    if chosen.because and chosen not in ways:
        return chosen.because
    before = ways[: ways.index(chosen)] if chosen in ways else ways
    tests = [chosen.test] if chosen.test else [way.test for way in before if way.test]
    decided = "; ".join(dict.fromkeys(condition.explain(test, known) for test in tests))
    return ": ".join(filter(None, (chosen.because, decided)))


def first_way(ways: Sequence[Way], known: Mapping[str, Any]) -> Way | None:
    """Return the first way whose condition holds."""
    return next((w for w in ways if w.test is None or condition.evaluate(w.test, known)), None)


def choices(
    spec: ProcessSpec, newest: ProcessSpec, run: Run, facts: Mapping[str, Any]
) -> tuple[Choice, ...]:
    """Return every stage that can follow: recommended, then usual, other and terminal ones.

    `spec` is the definition of the current stay, `newest` the one that the next stay begins with.
    """
    way = recommended(spec, run, facts)
    order = [way.stage, *spec.stage(run.stage).next]
    order += [stage.id for stage in (*newest.working_stages, *newest.endings)]
    known = {name: stage.id for stage in newest.stages for name in stage.ids}
    ids = dict.fromkeys(known[name] for name in order if name in known)
    advised = known.get(way.stage)
    return tuple(
        Choice(newest.stage(name), name == advised, way.because if name == advised else "")
        for name in ids
    )


def situation(spec: ProcessSpec, run: Run, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a condition may ask about.

    The facts, `result.STEP` of this stay, and `activity.TOPIC`, which is open, done or empty.
    """
    known = dict(facts)
    known |= {f"result.{step.step}": step.result for step in run.steps if step.result}
    for topic in (activity.id for activity in spec.activities):
        state = next((s for s in ("open", "done") if run.on_topic(topic, s)), "")
        known[f"activity.{topic}"] = state
    return known
