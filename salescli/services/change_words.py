"""Tells in a few words what a change set did: for a notice, where the log tells field by field.

What somebody meant to do stands for all that came of it: a completed activity for its step, a sale
that was moved for the activities that this canceled.
"""

import shlex
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import NamedTuple

from salescli.domain.fields import NOUNS, SALE_FIELDS
from salescli.domain.labels import say_result
from salescli.domain.reference import parse_handle
from salescli.services import audit, stages
from salescli.services.audit_words import FieldChange, RecordChange, Words
from salescli.services.meanwhile import step_name
from salescli.services.sale import Sale
from salescli.store import audit as audited
from salescli.store import change_sets
from salescli.store.audit import CHANGED, MADE, Touch
from salescli.store.change_sets import ChangeSet
from salescli.store.records import NUMBERED
from salescli.store.unit_of_work import UnitOfWork

LONGEST = 30
"""Of a longer name or value only the beginning is told."""

FIELDS = 2
"""So many fields are told."""

SHELL = "sales"
"""How a command of the shell begins; what was done to several on the board is told in words."""

MOST = 500
"""So many rows are looked at: an import can have made millions."""

BY_CHOICE = (
    *("note", "stakeholder", "opportunity_line", "competitor", "condition", "participant"),
    *("attachment", "opportunity", "process_run", "lead", "activity", "contact", "account"),
)
"""Tables in the order in which a change of them was meant; what comes later came with it."""

VERBS = {"made": "added", "changed": "changed", "deleted": "removed"}


class Changed(NamedTuple):
    """A row that was touched, and what was done to it."""

    touch: Touch
    told: RecordChange

    @property
    def fields(self) -> Mapping[str, FieldChange]:
        """What was done to each of its fields."""
        return self.told.fields

    def became(self, field: str) -> object:
        """Return the new value of a field that was changed, else None."""
        return self.fields[field].new if field in self.fields else None


def of(unit: UnitOfWork, reference: str) -> str:
    """Return what a change set did, and to which record; of an undo, what it has taken back.

    Raises:
        NotFoundError: there is no such change set.
    """
    with unit.reading():
        found = audit.change_set_named(unit, reference)
        while found.undoes is not None:
            undone = change_sets.by_number(unit.connection, found.undoes)
            assert undone is not None, "what was undone is in the history"
            found = undone
        return _Teller(unit, found).told()


