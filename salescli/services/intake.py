"""Takes the tables of one import in: line by line as drafts, block by block into the store."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from salescli.domain import hierarchy
from salescli.domain.csv_text import Line
from salescli.domain.fields import CONTACT, NOUNS, REFERENCES
from salescli.domain.importing import (
    ACCOUNT_ID,
    BY_ID,
    CURRENCY,
    ID,
    PRODUCT,
    identity,
    reference_id,
)
from salescli.domain.text import key as text_key
from salescli.domain.text import slug
from salescli.services import sale as sales
from salescli.services.import_cells import CellReader
from salescli.services.import_columns import ColumnMaker
from salescli.services.import_references import NAMED, References
from salescli.services.import_rows import Draft, RowReader
from salescli.services.import_tables import Table
from salescli.services.sessions import setting
from salescli.store import definitions, records
from salescli.store import importing as store
from salescli.store.unit_of_work import UnitOfWork

BLOCK = 1000
"""Lines that are held in memory and written at once."""

_ABOVE = {"account": "parent", "user": "manager"}
"""The field by which a record stands below another one of its noun."""


class RowProblem(NamedTuple):
    """Why a line did not come in: the file, the line, the field (or all of it) and the reason."""

    file: str
    line: int
    field: str
    reason: str


class Intake:
    """One import: what has come in so far, and what could not.

    `take` each table of a noun and then `settle` the noun, in an order in which each noun comes
    after those that it refers to.
    """

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        newest = definitions.newest(unit.connection, setting(unit, "process"))
        assert newest is not None, "the setting `process` names a published process"
        self._cells = CellReader(unit, newest.spec)
        self._columns = ColumnMaker(unit, newest.spec)
        self._held: list[tuple[Table, Draft]] = []
        self._awaiting: list[bytes] = []
        self.added: Counter[str] = Counter()
        self.known: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.sums: Counter[str] = Counter()
        self.problems: list[RowProblem] = []
        self.started: list[str] = []
        self.references = References(unit, self.added)

    def take(self, table: Table) -> None:
        """Take the lines of a table in; records below others of their noun wait for `settle`."""
        reader = RowReader(table.columns, self._cells, setting(self._unit, "currency"))
        above = _ABOVE.get(table.columns.noun, "")
        lines = iter(table.lines)
        while block := list(islice(lines, BLOCK)):
            drafts = [
                draft for line in block if (draft := self._draft(table, reader, line)) is not None
            ]
            if above:
                self._held += [(table, draft) for draft in drafts if _superior(draft, above)]
                drafts = [draft for draft in drafts if not _superior(draft, above)]
            self._add(table, drafts)

    def settle(self) -> None:
        """Take the records in that stand below others, from the top down."""
        held, self._held = self._held, []
        if not held:
            return
        above = _ABOVE[held[0][0].columns.noun]
        ordered, circular = hierarchy.levels(
            [_called(draft) for _table, draft in held],
            [_superior(draft, above) for _table, draft in held],
        )
        for level in ordered:
            by_table: dict[int, list[Draft]] = {}
            for place in level:
                by_table.setdefault(id(held[place][0]), []).append(held[place][1])
            for table in {id(held[place][0]): held[place][0] for place in level}.values():
                self._add(table, by_table[id(table)])
        for place in circular:
            table, draft = held[place]
            self._skip(table, draft.line, above, "stands above itself, through however many others")

    def start_awaited_sales(self) -> None:
        """Start the sales of the leads that await one."""
        for key in self._awaiting:
            lead = records.load(self._unit.connection, "lead", key)
            sale = sales.start_from_lead(self._unit, lead)
            self.started += sale.changes if sale else ()

    def first_open(self) -> int | None:
        """Return the number of the first open opportunity that came in."""
        return store.first_open(self._unit) if self.added["opportunity"] else None

    def _draft(self, table: Table, reader: RowReader, line: Line) -> Draft | None:
        values, wrong = reader.read(line)
        if wrong:
            self.skipped[table.columns.noun] += 1
            for field, reason in wrong:
                self.problems.append(RowProblem(table.file, line.number, field, reason))
            return None
        known_by = values
        if values.get(ACCOUNT_ID):
            stable = self.references.stable("account", values[ACCOUNT_ID])
            known_by = values | {ACCOUNT_ID: stable}
        external_id = identity(table.columns.noun, table.columns.source, known_by)
        return Draft(line.number, external_id, values)

    def _skip(self, table: Table, line: int, field: str, reason: str) -> None:
        self.skipped[table.columns.noun] += 1
        self.problems.append(RowProblem(table.file, line, field, reason))

    def _add(self, table: Table, drafts: Sequence[Draft]) -> None:
        """Write the drafts that are new, with everything that they refer to."""
        noun = table.columns.noun
        fresh = self._with_ids(table, self._fresh(table, drafts))
        if fresh:
            self._refer(table, fresh)
            rows = [self._columns.of(noun, draft) for draft in fresh]
            keys = store.insert(self._unit, noun, rows)
            self.added[noun] += len(keys)
            for draft, key in zip(fresh, keys, strict=True):
                self.references.remember(noun, _label(noun, draft), key)
                self._remember_id(noun, draft, key)
            if noun == "opportunity":
                self._add_lines(fresh, keys)
            elif noun == "lead":
                self._awaiting += self._columns.awaiting(fresh, keys)
        if noun in NAMED:
            self._remember_doubles(noun, drafts)

    def _fresh(self, table: Table, drafts: Sequence[Draft]) -> list[Draft]:
        """Return the drafts that are not in the store yet, each of them once."""
        noun = table.columns.noun
        known = {}
        if noun != "user":
            ids = {draft.external_id for draft in drafts}
            known = store.by_external_id(self._unit, noun, ids)
        if noun in NAMED:
            self.references.look_up(noun, [_label(noun, draft) for draft in drafts])
        seen: set[str] = set()
        fresh: list[Draft] = []
        for draft in drafts:
            label = text_key(_label(noun, draft)) if noun in NAMED else draft.external_id
            found = known.get(draft.external_id)
            if found is None and noun in NAMED:
                found = self.references.named(noun, _label(noun, draft))
            if found and not found.is_new:
                self.known[noun] += 1
                self._remember_id(noun, draft, found.key)
            elif found or label in seen:
                self._skip(table, draft.line, "", "an earlier line is the same record")
            else:
                fresh.append(draft)
            seen.add(label)
        return fresh

    def _with_ids(self, table: Table, drafts: list[Draft]) -> list[Draft]:
        """Put keys where records are named by their id; a line with an unknown id is skipped."""
        for column, (field, noun) in BY_ID.items():
            if column not in table.columns.places:
                continue
            texts = {draft.values[column] for draft in drafts if draft.values.get(column)}
            keys = self.references.by_id(noun, texts)
            kept: list[Draft] = []
            for draft in drafts:
                text = draft.values.get(column)
                if text in keys:
                    draft.values[field] = keys[text]
                elif text and not draft.values.get(field):
                    self._skip(table, draft.line, column, f"there is no {noun} `{text}`")
                    continue
                kept.append(draft)
            drafts = kept
        return drafts

    def _refer(self, table: Table, drafts: Sequence[Draft]) -> None:
        """Put keys where records are named, and make those that are missing."""
        for field in NOUNS[table.columns.noun]:
            if field.name in table.columns.places and field.kind in REFERENCES:
                naming = [d for d in drafts if isinstance(d.values.get(field.name), str)]
                names = [draft.values[field.name] for draft in naming]
                if field.kind == CONTACT:
                    asked = [(d.values["contact"], d.values.get("account")) for d in naming]
                    found = self.references.contacts(asked)
                else:
                    self.references.make_missing(field.kind, names)
                    found = [self.references.key(field.kind, name) for name in names]
                for draft, key in zip(naming, found, strict=True):
                    draft.values[field.name] = key

    def _add_lines(self, drafts: Sequence[Draft], keys: Sequence[bytes]) -> None:
        """Write the offers of opportunities, and count what the opportunities are worth."""
        offers = [name for draft in drafts for name in draft.values.get(PRODUCT) or ()]
        self.references.make_missing("offer", offers)
        lines: list[tuple[bytes, bytes, int | None]] = []
        for draft, key in zip(drafts, keys, strict=True):
            amount = draft.values.get("amount")
            self.sums[draft.values[CURRENCY]] += amount or 0
            products = draft.values.get(PRODUCT) or ()
            price = amount or None if len(products) == 1 else None
            lines += [(key, self.references.key("offer", name), price) for name in products]
        store.insert_lines(self._unit, lines)

    def _remember_id(self, noun: str, draft: Draft, key: bytes) -> None:
        if draft.values.get(ID) and noun in {"account", "contact"}:
            self.references.remember_id(noun, draft.values[ID], key, draft.values["name"])

    def _remember_doubles(self, noun: str, drafts: Sequence[Draft]) -> None:
        """Let the id of a line that was left out as a double mean the record that is there."""
        for draft in drafts:
            known = self.references.named(noun, _label(noun, draft))
            if known:
                self._remember_id(noun, draft, known.key)


def _label(noun: str, draft: Draft) -> str:
    return str(draft.values["login" if noun == "user" else "name"])


def _called(draft: Draft) -> set[str]:
    """Return what other lines can call a record by: its name as a slug, and its id."""
    own = draft.values.get(ID)
    names = {slug(draft.values["name"]), draft.values.get("login") or ""}
    return names - {""} | ({reference_id(own)} if own else set())


def _superior(draft: Draft, field: str) -> str:
    """Return what a line calls the record above it, or an empty text."""
    by_id, name = draft.values.get(f"{field}_id"), draft.values.get(field)
    return reference_id(by_id) if by_id else slug(name or "")
