"""Everything on stdout: lines, tables for people, tab-separated rows for pipes, JSON."""

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from salescli.domain.text import escaped, printable

if TYPE_CHECKING:
    from rich.console import Console


class Output:
    """Writes to stdout as its reader needs it: a person at a terminal, a pipe, or a program."""

    def __init__(self, *, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json = as_json
        self.quiet = quiet
        self.is_terminal = sys.stdout.isatty()
        self._console: Console | None = None

    def line(self, text: str = "", *, style: str = "", indent: int = 0) -> None:
        """Write one paragraph; a style is only an ornament, never information."""
        text = printable(text)
        if self.is_terminal and text:
            from rich.padding import Padding
            from rich.text import Text

            self.console.print(Padding(Text(text, style=style), (0, 0, 0, indent), expand=False))
        else:
            sys.stdout.write(f"{' ' * indent}{text}\n")

    def source(self, text: str) -> None:
        """Write a file's text as it is, so that a copy equals the original."""
        sys.stdout.write(printable(text))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write a table on a terminal; in a pipe tab-separated rows without a header."""
        cells = [[_cell(value) for value in row] for row in rows]
        if self.is_terminal:
            if cells:
                self._rich_table(columns, cells)
            return
        for row in cells:
            sys.stdout.write("\t".join(row) + "\n")

    def document(self, document: Any) -> None:
        """Write one JSON document."""
        import json

        text = json.dumps(document, ensure_ascii=False, indent=2, default=_plain)
        sys.stdout.write(f"{escaped(text)}\n")

    @property
    def console(self) -> "Console":
        """The one console of the program; it writes no styles for NO_COLOR and dumb terminals."""
        if self._console is None:
            from rich.console import Console

            colors: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
            self._console = Console(color_system=colors, markup=False, highlight=False, emoji=False)
        return self._console

    def _rich_table(self, columns: Sequence[str], rows: list[list[str]]) -> None:
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, header_style="bold")
        for place, column in enumerate(columns):
            is_handle = all(_is_handle(row[place]) for row in rows)
            justify = "right" if column in NUMERIC_COLUMNS else "left"
            table.add_column(column, justify=justify, overflow="fold", no_wrap=is_handle)  # type: ignore[arg-type]  # a literal
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        self.console.print(table)


NUMERIC_COLUMNS = frozenset({"Amount", "Weighted", "Count", "Sum", "Price", "Quantity", "%"})
"""Columns whose cells are set to the right."""


def _plain(value: Any) -> str:
    """Return a value that JSON has no word for: dates and times in ISO form."""
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = printable(str(value))
    return text if text.isprintable() else text.replace("\t", " ").replace("\n", " ")


def _is_handle(cell: str) -> bool:
    """Whether a cell is a handle, which nobody could type if it were broken over two lines."""
    noun, dash, number = cell.partition("-")
    return not cell or (noun.isupper() and bool(dash) and number.isdecimal())
