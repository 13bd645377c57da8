"""Opens the unit of work that a front end works with."""

import os
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from salescli.errors import UsageError
from salescli.store.engine import edition, is_new, open_connection, open_to_read
from salescli.store.unit_of_work import UnitOfWork

SETTINGS = {
    "me": "the login that your changes carry",
    "currency": "the currency of new amounts, as ISO 4217 code",
    "hints": "on or off: hints after each command",
    "lead-trigger": "on or off: a lead set to `Awaiting sale` starts its sale",
    "process": "the process that imported and new sales run",
    "stale-days": "working days without a sign of life in a stage that does not say how many",
    "stale-policy": "planned or activity: what keeps a sale from being stale",
    "backups": "how many copies of the store are kept of each kind; 0 makes none by itself",
}
"""What `sales config` can set, with its meaning."""

EDITION = 3
"""Counts up with each release that ships other texts of processes or compiles them otherwise."""

DEFAULTS = {
    "hints": "on",
    "lead-trigger": "on",
    "process": "corporate-sale",
    "stale-days": "10",
    "stale-policy": "planned",
    "backups": "7",
}


def open_unit(
    home: Path,
    *,
    clock: Callable[[], datetime],
    command: str = "",
    is_rehearsal: bool = False,
    is_read_only: bool = False,
    login: str = "",
) -> UnitOfWork:
    """Return the unit of work on the store in `home`; nothing is opened before its first use.

    Environment variables `SALES_ME`, `SALES_CURRENCY` and so on win over the stored settings; a
    `login` that is given wins over both.
    """
    variables = {name: f"SALES_{name.upper().replace('-', '_')}" for name in SETTINGS}
    overrides = {
        name: os.environ[variable]
        for name, variable in variables.items()
        if os.environ.get(variable)
    }
    if login:
        overrides["me"] = login
    unit = UnitOfWork(
        home,
        clock=clock,
        overrides=overrides,
        command=command,
        is_rehearsal=is_rehearsal,
        open_store=open_to_read
        if is_read_only
        else lambda folder: open_store(folder, clock, overrides, unit.remarks),
        prepare=_back_up_daily,
    )
    unit.is_read_only = is_read_only
    return unit


def open_store(
    home: Path,
    clock: Callable[[], datetime],
    overrides: Mapping[str, str] | None = None,
    remarks: list[str] | None = None,
) -> sqlite3.Connection:
    """Open the store; a new one gets the shipped processes in its first change set.

    An older one has its processes brought to this edition of the program; `remarks` tell of it.
    """
    connection = open_connection(home)
    is_first = is_new(connection)
    if is_first or (edition(connection) < EDITION and os.access(home, os.W_OK)):
        from salescli.services.shipped import bring_up, publish_shipped

        unit = UnitOfWork(
            home,
            clock=clock,
            overrides=overrides,
            command="first use" if is_first else "new edition of the processes",
            open_store=lambda _home: connection,
        )
        if is_first:
            with unit:
                publish_shipped(unit)
        elif remarks is not None:
            remarks += bring_up(unit)
        else:
            bring_up(unit)
    return connection


def _back_up_daily(unit: UnitOfWork) -> None:
    from salescli.store import daily

    if not unit.is_rehearsal and not daily.is_made(unit.connection, unit.home, unit.now):
        from salescli.services.backups import back_up_daily

        back_up_daily(unit)


def setting(unit: UnitOfWork, name: str) -> str:
    """Return a setting's value: of the environment, the store, or the default."""
    if name == "currency":
        from salescli.domain.money import known_currency

        return known_currency(unit.settings.get(name) or locale_currency())
    if name == "me":
        return unit.login
    value = unit.settings.get(name, DEFAULTS[name])
    if name == "process":
        _require_published(unit, value)
    return value


def _require_published(unit: UnitOfWork, process: str) -> None:
    from salescli.store.definitions import is_published

    if not is_published(unit.connection, process):
        raise UsageError(
            f"`{process}` is set as the process, and is not published",
            hint="see what is: `sales process list`; then `sales config process NAME`",
        )


def start_command(unit: UnitOfWork) -> str:
    """Return the command that starts the process which this store's sales run."""
    return f"sales run-process {setting(unit, 'process')}"


def locale_currency() -> str:
    """Return the currency of the user's locale, or USD where the locale names none."""
    import locale

    try:
        locale.setlocale(locale.LC_MONETARY, "")
    except locale.Error:
        return "USD"
    symbol = locale.localeconv()["int_curr_symbol"]
    return str(symbol).strip().upper() or "USD"