class _Teller:
    """Tells of one change set."""

    def __init__(self, unit: UnitOfWork, change_set: ChangeSet) -> None:
        self._unit = unit
        self._change_set = change_set
        self._words = Words(unit, now=unit.now)
        self._stages = stages.names(unit)
        touched = islice(audited.touched(unit.connection, change_set.key), MOST)
        self._touched = list(touched)

    def told(self) -> str:
        """Return what was meant, in the first way in which it can be told."""
        ways: tuple[Callable[[], str], ...] = (
            *(
                self._together,
                self._completed,
                self._moved,
                self._begun,
                self._entered,
                self._canceled,
            ),
            *(self._answered, self._changed),
        )
        return next(filter(None, (way() for way in ways)), self._change_set.command)

    def _of(self, table: str, operation: str) -> Iterable[Changed]:
        for touch in self._touched:
            if (touch.table, touch.operation) == (table, operation):
                change_set = self._change_set
                yield Changed(touch, self._words.tell(change_set.key, change_set.number, touch))

    def _together(self) -> str:
        """Tell of a change of several at once by its command, or by its words on the board."""
        command = self._change_set.command
        if command.partition(" ")[0] != SHELL:
            return command
        try:
            words = shlex.split(command)
        except ValueError:
            return ""
        are_several = len(words) > 3 and all(parse_handle(word) for word in words[2:4])
        return f"`{' '.join(words[1:])}`" if are_several else ""

    def _completed(self) -> str:
        for one in self._of("activity", CHANGED):
            if one.became("state") == "done":
                result = say_result(str(one.became("result") or ""))
                return f"completed {self._named(one)}" + (f": {result}" if result else "")
        return ""

    def _begun(self) -> str:
        for one in self._of("process_run", MADE):
            return f"began {self._sale(one.touch.key)}"
        return ""

    def _moved(self) -> str:
        for one in self._of("opportunity", CHANGED):
            if stage := one.became("stage"):
                return f"moved {self._named(one)} to {self._stages.get(str(stage), stage)}"
        return ""

    def _entered(self) -> str:
        """Tell of a sale that has no opportunity yet and was moved."""
        for one in self._of("stage_visit", MADE):
            stage = str(one.became("stage"))
            return f"moved {self._sale_of(one)} to {self._stages.get(stage, stage)}"
        return ""

    def _canceled(self) -> str:
        for one in self._of("activity", CHANGED):
            if one.became("state") == "canceled":
                verb = "postponed" if self._is_command("postpone") else "canceled"
                return f"{verb} {self._named(one)}"
        return ""

    def _is_command(self, verb: str) -> bool:
        return self._change_set.command.split()[:2] == [SHELL, verb]

    def _answered(self) -> str:
        """Tell of a step that is no activity."""
        for one in self._of("step_visit", CHANGED):
            if one.became("state") == "done":
                step = step_name(Sale(self._unit, self._run_of(one)), one.told.name)
                return f"answered `{_short(step)}` of {self._sale_of(one)}"
        return ""

    def _changed(self) -> str:
        """Tell of the record that was meant, with its fields where it was there before."""
        tables = [touch.table for touch in self._touched]
        meant = [*(table for table in BY_CHOICE if table in tables), *tables]
        for table in meant[:1]:
            for operation in (CHANGED, MADE, audited.DELETED):
                for one in self._of(table, operation):
                    others = self._others(one.touch)
                    return f"{VERBS[operation]} {self._named(one)}{others}" + self._from_to(one)
        return ""

    def _others(self, touch: Touch) -> str:
        """Return how many other rows had the same done to them; unless not all were looked at."""
        if len(self._touched) == MOST:
            return " and more"
        alike = [(one.table, one.operation) for one in self._touched]
        count = alike.count((touch.table, touch.operation)) - 1
        return f" and {count} more" if count else ""

    def _from_to(self, one: Changed) -> str:
        """Return the fields of a record that was changed, from what to what, or a note's text."""
        if one.touch.table == "note":
            return f": {_short(one.became('text'))}" if one.became("text") else ""
        if one.touch.operation != CHANGED:
            return ""
        known = {field.name for field in NOUNS.get(one.touch.table, ())} | SALE_FIELDS.keys()
        fields = [one.fields[name] for name in one.fields if name in known]
        fields = fields or list(one.fields.values())
        told = [f"{field.label} {_short(field.old)} → {_short(field.new)}" for field in fields]
        more = f", and {len(told) - FIELDS} more" if len(told) > FIELDS else ""
        return f": {', '.join(told[:FIELDS])}{more}" if told else ""

    def _named(self, one: Changed) -> str:
        """Return what a record is called: by its handle and name, or as a part of its sale."""
        touch, told = one.touch, one.told
        if touch.table == "process_run":
            return self._sale(touch.key)
        name = _short(told.name) if told.name else ""
        if touch.table in NUMBERED:
            return f"`{told.record}` {name}"
        noun = touch.table.replace("_", " ").removeprefix("opportunity ")
        record = f"`{told.record}`" if told.record else ""
        if parse_handle(told.record):
            return " ".join(filter(None, (noun, name, "of", record)))
        return " ".join(filter(None, (noun, record, name)))

    def _sale(self, run: bytes) -> str:
        return self._words.place(("process_run", run), run)

    def _sale_of(self, one: Changed) -> str:
        return self._sale(self._run_of(one))

    def _run_of(self, one: Changed) -> bytes:
        state = audited.last_known(self._unit.connection, one.touch.table, one.touch.key)
        assert state is not None, "a row that was touched was there"
        run: bytes = state["run_id"]
        return run


def _short(value: object) -> str:
    text = " ".join(str("nothing" if value is None else value).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
