"""The names that a definition may use, and the check of each place that uses one."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from salescli.domain import fields as kinds
from salescli.domain.fields import SALE_FIELDS
from salescli.domain.process import condition
from salescli.domain.process.condition import Condition
from salescli.domain.process.spec import CANCELED, POSTPONED, Link, ProcessSpec, StageSpec
from salescli.domain.process.table import KeyPath, Problems, listed, quoted
from salescli.domain.text import key

FACTS = {
    "divisions": kinds.INTEGER,
    "division.head": kinds.USER,
    "owner.manager": kinds.USER,
    "me": kinds.USER,
    "stakeholders": kinds.NAMES,
}
"""What a process may ask about beside the fields.

How many divisions there are; the head of the sale's division; whom its owner reports to; whoever
is at work; the people of the sale; each with its kind. Conditions also know `result.STEP` and
`activity.TOPIC`.
"""

MOST_SHOWN = 10

_LINK = re.compile(r"https?://[^\s/?#]+\S*|mailto:\S+@\S+|kb:\s*\S.*")
"""A web address, a mail address, or a document of the knowledge base."""


class Known:
    """The known names, and the problems with the others."""

    def __init__(self, spec: ProcessSpec, fields: Collection[str], problems: Problems) -> None:
        self.problems = problems
        self.fields = frozenset(fields)
        self.facts = self.fields | FACTS.keys()
        self.stages = [stage.id for stage in spec.stages if stage.id]
        self.topics = [activity.id for activity in spec.activities]

    def check_stage(self, path: KeyPath, name: str) -> None:
        """Check a name of a stage."""
        if name and name not in self.stages:
            message = f"there is no stage {quoted(name)}"
            self.problems.note_unknown(path, message, name, self.stages)

    def check_topic(self, path: KeyPath, topic: str) -> None:
        """Check a topic, which is the name of an activity outside the stages."""
        if topic and topic not in self.topics:
            message = f"there is no activity {quoted(topic)}"
            self.problems.note_unknown(path, message, topic, self.topics)

    def check_field(self, path: KeyPath, field: str) -> None:
        """Check a field that is filled or that a time follows."""
        if field and field not in self.fields:
            message = f"there is no field {quoted(field)}"
            self.problems.note_unknown(path, message, field, self.fields)

    def check_shown(self, path: KeyPath, name: str) -> None:
        """Check a field or fact that is to be in sight."""
        if name and name not in self.facts:
            message = f"there is no field or fact {quoted(name)}"
            self.problems.note_unknown(path, message, name, self.facts)

    def check_value(self, path: KeyPath, value: str) -> None:
        """Check a value: a name with a dot has to be a fact, any other word may be itself."""
        name = value.removeprefix("opportunity.")
        if "." in value and name not in self.facts:
            message = f"there is no field or fact {quoted(value)}"
            self.problems.note_unknown(path, message, name, self.facts)

    def check_kind(self, path: KeyPath, value: str, kind: str) -> None:
        """Check that a value can be of a kind: a fact of that kind, or a text where one will do."""
        name = value.removeprefix("opportunity.")
        known = SALE_FIELDS[name].kind if name in SALE_FIELDS else FACTS.get(name)
        free = kind in {kinds.TEXT, kinds.LONG_TEXT, kinds.CHOICE, kinds.EMAIL}
        if value and known != kind and not (free and known is None):
            alike = [n for n, of in FACTS.items() if of == kind]
            alike += [n for n, field in SALE_FIELDS.items() if field.kind == kind]
            hint = f"it can be {listed(alike[:MOST_SHOWN])}" if alike else ""
            self.problems.note(path, f"{quoted(value)} is no {kind}", hint)

    def check_assignee(self, path: KeyPath, value: str) -> None:
        """Check whom an activity is given to."""
        self.check_value(path, value)
        if "." not in value:
            self.check_kind(path, value, kinds.USER)

    def check_links(self, path: KeyPath, links: Sequence[Link]) -> None:
        """Check where links lead; whether the knowledge base has the document is known later."""
        for place, link in enumerate(links):
            if link.to and not _LINK.fullmatch(link.to):
                hint = "write `https://...`, or `kb:` and the name of a document"
                self.problems.note(
                    (*path, "links", place, "to"), f"{quoted(link.to)} is no address", hint
                )

    def check_condition(self, path: KeyPath, test: Condition | None, stage: StageSpec) -> None:
        """Check the facts that a condition of a stage asks for, and the results it waits for."""
        if test is None:
            return
        results = {f"result.{step.id}": step for step in stage.steps if step.id}
        known = {*self.facts, *results, *(f"activity.{topic}" for topic in self.topics)}
        for field in sorted(condition.fields(test) - known):
            message = f"the condition asks for {quoted(field)}, which is not known"
            self.problems.note_unknown(path, message, field, known)
        for field, value in _compared(test):
            step = results.get(field)
            offered = {*step.on, CANCELED, POSTPONED} if step else set()
            if step and key(value) not in offered:
                message = f"step {quoted(step.id)} never has the result {quoted(value)}"
                hint = (
                    f"its results are {listed(step.results[:MOST_SHOWN])}" if step.results else ""
                )
                self.problems.note(path, message, hint)


class _Comparison(NamedTuple):
    field: str
    value: str


def _compared(test: Condition) -> Iterator[_Comparison]:
    operator, *operands = test
    if operator in condition.JOINING:
        for part in operands:
            yield from _compared(part)
    elif operator in ("=", "!="):
        yield _Comparison(operands[0], operands[1])
    elif operator == "in":
        for value in operands[1]:
            yield _Comparison(operands[0], value)
