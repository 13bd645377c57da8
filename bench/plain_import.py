"""For comparison only: the rows of a CSV file straight into the tables, checked by nobody."""

import csv
import sqlite3
import sys
from pathlib import Path

from uuid_utils import uuid7

CURRENT = "UPDATE current_change_set SET change_set_id = ?"


def main(home: str, file: str) -> None:
    """Insert accounts and opportunities with their change set, in one transaction."""
    connection = sqlite3.connect(Path(home) / "sales.db", isolation_level=None)
    connection.executescript("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    change_set = uuid7().bytes
    connection.execute(
        "INSERT INTO change_set (id, number, at, login, front_end, command)"
        " SELECT ?, max(number) + 1, at, login, front_end, command FROM change_set",
        (change_set,),
    )
    connection.execute(CURRENT, (change_set,))
    accounts: dict[str, bytes] = {}
    opportunities: list[tuple[object, ...]] = []
    with Path(file).open(encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        next(rows)
        for number, (name, account, amount, close_date, stage) in enumerate(rows):
            owner = accounts.setdefault(account, uuid7().bytes)
            opportunities.append(
                (
                    *(uuid7().bytes, change_set, 10_000_000 + number, name, name.casefold()),
                    *(owner, stage, "2026-11-23", int(amount) * 100, "EUR", close_date),
                    *("2026-11-23", "2026-11-23", name),
                )
            )
    connection.executemany(
        "INSERT INTO account (id, created_in, number, name, name_key) VALUES (?, ?, ?, ?, ?)",
        (
            (key, change_set, 10_000_000 + number, name, name.casefold())
            for number, (name, key) in enumerate(accounts.items())
        ),
    )
    connection.executemany(
        "INSERT INTO opportunity (id, created_in, number, name, name_key, account_id, stage,"
        " stage_since, amount, currency, close_date, created_at, updated_at, external_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        opportunities,
    )
    connection.execute(CURRENT, (None,))
    connection.execute("COMMIT")


if __name__ == "__main__":
    main(*sys.argv[1:])
