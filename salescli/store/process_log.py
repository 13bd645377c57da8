"""The process log: writes the engine's effects as rows."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from salescli.domain.moments import to_utc_text
from salescli.domain.process.run import Effect
from salescli.store.rows import insert, take_numbers, update
from salescli.store.runs import StoredRun
from salescli.store.unit_of_work import UnitOfWork

AFTER_SALE = "after-sale"
"""The topic of activities that an ending leaves behind."""


class Write(NamedTuple):
    """A row to insert, or what to change of one."""

    table: str
    key: bytes
    values: Mapping[str, Any]
    is_new: bool


class Around(NamedTuple):
    """What the rows of an effect take from the command and from the run that it belongs to."""

    change_set: bytes
    now: str
    login: str
    zone: str
    run: bytes
    definition: bytes
    visit: bytes
    lead: bytes | None
    opportunity: bytes | None
    account: bytes | None
    contact: bytes | None
    owner: bytes | None
    number: int = 0


def write(unit: UnitOfWork, stored: StoredRun, effect: Effect, definition: bytes) -> None:
    """Write one effect of the engine; effects on fields and opportunities are not ours."""
    if effect.kind not in _ROWS:
        return
    around = _as_it_stands(unit, around_of(unit, stored, definition), effect)
    row = row_of(around, effect)
    if row.is_new:
        insert(unit.connection, row.table, {"id": row.key, **row.values})
    else:
        update(unit.connection, row.table, row.key, row.values)


def is_written(effect: Effect) -> bool:
    """Whether an effect is a row of the process log or an activity."""
    return effect.kind in _ROWS


def takes_number(effect: Effect) -> bool:
    """Whether an effect makes an activity, which needs a number."""
    return effect.kind in _NUMBERED


def row_of(around: Around, effect: Effect) -> Write:
    """Return the row that an effect makes or changes."""
    table, is_new, values = _ROWS[effect.kind]
    told = values(around, effect)
    return Write(table, effect.key, told | _made(around, is_new=is_new), is_new)


def around_of(unit: UnitOfWork, stored: StoredRun, definition: bytes) -> Around:
    """Return what a command's rows have in common, with the run as it was loaded."""
    return Around(
        unit.change_set,
        unit.now_text,
        unit.login,
        unit.zone,
        stored.run.key,
        definition,
        stored.run.visit,
        stored.lead,
        stored.opportunity,
        stored.account,
        stored.contact,
        stored.owner,
    )


def _as_it_stands(unit: UnitOfWork, around: Around, effect: Effect) -> Around:
    """Return what an effect's row needs of its run as the effects before it have left it."""
    connection = unit.connection
    if effect.kind == "open_step":
        row = connection.execute(
            "SELECT id FROM stage_visit"
            " WHERE run_id = ? AND left_at IS NULL AND voided_by_id IS NULL",
            (around.run,),
        ).fetchone()
        return around._replace(visit=row[0])
    if not takes_number(effect):
        return around
    opportunity, account, contact, owner = connection.execute(
        "SELECT opportunity_id, account_id, contact_id, owner_id FROM process_run WHERE id = ?",
        (around.run,),
    ).fetchone()
    return around._replace(
        opportunity=opportunity,
        account=account,
        contact=contact,
        owner=owner,
        number=take_numbers(connection, "activity"),
    )


def _made(around: Around, *, is_new: bool) -> dict[str, Any]:
    return {"created_in": around.change_set} if is_new else {}


def _enter_stage(around: Around, effect: Effect) -> dict[str, Any]:
    return {
        "run_id": around.run,
        "definition_id": around.definition,
        "stage": effect.values["stage"],
        "n": effect.values["n"],
        "entered_at": around.now,
        "entered_by": effect.values["by"],
        "login": around.login,
    }


def _end_stage(around: Around, effect: Effect) -> dict[str, Any]:
    return {"ended_at": around.now, "ended_by": effect.values["by"], **_missing(effect)}


def _leave_stage(around: Around, effect: Effect) -> dict[str, Any]:
    return {
        "left_at": around.now,
        "left_by": effect.values["by"],
        "left_login": around.login,
        **_missing(effect),
    }


def _missing(effect: Effect) -> dict[str, str]:
    """Return what is said of the end of a stage, where there is something to say."""
    said = {name: effect.values.get(name) for name in ("missing", "recommended", "because")}
    return {
        name: value if isinstance(value, str) else " ".join(value)
        for name, value in said.items()
        if value
    }


