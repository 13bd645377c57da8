"""Everything on stdout: lines, tables for people, tab-separated rows for pipes, JSON."""

import sys
from collections.abc import Iterable, Sequence
from typing import Any

from salescli.domain.text import escaped, printable
from salescli.streams import encodes_everything, shows_styles, width_of

NUMERIC_COLUMNS = frozenset(
    (
        *("Amount", "Weighted", "Count", "Sum", "Price", "Quantity", "%"),
        *("Made", "Changed", "Deleted", "Version", "Sales"),
    )
)
"""Columns whose cells are set to the right, if each of them begins like a number."""

NARROW = 60
"""A terminal with fewer columns has no room for labels in a column of their own."""

_LABELS = 25
_STYLES = {"bold": "1", "dim": "2"}


class Output:
    """Writes to stdout as its reader needs it: a person at a terminal, a pipe, or a program."""

    def __init__(self, *, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json = as_json
        self.quiet = quiet
        self.is_terminal = sys.stdout.isatty()
        self._has_styles = self.is_terminal and shows_styles()

    @property
    def width(self) -> int:
        """How many columns the terminal has now."""
        return width_of(sys.stdout)

    @property
    def is_ascii(self) -> bool:
        """Whether the terminal may lack what charts are drawn with."""
        return not encodes_everything(sys.stdout)

    def line(self, text: str = "", *, style: str = "", indent: int = 0) -> None:
        """Write one paragraph; a style is only an ornament, never information."""
        text = " " * indent + printable(text)
        if not (self.is_terminal and text):
            sys.stdout.write(f"{text}\n")
            return
        from salescli.layout import paragraph

        for line in paragraph(text, self.width):
            self._write(line, style)

    def marked(self, text: str, spans: Iterable[tuple[int, int]]) -> None:
        """Write one paragraph with some places of it marked, where styles are shown."""
        text = printable(text)
        if not self._has_styles:
            self.line(text)
            return
        from salescli.layout import paragraph

        places = {place for start, end in spans for place in range(start, end)}
        letters = (place in places for place, char in enumerate(text) if not char.isspace())
        for line in paragraph(text, self.width):
            shown = [(char, not char.isspace() and next(letters, False)) for char in line]
            sys.stdout.write("".join(_marked(shown)) + "\n")

    def field(self, label: str, text: str) -> None:
        """Write what a record says under a label."""
        is_narrow = self.is_terminal and self.width < NARROW
        head = f"  {label}:" if is_narrow else f"  {label + ':':{_LABELS - 3}}"
        line = f"{head} {printable(text)}"
        if not self.is_terminal:
            sys.stdout.write(f"{line}\n")
            return
        from salescli.layout import wrapped

        for place, part in enumerate(line.split("\n")):
            hang = 4 if is_narrow else _LABELS
            for shown in wrapped(" " * hang * bool(place) + part, self.width, hang):
                self._write(shown)

    def source(self, text: str) -> None:
        """Write a file's text as it is, so that a copy equals the original."""
        sys.stdout.write(printable(text))

    def table(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[Any]],
        *,
        titles: Sequence[str] = (),
    ) -> None:
        """Write a table on a terminal; in a pipe tab-separated rows without a header.

        Where the columns do not fit, each row becomes a block, with the `titles` in its first line:
        columns that say by themselves what a row is about. The first column always is one. A person
        is told that there is nothing.
        """
        cells = [[_cell(value) for value in row] for row in rows]
        if not self.is_terminal:
            sys.stdout.writelines("\t".join(row) + "\n" for row in cells)
        elif not cells:
            self.line("Nothing to show")
        else:
            from salescli.layout import Table, table

            shown = Table(columns, cells, titles or columns[:1], _numeric(columns, cells))
            for line in table(shown, self.width):
                self._write(line.text, "bold" if line.is_title else "")

    def changed(self, sentences: Sequence[str], following: str, **more: Any) -> None:
        """Tell what was changed, and the likely next command; `more` are other keys of the JSON."""
        if self.as_json:
            self.document({"changed": list(sentences), **more})
            return
        for sentence in sentences:
            self.line(sentence)
        self.line(f"Next: {following}")

    def document(self, document: Any) -> None:
        """Write one JSON document."""
        import json

        is_ascii = not encodes_everything(sys.stdout)
        text = json.dumps(document, ensure_ascii=is_ascii, indent=2, default=_plain)
        sys.stdout.write(f"{escaped(text)}\n")

    def _write(self, line: str, style: str = "") -> None:
        if line and style and self._has_styles:
            line = f"\x1b[{_STYLES[style]}m{line}\x1b[0m"
        sys.stdout.write(f"{line}\n")


def _numeric(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> set[str]:
    return {
        column
        for column, *cells in zip(columns, *rows, strict=True)
        if column in NUMERIC_COLUMNS and all(cell[:1].isdecimal() for cell in cells if cell)
    }


def _marked(shown: Iterable[tuple[str, bool]]) -> Iterable[str]:
    """Yield the characters of a line, with the style where a marked place begins and ends."""
    was_marked = False
    for char, is_marked in (*shown, ("", False)):
        if is_marked != was_marked:
            yield f"\x1b[{_STYLES['bold'] if is_marked else '0'}m"
        yield char
        was_marked = is_marked


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
