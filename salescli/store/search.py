"""Finds records by words of their names, and what a handle of any noun stands for."""

import sqlite3
from itertools import islice
from typing import Any

from salescli.domain.reference import handle
from salescli.domain.text import company_words, is_like_company, words_match
from salescli.domain.text import key as text_key
from salescli.store.records import NUMBERED, Match, label_column

LIMIT = 20
"""More matches than this help nobody."""

TARGETS = {
    "opportunity": (
        "SELECT o.id AS opportunity, (SELECT r.id FROM process_run r WHERE r.opportunity_id = o.id"
        " ORDER BY r.state = 'running' DESC, r.number DESC LIMIT 1) AS run"
        " FROM opportunity o WHERE o.number = ?"
    ),
    "run": (
        "SELECT id AS run, opportunity_id AS opportunity FROM process_run"
        " WHERE number = ? AND voided_by_id IS NULL"
    ),
    "activity": (
        "SELECT a.id AS activity, coalesce(a.run_id, (SELECT r.id FROM process_run r"
        " WHERE r.opportunity_id = a.opportunity_id ORDER BY r.state = 'running' DESC,"
        " r.number DESC LIMIT 1)) AS run, a.opportunity_id AS opportunity,"
        " a.account_id AS account FROM activity a WHERE a.number = ?"
    ),
    "lead": (
        "SELECT l.id AS lead, l.opportunity_id AS opportunity, (SELECT r.id FROM process_run r"
        " WHERE r.lead_id = l.id ORDER BY r.number DESC LIMIT 1) AS run"
        " FROM lead l WHERE l.number = ?"
    ),
    "account": "SELECT id AS account FROM account WHERE number = ?",
    "contact": "SELECT id AS contact, account_id AS account FROM contact WHERE number = ?",
}


def target_row(connection: sqlite3.Connection, noun: str, number: int) -> dict[str, Any] | None:
    """Return the keys of the records that a handle leads to, by noun."""
    statement = TARGETS.get(noun)
    row = connection.execute(statement, (number,)).fetchone() if statement else None
    return dict(row) if row else None


def run_of(connection: sqlite3.Connection, opportunity: bytes) -> bytes | None:
    """Return the newest run of an opportunity, a running one first."""
    row = connection.execute(
        "SELECT id FROM process_run WHERE opportunity_id = ?"
        " ORDER BY state = 'running' DESC, number DESC LIMIT 1",
        (opportunity,),
    ).fetchone()
    return row[0] if row else None


def by_words(connection: sqlite3.Connection, noun: str, text: str) -> list[Match]:
    """Return the records whose name has a word that begins with each word of `text`."""
    words = text_key(text).split()
    if not words or noun == "activity":
        return []
    column = "name_key" if noun in NUMBERED else f"lower({label_column(noun)})"
    number = "number" if noun in NUMBERED else label_column(noun)
    rows = connection.execute(
        f'SELECT id, {number}, name, {column} FROM "{noun}" WHERE id IN'
        f' (SELECT id FROM "{noun}" WHERE instr({column}, ?) > 0) ORDER BY {number}',
        (max(words, key=len),),
    )
    found = [row for row in rows if words_match(text_key(text), row[3])]
    return [
        Match(noun, row[0], handle(noun, row[1]) if noun in NUMBERED else row[1], row[2])
        for row in found[:LIMIT]
    ]


def alike_accounts(connection: sqlite3.Connection, name: str, limit: int) -> list[Match]:
    """Return the accounts whose name may mean the same company, the oldest first."""
    words = [word for word in company_words(name) if word]
    if not words:
        return []
    shares = " OR ".join("instr(name_key, ?) > 0" for _ in words)
    rows = connection.execute(
        "SELECT id, number, name FROM account WHERE id IN (SELECT id FROM account"
        f" WHERE {shares} OR substr(name_key, 1, 2) = ?) ORDER BY number",
        (*words, text_key(name)[:2]),
    )
    alike = (row for row in rows if is_like_company(name, row[2]))
    return [
        Match("account", row[0], handle("account", row[1]), row[2]) for row in islice(alike, limit)
    ]


def open_sales(connection: sqlite3.Connection, text: str, me: bytes) -> list[Match]:
    """Return the open sales that words mean: mine first, else anybody's, else runs without one."""
    query = text_key(text)
    if not query:
        return []
    for owner in (me, None):
        found = _open_opportunities(connection, query, owner)
        if found:
            return found
    return _runs_without_one(connection, query, "state = 'running'")


def ended_runs(connection: sqlite3.Connection, text: str) -> list[Match]:
    """Return the sales that words mean and that ended before they had an opportunity."""
    query = text_key(text)
    return _runs_without_one(connection, query, "state <> 'running'") if query else []


