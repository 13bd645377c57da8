"""Finds the record that a person means by a handle, a number or some words of a name."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from salescli.domain.fields import Reference
from salescli.domain.reference import bare_number, handle, parse_handle
from salescli.domain.text import clean, few, nearest
from salescli.domain.text import key as text_key
from salescli.errors import DecisionNeededError, NotFoundError
from salescli.store import records, search
from salescli.store.records import Match
from salescli.store.unit_of_work import UnitOfWork

NAMED = 5
"""So many matches a refusal names."""


class SeveralMatchesError(DecisionNeededError):
    """Several records match; a terminal can ask which of `matches` is meant."""

    def __init__(self, text: str, matches: Sequence[Match]) -> None:
        named = few([f"`{match.reference}` {match.name}" for match in matches], NAMED)
        super().__init__(
            f"`{text}` matches {len(matches)} records",
            hint=f"name one by its handle: {named}",
            choices=tuple(match.reference for match in matches),
        )
        self.text = text
        self.matches = tuple(matches)


class Target(NamedTuple):
    """What a daily verb works on: a sale (its run, its opportunity or both) or one activity."""

    run: bytes | None = None
    opportunity: bytes | None = None
    activity: bytes | None = None
    lead: bytes | None = None
    account: bytes | None = None
    contact: bytes | None = None


def find(unit: UnitOfWork, noun: str, text: str) -> Match:
    """Return the record of one noun that `text` means.

    Raises:
        NotFoundError: no record matches.
        SeveralMatchesError: more than one does.
    """
    text = clean(text)
    number = _number(noun, text)
    if number is not None:
        match = records.by_number(unit.connection, noun, number)
        if match is None:
            raise NotFoundError(
                f"There is no {noun} `{handle(noun, number)}`",
                hint=f"see them with `sales {noun} list --all`",
            )
        return match
    exact = records.by_label(unit.connection, noun, text)
    if len(exact) == 1:
        return exact[0]
    matches = exact or search.by_words(unit.connection, noun, text)
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise SeveralMatchesError(text, matches)
    raise _unknown(unit, noun, text)


def reference(unit: UnitOfWork, noun: str, text: str) -> Reference:
    """Return a reference value for a field: the record's name and key."""
    match = find(unit, noun, text)
    label = match.reference if noun == "opportunity" else match.name
    return Reference(match.reference if noun in records.LABELS else label, match.key)


def user(unit: UnitOfWork, login: str) -> Reference:
    """Return the user that a login or `me` means; who acts is one from their first change on.

    Raises:
        NotFoundError: there is no such user.
    """
    if login in {"me", unit.login}:
        return Reference(unit.login, unit.user_id)
    return reference(unit, "user", login)


def target(unit: UnitOfWork, text: str) -> Target:
    """Return the sale, activity, lead or account that a daily verb is given.

    Words are looked for among my open opportunities, by their own or their account's name, then
    among all open ones, then among running sales without an opportunity, then among closed ones.

    Raises:
        NotFoundError: nothing matches.
        SeveralMatchesError: more than one sale matches.
    """
    text = clean(text)
    parsed = parse_handle(text)
    if parsed:
        return _by_handle(unit, *parsed, text)
    matches = search.open_sales(unit.connection, text, unit.user_id)
    matches = matches or search.by_words(unit.connection, "opportunity", text)
    matches = matches or search.ended_runs(unit.connection, text)
    if not matches:
        raise NotFoundError(
            f"No sale matches `{text}`",
            hint="see them with `sales opportunity list --all`",
        )
    if len(matches) > 1:
        raise SeveralMatchesError(text, matches)
    match = matches[0]
    if match.noun == "run":
        return Target(run=match.key)
    return Target(run=search.run_of(unit.connection, match.key), opportunity=match.key)


def made(
    unit: UnitOfWork,
    noun: str,
    new: Reference,
    *,
    account: Reference | None,
    owner: Reference | None,
    **details: Any,
) -> tuple[Reference, list[str]]:
    """Return the record that a new name means, and what to say of it.

    The first or last name of somebody known at the account means them; any other is made.

    Raises:
        RuleError: it may mean several people of the account.
    """
    if noun == "contact" and account and account.key:
        from salescli.store import people

        known = people.known(unit.connection, account, str(new))
        if known is not None:
            return Reference(known.name, known.key), people.meant(str(new), known)
        details["account"] = account
    values = {"name": str(new), "owner": owner} | details
    match = records.add(unit, noun, values)
    return Reference(match.name, match.key), [added(unit, match)]


def added(unit: UnitOfWork, new: Match) -> str:
    """Say that a record was made, and which known one may have been meant instead."""
    sentence = f"Added {new.noun} `{new.reference}` {new.name}"
    like = [m for m in search.by_words(unit.connection, new.noun, new.name) if m.key != new.key]
    if not like:
        return sentence
    return (
        f"{sentence}; if you meant `{like[0].reference}` {like[0].name}, undo and give its handle"
    )


def _by_handle(unit: UnitOfWork, noun: str, number: int, text: str) -> Target:
    row = search.target_row(unit.connection, noun, number)
    if row is None:
        plural = {"run": "sales process log", "document": "sales kb list"}.get(
            noun, f"sales {noun} list --all"
        )
        raise NotFoundError(f"There is no `{text.upper()}`", hint=f"see them with `{plural}`")
    return Target(**row)


def _number(noun: str, text: str) -> int | None:
    parsed = parse_handle(text)
    if parsed:
        if parsed[0] != noun:
            raise NotFoundError(
                f"`{text.upper()}` is {_article(parsed[0])}, and {_article(noun)} is wanted here",
                hint=f"see them with `sales {noun} list --all`",
            )
        return parsed[1]
    return bare_number(text) if noun in records.NUMBERED else None


def _article(noun: str) -> str:
    noun = noun.replace("_", " ")
    return f"an {noun}" if noun[0] in "aeio" else f"a {noun}"


def _unknown(unit: UnitOfWork, noun: str, text: str) -> NotFoundError:
    names = search.labels(unit.connection, noun)
    near = nearest(text_key(text), {text_key(name): name for name in names}.keys())
    originals = {text_key(name): name for name in names}
    if near:
        hint = "did you mean " + ", ".join(f"`{originals[name]}`" for name in near) + "?"
    else:
        hint = f"see them with `sales {noun} list`, or add one with `sales {noun} add`"
    return NotFoundError(f"There is no {noun} `{text}`", hint=hint)
