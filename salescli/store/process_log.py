"""The process log: writes the engine's effects as rows."""

import sqlite3

from salescli.domain.moments import to_utc_text
from salescli.domain.process.run import Effect
from salescli.store.rows import insert, take_numbers, update
from salescli.store.runs import StoredRun, change
from salescli.store.unit_of_work import UnitOfWork

AFTER_SALE = "after-sale"
"""The topic of activities that an ending leaves behind."""


def write(unit: UnitOfWork, stored: StoredRun, effect: Effect, definition: bytes) -> None:
    """Write one effect of the engine; effects on fields and opportunities are not ours."""
    writer = _WRITERS.get(effect.kind)
    if writer:
        writer(unit, stored, effect, definition)


def _enter_stage(unit: UnitOfWork, stored: StoredRun, effect: Effect, definition: bytes) -> None:
    insert(
        unit.connection,
        "stage_visit",
        {
            "id": effect.key,
            "created_in": unit.change_set,
            "run_id": stored.run.key,
            "definition_id": definition,
            "stage": effect.values["stage"],
            "n": effect.values["n"],
            "entered_at": unit.now_text,
            "entered_by": effect.values["by"],
            "login": unit.login,
        },
    )


def _end_stage(unit: UnitOfWork, _stored: StoredRun, effect: Effect, _definition: bytes) -> None:
    values = {"ended_at": unit.now_text, "ended_by": effect.values["by"]}
    update(unit.connection, "stage_visit", effect.key, values | _missing(effect))


def _leave_stage(unit: UnitOfWork, _stored: StoredRun, effect: Effect, _definition: bytes) -> None:
    update(
        unit.connection,
        "stage_visit",
        effect.key,
        {
            "left_at": unit.now_text,
            "left_by": effect.values["by"],
            "left_login": unit.login,
            **_missing(effect),
        },
    )


def _missing(effect: Effect) -> dict[str, str]:
    missing = effect.values.get("missing")
    return {"missing": " ".join(missing)} if missing else {}


def _open_step(unit: UnitOfWork, stored: StoredRun, effect: Effect, _definition: bytes) -> None:
    insert(
        unit.connection,
        "step_visit",
        {
            "id": effect.key,
            "created_in": unit.change_set,
            "visit_id": _open_visit(unit.connection, stored.run.key),
            "run_id": stored.run.key,
            "step": effect.values["step"],
            "state": effect.values["state"],
            "opened_at": unit.now_text,
        },
    )


def _close_step(unit: UnitOfWork, _stored: StoredRun, effect: Effect, _definition: bytes) -> None:
    update(
        unit.connection,
        "step_visit",
        effect.key,
        {
            "state": effect.values["state"],
            "result": effect.values["result"],
            "reason": effect.values["reason"],
            "closed_at": unit.now_text,
            "closed_by": unit.login,
        },
    )


def _snooze_step(unit: UnitOfWork, _stored: StoredRun, effect: Effect, _definition: bytes) -> None:
    until = effect.values["until"]
    values = {"snoozed_until": to_utc_text(until) if until else None}
    update(unit.connection, "step_visit", effect.key, values)


def _create_activity(
    unit: UnitOfWork, stored: StoredRun, effect: Effect, _definition: bytes
) -> None:
    values = effect.values
    current = unit.connection.execute(
        "SELECT opportunity_id, account_id, contact_id, owner_id FROM process_run WHERE id = ?",
        (stored.run.key,),
    ).fetchone()
    owner = getattr(values["owner"], "key", b"") or current[3]
    starts_at = values["starts_at"]
    insert(
        unit.connection,
        "activity",
        {
            "id": effect.key,
            "created_in": unit.change_set,
            "number": take_numbers(unit.connection, "activity"),
            "kind": values["type"],
            "name": values["name"],
            "topic": values["topic"] or None,
            "run_id": stored.run.key,
            "step_visit_id": values["step_visit"],
            "opportunity_id": current[0],
            "account_id": current[1],
            "contact_id": current[2],
            "lead_id": stored.lead,
            "owner_id": owner,
            "minutes": values["minutes"],
            "onstage": int(values["onstage"]),
            "due_at": to_utc_text(values["due_at"]),
            "starts_at": to_utc_text(starts_at) if starts_at else None,
            "zone": unit.zone if starts_at else None,
            "state": "open",
        },
    )