def _runs_without_one(connection: sqlite3.Connection, query: str, clause: str) -> list[Match]:
    rows = connection.execute(
        "SELECT id, number, coalesce(subject, '') FROM process_run"
        f" WHERE {clause} AND opportunity_id IS NULL AND voided_by_id IS NULL"
    )
    return [
        Match("run", row[0], handle("run", row[1]), row[2])
        for row in rows
        if words_match(query, text_key(row[2]))
    ][:LIMIT]


def unmanaged(connection: sqlite3.Connection, account: bytes) -> list[Match]:
    """Return the open opportunities of an account that no running process guides."""
    rows = connection.execute(
        "SELECT o.id, o.number, o.name FROM opportunity o WHERE o.account_id = ?"
        " AND o.closed_at IS NULL AND NOT EXISTS (SELECT 1 FROM process_run r"
        "  WHERE r.opportunity_id = o.id AND r.state = 'running') ORDER BY o.number",
        (account,),
    ).fetchall()
    return [Match("opportunity", row[0], handle("opportunity", row[1]), row[2]) for row in rows]


def my_open_sales(connection: sqlite3.Connection, me: bytes, limit: int) -> list[Match]:
    """Return my open opportunities and my running sales without one, newest first."""
    opportunities = connection.execute(
        "SELECT id, number, name FROM opportunity WHERE owner_id = ? AND closed_at IS NULL"
        " ORDER BY number DESC LIMIT ?",
        (me, limit),
    ).fetchall()
    running = connection.execute(
        "SELECT id, number, coalesce(subject, 'New sale') FROM process_run WHERE owner_id = ?"
        " AND state = 'running' AND opportunity_id IS NULL ORDER BY number DESC LIMIT ?",
        (me, limit),
    ).fetchall()
    return [
        Match("opportunity", r[0], handle("opportunity", r[1]), r[2]) for r in opportunities
    ] + [Match("run", r[0], handle("run", r[1]), r[2]) for r in running]


def some(connection: sqlite3.Connection, noun: str, limit: int) -> list[Match]:
    """Return the newest records of a noun."""
    label = "number" if noun in NUMBERED else label_column(noun)
    rows = connection.execute(
        f'SELECT id, {label}, name FROM "{noun}" ORDER BY id DESC LIMIT ?',
        (limit,),
    ).fetchall()
    return [
        Match(noun, row[0], handle(noun, row[1]) if noun in NUMBERED else row[1], row[2])
        for row in rows
    ]


def labels(connection: sqlite3.Connection, noun: str) -> list[str]:
    """Return the names of up to 5,000 records, for guessing what was meant."""
    rows = connection.execute(f'SELECT {label_column(noun)} FROM "{noun}" LIMIT 5000')
    return [row[0] for row in rows]


_MINE = (
    "o.owner_id = :owner AND o.closed_at IS NULL"
    " AND (instr(o.name_key, :word) > 0 OR instr(a.name_key, :word) > 0)"
)
"""Mine are few, so each is looked at with its account."""

_ANYBODYS = (
    "o.id IN (SELECT p.id FROM opportunity p"
    " WHERE p.closed_at IS NULL AND instr(p.name_key, :word) > 0"
    " UNION ALL SELECT p.id FROM account b CROSS JOIN opportunity p"
    " WHERE p.account_id = b.id AND p.closed_at IS NULL AND instr(b.name_key, :word) > 0)"
)
"""The longest word narrows all of them down in the indexes of names; CROSS JOIN keeps SQLite from
reading every opportunity for its account instead."""


def _open_opportunities(
    connection: sqlite3.Connection, query: str, owner: bytes | None
) -> list[Match]:
    """Return the open opportunities that have the words in their own or their account's name.

    If exactly one of them, or its account, is called just so, that one is meant.
    """
    rows = connection.execute(
        "SELECT o.id, o.number, o.name, o.name_key || ' ' || coalesce(a.name_key, ''),"
        " o.name_key = :query OR a.name_key IS :query"
        " FROM opportunity o LEFT JOIN account a ON a.id = o.account_id"
        f" WHERE {_ANYBODYS if owner is None else _MINE} ORDER BY o.number",
        {"owner": owner, "word": max(query.split(), key=len), "query": query},
    )
    found = [row for row in rows if words_match(query, row[3])]
    exact = [row for row in found if row[4]]
    found = exact if len(exact) == 1 else found
    return [
        Match("opportunity", row[0], handle("opportunity", row[1]), row[2]) for row in found[:LIMIT]
    ]
