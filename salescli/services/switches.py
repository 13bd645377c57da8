"""Whether a process may be started: running sales go on, new ones do not begin."""

from salescli.domain.text import clean
from salescli.errors import RuleError
from salescli.services.processes import process_id
from salescli.services.sessions import setting
from salescli.store import definitions
from salescli.store.unit_of_work import UnitOfWork


def may_start(unit: UnitOfWork) -> bool:
    """Say whether sales may start by the process that this store's sales run."""
    with unit.reading():
        return definitions.reason_against(unit.connection, setting(unit, "process")) is None


def enable(unit: UnitOfWork, name: str, reason: str = "") -> str:
    """Let a process be started again; return its id.

    Raises:
        RuleError: it may be started already.
    """
    with unit:
        process = process_id(unit, name)
        if definitions.reason_against(unit.connection, process) is None:
            raise RuleError(
                f"`{process}` is enabled already", hint=f"start it: `sales run-process {process}`"
            )
        definitions.switch(unit, process, is_enabled=True, reason=clean(reason))
    return process


def disable(unit: UnitOfWork, name: str, reason: str) -> str:
    """Let no new sale start by a process; return its id.

    Raises:
        RuleError: it is disabled already.
    """
    with unit:
        process = process_id(unit, name)
        against = definitions.reason_against(unit.connection, process)
        if against is not None:
            raise RuleError(
                f"`{process}` is disabled already" + (f" ({against})" if against else ""),
                hint=f"let it be started again: `sales process enable {process}`",
            )
        definitions.switch(unit, process, is_enabled=False, reason=clean(reason))
    return process