def _follow_up(unit: UnitOfWork, stored: StoredRun, effect: Effect, _definition: bytes) -> None:
    """Insert an activity that an ending leaves; it is no part of the run, which has ended."""
    values = effect.values
    opportunity, account, contact, owner = unit.connection.execute(
        "SELECT opportunity_id, account_id, contact_id, owner_id FROM process_run WHERE id = ?",
        (stored.run.key,),
    ).fetchone()
    insert(
        unit.connection,
        "activity",
        {
            "id": effect.key,
            "created_in": unit.change_set,
            "number": take_numbers(unit.connection, "activity"),
            "kind": values["type"],
            "name": values["name"],
            "topic": AFTER_SALE,
            "opportunity_id": opportunity,
            "account_id": account,
            "contact_id": contact,
            "owner_id": getattr(values["owner"], "key", b"") or owner,
            "due_at": to_utc_text(values["due_at"]),
            "state": "open",
        },
    )


def cancel_after_sale(unit: UnitOfWork, opportunity: bytes, reason: str) -> int:
    """Cancel the open activities that an ending left; return how many there were."""
    done = unit.connection.execute(
        "UPDATE activity SET state = 'canceled', result = 'canceled', text = ?, closed_at = ?,"
        " closed_by = ?, version = version + 1"
        " WHERE opportunity_id = ? AND topic = ? AND run_id IS NULL AND state = 'open'",
        (reason, unit.now_text, unit.login, opportunity, AFTER_SALE),
    )
    return done.rowcount


def _close_activity(
    unit: UnitOfWork, _stored: StoredRun, effect: Effect, _definition: bytes
) -> None:
    update(
        unit.connection,
        "activity",
        effect.key,
        {
            "state": effect.values["state"],
            "result": effect.values["result"],
            "text": effect.values["reason"] or None,
            "closed_at": unit.now_text,
            "closed_by": unit.login,
        },
    )


def _move_activity(
    unit: UnitOfWork, _stored: StoredRun, effect: Effect, _definition: bytes
) -> None:
    moments = {name: to_utc_text(at) if at else None for name, at in effect.values.items()}
    zone = {"zone": unit.zone} if moments.get("starts_at") else {}
    update(unit.connection, "activity", effect.key, moments | zone)


def _consume(unit: UnitOfWork, _stored: StoredRun, effect: Effect, _definition: bytes) -> None:
    update(unit.connection, "activity", effect.key, {"consumed_by_id": effect.values["by"]})


def _change_run(unit: UnitOfWork, _stored: StoredRun, effect: Effect, _definition: bytes) -> None:
    is_over = effect.values["state"] != "running"
    change(
        unit,
        effect.key,
        state=effect.values["state"],
        reason=effect.values["reason"],
        ended_at=unit.now_text if is_over else None,
    )


_WRITERS = {
    "enter_stage": _enter_stage,
    "end_stage": _end_stage,
    "leave_stage": _leave_stage,
    "open_step": _open_step,
    "close_step": _close_step,
    "snooze_step": _snooze_step,
    "create_activity": _create_activity,
    "follow_up": _follow_up,
    "close_activity": _close_activity,
    "move_activity": _move_activity,
    "consume": _consume,
    "change_run": _change_run,
}


def _open_visit(connection: sqlite3.Connection, run: bytes) -> bytes:
    row = connection.execute(
        "SELECT id FROM stage_visit WHERE run_id = ? AND left_at IS NULL AND voided_by_id IS NULL",
        (run,),
    ).fetchone()
    key: bytes = row[0]
    return key
