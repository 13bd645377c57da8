"""Where a running sale would stand by another version of its process, and what that takes."""

from typing import NamedTuple

from salescli.domain.process.spec import ProcessSpec, StageSpec

MOVED = "moved"
RESTARTED = "restarted"
REFUSED = "refused"
CURRENT = "current"


class Landing(NamedTuple):
    """What becomes of a sale: it is moved, its stage is restarted, or it is refused with a reason.

    A moved sale stands on the same step; a restarted one on the first step of its stage.
    """

    outcome: str
    stage: str
    step: str
    why: str = ""


def land(old: ProcessSpec, new: ProcessSpec, stage_id: str, step_id: str) -> Landing:
    """Return where a sale on a step of `old` stands by `new`; one without a step has to choose."""
    stage = _stage(new, stage_id)
    if stage is None:
        why = f"no stage is `{stage_id}` or was it; name it in `was`, or move the sale first"
        return Landing(REFUSED, stage_id, step_id, why)
    if stage.ending:
        return Landing(REFUSED, stage_id, step_id, f"`{stage.id}` is an ending there")
    if not step_id:
        return Landing(MOVED, stage.id, "")
    why = _obstacle(old.stage(stage_id), stage, step_id)
    if why:
        return Landing(RESTARTED, stage.id, stage.steps[0].id, why)
    return Landing(MOVED, stage.id, step_id)


def _stage(spec: ProcessSpec, stage_id: str) -> StageSpec | None:
    try:
        return spec.stage(stage_id)
    except KeyError:
        return None


def _obstacle(old: StageSpec, new: StageSpec, step_id: str) -> str:
    """Return why a sale cannot stand on the step of the same id, or an empty text."""
    known = {step.id: step for step in new.steps}
    before, after = old.step(step_id), known.get(step_id)
    if after is None:
        return f"the step `{step_id}` is gone"
    if before.do != after.do:
        return f"the step `{step_id}` does `{after.do}` and not `{before.do}`"
    if before.topic != after.topic:
        return f"the step `{step_id}` waits for `{after.topic}` and not `{before.topic}`"
    return ""
