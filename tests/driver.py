"""Leads a sale to its end by what `--json` says alone, as a program would that knows no process."""

from collections.abc import Callable
from typing import Any

from salescli.domain import fields as kinds
from salescli.domain.fields import SALE_FIELDS, Field

Run = Callable[..., Any]
"""Runs a command with `--json` and returns its document."""

MOST_COMMANDS = 60
"""No sale takes more; one that does goes in circles."""

_ANSWERS = {
    kinds.MONEY: "1250.50",
    kinds.INTEGER: "3",
    kinds.PERCENT: "50",
    kinds.DAY: "2027-03-31",
    kinds.MOMENT: "2027-03-01 10:00",
    kinds.YES_NO: "yes",
    kinds.USER: "me",
    kinds.NAMES: "Mia Ray, Tom Fox",
}


def answer_to(field: Field) -> str:
    """Return a text that a field takes."""
    if field.options:
        return field.options[0]
    return _ANSWERS.get(field.kind, f"some {field.label.lower()}")


def lead_to_the_end(run: Run, reference: str, sale: dict[str, Any]) -> list[str]:
    """Lead a running sale to its end; return the stages that it was in, in order.

    An open step gets its first result and a form its required fields. At the end of a stage comes
    the recommended stage, or the first one where that would end the sale otherwise than won.
    """
    stages = [sale["stage"]]
    for _ in range(MOST_COMMANDS):
        if sale["state"] != "running":
            return stages
        sale = _one_command(run, reference, sale)
        if sale["stage"] != stages[-1]:
            stages.append(sale["stage"])
    raise AssertionError(f"no end after {MOST_COMMANDS} commands: {stages}")


def _one_command(run: Run, reference: str, sale: dict[str, Any]) -> dict[str, Any]:
    step = sale["step"]
    if step is None:
        document = run("stage", reference, _next_stage(sale["choices"]))
    elif step["kind"] == "form":
        wanted = [f["name"] for f in step["fields"] if f["is_required"] and not f["value"]]
        sets = [f"{name}={answer_to(SALE_FIELDS[name])}" for name in wanted]
        document = run("done", reference, *(word for text in sets for word in ("--set", text)))
    elif step["kind"] == "wait":
        document = run("done", step["activity"])
    else:
        document = run("done", reference, step["results"][0])
    if "sale" not in document:
        document = run("run-process", sale["process"], "--opportunity", reference)
    found: dict[str, Any] = document["sale"]
    return found


def _next_stage(choices: list[dict[str, Any]]) -> str:
    on_the_way = [c for c in choices if not c["is_ending"] or c["id"] == "closed-won"]
    recommended = [choice for choice in on_the_way if choice["is_recommended"]]
    stage: str = (recommended or on_the_way)[0]["id"]
    return stage
