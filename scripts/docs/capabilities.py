"""`docs/reference/capabilities.md`: what the program can do, and the tests that hold it to that."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scripts.docs.markdown import code, page, table

ROOT = Path(__file__).parents[2]
DATA = ROOT / "docs" / "reference" / "capabilities.toml"
WIDEST_RANGE = 5
LAST_OF_FIRST_PART = 47

_ROW = re.compile(r"\b([PCVFB])(\d+)\b(?:\s*(?:-|to|–)\s*\1?(\d+)\b)?")


class Capability(NamedTuple):
    """One row: what the program does, and which clauses wait for a part that is not built yet."""

    row: str
    does: str
    open: str


def capabilities_page() -> str:
    """Return the page of the capabilities.

    Raises:
        KeyError: a test names a row that the data file does not describe.
    """
    known, tests = capabilities(), named_rows()
    unknown = {row: found for row, found in tests.items() if row not in known}
    if unknown:
        row, found = next(iter(unknown.items()))
        raise KeyError(f"{DATA.name} lacks {', '.join(unknown)}; {row} is named by {found[0]}")
    shown = {row: entry for row, entry in known.items() if row in tests or _is_first_part(row)}
    rows = [
        (row, entry.does, "<br>".join(code(test) for test in tests.get(row, ())) or "none yet")
        for row, entry in shown.items()
    ]
    waiting = [(entry.row, entry.open) for entry in shown.values() if entry.open]
    return page(
        "Capabilities",
        "What the program can do, each row with the tests that would fail without it. A test names"
        " its rows in its docstring.",
        table(("row", "what it does", "tests"), rows),
        "## Open\n\nParts of rows that wait for something which is not built yet.",
        table(("row", "what waits"), waiting),
    )


def capabilities() -> dict[str, Capability]:
    """Return every capability of the data file by its row, in order."""
    document: dict[str, Any] = tomllib.loads(DATA.read_text(encoding="utf-8"))
    found = {
        row: Capability(row, entry["does"], entry.get("open", ""))
        for row, entry in document.items()
    }
    return dict(sorted(found.items(), key=lambda item: _order(item[0])))


def named_rows() -> dict[str, list[str]]:
    """Return row -> the tests whose docstrings name it."""
    found: dict[str, list[str]] = {}
    for folder in ("tests", "plugins"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for name, docstring in _docstrings(path):
                for row in rows_in(docstring):
                    found.setdefault(row, []).append(name)
    return {row: list(dict.fromkeys(found[row])) for row in sorted(found, key=_order)}


def rows_in(text: str) -> Iterator[str]:
    """Yield the rows that a text names, such as `P3` or `P10-P12`; a range has at most five."""
    for letter, first, last in _ROW.findall(text):
        start = int(first)
        end = min(int(last or first), start + WIDEST_RANGE - 1)
        yield from (f"{letter}{number}" for number in range(start, max(start, end) + 1))


def _docstrings(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and docstring of a test file and of everything in it."""
    place = path.relative_to(ROOT).as_posix()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if text := ast.get_docstring(tree):
        yield place, text
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and (
            text := ast.get_docstring(node)
        ):
            yield f"{place}::{node.name}", text


def _is_first_part(row: str) -> bool:
    """Starting, stepping and moving are told whether or not a test names them."""
    return row[0] == "P" and int(row[1:]) <= LAST_OF_FIRST_PART


def _order(row: str) -> tuple[int, int]:
    return "PCVFB".index(row[0]), int(row[1:])