def _open_step(around: Around, effect: Effect) -> dict[str, Any]:
    return {
        "visit_id": around.visit,
        "run_id": around.run,
        "step": effect.values["step"],
        "state": effect.values["state"],
        "opened_at": around.now,
    }


def _close_step(around: Around, effect: Effect) -> dict[str, Any]:
    return {
        "state": effect.values["state"],
        "result": effect.values["result"],
        "reason": effect.values["reason"],
        "closed_at": around.now,
        "closed_by": around.login,
    }


def _snooze_step(_around: Around, effect: Effect) -> dict[str, Any]:
    until = effect.values["until"]
    return {"snoozed_until": to_utc_text(until) if until else None}


def _create_activity(around: Around, effect: Effect) -> dict[str, Any]:
    values = effect.values
    starts_at = values["starts_at"]
    return _planned(around, effect) | {
        "topic": values["topic"] or None,
        "run_id": around.run,
        "step_visit_id": values["step_visit"],
        "lead_id": around.lead,
        "minutes": values["minutes"],
        "onstage": int(values["onstage"]),
        "starts_at": to_utc_text(starts_at) if starts_at else None,
        "zone": around.zone if starts_at else None,
    }


def _follow_up(around: Around, effect: Effect) -> dict[str, Any]:
    """An activity that an ending leaves is no part of the run, which has ended."""
    return _planned(around, effect) | {"topic": AFTER_SALE}


def _planned(around: Around, effect: Effect) -> dict[str, Any]:
    values = effect.values
    return {
        "number": around.number,
        "kind": values["type"],
        "name": values["name"],
        "opportunity_id": around.opportunity,
        "account_id": around.account,
        "contact_id": around.contact,
        "owner_id": getattr(values["owner"], "key", b"") or around.owner,
        "due_at": to_utc_text(values["due_at"]),
        "state": "open",
    }


def _close_activity(around: Around, effect: Effect) -> dict[str, Any]:
    return {
        "state": effect.values["state"],
        "result": effect.values["result"],
        "text": effect.values["reason"] or None,
        "closed_at": around.now,
        "closed_by": around.login,
    }


def _move_activity(around: Around, effect: Effect) -> dict[str, Any]:
    moments = {name: to_utc_text(at) if at else None for name, at in effect.values.items()}
    return moments | ({"zone": around.zone} if moments.get("starts_at") else {})


def _consume(_around: Around, effect: Effect) -> dict[str, Any]:
    return {"consumed_by_id": effect.values["by"]}


def _change_run(around: Around, effect: Effect) -> dict[str, Any]:
    is_over = effect.values["state"] != "running"
    return {
        "state": effect.values["state"],
        "reason": effect.values["reason"],
        "ended_at": around.now if is_over else None,
    }


_NUMBERED = frozenset({"create_activity", "follow_up"})
_ROWS: dict[str, tuple[str, bool, Callable[[Around, Effect], dict[str, Any]]]] = {
    "enter_stage": ("stage_visit", True, _enter_stage),
    "end_stage": ("stage_visit", False, _end_stage),
    "leave_stage": ("stage_visit", False, _leave_stage),
    "open_step": ("step_visit", True, _open_step),
    "close_step": ("step_visit", False, _close_step),
    "snooze_step": ("step_visit", False, _snooze_step),
    "create_activity": ("activity", True, _create_activity),
    "follow_up": ("activity", True, _follow_up),
    "close_activity": ("activity", False, _close_activity),
    "move_activity": ("activity", False, _move_activity),
    "consume": ("activity", False, _consume),
    "change_run": ("process_run", False, _change_run),
}
"""What an effect is written as: the table, whether the row is new, and its values."""


def cancel_after_sale(unit: UnitOfWork, opportunity: bytes, reason: str) -> int:
    """Cancel the open activities that an ending left; return how many there were."""
    done = unit.connection.execute(
        "UPDATE activity SET state = 'canceled', result = 'canceled', text = ?, closed_at = ?,"
        " closed_by = ?, version = version + 1"
        " WHERE opportunity_id = ? AND topic = ? AND run_id IS NULL AND state = 'open'",
        (reason, unit.now_text, unit.login, opportunity, AFTER_SALE),
    )
    return done.rowcount
