"""Reads the lines of an imported file as records; the records that they name stay names."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from salescli.domain import fields as kinds
from salescli.domain import importing
from salescli.domain.csv_text import Line
from salescli.domain.fields import NOUNS, Field
from salescli.domain.headers import Columns
from salescli.domain.text import slug
from salescli.services.import_cells import Answer, CellReader

_EXTRA = {name: Field(name, name) for name in importing.EXTRA}
_MILLION = 6
_NAMED_BY = {
    "contact": (importing.FIRST_NAME, importing.LAST_NAME),
    "lead": (importing.FIRST_NAME, importing.LAST_NAME),
    "opportunity": ("account", importing.PRODUCT),
    "user": ("login",),
}
"""The columns that make the name of a record which has none of its own."""

Wrong = list[tuple[str, str]]
"""The fields of a line that cannot be used, each with the reason."""


class Draft(NamedTuple):
    """A record that is to come in: its line, what it is known by, and its values by field."""

    line: int
    external_id: str
    values: dict[str, Any]


class RowReader:
    """Reads the lines of one table."""

    def __init__(self, columns: Columns, cells: CellReader, currency: str) -> None:
        self._columns = columns
        self._cells = cells
        self._currency = "USD" if columns.source == importing.MAVEN else currency
        fields = {field.name: field for field in NOUNS[columns.noun]} | _EXTRA
        self._amounts: list[tuple[str, int, int]] = []
        self._readers: list[tuple[str, int, Answer]] = []
        for name, place in columns.places.items():
            if name == importing.MILLIONS:
                self._amounts.append(("annual_revenue", place, _MILLION))
            elif fields[name].kind == kinds.MONEY:
                self._amounts.append((name, place, 0))
            else:
                self._readers.append((name, place, cells.of(columns.noun, fields[name])))

    def read(self, line: Line) -> tuple[dict[str, Any], Wrong]:
        """Return the values of a line by field, and everything that is wrong with it."""
        cells = line.cells
        if len(cells) != self._columns.width:
            told = f"has {len(cells)} cells where the header has {self._columns.width}"
            return {}, [("", told)]
        found: dict[str, Any] = {}
        wrong: Wrong = []
        for name, place, answer in self._readers:
            if cells[place]:
                found[name], reason = answer(cells[place])
                if reason:
                    wrong.append((name, reason))
        self._read_amounts(cells, found, wrong)
        if not wrong:
            self._give_name(found, wrong)
        return found, wrong

    def _read_amounts(self, cells: Sequence[str], found: dict[str, Any], wrong: Wrong) -> None:
        currency = found.get(importing.CURRENCY) or self._currency
        found[importing.CURRENCY] = currency
        for name, place, power in self._amounts:
            if cells[place]:
                found[name], reason = self._cells.amount(cells[place], currency, power)
                if reason:
                    wrong.append((name, reason))

    def _give_name(self, found: dict[str, Any], wrong: Wrong) -> None:
        noun = self._columns.noun
        name = found.get("name") or _composed(noun, found)
        if not name:
            wrong.append(("name", "is missing"))
            return
        found["name"] = name
        if noun == "user":
            found["login"] = slug(found.get("login") or name)
            if not found["login"]:
                wrong.append(("login", "has neither letters nor digits"))


def _composed(noun: str, found: Mapping[str, Any]) -> str:
    parts = [found.get(name) or "" for name in _NAMED_BY.get(noun, ())]
    texts = [" ".join(part) if isinstance(part, tuple) else part for part in parts]
    name = " ".join(text for text in texts if text)
    return name or (found.get("company") or "" if noun == "lead" else "")
