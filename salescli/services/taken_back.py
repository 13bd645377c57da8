"""Answers to a sale that an undo has taken back meanwhile: by whom, and what begins it again."""

from typing import Any

from salescli.domain.fields import SALE_FIELDS
from salescli.domain.reference import handle, parse_handle
from salescli.domain.text import shell_word
from salescli.errors import ChangedMeanwhileError
from salescli.services.answers import Answers
from salescli.services.meanwhile import by_whom, kept, stands_now
from salescli.services.sale import Sale
from salescli.services.sessions import setting
from salescli.services.targets import reference_of
from salescli.services.values import plain
from salescli.store import departed, records
from salescli.store.audit import State
from salescli.store.unit_of_work import UnitOfWork
from salescli.store.values import from_draft

_SUBJECTS = ("opportunity", "lead")


def taken_back(
    unit: UnitOfWork, reference: str, answers: Answers, text: str
) -> ChangedMeanwhileError | None:
    """Return the refusal of answers to a sale, or a part of it, that is gone; None if none is."""
    parsed = parse_handle(reference)
    match = departed.by_number(unit.connection, *parsed) if parsed else None
    run = departed.run_of(unit.connection, match) if match else None
    if match is None or run is None:
        return None
    removal = departed.removal(unit.connection, match)
    what = f"`{match.reference}` {match.name}".rstrip()
    told = f"{what} was taken back by an undo meanwhile, by {by_whom(unit, removal)}"
    if not departed.is_undone(unit.connection, run):
        sale = Sale(unit, run)
        again = kept(reference_of(sale), answers.assignments, text)
        return ChangedMeanwhileError(told, hint=stands_now(sale), kept=again)
    return ChangedMeanwhileError(
        told,
        hint=f"to have it again: `sales undo {handle('change_set', removal.number)}`; see what"
        f" happened: `sales log {match.reference}`",
        kept=_begun_again(unit, run, answers, text),
    )


def _begun_again(unit: UnitOfWork, run: bytes, answers: Answers, text: str) -> str:
    """Return the command that starts an undone sale once more, with all that was typed for it."""
    if not (answers.assignments or text):
        return ""
    state = departed.run_before_undo(unit.connection, run)
    typed = _drafted(unit, state) | dict(_split(assignment) for assignment in answers.assignments)
    subject = _subject(unit, state)
    if not subject and (company := typed.pop("account", "") or state["subject"]):
        subject = ("account", company)
    words = ["sales", "run-process", state["definition_key"]]
    words += [f"--{subject[0]}", subject[1]] if subject else []
    for name, value in typed.items():
        words += ["--set", f"{name}={value}"]
    command = " ".join(shell_word(word) for word in words)
    sale = shell_word(subject[1]) if subject else "REF"
    return f"{command} && sales note {sale} {shell_word(text)}" if text else command


def _subject(unit: UnitOfWork, state: State) -> tuple[str, str] | tuple[()]:
    """Return the option and handle of the record that an undone sale had begun with, if any."""
    for noun in _SUBJECTS:
        key = state[f"{noun}_id"]
        if key and records.exists(unit.connection, noun, key):
            return noun, records.load(unit.connection, noun, key).reference
    return ()


def _drafted(unit: UnitOfWork, state: State) -> dict[str, str]:
    """Return the fields that had been typed when an undone sale began."""
    import json

    drafted: dict[str, Any] = json.loads(state["draft"])
    currency = setting(unit, "currency")
    values = {
        name: plain(SALE_FIELDS[name], from_draft(SALE_FIELDS[name], value), currency=currency)
        for name, value in drafted.items()
        if name in SALE_FIELDS and value is not None
    }
    return {
        name: ", ".join(value) if isinstance(value, list) else str(value)
        for name, value in values.items()
    }


def _split(assignment: str) -> tuple[str, str]:
    name, _equals, value = assignment.partition("=")
    return name.strip().replace("-", "_"), value
