"""Users, who reports to whom, divisions and their heads."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from salescli.domain.fields import Reference
from salescli.errors import RuleError
from salescli.store import organization as rows
from salescli.store import records
from salescli.store.records import Match, Record
from salescli.store.unit_of_work import UnitOfWork

_CYCLES = {
    "user": (
        "Nobody can report to themselves, not even through others",
        "see who reports to whom: `sales org tree`",
    ),
    "account": (
        "An account cannot be its own parent, not even through others",
        "see its parent: `sales account show REF`; `--parent ''` takes one away",
    ),
}


class Person(NamedTuple):
    """A user in the tree: how deep below the top, and what they head."""

    depth: int
    login: str
    name: str
    heads: tuple[str, ...]
    division: str
    is_active: bool


def tree(unit: UnitOfWork) -> list[Person]:
    """Return the users from the top down, each below the one they report to."""
    with unit.reading():
        users = records.select(unit.connection, "user", "ORDER BY t.login")
        divisions = records.select(unit.connection, "division", "ORDER BY t.name")
    heads: dict[str, list[str]] = {}
    for division in divisions:
        if division.values["head"]:
            heads.setdefault(division.values["head"], []).append(division.name)
    below: dict[str, list[Record]] = {}
    for user in users:
        below.setdefault(user.values["manager"] or "", []).append(user)
    return list(_below("", 0, below, heads))


def _below(
    login: str, depth: int, below: dict[str, list[Record]], heads: dict[str, list[str]]
) -> Iterator[Person]:
    for user in below.get(login, ()):
        yield Person(
            depth,
            user.reference,
            user.values["name"],
            tuple(heads.get(user.reference, ())),
            user.values["division"] or "",
            user.values["active"],
        )
        yield from _below(user.reference, depth + 1, below, heads)


def refuse_cycle(unit: UnitOfWork, noun: str, key: bytes, above: bytes) -> None:
    """Refuse a manager who reports, or a parent that belongs, to the record; through others too."""
    seen: bytes | None = above
    while seen is not None:
        if seen == key:
            message, hint = _CYCLES[noun]
            raise RuleError(message, hint=hint)
        seen = rows.above(unit.connection, noun, seen)


def require_active(unit: UnitOfWork, user: Reference, *, role: str = "the owner of a sale") -> None:
    """Refuse an owner, or whoever else has to act, who is not an active user."""
    if not records.load(unit.connection, "user", user.key).values["active"]:
        raise RuleError(
            f"`{user}` is not active, and {role} has to be",
            hint=f"name another user, or take this one back: sales user edit {user} --active yes",
        )


def require_active_people(unit: UnitOfWork, noun: str, values: Mapping[str, Any]) -> None:
    """Refuse a record's new head or owner who is not an active user."""
    owned = "a sale" if noun == "opportunity" else f"the {noun}"
    for field, role in (("head", "the head of a division"), ("owner", f"the owner of {owned}")):
        if values.get(field):
            require_active(unit, values[field], role=role)


def refuse_leaving_head(unit: UnitOfWork, user: bytes) -> None:
    """Refuse to deactivate a user who heads a division."""
    headed = rows.division_headed_by(unit.connection, user)
    if headed:
        name, slug = headed
        raise RuleError(
            f"That user heads the division {name}",
            hint=f"name another head first: sales division edit {slug} --head LOGIN",
        )


def refuse_with_open_work(unit: UnitOfWork, division: Match) -> None:
    """Refuse to remove a division that open sales or active users belong to."""
    open_sales, people = rows.work_of_division(unit.connection, division.key)
    if open_sales or people:
        raise RuleError(
            f"`{division.reference}` still has {_count(open_sales, 'open sale')}"
            f" and {_count(people, 'user')}",
            hint="move them first: sales opportunity edit OPP-... --division OTHER",
        )


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
